package org.dalrn.core.aggregation;

/**
 * The power of two that turns float32 values into integers, with the bounds under which sums cannot overflow.
 *
 * <p>A value {@code x} of weight {@code w} contributes {@code round(x * w * 2^exponent)} to the sum, rounded half to
 * even. Under the rule
 *
 * <pre>  ceil(log2(maxAbsoluteValue)) + exponent + ceil(log2(maxTotalWeight)) &lt;= 62</pre>
 *
 * every contribution is at most 2<sup>62</sup> in magnitude, and so is every sum up to the roundings, of which there are
 * fewer than 2<sup>40</sup> halves: nothing overflows a {@code long}. The product {@code x * w * 2^exponent} is exact in
 * a double, 24 bits times at most 29 bits (weights are at most {@link #MAX_UPDATE_WEIGHT}), so that each contribution is
 * rounded once.
 *
 * <p><b>Error of the mean.</b> With {@code n} updates of total weight {@code W >= n}, the integer sum is within
 * {@code n/2} of the scaled exact sum. The mean {@code m} of {@link PartialSum#mean} therefore differs from the exact
 * weighted mean of the float32 values by at most
 *
 * <pre>  2^-(exponent+1) * n/W  +  |m| * 2^-24 * (1 + 2^-27)  +  2^-150</pre>
 *
 * the first term from the scale, the others from the rounding to float32 that any mean has.
 *
 * <p>Immutable and thread-safe.
 *
 * @param exponent binary exponent of the scale; at most what the rule allows, and large enough that the resolution
 *     {@code 2^-exponent} is not coarser than {@code maxAbsoluteValue}
 * @param maxAbsoluteValue largest magnitude of an element, in {@code [Float.MIN_VALUE, Float.MAX_VALUE]}; updates that
 *     exceed it are refused, so clip to it or below
 * @param maxTotalWeight largest sum of the weights of all updates, in {@code [1, 2^40]}
 */
public record FixedPointScale(int exponent, double maxAbsoluteValue, long maxTotalWeight) {
    /** Largest weight of one update: 2<sup>29</sup>, so that value times weight fits the 53 bits of a double. */
    public static final long MAX_UPDATE_WEIGHT = 1L << 29;

    /** Largest total weight of any scale: 2<sup>40</sup>, which leaves at least 22 bits to the values. */
    public static final long MAX_TOTAL_WEIGHT = 1L << 40;

    private static final int SUM_BITS = 62;

    /**
     * Checks the set.
     *
     * @throws IllegalArgumentException if a value is outside its range or the rule is violated
     */
    public FixedPointScale {
        int largest = largestExponent(maxAbsoluteValue, maxTotalWeight);
        int smallest = -Math.getExponent(maxAbsoluteValue);
        if (exponent < smallest || exponent > largest) {
            throw new IllegalArgumentException("scale exponent " + exponent + " is not in [" + smallest + ", " + largest
                    + "] for values up to " + maxAbsoluteValue + " and total weight up to " + maxTotalWeight
                    + "; use FixedPointScale.plan, which takes the largest");
        }
    }

    /**
     * Returns the finest scale for the given bounds.
     *
     * @throws IllegalArgumentException if a bound is outside its range
     */
    public static FixedPointScale plan(double maxAbsoluteValue, long maxTotalWeight) {
        return new FixedPointScale(largestExponent(maxAbsoluteValue, maxTotalWeight), maxAbsoluteValue, maxTotalWeight);
    }

    private static int largestExponent(double maxAbsoluteValue, long maxTotalWeight) {
        // Written so that NaN fails too.
        if (!(maxAbsoluteValue >= Float.MIN_VALUE && maxAbsoluteValue <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "maximum absolute value " + maxAbsoluteValue + " is not in [" + (double) Float.MIN_VALUE + ", "
                            + (double) Float.MAX_VALUE + "]; use the clipping bound of one element, such as 16.0");
        }
        if (maxTotalWeight < 1 || maxTotalWeight > MAX_TOTAL_WEIGHT) {
            throw new IllegalArgumentException("maximum total weight " + maxTotalWeight + " is not in [1, "
                    + MAX_TOTAL_WEIGHT + "]; use the number of updates times the cap of one weight");
        }
        return SUM_BITS - ceilLog2(maxAbsoluteValue) - ceilLog2((double) maxTotalWeight);
    }

    private static int ceilLog2(double positive) {
        int floor = Math.getExponent(positive);
        return positive == Math.scalb(1.0, floor) ? floor : floor + 1;
    }

    /** Returns {@code weight * 2^exponent}, exactly. */
    double factor(long weight) {
        return Math.scalb((double) weight, exponent);
    }

    /** Returns the bits of the largest float32 that is not above {@link #maxAbsoluteValue()}. */
    int maxMagnitudeBits() {
        float nearest = (float) maxAbsoluteValue;
        return Float.floatToRawIntBits(nearest > maxAbsoluteValue ? Math.nextDown(nearest) : nearest);
    }

    /** Returns a bound on the magnitude of any element of a sum of {@code count} updates of this total weight. */
    long sumBound(long weight, int count) {
        return (long) Math.ceil(Math.nextUp(maxAbsoluteValue * factor(weight))) + count;
    }
}
