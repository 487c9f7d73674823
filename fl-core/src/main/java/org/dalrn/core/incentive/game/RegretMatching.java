package org.dalrn.core.incentive.game;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Regret matching: again and again, each player mixes its strategies in proportion to how much it regrets not to have always
 * played each, both at once; a strategy that is not regretted is not played, and without any regret all are played alike.
 *
 * <p>What approaches an equilibrium is not the last mix but the average over time. In every game, the average of the pairs of
 * mixes approaches the <em>coarse correlated</em> equilibria: nobody would gain by always playing one strategy instead of
 * following. Only in a zero-sum game are the two average mixes, each alone, a Nash equilibrium in the limit; elsewhere their
 * {@link StrategyPair#regret() regret} may stay away from 0.
 *
 * <p>After {@code T} steps nobody regrets more than {@code range * sqrt(k / T)}, with the range of its payoffs and its {@code
 * k} strategies; in a zero-sum game the regrets of both together bound how much the average mixes give away.
 *
 * <p>Source: Hart and Mas-Colell, A Simple Adaptive Procedure Leading to Correlated Equilibrium (2000); the floor: Tammelin
 * et al., Solving Heads-up Limit Texas Hold'em (2015).
 */
public final class RegretMatching {

    /** What happens to negative regret. */
    public enum Variant {
        /** It is kept, and has to be made up for. */
        PLAIN,
        /** It is forgotten at once, as in regret matching+. */
        PLUS
    }

    private final PayoffTable table;
    private final boolean floor;
    private final double[] rowRegrets;
    private final double[] columnRegrets;
    /** Without the floor. */
    private final double[] rowSums;

    private final double[] columnSums;
    private final double[][] joint;
    private int steps;

    private RegretMatching(BimatrixGame game, Variant variant) {
        table = new PayoffTable(game);
        floor = variant == Variant.PLUS;
        rowRegrets = new double[table.rows()];
        columnRegrets = new double[table.columns()];
        rowSums = new double[table.rows()];
        columnSums = new double[table.columns()];
        joint = new double[table.rows()][table.columns()];
    }

    /** How regret matching ended. */
    public sealed interface Outcome {

        /** What was played on average, with its certificates. */
        AveragePlay average();

        /** How many times both played. */
        int steps();

        /** What the function for this case makes of it. */
        <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped);
    }

    /**
     * Nobody regrets more than was asked for: a coarse correlated equilibrium up to that ε.
     *
     * @param average what was played on average
     * @param steps how many times both played
     */
    public record Reached(AveragePlay average, int steps) implements Outcome {
        @Override
        public <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped) {
            return reached.apply(this);
        }
    }

    /**
     * The steps ended first.
     *
     * @param average what was played on average
     * @param steps how many times both played
     */
    public record Stopped(AveragePlay average, int steps) implements Outcome {
        @Override
        public <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped) {
            return stopped.apply(this);
        }
    }

    /**
     * What was played on average over time: the joint probabilities of rows and columns, with their certificate computed from
     * the game.
     *
     * <p>Immutable and thread-safe.
     */
    public static final class AveragePlay {

        private final double[][] joint;
        private final StrategyPair mixes;
        private final double rowRegret;
        private final double columnRegret;

        private AveragePlay(BimatrixGame game, double[][] joint) {
            this.joint = joint;
            double[] x = new double[game.rows()];
            double[] y = new double[game.columns()];
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < y.length; j++) {
                    x[i] += joint[i][j];
                    y[j] += joint[i][j];
                }
            }
            mixes = StrategyPair.of(game, x, y);
            // Payoffs above the smallest: the joint probabilities sum to 1 only up to rounding.
            double row = 0;
            double column = 0;
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < y.length; j++) {
                    row += joint[i][j] * (game.a(i, j) - game.leastA());
                    column += joint[i][j] * (game.b(i, j) - game.leastB());
                }
            }
            double bestRow = 0;
            for (int i = 0; i < x.length; i++) {
                double payoff = 0;
                for (int j = 0; j < y.length; j++) {
                    payoff += y[j] * (game.a(i, j) - game.leastA());
                }
                bestRow = Math.max(bestRow, payoff);
            }
            double bestColumn = 0;
            for (int j = 0; j < y.length; j++) {
                double payoff = 0;
                for (int i = 0; i < x.length; i++) {
                    payoff += x[i] * (game.b(i, j) - game.leastB());
                }
                bestColumn = Math.max(bestColumn, payoff);
            }
            rowRegret = Math.max(0, bestRow - row);
            columnRegret = Math.max(0, bestColumn - column);
        }

        /** How likely this row and this column are together. */
        public double joint(int row, int column) {
            return joint[row][column];
        }

        /** The average mix of each player alone, with its Nash regret: an equilibrium for certain only in zero-sum games. */
        public StrategyPair mixes() {
            return mixes;
        }

        /** The most that the row player would have gained by always playing one row, per step; 0 or more. */
        public double rowRegret() {
            return rowRegret;
        }

        /** The most that the column player would have gained by always playing one column, per step; 0 or more. */
        public double columnRegret() {
            return columnRegret;
        }

        /** The larger external regret: the joint probabilities are a coarse correlated equilibrium up to this ε. */
        public double externalRegret() {
            return Math.max(rowRegret, columnRegret);
        }
    }

    /**
     * Plays until nobody regrets more than {@code epsilon}, at most {@code mostSteps} times. Each step costs {@code rows *
     * columns}.
     *
     * @param epsilon 0 or more, in the unit of the payoffs
     * @param mostSteps 1 or more
     * @throws IllegalArgumentException if {@code epsilon} is negative or NaN, or {@code mostSteps} below 1
     */
    public static Outcome run(BimatrixGame game, Variant variant, double epsilon, int mostSteps) {
        BestReplies.requireEpsilon(epsilon);
        FictitiousPlay.requireSteps(mostSteps);
        RegretMatching play = new RegretMatching(game, variant);
        while (true) {
            play.step();
            if (play.regret() <= epsilon) {
                AveragePlay average = play.average(game);
                if (average.externalRegret() <= epsilon) {
                    return new Reached(average, play.steps);
                }
            }
            if (play.steps == mostSteps) {
                return new Stopped(play.average(game), mostSteps);
            }
        }
    }

    /**
     * What nobody regrets more than after so many steps: the larger {@code range * sqrt(k / steps)} of the two players.
     *
     * @param steps 1 or more
     * @throws IllegalArgumentException if {@code steps} is below 1
     */
    public static double guarantee(BimatrixGame game, int steps) {
        FictitiousPlay.requireSteps(steps);
        PayoffTable table = new PayoffTable(game);
        return Math.max(
                table.rowRange() * Math.sqrt((double) table.rows() / steps) / table.rowFactor(),
                table.columnRange() * Math.sqrt((double) table.columns() / steps) / table.columnFactor());
    }

    private void step() {
        double[] x = mix(rowRegrets);
        double[] y = mix(columnRegrets);
        regret(rowRegrets, rowSums, table.rowPayoffs(y), x);
        regret(columnRegrets, columnSums, table.columnPayoffs(x), y);
        for (int i = 0; i < x.length; i++) {
            if (x[i] > 0) {
                for (int j = 0; j < y.length; j++) {
                    joint[i][j] += x[i] * y[j];
                }
            }
        }
        steps++;
    }

    private static double[] mix(double[] regrets) {
        double most = regrets[PayoffTable.first(regrets)];
        double[] mix = new double[regrets.length];
        if (!(most > 0)) {
            Arrays.fill(mix, 1.0 / mix.length);
            return mix;
        }
        double total = 0;
        for (int i = 0; i < mix.length; i++) {
            // Divided first: the sum of tiny regrets has too few digits.
            mix[i] = Math.max(0, regrets[i] / most);
            total += mix[i];
        }
        for (int i = 0; i < mix.length; i++) {
            mix[i] /= total;
        }
        return mix;
    }

    private void regret(double[] regrets, double[] sums, double[] payoffs, double[] mix) {
        double best = payoffs[PayoffTable.first(payoffs)];
        double missed = 0;
        for (int i = 0; i < regrets.length; i++) {
            missed += mix[i] * (best - payoffs[i]);
        }
        for (int i = 0; i < regrets.length; i++) {
            double regret = missed - (best - payoffs[i]);
            sums[i] += regret;
            regrets[i] = floor ? Math.max(0, regrets[i] + regret) : regrets[i] + regret;
        }
    }

    private double regret() {
        return Math.max(
                rowSums[PayoffTable.first(rowSums)] / steps / table.rowFactor(),
                columnSums[PayoffTable.first(columnSums)] / steps / table.columnFactor());
    }

    private AveragePlay average(BimatrixGame game) {
        double total = 0;
        for (double[] line : joint) {
            for (double sum : line) {
                total += sum;
            }
        }
        double[][] average = new double[table.rows()][table.columns()];
        for (int i = 0; i < average.length; i++) {
            for (int j = 0; j < average[i].length; j++) {
                average[i][j] = joint[i][j] / total;
            }
        }
        return new AveragePlay(game, average);
    }
}
