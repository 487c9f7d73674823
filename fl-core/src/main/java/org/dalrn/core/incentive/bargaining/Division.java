package org.dalrn.core.incentive.bargaining;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;

/**
 * The numbers of a division as arrays: exact amounts are {@code clamp(base + weight * theta, reservation, cap)}, where the base
 * is the reservation, or 0 if the rule takes reservations for mere floors.
 *
 * <p>All sums stay below 2^63: weights by a check, amounts because they are taken from the budget. Confined to one thread.
 */
final class Division {

    private final long budget;
    private final List<Claim> claims;
    /** Weights of the rule, not of the claims. */
    private final long[] weights;

    private final boolean aboveReservation;
    /** What is left when everyone has its reservation, 0 or more. */
    private final long surplus;

    Division(long budget, List<Claim> claims, long[] weights, boolean aboveReservation, long surplus) {
        this.budget = budget;
        this.claims = claims;
        this.weights = weights;
        this.aboveReservation = aboveReservation;
        this.surplus = surplus;
    }

    /**
     * Checks the claims together.
     *
     * @return the claims, a copy
     * @throws IllegalArgumentException if the budget is negative, there are too many claims, or a claimant comes twice
     */
    static List<Claim> checked(long budget, List<Claim> claims) {
        if (budget < 0) {
            throw new IllegalArgumentException("the budget is " + budget + "; it must be 0 or more");
        }
        if (claims.size() > AllocationRule.MOST_CLAIMS) {
            throw new IllegalArgumentException("there are " + claims.size() + " claims, more than "
                    + AllocationRule.MOST_CLAIMS + "; divide the budget among groups first");
        }
        List<Claim> copy = List.copyOf(claims);
        Set<String> claimants = new HashSet<>(2 * copy.size());
        long sum = 0;
        for (Claim claim : copy) {
            if (!claimants.add(claim.claimant())) {
                throw new IllegalArgumentException(
                        "'" + claim.claimant() + "' claims twice; add its claims up or name them apart");
            }
            sum += claim.weight();
            if (sum < 0) {
                throw new IllegalArgumentException("the weights sum to more than " + Long.MAX_VALUE + " at '"
                        + claim.claimant() + "'; divide all weights by the same number");
            }
        }
        return copy;
    }

    /** The budget less all reservations; negative (and then meaningless) if they exceed it. */
    static long surplus(long budget, List<Claim> claims) {
        long rest = budget;
        for (Claim claim : claims) {
            rest -= claim.reservation();
            if (rest < 0) {
                return -1;
            }
        }
        return rest;
    }

    static Infeasible infeasible(long budget, List<Claim> claims) {
        BigInteger reserved = BigInteger.ZERO;
        List<String> claimants = new ArrayList<>();
        for (Claim claim : claims) {
            if (claim.reservation() > 0) {
                reserved = reserved.add(BigInteger.valueOf(claim.reservation()));
                claimants.add(claim.claimant());
            }
        }
        return new Infeasible(budget, reserved.subtract(BigInteger.valueOf(budget)), claimants);
    }

    Allocation allocate(ContentHash salt) {
        requireNonNull(salt, "salt");
        Fraction theta = aboveReservation ? waterLevel() : proportion();
        return rounded(theta, salt);
    }

    private boolean canRise(int i) {
        return weights[i] > 0 && claims.get(i).room() > 0;
    }

    /**
     * The smallest theta at which as much as possible is given out, by Newton's method from below on the concave sum of the
     * capped amounts: each step fills the caps that the last level reaches and takes the level anew. As the sum is concave, the
     * ratios of a step's residual and slope to those of the step before add up to 1 or less, so residual times slope falls at
     * least by a factor 4; it starts below 2^126 and is 2^-63 or more until the end, which makes at most 96 steps. Six are usual.
     * No sorting.
     *
     * <p>Source of the bound: T. Radzik, Newton's method for fractional combinatorial optimization, FOCS 1992.
     */
    private Fraction waterLevel() {
        int n = claims.size();
        int[] open = new int[n];
        long[] room = new long[n];
        long[] weight = new long[n];
        int left = 0;
        long sum = 0;
        for (int i = 0; i < n; i++) {
            if (canRise(i)) {
                open[left] = i;
                room[left] = claims.get(i).room();
                weight[left] = weights[i];
                sum += weights[i];
                left++;
            }
        }
        int all = left;
        long rest = surplus;
        while (left > 0) {
            long numerator = rest;
            long denominator = sum;
            int kept = 0;
            for (int k = 0; k < left; k++) {
                long r = room[k];
                long w = weight[k];
                if (Wide.compareProducts(r, denominator, w, numerator) <= 0) {
                    rest -= r;
                    sum -= w;
                } else {
                    room[kept] = r;
                    weight[kept] = w;
                    kept++;
                }
            }
            if (kept == left) {
                return Fraction.of(numerator, denominator);
            }
            left = kept;
        }
        return all == 0 ? Fraction.ZERO : highestLevel(open, all);
    }

    /** The level at which the last cap is reached. */
    private Fraction highestLevel(int[] movable, int count) {
        int highest = movable[0];
        for (int k = 1; k < count; k++) {
            int i = movable[k];
            if (Wide.compareProducts(
                            claims.get(i).room(),
                            weights[highest],
                            claims.get(highest).room(),
                            weights[i])
                    > 0) {
                highest = i;
            }
        }
        return Fraction.of(claims.get(highest).room(), weights[highest]);
    }

