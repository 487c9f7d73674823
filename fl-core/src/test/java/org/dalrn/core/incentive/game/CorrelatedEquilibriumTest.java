package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.incentive.game.CorrelatedEquilibrium.Objective;
import org.hipparchus.optim.linear.LinearConstraint;
import org.hipparchus.optim.linear.LinearConstraintSet;
import org.hipparchus.optim.linear.LinearObjectiveFunction;
import org.hipparchus.optim.linear.NonNegativeConstraint;
import org.hipparchus.optim.linear.Relationship;
import org.hipparchus.optim.linear.SimplexSolver;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CorrelatedEquilibriumTest {

    /** Chicken with the payoffs of Aumann 1974: 0, 2, 6, 7. */
    private static final BimatrixGame CHICKEN =
            BimatrixGame.of(new double[][] {{6, 2}, {7, 0}}, new double[][] {{6, 7}, {2, 0}});

    private static List<NashOracles.Game> oracles() {
        return NashOracles.read().games();
    }

    private static BimatrixGame random(SplittableRandom random, int rows, int columns) {
        double[][] a = new double[rows][];
        double[][] b = new double[rows][];
        for (int i = 0; i < rows; i++) {
            a[i] = random.doubles(columns).toArray();
            b[i] = random.doubles(columns).toArray();
        }
        return BimatrixGame.of(a, b);
    }

    /** The largest sum of payoffs, from the definition, by Hipparchus. */
    private static double largestSumByHipparchus(BimatrixGame game) {
        int columns = game.columns();
        int profiles = game.rows() * columns;
        List<LinearConstraint> constraints = new ArrayList<>();
        double[] ones = new double[profiles];
        Arrays.fill(ones, 1);
        constraints.add(new LinearConstraint(ones, Relationship.EQ, 1));
        for (int i = 0; i < game.rows(); i++) {
            for (int other = 0; other < game.rows(); other++) {
                double[] loss = new double[profiles];
                for (int j = 0; j < columns; j++) {
                    loss[i * columns + j] = game.a(i, j) - game.a(other, j);
                }
                constraints.add(new LinearConstraint(loss, Relationship.GEQ, 0));
            }
        }
        for (int j = 0; j < columns; j++) {
            for (int other = 0; other < columns; other++) {
                double[] loss = new double[profiles];
                for (int i = 0; i < game.rows(); i++) {
                    loss[i * columns + j] = game.b(i, j) - game.b(i, other);
                }
                constraints.add(new LinearConstraint(loss, Relationship.GEQ, 0));
            }
        }
        double[] sums = new double[profiles];
        for (int k = 0; k < profiles; k++) {
            sums[k] = game.a(k / columns, k % columns) + game.b(k / columns, k % columns);
        }
        double[] point = new SimplexSolver()
                .optimize(
                        new LinearObjectiveFunction(sums, 0),
                        new LinearConstraintSet(constraints),
                        GoalType.MAXIMIZE,
                        new NonNegativeConstraint(true))
                .getPoint();
        double value = 0;
        for (int k = 0; k < profiles; k++) {
            value += sums[k] * point[k];
        }
        return value;
    }

    @Test
    void maximise_chicken_betterThanEveryMixtureOfNashEquilibria() {
        // Aumann's mediator draws three profiles; the best sum puts 1/2 on (dare not, dare not), 1/4 on each of the
        // mixed profiles: 10.5.
        CorrelatedEquilibrium.Exact best = CorrelatedEquilibrium.maximise(CHICKEN.exactly(), Objective.SUM);

        assertThat(best.probabilities())
                .containsExactly(
                        List.of(Fraction.of(1, 2), Fraction.of(1, 4)), List.of(Fraction.of(1, 4), Fraction.ZERO));
        assertThat(best.rowPayoff()).isEqualTo(Fraction.of(21, 4));
        assertThat(best.columnPayoff()).isEqualTo(Fraction.of(21, 4));
        assertThat(best.violation()).isEqualTo(Fraction.ZERO);
        CorrelatedEquilibrium rounded = CorrelatedEquilibrium.maximise(CHICKEN, Objective.SUM);
        assertThat(rounded.probability(0, 0)).isCloseTo(0.5, within(1e-12));
        assertThat(rounded.violation()).isLessThan(1e-12);
    }

    @Test
    void maximise_oneSide_isThatPlayersBestNashEquilibriumOfChicken() {
        assertThat(CorrelatedEquilibrium.maximise(CHICKEN.exactly(), Objective.ROW)
                        .rowPayoff())
                .isEqualTo(Fraction.of(7));
        assertThat(CorrelatedEquilibrium.maximise(CHICKEN, Objective.COLUMN).columnPayoff())
                .isCloseTo(7, within(1e-12));
    }

    @Test
    void maximise_battleOfTheSexes_egalitarianIsTheFairCoin() {
        NashOracles.Game game = NashOracles.read().game("bos");
        Fraction most = game.extremeEquilibria().stream()
                .map(one -> one.u1().min(one.u2()))
                .reduce(Fraction::max)
                .orElseThrow();

        CorrelatedEquilibrium.Exact fair = CorrelatedEquilibrium.maximise(game.exact(), Objective.EGALITARIAN);

        // Both pure equilibria pay the same in turn, so a coin between them gives each the average.
        assertThat(fair.rowPayoff()).isEqualTo(fair.columnPayoff());
        assertThat(fair.rowPayoff()).isGreaterThan(most);
    }

    @ParameterizedTest
    @MethodSource("oracles")
    void maximise_oracle_atLeastAsGoodAsEveryNashEquilibrium(NashOracles.Game oracle) {
        for (Objective objective : Objective.values()) {
            CorrelatedEquilibrium.Exact best = CorrelatedEquilibrium.maximise(oracle.exact(), objective);

            assertThat(best.violation()).isEqualTo(Fraction.ZERO);
            for (NashOracles.Equilibrium nash : oracle.extremeEquilibria()) {
                assertThat(worth(objective, best.rowPayoff(), best.columnPayoff()))
                        .isGreaterThanOrEqualTo(worth(objective, nash.u1(), nash.u2()));
            }
            CorrelatedEquilibrium rounded = CorrelatedEquilibrium.maximise(oracle.inDoubles(), objective);
            double expected =
                    worth(objective, best.rowPayoff(), best.columnPayoff()).toDouble();
            double range = oracle.inDoubles().rangeA() + oracle.inDoubles().rangeB();
            assertThat(worth(
                                    objective,
                                    Fraction.ofExactly(rounded.rowPayoff()),
                                    Fraction.ofExactly(rounded.columnPayoff()))
                            .toDouble())
                    .isCloseTo(expected, within(1e-9 * range));
        }
    }

    private static Fraction worth(Objective objective, Fraction row, Fraction column) {
        return switch (objective) {
            case SUM -> row.plus(column);
            case EGALITARIAN -> row.min(column);
            case ROW -> row;
            case COLUMN -> column;
        };
    }

    @Test
    void maximise_randomGames_sameSumAsHipparchus() {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 20; trial++) {
            BimatrixGame game = random(random, 1 + random.nextInt(7), 1 + random.nextInt(7));

            CorrelatedEquilibrium best = CorrelatedEquilibrium.maximise(game, Objective.SUM);

            assertThat(best.violation()).isLessThan(1e-12);
            assertThat(best.rowPayoff() + best.columnPayoff()).isCloseTo(largestSumByHipparchus(game), within(1e-9));
        }
    }

    @ParameterizedTest
    @EnumSource
    void maximise_12x12_leavesNoViolation(Objective objective) {
        BimatrixGame game = random(new SplittableRandom(20), 12, 12);

        assertThat(CorrelatedEquilibrium.maximise(game, objective).violation()).isLessThan(1e-9);
    }

    @Test
    void maximise_anyWeights_bringOutTheProfileTheyAskFor() {
        double[][] onlyDareNot = {{1, 0}, {0, 0}};
        Fraction[][] exactly = {{Fraction.ONE, Fraction.ZERO}, {Fraction.ZERO, Fraction.ZERO}};

        assertThat(CorrelatedEquilibrium.maximise(CHICKEN, onlyDareNot).probability(0, 0))
                .isCloseTo(0.5, within(1e-12));
        assertThat(CorrelatedEquilibrium.maximise(CHICKEN.exactly(), exactly)
                        .probabilities()
                        .get(0)
                        .get(0))
                .isEqualTo(Fraction.of(1, 2));
    }

    @ParameterizedTest
    @EnumSource
    void maximise_payoffsNextToEachOther_isNoWorseThanExactly(Objective objective) {
        // Prices of obedience grow to 1e15 here; they must not hide that something better is left.
        BimatrixGame game = BimatrixGame.of(
                new double[][] {{0, 1, 2}, {2, 1, 1}}, new double[][] {{2, 2e-7, 1}, {1e-7, 2e-7, 2e-7}});

        assertIsAsGoodAsExactly(game, objective, 1e-7);
    }

    @ParameterizedTest
    @EnumSource
    void maximise_payoffsFarFrom0_countsTheirDifferences(Objective objective) {
        BimatrixGame game = BimatrixGame.of(new double[][] {{0, 2, 2}, {1, 0, 0}}, new double[][] {
            {1e15, 1e15 + 1, 1e15 + 2}, {1e15 + 2, 1e15, 1e15 + 1}
        });

        assertIsAsGoodAsExactly(game, objective, 1e-7);
    }

    @ParameterizedTest
    @EnumSource
    void maximise_payoffsOfOtherSizes_eachCount(Objective objective) {
        double[][] tiny = {{2e-300, 1e-300}, {2e-300, 0}, {2e-300, 1e-300}};
        double[][] usual = {{1, 1}, {0, 1}, {1, 2}};

        assertIsAsGoodAsExactly(BimatrixGame.of(tiny, usual), objective, 1e-307);
        assertIsAsGoodAsExactly(BimatrixGame.of(usual, tiny), objective, 1e-307);
        assertIsAsGoodAsExactly(BimatrixGame.of(tiny, tiny), objective, 1e-307);
    }

    @ParameterizedTest
    @EnumSource
    void maximise_11x11OfMillionsAgainstOnes_isSolvedInDoubles(Objective objective) {
        SplittableRandom random = new SplittableRandom(9);
        double[][] millions = new double[11][];
        double[][] ones = new double[11][];
        for (int i = 0; i < 11; i++) {
            millions[i] = random.doubles(11, 0, 1e9).toArray();
            ones[i] = random.doubles(11).toArray();
        }

        assertThat(CorrelatedEquilibrium.maximise(BimatrixGame.of(millions, ones), objective)
                        .violation())
                .isLessThan(1);
        assertThat(CorrelatedEquilibrium.maximise(BimatrixGame.of(ones, millions), objective)
                        .violation())
                .isLessThan(1);
    }

    private static void assertIsAsGoodAsExactly(BimatrixGame game, Objective objective, double precision) {
        CorrelatedEquilibrium rounded = CorrelatedEquilibrium.maximise(game, objective);
        CorrelatedEquilibrium.Exact exact = CorrelatedEquilibrium.maximise(game.exactly(), objective);
        Fraction row = Fraction.ofExactly(rounded.rowPayoff());
        Fraction column = Fraction.ofExactly(rounded.columnPayoff());

        Fraction missed =
                score(objective, exact.rowPayoff(), exact.columnPayoff()).minus(score(objective, row, column));

        assertThat(missed.toDouble()).isLessThan(precision);
    }

    private static Fraction score(Objective objective, Fraction row, Fraction column) {
        return switch (objective) {
            case SUM -> row.plus(column);
            case EGALITARIAN -> row.min(column);
            case ROW -> row;
            case COLUMN -> column;
        };
    }

    @Test
    void of_aDistributionThatIsNoEquilibrium_hasItsViolation() {
        double[][] always = {{1, 0}, {0, 0}};
        List<List<Fraction>> exactly =
                List.of(List.of(Fraction.ONE, Fraction.ZERO), List.of(Fraction.ZERO, Fraction.ZERO));

        CorrelatedEquilibrium told = CorrelatedEquilibrium.of(CHICKEN, always);

        // Told not to dare, daring gains 7 - 6.
        assertThat(told.violation()).isEqualTo(1);
        assertThat(told.rowPayoff()).isEqualTo(6);
        assertThat(CorrelatedEquilibrium.Exact.of(CHICKEN.exactly(), exactly).violation())
                .isEqualTo(Fraction.ONE);
    }

    @Test
    void of_noDistribution_isRefused() {
        assertThatThrownBy(() -> CorrelatedEquilibrium.of(CHICKEN, new double[][] {{1, 0}}))
                .hasMessage("the probabilities are 1 x 2, but the game is 2 x 2");
        assertThatThrownBy(() -> CorrelatedEquilibrium.of(CHICKEN, new double[][] {{1, 0}, {Double.NaN, 0}}))
                .hasMessage("probability [1][0] is NaN, not in [0, 1]");
        assertThatThrownBy(() -> CorrelatedEquilibrium.of(CHICKEN, new double[][] {{0.5, 0}, {0, 0}}))
                .hasMessage("the probabilities sum to 0.5, not to 1");
        assertThatThrownBy(() -> CorrelatedEquilibrium.maximise(CHICKEN, new double[][] {{1, 0}, {0, 1e301}}))
                .hasMessage("weight [1][1] is 1.0E301, not in [-1e300, 1e300]");
        assertThatThrownBy(() -> CorrelatedEquilibrium.maximise(CHICKEN, new double[][] {{1}}))
                .hasMessage("the weights are 1 x 1, but the game is 2 x 2");
    }

    @Test
    void maximise_tooManyStrategies_isRefusedBeforeAnythingIsBuilt() {
        BimatrixGame large = BimatrixGame.zeroSum(new double[100][100]);

        assertThatThrownBy(() -> CorrelatedEquilibrium.maximise(large, Objective.SUM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the linear program of the 100 x 100 game has 19803 constraints of 10000 variables, more"
                        + " than 33554432 entries; games of up to 60 x 60 have fewer");
    }
}
