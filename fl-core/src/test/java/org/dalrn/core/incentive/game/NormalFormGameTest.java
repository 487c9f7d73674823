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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Mixed and pure profiles against plain sums over all profiles, matrices and the oracle file. */
class NormalFormGameTest {

    private final NashOracles oracles = NashOracles.read();

    /** An oracle's game: its payoffs run as ours do, the first player's strategy fastest. */
    static NormalFormGame game(NashOracles.NPlayerGame oracle) {
        int players = oracle.strategies().size();
        double[][] payoffs = new double[players][oracle.payoffs().size()];
        for (int player = 0; player < players; player++) {
            for (int index = 0; index < payoffs[player].length; index++) {
                payoffs[player][index] = oracle.payoffs().get(index).get(player);
            }
        }
        return NormalFormGame.of(
                oracle.strategies().stream().mapToInt(Integer::intValue).toArray(), payoffs);
    }

    static NormalFormGame random(SplittableRandom random, int... strategies) {
        return NormalFormGame.tabulate(strategies, (player, profile) -> random.nextDouble());
    }

    static NormalFormGame randomWhole(SplittableRandom random, int bound, int... strategies) {
        return NormalFormGame.tabulate(strategies, (player, profile) -> random.nextInt(bound));
    }

    static double[][] randomMixes(SplittableRandom random, NormalFormGame game) {
        double[][] mixes = new double[game.players()][];
        for (int player = 0; player < mixes.length; player++) {
            mixes[player] = random.doubles(game.strategies(player)).toArray();
            double sum = Arrays.stream(mixes[player]).sum();
            for (int k = 0; k < mixes[player].length; k++) {
                mixes[player][k] /= sum;
            }
        }
        return mixes;
    }