    /**
     * The smallest theta at which the amounts {@code clamp(weight * theta, reservation, cap)} give out as much as possible:
     * bisection over the sorted points at which an amount leaves its reservation or reaches its cap, then one exact division.
     */
    private Fraction proportion() {
        int[] movable = IntStream.range(0, claims.size()).filter(this::canRise).toArray();
        if (surplus == 0 || movable.length == 0) {
            return Fraction.ZERO;
        }
        List<Point> points = new ArrayList<>(2 * movable.length);
        for (int i : movable) {
            points.add(new Point(claims.get(i).reservation(), weights[i]));
            points.add(new Point(claims.get(i).cap(), weights[i]));
        }
        points.sort(null);
        int below = -1;
        int reached = points.size();
        while (reached - below > 1) {
            int middle = (below + reached) >>> 1;
            if (givesOutAll(points.get(middle))) {
                reached = middle;
            } else {
                below = middle;
            }
        }
        if (reached == points.size()) {
            Point last = points.get(reached - 1);
            return Fraction.of(last.amount, last.weight);
        }
        Point next = points.get(reached);
        long rest = budget;
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            Claim claim = claims.get(i);
            if (!canRise(i) || Wide.compareProducts(weights[i], next.amount, claim.reservation(), next.weight) <= 0) {
                rest -= claim.reservation();
            } else if (Wide.compareProducts(weights[i], next.amount, claim.cap(), next.weight) > 0) {
                rest -= claim.cap();
            } else {
                sum += weights[i];
            }
        }
        return Fraction.of(rest, sum);
    }

    /** True if at this theta the amounts sum to the budget or more. */
    private boolean givesOutAll(Point theta) {
        long rest = budget;
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            Claim claim = claims.get(i);
            if (!canRise(i) || Wide.compareProducts(weights[i], theta.amount, claim.reservation(), theta.weight) <= 0) {
                rest -= claim.reservation();
            } else if (Wide.compareProducts(weights[i], theta.amount, claim.cap(), theta.weight) >= 0) {
                rest -= claim.cap();
            } else {
                sum += weights[i];
            }
            if (rest < 0) {
                return true;
            }
        }
        return Wide.compareProducts(sum, theta.amount, rest, theta.weight) >= 0;
    }

    /** The theta at which a weight is worth an amount. */
    private record Point(long amount, long weight) implements Comparable<Point> {
        @Override
        public int compareTo(Point other) {
            return Wide.compareProducts(amount, other.weight, other.amount, weight);
        }
    }

    /** Rounds down, then gives the units that are left to the largest remainders. */
    private Allocation rounded(Fraction theta, ContentHash salt) {
        int n = claims.size();
        long numerator = theta.numerator().longValueExact();
        long denominator = theta.denominator().longValueExact();
        long[] amounts = new long[n];
        long[] remainders = new long[n];
        long rest = budget;
        boolean allFull = true;
        for (int i = 0; i < n; i++) {
            Claim claim = claims.get(i);
            amounts[i] = claim.cap();
            if (Wide.quotientFits(weights[i], numerator, denominator)) {
                long quotient = Wide.quotient(weights[i], numerator, denominator);
                long value = aboveReservation ? claim.reservation() + quotient : quotient;
                if (value >= 0 && value < claim.reservation()) {
                    amounts[i] = claim.reservation();
                } else if (value >= 0 && value < claim.cap()) {
                    amounts[i] = value;
                    remainders[i] = Wide.remainder(weights[i], numerator, denominator, quotient);
                }
            }
            allFull &= !canRise(i) || amounts[i] == claim.cap();
            rest -= amounts[i];
        }
        if (!allFull) {
            giveOut(rest, amounts, remainders, salt);
            rest = 0;
        }
        List<Share> shares = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            shares.add(new Share(claims.get(i), amounts[i]));
        }
        return new Allocation(budget, theta, shares, rest);
    }

    private void giveOut(long units, long[] amounts, long[] remainders, ContentHash salt) {
        if (units == 0) {
            return;
        }
        // Fewer units are left than there are remainders above 0, each being a part of one.
        long least = largest(remainders, units);
        List<Tie> ties = new ArrayList<>();
        long toTies = units;
        for (int i = 0; i < amounts.length; i++) {
            if (remainders[i] > least) {
                amounts[i]++;
                toTies--;
            } else if (remainders[i] == least) {
                ties.add(new Tie(i, claims.get(i).claimant()));
            }
        }
        if (toTies < ties.size()) {
            ties.replaceAll(tie -> tie.hashed(salt));
            ties.sort(null);
        }
        for (Tie tie : ties.subList(0, (int) toTies)) {
            amounts[tie.index]++;
        }
    }

    /** The value of a rank, the largest having rank 1, byte by byte: sorting would be a third of a division. */
    private static long largest(long[] values, long rank) {
        long found = 0;
        long known = 0;
        long left = rank;
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            int[] counts = new int[1 << Byte.SIZE];
            for (long value : values) {
                if ((value & known) == found) {
                    counts[(int) (value >>> shift) & 0xff]++;
                }
            }
            int digit = 0xff;
            while (counts[digit] < left) {
                left -= counts[digit];
                digit--;
            }
            found |= (long) digit << shift;
            known |= 0xffL << shift;
        }
        return found;
    }

    /** The order among equal remainders. */
    static ContentHash lot(ContentHash salt, String claimant) {
        return ContentHash.sha256(salt.toByteArray(), claimant.getBytes(StandardCharsets.UTF_8));
    }

    private record Tie(int index, String claimant, ContentHash lot) implements Comparable<Tie> {
        private static final ContentHash NOT_DRAWN = ContentHash.ofBytes(new byte[ContentHash.SIZE_BYTES]);

        Tie(int index, String claimant) {
            this(index, claimant, NOT_DRAWN);
        }

        Tie hashed(ContentHash salt) {
            return new Tie(index, claimant, Division.lot(salt, claimant));
        }

        @Override
        public int compareTo(Tie other) {
            return lot.compareTo(other.lot);
        }
    }
}
