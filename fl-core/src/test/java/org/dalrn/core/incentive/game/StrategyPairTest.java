package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Pairs in doubles and in exact numbers. */
class StrategyPairTest {

    /** The prisoner's dilemma: 3, 0, 5, 1. */
    private static final BimatrixGame DILEMMA =
            BimatrixGame.of(new double[][] {{3, 0}, {5, 1}}, new double[][] {{3, 5}, {0, 1}});

    private static double[] distribution(SplittableRandom random, int size) {
        double[] values = random.doubles(size).toArray();
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        for (int i = 0; i < size; i++) {
            values[i] /= sum;
        }
        return values;
    }

    @Nested
    class InDoubles {

        @Test
        void of_bothCooperate_eachGains2ByDefecting() {
            StrategyPair pair = StrategyPair.of(DILEMMA, new double[] {1, 0}, new double[] {1, 0});

            assertThat(pair.rowPayoff()).isEqualTo(3);
            assertThat(pair.columnPayoff()).isEqualTo(3);
            assertThat(pair.rowRegret()).isEqualTo(2);
            assertThat(pair.columnRegret()).isEqualTo(2);
            assertThat(pair.isEquilibrium(1.9)).isFalse();
            assertThat(pair.isEquilibrium(2)).isTrue();
        }

        @Test
        void of_oneDefects_onlyTheOtherOneGains() {
            StrategyPair pair = StrategyPair.of(DILEMMA, new double[] {0, 1}, new double[] {1, 0});

            assertThat(pair.rowPayoff()).isEqualTo(5);
            assertThat(pair.columnPayoff()).isEqualTo(0);
            assertThat(pair.rowRegret()).isZero();
            assertThat(pair.columnRegret()).isEqualTo(1);
            assertThat(pair.regret()).isEqualTo(1);
        }

        @Test
        void of_payoffsFarFromZero_regretIsThatOfTheirDifferences() {
            double[][] a = new double[2][2];
            double[][] b = new double[2][2];
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                    a[i][j] = DILEMMA.a(i, j) + (1L << 50);
                    b[i][j] = DILEMMA.b(i, j) - (1L << 50);
                }
            }
            double[] third = {1 / 3.0, 2 / 3.0};

            StrategyPair far = StrategyPair.of(BimatrixGame.of(a, b), third, third);
            StrategyPair near = StrategyPair.of(DILEMMA, third, third);

