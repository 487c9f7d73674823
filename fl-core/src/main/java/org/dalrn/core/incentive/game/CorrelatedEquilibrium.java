package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * A distribution over the profiles of a game of two players such that nobody who is told only the own part of a drawn profile gains by playing
 * something else; with its certificate, computed from the game.
 *
 * <p>Every Nash equilibrium is one, mixtures of them too, and there may be better ones. They form a polytope, so the best one for an
 * objective that is linear in the distribution is the solution of a linear program of {@code rows * columns} variables.
 *
 * <p>Immutable and thread-safe.
 *
 * <p>Source: Aumann, J. Math. Econ. 1 (1974); Nisan et al., Algorithmic Game Theory (2007), section 2.7.
 */
public final class CorrelatedEquilibrium {

    /** How far the probabilities may sum to something other than 1. */
    private static final double SUM_TOLERANCE = 1e-9;

    /** A game in doubles that has more profiles is not solved again in exact numbers. */
    private static final int MOST_PROFILES_AGAIN = 100;

    /** What is to be as large as possible. */
    public enum Objective {
        /** The sum of both players' payoffs. */
        SUM,
        /** The smaller one of both players' payoffs. */
        EGALITARIAN,
        /** The row player's payoff. */
        ROW,
        /** The column player's payoff. */
        COLUMN
    }

    private final double[][] probabilities;
    private final double rowPayoff;
    private final double columnPayoff;
    private final double rowViolation;
    private final double columnViolation;