    static List<List<Integer>> profiles(NormalFormGame game) {
        List<List<Integer>> profiles = List.of(List.of());
        for (int player = 0; player < game.players(); player++) {
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> profile : profiles) {
                for (int strategy = 0; strategy < game.strategies(player); strategy++) {
                    List<Integer> next = new ArrayList<>(profile);
                    next.add(strategy);
                    longer.add(next);
                }
            }
            profiles = longer;
        }
        return profiles;
    }

    /** The sum over all profiles of probability times payoff. */
    private static double expected(NormalFormGame game, int player, double[][] mixes) {
        double sum = 0;
        for (List<Integer> profile : profiles(game)) {
            double probability = 1;
            for (int other = 0; other < game.players(); other++) {
                probability *= mixes[other][profile.get(other)];
            }
            sum += probability * game.payoff(player, profile);
        }
        return sum;
    }

    private static double[][] with(double[][] mixes, int player, int strategy) {
        double[][] changed = mixes.clone();
        changed[player] = new double[mixes[player].length];
        changed[player][strategy] = 1;
        return changed;
    }

    @Test
    void payoff_byIndex_firstPlayerRunsFastest() {
        NormalFormGame game = NormalFormGame.of(new int[] {2, 3}, new double[][] {
            {0, 1, 2, 3, 4, 5},
            {10, 11, 12, 13, 14, 15}
        });

        assertThat(game.profiles()).isEqualTo(6);
        assertThat(game.payoff(0, List.of(1, 0))).isEqualTo(1);
        assertThat(game.payoff(0, List.of(0, 1))).isEqualTo(2);
        assertThat(game.payoff(1, List.of(1, 2))).isEqualTo(15);
    }

    @Test
    void of_matrices_roundTrip() {
        for (NashOracles.Game oracle : oracles.games()) {
            BimatrixGame matrices = oracle.inDoubles();

            BimatrixGame back = NormalFormGame.of(matrices).toBimatrix();

            for (int i = 0; i < matrices.rows(); i++) {
                for (int j = 0; j < matrices.columns(); j++) {
                    assertThat(back.a(i, j)).isEqualTo(matrices.a(i, j));
                    assertThat(back.b(i, j)).isEqualTo(matrices.b(i, j));
                }
            }
        }
    }

    @Test
    void replies_randomGames_areSumsOverAllProfiles() {
        SplittableRandom random = new SplittableRandom(6);
        for (int[] shape : new int[][] {{4}, {3, 2}, {2, 3, 4}, {2, 1, 3, 2}, {2, 2, 2, 2, 2}}) {
            NormalFormGame game = random(random, shape);
            double[][] mixes = randomMixes(random, game);
            for (int player = 0; player < shape.length; player++) {
                double[] replies = game.replies(player, mixes);
                for (int k = 0; k < shape[player]; k++) {
                    double[][] changed = with(mixes, player, k);
                    assertThat(replies[k]).isCloseTo(expected(game, player, changed), within(1e-12));
                    for (int other = 0; other < shape.length; other++) {
                        for (int l = 0; l < shape[other] && other != player; l++) {
                            assertThat(game.replies(player, other, mixes)[k][l])
                                    .isCloseTo(expected(game, player, with(changed, other, l)), within(1e-12));
                        }
                    }
                }
            }
        }
    }

    @Test
    void replies_onePlayer_isACopy() {
        NormalFormGame game = NormalFormGame.of(new int[] {2}, new double[][] {{3, 4}});

        game.replies(0, new double[][] {{1, 0}})[0] = 9;

        assertThat(game.payoff(0, List.of(0))).isEqualTo(3);
    }

    @Test
    void of_arraysChangedLater_doNotChangeTheGame() {
        int[] strategies = {2};
        double[][] payoffs = {{1, 2}};
        NormalFormGame game = NormalFormGame.of(strategies, payoffs);

        strategies[0] = 1;
        payoffs[0][0] = 7;

        assertThat(game.strategies(0)).isEqualTo(2);
        assertThat(game.payoff(0, List.of(0))).isEqualTo(1);
    }

    @Test
    void of_badShapes_areNamed() {
        assertThatThrownBy(() -> NormalFormGame.of(new int[0], new double[0][]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a game has 1 to 64 players, not 0");
        assertThatThrownBy(() -> NormalFormGame.of(new int[] {2, 0}, new double[2][0]))
                .hasMessage("player 1 has 0 strategies; each has one or more");
        assertThatThrownBy(() -> NormalFormGame.of(new int[] {2, 2}, new double[1][4]))
                .hasMessage("there are 1 tables of payoffs for 2 players");
        assertThatThrownBy(() -> NormalFormGame.of(new int[] {2, 2}, new double[][] {{1, 2, 3, 4}, {1, 2, 3}}))
                .hasMessage("player 1 has 3 payoffs, but there are 4 profiles of strategies");
        assertThatThrownBy(() -> NormalFormGame.of(new int[] {2, 2}, new double[][] {
                    {1, 2, 3, 4}, {1, 2, Double.POSITIVE_INFINITY, 4}
                }))
                .hasMessage(
                        "the payoff of player 1 at [0, 1] is Infinity, not in [-1e300, 1e300]; divide all payoffs of"
                                + " the player by the same number if they are larger");
        assertThatThrownBy(() -> NormalFormGame.tabulate(new int[] {1}, (player, profile) -> Double.NaN))
                .hasMessageStartingWith("the payoff of player 0 at [0] is NaN, not in [-1e300, 1e300]");
    }

    @Test
    void tabulate_tooManyPayoffs_isRefusedBeforeTheFirstIsAsked() {
        NormalFormGame.Payoff never = (player, profile) -> {
            throw new AssertionError("asked");
        };
        int[] thirty = new int[30];
        Arrays.fill(thirty, 2);

        assertThatThrownBy(() -> NormalFormGame.tabulate(thirty, never))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the strategies of players 0 to 19 of 30 alone make 1048576 profiles; a game has at most"
                        + " 16777216 payoffs, which is profiles times players");
        assertThatThrownBy(() -> NormalFormGame.tabulate(
                        new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE}, never))
                .hasMessageContaining("a game has at most 16777216 payoffs");
        assertThatThrownBy(() -> NormalFormGame.tabulate(new int[65], never))
                .hasMessage("a game has 1 to 64 players, not 65");
    }

    @Test
    void payoff_badProfile_isNamed() {
        NormalFormGame game = NormalFormGame.of(new int[] {2, 1}, new double[][] {{1, 2}, {3, 4}});

        assertThatThrownBy(() -> game.payoff(0, List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a profile of 1 strategies for 2 players");
        assertThatThrownBy(() -> game.payoff(0, List.of(0, 1)))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("player 1 has strategies 0 to 0, not 1");
        assertThatThrownBy(
                        () -> NormalFormGame.of(new int[] {1}, new double[1][1]).toBimatrix())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a game of 1 players has no two matrices");
    }

    @Nested
    class Mixed {

        @Test
        void of_gamesOfTwo_agreeWithStrategyPair() {
            SplittableRandom random = new SplittableRandom(9);
            for (NashOracles.Game oracle : oracles.games()) {
                BimatrixGame matrices = oracle.inDoubles();
                NormalFormGame game = NormalFormGame.of(matrices);
                double[][] mixes = randomMixes(random, game);

                MixedProfile profile = MixedProfile.of(game, mixes);
                StrategyPair pair = StrategyPair.of(matrices, mixes[0], mixes[1]);

                assertThat(profile.payoff(0)).isCloseTo(pair.rowPayoff(), within(1e-9));
                assertThat(profile.payoff(1)).isCloseTo(pair.columnPayoff(), within(1e-9));
                assertThat(profile.regret(0)).isCloseTo(pair.rowRegret(), within(1e-9));
                assertThat(profile.regret(1)).isCloseTo(pair.columnRegret(), within(1e-9));
                assertThat(profile.isEquilibrium(1e-9)).isEqualTo(pair.isEquilibrium(1e-9));
            }
        }

        @Test
        void regret_randomGames_isTheLargestGainOfAPureDeviation() {
            SplittableRandom random = new SplittableRandom(10);
            for (int trial = 0; trial < 20; trial++) {
                NormalFormGame game = random(random, 2, 3, 2, 2);
                double[][] mixes = randomMixes(random, game);

                MixedProfile profile = MixedProfile.of(game, mixes);

                double most = 0;
                for (int player = 0; player < 4; player++) {
                    double now = expected(game, player, mixes);
                    assertThat(profile.payoff(player)).isCloseTo(now, within(1e-12));
                    for (int k = 0; k < game.strategies(player); k++) {
                        most = Math.max(most, expected(game, player, with(mixes, player, k)) - now);
                    }
                }
                assertThat(profile.regret()).isCloseTo(most, within(1e-12));
            }
        }

        @Test
        void exactRegret_nineListedEquilibria_is0() {
            NashOracles.NPlayerGame oracle = oracles.nPlayerGames().get(0);
            NormalFormGame game = game(oracle);
            assertThat(oracle.exact()).hasSize(9);
            for (List<String> listed : oracle.exact()) {
                List<List<Fraction>> mixes = listed.stream()
                        .map(Fraction::parse)
                        .map(first -> List.of(first, Fraction.ONE.minus(first)))
                        .toList();

                assertThat(MixedProfile.exactRegret(game, mixes)).isEqualTo(Fraction.ZERO);
            }
        }

        @Test
        void exactRegret_smallDeviation_isExact() {
            NormalFormGame game = game(oracles.nPlayerGames().get(0));
            Fraction most = Fraction.of(999, 1000);
            // Player 0 gains 9 instead of 0 with the thousandth that it gives away.
            List<List<Fraction>> mixes = List.of(
                    List.of(most, Fraction.ONE.minus(most)),
                    List.of(Fraction.ONE, Fraction.ZERO),
                    List.of(Fraction.ONE, Fraction.ZERO));

            assertThat(MixedProfile.exactRegret(game, mixes)).isEqualTo(Fraction.of(9, 1000));
        }

        @Test
        void of_irrationalEquilibrium_hasRegretOfRoundingOnly() {
            NashOracles.NPlayerGame oracle = oracles.nPlayerGames().get(1);
            List<Double> first = oracle.decimal().get(0);

            MixedProfile profile = MixedProfile.of(
                    game(oracle),
                    first.stream().map(p -> new double[] {p, 1 - p}).toArray(double[][]::new));

            assertThat(profile.regret()).isLessThan(1e-14);
        }

        @Test
        void of_badMixes_areNamed() {
            NormalFormGame game = random(new SplittableRandom(1), 2, 2);

            assertThatThrownBy(() -> MixedProfile.of(game, new double[][] {{1, 0}}))
                    .hasMessage("1 mixed strategies for 2 players");
            assertThatThrownBy(() -> MixedProfile.of(game, new double[][] {{1, 0}, {1}}))
                    .hasMessage("player 1 has 2 strategies, but its mixed strategy 1 probabilities");
            assertThatThrownBy(() -> MixedProfile.of(game, new double[][] {{1, 0}, {-0.5, 1.5}}))
                    .hasMessage("the probability of strategy 0 of player 1 is -0.5, not in [0, 1]");
            assertThatThrownBy(() -> MixedProfile.of(game, new double[][] {{1, 0}, {Double.NaN, 1}}))
                    .hasMessage("the probability of strategy 0 of player 1 is NaN, not in [0, 1]");
            assertThatThrownBy(() -> MixedProfile.of(game, new double[][] {{0.5, 0.25}, {0, 1}}))
                    .hasMessage("the probabilities of player 0 sum to 0.75, not to 1");
            List<Fraction> half = List.of(Fraction.of(1, 2), Fraction.of(1, 2));
            assertThatThrownBy(() -> MixedProfile.exactRegret(game, List.of(half, List.of(Fraction.ONE, Fraction.ONE))))
                    .hasMessage("the probabilities of player 1 sum to 2, not to 1");
            assertThatThrownBy(() -> MixedProfile.exactRegret(
                            game, List.of(half, List.of(Fraction.of(3, 2), Fraction.of(-1, 2)))))
                    .hasMessage("a probability of player 1 is -1/2, below 0");
        }
    }

    @Nested
    class Pure {

        @Test
        void of_threePlayersOfTheOracle_areThePureOnesListed() {
            for (NashOracles.NPlayerGame oracle : oracles.nPlayerGames()) {
                List<List<Integer>> listed = oracle.decimal().stream()
                        .filter(firsts -> firsts.stream().allMatch(p -> p == 0 || p == 1))
                        .map(firsts -> firsts.stream().map(p -> p == 1 ? 0 : 1).toList())
                        .toList();

                PureEquilibria found = PureEquilibria.of(game(oracle), 100);

                assertThat(found.equilibria())
                        .extracting(PureEquilibria.Equilibrium::profile)
                        .containsExactlyInAnyOrderElementsOf(listed);
                assertThat(found.equilibria()).allMatch(PureEquilibria.Equilibrium::strict);
                assertThat(found.complete()).isTrue();
            }
            assertThat(PureEquilibria.of(game(oracles.nPlayerGames().get(0)), 100)
                            .count())
                    .isEqualTo(4);
        }

        @Test
        void of_randomGamesWithTies_areThoseOfTheDefinition() {
            SplittableRandom random = new SplittableRandom(11);
            int found = 0;
            for (int trial = 0; trial < 300; trial++) {
                int[] shape = new int[random.nextInt(1, 5)];
                for (int player = 0; player < shape.length; player++) {
                    shape[player] = random.nextInt(1, 4);
                }
                NormalFormGame game = randomWhole(random, 4, shape);

                PureEquilibria pure = PureEquilibria.of(game, Integer.MAX_VALUE);

                List<PureEquilibria.Equilibrium> slowly = new ArrayList<>();
                for (List<Integer> profile : profiles(game)) {
                    boolean equilibrium = true;
                    boolean strict = true;
                    for (int player = 0; player < shape.length; player++) {
                        for (int k = 0; k < shape[player]; k++) {
                            List<Integer> other = new ArrayList<>(profile);
                            other.set(player, k);
                            double gain = game.payoff(player, other) - game.payoff(player, profile);
                            equilibrium &= gain <= 0;
                            strict &= gain < 0 || k == profile.get(player);
                        }
                    }
                    if (equilibrium) {
                        slowly.add(new PureEquilibria.Equilibrium(profile, strict));
                    }
                }
                assertThat(pure.equilibria()).containsExactlyInAnyOrderElementsOf(slowly);
                assertThat(pure.count()).isEqualTo(slowly.size());
                found += slowly.size();
            }
            assertThat(found).isGreaterThan(300);
        }

        @Test
        void of_boundedList_countsAll() {
            NormalFormGame flat = NormalFormGame.tabulate(new int[] {3, 3, 3}, (player, profile) -> 1e300);

            PureEquilibria some = PureEquilibria.of(flat, 2);

            assertThat(some.count()).isEqualTo(27);
            assertThat(some.complete()).isFalse();
            assertThat(some.equilibria())
                    .containsExactly(
                            new PureEquilibria.Equilibrium(List.of(0, 0, 0), false),
                            new PureEquilibria.Equilibrium(List.of(1, 0, 0), false));
            assertThat(PureEquilibria.of(flat, 0).equilibria()).isEmpty();
            assertThatThrownBy(() -> PureEquilibria.of(flat, -1))
                    .hasMessage("at most -1 equilibria were asked for; 0 or more can be");
        }

        @Test
        void of_singleStrategies_isTheOnlyProfileAndStrict() {
            NormalFormGame game = NormalFormGame.tabulate(new int[] {1, 1, 1}, (player, profile) -> -5);

            assertThat(PureEquilibria.of(game, 9).equilibria())
                    .containsExactly(new PureEquilibria.Equilibrium(List.of(0, 0, 0), true));
        }
    }
}
