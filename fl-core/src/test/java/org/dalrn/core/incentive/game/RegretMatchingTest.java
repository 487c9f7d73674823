package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.dalrn.core.incentive.NashOracles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values are those of the oracle file; the bound is that of Hart and Mas-Colell's proof. */
class RegretMatchingTest {

    private final NashOracles oracles = NashOracles.read();

    @ParameterizedTest
    @EnumSource
    void run_zeroSumGames_keepTheBoundAndReachTheValue(RegretMatching.Variant variant) {
        for (NashOracles.Game game : oracles.games()) {
            if (game.zeroSum()) {
                RegretMatching.Outcome outcome = RegretMatching.run(game.inDoubles(), variant, 0.01, 1_000_000);

                double value = game.value().orElseThrow().toDouble();
                assertThat(outcome).as(game.id()).isInstanceOf(RegretMatching.Reached.class);
                StrategyPair mixes = outcome.average().mixes();
                assertThat(mixes.isEquilibrium(0.02)).as(game.id()).isTrue();
                assertThat(mixes.rowPayoff()).as(game.id()).isCloseTo(value, within(0.02));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void run_randomZeroSumGames_gapIsBelowRangeTimesRootOfStrategiesOverSteps(RegretMatching.Variant variant) {
        SplittableRandom random = new SplittableRandom(4);
        for (int trial = 0; trial < 30; trial++) {
            int rows = random.nextInt(1, 9);
            int columns = random.nextInt(1, 9);
            BimatrixGame game = BimatrixGame.zeroSum(FictitiousPlayTest.matrix(random, rows, columns));
            for (int steps : new int[] {1, 10, 100, 1_000}) {
                RegretMatching.AveragePlay average =
                        RegretMatching.run(game, variant, 0, steps).average();

                double range = range(game);
                double ofRows = range * Math.sqrt((double) rows / steps) + 1e-12;
                double ofColumns = range * Math.sqrt((double) columns / steps) + 1e-12;
                assertThat(average.rowRegret()).isLessThanOrEqualTo(ofRows);
                assertThat(average.columnRegret()).isLessThanOrEqualTo(ofColumns);
                assertThat(RegretMatching.guarantee(game, steps)).isCloseTo(Math.max(ofRows, ofColumns), within(1e-11));
                // What the averages give away is the sum of both regrets.
                StrategyPair mixes = average.mixes();
                assertThat(mixes.rowRegret() + mixes.columnRegret())
                        .isCloseTo(average.rowRegret() + average.columnRegret(), within(1e-9));
            }
        }
    }

    private static double range(BimatrixGame game) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                least = Math.min(least, game.a(i, j));
                most = Math.max(most, game.a(i, j));
            }
        }
        return most - least;
    }

    @ParameterizedTest
    @EnumSource
    void run_perturbedShapleyGame_isCoarseCorrelatedButNoNashEquilibrium(RegretMatching.Variant variant) {
        // The regrets begin away from the symmetric equilibrium, which the average never finds.
        BimatrixGame game = BimatrixGame.of(
                new double[][] {{1, 0, 0.1}, {0, 1, 0}, {0, 0, 1}}, new double[][] {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}});

        RegretMatching.Outcome outcome = RegretMatching.run(game, variant, 0.005, 1_000_000);

