package org.dalrn.core.incentive.bargaining;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.incentive.exact.Fraction;

/**
 * What a winner of an auction gets.
 *
 * @param claimant who
 * @param amount the threshold in whole units, rounded down
 * @param threshold below it every bid would have won, above it none
 */
public record Payment(String claimant, long amount, Fraction threshold) {

    /** Checks that nothing is missing. */
    public Payment {
        requireNonNull(claimant, "claimant");
        requireNonNull(threshold, "threshold");
    }
}
