package org.dalrn.core.incentive.game;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * A linear program in exact fractions: the largest {@code c x} over all {@code x >= 0} that meet constraints.
 *
 * <p>An optimum is handed out only with a solution of the dual program of the same value, both checked in the program as it was stated.
 *
 * <p>Confined to one thread. Runs in whole numbers, see {@link ExactTableau}.
 */
final class ExactLinearProgram {

    /** Entries computed, long ones counted as often as they are dearer: a minute or two. */
    private static final long MOST_COST = 1L << 31;

    private final Fraction[] objective;
    private final List<Fraction[]> constraints = new ArrayList<>();
    private final List<LinearProgram.Relation> relations = new ArrayList<>();
    private final List<Fraction> bounds = new ArrayList<>();

    private ExactLinearProgram(Fraction[] objective) {
        this.objective = objective;
    }

    /**
     * The best solution.
     *
     * @param x {@code [variables]}, 0 or more
     * @param value the largest value of the objective
     * @param dual {@code [constraints]} what a unit more of each bound would add to the value, as long as the basis stays: 0 or more of
     *     {@code atMost}, 0 or less of {@code atLeast}
     */
    record Optimum(List<Fraction> x, Fraction value, List<Fraction> dual) {

        Optimum {
            x = List.copyOf(x);
            dual = List.copyOf(dual);
        }
    }

    /** A program without constraints yet. */
    static ExactLinearProgram maximise(Fraction... objective) {
        if (objective.length == 0) {
            throw new IllegalArgumentException("the objective has no variable; it needs one or more");
        }
        return new ExactLinearProgram(objective.clone());
    }

    /** Adds {@code coefficients x <= bound}. */
    ExactLinearProgram atMost(Fraction[] coefficients, Fraction bound) {
        return add(coefficients, LinearProgram.Relation.AT_MOST, bound);
    }

    /** Adds {@code coefficients x >= bound}. */
    ExactLinearProgram atLeast(Fraction[] coefficients, Fraction bound) {
        return add(coefficients, LinearProgram.Relation.AT_LEAST, bound);
    }

    /** Adds {@code coefficients x = bound}. */
    ExactLinearProgram equal(Fraction[] coefficients, Fraction bound) {
        return add(coefficients, LinearProgram.Relation.EQUAL, bound);
    }

    ExactLinearProgram add(Fraction[] coefficients, LinearProgram.Relation relation, Fraction bound) {
        if (coefficients.length != objective.length) {
            throw new IllegalArgumentException("constraint " + constraints.size() + " has " + coefficients.length
                    + " coefficients, but the objective has " + objective.length + " variables");
        }
        LinearProgram.requireEntries(constraints.size() + 1, objective.length, 0);
        constraints.add(coefficients.clone());
        relations.add(relation);
        bounds.add(bound);
        return this;
    }

    /**
     * Solves it.
     *
     * @throws IllegalArgumentException if it is too large
     */
    LinearProgramOutcome<Optimum> solve() {
        return solve(Long.MAX_VALUE);
    }

    /**
     * Solves it within a bound on pivots, and on the work that they are.
     *
     * @throws IllegalArgumentException if it is too large
     */
    LinearProgramOutcome<Optimum> solve(long mostPivots) {
        entries();
        return new Whole().solve(mostPivots);
    }

    private long entries() {
        return LinearProgram.requireEntries(constraints.size(), objective.length, surplus());
    }

    private int surplus() {
        int surplus = 0;
        for (int i = 0; i < constraints.size(); i++) {
            surplus += relations.get(i).needsSurplus(bounds.get(i).signum()) ? 1 : 0;
        }
        return surplus;
    }

    /** The program with rows and objective multiplied until they are whole. */
    private final class Whole {

        private final int rows = constraints.size();
        private final int variables = objective.length;
        /** What a row was multiplied with: below 0 if its bound was. */
        private final BigInteger[] factors = new BigInteger[rows];

        private final boolean[] artificial = new boolean[rows];

        LinearProgramOutcome<Optimum> solve(long mostPivots) {
            for (int i = 0; i < rows; i++) {
                int sign = bounds.get(i).signum();
                BigInteger factor = WholeNumbers.commonDenominator(
                        Stream.concat(Arrays.stream(constraints.get(i)), Stream.of(bounds.get(i))));
                factors[i] = relations.get(i).isNegated(sign) ? factor.negate() : factor;
                artificial[i] = relations.get(i).needsArtificial(sign);
            }
            BigInteger ofObjective = WholeNumbers.commonDenominator(Arrays.stream(objective));
            ExactTableau tableau = new ExactTableau(entries(ofObjective), 2, false, MOST_COST);
            Simplex simplex = new Simplex(tableau, artificial, Tableau.NONE, mostPivots);
            return switch (simplex.run()) {
                case INFEASIBLE -> new LinearProgramOutcome.Infeasible<>();
                case UNBOUNDED -> new LinearProgramOutcome.Unbounded<>();
                case UNDECIDED -> new LinearProgramOutcome.Undecided<>(simplex.pivots(), mostPivots);
                case OPTIMAL -> new LinearProgramOutcome.Optimal<>(optimum(tableau, simplex, ofObjective));
            };
        }

