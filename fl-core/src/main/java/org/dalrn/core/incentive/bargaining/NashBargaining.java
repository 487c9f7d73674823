package org.dalrn.core.incentive.bargaining;

import java.util.List;
import org.dalrn.core.model.ContentHash;

/**
 * The weighted Nash bargaining solution: the amounts x that maximise the product of {@code (x - reservation)^weight} among those
 * between reservation and cap whose sum is the budget or less.
 *
 * <p>It is unique, and of the form {@code x = min(cap, reservation + weight * theta)} with one number theta for all, the water
 * level: whoever knows theta can check each amount alone, and all of them in one pass ({@link Allocation#faults}). It is
 * efficient (nothing is left unless all caps are reached or nobody has a weight), individually rational (nobody gets less than
 * its reservation), symmetric, independent of irrelevant alternatives, and before rounding a larger
 * budget takes from nobody. Splitting a claim without a
 * cap into several changes nothing in sum, up to the rounding. It is <em>not</em> strategy-proof: who states a higher
 * reservation gets more, so reservations must come from a contract or a measurement; for those that claimants state
 * themselves there is {@link ProportionalShareAuction}.
 *
 * <p>Source: J. Nash, The bargaining problem, Econometrica 18 (1950); E. Kalai, Nonsymmetric Nash solutions and replications of
 * 2-person bargaining, Int. J. Game Theory 6 (1977).
 */
public final class NashBargaining {

    private NashBargaining() {}

    /**
     * Divides a budget; the same as {@link AllocationRule#NASH}{@code .allocate(budget, claims, salt)}.
     *
     * <p>Exact amounts are rounded to whole units by the method of the largest remainder: all are rounded down, and each unit
     * that is left goes to one of the largest fractional parts, never above a cap. Equal ones are ordered by
     * {@code SHA-256(salt || claimant in UTF-8)}, smallest first. The amounts do not depend on the order of the claims.
     *
     * <p>Cost: {@code O(n log(budget * weights))} in the worst case, a few passes usually.
     *
     * @param budget 0 or more, in whole units
     * @param claims at most {@link AllocationRule#MOST_CLAIMS}, each claimant once, weights of sum {@link Long#MAX_VALUE} or
     *     less
     * @param salt 32 bytes that no claimant could know when it took its name
     * @throws IllegalArgumentException if the budget is negative, there are too many claims, a claimant comes twice or the
     *     weights sum to too much
     */
    public static Bargain allocate(long budget, List<Claim> claims, ContentHash salt) {
        return AllocationRule.NASH.allocate(budget, claims, salt);
    }
}
