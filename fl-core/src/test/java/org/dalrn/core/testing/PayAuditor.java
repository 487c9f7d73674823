package org.dalrn.core.testing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;

/**
 * A second bookkeeping of what a run earns, written from the documentation of policy and rules: participation and examples
 * only, and amounts by their certificate (bounds, level, sum), not by dividing again.
 */
final class PayAuditor {
    private final RunSpec spec;
    private final IncentivePolicy policy;
    private final SortedMap<NodeId, Long> accepted = new TreeMap<>();
    private final SortedMap<String, BigInteger> points = new TreeMap<>();
    private int measuredRound;
    private int completed;
    private int settled;
    private long carried;

    PayAuditor(RunSpec spec, IncentivePolicy policy) {
        this.spec = spec;
        this.policy = policy;
    }

    private static void check(boolean holds, Object... what) {
        if (!holds) {
            StringBuilder text = new StringBuilder();
            for (Object part : what) {
                text.append(part);
            }
            throw new AssertionError(text.toString());
        }
    }

    void observe(RunEvent event) {
        if (event instanceof RunEvent.RoundStarted) {
            check(policy.settlement() == Settlement.RUN ? settled == 0 : settled == completed, "unpaid: ", event);
            accepted.clear();
        } else if (event instanceof RunEvent.UpdateAccepted update) {
            accepted.put(update.node(), update.grantedWeight());
        } else if (event instanceof RunEvent.ContributionsMeasured measured) {
            measured(measured);
        } else if (event instanceof RunEvent.ModelPublished published) {
            check(measuredRound == published.round(), "not measured: ", event);
        } else if (event instanceof RunEvent.RoundCompleted) {
            completed++;
            for (Map.Entry<NodeId, Long> entry : contributions().entrySet()) {
                String claimant = claimant(entry.getKey());
                if (!claimant.isEmpty()) {
                    points.merge(claimant, BigInteger.valueOf(entry.getValue() * 1_000_000), BigInteger::add);
                }
            }
        } else if (event instanceof RunEvent.Allocated allocated) {
            allocated(allocated);
        } else if (event instanceof RunEvent.Finished
                || event instanceof RunEvent.Stopped
                || event instanceof RunEvent.Failed) {
            check(settled == completed, "unpaid at the end: ", event);
        }
    }

    private String claimant(NodeId node) {
        for (Map.Entry<String, Terms> entry : policy.organisations().entrySet()) {
            if (entry.getValue().nodes().contains(node)) {
                return entry.getKey();
            }
        }
        return policy.others().isPresent() ? "node:" + node.value() : "";
    }

    private Terms terms(String claimant) {
        return claimant.startsWith("node:")
                ? policy.others().orElseThrow()
                : policy.organisations().get(claimant);
    }

    private SortedMap<NodeId, Long> contributions() {
        boolean examples = policy.measure() instanceof ContributionMeasure.Examples;
        SortedMap<String, Long> counted = new TreeMap<>();
        SortedMap<NodeId, Long> all = new TreeMap<>();
        accepted.forEach((node, weight) -> {
            long value = 1;
            if (examples) {
                String claimant = claimant(node);
                long most = claimant.isEmpty()
                        ? Long.MAX_VALUE
                        : terms(claimant).verifiedExamples().orElse(Long.MAX_VALUE);
                long before = counted.getOrDefault(claimant, 0L);
                value = claimant.isEmpty() ? weight : Math.min(weight, most - before);
                counted.put(claimant, before + value);
            }
            all.put(node, value);
        });
        return all;
    }

    private void measured(RunEvent.ContributionsMeasured event) {
        check(event.round() == completed + 1 && measuredRound == completed, "measured out of turn: ", event);
        measuredRound = event.round();
        List<NodeContribution> wanted = new ArrayList<>();
        contributions().forEach((node, value) -> wanted.add(new NodeContribution(node, value, value * 1_000_000)));
        check(event.contributions().equals(wanted) && event.values().isEmpty(), event, ", wanted ", wanted);
    }

    private void allocated(RunEvent.Allocated event) {
        boolean once = policy.settlement() == Settlement.RUN;
        check(event.round() == completed && settled < completed, "settled twice: ", event);
        settled = completed;
        BigInteger of = BigInteger.valueOf(once ? spec.rounds() : 1);
        BigInteger part = BigInteger.valueOf(once ? completed : 1);
        BigInteger budget =
                BigInteger.valueOf(policy.budget()).multiply(part).divide(of).add(BigInteger.valueOf(carried));
        check(budget.equals(BigInteger.valueOf(event.budget())), "budget of ", event, " is ", budget);
        carried = event.undistributed();
        check(event.payouts().stream().map(Payout::claimant).toList().equals(List.copyOf(points.keySet())), event);
        BigInteger sum = BigInteger.valueOf(event.undistributed());
        boolean room = false;
        for (Payout payout : event.payouts()) {
            Terms terms = terms(payout.claimant());
            boolean auction = policy.rule() == PayoutRule.AUCTION;
            BigInteger low = BigInteger.valueOf(auction ? terms.bid().orElseThrow() : terms.reservation())
                    .multiply(part)
                    .divide(of);
            check(low.equals(BigInteger.valueOf(payout.reservation())), "reservation of ", payout, " is ", low);
            if (payout.isCapped()) {
                check(
                        BigInteger.valueOf(terms.cap())
                                .multiply(part)
                                .divide(of)
                                .equals(BigInteger.valueOf(payout.cap())),
                        "cap of ",
                        payout);
            } else {
                check(terms.cap() == Terms.UNCAPPED, "no cap of ", payout);
            }
            check(
                    BigInteger.valueOf(payout.weight())
                            .equals(points.get(payout.claimant()).multiply(BigInteger.valueOf(terms.weight()))),
                    "weight of ",
                    payout);
            sum = sum.add(BigInteger.valueOf(payout.amount()));
            room |= payout.weight() > 0 && payout.amount() < payout.cap();
            if (auction) {
                check(payout.amount() == 0 || payout.amount() >= payout.reservation(), "below its bid: ", payout);
            } else {
                check(payout.amount() >= payout.reservation() && payout.amount() <= payout.cap(), payout);
                level(event, payout);
            }
        }
        check(sum.equals(budget), "amounts of ", event, " sum to ", sum);
        check(policy.rule() == PayoutRule.AUCTION || event.undistributed() == 0 || !room, "kept back: ", event);
        points.clear();
    }

    /** Each amount is what the level tells, rounded down or up. */
    private void level(RunEvent.Allocated event, Payout payout) {
        if (policy.rule() == PayoutRule.KALAI_SMORODINSKY) {
            return;
        }
        boolean equal = policy.rule() == PayoutRule.EGALITARIAN;
        Fraction gain = event.theta().times(Fraction.of(equal ? Math.min(1, payout.weight()) : payout.weight()));
        Fraction floor = Fraction.of(payout.reservation());
        Fraction told = policy.rule() == PayoutRule.PROPORTIONAL ? floor.max(gain) : floor.plus(gain);
        Fraction exact = told.min(Fraction.of(payout.cap()));
        double away = exact.minus(Fraction.of(payout.amount())).toDouble();
        check(Math.abs(away) < 1, payout, " is ", new BigDecimal(away), " away from its level ", event.theta());
    }
}
