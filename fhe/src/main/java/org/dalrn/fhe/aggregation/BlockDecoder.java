package org.dalrn.fhe.aggregation;

import org.dalrn.fhe.ring.Modulus;

/**
 * From residues of noisy coefficients to exact fields: Chinese remainders in mixed radix (Garner), noise off, fields apart.
 *
 * <p>Each coefficient comes with 2^(g-1) added, so that noise of either sign is non-negative below the lowest field. What it
 * finds wrong it collects without stopping or branching on values. Not thread-safe; {@link #clear} when done.
 */
final class BlockDecoder {
    /** Bits of a word of a long integer: a product with a prime still fits two words. */
    private static final int WORD_BITS = 60;

    private static final long WORD_MASK = (1L << WORD_BITS) - 1;

    private final SumPlan plan;
    private final int limbs;
    private final long[] primes;
    private final Modulus[] moduli;
    /** {@code [j][i]}, i below j: {@code q_i^-1 mod q_j} and its quotient. */
    private final long[][] inverses;

    private final long[][] inversesShoup;
    /** {@code [j]}: a multiple of q_j of at least 2^49. */
    private final long[] offsets;

    private final long[] digits;
    private final long[] words;

    BlockDecoder(SumPlan plan) {
        this.plan = plan;
        limbs = plan.limbs();
        primes = new long[limbs];
        moduli = new Modulus[limbs];
        inverses = new long[limbs][limbs];
        inversesShoup = new long[limbs][limbs];
        offsets = new long[limbs];
        for (int j = 0; j < limbs; j++) {
            moduli[j] = plan.basis().modulus(j);
            primes[j] = moduli[j].value();
            offsets[j] = ((1L << SumPlan.MAX_PRIME_BITS) / primes[j] + 1) * primes[j];
            for (int i = 0; i < j; i++) {
                inverses[j][i] = plan.basis().inverse(i, j);
                inversesShoup[j][i] = moduli[j].shoup(inverses[j][i]);
            }
        }
        digits = new long[limbs];
        int bits = limbs * SumPlan.MAX_PRIME_BITS + SumPlan.MAX_PRIME_BITS;
        words = new long
                [Math.max(bits, plan.guardBits() + plan.fieldBits() * plan.valuesPerCoefficient()) / WORD_BITS + 3];
    }

    /** What {@link #decode} found wrong. */
    static final int WRONG_NOISE = 1;

    static final int WRONG_FIELD = 2;
    static final int WRONG_CHECK = 4;

    /**
     * Decodes one block.
     *
     * @param residues {@code [limb][>= M+1]}, in [0, q), with 2^(g-1) added
     * @param layout of the update
     * @param noiseBound the largest noise
     * @param fieldBound the largest field
     * @param sums where the values go, in their order
     * @param from the first index there
     * @return a sum of the constants above, 0 if all is right
     */
    int decode(
            long[][] residues, BlockLayout layout, int block, long noiseBound, long fieldBound, long[] sums, int from) {
        int data = layout.dataCoefficients(block);
        int count = layout.valuesOf(block);
        int v = plan.valuesPerCoefficient();
        int f = plan.fieldBits();
        int g = plan.guardBits();
        long half = 1L << (g - 1);
        long fieldMask = (1L << f) - 1;
        long wrongNoise = 0;
        long wrongField = 0;
        for (int i = 0; i < data; i++) {
            compose(residues, i);
            long noise = (words[0] & (1L << g) - 1) - half;
            wrongNoise |= noiseBound - noise | noiseBound + noise;
            for (int k = 0; k < v; k++) {
                long field = bits(g + f * k) & fieldMask;
                wrongField |= fieldBound - field;
                int p = k * data + i;
                if (p < count) {
                    sums[from + p] = field;
                } else {
                    wrongField |= -field;
                }
            }
            wrongField |= -rest(g + f * v);
        }
        compose(residues, data);
        long noise = (words[0] & (1L << g) - 1) - half;
        wrongNoise |= noiseBound - noise | noiseBound + noise;
        long wrongCheck = -rest(g);
        return (wrongNoise < 0 ? WRONG_NOISE : 0)
                | (wrongField < 0 ? WRONG_FIELD : 0)
                | (wrongCheck < 0 ? WRONG_CHECK : 0);
    }

    /** The integer below q of coefficient i, into the words. */
    private void compose(long[][] residues, int i) {
        digits[0] = residues[0][i];
        for (int j = 1; j < limbs; j++) {
            long x = residues[j][i];
            for (int k = 0; k < j; k++) {
                x = moduli[j].multiplyShoup(x + offsets[j] - digits[k], inverses[j][k], inversesShoup[j][k]);
            }
            digits[j] = x;
        }
        int used = 1;
        words[0] = digits[limbs - 1];
        for (int j = limbs - 2; j >= 0; j--) {
            long carry = digits[j];
            long q = primes[j];
            for (int w = 0; w < used; w++) {
                long low = words[w] * q;
                long high = Math.multiplyHigh(words[w], q);
                long sum = (low & WORD_MASK) + carry;
                words[w] = sum & WORD_MASK;
                carry = (high << (Long.SIZE - WORD_BITS) | low >>> WORD_BITS) + (sum >>> WORD_BITS);
            }
            words[used++] = carry;
        }
        for (int w = used; w < words.length; w++) {
            words[w] = 0;
        }
    }

    /** At least 50 bits from a position on. */
    private long bits(int position) {
        int word = position / WORD_BITS;
        int shift = position % WORD_BITS;
        return words[word] >>> shift | words[word + 1] << (WORD_BITS - shift);
    }

    /** Nonzero, and not negative, if any bit is set from a position on. */
    private long rest(int position) {
        int word = position / WORD_BITS;
        long rest = words[word] >>> position % WORD_BITS;
        for (int w = word + 1; w < words.length; w++) {
            rest |= words[w];
        }
        return rest;
    }

    void clear() {
        java.util.Arrays.fill(digits, 0);
        java.util.Arrays.fill(words, 0);
    }
}
