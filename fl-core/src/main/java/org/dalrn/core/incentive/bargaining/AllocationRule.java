package org.dalrn.core.incentive.bargaining;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.dalrn.core.model.ContentHash;

/**
 * A way to divide a budget among claims, exactly and then in whole units.
 *
 * <p>Under every rule nobody gets less than its reservation or more than its cap, a claim of weight 0 gets its reservation, and
 * the amounts sum to the budget unless all other claims have reached their caps. One number theta tells all exact amounts:
 * {@code min(cap, base + strength * theta)}, where base and strength are the rule's. Theta is the smallest number that gives out as
 * much as possible.
 */
public enum AllocationRule {

    /** {@code reservation + weight * theta}, see {@link NashBargaining}. */
    NASH {
        @Override
        long[] strengths(List<Claim> claims, long surplus) {
            long[] strengths = new long[claims.size()];
            for (int i = 0; i < strengths.length; i++) {
                strengths[i] = claims.get(i).weight();
            }
            return strengths;
        }
    },

    /**
     * {@code reservation + theta}: the same gain for everyone who has a weight, whatever it is, until its cap.
     *
     * <p>Source: E. Kalai, Proportional solutions to bargaining situations, Econometrica 45 (1977), in its lexicographic
     * extension beyond the first cap, which makes it efficient.
     */
    EGALITARIAN {
        @Override
        long[] strengths(List<Claim> claims, long surplus) {
            long[] strengths = new long[claims.size()];
            for (int i = 0; i < strengths.length; i++) {
                strengths[i] = Math.min(1, claims.get(i).weight());
            }
            return strengths;
        }
    },

    /**
     * {@code reservation + ideal gain * theta}: everyone who has a weight gets the same part of what it could gain at most if all
     * others got their reservations only, {@code min(cap, budget - reservations of the others) - reservation}.
     *
     * <p>Source: E. Kalai and M. Smorodinsky, Other solutions to Nash's bargaining problem, Econometrica 43 (1975).
     */
    KALAI_SMORODINSKY {
        @Override
        long[] strengths(List<Claim> claims, long surplus) {
            long[] strengths = new long[claims.size()];
            long sum = 0;
            for (int i = 0; i < strengths.length; i++) {
                Claim claim = claims.get(i);
                strengths[i] = claim.weight() == 0 ? 0 : Math.min(claim.room(), surplus);
                sum += strengths[i];
                if (sum < 0) {
                    throw new IllegalArgumentException("the ideal gains sum to more than " + Long.MAX_VALUE + " at '"
                            + claim.claimant() + "'; state the budget in larger units");
                }
            }
            return strengths;
        }
    },

    /**
     * {@code weight * theta}, but the reservation at least: amounts in proportion to weights, reservations being floors and not
     * counted on top.
     *
     * <p>Compare apportionment with minimum requirements, M. Balinski and H. P. Young, Fair Representation (1982).
     */
    PROPORTIONAL {
        @Override
        long[] strengths(List<Claim> claims, long surplus) {
            return NASH.strengths(claims, surplus);
        }

        @Override
        boolean aboveReservation() {
            return false;
        }
    };

    /** A division has at most this many claims. */
    public static final int MOST_CLAIMS = 1 << 20;

    /** {@code [claims]}, 0 or more, of sum {@link Long#MAX_VALUE} or less. */
    abstract long[] strengths(List<Claim> claims, long surplus);

    /** True if the base is the reservation, false if it is 0. */
    boolean aboveReservation() {
        return true;
    }

    /**
     * Divides a budget by this rule. Rounding, ties, bounds and errors are those of {@link NashBargaining#allocate}; in addition
     * {@link #KALAI_SMORODINSKY} refuses ideal gains of a sum above {@link Long#MAX_VALUE}, which a budget below 2^43 cannot
     * have.
     *
     * <p>Cost: as {@link NashBargaining#allocate}; {@link #PROPORTIONAL} sorts twice the number of claims.
     *
     * @throws IllegalArgumentException if the budget is negative, there are more than {@value #MOST_CLAIMS} claims, a claimant
     *     comes twice or the weights sum to more than {@link Long#MAX_VALUE}
     */
    public Bargain allocate(long budget, List<Claim> claims, ContentHash salt) {
        requireNonNull(salt, "salt");
        List<Claim> checked = Division.checked(budget, claims);
        long surplus = Division.surplus(budget, checked);
        return surplus < 0
                ? Division.infeasible(budget, checked)
                : new Division(budget, checked, strengths(checked, surplus), aboveReservation(), surplus)
                        .allocate(salt);
    }
}
