package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.incentive.game.LinearProgram.Relation;
import org.hipparchus.optim.linear.LinearConstraint;
import org.hipparchus.optim.linear.LinearConstraintSet;
import org.hipparchus.optim.linear.LinearObjectiveFunction;
import org.hipparchus.optim.linear.NonNegativeConstraint;
import org.hipparchus.optim.linear.Relationship;
import org.hipparchus.optim.linear.SimplexSolver;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Linear programs in both arithmetics; the oracle of random ones is Hipparchus 4.0.3. */
class LinearProgramTest {

    private enum Kind {
        OPTIMAL,
        INFEASIBLE,
        UNBOUNDED,
        UNDECIDED
    }

    private static Kind kind(LinearProgramOutcome<?> outcome) {
        return outcome.match(
                optimum -> Kind.OPTIMAL, () -> Kind.INFEASIBLE, () -> Kind.UNBOUNDED, undecided -> Kind.UNDECIDED);
    }

    private static <S> S optimum(LinearProgramOutcome<S> outcome) {
        return outcome.match(
                optimum -> optimum,
                () -> {
                    throw new AssertionError("infeasible");
                },
                () -> {
                    throw new AssertionError("unbounded");
                },
                undecided -> {
                    throw new AssertionError(undecided);
                });
    }

    private static final class Constraint {

        private final double[] coefficients;
        private final Relation relation;
        private final double bound;

        Constraint(double[] coefficients, Relation relation, double bound) {
            this.coefficients = coefficients;
            this.relation = relation;
            this.bound = bound;
        }
    }

    /** The same program for all three solvers. */
    private static final class Program {

        private final double[] objective;
        private final List<Constraint> constraints;

        Program(double[] objective, List<Constraint> constraints) {
            this.objective = objective;
            this.constraints = constraints;
        }

        LinearProgram inDoubles() {
            LinearProgram program = LinearProgram.maximise(objective);
            for (Constraint constraint : constraints) {
                switch (constraint.relation) {
                    case AT_MOST -> program.atMost(constraint.coefficients, constraint.bound);
                    case AT_LEAST -> program.atLeast(constraint.coefficients, constraint.bound);
                    case EQUAL -> program.equal(constraint.coefficients, constraint.bound);
                }
            }
            return program;
        }

        ExactLinearProgram exact() {
            ExactLinearProgram program = ExactLinearProgram.maximise(exactly(objective));
            for (Constraint constraint : constraints) {
                Fraction bound = Fraction.ofExactly(constraint.bound);
                switch (constraint.relation) {
                    case AT_MOST -> program.atMost(exactly(constraint.coefficients), bound);
                    case AT_LEAST -> program.atLeast(exactly(constraint.coefficients), bound);
                    case EQUAL -> program.equal(exactly(constraint.coefficients), bound);
                }
            }
            return program;
        }

        private static Fraction[] exactly(double[] values) {
            return DoubleStream.of(values).mapToObj(Fraction::ofExactly).toArray(Fraction[]::new);
        }

        /** The point that Hipparchus finds; throws what it throws. */
        double[] byHipparchus() {
            List<LinearConstraint> all = constraints.stream()
                    .map(constraint -> new LinearConstraint(
                            constraint.coefficients,
                            switch (constraint.relation) {
                                case AT_MOST -> Relationship.LEQ;
                                case AT_LEAST -> Relationship.GEQ;
                                case EQUAL -> Relationship.EQ;
                            },
                            constraint.bound))
                    .toList();
            return new SimplexSolver()
                    .optimize(
                            new LinearObjectiveFunction(objective, 0),
                            new LinearConstraintSet(all),
                            GoalType.MAXIMIZE,
                            new NonNegativeConstraint(true))
                    .getPoint();
        }

        Kind kindByHipparchus() {
            try {
                byHipparchus();
                return Kind.OPTIMAL;
            } catch (RuntimeException e) {
                return switch (String.valueOf(e.getMessage())) {
                    case "no feasible solution" -> Kind.INFEASIBLE;
                    case "unbounded solution" -> Kind.UNBOUNDED;
                    default -> throw e;
                };
            }
        }

        double value(double[] x) {
            double value = 0;
            for (int j = 0; j < x.length; j++) {
                value += objective[j] * x[j];
            }
            return value;
        }
    }

