package org.dalrn.core.incentive.game;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * A linear program in doubles: the largest {@code c x} over all {@code x >= 0} that meet constraints.
 *
 * <p>An optimum is handed out only with a solution of the dual program of the same value, both checked in the program as it was stated. If
 * rounding errors spoil that, small programs are solved again in exact numbers. That a program is infeasible or unbounded is said
 * up to a tolerance of 1e-10 of the scaled program.
 *
 * <p>Confined to one thread. Holds {@code (constraints + 2) * (variables + constraints)} doubles at most.
 */
final class LinearProgram {

    /** How far constraints of the scaled program may be missed, and both values differ, beside the size of the solution. */
    private static final double PRECISION = 1e-10;

    /** What bounds of the scaled program are enlarged by, once or twice, until one of these proves an optimum. */
    private static final List<Double> SLACKS = List.of(1e-7, 1e-6, 1e-8);

    /** How far bounds of the scaled program may be missed on the way for the sake of a larger pivot. */
    private static final double BLUR = 1e-9;

    /** A tableau has at most this many entries: 256 MB. */
    static final long MOST_ENTRIES = 1L << 25;

    private static final long MOST_WORK = 1L << 37;

    /** A program that has more entries is not solved again in exact numbers. */
    private static final long MOST_ENTRIES_AGAIN = 1L << 14;

    /** A value of the scaled program that is not further below 0 is 0. */
    private static final double ROUNDING = 1e-13;

    /** After so many pivots the basis is factorised again, so that rounding errors do not add up. */
    private static final long STRETCH = 2_000;

    /** How often an optimal basis is mended before another slack is tried. */
    private static final int MENDINGS = 4;

    private static final double GOLDEN_RATIO = 0.6180339887498949;

    /** How the left side of a constraint relates to its bound. */
    enum Relation {
        AT_MOST,
        AT_LEAST,
        EQUAL;

        /** Whether all signs of a constraint with such a bound are changed: then its bound is 0 or more, and artificial variables are rare. */
        boolean isNegated(double bound) {
            return bound < 0 || (bound == 0 && this == AT_LEAST);
        }

        /** Whether the constraint, signs changed where they are, needs an artificial variable to start from. */
        boolean needsArtificial(double bound) {
            return this != (isNegated(bound) ? AT_LEAST : AT_MOST);
        }

        /** Whether the constraint, signs changed where they are, needs a surplus variable. */
        boolean needsSurplus(double bound) {
            return this != EQUAL && needsArtificial(bound);
        }
    }

    private final double[] objective;
    private final List<double[]> constraints = new ArrayList<>();
    private final List<Relation> relations = new ArrayList<>();
    private final List<Double> bounds = new ArrayList<>();

    private LinearProgram(double[] objective) {
        this.objective = objective;
    }

    /**
     * The best that was found.
     *
     * <p>Immutable.
     */
    static final class Optimum {

        private final double[] x;
        private final double value;
        private final double[] dual;

        private Optimum(double[] x, double value, double[] dual) {
            this.x = x;
            this.value = value;
            this.dual = dual;
        }

        /** {@code [variables]}, 0 or more; a copy. */
        double[] x() {
            return x.clone();
        }

        /** The largest value of the objective. */
        double value() {
            return value;
        }

        /**
         * {@code [constraints]} what a unit more of each bound would add to the value: 0 or more of {@code atMost}, 0 or less of
         * {@code atLeast}; a copy.
         */
        double[] dual() {
            return dual.clone();
        }
    }

    /**
     * A program without constraints yet.
     *
     * @param objective {@code [variables]} finite
     */
    static LinearProgram maximise(double... objective) {
        if (objective.length == 0) {
            throw new IllegalArgumentException("the objective has no variable; it needs one or more");
        }
        return new LinearProgram(finite(objective.clone(), "objective"));
    }

    /** Adds {@code coefficients x <= bound}. */
    LinearProgram atMost(double[] coefficients, double bound) {
        return add(coefficients, Relation.AT_MOST, bound);
    }

