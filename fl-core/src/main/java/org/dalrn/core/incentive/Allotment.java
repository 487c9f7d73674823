package org.dalrn.core.incentive;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * How a budget is divided among the claimants of a settlement.
 *
 * @param budget what there is to divide, in whole units
 * @param theta the level of the rule that all amounts follow from; for an auction what a unit of weight is paid
 * @param payouts by claimant
 * @param undistributed the rest of the budget
 */
public record Allotment(long budget, Fraction theta, List<Payout> payouts, long undistributed) {
    /** Copies. */
    public Allotment {
        requireNonNull(theta, "theta");
        payouts = List.copyOf(payouts);
    }
}
