package org.dalrn.core.incentive.game;

import java.util.ArrayList;
import java.util.List;

/**
 * Replicator dynamics of two populations whose members meet those of the other only, such as buyers and sellers: {@code x_i' =
 * x_i ((A y)_i - x A y)} and {@code y_j' = y_j ((x B)_j - x B y)}. Mutation, steps and generations are as in {@link
 * Replicator}.
 *
 * <p>Immutable and thread-safe.
 *
 * <p>Source: Hofbauer and Sigmund, Evolutionary Games and Population Dynamics (1998), chapter 10.
 */
public final class ReplicatorPair {

    private final BimatrixGame game;
    /** {@code [rows][columns]}. */
    private final double[][] ofRows;
    /** {@code [columns][rows]}. */
    private final double[][] ofColumns;
    /** Empty if there is no mutation. */
    private final double[][] rowMutation;

    private final double[][] columnMutation;

    private ReplicatorPair(BimatrixGame game, double[][] rowMutation, double[][] columnMutation) {
        this.game = game;
        this.rowMutation = rowMutation;
        this.columnMutation = columnMutation;
        ofRows = new double[game.rows()][game.columns()];
        ofColumns = new double[game.columns()][game.rows()];
        double[][] b = new double[game.rows()][game.columns()];
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                ofRows[i][j] = game.a(i, j);
                ofColumns[j][i] = game.b(i, j);
                b[i][j] = game.b(i, j);
            }
        }
        Replicator.requireMild(ofRows, "A");
        Replicator.requireMild(b, "B");
        if (rowMutation.length > 0) {
            Replicator.requireNotNegative(ofRows, "A");
            Replicator.requireNotNegative(b, "B");
        }
    }

    /**
     * Without mutation.
     *
     * @throws IllegalArgumentException if a payoff is beyond 1e150
     */
    public static ReplicatorPair of(BimatrixGame game) {
        return new ReplicatorPair(game, new double[0][], new double[0][]);
    }

    /**
     * With mutation.
     *
     * @param game payoffs are 0 or more, as in {@link Replicator#withMutation}
     * @param rowMutation {@code [parent][child]} probabilities among rows; each line has sum 1 within 1e-9
     * @param columnMutation likewise among columns
     * @throws IllegalArgumentException if a payoff is negative or beyond 1e150, or a matrix is not as said
     */
    public static ReplicatorPair withMutation(BimatrixGame game, double[][] rowMutation, double[][] columnMutation) {
        return new ReplicatorPair(
                game,
                Replicator.stochastic(rowMutation, game.rows(), "of the rows"),
                Replicator.stochastic(columnMutation, game.columns(), "of the columns"));
    }

    /**
     * The states at times {@code 0, step, 2 step, ...}, in continuous time. Each step costs {@code 8 rows columns}.
     *
     * @param x {@code [rows]} shares of the first population, 0 or more, of sum 1 within 1e-9
     * @param y {@code [columns]} shares of the second, likewise
     * @param step above 0; times the larger of the ranges of payoffs (with mutation, of the largest payoffs) at most 1
     * @param steps 0 or more
     * @param every how many steps lie between two states of the list, which begins with the first and ends with the last
     * @throws IllegalArgumentException if an argument is not as said, or the list would hold more than 2^24 numbers
     */
    public List<StrategyPair> trajectory(double[] x, double[] y, double step, int steps, int every) {
        Replicator.requireStep(
                step,
                rowMutation.length == 0
                        ? Math.max(Replicator.range(ofRows), Replicator.range(ofColumns))
                        : Math.max(Replicator.largest(ofRows), Replicator.largest(ofColumns)));
        Replicator.requireLength(steps, every, game.rows() + game.columns());
        StrategyPair first = StrategyPair.of(game, x, y);
        double[] nowX = first.x();
        double[] nowY = first.y();
        List<StrategyPair> states = new ArrayList<>();
        states.add(first);
        for (int done = 1; done <= steps; done++) {
            double[] x1 = rowVelocity(nowX, nowY);
            double[] y1 = columnVelocity(nowX, nowY);
            double[] atX = Replicator.moved(nowX, x1, step / 2);
            double[] atY = Replicator.moved(nowY, y1, step / 2);
            double[] x2 = rowVelocity(atX, atY);
            double[] y2 = columnVelocity(atX, atY);
            atX = Replicator.moved(nowX, x2, step / 2);
            atY = Replicator.moved(nowY, y2, step / 2);
            double[] x3 = rowVelocity(atX, atY);
            double[] y3 = columnVelocity(atX, atY);
            atX = Replicator.moved(nowX, x3, step);
            atY = Replicator.moved(nowY, y3, step);
            double[] x4 = rowVelocity(atX, atY);
            double[] y4 = columnVelocity(atX, atY);
            nowX = Replicator.stepped(nowX, x1, x2, x3, x4, step);
            nowY = Replicator.stepped(nowY, y1, y2, y3, y4, step);
            if (done % every == 0 || done == steps) {
                states.add(StrategyPair.of(game, nowX, nowY));
            }
        }
        return List.copyOf(states);
    }

    /**
     * The states of generations {@code 0, 1, 2, ...}, in discrete time. Each costs {@code 2 rows columns}.
     *
     * @param x {@code [rows]} shares of the first population, 0 or more, of sum 1 within 1e-9
     * @param y {@code [columns]} shares of the second, likewise
     * @param background what everybody earns besides, so that all payoffs together with it are above 0
     * @param generations 0 or more
     * @param every how many generations lie between two states of the list, which begins with the first and ends with the last
     * @throws IllegalArgumentException if an argument is not as said, or the list would hold more than 2^24 numbers
     */
    public List<StrategyPair> generations(double[] x, double[] y, double background, int generations, int every) {
        Replicator.requireBackground(ofRows, background, "A");
        Replicator.requireBackground(ofColumns, background, "B transposed");
        Replicator.requireLength(generations, every, game.rows() + game.columns());
        StrategyPair first = StrategyPair.of(game, x, y);
        double[] nowX = first.x();
        double[] nowY = first.y();
        List<StrategyPair> states = new ArrayList<>();
        states.add(first);
        for (int done = 1; done <= generations; done++) {
            double[] nextX = Replicator.offspring(nowX, PayoffTable.times(ofRows, nowY), background, rowMutation);
            nowY = Replicator.offspring(nowY, PayoffTable.times(ofColumns, nowX), background, columnMutation);
            nowX = nextX;
            if (done % every == 0 || done == generations) {
                states.add(StrategyPair.of(game, nowX, nowY));
            }
        }
        return List.copyOf(states);
    }

    private double[] rowVelocity(double[] x, double[] y) {
        return Replicator.velocity(x, PayoffTable.times(ofRows, y), rowMutation);
    }

    private double[] columnVelocity(double[] x, double[] y) {
        return Replicator.velocity(y, PayoffTable.times(ofColumns, x), columnMutation);
    }
}
