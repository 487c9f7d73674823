package org.dalrn.core.incentive.bargaining;

import static java.util.Objects.requireNonNull;

/**
 * What one claim got.
 *
 * @param claim the claim, as it was stated
 * @param amount in whole units
 */
public record Share(Claim claim, long amount) {

    /** Checks that there is a claim; whether the amount is right is asked by {@link Allocation#faults}. */
    public Share {
        requireNonNull(claim, "claim");
    }
}
