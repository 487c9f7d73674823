package org.dalrn.fhe.ring;

import java.math.BigInteger;

/**
 * An odd prime {@code q} with {@code 3 <= q < 2^60}, and exact arithmetic on its residues.
 *
 * <p>Arguments called residues are in {@code [0, q)}; results too. Nothing branches on the residues. Immutable,
 * thread-safe.
 */
public final class Modulus {
    /** The most bits a modulus may have. */
    public static final int MAX_BITS = 60;

    private final long value;
    private final int bits;
    /** {@code floor(2^(2 bits + 1) / q)}, the Barrett factor, below 2^62. */
    private final long barrett;
    /** {@code floor(2^63 / q)}. */
    private final long oneShoup;

    private Modulus(long value) {
        this.value = value;
        this.bits = 64 - Long.numberOfLeadingZeros(value);
        this.barrett = BigInteger.ONE
                .shiftLeft(2 * bits + 1)
                .divide(BigInteger.valueOf(value))
                .longValueExact();
        this.oneShoup = shoup(1);
    }

    /**
     * The modulus of that value.
     *
     * @param value an odd prime below 2^60
     * @throws IllegalArgumentException if it is not one
     */
    public static Modulus of(long value) {
        if (value < 3 || value >= 1L << MAX_BITS || !BigInteger.valueOf(value).isProbablePrime(64)) {
            throw new IllegalArgumentException(
                    "modulus " + value + " is not an odd prime below 2^60; take one of NttPrimes");
        }
        return new Modulus(value);
    }

    /** The prime itself. */
    public long value() {
        return value;
    }

    /** The bits of the prime, {@code ceil(log2 q)}. */
    public int bitLength() {
        return bits;
    }

    /** {@code a + b mod q} of two residues. */
    public long add(long a, long b) {
        long sum = a + b - value;
        return sum + (sum >> 63 & value);
    }

    /** {@code a - b mod q} of two residues. */
    public long subtract(long a, long b) {
        long difference = a - b;
        return difference + (difference >> 63 & value);
    }

    /** {@code -a mod q} of a residue. */
    public long negate(long a) {
        return subtract(0, a);
    }

    /** {@code a * b mod q} of two numbers in {@code [0, 2^bits)}: residues, or what is not fully reduced. */
    public long multiply(long a, long b) {
        return reduce(Math.multiplyHigh(a, b), a * b);
    }

    /**
     * {@code high * 2^64 + low mod q}.
     *
     * @param high the upper word of a number below {@code 2^(2 bits)}
     * @param low the lower word, unsigned
     */
    public long reduce(long high, long low) {
        long top = high << (65 - bits) | low >>> (bits - 1);
        long quotient = Math.multiplyHigh(top << (62 - bits), barrett);
        // The quotient is at most 2 too small: 1 for the bits cut from the number, 1/2 for those cut from the factor, 1
        // here.
        long r = low - quotient * value - 2 * value;
        r += r >> 63 & 2 * value;
        r -= value;
        return r + (r >> 63 & value);
    }

    /**
     * The residue of one word.
     *
     * @param a in {@code [0, 2^62)}
     */
    public long reduceWord(long a) {
        return multiplyShoup(a, 1, oneShoup);
    }

    /**
     * The residues of signed words; branch-free on them.
     *
     * @param words integers with {@code |word| <= bound}
     * @param bound in {@code [0, 2^60]}
     * @param out of the same length; may be the words
     */
    void reduceSigned(long[] words, long bound, long[] out) {
        if (bound < value) {
            for (int i = 0; i < out.length; i++) {
                long x = words[i];
                out[i] = x + (x >> 63 & value);
            }
        } else {
            // Made non-negative by a multiple of q, and below 2^62.
            long shift = (bound / value + 1) * value;
            for (int i = 0; i < out.length; i++) {
                out[i] = reduceWord(words[i] + shift);
            }
        }
    }

    /** The residue of any long, negative ones included. Variable time: not for secrets. */
    public long reduce(long a) {
        return Math.floorMod(a, value);
    }

    /** {@code floor(w * 2^63 / q)} of a residue: makes {@link #multiplyShoup} of this factor cheap. */
    public long shoup(long w) {
        return BigInteger.valueOf(w)
                .shiftLeft(63)
                .divide(BigInteger.valueOf(value))
                .longValueExact();
    }

    /**
     * {@code x * w mod q}.
     *
     * @param x in {@code [0, 2^62)}
     * @param w a residue
     * @param wShoup {@link #shoup} of it
     */
    public long multiplyShoup(long x, long w, long wShoup) {
        long r = x * w - Math.multiplyHigh(wShoup, x << 1) * value - value;
        return r + (r >> 63 & value);
    }

    /** {@code base^exponent mod q}. Variable time. */
    public long power(long base, long exponent) {
        return BigInteger.valueOf(base)
                .modPow(BigInteger.valueOf(exponent), BigInteger.valueOf(value))
                .longValueExact();
    }

    /**
     * {@code a^-1 mod q}. Variable time.
     *
     * @throws IllegalArgumentException if a is a multiple of q
     */
    public long inverse(long a) {
        if (reduce(a) == 0) {
            throw new IllegalArgumentException(a + " has no inverse modulo " + value);
        }
        return BigInteger.valueOf(a).modInverse(BigInteger.valueOf(value)).longValueExact();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Modulus that && value == that.value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
