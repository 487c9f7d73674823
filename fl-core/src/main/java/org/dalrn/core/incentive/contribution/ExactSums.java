package org.dalrn.core.incentive.contribution;

import java.math.BigInteger;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * Many sums of doubles without any rounding.
 *
 * <p>A sum is a whole number of units {@code 2^unit}, in digits of 32 bits that are kept in longs and carried only when
 * the sum is read: up to 2^31 additions fit. Confined to one thread.
 */
final class ExactSums {
    private static final int DIGIT_BITS = 32;
    private static final long DIGIT = 0xffffffffL;
    private static final int FRACTION_BITS = 52;
    /** Exponent of the unit in the last place of the smallest doubles. */
    private static final int SMALLEST_UNIT = -1074;

    private final int unit;
    private final int digits;
    private final long[] sums;

    private ExactSums(int unit, int digits, int count) {
        this.unit = unit;
        this.digits = digits;
        this.sums = new long[digits * count];
    }

    /** So many sums that are 0, of no other values than these, all finite. */
    static ExactSums holding(double[] values, int count) {
        int lowest = Integer.MAX_VALUE;
        int highest = Integer.MIN_VALUE;
        for (double value : values) {
            if (value != 0) {
                int exponent = unitOf(value);
                lowest = Math.min(lowest, exponent);
                highest = Math.max(highest, exponent);
            }
        }
        if (lowest > highest) {
            return new ExactSums(SMALLEST_UNIT, 3, count);
        }
        // A mantissa of 53 bits that starts anywhere in a digit touches three digits.
        return new ExactSums(lowest, (highest - lowest) / DIGIT_BITS + 3, count);
    }

    /** The exponent of the unit in which the bits of the mantissa are counted. */
    private static int unitOf(double value) {
        return Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - FRACTION_BITS;
    }

    /** Adds one of the values to a sum. */
    void add(int index, double value) {
        if (value == 0) {
            return;
        }
        long bits = Double.doubleToRawLongBits(value);
        long mantissa = bits & ((1L << FRACTION_BITS) - 1);
        if (Math.abs(value) >= Double.MIN_NORMAL) {
            mantissa |= 1L << FRACTION_BITS;
        }
        int shift = unitOf(value) - unit;
        int at = index * digits + shift / DIGIT_BITS;
        int within = shift % DIGIT_BITS;
        long low = mantissa << within & DIGIT;
        long middle = mantissa >>> (DIGIT_BITS - within) & DIGIT;
        long high = within == 0 ? 0 : mantissa >>> (2 * DIGIT_BITS - within);
        if (bits >= 0) {
            sums[at] += low;
            sums[at + 1] += middle;
            sums[at + 2] += high;
        } else {
            sums[at] -= low;
            sums[at + 1] -= middle;
            sums[at + 2] -= high;
        }
    }

    /** A sum, in units. */
    BigInteger get(int index) {
        BigInteger sum = BigInteger.ZERO;
        for (int digit = digits - 1; digit >= 0; digit--) {
            sum = sum.shiftLeft(DIGIT_BITS).add(BigInteger.valueOf(sums[index * digits + digit]));
        }
        return sum;
    }

    /** {@code units / divisor} as a number. */
    Fraction scaled(BigInteger units, BigInteger divisor) {
        return unit >= 0 ? Fraction.of(units.shiftLeft(unit), divisor) : Fraction.of(units, divisor.shiftLeft(-unit));
    }
}
