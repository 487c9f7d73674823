package org.dalrn.fhe.ckks;

import org.dalrn.fhe.ring.RnsBasis;

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

    /** SEAL's bound: a scale has fewer bits than the modulus. */
    static void requireBelow(double scale, RnsBasis basis, int level) {
        if (!fits(scale, basis)) {
            throw new IllegalArgumentException("scale " + describe(scale) + " is not below the "
                    + basis.product().bitLength() + "-bit modulus of level " + level + "; take a smaller one");
        }
    }

    static boolean fits(double scale, RnsBasis basis) {
        return !Double.isInfinite(scale)
                && Math.getExponent(scale) < basis.product().bitLength();
    }

    static boolean same(double a, double b) {
        return Math.abs(a - b) <= TOLERANCE * Math.max(a, b);
    }

    static String describe(double scale) {
        double log = Math.log(scale) / Math.log(2);
        return "2^" + (log == Math.rint(log) ? Long.toString((long) log) : Double.toString(log));
    }
}
