package org.dalrn.core.incentive.bargaining;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.model.WellFormed;

/**
 * What one party brings to the division of a budget, and between which bounds its amount may lie. Amounts are whole units of
 * whatever is divided, such as cents.
 *
 * @param claimant who, 1 to {@value #LONGEST_NAME} characters, once per division
 * @param weight its strength, 0 or more; with 0 it gets its reservation and nothing above
 * @param reservation the least it must get (its disagreement point, BATNA), 0 or more
 * @param cap the most it can get, the reservation or more; {@link #UNCAPPED} for no limit
 */
public record Claim(String claimant, long weight, long reservation, long cap) {

    /** The cap of a claim that has none. */
    public static final long UNCAPPED = Long.MAX_VALUE;

    /** A claimant's name has at most this many characters. */
    public static final int LONGEST_NAME = 512;

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the name is empty or too long, a number is negative, or the cap is below the
     *     reservation
     */
    public Claim {
        requireName(claimant);
        requireNotNegative(claimant, "weight", weight);
        requireNotNegative(claimant, "reservation", reservation);
        if (cap < reservation) {
            throw new IllegalArgumentException("the cap of '" + claimant + "' is " + cap + ", below its reservation "
                    + reservation + "; raise the cap or lower the reservation");
        }
    }

    static void requireName(String claimant) {
        requireNonNull(claimant, "claimant");
        if (claimant.isEmpty() || claimant.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "a claimant's name has 1 to " + LONGEST_NAME + " characters, not " + claimant.length());
        }
        // Half a surrogate pair has no bytes of its own, so that two names would draw the same lot.
        if (!WellFormed.is(claimant)) {
            throw new IllegalArgumentException("a claimant's name has half a surrogate pair; use whole characters");
        }
    }

    static void requireNotNegative(String claimant, String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    "the " + what + " of '" + claimant + "' is " + value + "; it must be 0 or more");
        }
    }

    /** How far the amount can rise above the reservation. */
    long room() {
        return cap - reservation;
    }
}
