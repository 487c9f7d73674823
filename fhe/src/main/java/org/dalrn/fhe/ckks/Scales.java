package org.dalrn.fhe.ckks;

/** Checks of scales. */
final class Scales {
    private Scales() {}

    static double require(double scale) {
        if (!(scale > 0) || Double.isInfinite(scale)) {
            throw new IllegalArgumentException(
                    "scale " + scale + " is not a positive number; use a power of two, as 2^40");
        }
        return scale;
    }
}
