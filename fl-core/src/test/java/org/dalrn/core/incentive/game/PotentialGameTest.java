package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.core.incentive.NashOracles;
import org.junit.jupiter.api.Test;

/** Against Rosenthal's potential of congestion games, games made from a potential, and searches by the definitions. */
class PotentialGameTest {

    private final NashOracles oracles = NashOracles.read();

    private static PotentialGame found(PotentialGame.Detection detection) {
        return detection.match(PotentialGame.Found::game, refuted -> {
            throw new AssertionError("refuted by " + refuted.witness());
        });
    }

    private static PotentialGame.Cycle witness(PotentialGame.Detection detection) {
        return detection.match(
                found -> {
                    throw new AssertionError("found a potential");
                },
                PotentialGame.Refuted::witness);
    }

    /** Players choose one of three roads, whose costs depend on how many take them. */
    private static NormalFormGame congestion(int[][] costs, int players) {
        int[] strategies = new int[players];
        Arrays.fill(strategies, costs.length);
        return NormalFormGame.tabulate(strategies, (player, profile) -> {
            int road = profile.get(player);
            int users = (int) profile.stream().filter(r -> r == road).count();
            return 0.0 - costs[road][users - 1];
        });
    }

    private static double rosenthal(int[][] costs, List<Integer> profile) {
        double sum = 0;
        for (int road = 0; road < costs.length; road++) {
            int of = road;
            long users = profile.stream().filter(r -> r == of).count();
            for (int i = 0; i < users; i++) {
                sum -= costs[road][i];
            }
        }
        return sum;
    }

    @Test
    void exact_congestionGames_findRosenthalsPotential() {
        SplittableRandom random = new SplittableRandom(12);
        for (int trial = 0; trial < 20; trial++) {
            int players = random.nextInt(2, 6);
            int[][] costs = new int[3][players];
            for (int[] road : costs) {
                for (int i = 0; i < players; i++) {
                    road[i] = random.nextInt(20);
                }
            }
            NormalFormGame game = congestion(costs, players);

            PotentialGame potential = found(PotentialGame.exact(game, 0));

            double base = rosenthal(costs, NormalFormGameTest.profiles(game).get(0));
            for (List<Integer> profile : NormalFormGameTest.profiles(game)) {
                assertThat(potential.potential(profile)).isEqualTo(rosenthal(costs, profile) - base);
            }
            assertThat(potential.error()).isZero();
            assertThat(potential.kind()).isEqualTo(PotentialGame.Kind.EXACT);
            assertThat(MixedProfile.pure(game, potential.maximiser()).regret()).isZero();
        }
    }

    @Test
    void exact_matchingPennies_isRefutedByItsCycle() {
        NormalFormGame game = NormalFormGame.of(oracles.game("mp").inDoubles());

        PotentialGame.Cycle cycle = witness(PotentialGame.exact(game, 0));

        assertThat(cycle.profiles()).hasSize(4).doesNotHaveDuplicates();
        assertThat(cycle.movers()).containsExactly(0, 1, 0, 1);
        assertGains(game, cycle);
        assertThat(Math.abs(sum(cycle.gains()))).isEqualTo(8);
    }

