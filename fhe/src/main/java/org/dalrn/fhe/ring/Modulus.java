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
    /** {@code q^-1 mod 2^64}. */
    private final long inverseOfWord;
    /** {@code 2^63 mod q}. */
    private final long highBit;
    /** {@code 2^64 mod q}. */
    private final long word;
    /** {@code floor(2^63 / q)}. */
    private final long oneShoup;

    private Modulus(long value) {
        this.value = value;
        this.bits = 64 - Long.numberOfLeadingZeros(value);
        this.barrett = BigInteger.ONE
                .shiftLeft(2 * bits + 1)
                .divide(BigInteger.valueOf(value))
                .longValueExact();
        // Newton's iteration: each step doubles the right bits, three at first.
        long inverse = value;
        for (int right = 3; right < 64; right *= 2) {
            inverse *= 2 - value * inverse;
        }
        this.inverseOfWord = inverse;
        this.highBit =
                BigInteger.ONE.shiftLeft(63).mod(BigInteger.valueOf(value)).longValueExact();
        this.word = add(highBit, highBit);
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

    /** {@code out = a + b mod q} of residues; out may be one of them. */
    void add(long[] a, long[] b, long[] out) {
        long q = value;
        for (int i = 0; i < out.length; i++) {
            long sum = a[i] + b[i] - q;
            out[i] = sum + (sum >> 63 & q);
        }
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
        // An exact division, so that the low words are enough.
        return ((w << 63) - multiply(w, highBit)) * inverseOfWord;
    }

    /** The residue nearest to zero of a residue. */
    long centred(long residue) {
        return residue - (((value >> 1) - residue) >> 63 & value);
    }

    /**
     * {@code round(w * 2^64 / q)} of the centred w: makes {@link #product} of this factor cheap.
     *
     * @param w a residue
     */
    long quotient(long w) {
        return -centred(multiply(w, word)) * inverseOfWord;
    }

    /**
     * {@code x w} up to a multiple of q, in {@code (-q/4, 5q/4)}.
     *
     * @param x any word
     * @param w a centred residue
     * @param quotient {@link #quotient} of it
     * @param q the modulus
     */
    static long product(long x, long w, long quotient, long q) {
        return x * w - Math.multiplyHigh(x, quotient) * q;
    }

    /** {@code 2^64 mod q}. */
    long wordResidue() {
        return word;
    }

    /** {@code q^-1 mod 2^64}. */
    long inverseOfWord() {
        return inverseOfWord;
    }

    /**
     * Reduces in place.
     *
     * @param a words below 8q in magnitude; afterwards residues
     */
    void reduceLazy(long[] a) {
        long q = value;
        long two = 2 * q;
        long four = 4 * q;
        long eight = 8 * q;
        // In steps that C2 vectorises.
        for (int i = 0; i < a.length; i++) {
            long x = a[i];
            x += (x >> 63 & eight) - four;
            x += (x >> 63 & four) - two;
            x += (x >> 63 & two) - q;
            a[i] = x + (x >> 63 & q);
        }
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
