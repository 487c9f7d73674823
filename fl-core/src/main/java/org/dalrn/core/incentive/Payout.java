package org.dalrn.core.incentive;

import static java.util.Objects.requireNonNull;

/**
 * What one claimant gets in a settlement, and what it follows from.
 *
 * @param claimant an organisation's name, or {@code node:} and a node's id
 * @param weight of its claim
 * @param reservation what it gets at least; under {@link PayoutRule#AUCTION} its bid
 * @param cap what it gets at most; {@link Terms#UNCAPPED} if nothing limits it
 * @param amount what it gets, in whole units
 */
public record Payout(String claimant, long weight, long reservation, long cap, long amount) {
    /** Checks that there is a claimant: the numbers are compared with what they follow from. */
    public Payout {
        requireNonNull(claimant, "claimant");
    }

    /** True if something limits what it gets. */
    public boolean isCapped() {
        return cap != Terms.UNCAPPED;
    }
}