    /** Adds {@code coefficients x >= bound}. */
    LinearProgram atLeast(double[] coefficients, double bound) {
        return add(coefficients, Relation.AT_LEAST, bound);
    }

    /** Adds {@code coefficients x = bound}. */
    LinearProgram equal(double[] coefficients, double bound) {
        return add(coefficients, Relation.EQUAL, bound);
    }

    private LinearProgram add(double[] coefficients, Relation relation, double bound) {
        if (coefficients.length != objective.length) {
            throw new IllegalArgumentException("constraint " + constraints.size() + " has " + coefficients.length
                    + " coefficients, but the objective has " + objective.length + " variables");
        }
        requireEntries(constraints.size() + 1, objective.length, 0);
        if (!Double.isFinite(bound)) {
            throw new IllegalArgumentException(
                    "the bound of constraint " + constraints.size() + " is " + bound + "; bounds are finite");
        }
        constraints.add(finite(coefficients.clone(), "constraint " + constraints.size()));
        relations.add(relation);
        bounds.add(bound);
        return this;
    }

    private static double[] finite(double[] values, String name) {
        for (int j = 0; j < values.length; j++) {
            if (!Double.isFinite(values[j])) {
                throw new IllegalArgumentException(
                        "coefficient " + j + " of the " + name + " is " + values[j] + "; coefficients are finite");
            }
        }
        return values;
    }

    /**
     * Solves it, in doubles and, if that comes to nothing, in exact numbers.
     *
     * @throws IllegalArgumentException if it is too large
     */
    LinearProgramOutcome<Optimum> solve() {
        long entries = entries();
        LinearProgramOutcome<Optimum> outcome = solve(Math.max(1, MOST_WORK / entries));
        return outcome instanceof LinearProgramOutcome.Undecided<Optimum> && entries <= MOST_ENTRIES_AGAIN
                ? solveExactly()
                : outcome;
    }

    /**
     * Solves it in doubles alone.
     *
     * @throws IllegalArgumentException if it is too large
     */
    LinearProgramOutcome<Optimum> solve(long mostPivots) {
        entries();
        return new Scaled().solve(mostPivots);
    }

    private long entries() {
        return requireEntries(constraints.size(), objective.length, surplus());
    }

    private int surplus() {
        int surplus = 0;
        for (int i = 0; i < constraints.size(); i++) {
            surplus += relations.get(i).needsSurplus(bounds.get(i)) ? 1 : 0;
        }
        return surplus;
    }

    /** True if a program of so many constraints from above and variables is not too large. */
    static boolean fits(int constraints, int variables) {
        return (constraints + 2L) * (variables + 1L) <= MOST_ENTRIES;
    }

    /** The number of entries of the tableau, if it is not too large. */
    static long requireEntries(int constraints, int variables, int surplus) {
        long entries = (constraints + 2L) * (variables + surplus + 1L);
        if (entries > MOST_ENTRIES) {
            throw new IllegalArgumentException("a linear program of " + constraints + " constraints and " + variables
                    + " variables has " + entries + " entries; at most " + MOST_ENTRIES + " are solved");
        }
        return entries;
    }

    private LinearProgramOutcome<Optimum> solveExactly() {
        ExactLinearProgram exact = ExactLinearProgram.maximise(exactly(objective));
        for (int i = 0; i < constraints.size(); i++) {
            exact.add(exactly(constraints.get(i)), relations.get(i), Fraction.ofExactly(bounds.get(i)));
        }
        return exact.solve()
                .<LinearProgramOutcome<Optimum>>match(
                        optimum -> new LinearProgramOutcome.Optimal<>(new Optimum(
                                doubles(optimum.x()), optimum.value().toDouble(), doubles(optimum.dual()))),
                        LinearProgramOutcome.Infeasible::new,
                        LinearProgramOutcome.Unbounded::new,
                        undecided -> new LinearProgramOutcome.Undecided<>(undecided.pivots(), undecided.mostPivots()));
    }

