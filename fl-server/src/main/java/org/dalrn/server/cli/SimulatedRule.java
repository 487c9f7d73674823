package org.dalrn.server.cli;

import java.util.Locale;
import java.util.Optional;
import org.dalrn.core.incentive.bargaining.AllocationRule;
import org.jspecify.annotations.Nullable;

/** What `dalrn incentives simulate` divides a budget by. */
enum SimulatedRule {
    NASH(AllocationRule.NASH),
    EGALITARIAN(AllocationRule.EGALITARIAN),
    KALAI_SMORODINSKY(AllocationRule.KALAI_SMORODINSKY),
    PROPORTIONAL(AllocationRule.PROPORTIONAL),
    AUCTION(null);

    private final @Nullable AllocationRule rule;

    SimulatedRule(@Nullable AllocationRule rule) {
        this.rule = rule;
    }

    /** Empty for the auction. */
    Optional<AllocationRule> allocationRule() {
        return Optional.ofNullable(rule);
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
