package org.dalrn.core.testing;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;

/** Policies of incentives in tests. */
public final class Policies {
    private Policies() {}

    public static Terms terms(long weight, String... nodes) {
        return terms(weight, 0, Terms.UNCAPPED, nodes);
    }

    public static Terms terms(long weight, long reservation, long cap, String... nodes) {
        return new Terms(Runs.nodes(nodes), weight, reservation, cap, OptionalLong.empty(), OptionalLong.empty());
    }

    public static Terms verified(long examples, String... nodes) {
        return new Terms(Runs.nodes(nodes), 1, 0, Terms.UNCAPPED, OptionalLong.of(examples), OptionalLong.empty());
    }

    public static Terms bid(long bid, String... nodes) {
        return new Terms(Runs.nodes(nodes), 1, 0, Terms.UNCAPPED, OptionalLong.empty(), OptionalLong.of(bid));
    }

    public static IncentivePolicy policy(
            long budget,
            Settlement settlement,
            PayoutRule rule,
            ContributionMeasure measure,
            Map<String, Terms> organisations,
            Optional<Terms> others) {
        return new IncentivePolicy("cent", budget, settlement, rule, measure, new TreeMap<>(organisations), others);
    }

    public static ContributionMeasure heldOut(ContributionMeasure.Method method) {
        return new ContributionMeasure.HeldOut(method, "u", new TreeMap<>(), Optional.empty());
    }
}
