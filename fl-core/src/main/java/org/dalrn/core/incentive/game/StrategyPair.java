package org.dalrn.core.incentive.game;

import java.util.Arrays;

/**
 * A mixed strategy of each of two players, with its certificate: payoffs and the largest gain of a deviation, computed from
 * the game and not from what an algorithm believed.
 *
 * <p>Immutable and thread-safe.
 */
public final class StrategyPair {

    /** How far the probabilities of one player may sum to something other than 1. */
    private static final double SUM_TOLERANCE = 1e-9;

    private final double[] x;
    private final double[] y;
    private final double rowPayoff;
    private final double columnPayoff;
    private final double rowRegret;
    private final double columnRegret;

    /** Payoffs are counted from the least one, so that rounding depends on their range and not on their size. */
    private StrategyPair(BimatrixGame game, double[] x, double[] y) {
        this.x = x;
        this.y = y;
        double[] ofRows = new double[x.length];
        double[] ofColumns = new double[y.length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < y.length; j++) {
                ofRows[i] += (game.a(i, j) - game.leastA()) * y[j];
                ofColumns[j] += (game.b(i, j) - game.leastB()) * x[i];
            }
        }
        double ofRow = PayoffTable.dot(x, ofRows);
        double ofColumn = PayoffTable.dot(y, ofColumns);
        rowPayoff = game.leastA() + ofRow;
        columnPayoff = game.leastB() + ofColumn;
        rowRegret = regret(x, ofRows);
        columnRegret = regret(y, ofColumns);
    }

    /** What each strategy loses to the best: the best less the mean would be too small if the probabilities sum to more than 1. */
    private static double regret(double[] mix, double[] payoffs) {
        double best = payoffs[PayoffTable.first(payoffs)];
        double regret = 0;
        for (int i = 0; i < mix.length; i++) {
            regret += mix[i] * (best - payoffs[i]);
        }
        return regret;
    }

    /**
     * What two strategies are worth in a game.
     *
     * @param x {@code [rows]} probabilities, 0 or more, of sum 1 within 1e-9
     * @param y {@code [columns]} likewise
     * @throws IllegalArgumentException if a length does not fit the game or a strategy is no distribution
     */
    public static StrategyPair of(BimatrixGame game, double[] x, double[] y) {
        return new StrategyPair(game, distribution(x, game.rows(), "x"), distribution(y, game.columns(), "y"));
    }

    private static double[] distribution(double[] values, int strategies, String name) {
        if (values.length != strategies) {
            throw new IllegalArgumentException("strategy " + name + " has " + values.length
                    + " probabilities, but the player has " + strategies + " strategies");
        }
        double[] copy = values.clone();
        double sum = 0;
        for (int i = 0; i < copy.length; i++) {
            if (!(copy[i] >= 0 && copy[i] <= 1 + SUM_TOLERANCE)) {
                throw new IllegalArgumentException(name + "[" + i + "] is " + copy[i] + ", not in [0, 1]");
            }
            sum += copy[i];
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
            throw new IllegalArgumentException("the probabilities of " + name + " sum to " + sum + ", not to 1");
        }
        return copy;
    }

    /** The row player's probabilities, a copy. */
    public double[] x() {
        return x.clone();
    }

    /** The column player's probabilities, a copy. */
    public double[] y() {
        return y.clone();
    }

    /** What the row player expects. */
    public double rowPayoff() {
        return rowPayoff;
    }

    /** What the column player expects. */
    public double columnPayoff() {
        return columnPayoff;
    }

    /** The most that the row player could gain by playing something else, 0 or more. */
    public double rowRegret() {
        return rowRegret;
    }

    /** The most that the column player could gain by playing something else, 0 or more. */
    public double columnRegret() {
        return columnRegret;
    }

    /** The larger of the two regrets: the pair is an equilibrium up to this ε. */
    public double regret() {
        return Math.max(rowRegret, columnRegret);
    }

    /** True if nobody can gain more than {@code epsilon} by deviating alone. */
    public boolean isEquilibrium(double epsilon) {
        return regret() <= epsilon;
    }

    @Override
    public String toString() {
        return "(" + Arrays.toString(x) + ", " + Arrays.toString(y) + ") with regret " + regret();
    }
}
