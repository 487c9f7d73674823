package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ends against the equilibria of the oracle file; points of the branch against their definition, a closed form and a
 * bisection.
 */
class LogitEquilibriumTest {

    private final NashOracles oracles = NashOracles.read();

    private static MixedProfile reached(NormalFormGame game, double epsilon) {
        LogitEquilibrium.Outcome outcome = LogitEquilibrium.of(game, epsilon, 5_000);
        assertThat(outcome).isInstanceOf(LogitEquilibrium.Reached.class);
        assertThat(outcome.profile().regret()).isLessThanOrEqualTo(epsilon);
        return outcome.profile();
    }

    @Test
    void of_threePlayersWithNineEquilibria_endsInOneOfThem() {
        NashOracles.NPlayerGame oracle = oracles.nPlayerGames().get(0);

        MixedProfile end = reached(NormalFormGameTest.game(oracle), 1e-9);

        assertThat(oracle.decimal()).hasSize(9).anyMatch(listed -> distance(listed, end) < 1e-9);
    }

    @Test
    void of_threePlayersWithAnIrrationalEquilibrium_findsIt() {
        NashOracles.NPlayerGame oracle = oracles.nPlayerGames().get(1);
        double root = Math.sqrt(601);

        MixedProfile end = reached(NormalFormGameTest.game(oracle), 1e-12);

        assertThat(end.mix(0)[0]).isCloseTo((53 - root) / 46, within(1e-9));
        assertThat(end.mix(1)[0]).isCloseTo((root - 13) / 24, within(1e-9));
        assertThat(end.mix(2)[0]).isCloseTo((root - 23) / 4, within(1e-9));
        assertThat(distance(oracle.decimal().get(0), end)).isLessThan(1e-9);
    }

    private static double distance(List<Double> firsts, MixedProfile profile) {
        double distance = 0;
        for (int player = 0; player < profile.players(); player++) {
            distance = Math.max(distance, Math.abs(firsts.get(player) - profile.mix(player)[0]));
        }
        return distance;
    }

    @Test
    void of_everyGameOfTwo_endsInAnEquilibriumAndAListedOneIfThoseAreAll() {
        int single = 0;
        for (NashOracles.Game oracle : oracles.games()) {
            MixedProfile end = reached(NormalFormGame.of(oracle.inDoubles()), 1e-9);

            if (!oracle.continuum()) {
                single++;
                assertThat(oracle.extremeEquilibria())
                        .as(oracle.id())
                        .anyMatch(listed -> near(listed.x(), end.mix(0)) && near(listed.y(), end.mix(1)));
            }
        }
        assertThat(single).isGreaterThan(10);
    }

