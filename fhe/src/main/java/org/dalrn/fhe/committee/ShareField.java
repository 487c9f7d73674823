package org.dalrn.fhe.committee;

/**
 * The integers modulo a Mersenne prime p = 2^b - 1, in which secrets are shared: the smallest of four of which sums of
 * the dealers' secrets fill at most seven eighths. Immutable, thread-safe.
 *
 * <p>Why Mersenne primes: a uniform residue is b random bits, drawn again only for the one value p; a value is b bits on
 * the wire; a product of two residues fits a {@code long}; reduction is a shift and an addition without a branch. With
 * coordinates up to 21, 13 bits do for 170 dealers, 17 for 2,730, 19 for 10,922, 31 for every plan. Even the smallest has 32
 * times as many points as a committee has members, which is all that Shamir's sharing asks of a field to hide perfectly.
 * Residues are in {@code [0, p)} unless a method says otherwise.
 */
final class ShareField {
    private static final int[] MERSENNE_EXPONENTS = {13, 17, 19};
    private static final int LARGEST_EXPONENT = 31;

    /** The largest absolute value that a centred residue of the largest field has. */
    static final int LARGEST_HALF = Integer.MAX_VALUE / 2;

    private final int bits;
    private final int prime;

    private ShareField(int bits) {
        this.bits = bits;
        prime = (int) ((1L << bits) - 1);
    }

    /**
     * The smallest field for sums of that many secrets.
     *
     * @param dealers at least 1
     * @param bound of a coordinate's absolute value, at least 1; times dealers at most {@link #LARGEST_HALF}
     */
    static ShareField of(int dealers, int bound) {
        long range = 2L * dealers * bound;
        for (int bits : MERSENNE_EXPONENTS) {
            // An eighth is left free, so that a sum of random coordinates does not pass for one within the bound.
            if (range <= 7 * ((1L << bits) - 1) / 8) {
                return new ShareField(bits);
            }
        }
        if (range < Integer.MAX_VALUE) {
            return new ShareField(LARGEST_EXPONENT);
        }
        throw new IllegalArgumentException("sums of " + dealers + " secrets with coordinates up to " + bound
                + " do not stay below half of the prime 2^31 - 1; lower one of them");
    }

    /** b. */
    int bits() {
        return bits;
    }

    /** p, also the mask of b bits. */
    int prime() {
        return prime;
    }

    /** The largest absolute value that a centred residue has. */
    int half() {
        return prime >> 1;
    }

    /** The residue of {@code value} in {@code [0, 2^(2b))}; no branch depends on it. */
    int reduce(long value) {
        return reduce(value, bits, prime);
    }

    /** {@link #reduce(long)} for loops that hold b and p in locals. */
    static int reduce(long value, int bits, long prime) {
        long once = (value & prime) + (value >>> bits);
        long twice = (once & prime) + (once >>> bits);
        long below = twice - prime;
        return (int) (below + (prime & (below >> 63)));
    }

    /** The residue of a centred value, |value| <= half; no branch depends on it. */
    int fromCentred(int value) {
        return value + (prime & (value >> 31));
    }

    /** The representative in [-half, half]. */
    int toCentred(int residue) {
        return residue > half() ? residue - prime : residue;
    }

    int multiply(int a, int b) {
        return reduce((long) a * b);
    }

    int subtract(int a, int b) {
        return reduce((long) a - b + prime);
    }

    /** By Fermat, a^(p-2). */
    int inverse(int a) {
        if (a == 0) {
            throw new IllegalStateException("bug: zero has no inverse");
        }
        int power = 1;
        int square = a;
        for (int exponent = prime - 2; exponent != 0; exponent >>>= 1) {
            if ((exponent & 1) != 0) {
                power = multiply(power, square);
            }
            square = multiply(square, square);
        }
        return power;
    }

    /** The prime. */
    @Override
    public String toString() {
        return "ShareField(2^" + bits + " - 1)";
    }
}
