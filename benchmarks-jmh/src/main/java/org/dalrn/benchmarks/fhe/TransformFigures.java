package org.dalrn.benchmarks.fhe;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.Ntt;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.ring.NttScratch;
import org.dalrn.fhe.ring.RowNtt;

/**
 * Forward transforms of one limb.
 *
 * <ul>
 *   <li>{@code ntt_forward_N}: rows of doubles in and out, reduced to centred residues, as encrypted sums call it
 *   <li>{@code ntt_forward_lazy_N}: the same without the reduction
 *   <li>{@code ntt_forward_words_N}: 64-bit residues in and out, as CKKS calls it, same prime
 *   <li>{@code ntt_forward_60_bits_N}: 64-bit residues in and out, prime of 60 bits
 * </ul>
 */
final class TransformFigures {
    private static final int[] RING_DEGREES = {4096, 8192, 16384};
    private static final int WIDE_BITS = 60;

    private final long[] input;
    private final Modulus modulus;

    private TransformFigures(int ringDegree, int primeBits) {
        modulus = NttPrimes.create(ringDegree, primeBits).get(0);
        input = new SplittableRandom(1).longs(ringDegree, 0, modulus.value()).toArray();
    }

    /**
     * Measures and prints.
     *
     * @param primeBits of the narrow prime, at most {@link RowNtt#MAX_BITS}
     */
    static void print(int primeBits) {
        for (int ringDegree : RING_DEGREES) {
            TransformFigures narrow = new TransformFigures(ringDegree, primeBits);
            narrow.printRows("ntt_forward_" + ringDegree, true);
            narrow.printRows("ntt_forward_lazy_" + ringDegree, false);
            narrow.printWords("ntt_forward_words_" + ringDegree);
            new TransformFigures(ringDegree, WIDE_BITS).printWords("ntt_forward_60_bits_" + ringDegree);
        }
    }

    private void printRows(String name, boolean centred) {
        RowNtt ntt = RowNtt.of(input.length, modulus);
        double[][] rows = ntt.newCoefficients();
        double[][] coefficients = ntt.newCoefficients();
        double[][] values = ntt.newValues();
        int columns = ntt.columnCount();
        for (int i = 0; i < input.length; i++) {
            rows[i / columns][i % columns] = input[i];
        }
        // The transform destroys its input.
        Timing timing = Timing.measure(
                () -> {
                    for (int r = 0; r < rows.length; r++) {
                        System.arraycopy(rows[r], 0, coefficients[r], 0, columns);
                    }
                },
                () -> {
                    ntt.forwardLazy(coefficients, values);
                    if (centred) {
                        ntt.centre(values);
                    }
                    return (long) values[0][0];
                });
        double bound = centred ? modulus.value() / 2.0 : 0x1p53;
        requireTransform(name, k -> {
            double value = values[k % columns][k / columns];
            if (!(Math.abs(value) <= bound)) {
                throw new IllegalStateException(name + ": value " + k + " is " + value + ", beyond " + bound);
            }
            return Math.floorMod((long) value, modulus.value());
        });
        print(name, ntt, timing);
    }

    private void printWords(String name) {
        Ntt ntt = Ntt.of(input.length, modulus);
        NttScratch scratch = NttScratch.of(input.length);
        long[] values = new long[input.length];
        Timing timing = Timing.measure(() -> System.arraycopy(input, 0, values, 0, values.length), () -> {
            ntt.forward(values, scratch);
            return values[0];
        });
        requireTransform(name, k -> values[k]);
        print(name, ntt, timing);
    }

    private static void print(String name, Ntt ntt, Timing timing) {
        FheSuite.printMicros(
                name,
                Map.of(
                        "bits",
                        ntt.modulus().bitLength(),
                        "kernel",
                        ntt instanceof RowNtt ? "doubles" : "words",
                        "ring_degree",
                        ntt.ringDegree()),
                timing);
    }

    /** Compares some values with the polynomial evaluated by Horner's rule at the odd powers of the root. */
    private void requireTransform(String name, IntToLongFunction value) {
        int n = input.length;
        int shift = 32 - Integer.numberOfTrailingZeros(n);
        long psi = NttPrimes.smallestPrimitiveRoot(n, modulus);
        for (int k = 0; k < n; k += k < 64 || k > n - 64 ? 1 : 61) {
            long point = modulus.power(psi, 2L * (Integer.reverse(k) >>> shift) + 1);
            long expected = 0;
            for (int i = n - 1; i >= 0; i--) {
                expected = modulus.add(modulus.multiply(expected, point), input[i]);
            }
            if (value.applyAsLong(k) != expected) {
                throw new IllegalStateException(name + ": value " + k + " is " + value.applyAsLong(k) + " instead of "
                        + expected + " modulo " + modulus.value());
            }
        }
    }
}
