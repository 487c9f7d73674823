package org.dalrn.core.incentive.bargaining;

import java.util.List;

/**
 * Who won an auction, and what the winners get.
 *
 * @param payments one for each winner, in the order of the bids; all others get nothing and are bound to nothing
 * @param carried what is left of the budget, 0 or more; it is carried to the next round
 */
public record AuctionOutcome(List<Payment> payments, long carried) {

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if what is left is negative
     */
    public AuctionOutcome {
        payments = List.copyOf(payments);
        if (carried < 0) {
            throw new IllegalArgumentException("an auction cannot leave " + carried + " of its budget");
        }
    }

    /** What someone gets, 0 for all but the winners. */
    public long paid(String claimant) {
        for (Payment payment : payments) {
            if (payment.claimant().equals(claimant)) {
                return payment.amount();
            }
        }
        return 0;
    }
}