        private BigInteger[][] entries(BigInteger ofObjective) {
            int bound = variables + surplus();
            BigInteger[][] entries = new BigInteger[rows + 2][bound + 1];
            for (BigInteger[] row : entries) {
                Arrays.fill(row, BigInteger.ZERO);
            }
            int next = variables;
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < variables; j++) {
                    entries[i][j] = WholeNumbers.over(factors[i], constraints.get(i)[j]);
                }
                entries[i][bound] = WholeNumbers.over(factors[i], bounds.get(i));
                if (artificial[i]) {
                    if (relations.get(i) != LinearProgram.Relation.EQUAL) {
                        entries[i][next++] = BigInteger.ONE.negate();
                    }
                    for (int j = 0; j <= bound; j++) {
                        entries[rows + 1][j] = entries[rows + 1][j].subtract(entries[i][j]);
                    }
                }
            }
            for (int j = 0; j < variables; j++) {
                entries[rows][j] = WholeNumbers.over(ofObjective, objective[j]).negate();
            }
            return entries;
        }

        private Optimum optimum(ExactTableau tableau, Simplex simplex, BigInteger ofObjective) {
            List<Fraction> x = new ArrayList<>();
            Fraction value = Fraction.ZERO;
            for (int j = 0; j < variables; j++) {
                x.add(Fraction.of(tableau.value(j), tableau.denominator()));
                value = value.plus(objective[j].times(x.get(j)));
            }
            Fraction weight = weightOfFeasibility(tableau, simplex);
            List<Fraction> dual = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                int place = tableau.place(tableau.basicAtStart(i));
                Fraction price = entry(tableau, rows, place);
                if (weight.signum() > 0) {
                    Fraction second = entry(tableau, rows + 1, place);
                    price = price.plus(weight.times(artificial[i] ? second.minus(Fraction.ONE) : second));
                }
                dual.add(price.times(Fraction.of(factors[i], ofObjective)));
            }
            if (!proves(x, value, dual)) {
                throw new IllegalStateException("bug: the optimum " + value + " is not proved by " + dual);
            }
            return new Optimum(x, value, dual);
        }

        private static Fraction entry(ExactTableau tableau, int row, int place) {
            return place < 0 ? Fraction.ZERO : Fraction.of(tableau.entry(row, place), tableau.denominator());
        }

        /** How much of the second objective has to be added to the first until no variable that was kept out would enter. */
        private Fraction weightOfFeasibility(ExactTableau tableau, Simplex simplex) {
            Fraction weight = Fraction.ZERO;
            for (int j = 0; j < tableau.columns; j++) {
                if (simplex.mayEnter(tableau.nonbasic(j))
                        && tableau.sign(rows, j) < 0
                        && tableau.sign(rows + 1, j) > 0) {
                    weight = weight.max(Fraction.of(tableau.entry(rows, j).negate(), tableau.entry(rows + 1, j)));
                }
            }
            return weight;
        }
    }

    /** Whether a point meets the constraints, the prices meet those of the dual program, and both values are equal. */
    private boolean proves(List<Fraction> x, Fraction value, List<Fraction> dual) {
        Fraction[] prices = new Fraction[objective.length];
        Arrays.fill(prices, Fraction.ZERO);
        Fraction dualValue = Fraction.ZERO;
        for (int i = 0; i < constraints.size(); i++) {
            Fraction left = Fraction.ZERO;
            for (int j = 0; j < objective.length; j++) {
                if (x.get(j).signum() != 0) {
                    left = left.plus(constraints.get(i)[j].times(x.get(j)));
                }
                if (dual.get(i).signum() != 0) {
                    prices[j] = prices[j].plus(constraints.get(i)[j].times(dual.get(i)));
                }
            }
            int slack = bounds.get(i).compareTo(left);
            int price = dual.get(i).signum();
            boolean met = switch (relations.get(i)) {
                case AT_MOST -> slack >= 0 && price >= 0;
                case AT_LEAST -> slack <= 0 && price <= 0;
                case EQUAL -> slack == 0;
            };
            if (!met) {
                return false;
            }
            dualValue = dualValue.plus(bounds.get(i).times(dual.get(i)));
        }
        for (int j = 0; j < objective.length; j++) {
            if (x.get(j).signum() < 0 || prices[j].compareTo(objective[j]) < 0) {
                return false;
            }
        }
        return value.equals(dualValue);
    }
}
