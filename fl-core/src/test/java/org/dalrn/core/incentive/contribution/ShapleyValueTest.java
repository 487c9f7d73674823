package org.dalrn.core.incentive.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapleyValueTest {
    @Nested
    class ClosedForms {
        /** Littlechild and Owen 1973: each pays equal parts of the steps that it needs. */
        @Test
        void airportGame_isTheSumOfSharedSteps() {
            double[] costs = {1, 4, 4, 9, 15};
            CoalitionGame game = Games.game(
                    5, set -> -set.players().mapToDouble(i -> costs[i]).max().orElse(0));
            assertThat(ShapleyValue.exactFractions(game))
                    .containsExactly(
                            Fraction.parse("-1/5"),
                            Fraction.parse("-19/20"),
                            Fraction.parse("-19/20"),
                            Fraction.parse("-69/20"),
                            Fraction.parse("-189/20"));
        }

        @Test
        void gloveGame_paysTheScarceGlove() {
            CoalitionGame game = Games.game(3, set -> set.contains(0) && set.size() > 1 ? 1 : 0);
            assertThat(ShapleyValue.exactFractions(game))
                    .containsExactly(Fraction.of(2, 3), Fraction.of(1, 6), Fraction.of(1, 6));
        }

        @Test
        void unanimityGame_paysItsPlayersEqually() {
            CoalitionGame game = Games.game(6, set -> set.contains(1) && set.contains(4) && set.contains(5) ? 3 : 0);
            assertThat(ShapleyValue.exact(game).values()).containsExactly(0, 1, 0, 0, 1, 1);
        }

        @Test
        void shareholders_haveThePublishedShapleyShubikIndex() {
            assertThat(ShapleyValue.exactFractions(Games.voting(51, 50, 49, 1)))
                    .containsExactly(Fraction.of(2, 3), Fraction.of(1, 6), Fraction.of(1, 6));
        }

        /** The Six of 1958, 12 of 17 votes: Luxembourg never counted. */
        @Test
        void europeanCouncilOf1958_hasThePublishedIndex() {
            assertThat(ShapleyValue.exactFractions(Games.voting(12, 4, 4, 4, 2, 2, 1)))
                    .containsExactly(
                            Fraction.of(14, 60),
                            Fraction.of(14, 60),
                            Fraction.of(14, 60),
                            Fraction.of(9, 60),
                            Fraction.of(9, 60),
                            Fraction.ZERO);
        }

        /** Five permanent members of seven votes each, ten of one, quota 39: 421/2145 and 4/2145. */
        @Test
        void securityCouncil_hasThePublishedIndex() {
            List<Fraction> index =
                    ShapleyValue.exactFractions(Games.voting(39, 7, 7, 7, 7, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
            assertThat(index.subList(0, 5)).containsOnly(Fraction.of(421, 2145));
            assertThat(index.subList(5, 15)).containsOnly(Fraction.of(4, 2145));
        }
    }

    @Nested
    class Axioms {
        @ParameterizedTest
        @CsvSource({"1, 11", "2, 12", "3, 13", "5, 14", "8, 15", "10, 16"})
        void efficiency_randomGame_isExact(int players, long seed) {
            double[] values = Games.random(players, seed);
            Fraction sum = ShapleyValue.exactFractions(Games.table(players, values)).stream()
                    .reduce(Fraction.ZERO, Fraction::plus);
            assertThat(sum)
                    .isEqualTo(Fraction.ofExactly(values[values.length - 1]).minus(Fraction.ofExactly(values[0])));
        }

        @Test
        void symmetry_equalPlayers_getEqualBits() {
            double[] values = Games.random(6, 21);
            CoalitionGame game = Games.game(6, set -> {
                // Players 2 and 5 do the same.
                boolean swap = set.contains(5) && !set.contains(2);
                return values[Games.bits(swap ? set.without(5).with(2) : set)];
            });
            Contributions contributions = ShapleyValue.exact(game);
            assertThat(contributions.value(2)).isEqualTo(contributions.value(5));
        }

        @Test
        void nullPlayer_getsExactlyNothing() {
            double[] values = Games.random(6, 22);
            CoalitionGame game = Games.game(6, set -> values[Games.bits(set.without(3))]);
            assertThat(ShapleyValue.exact(game).value(3)).isZero();
            assertThat(ShapleyValue.exactFractions(game).get(3)).isEqualTo(Fraction.ZERO);
        }

        @Test
        void additivity_sumOfGames_isTheSumOfFractions() {
            // Whole numbers, so that the sum of two values is exact.
            double[] first = new SplittableRandom(23)
                    .longs(64, -1000, 1000)
                    .asDoubleStream()
                    .toArray();
            double[] second = new SplittableRandom(24)
                    .longs(64, -1000, 1000)
                    .asDoubleStream()
                    .toArray();
            double[] both = new double[64];
            for (int i = 0; i < 64; i++) {
                both[i] = first[i] + second[i];
            }
            List<Fraction> ofFirst = ShapleyValue.exactFractions(Games.table(6, first));
            List<Fraction> ofSecond = ShapleyValue.exactFractions(Games.table(6, second));
            List<Fraction> ofBoth = ShapleyValue.exactFractions(Games.table(6, both));
            for (int i = 0; i < 6; i++) {
                assertThat(ofBoth.get(i)).isEqualTo(ofFirst.get(i).plus(ofSecond.get(i)));
            }
        }

        @Test
        void anonymity_renumberedPlayers_getTheSameBits() {
            double[] values = Games.random(7, 25);
            int[] renumbered = {3, 0, 6, 2, 5, 1, 4};
            Contributions contributions = ShapleyValue.exact(Games.table(7, values));
            Contributions permuted = ShapleyValue.exact(Games.game(
                    7,
                    set -> values[
                            Games.bits(Coalition.of(
                                    set.players().map(i -> renumbered[i]).toArray()))]));
            for (int i = 0; i < 7; i++) {
                assertThat(permuted.value(i)).isEqualTo(contributions.value(renumbered[i]));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 31", "2, 32", "3, 33", "4, 34", "5, 35", "6, 36", "7, 37"})
    void exact_randomGame_isTheMeanOverAllOrders(int players, long seed) {
        CoalitionGame game = Games.table(players, Games.random(players, seed));
        double[] slow = Games.overAllOrders(game);
        Contributions contributions = ShapleyValue.exact(game);
        for (int i = 0; i < players; i++) {
            assertThat(contributions.value(i)).isCloseTo(slow[i], within(1e-12));
        }
        assertThat(contributions.evaluations()).isEqualTo(1L << players);
        assertThat(contributions.converged()).isTrue();
        assertThat(contributions.halfWidth(0)).isEmpty();
    }

    /** The oracle sums fractions coalition by coalition. */
    @Test
    void exact_valuesOfAllMagnitudes_losesNothing() {
        double[] values = {1e300, -1e-300, Double.MIN_VALUE, -0.0, 1e16, 1, -1e300, 3e-310};
        List<Fraction> contributions = ShapleyValue.exactFractions(Games.table(3, values));
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        Fraction[] sums = {Fraction.ZERO, Fraction.ZERO, Fraction.ZERO};
        for (int[] order : orders) {
            int set = 0;
            for (int player : order) {
                Fraction before = Fraction.ofExactly(values[set]);
                set |= 1 << player;
                sums[player] = sums[player].plus(Fraction.ofExactly(values[set]).minus(before));
            }
        }
        for (int i = 0; i < 3; i++) {
            assertThat(contributions.get(i)).isEqualTo(sums[i].over(Fraction.of(6)));
        }
    }

    @Test
    void exact_allZero_isZero() {
        assertThat(ShapleyValue.exact(Games.game(4, set -> 0)).values()).containsOnly(0);
    }

    @Test
    void exact_twentyOnePlayers_namesTheirEvaluations() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShapleyValue.exact(Games.game(21, set -> 0)))
                .withMessageContaining("of 21 players takes 2^21 evaluations")
                .withMessageContaining("at most 20");
    }

    @Test
    void exact_noPlayer_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShapleyValue.exact(Games.game(0, set -> 0)))
                .withMessageContaining("1 to 65536 players, not 0");
    }

    @Test
    void exact_valueThatIsNoNumber_namesItsCoalition() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ShapleyValue.exact(Games.game(4, set -> set.equals(Coalition.of(1, 3)) ? Double.NaN : 1)))
                .withMessageContaining("the value of coalition {1, 3} is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeaveOneOut.of(Games.game(3, set -> set.size() == 2 ? Double.NEGATIVE_INFINITY : 1)))
                .withMessageContaining("{1, 2} is -Infinity");
    }

    @Test
    void game_ofMeasuredValues_refusesOthersByName() {
        CoalitionGame game = CoalitionGame.of(2, Map.of(Coalition.empty(), 0.5, Coalition.of(0, 1), 0.75));
        assertThat(game.value(Coalition.of(0, 1))).isEqualTo(0.75);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShapleyValue.exact(game))
                .withMessageContaining("coalition {0} is none of the 2 whose value was measured");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoalitionGame.of(2, Map.of(Coalition.of(2), 0.5)))
                .withMessageContaining("{2} has the player 2, but the game's players are 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoalitionGame.of(2, Map.of(Coalition.of(1), Double.NaN)))
                .withMessageContaining("{1} is NaN");
    }

    @Test
    void leaveOneOut_gloveGame_paysOnlyTheScarceGlove() {
        CoalitionGame game = Games.game(3, set -> set.contains(0) && set.size() > 1 ? 1 : 0);
        Contributions contributions = LeaveOneOut.of(game);
        assertThat(contributions.values()).containsExactly(1, 0, 0);
        assertThat(contributions.evaluations()).isEqualTo(4);
    }
}
