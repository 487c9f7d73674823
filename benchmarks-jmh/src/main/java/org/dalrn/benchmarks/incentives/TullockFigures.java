package org.dalrn.benchmarks.incentives;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.dalrn.core.incentive.effort.EffortEquilibrium;
import org.dalrn.core.incentive.effort.TullockContest;

/**
 * The equilibrium of a contest among 10,000 nodes with its certificate, on one thread: linear costs of which most nodes can bear the
 * competition, and convex ones. Medians of 41 after 20 to warm up.
 */
final class TullockFigures {
    private static final int NODES = 10_000;
    private static final double BUDGET = 1e6;
    private static final int WARM_UP = 20;
    private static final int REPETITIONS = 41;

    private TullockFigures() {}

    /** Measures and prints, once the equilibria have turned out to be some. */
    static void print() {
        SplittableRandom random = new SplittableRandom(1);
        // The level of competition is near the mean cost of those who contribute, so it separates costs this close.
        double[] costs = random.doubles(NODES, 0.9999, 1.0001).toArray();
        print("tullock_equilibrium_10k", 1, costs);
        double[] spread = random.doubles(NODES, 0.5, 2).toArray();
        print("tullock_equilibrium_10k_convex", 1.5, spread);
    }

    private static void print(String name, double exponent, double[] costs) {
        double[] times = new double[REPETITIONS];
        int active = 0;
        double gain = 0;
        for (int repetition = -WARM_UP; repetition < REPETITIONS; repetition++) {
            long start = System.nanoTime();
            EffortEquilibrium equilibrium =
                    TullockContest.of(BUDGET, costs).withExponent(exponent).equilibrium();
            times[Math.max(0, repetition)] = (System.nanoTime() - start) / 1e6;
            active = equilibrium.active();
            gain = equilibrium.largestGain();
            requireEquilibrium(equilibrium, exponent, costs);
        }
        Arrays.sort(times);
        IncentivesSuite.print(
                name,
                Map.of(
                        "nodes", NODES,
                        "exponent", exponent,
                        "active", active,
                        "largest_gain", gain,
                        "best", rounded(times[0]),
                        "worst", rounded(times[REPETITIONS - 1])),
                rounded(times[REPETITIONS / 2]),
                "ms");
    }

    /** The first-order conditions, computed here: marginal pay is marginal cost, or below it at no effort. */
    private static void requireEquilibrium(EffortEquilibrium equilibrium, double exponent, double[] costs) {
        double total = equilibrium.totalEffort();
        for (int i = 0; i < costs.length; i++) {
            double effort = equilibrium.effort(i);
            double pay = BUDGET * (total - effort) / (total * total);
            double cost = costs[i] * Math.pow(effort, exponent - 1);
            if (effort > 0 ? Math.abs(pay - cost) > 1e-10 * cost : pay > cost * (1 + 1e-10)) {
                throw new IllegalStateException("node " + i + " earns " + pay + " for a unit that costs " + cost);
            }
        }
        if (!(equilibrium.largestGain() <= 1e-9) || equilibrium.active() < 2) {
            throw new IllegalStateException("no equilibrium: " + equilibrium);
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
