package org.dalrn.fhe.aggregation;

import org.dalrn.fhe.ring.AesCtrStream;

/**
 * The uniform polynomials a that hide updates once multiplied by a key, expanded from a public seed.
 *
 * <p>Polynomial (block, limb) takes the N + N/8 + 64 words of the stream from {@code (block limbs + limb)} times that number: the
 * first N masked to the bits of the prime, those not below it replaced by the next one of the rest that is. Value t of them is
 * value {@code k = (t mod R) N/R + t / R} of the transform in bit-reversed order, {@code R = 2^min(6, log2(N)/2)}: the order
 * in which the rows of the transform lie in memory. Which values are replaced is public as the values are.
 *
 * <p>Not thread-safe. Going on in order neither allocates nor sets the key again.
 */
final class PublicMask {
    private final SumPlan plan;
    private final AesCtrStream stream;
    private final int ringDegree;
    private final int strideWords;
    private final long[] words;
    private final int[] replaced;
    private long position;

    PublicMask(SumPlan plan, byte[] seed) {
        this.plan = plan;
        stream = AesCtrStream.of(seed, "dalrn.fhe.sum.mask");
        ringDegree = plan.ringDegree();
        int spare = ringDegree / 8 + 64;
        strideWords = ringDegree + spare;
        words = new long[Math.max(spare, plan.rowNtt(0).rowCount())];
        replaced = new int[spare];
    }

    private void seek(int block, int limb) {
        long word = ((long) block * plan.limbs() + limb) * strideWords;
        if (position != word) {
            stream.seek(word);
            position = word;
        }
    }

    /** Fills {@code double[C][R]} with integers in [0, q). */
    void fill(int block, int limb, double[][] values) {
        long q = plan.basis().modulus(limb).value();
        long mask = (1L << plan.primeBits(limb)) - 1;
        int rows = values[0].length;
        seek(block, limb);
        int wrong = 0;
        for (int c = 0; c < values.length; c++) {
            stream.nextWords(words, 0, rows);
            if (toDoubles(words, mask, q, values[c]) < 0) {
                wrong = note(mask, q, rows, c, wrong);
            }
        }
        replace(mask, q, wrong);
        for (int i = 0; i < wrong; i++) {
            values[replaced[i] / rows][replaced[i] % rows] = words[i];
        }
    }

    /** Adds the same values to N sums, value t to sum t. */
    void add(int block, int limb, long[] sums) {
        long q = plan.basis().modulus(limb).value();
        long mask = (1L << plan.primeBits(limb)) - 1;
        int batch = plan.rowNtt(0).rowCount();
        seek(block, limb);
        int wrong = 0;
        for (int first = 0; first < ringDegree; first += batch) {
            stream.nextWords(words, 0, batch);
            if (addWords(words, mask, q, sums, first, batch) < 0) {
                int before = wrong;
                wrong = note(mask, q, batch, first / batch, wrong);
                for (int i = before; i < wrong; i++) {
                    sums[replaced[i]] -= words[replaced[i] - first] & mask;
                }
            }
        }
        replace(mask, q, wrong);
        for (int i = 0; i < wrong; i++) {
            sums[replaced[i]] += words[i];
        }
    }

    private int note(long mask, long q, int batch, int index, int already) {
        int wrong = already;
        for (int j = 0; j < batch; j++) {
            if ((words[j] & mask) >= q) {
                if (wrong == replaced.length) {
                    throw exhausted();
                }
                replaced[wrong++] = index * batch + j;
            }
        }
        return wrong;
    }

    /** Puts the replacements into the first words. */
    private void replace(long mask, long q, int wrong) {
        int spare = replaced.length;
        stream.nextWords(words, 0, spare);
        position += strideWords;
        int next = 0;
        for (int i = 0; i < wrong; i++, next++) {
            while (next < spare && (words[next] & mask) >= q) {
                next++;
            }
            if (next == spare) {
                throw exhausted();
            }
            words[i] = words[next] & mask;
        }
    }

    private static IllegalStateException exhausted() {
        // At most 1/32 of the words are left out, so this has a probability below 2^-300.
        return new IllegalStateException("bug: the words of a mask ran out");
    }

    private static long toDoubles(long[] words, long mask, long q, double[] out) {
        long wrong = 0;
        for (int j = 0; j < out.length; j++) {
            long x = words[j] & mask;
            wrong |= q - 1 - x;
            out[j] = x;
        }
        return wrong;
    }

    private static long addWords(long[] words, long mask, long q, long[] sums, int first, int count) {
        long wrong = 0;
        for (int j = 0; j < count; j++) {
            long x = words[j] & mask;
            wrong |= q - 1 - x;
            sums[first + j] += x;
        }
        return wrong;
    }
}
