package org.dalrn.fhe.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The distributions by chi-square. With the seeds fixed the tests are deterministic; with fresh ones each would raise a false
 * alarm with probability below 1e-6: the bound is {@code d + 7 sqrt(2d)} or more, by the Wilson-Hilferty approximation.
 */
class SamplersTest {
    private static AesCtrStream stream() {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) 23);
        return AesCtrStream.of(seed, "samplers test");
    }

    private static double chiSquare(long[] counts, double[] expected) {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
        }
        return sum;
    }

    /** The 1 - 1e-6 quantile, Wilson and Hilferty. */
    private static double quantile(int degrees) {
        double v = 2.0 / (9 * degrees);
        return degrees * Math.pow(1 - v + 4.7534 * Math.sqrt(v), 3);
    }

    @Test
    void uniform_smallPrime_isUniformOnAllResidues() {
        // 97 of 128 masked words are taken: a bias by folding the rest would show.
        Modulus modulus = Modulus.of(97);
        long[] counts = new long[97];
        long[] out = new long[97_000];
        try (AesCtrStream stream = stream()) {
            for (int repeat = 0; repeat < 10; repeat++) {
                Samplers.uniform(stream, modulus, out);
                for (long x : out) {
                    counts[Math.toIntExact(x)]++;
                }
            }
        }
        double[] expected = new double[97];
        Arrays.fill(expected, 10_000);
        assertThat(chiSquare(counts, expected)).isLessThan(quantile(96));
    }

    @Test
    void uniform_anyPrime_isMaskedWordsWithThoseAboveLeftOut() {
        Modulus modulus = Modulus.of((1L << 40) + 15);
        long[] out = new long[1000];
        Samplers.uniform(stream(), modulus, out);
        // The slower statement of the rule: first words at their places, replacements from what follows.
        AesCtrStream words = stream();
        long mask = (1L << 41) - 1;
        long[] expected = new long[1000];
        words.nextWords(expected, 0, 1000);
        int replaced = 0;
        for (int i = 0; i < 1000; i++) {
            expected[i] &= mask;
            while (expected[i] >= modulus.value()) {
                expected[i] = words.nextWord() & mask;
                replaced++;
            }
        }
        assertThat(out).isEqualTo(expected);
        assertThat(replaced).isGreaterThan(800);
    }

    @Test
    void centredBinomial_manyDraws_hasItsMassFunction() {
        double[] expected = new double[43];
        long[] counts = new long[43];
        int[] out = new int[1 << 20];
        Samplers.centredBinomial(stream(), out);
        double sum = 0;
        double squares = 0;
        for (int x : out) {
            counts[x + 21]++;
            sum += x;
            squares += (double) x * x;
        }
        BigInteger choose = BigInteger.ONE;
        for (int k = 0; k <= 42; k++) {
            expected[k] = out.length * choose.doubleValue() * 0x1p-42;
            choose = choose.multiply(BigInteger.valueOf(42 - k)).divide(BigInteger.valueOf(k + 1));
        }
        // Cells of fewer than 10 expected draws are left to the moments.
        int from = 0;
        while (expected[from] < 10) {
            from++;
        }
        long[] middle = Arrays.copyOfRange(counts, from, 43 - from);
        double[] expectedMiddle = Arrays.copyOfRange(expected, from, 43 - from);
        assertThat(chiSquare(middle, expectedMiddle)).isLessThan(quantile(middle.length));
        double draws = out.length;
        assertThat(Math.abs(sum / draws)).isLessThan(5 * Math.sqrt(Samplers.BINOMIAL_VARIANCE / draws));
        assertThat(squares / draws).isBetween(Samplers.BINOMIAL_VARIANCE * 0.99, Samplers.BINOMIAL_VARIANCE * 1.01);
    }

    @Test
    void centredBinomial_ofAWord_countsTwoTimes21Coins() {
        assertThat(Samplers.centredBinomial(0)).isZero();
        assertThat(Samplers.centredBinomial(-1L)).isZero();
        assertThat(Samplers.centredBinomial((1L << 21) - 1)).isEqualTo(21);
        assertThat(Samplers.centredBinomial(((1L << 21) - 1) << 21)).isEqualTo(-21);
        assertThat(Samplers.centredBinomial(-1L << 42)).isZero();
        assertThat(Samplers.centredBinomial(0b111)).isEqualTo(3);
    }

    @Test
    void ternary_manyDraws_isUniform() {
        int[] out = new int[3 << 18];
        Samplers.ternary(stream(), out);
        long[] counts = new long[3];
        for (int x : out) {
            counts[x + 1]++;
        }
        double[] expected = {1 << 18, 1 << 18, 1 << 18};
        assertThat(chiSquare(counts, expected)).isLessThan(quantile(2) + 10);
    }

    @Test
    void ternary_eachDraw_isOneWordOfTheStream() {
        int[] out = new int[100];
        Samplers.ternary(stream(), out);
        AesCtrStream words = stream();
        for (int x : out) {
            BigInteger word = new BigInteger(Long.toUnsignedString(words.nextWord()));
            int third = word.multiply(BigInteger.valueOf(3)).shiftRight(64).intValueExact();
            assertThat(x).isEqualTo(third - 1);
        }
    }
}
