package org.dalrn.fhe.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against evaluation of the polynomial by Horner's rule in big integers, and the two kernels against each other. */
class NttTest {
    private static final long SEED = 20261123;

    /** All word lengths in the small rings; in the large ones the lengths at which a kernel or its bounds change. */
    static Stream<Arguments> sizes() {
        Stream<Integer> small = Stream.of(4, 8, 16, 64, 1024, 2048);
        Stream<Integer> large = Stream.of(4096, 8192, 16384, 32768);
        return Stream.concat(
                small.flatMap(
                        n -> Stream.of(20, 30, 40, 46, 47, 48, 49, 50, 54, 60).map(bits -> Arguments.of(n, bits))),
                large.flatMap(n -> Stream.of(40, 49, 50, 60).map(bits -> Arguments.of(n, bits))));
    }

    private static Stream<Ntt> kernels(int n, Modulus q) {
        Ntt words = new LongNtt(n, q);
        return q.bitLength() > 50 ? Stream.of(words) : Stream.of(words, RowNtt.of(n, q, true), RowNtt.of(n, q, false));
    }

    private static long[] random(int n, Modulus q, Random random) {
        return random.longs(n, 0, q.value()).toArray();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void forward_anyInput_isTheValueAtOddPowersOfTheRoot(int n, int bits) {
        Modulus q = NttPrimes.create(n, bits).get(0);
        BigInteger modulus = BigInteger.valueOf(q.value());
        BigInteger psi = BigInteger.valueOf(NttPrimes.smallestPrimitiveRoot(n, q));
        long[] a = random(n, q, new Random(SEED));
        int shift = 32 - Integer.numberOfTrailingZeros(n);
        int points = n <= 2048 ? 5 : 2;
        Map<Integer, Long> expected = new TreeMap<>();
        for (int k = 0; k < n; k += Math.max(1, n / points - 1)) {
            BigInteger x = psi.modPow(BigInteger.valueOf(2L * (Integer.reverse(k) >>> shift) + 1), modulus);
            BigInteger y = BigInteger.ZERO;
            for (int i = n - 1; i >= 0; i--) {
                y = y.multiply(x).add(BigInteger.valueOf(a[i])).mod(modulus);
            }
            expected.put(k, y.longValueExact());
        }
        kernels(n, q).forEach(ntt -> {
            long[] values = a.clone();
            ntt.forward(values, NttScratch.of(n));
            expected.forEach(
                    (k, y) -> assertThat(values[k]).as("value %d of %s", k, ntt).isEqualTo(y));
        });
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void kernels_randomAndExtremeInputs_areEqualWordForWord(int n, int bits) {
        Modulus q = NttPrimes.create(n, bits).get(0);
        Random random = new Random(SEED);
        long[] alternating = new long[n];
        Arrays.setAll(alternating, i -> i % 2 == 0 ? q.value() - 1 : q.value() / 2);
        long[] largest = new long[n];
        Arrays.fill(largest, q.value() - 1);
        long[] half = new long[n];
        Arrays.fill(half, q.value() / 2);
        Ntt words = new LongNtt(n, q);
        NttScratch scratch = NttScratch.of(n);
        long[][] inputs = {random(n, q, random), alternating, largest, half, new long[n]};
        long[][] expected = new long[inputs.length][];
        for (int i = 0; i < inputs.length; i++) {
            expected[i] = inputs[i].clone();
            words.forward(expected[i], scratch);
        }
        kernels(n, q).forEach(ntt -> {
            for (int i = 0; i < inputs.length; i++) {
                long[] values = inputs[i].clone();
                ntt.forward(values, scratch);
                assertSame(ntt, values, expected[i]);
                ntt.inverse(values, scratch);
                assertSame(ntt, values, inputs[i]);
                ntt.inverse(values, scratch);
                ntt.forward(values, scratch);
                assertSame(ntt, values, inputs[i]);
            }
        });
    }

    /** AssertJ's own comparison of arrays took most of this test's time. */
    private static void assertSame(Ntt ntt, long[] actual, long[] expected) {
        assertThat(Arrays.mismatch(actual, expected))
                .as("first value of %s that differs", ntt)
                .isEqualTo(-1);
    }

    /** The other factor of a large ring has few terms, or the definition would take n^2 steps. */
    @ParameterizedTest
    @CsvSource({"64,50,64", "8192,49,5", "16384,50,5", "32768,49,5", "32768,60,5"})
    void multiply_twoPolynomials_isTheNegacyclicProduct(int n, int bits, int terms) {
        Modulus q = NttPrimes.create(n, bits).get(0);
        Random random = new Random(SEED);
        long[] a = random(n, q, random);
        long[] b = new long[n];
        for (int j = 0; j < n; j += n / terms) {
            b[Math.min(n - 1, j + random.nextInt(n / terms))] = 1 + random.nextLong(q.value() - 1);
        }
        long[] expected = new long[n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n && b[j] != 0; i++) {
                long product = q.multiply(a[i], b[j]);
                int k = (i + j) % n;
                expected[k] = i + j < n ? q.add(expected[k], product) : q.subtract(expected[k], product);
            }
        }
        kernels(n, q).forEach(ntt -> {
            NttScratch scratch = NttScratch.of(n);
            long[] x = a.clone();
            long[] y = b.clone();
            ntt.forward(x, scratch);
            ntt.forward(y, scratch);
            Arrays.setAll(x, i -> q.multiply(x[i], y[i]));
            ntt.inverse(x, scratch);
            assertSame(ntt, x, expected);
        });
    }

    @Test
    void forwardLazy_largestPrimesAndInputs_staysBelowTwoToThe53() {
        for (int n : new int[] {4096, 8192, 16384, 32768}) {
            for (int bits : new int[] {49, 50}) {
                RowNtt ntt = RowNtt.of(n, NttPrimes.create(n, bits).get(0));
                Random random = new Random(SEED);
                double worst = 0;
                for (int repeat = 0; repeat < 4; repeat++) {
                    double[][] a = ntt.newCoefficients();
                    for (double[] row : a) {
                        Arrays.setAll(
                                row,
                                c -> random.nextBoolean()
                                        ? ntt.modulus().value()
                                        : -ntt.modulus().value());
                    }
                    double[][] values = ntt.newValues();
                    ntt.forwardLazy(a, values);
                    for (double[] row : values) {
                        worst = Math.max(
                                worst, Arrays.stream(row).map(Math::abs).max().orElse(0));
                    }
                }
                assertThat(worst).isLessThan(0x1p53);
            }
        }
    }

    @Test
    void forward_limbOfAnotherLength_isRefused() {
        Ntt ntt = Ntt.of(16, NttPrimes.create(16, 30).get(0));
        assertThatThrownBy(() -> ntt.forward(new long[8], NttScratch.of(16)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a limb of 8")
                .hasMessageContaining("transform of 16");
    }

    @Test
    void of_modulusWithoutRoot_isRefused() {
        assertThatThrownBy(() -> Ntt.of(4096, Modulus.of(1_000_003)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000003 is not 1 modulo 8192");
    }
}