    private static boolean near(List<Fraction> listed, double[] mix) {
        for (int i = 0; i < mix.length; i++) {
            if (Math.abs(listed.get(i).toDouble() - mix[i]) > 1e-7) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(strings = {"2,2,2", "3,3,3", "2,3,4", "2,2,2,2,2", "8,8", "4,4,4,4", "1,3,1,2"})
    void of_randomGames_allEndInAnEquilibrium(String shape) {
        int[] strategies =
                Stream.of(shape.split(",", -1)).mapToInt(Integer::parseInt).toArray();
        SplittableRandom random = new SplittableRandom(20);
        for (int trial = 0; trial < 20; trial++) {
            reached(NormalFormGameTest.random(random, strategies), 1e-9);
        }
    }

    @Test
    void of_randomGamesOfWholePayoffsWithTies_endInAnEquilibriumOrSayWhyNot() {
        SplittableRandom random = new SplittableRandom(21);
        int reached = 0;
        for (int trial = 0; trial < 60; trial++) {
            NormalFormGame game = NormalFormGameTest.randomWhole(random, 3, 3, 2, 3);

            LogitEquilibrium.Outcome outcome = LogitEquilibrium.of(game, 1e-9, 5_000);

            boolean isReached = outcome.match(found -> true, stopped -> false);
            assertThat(isReached).isEqualTo(outcome.profile().isEquilibrium(1e-9));
            reached += isReached ? 1 : 0;
        }
        assertThat(reached).isEqualTo(60);
    }

    @Test
    void branch_everyPoint_isItsOwnLogitAnswer() {
        SplittableRandom random = new SplittableRandom(22);
        for (int trial = 0; trial < 10; trial++) {
            NormalFormGame game = NormalFormGameTest.random(random, 2, 3, 3);

            List<LogitEquilibrium.Point> points = LogitEquilibrium.branch(game, 1_000, 5_000);

            assertThat(points.get(points.size() - 1).lambda()).isGreaterThanOrEqualTo(1_000);
            for (LogitEquilibrium.Point point : points) {
                for (int player = 0; player < 3; player++) {
                    double[] mix = point.profile().mix(player);
                    double[] replies = game.replies(player, new double[][] {
                        point.profile().mix(0),
                        point.profile().mix(1),
                        point.profile().mix(2)
                    });
                    double best = Arrays.stream(replies).max().orElseThrow();
                    double total = 0;
                    for (double reply : replies) {
                        total += Math.exp(point.lambda() * (reply - best));
                    }
                    for (int k = 0; k < mix.length; k++) {
                        assertThat(mix[k])
                                .isCloseTo(Math.exp(point.lambda() * (replies[k] - best)) / total, within(1e-7));
                    }
                }
            }
        }
    }

    @Test
    void branch_anyGame_beginsUniform() {
        LogitEquilibrium.Point first = LogitEquilibrium.branch(
                        NormalFormGameTest.random(new SplittableRandom(1), 4, 2), 0, 1)
                .get(0);

        assertThat(first.lambda()).isZero();
        assertThat(first.profile().mix(0)).containsExactly(new double[] {0.25, 0.25, 0.25, 0.25}, within(1e-15));
        assertThat(first.profile().mix(1)).containsExactly(new double[] {0.5, 0.5}, within(1e-15));
    }

    @Test
    void branch_onePlayer_isTheLogitRule() {
        NormalFormGame game = NormalFormGame.of(new int[] {3}, new double[][] {{1, 0, -2}});

        for (LogitEquilibrium.Point point : LogitEquilibrium.branch(game, 5, 1_000)) {
            double total = Math.exp(point.lambda()) + 1 + Math.exp(-2 * point.lambda());
            assertThat(point.profile().mix(0)[0]).isCloseTo(Math.exp(point.lambda()) / total, within(1e-9));
            assertThat(point.profile().mix(0)[2]).isCloseTo(Math.exp(-2 * point.lambda()) / total, within(1e-9));
        }
    }

    @Test
    void branch_unevenPennies_isWhatBisectionFinds() {
        NormalFormGame game =
                NormalFormGame.of(BimatrixGame.of(new double[][] {{9, 0}, {0, 1}}, new double[][] {{0, 1}, {1, 0}}));

        List<LogitEquilibrium.Point> points = LogitEquilibrium.branch(game, 20, 1_000);

        assertThat(points).hasSizeGreaterThan(5);
        for (LogitEquilibrium.Point point : points) {
            double low = 0;
            double high = 1;
            for (int bisection = 0; bisection < 60; bisection++) {
                double x = (low + high) / 2;
                double y = 1 / (1 + Math.exp(point.lambda() * (2 * x - 1)));
                if (1 / (1 + Math.exp(point.lambda() * (1 - 10 * y))) > x) {
                    low = x;
                } else {
                    high = x;
                }
            }
            assertThat(point.profile().mix(0)[0]).isCloseTo(low, within(1e-7));
        }
    }

    @Test
    void of_coordination_takesTheRiskDominantEquilibrium() {
        // Turocy (2005): in 2 x 2 games with two strict equilibria the branch leads to the risk-dominant one,
        // here
        // the one that pays less: 3 * 3 of losses by deviating against 2 * 2.
        NormalFormGame game =
                NormalFormGame.of(BimatrixGame.of(new double[][] {{5, 0}, {3, 3}}, new double[][] {{5, 3}, {0, 3}}));

        MixedProfile end = reached(game, 1e-12);

        assertThat(end.mix(0)).containsExactly(0, 1);
        assertThat(end.mix(1)).containsExactly(0, 1);
    }

    @Test
    void of_equalPayoffsOrSingleStrategies_endsAtOnce() {
        NormalFormGame flat = NormalFormGame.tabulate(new int[] {2, 3, 6, 1}, (player, profile) -> 1e299 / 7);

        LogitEquilibrium.Outcome outcome = LogitEquilibrium.of(flat, 0, 10);

        assertThat(outcome.steps()).isZero();
        assertThat(outcome.<Boolean>match(found -> true, stopped -> false)).isTrue();
        assertThat(reached(NormalFormGame.tabulate(new int[] {1, 1}, (player, profile) -> -3), 0)
                        .mix(1))
                .containsExactly(1);
    }

    @Test
    void of_hugeAndTinyPayoffs_isTheSameEquilibrium() {
        NashOracles.NPlayerGame oracle = oracles.nPlayerGames().get(1);
        NormalFormGame plain = NormalFormGameTest.game(oracle);
        double[] expected = reached(plain, 1e-12).mix(0);
        for (double unit : new double[] {1e299, 1e-300}) {
            NormalFormGame scaled = NormalFormGame.tabulate(
                    new int[] {2, 2, 2}, (player, profile) -> unit * plain.payoff(player, profile));

            LogitEquilibrium.Outcome outcome = LogitEquilibrium.of(scaled, 1e-12 * unit, 5_000);

            assertThat(outcome).isInstanceOf(LogitEquilibrium.Reached.class);
            assertThat(outcome.profile().mix(0)[0]).isCloseTo(expected[0], within(1e-12));
        }
    }

    @Test
    void of_tooFewSteps_stopsWithTheLastPoint() {
        LogitEquilibrium.Outcome outcome = LogitEquilibrium.of(
                NormalFormGameTest.game(oracles.nPlayerGames().get(1)), 1e-9, 3);

        assertThat(outcome.<String>match(found -> "", LogitEquilibrium.Stopped::reason))
                .isEqualTo("the allowed steps ended");
        assertThat(outcome.steps()).isEqualTo(3);
        assertThat(outcome.lambda()).isPositive();
        assertThat(outcome.profile().regret()).isGreaterThan(1e-9);
    }

    @Test
    void of_epsilonBelowRounding_stopsInsteadOfRunningForEver() {
        // No double is one third, so that regret 0 cannot be reached but by luck.
        NormalFormGame game = NormalFormGame.of(BimatrixGame.of(
                new double[][] {{0, 0.7, -1.1}, {-0.3, 0, 1.7}, {1.3, -0.9, 0}},
                new double[][] {{0, -0.7, 1.1}, {0.3, 0, -1.7}, {-1.3, 0.9, 0}}));

        LogitEquilibrium.Outcome outcome = LogitEquilibrium.of(game, 0, 100_000);

        assertThat(outcome.profile().regret()).isLessThan(1e-9);
        assertThat(outcome.steps()).isLessThan(100_000);
    }

    @Test
    void of_badArguments_areNamed() {
        NormalFormGame game = NormalFormGame.of(oracles.game("pd").inDoubles());
        NormalFormGame large = NormalFormGame.tabulate(new int[] {200, 57}, (player, profile) -> 0);

        assertThatThrownBy(() -> LogitEquilibrium.of(game, -1, 1)).hasMessage("epsilon is -1.0; it is 0 or more");
        assertThatThrownBy(() -> LogitEquilibrium.of(game, 1, 0))
                .hasMessage("at most 0 steps were allowed; allow 1 or more");
        assertThatThrownBy(() -> LogitEquilibrium.branch(game, Double.NaN, 1))
                .hasMessage("lambda is NaN; it is 0 or more");
        assertThatThrownBy(() -> LogitEquilibrium.of(large, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the players have 257 strategies together; a branch of logit equilibria is followed for at most"
                                + " 256");
    }
}
