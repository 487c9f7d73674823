package org.dalrn.core.incentive.bargaining;

/**
 * What one party asks for its contribution.
 *
 * @param claimant who, 1 to {@value Claim#LONGEST_NAME} characters, once per auction
 * @param weight what its contribution is worth to the buyer, known and not a matter of the bid, 0 or more
 * @param bid the least it says it wants, in whole units, 0 or more
 */
public record Bid(String claimant, long weight, long bid) {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the name is empty or too long, or a number is negative
     */
    public Bid {
        Claim.requireName(claimant);
        Claim.requireNotNegative(claimant, "weight", weight);
        Claim.requireNotNegative(claimant, "bid", bid);
    }
}
