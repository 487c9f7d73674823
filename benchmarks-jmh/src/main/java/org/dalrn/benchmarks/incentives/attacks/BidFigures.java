package org.dalrn.benchmarks.incentives.attacks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.dalrn.benchmarks.Figure;
import org.dalrn.core.incentive.bargaining.AuctionOutcome;
import org.dalrn.core.incentive.bargaining.Bid;
import org.dalrn.core.incentive.bargaining.Payment;
import org.dalrn.core.incentive.bargaining.ProportionalShareAuction;

/**
 * What a lie about one's costs gains in a procurement auction over telling the truth, in parts of the budget: where winners are
 * paid what they ask, and where they are paid the threshold.
 *
 * <p>Lies are searched on a grid of 0 to 5 times the true cost in steps of a twentieth.
 */
final class BidFigures {
    private static final int SEEDS = 20;
    private static final int STEPS = 100;
    private static final int STEPS_OF_TRUTH = 20;

    /** What partners are paid. */
    private enum Rule {
        PAID_AS_BID,
        THRESHOLD
    }

    /** Who lies, and what it knows of the others' bids. */
    private enum Liar {
        ONE_WHO_SEES_ALL_BIDS,
        ONE_WITH_SEALED_BIDS,
        TWO_WHO_SEE_ALL_BIDS
    }

    private final LearningTask task;
    private final int liar;
    private final int accomplice;

    private BidFigures(LearningTask task, int liar) {
        this.task = task;
        this.liar = liar;
        this.accomplice = (liar + 1) % task.partners();
    }

    static void print() {
        System.err.println();
        System.err.println("| lie about costs | data | winners are paid what they ask | paid the threshold |");
        System.err.println("|---|---|---|---|");
        print(HeartTask::new, 1);
        print(DigitsTask::new, 2);
    }

    private static void print(LongFunction<LearningTask> tasks, int liar) {
        BidFigures figures = new BidFigures(tasks.apply(0), liar);
        for (Liar kind : Liar.values()) {
            StringBuilder row = new StringBuilder(
                    "| " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " | " + figures.task.name() + " |");
            for (Rule rule : Rule.values()) {
                double[] gains = figures.gains(kind, rule);
                row.append(' ').append(Spread.text(gains)).append(" |");
                Map<String, Object> params = new TreeMap<>(Map.of(
                        "lie",
                        kind.name(),
                        "rule",
                        rule.name(),
                        "data",
                        figures.task.name(),
                        "sd",
                        Spread.sd(gains),
                        "seeds",
                        SEEDS));
                System.out.println(
                        new Figure("incentives", "gain_of_lie", new TreeMap<>(params), Spread.mean(gains), "%")
                                .toJsonLine());
            }
            System.err.println(row);
        }
    }

    /** For each seed, in percent of the budget. */
    private double[] gains(Liar kind, Rule rule) {
        double[] gains = new double[SEEDS];
        int sealed = kind == Liar.ONE_WITH_SEALED_BIDS ? bestUnseen(rule) : 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            long[] costs = Costs.drawn(task, seed);
            boolean together = kind == Liar.TWO_WHO_SEE_ALL_BIDS;
            double truth = gain(costs, STEPS_OF_TRUTH, STEPS_OF_TRUTH, rule, together);
            double best = truth;
            if (kind == Liar.ONE_WITH_SEALED_BIDS) {
                best = gain(costs, sealed, STEPS_OF_TRUTH, rule, false);
            } else {
                for (int own = 0; own <= STEPS; own++) {
                    for (int other = together ? 0 : STEPS_OF_TRUTH;
                            other <= (together ? STEPS : STEPS_OF_TRUTH);
                            other++) {
                        best = Math.max(best, gain(costs, own, other, rule, together));
                    }
                }
            }
            gains[seed] = 100 * (best - truth);
        }
        return gains;
    }

    /** The factor that gains most on the average over other draws of the costs: all that one knows of sealed bids. */
    private int bestUnseen(Rule rule) {
        double[] sums = new double[STEPS + 1];
        for (int seed = SEEDS; seed < 10 * SEEDS; seed++) {
            long[] costs = Costs.drawn(task, seed);
            for (int own = 0; own <= STEPS; own++) {
                sums[own] += gain(costs, own, STEPS_OF_TRUTH, rule, false);
            }
        }
        double most = Arrays.stream(sums).max().orElseThrow();
        // The truth, if no lie does better.
        int best = STEPS_OF_TRUTH;
        for (int own = 0; own <= STEPS; own++) {
            if (sums[own] == most && sums[own] > sums[best]) {
                best = own;
            }
        }
        return best;
    }

    /** What the liars keep of the budget above their costs. */
    private double gain(long[] costs, int own, int other, Rule rule, boolean together) {
        long[] bids = costs.clone();
        bids[liar] = costs[liar] * own / STEPS_OF_TRUTH;
        bids[accomplice] = costs[accomplice] * other / STEPS_OF_TRUTH;
        List<Bid> all = new ArrayList<>();
        for (int partner = 0; partner < bids.length; partner++) {
            all.add(new Bid("partner-" + partner, task.examples(partner), bids[partner]));
        }
        AuctionOutcome outcome = ProportionalShareAuction.run(Federation.BUDGET, all);
        double gain = 0;
        for (Payment payment : outcome.payments()) {
            int winner = Integer.parseInt(payment.claimant().substring("partner-".length()));
            if (winner == liar || (together && winner == accomplice)) {
                long paid = rule == Rule.THRESHOLD ? payment.amount() : bids[winner];
                gain += (double) (paid - costs[winner]) / Federation.BUDGET;
            }
        }
        return gain;
    }
}
