package org.dalrn.benchmarks.incentives;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.core.incentive.Allotment;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.Earnings;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.RoundPlayers;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunEvent;

/**
 * What paying for a round costs its coordinator besides measuring: contributions by examples, weights, the division, and the
 * texts of the two events, for rounds in which every node is a claimant. One thread; medians.
 */
final class RoundPayFigures {
    private static final Instant AT = Instant.parse("2026-11-24T00:00:00Z");
    private static final RunId RUN = new RunId("heart-disease-0a1b2c3d");
    private static final long BUDGET = 1_000_000_007;

    private RoundPayFigures() {}

    /** Measures and prints. */
    static void print() {
        for (int nodes : new int[] {4, 1_000, 10_000}) {
            int times = nodes == 4 ? 2_000 : nodes == 1_000 ? 200 : 40;
            double[] millis = new double[times];
            Paid paid = pay(nodes);
            for (int i = 0; i < times; i++) {
                pay(nodes);
            }
            for (int i = 0; i < times; i++) {
                long begun = System.nanoTime();
                paid = pay(nodes);
                millis[i] = (System.nanoTime() - begun) / 1e6;
            }
            Arrays.sort(millis);
            Map<String, Object> params = Map.of("nodes", nodes);
            print("round_paid_and_written", params, millis[times / 2], "ms");
            print("round_pay_event_bytes", params, paid.bytes(), "bytes");
        }
    }

    private record Paid(Allotment allotment, int bytes) {}

    private static Paid pay(int nodes) {
        SortedMap<NodeId, Long> weights = new TreeMap<>();
        for (int i = 0; i < nodes; i++) {
            weights.put(new NodeId("hospital-" + (100_000 + i)), 1L + i % 977);
        }
        Terms others = new Terms(new TreeSet<>(), 1, 0, BUDGET / nodes * 2, OptionalLong.empty(), OptionalLong.empty());
        IncentivePolicy policy = new IncentivePolicy(
                "cent",
                BUDGET,
                Settlement.ROUND,
                PayoutRule.NASH,
                new ContributionMeasure.Examples(),
                new TreeMap<>(),
                Optional.of(others));
        RoundPlayers players = new RoundPlayers(ContentHash.of(new byte[] {1}), 1, 1, weights);
        List<NodeContribution> contributions = players.contributions(policy, new TreeMap<>(), List.of());
        Allotment allotment = Earnings.none()
                .withMeasured(1, contributions)
                .withCompleted(policy, 1, weights.keySet())
                .allot(policy, RUN, 1, 10);
        long paid = allotment.payouts().stream().mapToLong(Payout::amount).sum();
        if (paid + allotment.undistributed() != BUDGET || allotment.payouts().size() != nodes) {
            throw new IllegalStateException("of " + BUDGET + " are paid " + paid + " to "
                    + allotment.payouts().size() + " of " + nodes + " nodes");
        }
        String measured = EventText.of(new RunEvent.ContributionsMeasured(1, List.of(), contributions, AT));
        String allocated = EventText.of(new RunEvent.Allocated(
                1, allotment.budget(), allotment.theta(), allotment.payouts(), allotment.undistributed(), AT));
        return new Paid(allotment, measured.length() + allocated.length());
    }

    private static void print(String name, Map<String, Object> params, double value, String unit) {
        IncentivesSuite.print(name, params, Math.round(value * 1e4) / 1e4, unit);
    }
}
