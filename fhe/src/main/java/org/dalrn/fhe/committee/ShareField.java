package org.dalrn.fhe.committee;

/**
 * The integers modulo the Mersenne prime p = 2^31 - 1, in which secrets are shared.
 *
 * <p>Why this prime: a uniform residue is 31 random bits, drawn again only for the one value p; a value is one 32-bit
 * word on the wire; a product of two residues fits a {@code long}; reduction is a shift and an addition without a
 * branch; and half of it, 1,073,741,823, leaves room for 65,536 dealers with coordinates up to 16,383. Residues are in
 * {@code [0, p)} unless a method says otherwise.
 */
final class ShareField {
    static final int PRIME = Integer.MAX_VALUE;
    /** The largest absolute value that a centred residue has. */
    static final int HALF = (PRIME - 1) / 2;

    private ShareField() {}

    /** The residue of {@code value} in {@code [0, 2^62)}; no branch depends on it. */
    static int reduce(long value) {
        long once = (value & PRIME) + (value >>> 31);
        long twice = (once & PRIME) + (once >>> 31);
        long below = twice - PRIME;
        return (int) (below + (PRIME & (below >> 63)));
    }

    /** The residue of a centred value, |value| <= HALF; no branch depends on it. */
    static int fromCentred(int value) {
        return value + (PRIME & (value >> 31));
    }

    /** The representative in [-HALF, HALF]. */
    static int toCentred(int residue) {
        return residue > HALF ? residue - PRIME : residue;
    }

    static int multiply(int a, int b) {
        return reduce((long) a * b);
    }

    static int subtract(int a, int b) {
        return reduce((long) a - b + PRIME);
    }

    /** By Fermat, a^(p-2). */
    static int inverse(int a) {
        if (a == 0) {
            throw new IllegalStateException("bug: zero has no inverse");
        }
        int power = 1;
        int square = a;
        for (int exponent = PRIME - 2; exponent != 0; exponent >>>= 1) {
            if ((exponent & 1) != 0) {
                power = multiply(power, square);
            }
            square = multiply(square, square);
        }
        return power;
    }
}
