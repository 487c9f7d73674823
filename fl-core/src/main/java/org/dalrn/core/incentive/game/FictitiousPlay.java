package org.dalrn.core.incentive.game;

import java.util.Objects;
import java.util.function.Function;

/**
 * Fictitious play: again and again, each player answers best to how often the other has played each strategy so far, both at
 * once, the lowest index among equally good answers.
 *
 * <p>The frequencies approach an equilibrium in zero-sum games, in games of two rows or two columns without ties, and in
 * potential games; in others they may cycle for ever, as in Shapley's. Therefore the result says whether the frequencies
 * reached the regret that was asked for.
 *
 * <p>Sums of payoffs are rounded: answers that are equally good may differ in the last digit, unless payoffs are whole.
 *
 * <p>Source: Brown, Iterative Solution of Games by Fictitious Play (1951); Robinson, An Iterative Method of Solving a Game
 * (1951); Shapley, Some Topics in Two-Person Games (1964).
 */
public final class FictitiousPlay {

    private FictitiousPlay() {}

    /** How fictitious play ended. */
    public sealed interface Outcome {

        /** How often each strategy was played, as probabilities, with the regret of that. */
        StrategyPair frequencies();

        /** How many times both played. */
        int steps();

        /** What the function for this case makes of it. */
        <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped);
    }

    /**
     * The frequencies are an equilibrium up to the ε that was asked for.
     *
     * @param frequencies how often each strategy was played, as probabilities
     * @param steps how many times both played
     */
    public record Reached(StrategyPair frequencies, int steps) implements Outcome {
        @Override
        public <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped) {
            return reached.apply(this);
        }
    }

    /**
     * The steps ended first.
     *
     * @param frequencies how often each strategy was played, as probabilities
     * @param steps how many times both played
     */
    public record Stopped(StrategyPair frequencies, int steps) implements Outcome {
        @Override
        public <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped) {
            return stopped.apply(this);
        }
    }

    /**
     * Plays until the frequencies are an equilibrium up to {@code epsilon}, at most {@code mostSteps} times. Each step costs
     * {@code rows + columns}.
     *
     * @param row what the row player begins with
     * @param column what the column player begins with
     * @param epsilon 0 or more, in the unit of the payoffs
     * @param mostSteps 1 or more
     * @throws IllegalArgumentException if {@code epsilon} is negative or NaN, or {@code mostSteps} below 1
     * @throws IndexOutOfBoundsException if there is no such row or column
     */
    public static Outcome run(BimatrixGame game, int row, int column, double epsilon, int mostSteps) {
        BestReplies.requireEpsilon(epsilon);
        requireSteps(mostSteps);
        PayoffTable table = new PayoffTable(game);
        Frequencies frequencies = new Frequencies(table);
        int nextRow = Objects.checkIndex(row, game.rows());
        int nextColumn = Objects.checkIndex(column, game.columns());
        while (true) {
            frequencies.add(nextRow, nextColumn);
            if (frequencies.regret() <= epsilon) {
                StrategyPair pair = frequencies.pair(game);
                if (pair.isEquilibrium(epsilon)) {
                    return new Reached(pair, frequencies.steps());
                }
            }
            if (frequencies.steps() == mostSteps) {
                return new Stopped(frequencies.pair(game), mostSteps);
            }
            nextRow = PayoffTable.first(frequencies.rowSums());
            nextColumn = PayoffTable.first(frequencies.columnSums());
        }
    }

    static void requireSteps(int mostSteps) {
        if (mostSteps < 1) {
            throw new IllegalArgumentException("at most " + mostSteps + " steps were allowed; allow 1 or more");
        }
    }

    /** How often what was played, and what each strategy would have earned against it. */
    static final class Frequencies {

        private final PayoffTable table;
        private final double[] rowCounts;
        private final double[] columnCounts;
        private final double[] rowSums;
        private final double[] columnSums;
        private int steps;

        Frequencies(PayoffTable table) {
            this.table = table;
            rowCounts = new double[table.rows()];
            columnCounts = new double[table.columns()];
            rowSums = new double[table.rows()];
            columnSums = new double[table.columns()];
        }

        void add(int row, int column) {
            steps++;
            rowCounts[row]++;
            columnCounts[column]++;
            table.addRowPayoffs(column, rowSums);
            table.addColumnPayoffs(row, columnSums);
        }

        int steps() {
            return steps;
        }

        /** What each row would have earned in all, scaled; not to be changed. */
        double[] rowSums() {
            return rowSums;
        }

        /** What each column would have earned in all, scaled; not to be changed. */
        double[] columnSums() {
            return columnSums;
        }

        double[] x() {
            return shares(rowCounts);
        }

        double[] y() {
            return shares(columnCounts);
        }

        private double[] shares(double[] counts) {
            double[] shares = new double[counts.length];
            for (int i = 0; i < shares.length; i++) {
                shares[i] = counts[i] / steps;
            }
            return shares;
        }

        /** The regret of the frequencies but for rounding. */
        double regret() {
            return Math.max(
                    regret(rowSums, rowCounts) / table.rowFactor(),
                    regret(columnSums, columnCounts) / table.columnFactor());
        }

        private double regret(double[] sums, double[] counts) {
            return (sums[PayoffTable.first(sums)] - PayoffTable.dot(sums, counts) / steps) / steps;
        }

        StrategyPair pair(BimatrixGame game) {
            return StrategyPair.of(game, x(), y());
        }
    }
}
