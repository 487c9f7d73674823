package org.dalrn.core.incentive.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.dalrn.core.model.ContentHash;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GtgShapleyTest {
    private static final long[] WEIGHTS = {30, 10, 20, 20, 5, 40, 15, 25, 10, 35};

    /** As a round of averaging is: the value of a point that is the weighted mean of the members' points. */
    private static CoalitionGame smooth(int players, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] points = new double[players][3];
        for (double[] point : points) {
            for (int k = 0; k < 3; k++) {
                point[k] = random.nextDouble() * 2 - 0.6;
            }
        }
        return Games.game(players, set -> {
            double[] mean = new double[3];
            double total = set.players().mapToDouble(i -> WEIGHTS[i]).sum();
            set.players().forEach(i -> {
                for (int k = 0; k < 3; k++) {
                    mean[k] += points[i][k] * WEIGHTS[i] / total;
                }
            });
            double loss = 0;
            for (double value : mean) {
                loss += (value - 0.7) * (value - 0.7);
            }
            return 1 / (1 + loss);
        });
    }

    private static long[] weights(int players) {
        return Arrays.copyOf(WEIGHTS, players);
    }

    @Nested
    class Published {
        @Test
        void of_manyOrders_comesNearTheExactValue() {
            CoalitionGame game = smooth(8, 1);
            Contributions contributions = new GtgShapley(0, 0, 0.002, 256).of(game, Games.seed("gtg"));
            double[] exact = ShapleyValue.exact(game).values();
            assertThat(Games.l1(contributions.values(), exact)).isLessThan(0.05);
            assertThat(contributions.converged()).isTrue();
        }

        /** Guided: in each cycle of orders every player is the first to be evaluated with nobody else. */
        @Test
        void of_firstPlayers_takeTurns() {
            List<Coalition> alone = new ArrayList<>();
            CoalitionGame game = Games.game(5, set -> {
                if (set.size() == 1) {
                    alone.add(set);
                }
                return set.size() * set.size();
            });
            new GtgShapley(0, 0, 0, 20).of(game, Games.seed("first"));
            assertThat(alone)
                    .containsExactly(
                            Coalition.of(0), Coalition.of(1), Coalition.of(2), Coalition.of(3), Coalition.of(4));
        }

        @Test
        void of_roundWithoutGain_isSkippedAfterTwoEvaluations() {
            CoalitionGame game = Games.game(6, set -> set.size() == 6 ? 0.5004 : set.size() / 12.0 + 0.5);
            Contributions contributions = new GtgShapley(0.001, 0, 0.01, 60).of(game, Games.seed("skip"));
            assertThat(contributions.evaluations()).isEqualTo(2);
            assertThat(contributions.values()).containsOnly(0);
            assertThat(contributions.converged()).isTrue();
            assertThat(contributions.halfWidth(0)).isEmpty();
        }

        @Test
        void of_withinRoundTruncation_leavesOutTheTail() {
            CoalitionGame game = Games.game(8, set -> set.size() < 3 ? set.size() : 3);
            Set<Coalition> asked = new HashSet<>();
            CoalitionGame watched = Games.game(8, set -> {
                asked.add(set);
                return game.value(set);
            });
            Contributions contributions = new GtgShapley(0, 0.5, 0.02, 256).of(watched, Games.seed("tail"));
            assertThat(asked).allMatch(set -> set.size() <= 3 || set.size() == 8);
            assertThat(contributions.sum()).isCloseTo(3, within(1e-12));
        }

        @Test
        void of_additiveGame_isExactAndCalm() {
            Contributions contributions =
                    new GtgShapley(0, 0, 0.01, 1024).of(Games.additive(3, 1, 2, 5), Games.seed("add"));
            assertThat(contributions.values()).containsExactly(3, 1, 2, 5);
            assertThat(contributions.converged()).isTrue();
            assertThat(contributions.halfWidth(2)).hasValue(0);
        }
    }

    @Nested
    class Interpolated {
        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3})
        void interpolated_fifteenPerCent_comesNearerThanOrders(long seed) {
            CoalitionGame game = smooth(10, seed);
            double[] exact = ShapleyValue.exact(game).values();
            GtgShapley gtg = new GtgShapley(0, 0, 0, 153);
            Contributions interpolated = gtg.interpolated(game, weights(10), Games.seed("i" + seed));
            Contributions sampled = gtg.of(game, Games.seed("i" + seed));
            assertThat(interpolated.evaluations()).isEqualTo(153);
            assertThat(Games.l1(interpolated.values(), exact)).isLessThan(0.05);
            assertThat(Games.l1(sampled.values(), exact)).isGreaterThan(Games.l1(interpolated.values(), exact));
            double gain = game.value(Coalition.all(10)) - game.value(Coalition.empty());
            assertThat(interpolated.sum()).isCloseTo(gain, within(1e-9));
        }

        /** Every coalition measured: nothing is left to interpolate, whatever the game. */
        @ParameterizedTest
        @CsvSource({"1", "2", "3", "4", "5", "6"})
        void interpolated_allMeasured_isTheExactValue(int players) {
            CoalitionGame game = Games.table(players, Games.random(players, 50 + players));
            Contributions contributions =
                    new GtgShapley(0, 0, 0, 1024).interpolated(game, weights(players), Games.seed("all"));
            double[] exact = ShapleyValue.exact(game).values();
            for (int i = 0; i < players; i++) {
                assertThat(contributions.value(i)).isCloseTo(exact[i], within(1e-12));
                assertThat(contributions.halfWidth(i).orElseThrow()).isLessThan(1e-6);
            }
            assertThat(contributions.evaluations()).isEqualTo(1L << players);
            assertThat(contributions.converged()).isTrue();
        }

        @Test
        void interpolated_calm_endsBeforeTheBound() {
            CoalitionGame game = smooth(10, 4);
            Contributions contributions =
                    new GtgShapley(0, 0, 0.02, 500).interpolated(game, weights(10), Games.seed("calm"));
            assertThat(contributions.converged()).isTrue();
            assertThat(contributions.evaluations()).isLessThan(300);
            assertThat(Games.l1(contributions.values(), ShapleyValue.exact(game).values()))
                    .isLessThan(0.05);
        }

        /** A log that holds what was measured is enough to get the same bits again. */
        @Test
        void interpolated_fromMeasuredValues_givesTheSameBits() {
            CountedGame game = CountedGame.of(smooth(9, 5), 512);
            GtgShapley gtg = new GtgShapley(0, 0, 0, 80);
            Contributions measured = gtg.interpolated(game, weights(9), Games.seed("log"));
            CoalitionGame log = CoalitionGame.of(9, game.values());
            assertThat(gtg.interpolated(log, weights(9), Games.seed("log"))).isEqualTo(measured);
            assertThat(game.evaluations()).isEqualTo(80);
        }

        /** Whether intervals hold is a matter of the game; on smooth ones most should. */
        @Test
        void halfWidths_smoothGames_mostlyCover() {
            int covered = 0;
            for (int seed = 10; seed < 20; seed++) {
                CoalitionGame game = smooth(8, seed);
                double[] exact = ShapleyValue.exact(game).values();
                Contributions contributions =
                        new GtgShapley(0, 0, 0, 60).interpolated(game, weights(8), Games.seed("cover" + seed));
                for (int i = 0; i < 8; i++) {
                    double error = Math.abs(contributions.value(i) - exact[i]);
                    covered += error <= contributions.halfWidth(i).orElseThrow() ? 1 : 0;
                }
            }
            assertThat(covered).isGreaterThan(64);
        }

        @Test
        void interpolated_constantGame_isZero() {
            Contributions contributions =
                    new GtgShapley(0, 0, 0, 40).interpolated(Games.game(7, set -> 0.5), weights(7), Games.seed("c"));
            for (double value : contributions.values()) {
                assertThat(value).isCloseTo(0, within(1e-12));
            }
        }

        @Test
        void interpolated_tooMuch_isRefused() {
            GtgShapley gtg = new GtgShapley(0, 0, 0, 4096);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> gtg.interpolated(Games.game(15, set -> 0), new long[15], Games.seed("x")))
                    .withMessageContaining("15 players")
                    .withMessageContaining("at most 14");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> gtg.interpolated(Games.game(14, set -> 0), new long[14], Games.seed("x")))
                    .withMessageContaining("1024 evaluations can be interpolated, not 4096");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> gtg.interpolated(Games.game(3, set -> 0), new long[2], Games.seed("x")))
                    .withMessageContaining("2 weights do not fit 3 players");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> gtg.interpolated(Games.game(2, set -> 0), new long[] {1, 0}, Games.seed("x")))
                    .withMessageContaining("weight 0 of player 1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 20, 100, 255})
    void of_boundOnEvaluations_isNeverExceeded(int most) {
        Set<Coalition> asked = new HashSet<>();
        CoalitionGame game = smooth(8, 6);
        CoalitionGame watched = Games.game(8, set -> {
            asked.add(set);
            return game.value(set);
        });
        GtgShapley gtg = new GtgShapley(0, 0, 0, most);
        assertThat(gtg.of(watched, Games.seed("b")).evaluations()).isEqualTo(asked.size());
        assertThat(asked).hasSizeLessThanOrEqualTo(most);
        asked.clear();
        assertThat(gtg.interpolated(watched, weights(8), Games.seed("b")).evaluations())
                .isEqualTo(asked.size());
        assertThat(asked).hasSizeLessThanOrEqualTo(most);
    }

    @Test
    void create_numbersOutsideTheirRanges_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GtgShapley(-1, 0, 0, 10))
                .withMessageContaining("betweenRounds -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GtgShapley(0, Double.NaN, 0, 10))
                .withMessageContaining("withinRound NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GtgShapley(0, 0, Double.POSITIVE_INFINITY, 10))
                .withMessageContaining("convergence Infinity");
        assertThatIllegalArgumentException().isThrownBy(() -> new GtgShapley(0, 0, 0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GtgShapley(0, 0, 0, 4).of(smooth(8, 1), Games.seed("x")))
                .withMessageContaining("one order of 8 players; allow 9");
    }

    /** Only the first in an order adds anything: whole cycles give everyone the same. */
    @Test
    void of_boundWithinACycle_favoursNobody() {
        CoalitionGame first = new CoalitionGame() {
            @Override
            public int players() {
                return 8;
            }

            @Override
            public double value(Coalition coalition) {
                return coalition.isEmpty() ? 0 : 1;
            }
        };
        for (int most = 60; most < 120; most += 7) {
            double[] values = new GtgShapley(0, 0, 0, most)
                    .of(first, ContentHash.of(new byte[] {1}))
                    .values();
            for (double value : values) {
                assertThat(value).as("at most %s", most).isCloseTo(1.0 / 8, within(1e-12));
            }
        }
    }

    /** Some utilities call a model that cannot be measured the worst there is. */
    @Test
    void interpolated_valuesWhoseSquaresOverflow_areRefused() {
        CoalitionGame worst = new CoalitionGame() {
            @Override
            public int players() {
                return 5;
            }

            @Override
            public double value(Coalition coalition) {
                return coalition.size() == 2 ? -Double.MAX_VALUE : coalition.size();
            }
        };
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GtgShapley(0, 0, 0, 20)
                        .interpolated(worst, new long[] {1, 2, 3, 4, 5}, ContentHash.of(new byte[] {1})))
                .withMessage("the values of coalitions are too large to interpolate: their squares overflow; scale the"
                        + " utility to magnitudes below 1e150");
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1",
        "3, 2",
        "15, 14",
        "183, 14",
        "211, 14",
        "212, 15",
        "1024, 32",
        "1025, 32",
        "9901, 99",
        "9902, 100"
    })
    void mostPlayers_anyBound_sufficeForInterpolationOrOneCycleOfOrders(int mostEvaluations, int players) {
        assertThat(new GtgShapley(0, 0, 0, mostEvaluations).mostPlayers()).isEqualTo(players);
    }
}