    private static double sum(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static void assertGains(NormalFormGame game, PotentialGame.Cycle cycle) {
        int length = cycle.profiles().size();
        for (int i = 0; i < length; i++) {
            List<Integer> from = cycle.profiles().get(i);
            List<Integer> to = cycle.profiles().get((i + 1) % length);
            int mover = cycle.movers().get(i);
            for (int player = 0; player < from.size(); player++) {
                assertThat(from.get(player).equals(to.get(player))).isEqualTo(player != mover);
            }
            assertThat(cycle.gains().get(i)).isEqualTo(game.payoff(mover, to) - game.payoff(mover, from));
        }
    }

    @Test
    void exact_madeFromAPotentialAndSpoiltInOneEntry_isRefuted() {
        SplittableRandom random = new SplittableRandom(13);
        for (int trial = 0; trial < 50; trial++) {
            NormalFormGame base = NormalFormGameTest.randomWhole(random, 10, 2, 3, 2);
            // The same for all, plus what only the others decide.
            NormalFormGame game = NormalFormGame.tabulate(
                    new int[] {2, 3, 2},
                    (player, profile) -> base.payoff(0, profile) + 7 * profile.get((player + 1) % 3));
            int spoiltPlayer = random.nextInt(3);
            List<Integer> spoilt = game.profile(random.nextInt(game.profiles()));
            NormalFormGame other = NormalFormGame.tabulate(
                    new int[] {2, 3, 2},
                    (player, profile) ->
                            game.payoff(player, profile) + (player == spoiltPlayer && profile.equals(spoilt) ? 1 : 0));

            PotentialGame potential = found(PotentialGame.exact(game, 0));
            PotentialGame.Cycle cycle = witness(PotentialGame.exact(other, 0));

            double offset = base.payoff(0, List.of(0, 0, 0));
            for (List<Integer> profile : NormalFormGameTest.profiles(game)) {
                assertThat(potential.potential(profile)).isEqualTo(base.payoff(0, profile) - offset);
            }
            assertGains(other, cycle);
            assertThat(Math.abs(sum(cycle.gains()))).isEqualTo(1);
            assertThat(PotentialGame.exact(other, 1)).isInstanceOf(PotentialGame.Found.class);
            assertThat(found(PotentialGame.exact(other, 1)).error()).isBetween(1.0, 4.0);
        }
    }

    @Test
    void exact_roundedPayoffs_needATolerance() {
        double[][] a = {{0.1, 0.2}, {0.3, 0.4}};
        double[][] b = {{0.1, 0.3}, {0.7, 0.9}};
        NormalFormGame game = NormalFormGame.of(BimatrixGame.of(a, b));

        // 0.1 - 0.2 - 0.3 + 0.4 is 0, and so is 0.1 - 0.3 - 0.7 + 0.9, but not of the nearest doubles.
        assertThat(PotentialGame.exact(game, 0)).isInstanceOf(PotentialGame.Refuted.class);
        assertThat(found(PotentialGame.exact(game, 1e-12)).error()).isLessThan(1e-15);
    }

    @Test
    void exact_sumsThatDoublesRoundAway_areDecidedWithoutRounding() {
        double[][] a = {{1e300, 1}, {1e300, 0}};
        double[][] b = {{0, 0}, {0, 0}};
        double[][] c = {{0, 0}, {0, 1}};
        double[][] large = {{1e300, 1e300}, {1e300, 1e300}};

        assertThat(PotentialGame.exact(NormalFormGame.of(BimatrixGame.of(a, b)), 0))
                .isInstanceOf(PotentialGame.Refuted.class);
        assertThat(PotentialGame.exact(NormalFormGame.of(BimatrixGame.of(a, b)), 0.5))
                .isInstanceOf(PotentialGame.Refuted.class);
        assertThat(PotentialGame.exact(NormalFormGame.of(BimatrixGame.of(a, b)), 1))
                .isInstanceOf(PotentialGame.Found.class);
        assertThat(PotentialGame.exact(NormalFormGame.of(BimatrixGame.of(c, c)), 0))
                .isInstanceOf(PotentialGame.Found.class);
        assertThat(PotentialGame.exact(NormalFormGame.of(BimatrixGame.of(large, large)), 0))
                .isInstanceOf(PotentialGame.Found.class);
        double[][] tiny = {{0, 0}, {0, 1e-310}};
        assertThat(PotentialGame.exact(NormalFormGame.of(BimatrixGame.of(tiny, b)), 0))
                .isInstanceOf(PotentialGame.Refuted.class);
        assertThat(PotentialGame.exact(NormalFormGame.of(BimatrixGame.of(tiny, tiny)), 0))
                .isInstanceOf(PotentialGame.Found.class);
    }

    @Test
    void exact_singleStrategiesAndOnePlayer_alwaysFound() {
        PotentialGame alone =
                found(PotentialGame.exact(NormalFormGame.of(new int[] {3}, new double[][] {{4, 6, 5}}), 0));

        assertThat(alone.maximiser()).containsExactly(1);
        assertThat(alone.potential(List.of(2))).isEqualTo(1);
        assertThat(found(PotentialGame.exact(
                                NormalFormGame.tabulate(new int[] {1, 2, 1}, (player, profile) -> profile.get(1)), 0))
                        .maximiser())
                .containsExactly(0, 1, 0);
    }

    @Test
    void weighted_scaledCongestionGame_needsItsWeights() {
        int[][] costs = {{1, 4, 9}, {2, 3, 7}, {3, 5, 6}};
        NormalFormGame plain = congestion(costs, 3);
        double[] weights = {1, 3, 0.7};
        NormalFormGame game = NormalFormGame.tabulate(
                new int[] {3, 3, 3}, (player, profile) -> weights[player] * plain.payoff(player, profile));

        PotentialGame potential = found(PotentialGame.weighted(game, weights, 1e-12));

        assertThat(potential.kind()).isEqualTo(PotentialGame.Kind.WEIGHTED);
        assertThat(potential.weight(1)).isEqualTo(3);
        assertThat(potential.error()).isLessThan(1e-12);
        assertThat(potential.maximiser())
                .isEqualTo(found(PotentialGame.exact(plain, 0)).maximiser());
        assertThat(PotentialGame.exact(game, 1e-3)).isInstanceOf(PotentialGame.Refuted.class);
        assertThat(found(PotentialGame.ordinal(game)).game()).isSameAs(game);
    }

    @Test
    void weighted_wholePayoffsAndThirds_areDecidedWithoutRounding() {
        // Gains of 1 by weight 3 against gains of 7 by weight 21: no quotient is a double, yet they are equal.
        NormalFormGame game =
                NormalFormGame.of(BimatrixGame.of(new double[][] {{1, 0}, {0, 0}}, new double[][] {{7, 0}, {0, 0}}));

        assertThat(PotentialGame.weighted(game, new double[] {3, 21}, 0)).isInstanceOf(PotentialGame.Found.class);
        assertThat(PotentialGame.weighted(game, new double[] {3, Math.nextUp(21.0)}, 0))
                .isInstanceOf(PotentialGame.Refuted.class);
    }

    @Test
    void weighted_unknownWeights_areFoundUpToACommonFactor() {
        SplittableRandom random = new SplittableRandom(15);
        for (int trial = 0; trial < 20; trial++) {
            NormalFormGame base = NormalFormGameTest.randomWhole(random, 10, 3, 2, 2);
            double[] weights = {1 + random.nextDouble(), 0.1 + random.nextDouble(), 5 * random.nextDouble() + 0.1};
            // The gains of player 2 depend on nobody: any weight will do.
            NormalFormGame game = NormalFormGame.tabulate(
                    new int[] {3, 2, 2},
                    (player, profile) -> player == 2
                            ? profile.get(2)
                            : weights[player] * base.payoff(0, List.of(profile.get(0), profile.get(1), 0)));
            NormalFormGame together = NormalFormGame.tabulate(
                    new int[] {3, 2, 2}, (player, profile) -> weights[player] * base.payoff(0, profile));

            PotentialGame apart = found(PotentialGame.weighted(game, 1e-9));
            PotentialGame all = found(PotentialGame.weighted(together, 1e-9));

            assertThat(apart.weight(0)).isEqualTo(1);
            assertThat(apart.weight(1)).isCloseTo(weights[1] / weights[0], within(1e-9));
            assertThat(apart.weight(2)).isEqualTo(1);
            assertThat(all.weight(1)).isCloseTo(weights[1] / weights[0], within(1e-9));
            assertThat(all.weight(2)).isCloseTo(weights[2] / weights[0], within(1e-9));
            assertThat(all.error()).isLessThan(1e-9);
            assertThat(MixedProfile.pure(together, all.maximiser()).regret()).isLessThan(1e-9);
        }
    }

    @Test
    void weighted_unknownWeightsBeyondDoubles_areNamed() {
        double[] large = {0, 0, 0, 1e300};
        double[] small = {0, 0, 0, 1e-20};

        assertThatThrownBy(() ->
                        PotentialGame.weighted(NormalFormGame.of(new int[] {2, 2}, new double[][] {small, large}), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the weight of player 1 would be 1.0 * Infinity, which is beyond doubles; divide the larger"
                        + " payoffs of these players by the same number");
        assertThatThrownBy(() ->
                        PotentialGame.weighted(NormalFormGame.of(new int[] {2, 2}, new double[][] {large, small}), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the weight of player 1 would be 1.0 * 1.0E-320, which is beyond doubles");
    }

    @Test
    void weighted_unknownWeightsOfGamesWithoutAny_areRefuted() {
        // Pennies: one gains what the other loses. The second: only one's gains depend on the other. The third: two
        // ratios.
        NormalFormGame pennies = NormalFormGame.of(oracles.game("mp").inDoubles());
        NormalFormGame oneSided =
                NormalFormGame.of(BimatrixGame.of(new double[][] {{1, 0}, {0, 0}}, new double[][] {{0, 0}, {0, 0}}));
        NormalFormGame twoRatios = NormalFormGame.of(BimatrixGame.of(
                new double[][] {{0, 0, 0}, {0, 1, 1}}, new double[][] {{0, 0, 0}, {0, 2, 3}}));

        assertGains(pennies, witness(PotentialGame.weighted(pennies, 0)));
        assertGains(oneSided, witness(PotentialGame.weighted(oneSided, 0)));
        assertGains(twoRatios, witness(PotentialGame.weighted(twoRatios, 0)));
    }

    @Test
    void ordinal_randomGames_areFoundWhereNoImprovementReturns() {
        SplittableRandom random = new SplittableRandom(14);
        int found = 0;
        int refuted = 0;
        for (int trial = 0; trial < 300; trial++) {
            int[] shape = random.nextBoolean() ? new int[] {2, 3} : new int[] {2, 2, 2};
            NormalFormGame game = NormalFormGameTest.randomWhole(random, 5, shape);
            List<List<Integer>> profiles = NormalFormGameTest.profiles(game);
            int count = profiles.size();
            boolean[][] improves = new boolean[count][count];
            for (int from = 0; from < count; from++) {
                for (int to = 0; to < count; to++) {
                    improves[from][to] = improves(game, profiles.get(from), profiles.get(to));
                }
            }
            boolean cycles = cycles(improves);

            PotentialGame.Detection detection = PotentialGame.ordinal(game);

            if (cycles) {
                refuted++;
                PotentialGame.Cycle cycle = witness(detection);
                assertGains(game, cycle);
                assertThat(cycle.gains()).allMatch(gain -> gain > 0);
                assertThat(cycle.profiles()).doesNotHaveDuplicates();
            } else {
                found++;
                PotentialGame potential = found(detection);
                for (int from = 0; from < count; from++) {
                    for (int to = 0; to < count; to++) {
                        if (improves[from][to]) {
                            assertThat(potential.potential(profiles.get(to)))
                                    .isGreaterThan(potential.potential(profiles.get(from)));
                        }
                    }
                }
                assertThat(MixedProfile.pure(game, potential.maximiser()).regret())
                        .isZero();
            }
        }
        assertThat(found).isGreaterThan(30);
        assertThat(refuted).isGreaterThan(30);
    }

    private static boolean improves(NormalFormGame game, List<Integer> from, List<Integer> to) {
        List<Integer> movers = new ArrayList<>();
        for (int player = 0; player < from.size(); player++) {
            if (!from.get(player).equals(to.get(player))) {
                movers.add(player);
            }
        }
        return movers.size() == 1 && game.payoff(movers.get(0), to) > game.payoff(movers.get(0), from);
    }

    /** By Warshall's closure. */
    private static boolean cycles(boolean[][] edges) {
        int count = edges.length;
        boolean[][] reach = new boolean[count][];
        for (int i = 0; i < count; i++) {
            reach[i] = edges[i].clone();
        }
        for (int via = 0; via < count; via++) {
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < count; j++) {
                    reach[i][j] |= reach[i][via] && reach[via][j];
                }
            }
        }
        for (int i = 0; i < count; i++) {
            if (reach[i][i]) {
                return true;
            }
        }
        return false;
    }

    @Test
    void ordinal_dilemmaThatIsNoExactPotentialGame_isFound() {
        NormalFormGame game =
                NormalFormGame.of(BimatrixGame.of(new double[][] {{3, 0}, {5, 1}}, new double[][] {{3, 4}, {0, 9}}));

        PotentialGame potential = found(PotentialGame.ordinal(game));

        assertThat(PotentialGame.exact(game, 0)).isInstanceOf(PotentialGame.Refuted.class);
        assertThat(potential.maximiser()).containsExactly(1, 1);
        assertThat(potential.potential(List.of(0, 0))).isEqualTo(-2);
        assertThat(potential.potential(List.of(1, 0))).isEqualTo(-1);
        assertThatThrownBy(() -> potential.weight(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("an ordinal potential has no weights");
    }

    @Test
    void detect_badArguments_areNamed() {
        NormalFormGame game = NormalFormGame.of(oracles.game("pd").inDoubles());

        assertThatThrownBy(() -> PotentialGame.exact(game, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the tolerance is NaN; it is 0 or more");
        assertThatThrownBy(() -> PotentialGame.weighted(game, new double[] {1}, 0))
                .hasMessage("1 weights for 2 players");
        assertThatThrownBy(() -> PotentialGame.weighted(game, new double[] {1, 0}, 0))
                .hasMessage("the weight of player 1 is 0.0; weights are above 0 and finite");
    }
}