            assertThat(far.rowRegret()).isCloseTo(near.rowRegret(), within(1e-14));
            assertThat(far.columnRegret()).isCloseTo(near.columnRegret(), within(1e-14));
        }

        @Test
        void of_randomPairs_sameAsInExactNumbers() {
            SplittableRandom random = new SplittableRandom(1);
            for (int trial = 0; trial < 50; trial++) {
                int rows = 1 + random.nextInt(6);
                int columns = 1 + random.nextInt(6);
                double[][] a = new double[rows][];
                double[][] b = new double[rows][];
                for (int i = 0; i < rows; i++) {
                    a[i] = random.doubles(columns, -1, 1).toArray();
                    b[i] = random.doubles(columns, -1, 1).toArray();
                }
                BimatrixGame game = BimatrixGame.of(a, b);
                double[] x = distribution(random, rows);
                double[] y = distribution(random, columns);

                StrategyPair pair = StrategyPair.of(game, x, y);

                ExactStrategyPair exact = ExactStrategyPair.of(game.exactly(), exactly(x), exactly(y));
                assertThat(pair.rowPayoff()).isCloseTo(exact.rowPayoff().toDouble(), within(1e-14));
                assertThat(pair.columnPayoff()).isCloseTo(exact.columnPayoff().toDouble(), within(1e-14));
                assertThat(pair.regret()).isCloseTo(exact.regret().toDouble(), within(1e-14));
            }
        }

        /** The probabilities of the bits, the last one such that the sum is exactly 1. */
        private static List<Fraction> exactly(double[] values) {
            List<Fraction> exact = new ArrayList<>();
            Fraction left = Fraction.ONE;
            for (int i = 0; i < values.length - 1; i++) {
                exact.add(Fraction.ofExactly(values[i]));
                left = left.minus(exact.get(i));
            }
            exact.add(left);
            return exact;
        }

        @Test
        void of_noDistribution_isRefused() {
            double[] good = {0.5, 0.5};

            assertThatThrownBy(() -> StrategyPair.of(DILEMMA, new double[] {1}, good))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("strategy x has 1 probabilities, but the player has 2 strategies");
            assertThatThrownBy(() -> StrategyPair.of(DILEMMA, good, new double[] {1.5, -0.5}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("y[0] is 1.5, not in [0, 1]");
            assertThatThrownBy(() -> StrategyPair.of(DILEMMA, good, new double[] {Double.NaN, 1}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("y[0] is NaN, not in [0, 1]");
            assertThatThrownBy(() -> StrategyPair.of(DILEMMA, good, new double[] {0.25, 0.25}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the probabilities of y sum to 0.5, not to 1");
        }

        @Test
        void x_changedByTheCaller_staysTheSame() {
            double[] x = {1, 0};
            StrategyPair pair = StrategyPair.of(DILEMMA, x, x);
            x[0] = 7;
            pair.y()[0] = 7;

            assertThat(pair.x()).containsExactly(1, 0);
            assertThat(pair.y()).containsExactly(1, 0);
            assertThat(pair).hasToString("([1.0, 0.0], [1.0, 0.0]) with regret 2.0");
        }
    }

    @Nested
    class Exactly {

        private final ExactBimatrixGame dilemma = DILEMMA.exactly();
        private final List<Fraction> cooperate = List.of(Fraction.ONE, Fraction.ZERO);
        private final List<Fraction> defect = List.of(Fraction.ZERO, Fraction.ONE);
        private final List<Fraction> half = List.of(Fraction.of(1, 2), Fraction.of(1, 2));

        @Test
        void of_pairs_payoffsAndRegretAreExact() {
            assertThat(ExactStrategyPair.of(dilemma, cooperate, cooperate).regret())
                    .isEqualTo(Fraction.of(2));
            assertThat(ExactStrategyPair.of(dilemma, defect, defect).isEquilibrium())
                    .isTrue();
            ExactStrategyPair mixed = ExactStrategyPair.of(dilemma, half, defect);
            assertThat(mixed.rowPayoff()).isEqualTo(Fraction.of(1, 2));
            assertThat(mixed.columnPayoff()).isEqualTo(Fraction.of(3));
            assertThat(mixed.regret()).isEqualTo(Fraction.of(1, 2));
        }

        @Test
        void of_noDistribution_isRefused() {
            assertThatThrownBy(() -> ExactStrategyPair.of(dilemma, List.of(Fraction.ONE), half))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("strategy x has 1 probabilities, but the player has 2 strategies");
            assertThatThrownBy(
                            () -> ExactStrategyPair.of(dilemma, half, List.of(Fraction.of(3, 2), Fraction.of(-1, 2))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("y[1] is -1/2, below 0");
            assertThatThrownBy(() -> ExactStrategyPair.of(dilemma, half, List.of(Fraction.of(1, 3), Fraction.of(1, 3))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the probabilities of y sum to 2/3, not to 1");
        }
    }

    @Test
    void regret_probabilitiesOfSumALittleAbove1_isNotTooSmall() {
        double more = 1 + 0.9e-9;
        BimatrixGame game = BimatrixGame.of(new double[][] {{0}, {1 - 1e-9}, {1}}, new double[][] {{0}, {0}, {0}});

        assertThat(StrategyPair.of(game, new double[] {0, more, 0}, new double[] {1})
                        .rowRegret())
                .isCloseTo(1e-9, within(1e-15));
    }
}
