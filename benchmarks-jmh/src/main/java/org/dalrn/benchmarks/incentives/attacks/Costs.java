package org.dalrn.benchmarks.incentives.attacks;

import java.util.SplittableRandom;

/** What taking part costs each partner: between a fifth and four fifths of the budget's part by its records, drawn. */
final class Costs {

    private Costs() {}

    static long[] drawn(LearningTask task, long seed) {
        SplittableRandom random = new SplittableRandom(977 * seed + 5);
        long total = 0;
        for (int partner = 0; partner < task.partners(); partner++) {
            total += task.examples(partner);
        }
        long[] costs = new long[task.partners()];
        for (int partner = 0; partner < costs.length; partner++) {
            double part = (double) Federation.BUDGET * task.examples(partner) / total;
            costs[partner] = Math.round(part * random.nextDouble(0.2, 0.8));
        }
        return costs;
    }
}