    private static Fraction[] exactly(double[] values) {
        Fraction[] exact = new Fraction[values.length];
        for (int j = 0; j < values.length; j++) {
            exact[j] = Fraction.ofExactly(values[j]);
        }
        return exact;
    }

    private static double[] doubles(List<Fraction> values) {
        return values.stream().mapToDouble(Fraction::toDouble).toArray();
    }

    /**
     * The program with rows, columns, bounds and objective divided such that the largest entry of each is about 1.
     *
     * <p>Bounds from above that need no artificial variable are a little too large, each by another amount, so that no two constraints meet
     * where they should not: that, and not an order of ties, is what lets degenerate programs end, and leaves the choice of large pivots.
     * The bounds as they are stated go along in a column of their own that never enters, in which the solution is read at the end.
     */
    private final class Scaled {

        private final int rows = constraints.size();
        private final int variables = objective.length;
        private final int stated = variables + surplus();
        private final boolean[] artificial = new boolean[rows];
        /** What constraints are divided by, and, last, the objective. */
        private final double[] ofRows = new double[rows + 1];
        /** What coefficients of variables are divided by, and, last, the bounds. */
        private final double[] ofColumns = new double[variables + 1];

        Scaled() {
            for (int i = 0; i < rows; i++) {
                artificial[i] = relations.get(i).needsArtificial(bounds.get(i));
            }
            Arrays.fill(ofColumns, 1);
            for (int i = 0; i < rows; i++) {
                ofRows[i] = largestOfRow(i);
            }
            for (int j = 0; j <= variables; j++) {
                ofColumns[j] = largestOfColumn(j);
            }
            ofRows[rows] = largestOfRow(rows);
        }

        private double size(int row, int column) {
            if (row == rows) {
                return column == variables ? 0 : Math.abs(objective[column]);
            }
            return Math.abs(column == variables ? bounds.get(row) : constraints.get(row)[column]);
        }

        private double largestOfRow(int row) {
            double most = 0;
            for (int j = 0; j < variables; j++) {
                most = Math.max(most, size(row, j) / ofColumns[j]);
            }
            return powerOf2(most);
        }

        private double largestOfColumn(int column) {
            double most = 0;
            for (int i = 0; i < rows; i++) {
                most = Math.max(most, size(i, column) / ofRows[i]);
            }
            return powerOf2(most);
        }

        /** The next lower power of 2: dividing by it rounds nothing; 1 of 0. */
        private static double powerOf2(double scale) {
            int exponent = scale > 0 ? Math.getExponent(scale) : 0;
            return Math.scalb(1.0, Math.max(Double.MIN_EXPONENT, Math.min(Double.MAX_EXPONENT, exponent)));
        }

        /** Between 0 and 1, another one for each row, without a pattern that rows could share. */
        private static double fraction(int row) {
            double multiple = (row + 1) * GOLDEN_RATIO;
            return multiple - Math.floor(multiple);
        }

        private double coefficient(int row, int column) {
            return constraints.get(row)[column] / ofRows[row] / ofColumns[column];
        }

        private double bound(int row) {
            return bounds.get(row) / ofRows[row] / ofColumns[variables];
        }

        private double profit(int column) {
            return objective[column] / ofColumns[column] / ofRows[rows];
        }

        private double sign(int row) {
            return relations.get(row).isNegated(bounds.get(row)) ? -1 : 1;
        }

