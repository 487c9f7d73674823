package org.dalrn.core.incentive.bargaining;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.function.Function;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;

/**
 * A division of a budget in whole units, with the one number that explains it.
 *
 * @param budget what was divided, 0 or more
 * @param theta the water level: each exact amount follows from it and the claim alone (see {@link AllocationRule})
 * @param shares what each claim got, in the order of the claims
 * @param undistributed what no claim could take, because all caps are reached or nobody has a weight, 0 or more
 */
public record Allocation(long budget, Fraction theta, List<Share> shares, long undistributed) implements Bargain {

    /**
     * Copies; whether the numbers fit each other is asked by {@link #faults}.
     *
     * @throws IllegalArgumentException if the budget or what is left of it is negative
     */
    public Allocation {
        requireNonNull(theta, "theta");
        shares = List.copyOf(shares);
        if (budget < 0 || undistributed < 0) {
            throw new IllegalArgumentException(
                    "of a budget of " + budget + " are " + undistributed + " undistributed; both must be 0 or more");
        }
    }

    /** What is wrong with it as a weighted Nash bargaining solution: {@code faults(AllocationRule.NASH, salt)}. */
    public List<String> faults(ContentHash salt) {
        return faults(AllocationRule.NASH, salt);
    }

    /**
     * What is wrong with it, one sentence each; empty if and only if it is what {@link AllocationRule#allocate} answers to the
     * same budget, claims and salt.
     *
     * <p>Two passes over the shares, no sorting of levels: each amount against the one that theta tells, their sum, the
     * smallest possible theta, and that only the largest remainders were rounded up, ties by lot.
     *
     * @return at most {@value Audit#MOST_FAULTS}
     */
    public List<String> faults(AllocationRule rule, ContentHash salt) {
        return new Audit(this, rule, salt).faults();
    }

    @Override
    public <T> T match(
            Function<? super Allocation, ? extends T> allocation,
            Function<? super Infeasible, ? extends T> infeasible) {
        return allocation.apply(this);
    }
}
