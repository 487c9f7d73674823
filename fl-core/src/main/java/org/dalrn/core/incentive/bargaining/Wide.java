package org.dalrn.core.incentive.bargaining;

/**
 * Products of two numbers in {@code [0, 2^63)} in 128 bits, without an object each: a division among 100,000 claims makes a
 * million of them.
 */
final class Wide {

    private static final long LOW_HALF = 0xffff_ffffL;

    private Wide() {}

    /** Compares {@code a * b} with {@code c * d}. */
    static int compareProducts(long a, long b, long c, long d) {
        int high = Long.compare(Math.multiplyHigh(a, b), Math.multiplyHigh(c, d));
        return high != 0 ? high : Long.compareUnsigned(a * b, c * d);
    }

    /** True if {@code a * b / divisor}, rounded down, is below 2^63. */
    static boolean quotientFits(long a, long b, long divisor) {
        // a * b < 2^63 * divisor
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        long shifted = (high << 1) | (low >>> 63);
        return shifted < divisor;
    }

    /**
     * {@code a * b / divisor}, rounded down.
     *
     * @param divisor 1 or more
     * @return right only if it is below 2^63
     */
    static long quotient(long a, long b, long divisor) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        return high == 0 && low >= 0 ? low / divisor : divide(high, low, divisor);
    }

    /** {@code a * b - quotient * divisor}, if that is the remainder of the division. */
    static long remainder(long a, long b, long divisor, long quotient) {
        // It is below 2^63, so what is lost above 64 bits does not matter.
        return a * b - quotient * divisor;
    }

    /** Long division in base 2^32 (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D), {@code high < divisor}. */
    private static long divide(long high, long low, long divisor) {
        int shift = Long.numberOfLeadingZeros(divisor);
        long v = divisor << shift;
        long v1 = v >>> 32;
        long v0 = v & LOW_HALF;
        // The divisor is below 2^63, so shift is 1 or more.
        long u32 = (high << shift) | (low >>> (64 - shift));
        long u10 = low << shift;
        long u1 = u10 >>> 32;
        long u0 = u10 & LOW_HALF;
        long q1 = digit(u32, u1, v1, v0);
        long u21 = (u32 << 32) + u1 - q1 * v;
        long q0 = digit(u21, u0, v1, v0);
        return (q1 << 32) + q0;
    }

    private static long digit(long upper, long next, long v1, long v0) {
        long digit = Long.divideUnsigned(upper, v1);
        long rest = upper - digit * v1;
        while ((digit >>> 32) != 0 || Long.compareUnsigned(digit * v0, (rest << 32) + next) > 0) {
            digit--;
            rest += v1;
            if ((rest >>> 32) != 0) {
                break;
            }
        }
        return digit;
    }
}
