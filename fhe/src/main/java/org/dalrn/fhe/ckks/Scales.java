package org.dalrn.fhe.ckks;

/** Checks of scales. */
final class Scales {
    /** Scales are the same up to this relative difference. */
    private static final double TOLERANCE = 0x1p-20;

    private Scales() {}

    static double require(double scale) {
        if (!(scale > 0) || Double.isInfinite(scale)) {
            throw new IllegalArgumentException(
                    "scale " + scale + " is not a positive number; use a power of two, as 2^40");
        }
        return scale;
    }

    static boolean same(double a, double b) {
        return Math.abs(a - b) <= TOLERANCE * Math.max(a, b);
    }

    static String describe(double scale) {
        double log = Math.log(scale) / Math.log(2);
        return "2^" + (log == Math.rint(log) ? Long.toString((long) log) : Double.toString(log));
    }
}