    private static double[] whole(SplittableRandom random, int count, int from, int below) {
        return random.ints(count, from, below).asDoubleStream().toArray();
    }

    @Test
    void solve_textbookProgram_optimumAndShadowPrices() {
        // Hillier and Lieberman, Introduction to Operations Research, the Wyndor Glass example: 36 at (2, 6), prices 0,
        // 3/2, 1.
        Program program = new Program(
                new double[] {3, 5},
                List.of(
                        new Constraint(new double[] {1, 0}, Relation.AT_MOST, 4),
                        new Constraint(new double[] {0, 2}, Relation.AT_MOST, 12),
                        new Constraint(new double[] {3, 2}, Relation.AT_MOST, 18)));

        LinearProgram.Optimum rounded = optimum(program.inDoubles().solve());
        ExactLinearProgram.Optimum exact = optimum(program.exact().solve());

        assertThat(rounded.x()).containsExactly(new double[] {2, 6}, within(1e-12));
        assertThat(rounded.value()).isCloseTo(36, within(1e-12));
        assertThat(rounded.dual()).containsExactly(new double[] {0, 1.5, 1}, within(1e-12));
        assertThat(exact.x()).containsExactly(Fraction.of(2), Fraction.of(6));
        assertThat(exact.value()).isEqualTo(Fraction.of(36));
        assertThat(exact.dual()).containsExactly(Fraction.ZERO, Fraction.of(3, 2), Fraction.ONE);
    }

    @Test
    void solve_pricesOfEveryRelation_haveTheirSigns() {
        // max -x - 2y, x + y = 5, x >= 1, x <= 3: (3, 2), value -7; a unit more of the sum costs 2, of the upper limit
        // gains 1.
        Program program = new Program(
                new double[] {-1, -2},
                List.of(
                        new Constraint(new double[] {1, 1}, Relation.EQUAL, 5),
                        new Constraint(new double[] {1, 0}, Relation.AT_LEAST, 1),
                        new Constraint(new double[] {1, 0}, Relation.AT_MOST, 3)));

        ExactLinearProgram.Optimum exact = optimum(program.exact().solve());

        assertThat(exact.x()).containsExactly(Fraction.of(3), Fraction.of(2));
        assertThat(exact.dual()).containsExactly(Fraction.of(-2), Fraction.ZERO, Fraction.ONE);
        assertThat(optimum(program.inDoubles().solve()).dual()).containsExactly(new double[] {-2, 0, 1}, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "10, 30", "30, 10", "50, 50"})
    void solve_feasibleAndBounded_sameValueAsHipparchus(int variables, int constraints) {
        SplittableRandom random = new SplittableRandom(1000L * variables + constraints);
        for (int trial = 0; trial < 20; trial++) {
            double[] inside = random.doubles(variables).toArray();
            List<Constraint> list = new ArrayList<>();
            for (int i = 0; i < constraints; i++) {
                double[] row = random.doubles(variables, -1, 1).toArray();
                double left = 0;
                for (int j = 0; j < variables; j++) {
                    left += row[j] * inside[j];
                }
                list.add(
                        switch (random.nextInt(8)) {
                            case 0 -> new Constraint(row, Relation.EQUAL, left);
                            case 1, 2, 3 -> new Constraint(row, Relation.AT_LEAST, left - random.nextDouble());
                            default -> new Constraint(row, Relation.AT_MOST, left + random.nextDouble());
                        });
            }
            double[] ones = new double[variables];
            Arrays.fill(ones, 1);
            list.add(new Constraint(ones, Relation.AT_MOST, variables));
            Program program = new Program(random.doubles(variables, -1, 1).toArray(), list);

            LinearProgram.Optimum rounded = optimum(program.inDoubles().solve(Long.MAX_VALUE));

            double value = program.value(program.byHipparchus());
            assertThat(rounded.value()).isCloseTo(value, within(1e-8 * Math.max(1, Math.abs(value))));
        }
    }

