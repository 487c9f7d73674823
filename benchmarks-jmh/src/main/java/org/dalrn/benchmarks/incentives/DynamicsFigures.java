package org.dalrn.benchmarks.incentives;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.dalrn.core.incentive.game.BimatrixGame;
import org.dalrn.core.incentive.game.FictitiousPlay;
import org.dalrn.core.incentive.game.LogitEquilibrium;
import org.dalrn.core.incentive.game.MixedProfile;
import org.dalrn.core.incentive.game.NormalFormGame;
import org.dalrn.core.incentive.game.PotentialGame;
import org.dalrn.core.incentive.game.PureEquilibria;
import org.dalrn.core.incentive.game.RegretMatching;
import org.dalrn.core.incentive.game.Replicator;
import org.dalrn.core.incentive.game.ReplicatorState;

/**
 * Games of several players and learning dynamics, on one thread: the median processor time of one run. Payoffs are uniform in [0, 1] of a
 * fixed seed; no result counts unless its certificate is right.
 */
final class DynamicsFigures {
    private static final double EPSILON = 1e-9;
    private static final int MOST_STEPS = 20_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final SplittableRandom random = new SplittableRandom(2026);

    private DynamicsFigures() {}

    /** Measures and prints. */
    static void print() {
        DynamicsFigures figures = new DynamicsFigures();
        figures.printLogit(new int[] {3, 3, 3}, 100);
        figures.printLogit(new int[] {4, 4, 4, 4}, 100);
        figures.printLogit(new int[] {2, 2, 2, 2, 2, 2, 2, 2}, 100);
        figures.printLogit(new int[] {10, 10, 10}, 30);
        figures.printPure();
        figures.printPotential();
        figures.printZeroSum();
        figures.printReplicator();
    }

    /** The median of the milliseconds that runs take, after as many to warm up. */
    private double median(int runs, IntPredicate run) {
        double[] millis = new double[runs];
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < runs; i++) {
                long start = threads.getCurrentThreadCpuTime();
                boolean right = run.test(i);
                millis[i] = (threads.getCurrentThreadCpuTime() - start) / 1e6;
                if (!right) {
                    throw new IllegalStateException("run " + i + " came out wrong");
                }
            }
        }
        Arrays.sort(millis);
        return millis[runs / 2];
    }

    private NormalFormGame game(int[] strategies) {
        return NormalFormGame.tabulate(strategies, (player, profile) -> random.nextDouble());
    }

    private double[][] matrix(int size) {
        double[][] matrix = new double[size][size];
        for (double[] row : matrix) {
            Arrays.setAll(row, i -> random.nextDouble());
        }
        return matrix;
    }

    private void printLogit(int[] strategies, int games) {
        NormalFormGame[] all = new NormalFormGame[games];
        Arrays.setAll(all, i -> game(strategies));
        double[] regrets = new double[games];
        double[] steps = new double[games];
        double millis = median(games, i -> {
            LogitEquilibrium.Outcome outcome = LogitEquilibrium.of(all[i], EPSILON, MOST_STEPS);
            regrets[i] = outcome.profile().regret();
            steps[i] = outcome.steps();
            return outcome.match(reached -> true, stopped -> false) && regrets[i] <= EPSILON;
        });
        IncentivesSuite.print(
                "logit_equilibrium",
                Map.of(
                        "strategies",
                        Arrays.toString(strategies),
                        "solved",
                        games,
                        "worst_regret",
                        Arrays.stream(regrets).max().orElseThrow(),
                        "mean_steps",
                        Arrays.stream(steps).average().orElseThrow()),
                millis,
                "ms");
    }

    private void printPure() {
        int[] strategies = new int[19];
        Arrays.fill(strategies, 2);
        NormalFormGame game = game(strategies);
        int expected = PureEquilibria.of(game, 0).count();
        double millis = median(5, i -> {
            PureEquilibria found = PureEquilibria.of(game, 1_000);
            return found.count() == expected
                    && found.equilibria().stream()
                            .allMatch(one ->
                                    MixedProfile.pure(game, one.profile()).isEquilibrium(0));
        });
        IncentivesSuite.print(
                "pure_equilibria",
                Map.of("players", 19, "strategies", 2, "profiles", game.profiles(), "found", expected),
                millis,
                "ms");
    }

    /** Every player takes one of four roads, whose costs grow with the square of who takes them. */
    private void printPotential() {
        int[] strategies = new int[8];
        Arrays.fill(strategies, 4);
        NormalFormGame game = NormalFormGame.tabulate(strategies, (player, profile) -> {
            int road = profile.get(player);
            long users = profile.stream().filter(other -> other == road).count();
            return 0.0 - (road + 1) * users * users;
        });
        double millis = median(
                5,
                i -> PotentialGame.exact(game, 0)
                        .match(
                                found -> found.game().error() == 0
                                        && MixedProfile.pure(game, found.game().maximiser())
                                                .isEquilibrium(0),
                                refuted -> false));
        IncentivesSuite.print(
                "exact_potential", Map.of("players", 8, "strategies", 4, "profiles", game.profiles()), millis, "ms");
    }

    private void printZeroSum() {
        BimatrixGame game = BimatrixGame.zeroSum(matrix(100));
        double epsilon = 0.01;
        int[] steps = new int[1];
        double fictitious = median(5, i -> {
            FictitiousPlay.Outcome outcome = FictitiousPlay.run(game, 0, 0, epsilon, 50_000_000);
            steps[0] = outcome.steps();
            return outcome.frequencies().isEquilibrium(epsilon);
        });
        IncentivesSuite.print(
                "fictitious_play", Map.of("size", 100, "epsilon", epsilon, "steps", steps[0]), fictitious, "ms");
        for (RegretMatching.Variant variant : RegretMatching.Variant.values()) {
            double matching = median(5, i -> {
                RegretMatching.Outcome outcome = RegretMatching.run(game, variant, epsilon / 2, 1_000_000);
                steps[0] = outcome.steps();
                return outcome.average().mixes().isEquilibrium(epsilon)
                        && outcome.average().externalRegret() <= RegretMatching.guarantee(game, outcome.steps());
            });
            IncentivesSuite.print(
                    "regret_matching",
                    Map.of("size", 100, "epsilon", epsilon, "variant", variant.name(), "steps", steps[0]),
                    matching,
                    "ms");
        }
    }

    /** In a ring where each beats the 49 after it, the product of all shares stays as it was. */
    private void printReplicator() {
        int size = 99;
        double[][] ring = new double[size][size];
        double[] start = new double[size];
        for (int i = 0; i < size; i++) {
            for (int ahead = 1; ahead <= size / 2; ahead++) {
                ring[i][(i + ahead) % size] = 1;
                ring[(i + ahead) % size][i] = -1;
            }
            start[i] = 0.5 + random.nextDouble();
        }
        double sum = Arrays.stream(start).sum();
        Arrays.setAll(start, i -> start[i] / sum);
        Replicator replicator = Replicator.of(ring);
        double[] drift = new double[1];
        double millis = median(5, i -> {
            List<ReplicatorState> states = replicator.trajectory(start, 0.1, 1_000, 1_000);
            drift[0] = Math.abs(logarithms(states.get(1)) - logarithms(states.get(0)));
            return drift[0] < 1e-6;
        });
        IncentivesSuite.print(
                "replicator_1000_steps", Map.of("strategies", size, "drift_of_invariant", drift[0]), millis, "ms");
    }

    private static double logarithms(ReplicatorState state) {
        return Arrays.stream(state.shares()).map(Math::log).sum();
    }
}