    private CorrelatedEquilibrium(BimatrixGame game, double[][] probabilities) {
        this.probabilities = probabilities;
        double ofRow = 0;
        double ofColumn = 0;
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                ofRow += probabilities[i][j] * (game.a(i, j) - game.leastA());
                ofColumn += probabilities[i][j] * (game.b(i, j) - game.leastB());
            }
        }
        rowPayoff = game.leastA() + ofRow;
        columnPayoff = game.leastB() + ofColumn;
        double ofRows = 0;
        for (int told = 0; told < game.rows(); told++) {
            for (int played = 0; played < game.rows(); played++) {
                double gain = 0;
                for (int j = 0; j < game.columns(); j++) {
                    gain += probabilities[told][j] * (game.a(played, j) - game.a(told, j));
                }
                ofRows = Math.max(ofRows, gain);
            }
        }
        double ofColumns = 0;
        for (int told = 0; told < game.columns(); told++) {
            for (int played = 0; played < game.columns(); played++) {
                double gain = 0;
                for (int i = 0; i < game.rows(); i++) {
                    gain += probabilities[i][told] * (game.b(i, played) - game.b(i, told));
                }
                ofColumns = Math.max(ofColumns, gain);
            }
        }
        rowViolation = ofRows;
        columnViolation = ofColumns;
    }

    /**
     * A distribution with its certificate, whether it is an equilibrium or not.
     *
     * @param probabilities {@code [rows][columns]} 0 or more, of sum 1 within 1e-9
     * @throws IllegalArgumentException if the shape does not fit the game or it is no distribution
     */
    public static CorrelatedEquilibrium of(BimatrixGame game, double[][] probabilities) {
        int columns = Shapes.columns(
                probabilities.length, i -> requireNonNull(probabilities[i], "row").length, "of probabilities");
        if (probabilities.length != game.rows() || columns != game.columns()) {
            throw new IllegalArgumentException("the probabilities are " + probabilities.length + " x " + columns
                    + ", but the game is " + game.rows() + " x " + game.columns());
        }
        double[][] copy = new double[game.rows()][];
        double sum = 0;
        for (int i = 0; i < copy.length; i++) {
            copy[i] = probabilities[i].clone();
            for (int j = 0; j < columns; j++) {
                if (!(copy[i][j] >= 0 && copy[i][j] <= 1 + SUM_TOLERANCE)) {
                    throw new IllegalArgumentException(
                            "probability [" + i + "][" + j + "] is " + copy[i][j] + ", not in [0, 1]");
                }
                sum += copy[i][j];
            }
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
            throw new IllegalArgumentException("the probabilities sum to " + sum + ", not to 1");
        }
        return new CorrelatedEquilibrium(game, copy);
    }

    /**
     * The correlated equilibrium that is best by an objective.
     *
     * @throws IllegalArgumentException if the linear program of the game is too large
     * @throws ArithmeticException if rounding errors spoil the solution of a game too large to solve in exact numbers
     */
    public static CorrelatedEquilibrium maximise(BimatrixGame game, Objective objective) {
        double[][] weights = switch (objective) {
            // Payoffs of very different size add up only after scaling; one divisor for both keeps the order.
            case SUM -> sum(fromLeast(game, game::a, 0.5), fromLeast(game, game::b, 0.5));
            case EGALITARIAN -> new double[game.rows()][game.columns()];
            case ROW -> fromLeast(game, game::a, 1);
            case COLUMN -> fromLeast(game, game::b, 1);
        };
        return solve(game, weights, objective == Objective.EGALITARIAN);
    }

    /**
     * The correlated equilibrium with the largest expected weight.
     *
     * @param weights {@code [rows][columns]} finite, what each profile is worth
     * @throws IllegalArgumentException if the weights do not fit the game or the linear program of the game is too large
     * @throws ArithmeticException if rounding errors spoil the solution of a game too large to solve in exact numbers
     */
    public static CorrelatedEquilibrium maximise(BimatrixGame game, double[][] weights) {
        int columns = Shapes.columns(weights.length, i -> requireNonNull(weights[i], "row").length, "of weights");
        if (weights.length != game.rows() || columns != game.columns()) {
            throw new IllegalArgumentException("the weights are " + weights.length + " x " + columns
                    + ", but the game is " + game.rows() + " x " + game.columns());
        }
        for (int i = 0; i < weights.length; i++) {
            for (int j = 0; j < columns; j++) {
                if (!(Math.abs(weights[i][j]) <= BimatrixGame.MOST_PAYOFF)) {
                    throw new IllegalArgumentException(
                            "weight [" + i + "][" + j + "] is " + weights[i][j] + ", not in [-1e300, 1e300]");
                }
            }
        }
        return solve(game, fromLeast(game, (i, j) -> weights[i][j], 1), false);
    }

    private interface Payoff {
        double of(int row, int column);
    }

    /** Payoffs less the least of them: then the precision of the linear program is one of their range and not of their size. */
    private static double[][] fromLeast(BimatrixGame game, Payoff payoff, double factor) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                least = Math.min(least, payoff.of(i, j));
            }
        }
        double[][] payoffs = new double[game.rows()][game.columns()];
        for (int i = 0; i < payoffs.length; i++) {
            for (int j = 0; j < payoffs[i].length; j++) {
                payoffs[i][j] = factor * (payoff.of(i, j) - least);
            }
        }
        return payoffs;
    }

    private static double[][] sum(double[][] left, double[][] right) {
        for (int i = 0; i < left.length; i++) {
            for (int j = 0; j < left[i].length; j++) {
                left[i][j] += right[i][j];
            }
        }
        return left;
    }

    private static CorrelatedEquilibrium solve(BimatrixGame game, double[][] weights, boolean egalitarian) {
        Optional<CorrelatedEquilibrium> rounded = program(game, weights, egalitarian)
                .solve()
                .match(
                        optimum -> accepted(game, optimum.x()),
                        Optional::empty,
                        Optional::empty,
                        undecided -> Optional.empty());
        return rounded.orElseGet(() -> solveAgain(game, weights, egalitarian));
    }

    private static CorrelatedEquilibrium solveAgain(BimatrixGame game, double[][] weights, boolean egalitarian) {
        if (game.rows() * game.columns() > MOST_PROFILES_AGAIN) {
            throw new ArithmeticException("rounding errors spoil the linear program of the " + game.rows() + " x "
                    + game.columns() + " game, which has more than the " + MOST_PROFILES_AGAIN
                    + " profiles up to which exact numbers are tried next; solve it as an ExactBimatrixGame");
        }
        Exact exact = solve(game.exactly(), exactly(weights), egalitarian);
        double[][] probabilities = exact.probabilities().stream()
                .map(row -> row.stream().mapToDouble(Fraction::toDouble).toArray())
                .toArray(double[][]::new);
        return new CorrelatedEquilibrium(game, probabilities);
    }

    private static Fraction[][] exactly(double[][] weights) {
        return Arrays.stream(weights)
                .map(row -> Arrays.stream(row).mapToObj(Fraction::ofExactly).toArray(Fraction[]::new))
                .toArray(Fraction[][]::new);
    }

    /** The distribution, if nobody gains more than a billionth of the range of the own payoffs by disobeying. */
    private static Optional<CorrelatedEquilibrium> accepted(BimatrixGame game, double[] flat) {
        double sum = 0;
        for (int k = 0; k < game.rows() * game.columns(); k++) {
            sum += flat[k];
        }
        if (!(sum > 0)) {
            return Optional.empty();
        }
        double[][] probabilities = new double[game.rows()][game.columns()];
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                probabilities[i][j] = flat[i * game.columns() + j] / sum;
            }
        }
        CorrelatedEquilibrium found = new CorrelatedEquilibrium(game, probabilities);
        boolean precise = found.rowViolation <= LemkeHowson.PRECISION * game.rangeA()
                && found.columnViolation <= LemkeHowson.PRECISION * game.rangeB();
        return precise ? Optional.of(found) : Optional.empty();
    }

    /** Variables: the profile's probabilities row by row, and, if egalitarian, the smaller payoff, counted from the least one, in a unit of its size. */
    private static LinearProgram program(BimatrixGame game, double[][] weights, boolean egalitarian) {
        int columns = game.columns();
        int profiles = game.rows() * columns;
        int variables = profiles + (egalitarian ? 1 : 0);
        requireSize(game.rows(), columns);
        double[] objective = new double[variables];
        double[] ones = new double[variables];
        for (int k = 0; k < profiles; k++) {
            objective[k] = weights[k / columns][k % columns];
            ones[k] = 1;
        }
        if (egalitarian) {
            objective[profiles] = 1;
        }
        LinearProgram program = LinearProgram.maximise(objective).equal(ones, 1);
        for (int told = 0; told < game.rows(); told++) {
            for (int played = 0; played < game.rows(); played++) {
                if (played != told) {
                    double[] gain = new double[variables];
                    for (int j = 0; j < columns; j++) {
                        gain[told * columns + j] = game.a(played, j) - game.a(told, j);
                    }
                    program.atMost(gain, 0);
                }
            }
        }
        for (int told = 0; told < columns; told++) {
            for (int played = 0; played < columns; played++) {
                if (played != told) {
                    double[] gain = new double[variables];
                    for (int i = 0; i < game.rows(); i++) {
                        gain[i * columns + told] = game.b(i, played) - game.b(i, told);
                    }
                    program.atMost(gain, 0);
                }
            }
        }
        if (egalitarian) {
            double least = Math.min(game.leastA(), game.leastB());
            // No smaller payoff is above the smaller of both largest ones; as its unit that lets no entry that matters
            // vanish beside others.
            double most = Math.min(game.leastA() - least + game.rangeA(), game.leastB() - least + game.rangeB());
            double unit = most > 0 ? most : 1;
            double[] ofRow = new double[variables];
            double[] ofColumn = new double[variables];
            for (int k = 0; k < profiles; k++) {
                ofRow[k] = least - game.a(k / columns, k % columns);
                ofColumn[k] = least - game.b(k / columns, k % columns);
            }
            ofRow[profiles] = unit;
            ofColumn[profiles] = unit;
            program.atMost(ofRow, 0).atMost(ofColumn, 0);
        }
        return program;
    }

    private static void requireSize(int rows, int columns) {
        int constraints = rows * (rows - 1) + columns * (columns - 1) + 3;
        if (!LinearProgram.fits(constraints, rows * columns + 1)) {
            throw new IllegalArgumentException("the linear program of the " + rows + " x " + columns + " game has "
                    + constraints + " constraints of " + rows * columns + " variables, more than "
                    + LinearProgram.MOST_ENTRIES + " entries; games of up to 60 x 60 have fewer");
        }
    }

    /** The probability of a profile. */
    public double probability(int row, int column) {
        return probabilities[row][column];
    }

    /** What the row player expects. */
    public double rowPayoff() {
        return rowPayoff;
    }

    /** What the column player expects. */
    public double columnPayoff() {
        return columnPayoff;
    }

    /**
     * The certificate: the most that a player could gain by always playing one certain strategy when told another certain one, times how often
     * that is; 0 or more.
     */
    public double violation() {
        return Math.max(rowViolation, columnViolation);
    }

    @Override
    public String toString() {
        return Arrays.deepToString(probabilities) + " with violation " + violation();
    }

    /**
     * A correlated equilibrium in exact numbers.
     *
     * @param probabilities {@code [rows][columns]} of the profiles
     * @param rowPayoff what the row player expects
     * @param columnPayoff what the column player expects
     * @param violation the certificate, see {@link CorrelatedEquilibrium#violation}; 0 exactly at an equilibrium
     */
    public record Exact(
            List<List<Fraction>> probabilities, Fraction rowPayoff, Fraction columnPayoff, Fraction violation) {

        /** Copies. */
        public Exact {
            probabilities = probabilities.stream().map(List::copyOf).toList();
        }

        /**
         * A distribution with its certificate, whether it is an equilibrium or not.
         *
         * @param probabilities {@code [rows][columns]} 0 or more, of sum 1
         * @throws IllegalArgumentException if the shape does not fit the game or it is no distribution
         */
        public static Exact of(ExactBimatrixGame game, List<List<Fraction>> probabilities) {
            int columns = Shapes.columns(
                    probabilities.size(), i -> probabilities.get(i).size(), "of probabilities");
            if (probabilities.size() != game.rows() || columns != game.columns()) {
                throw new IllegalArgumentException("the probabilities are " + probabilities.size() + " x " + columns
                        + ", but the game is " + game.rows() + " x " + game.columns());
            }
            Fraction sum = Fraction.ZERO;
            Fraction ofRow = Fraction.ZERO;
            Fraction ofColumn = Fraction.ZERO;
            for (int i = 0; i < game.rows(); i++) {
                for (int j = 0; j < columns; j++) {
                    Fraction probability = probabilities.get(i).get(j);
                    if (probability.signum() < 0) {
                        throw new IllegalArgumentException(
                                "probability [" + i + "][" + j + "] is " + probability + ", below 0");
                    }
                    sum = sum.plus(probability);
                    ofRow = ofRow.plus(probability.times(game.a(i, j)));
                    ofColumn = ofColumn.plus(probability.times(game.b(i, j)));
                }
            }
            if (!sum.equals(Fraction.ONE)) {
                throw new IllegalArgumentException("the probabilities sum to " + sum + ", not to 1");
            }
            return new Exact(probabilities, ofRow, ofColumn, violation(game, probabilities));
        }

        private static Fraction violation(ExactBimatrixGame game, List<List<Fraction>> probabilities) {
            Fraction worst = Fraction.ZERO;
            for (int told = 0; told < game.rows(); told++) {
                for (int played = 0; played < game.rows(); played++) {
                    Fraction gain = Fraction.ZERO;
                    for (int j = 0; j < game.columns(); j++) {
                        gain = gain.plus(probabilities
                                .get(told)
                                .get(j)
                                .times(game.a(played, j).minus(game.a(told, j))));
                    }
                    worst = worst.max(gain);
                }
            }
            for (int told = 0; told < game.columns(); told++) {
                for (int played = 0; played < game.columns(); played++) {
                    Fraction gain = Fraction.ZERO;
                    for (int i = 0; i < game.rows(); i++) {
                        gain = gain.plus(probabilities
                                .get(i)
                                .get(told)
                                .times(game.b(i, played).minus(game.b(i, told))));
                    }
                    worst = worst.max(gain);
                }
            }
            return worst;
        }
    }

    /**
     * The correlated equilibrium that is best by an objective, exactly.
     *
     * @throws IllegalArgumentException if the linear program of the game is too large
     * @throws ArithmeticException if the bound on the work of the linear program is reached
     */
    public static Exact maximise(ExactBimatrixGame game, Objective objective) {
        Fraction[][] weights = new Fraction[game.rows()][game.columns()];
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                weights[i][j] = switch (objective) {
                    case SUM -> game.a(i, j).plus(game.b(i, j));
                    case EGALITARIAN -> Fraction.ZERO;
                    case ROW -> game.a(i, j);
                    case COLUMN -> game.b(i, j);
                };
            }
        }
        return solve(game, weights, objective == Objective.EGALITARIAN);
    }

    /**
     * The correlated equilibrium with the largest expected weight, exactly.
     *
     * @param weights {@code [rows][columns]} what each profile is worth
     * @throws IllegalArgumentException if the weights do not fit the game or the linear program of the game is too large
     * @throws ArithmeticException if the bound on the work of the linear program is reached
     */
    public static Exact maximise(ExactBimatrixGame game, Fraction[][] weights) {
        int columns = Shapes.columns(weights.length, i -> requireNonNull(weights[i], "row").length, "of weights");
        if (weights.length != game.rows() || columns != game.columns()) {
            throw new IllegalArgumentException("the weights are " + weights.length + " x " + columns
                    + ", but the game is " + game.rows() + " x " + game.columns());
        }
        return solve(game, weights, false);
    }

    private static Exact solve(ExactBimatrixGame game, Fraction[][] weights, boolean egalitarian) {
        List<Fraction> flat = program(game, weights, egalitarian)
                .solve()
                .match(
                        ExactLinearProgram.Optimum::x,
                        () -> {
                            throw new IllegalStateException("bug: every game has a correlated equilibrium");
                        },
                        () -> {
                            throw new IllegalStateException("bug: distributions are bounded");
                        },
                        undecided -> {
                            throw new ArithmeticException("the linear program of the " + game.rows() + " x "
                                    + game.columns() + " game is not solved within the bound on work, after "
                                    + undecided.pivots() + " pivots; round its payoffs to fewer digits");
                        });
        List<List<Fraction>> probabilities = new ArrayList<>();
        for (int i = 0; i < game.rows(); i++) {
            probabilities.add(flat.subList(i * game.columns(), (i + 1) * game.columns()));
        }
        Exact exact = Exact.of(game, probabilities);
        if (exact.violation().signum() != 0) {
            throw new IllegalStateException("bug: disobeying gains " + exact.violation());
        }
        return exact;
    }

    private static ExactLinearProgram program(ExactBimatrixGame game, Fraction[][] weights, boolean egalitarian) {
        int columns = game.columns();
        int profiles = game.rows() * columns;
        int variables = profiles + (egalitarian ? 1 : 0);
        requireSize(game.rows(), columns);
        Function<Fraction, Fraction[]> filled = value -> {
            Fraction[] row = new Fraction[variables];
            Arrays.fill(row, value);
            return row;
        };
        Fraction[] objective = filled.apply(Fraction.ONE);
        Fraction[] ones = filled.apply(Fraction.ZERO);
        for (int k = 0; k < profiles; k++) {
            objective[k] = weights[k / columns][k % columns];
            ones[k] = Fraction.ONE;
        }
        ExactLinearProgram program = ExactLinearProgram.maximise(objective).equal(ones, Fraction.ONE);
        for (int told = 0; told < game.rows(); told++) {
            for (int played = 0; played < game.rows(); played++) {
                if (played != told) {
                    Fraction[] gain = filled.apply(Fraction.ZERO);
                    for (int j = 0; j < columns; j++) {
                        gain[told * columns + j] = game.a(played, j).minus(game.a(told, j));
                    }
                    program.atMost(gain, Fraction.ZERO);
                }
            }
        }
        for (int told = 0; told < columns; told++) {
            for (int played = 0; played < columns; played++) {
                if (played != told) {
                    Fraction[] gain = filled.apply(Fraction.ZERO);
                    for (int i = 0; i < game.rows(); i++) {
                        gain[i * columns + told] = game.b(i, played).minus(game.b(i, told));
                    }
                    program.atMost(gain, Fraction.ZERO);
                }
            }
        }
        if (egalitarian) {
            Fraction least = game.a(0, 0);
            for (int k = 0; k < profiles; k++) {
                least = least.min(game.a(k / columns, k % columns)).min(game.b(k / columns, k % columns));
            }
            Fraction[] ofRow = filled.apply(Fraction.ONE);
            Fraction[] ofColumn = filled.apply(Fraction.ONE);
            for (int k = 0; k < profiles; k++) {
                ofRow[k] = least.minus(game.a(k / columns, k % columns));
                ofColumn[k] = least.minus(game.b(k / columns, k % columns));
            }
            program.atMost(ofRow, Fraction.ZERO).atMost(ofColumn, Fraction.ZERO);
        }
        return program;
    }
}
