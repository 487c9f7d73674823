package org.dalrn.core.incentive.bargaining;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;
import org.jspecify.annotations.Nullable;

/**
 * The check of a division by someone who did not make it. Shares no step with {@link Division} but the weights of the rule and
 * the products of {@link Wide}. Confined to one thread.
 */
final class Audit {

    static final int MOST_FAULTS = 20;

    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

    private final Allocation allocation;
    private final AllocationRule rule;
    private final ContentHash salt;
    private final List<String> faults = new ArrayList<>();

    /** Sum of the amounts rounded down. */
    private BigInteger whole = BigInteger.ZERO;
    /** Sum of what rounding down took away, in parts of theta's denominator. */
    private BigInteger parts = BigInteger.ZERO;

    private boolean allFull = true;
    private boolean thetaIsNeeded;
    /** The smallest remainder that was rounded up, and the largest that was not. */
    private long leastUp = Long.MAX_VALUE;

    private long mostDown;

    Audit(Allocation allocation, AllocationRule rule, ContentHash salt) {
        this.allocation = allocation;
        this.rule = requireNonNull(rule, "rule");
        this.salt = requireNonNull(salt, "salt");
    }

    List<String> faults() {
        List<Claim> claims = allocation.shares().stream().map(Share::claim).toList();
        long surplus;
        long[] strengths;
        try {
            Division.checked(allocation.budget(), claims);
            surplus = Division.surplus(allocation.budget(), claims);
            if (surplus < 0) {
                return List.of("the reservations sum to more than the budget " + allocation.budget()
                        + ", so there is nothing to allocate");
            }
            strengths = rule.strengths(claims, surplus);
        } catch (IllegalArgumentException refused) {
            return List.of(String.valueOf(refused.getMessage()));
        }
        Fraction theta = allocation.theta();
        if (theta.signum() < 0
                || theta.numerator().compareTo(LARGEST) > 0
                || theta.denominator().compareTo(LARGEST) > 0) {
            return List.of("theta is " + theta + ", which no division has");
        }
        long numerator = theta.numerator().longValueExact();
        long denominator = theta.denominator().longValueExact();
        BigInteger sum = BigInteger.valueOf(allocation.undistributed());
        long[] remainders = new long[strengths.length];
        boolean[] up = new boolean[strengths.length];
        for (int i = 0; i < strengths.length; i++) {
            Share share = allocation.shares().get(i);
            sum = sum.add(BigInteger.valueOf(share.amount()));
            remainders[i] = check(share, strengths[i], numerator, denominator);
            up[i] = remainders[i] > 0 && share.amount() > floorOf(share, strengths[i], numerator, denominator);
            if (up[i]) {
                leastUp = Math.min(leastUp, remainders[i]);
            } else {
                mostDown = Math.max(mostDown, remainders[i]);
            }
        }
        if (!sum.equals(BigInteger.valueOf(allocation.budget()))) {
            fault("the amounts and the " + allocation.undistributed() + " undistributed sum to " + sum
                    + ", not to the budget " + allocation.budget());
        }
        checkTheta(denominator);
        checkRounding(remainders, up);
        return List.copyOf(faults);
    }

    private long floorOf(Share share, long strength, long numerator, long denominator) {
        long quotient = Wide.quotient(strength, numerator, denominator);
        return rule.aboveReservation() ? share.claim().reservation() + quotient : quotient;
    }

    /** Checks one amount alone and returns what rounding it down takes away. */
    private long check(Share share, long strength, long numerator, long denominator) {
        Claim claim = share.claim();
        boolean canRise = strength > 0 && claim.room() > 0;
        long base = rule.aboveReservation() ? claim.reservation() : 0;
        long exact = claim.cap();
        long remainder = 0;
        boolean atCap = true;
        boolean beyondCap = true;
        boolean aboveReservation = true;
        if (Wide.quotientFits(strength, numerator, denominator)) {
            long quotient = Wide.quotient(strength, numerator, denominator);
            long over = Wide.remainder(strength, numerator, denominator, quotient);
            long room = claim.cap() - base;
            atCap = quotient >= room;
            beyondCap = quotient > room || (quotient == room && over > 0);
            aboveReservation =
                    quotient > claim.reservation() - base || (quotient == claim.reservation() - base && over > 0);
            if (!aboveReservation) {
                exact = claim.reservation();
            } else if (!atCap) {
                exact = base + quotient;
                remainder = over;
            }
        }
        if (canRise) {
            allFull &= atCap;
            thetaIsNeeded |= aboveReservation && !beyondCap;
        }
        whole = whole.add(BigInteger.valueOf(exact));
        parts = parts.add(BigInteger.valueOf(remainder));
        if (share.amount() < exact || share.amount() > exact + (remainder > 0 ? 1 : 0)) {
            fault("'" + claim.claimant() + "' got " + share.amount() + "; theta " + allocation.theta() + " tells "
                    + exact + (remainder > 0 ? " or " + (exact + 1) : ""));
        }
        return remainder;
    }

    private void checkTheta(long denominator) {
        BigInteger given = BigInteger.valueOf(allocation.budget());
        if (!allFull && allocation.undistributed() > 0) {
            fault(allocation.undistributed() + " are undistributed, but not all caps are reached");
        }
        if (allFull) {
            if (whole.compareTo(given) > 0) {
                fault("theta " + allocation.theta() + " gives out " + whole + ", more than the budget");
            }
        } else if (!given.subtract(whole)
                .multiply(BigInteger.valueOf(denominator))
                .equals(parts)) {
            fault("theta " + allocation.theta() + " does not give out the budget " + given + " exactly");
        }
        if (allocation.theta().signum() > 0 && !thetaIsNeeded) {
            fault("theta " + allocation.theta() + " is larger than needed");
        }
    }

    private void checkRounding(long[] remainders, boolean[] up) {
        if (mostDown > leastUp) {
            fault("a remainder of " + leastUp + " was rounded up, and a larger one of " + mostDown + " was not");
            return;
        }
        if (mostDown < leastUp) {
            return;
        }
        @Nullable ContentHash lastUp = null;
        @Nullable ContentHash firstDown = null;
        for (int i = 0; i < up.length; i++) {
            if (remainders[i] == leastUp) {
                ContentHash lot =
                        Division.lot(salt, allocation.shares().get(i).claim().claimant());
                if (up[i]) {
                    lastUp = lastUp == null || lot.compareTo(lastUp) > 0 ? lot : lastUp;
                } else {
                    firstDown = firstDown == null || lot.compareTo(firstDown) < 0 ? lot : firstDown;
                }
            }
        }
        if (lastUp != null && firstDown != null && lastUp.compareTo(firstDown) > 0) {
            fault("of equal remainders, the lots " + lastUp + " won and " + firstDown + " lost, against their order");
        }
    }

    private void fault(String sentence) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(sentence);
        }
    }
}