        private DoubleTableau start(double slack) {
            int bound = stated + 1;
            double[][] entries = new double[rows + 2][bound + 1];
            int surplus = variables;
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < variables; j++) {
                    entries[i][j] = sign(i) * coefficient(i, j);
                }
                entries[i][stated] = sign(i) * bound(i);
                entries[i][bound] = entries[i][stated] + (artificial[i] ? 0 : slack * (1 + fraction(i)));
                if (artificial[i]) {
                    if (relations.get(i) != Relation.EQUAL) {
                        entries[i][surplus++] = -1;
                    }
                    for (int j = 0; j <= bound; j++) {
                        entries[rows + 1][j] -= entries[i][j];
                    }
                }
            }
            for (int j = 0; j < variables; j++) {
                entries[rows][j] = -profit(j);
            }
            return new DoubleTableau(entries, 2, false, BLUR);
        }

        LinearProgramOutcome<Optimum> solve(long mostPivots) {
            long pivots = 0;
            for (double slack : SLACKS) {
                DoubleTableau tableau = start(slack);
                while (true) {
                    Simplex simplex = simplex(tableau, Math.min(STRETCH, mostPivots - pivots));
                    Simplex.End end = simplex.run();
                    pivots += simplex.pivots();
                    if (end == Simplex.End.INFEASIBLE) {
                        return new LinearProgramOutcome.Infeasible<>();
                    }
                    if (end == Simplex.End.UNBOUNDED) {
                        return new LinearProgramOutcome.Unbounded<>();
                    }
                    if (end == Simplex.End.OPTIMAL) {
                        Optional<Optimum> optimum = mended(tableau, slack);
                        if (optimum.isPresent()) {
                            return new LinearProgramOutcome.Optimal<>(optimum.get());
                        }
                        break;
                    }
                    if (simplex.pivots() < STRETCH) {
                        break;
                    }
                    tableau = again(tableau, slack);
                }
            }
            return new LinearProgramOutcome.Undecided<>(pivots, mostPivots);
        }

        private Simplex simplex(DoubleTableau tableau, long most) {
            return new Simplex(tableau, artificial, stated, most);
        }

        /** The optimum of the bounds as they are stated, from that of the enlarged ones. */
        private Optional<Optimum> mended(DoubleTableau end, double slack) {
            DoubleTableau tableau = end;
            Simplex simplex = simplex(tableau, STRETCH);
            Optional<Optimum> optimum = optimum(tableau, simplex);
            for (int attempt = 0; attempt < MENDINGS && optimum.isEmpty(); attempt++) {
                if (attempt % 2 == 1) {
                    simplex.run();
                }
                meetStatedBounds(tableau, simplex);
                tableau = again(tableau, slack);
                simplex = simplex(tableau, STRETCH);
                optimum = optimum(tableau, simplex);
            }
            return optimum;
        }

        /** The dual simplex method: prices stay right while values below 0 leave. */
        private void meetStatedBounds(DoubleTableau tableau, Simplex simplex) {
            for (int pivots = 0; pivots < rows; pivots++) {
                int row = 0;
                for (int i = 1; i < rows; i++) {
                    if (tableau.entry(i, stated) < tableau.entry(row, stated)) {
                        row = i;
                    }
                }
                if (tableau.entry(row, stated) >= -ROUNDING) {
                    return;
                }
                int column = Tableau.NONE;
                double least = Double.POSITIVE_INFINITY;
                for (int j = 0; j < tableau.columns; j++) {
                    if (tableau.sign(row, j) < 0
                            && simplex.mayEnter(tableau.nonbasic(j))
                            && tableau.sign(rows + 1, j) == 0) {
                        double ratio = Math.max(0, tableau.entry(rows, j)) / -tableau.entry(row, j);
                        if (ratio < least) {
                            least = ratio;
                            column = j;
                        }
                    }
                }
                if (column == Tableau.NONE) {
                    return;
                }
                tableau.exchange(row, column);
            }
        }

        /** The same basis, reached from the start by as few pivots as possible, the largest ones first: without the errors of the long way. */
        private DoubleTableau again(DoubleTableau end, double slack) {
            DoubleTableau tableau = start(slack);
            for (int k = 0; k < rows; k++) {
                int row = Tableau.NONE;
                int column = Tableau.NONE;
                for (int i = 0; i < rows; i++) {
                    if (end.place(tableau.basic(i)) < 0) {
                        continue;
                    }
                    for (int j = 0; j < tableau.columns; j++) {
                        if (end.place(tableau.nonbasic(j)) < 0
                                && (row == Tableau.NONE
                                        || Math.abs(tableau.entry(i, j)) > Math.abs(tableau.entry(row, column)))) {
                            row = i;
                            column = j;
                        }
                    }
                }
                if (row == Tableau.NONE || tableau.entry(row, column) == 0) {
                    break;
                }
                tableau.exchange(row, column);
            }
            return tableau;
        }

        private Optional<Optimum> optimum(DoubleTableau tableau, Simplex simplex) {
            double[] x = new double[variables];
            for (int j = 0; j < variables; j++) {
                int place = tableau.place(j);
                x[j] = place >= 0 ? 0 : Math.max(0, tableau.entry(-1 - place, stated));
            }
            double weight = weightOfFeasibility(tableau, simplex);
            double[] dual = new double[rows];
            for (int i = 0; i < rows; i++) {
                int place = tableau.place(tableau.basicAtStart(i));
                double price = place < 0 ? 0 : tableau.entry(rows, place);
                if (weight > 0) {
                    price += weight * ((place < 0 ? 0 : tableau.entry(rows + 1, place)) - (artificial[i] ? 1 : 0));
                }
                dual[i] = withSign(sign(i) * price, relations.get(i));
            }
            if (!proves(x, dual)) {
                return Optional.empty();
            }
            double value = 0;
            for (int j = 0; j < variables; j++) {
                x[j] = x[j] / ofColumns[j] * ofColumns[variables];
                value += objective[j] * x[j];
            }
            for (int i = 0; i < rows; i++) {
                dual[i] = dual[i] / ofRows[i] * ofRows[rows];
            }
            return Optional.of(new Optimum(x, value, dual));
        }

        /** How much of the second objective has to be added to the first until no variable that was kept out would enter. */
        private double weightOfFeasibility(DoubleTableau tableau, Simplex simplex) {
            double weight = 0;
            for (int j = 0; j < tableau.columns; j++) {
                if (simplex.mayEnter(tableau.nonbasic(j))
                        && tableau.sign(rows, j) < 0
                        && tableau.sign(rows + 1, j) > 0) {
                    weight = Math.max(weight, -tableau.entry(rows, j) / tableau.entry(rows + 1, j));
                }
            }
            return weight;
        }

        /** Whether a point meets the constraints, the prices meet those of the dual program, and both values agree. */
        private boolean proves(double[] x, double[] dual) {
            double[] prices = new double[variables];
            double dualValue = 0;
            double value = 0;
            double sizeOfPoint = 1;
            double sizeOfPrices = 1;
            for (int j = 0; j < variables; j++) {
                value += profit(j) * x[j];
                sizeOfPoint += x[j];
            }
            for (int i = 0; i < rows; i++) {
                double left = 0;
                for (int j = 0; j < variables; j++) {
                    left += coefficient(i, j) * x[j];
                    prices[j] += coefficient(i, j) * dual[i];
                }
                double excess = switch (relations.get(i)) {
                    case AT_MOST -> left - bound(i);
                    case AT_LEAST -> bound(i) - left;
                    case EQUAL -> Math.abs(left - bound(i));
                };
                if (!(excess <= PRECISION * sizeOfPoint)) {
                    return false;
                }
                dualValue += bound(i) * dual[i];
                sizeOfPrices += Math.abs(dual[i]);
            }
            for (int j = 0; j < variables; j++) {
                // What prices lack, times the best point, is what the value may lack: large prices are no excuse.
                if (!(profit(j) - prices[j] <= PRECISION * Math.min(sizeOfPoint, sizeOfPrices))) {
                    return false;
                }
            }
            return Math.abs(value - dualValue) <= PRECISION * Math.min(sizeOfPoint, sizeOfPrices);
        }
    }

    private static double withSign(double dual, Relation relation) {
        return switch (relation) {
            case AT_MOST -> Math.max(0, dual);
            case AT_LEAST -> Math.min(0, dual);
            case EQUAL -> dual;
        };
    }
}