    @Test
    void solve_smallWholeNumbers_sameKindAndValueAsHipparchus() {
        SplittableRandom random = new SplittableRandom(4);
        List<Relation> relations = List.of(Relation.AT_MOST, Relation.AT_LEAST, Relation.EQUAL);
        Map<Kind, Integer> seen = new EnumMap<>(Kind.class);
        for (int trial = 0; trial < 2_000; trial++) {
            int variables = 1 + random.nextInt(4);
            List<Constraint> list = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                list.add(new Constraint(
                        whole(random, variables, -2, 4), relations.get(random.nextInt(3)), random.nextInt(-3, 6)));
            }
            if (random.nextBoolean()) {
                // A row that says nothing new: an artificial variable stays in the basis.
                list.add(list.get(0));
            }
            Program program = new Program(whole(random, variables, -3, 4), list);

            Kind expected = program.kindByHipparchus();

            LinearProgramOutcome<ExactLinearProgram.Optimum> exact =
                    program.exact().solve();
            LinearProgramOutcome<LinearProgram.Optimum> rounded =
                    program.inDoubles().solve(1_000);
            assertThat(kind(exact)).as("trial %s", trial).isEqualTo(expected);
            assertThat(kind(rounded)).as("trial %s", trial).isEqualTo(expected);
            if (expected == Kind.OPTIMAL) {
                double value = program.value(program.byHipparchus());
                assertThat(optimum(exact).value().toDouble()).isCloseTo(value, within(1e-9));
                assertThat(optimum(rounded).value()).isCloseTo(value, within(1e-9));
            }
            seen.merge(expected, 1, Integer::sum);
        }
        assertThat(seen.get(Kind.OPTIMAL)).isGreaterThan(200);
        assertThat(seen.get(Kind.INFEASIBLE)).isGreaterThan(200);
        assertThat(seen.get(Kind.UNBOUNDED)).isGreaterThan(200);
    }

    @Test
    void solve_programsThatCycleWithoutARuleForTies_end() {
        // Beale 1955, as in Chvatal, Linear Programming, chapter 3: cycles by steepest objective and lowest row;
        // optimum 1 at (1, 0, 1, 0).
        Program chvatal = new Program(
                new double[] {10, -57, -9, -24},
                List.of(
                        new Constraint(new double[] {0.5, -5.5, -2.5, 9}, Relation.AT_MOST, 0),
                        new Constraint(new double[] {0.5, -1.5, -0.5, 1}, Relation.AT_MOST, 0),
                        new Constraint(new double[] {1, 0, 0, 0}, Relation.AT_MOST, 1)));

        assertThat(optimum(chvatal.exact().solve()).value()).isEqualTo(Fraction.ONE);
        assertThat(optimum(chvatal.inDoubles().solve()).x()).containsExactly(new double[] {1, 0, 1, 0}, within(1e-12));
    }

    @Test
    void solve_cubeOfKleeAndMinty_isSolved() {
        // max sum 2^(n-j) x_j, 2 sum_{j<i} 2^(i-j) x_j + x_i <= 5^i: only the last variable is not 0, 5^n.
        int n = 8;
        List<Constraint> list = new ArrayList<>();
        double[] objective = new double[n];
        for (int i = 0; i < n; i++) {
            objective[i] = Math.scalb(1.0, n - 1 - i);
            double[] row = new double[n];
            for (int j = 0; j < i; j++) {
                row[j] = Math.scalb(1.0, i - j + 1);
            }
            row[i] = 1;
            list.add(new Constraint(row, Relation.AT_MOST, Math.pow(5, i + 1)));
        }
        Program program = new Program(objective, list);

        assertThat(optimum(program.exact().solve()).value()).isEqualTo(Fraction.of(390_625));
        assertThat(optimum(program.inDoubles().solve()).value()).isCloseTo(390_625, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-200, 1e-9, 1e9, 1e200})
    void solve_constraintsObjectivesAndBoundsOfAnySize_areScaled(double size) {
        Program rows = new Program(
                new double[] {3 * size, 5 * size},
                List.of(
                        new Constraint(new double[] {size, 0}, Relation.AT_MOST, 4 * size),
                        new Constraint(new double[] {0, 2 / size}, Relation.AT_MOST, 12 / size),
                        new Constraint(new double[] {3, 2}, Relation.AT_MOST, 18)));
        Program bounds = new Program(
                new double[] {3, 5},
                List.of(
                        new Constraint(new double[] {1, 0}, Relation.AT_MOST, 4 * size),
                        new Constraint(new double[] {0, 2}, Relation.AT_MOST, 12 * size),
                        new Constraint(new double[] {3, 2}, Relation.AT_MOST, 18 * size)));

        LinearProgram.Optimum ofRows = optimum(rows.inDoubles().solve());
        LinearProgram.Optimum ofBounds = optimum(bounds.inDoubles().solve());

        assertThat(ofRows.x()).containsExactly(new double[] {2, 6}, within(1e-9));
        assertThat(ofRows.value() / size).isCloseTo(36, within(1e-9));
        assertThat(ofBounds.x()[0] / size).isCloseTo(2, within(1e-9));
        assertThat(ofBounds.x()[1] / size).isCloseTo(6, within(1e-9));
    }

    @Test
    void solve_fewerPivotsThanNeeded_isUndecided() {
        Program program = new Program(
                new double[] {3, 5},
                List.of(
                        new Constraint(new double[] {1, 0}, Relation.AT_MOST, 4),
                        new Constraint(new double[] {0, 2}, Relation.AT_MOST, 12),
                        new Constraint(new double[] {3, 2}, Relation.AT_MOST, 18)));

        assertThat(program.inDoubles().solve(1)).isEqualTo(new LinearProgramOutcome.Undecided<>(1, 1));
        assertThat(program.exact().solve(1)).isEqualTo(new LinearProgramOutcome.Undecided<>(1, 1));
        assertThat(kind(program.exact().solve(2))).isEqualTo(Kind.OPTIMAL);
    }

    @Test
    void run_numbersThatGrowLong_endsWhenTheirWorkIsUsedUp() {
        BigInteger long1 = BigInteger.TEN.pow(1_000);
        BigInteger one = BigInteger.ONE;
        BigInteger[][] entries = {
            {long1, one, one}, {one, long1, one}, {one.negate(), one.negate(), BigInteger.ZERO},
        };
        // One pivot on 3322 bits: 9 entries, each of which counts 26 * 26.
        ExactTableau tableau = new ExactTableau(entries, 1, false, 9 * 26 * 26);

        Simplex simplex = new Simplex(tableau, new boolean[2], Tableau.NONE, Long.MAX_VALUE);

        assertThat(simplex.run()).isEqualTo(Simplex.End.UNDECIDED);
        assertThat(simplex.pivots()).isEqualTo(1);
    }

    @Test
    void solve_noConstraint_isUnboundedOr0() {
        assertThat(kind(LinearProgram.maximise(1).solve())).isEqualTo(Kind.UNBOUNDED);
        assertThat(optimum(LinearProgram.maximise(-1, 0).solve()).value()).isZero();
        assertThat(optimum(ExactLinearProgram.maximise(Fraction.of(-1)).solve()).x())
                .containsExactly(Fraction.ZERO);
    }

    @Test
    void maximise_badInput_isNamed() {
        LinearProgram program = LinearProgram.maximise(1, 2).atMost(new double[] {1, 1}, 1);

        Stream.<Map.Entry<ThrowingCallable, String>>of(
                        Map.entry(LinearProgram::maximise, "the objective has no variable; it needs one or more"),
                        Map.entry(
                                () -> LinearProgram.maximise(1, Double.NaN),
                                "coefficient 1 of the objective is NaN; coefficients are finite"),
                        Map.entry(
                                () -> program.equal(new double[] {1}, 0),
                                "constraint 1 has 1 coefficients, but the objective has 2 variables"),
                        Map.entry(
                                () -> program.atLeast(new double[] {1, 1}, Double.POSITIVE_INFINITY),
                                "the bound of constraint 1 is Infinity; bounds are finite"),
                        Map.entry(
                                () -> program.atMost(new double[] {Double.NEGATIVE_INFINITY, 1}, 0),
                                "coefficient 0 of the constraint 1 is -Infinity; coefficients are finite"),
                        Map.entry(
                                () -> ExactLinearProgram.maximise(Fraction.ONE).atMost(new Fraction[0], Fraction.ONE),
                                "constraint 0 has 0 coefficients, but the objective has 1 variables"))
                .forEach(bad -> assertThatThrownBy(bad.getKey())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(bad.getValue()));
    }

    @Test
    void atMost_moreEntriesThanAreHeld_isRefused() {
        LinearProgram program = LinearProgram.maximise(new double[12_000_000]);

        assertThatThrownBy(() -> program.atMost(new double[12_000_000], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a linear program of 1 constraints and 12000000 variables has 36000003 entries; at most"
                        + " 33554432 are solved");
    }
}