        assertThat(outcome).isInstanceOf(RegretMatching.Reached.class);
        assertThat(outcome.average().externalRegret()).isLessThanOrEqualTo(0.005);
        assertThat(outcome.average().mixes().regret()).isGreaterThan(0.05);
        assertThat(gainOfAlways(game, outcome.average())).isLessThanOrEqualTo(0.005 + 1e-12);
    }

    /** The definition of a coarse correlated equilibrium, one deviation at a time. */
    private static double gainOfAlways(BimatrixGame game, RegretMatching.AveragePlay average) {
        double most = 0;
        for (int always = 0; always < game.rows(); always++) {
            double gain = 0;
            for (int i = 0; i < game.rows(); i++) {
                for (int j = 0; j < game.columns(); j++) {
                    gain += average.joint(i, j) * (game.a(always, j) - game.a(i, j));
                }
            }
            most = Math.max(most, gain);
        }
        for (int always = 0; always < game.columns(); always++) {
            double gain = 0;
            for (int i = 0; i < game.rows(); i++) {
                for (int j = 0; j < game.columns(); j++) {
                    gain += average.joint(i, j) * (game.b(i, always) - game.b(i, j));
                }
            }
            most = Math.max(most, gain);
        }
        return most;
    }

    @ParameterizedTest
    @EnumSource
    void externalRegret_randomGames_isThatOfTheDefinition(RegretMatching.Variant variant) {
        SplittableRandom random = new SplittableRandom(8);
        for (int trial = 0; trial < 50; trial++) {
            BimatrixGame game =
                    BimatrixGame.of(FictitiousPlayTest.matrix(random, 3, 4), FictitiousPlayTest.matrix(random, 3, 4));

            RegretMatching.AveragePlay average =
                    RegretMatching.run(game, variant, 0, 50).average();

            assertThat(average.externalRegret()).isCloseTo(gainOfAlways(game, average), within(1e-12));
        }
    }

    @Test
    void run_plus_forgetsNegativeRegretAndPlainDoesNot() {
        // Row 1 loses 1 a step while column 0 is played, and would win 1 against column 1.
        BimatrixGame game = BimatrixGame.zeroSum(new double[][] {{2, -1, 0}, {-3, 1, 0.5}});

        RegretMatching.AveragePlay plain =
                RegretMatching.run(game, RegretMatching.Variant.PLAIN, 0, 20).average();
        RegretMatching.AveragePlay plus =
                RegretMatching.run(game, RegretMatching.Variant.PLUS, 0, 20).average();

        assertThat(plus.mixes().x()).isNotEqualTo(plain.mixes().x());
    }

    @Test
    void run_twoStepsOfPennies_isWhatTheRuleSays() {
        // Step 1 is uniform and earns the row player (2 + 0 + 0 + 1) / 4 = 3/4; row 0 would have earned 1, row 1 a
        // half.
        // So the row player regrets row 0 by 1/4 and plays it. Columns earn -3/4; column 0 -1, column 1 a half less: 1
        // it is.
        BimatrixGame game = BimatrixGame.zeroSum(new double[][] {{2, 0}, {0, 1}});

        RegretMatching.AveragePlay average =
                RegretMatching.run(game, RegretMatching.Variant.PLAIN, 0, 2).average();

        assertThat(average.joint(0, 0)).isEqualTo(0.125);
        assertThat(average.joint(0, 1)).isEqualTo(0.625);
        assertThat(average.joint(1, 0)).isEqualTo(0.125);
        assertThat(average.joint(1, 1)).isEqualTo(0.125);
    }

    @ParameterizedTest
    @EnumSource
    void run_hugeAndTinyPayoffs_isTheSamePlay(RegretMatching.Variant variant) {
        double[][] a = {{3, -1}, {-2, 1}};
        double[] expected = RegretMatching.run(BimatrixGame.zeroSum(a), variant, 0, 500)
                .average()
                .mixes()
                .x();
        for (double unit : new double[] {0x1p994, 0x1p-1000}) {
            double[][] scaled = {{3 * unit, -1 * unit}, {-2 * unit, 1 * unit}};

            RegretMatching.AveragePlay average = RegretMatching.run(BimatrixGame.zeroSum(scaled), variant, 0, 500)
                    .average();

            assertThat(average.mixes().x()).isEqualTo(expected);
            assertThat(average.externalRegret()).isFinite();
            assertThat(RegretMatching.guarantee(BimatrixGame.zeroSum(scaled), 500) / unit)
                    .isCloseTo(5 * Math.sqrt(2.0 / 500), within(1e-12));
        }
    }

    @Test
    void run_singleStrategies_endAtOnce() {
        RegretMatching.Outcome outcome = RegretMatching.run(
                BimatrixGame.of(new double[][] {{4}}, new double[][] {{-4}}), RegretMatching.Variant.PLAIN, 0, 9);

        assertThat(outcome.<Integer>match(RegretMatching.Reached::steps, stopped -> -1))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void run_equalPayoffs_endAtOnceWithoutAnyRegret(RegretMatching.Variant variant) {
        double[][] a = new double[6][7];
        for (double[] row : a) {
            Arrays.fill(row, 1e299 / 7);
        }

        RegretMatching.Outcome outcome = RegretMatching.run(BimatrixGame.zeroSum(a), variant, 0, 9);

        assertThat(outcome.<Integer>match(RegretMatching.Reached::steps, stopped -> -1))
                .isEqualTo(1);
        assertThat(outcome.average().externalRegret()).isZero();
    }

    @Test
    void run_badArguments_areNamed() {
        BimatrixGame game = oracles.game("pd").inDoubles();

        assertThatThrownBy(() -> RegretMatching.run(game, RegretMatching.Variant.PLAIN, -0.5, 1))
                .hasMessage("epsilon is -0.5; it is 0 or more");
        assertThatThrownBy(() -> RegretMatching.run(game, RegretMatching.Variant.PLAIN, 0.5, -1))
                .hasMessage("at most -1 steps were allowed; allow 1 or more");
    }
}
