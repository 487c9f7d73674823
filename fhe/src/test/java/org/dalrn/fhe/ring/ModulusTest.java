package org.dalrn.fhe.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against BigInteger, on random residues and on those where reductions go wrong: 0, 1, the middle and the end. */
class ModulusTest {
    private static final long SEED = 20261123;

    static Stream<Long> primes() {
        return Stream.of(
                3L,
                5L,
                17L,
                65537L,
                (1L << 31) - 1,
                0xfffff4c001L,
                0x3ffffffffc001L,
                // Just above and just below a power of two.
                (1L << 40) + 15,
                (1L << 59) + 131,
                0xfffffffffffc001L,
                (1L << 60) - 93);
    }

    private static long[] edges(long q) {
        return LongStream.concat(
                        LongStream.of(0, 1, 2, q / 2 - 1, q / 2, q / 2 + 1, q - 2, q - 1)
                                .filter(x -> x >= 0 && x < q),
                        new Random(SEED).longs(64, 0, q))
                .toArray();
    }

    private static long floor(BigInteger a, BigInteger b) {
        BigInteger[] parts = a.divideAndRemainder(b);
        return parts[0].subtract(parts[1].signum() < 0 ? BigInteger.ONE : BigInteger.ZERO)
                .longValueExact();
    }

    @ParameterizedTest
    @MethodSource("primes")
    void reduceLazy_wholeStatedRange_isTheResidue(long q) {
        long[] words = LongStream.concat(
                        LongStream.rangeClosed(-7, 7)
                                .flatMap(k -> LongStream.of(-1, 0, 1, q / 2).map(d -> k * q + d)),
                        LongStream.of(8 * q - 1, 1 - 8 * q))
                .toArray();
        long[] reduced = words.clone();
        Modulus.of(q).reduceLazy(reduced);
        assertThat(reduced)
                .isEqualTo(Arrays.stream(words).map(x -> Math.floorMod(x, q)).toArray());
    }

    private static BigInteger big(long x) {
        return BigInteger.valueOf(x);
    }

    @ParameterizedTest
    @MethodSource("primes")
    void sumsAndProducts_edgesAndRandomResidues_areThoseOfBigInteger(long q) {
        Modulus modulus = Modulus.of(q);
        for (long a : edges(q)) {
            assertThat(modulus.negate(a)).isEqualTo(big(-a).mod(big(q)).longValueExact());
            for (long b : edges(q)) {
                long shoup = modulus.shoup(b);
                assertThat(shoup).isEqualTo(big(b).shiftLeft(63).divide(big(q)).longValueExact());
                long centred = b > q / 2 ? b - q : b;
                assertThat(modulus.centred(b)).isEqualTo(centred);
                // round(x / q) = floor((2 x + q) / 2 q)
                long quotient = modulus.quotient(b);
                assertThat(quotient).isEqualTo(floor(big(centred).shiftLeft(65).add(big(q)), big(2 * q)));
                for (long x : new long[] {a, Long.MIN_VALUE, Long.MAX_VALUE, -a}) {
                    BigInteger r = big(Modulus.product(x, centred, quotient, q));
                    assertThat(r.mod(big(q)))
                            .isEqualTo(big(x).multiply(big(centred)).mod(big(q)));
                    assertThat(r.shiftLeft(2)).isBetween(big(-q), big(q).multiply(big(5)));
                }
                assertThat(modulus.add(a, b))
                        .isEqualTo(big(a).add(big(b)).mod(big(q)).longValueExact());
                assertThat(modulus.subtract(a, b))
                        .isEqualTo(big(a).subtract(big(b)).mod(big(q)).longValueExact());
                long product = big(a).multiply(big(b)).mod(big(q)).longValueExact();
                assertThat(modulus.multiply(a, b)).as("%d * %d", a, b).isEqualTo(product);
                assertThat(modulus.multiplyShoup(a, b, shoup))
                        .as("%d * %d by Shoup", a, b)
                        .isEqualTo(product);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("primes")
    void reductions_wholeStatedRange_areThoseOfBigInteger(long q) {
        Modulus modulus = Modulus.of(q);
        int bits = modulus.bitLength();
        Random random = new Random(SEED);
        BigInteger limit = BigInteger.ONE.shiftLeft(2 * bits);
        Stream.concat(
                        Stream.of(BigInteger.ZERO, BigInteger.ONE, limit.subtract(BigInteger.ONE), limit.shiftRight(1)),
                        Stream.generate(() -> new BigInteger(2 * bits, random)).limit(500))
                .forEach(x -> assertThat(modulus.reduce(x.shiftRight(64).longValueExact(), x.longValue()))
                        .as("%s mod %d", x, q)
                        .isEqualTo(x.mod(big(q)).longValueExact()));
        for (long x : new long[] {0, 1, q - 1, q, q + 1, 2 * q - 1, 2 * q, (1L << 62) - 1, 1L << 61}) {
            assertThat(modulus.reduceWord(x)).isEqualTo(x % q);
            assertThat(modulus.multiplyShoup(x, q - 1, modulus.shoup(q - 1)))
                    .isEqualTo(big(x).multiply(big(q - 1)).mod(big(q)).longValueExact());
        }
        for (long x : new long[] {Long.MIN_VALUE, -q, -1, 0, q, Long.MAX_VALUE}) {
            assertThat(modulus.reduce(x)).isEqualTo(big(x).mod(big(q)).longValueExact());
        }
    }

    @ParameterizedTest
    @MethodSource("primes")
    void reduceSigned_upToTheBound_isTheResidue(long q) {
        Modulus modulus = Modulus.of(q);
        for (long bound : new long[] {1, q - 1, q, q + 1, 1L << 59, 1L << 60}) {
            long[] words = {0, 1, -1, bound, -bound, bound / 2, -(bound / 2)};
            long[] expected = Arrays.stream(words).map(x -> Math.floorMod(x, q)).toArray();
            long[] out = new long[words.length];
            modulus.reduceSigned(words, bound, out);
            assertThat(out).as("bound %d modulo %d", bound, q).isEqualTo(expected);
            modulus.reduceSigned(words, bound, words);
            assertThat(words).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("primes")
    void powerAndInverse_anyResidue_areThoseOfBigInteger(long q) {
        Modulus modulus = Modulus.of(q);
        for (long a : edges(q)) {
            assertThat(modulus.power(a, q - 2))
                    .isEqualTo(big(a).modPow(big(q - 2), big(q)).longValueExact());
            if (a != 0) {
                assertThat(modulus.multiply(a, modulus.inverse(a))).isEqualTo(1);
            }
        }
        assertThatThrownBy(() -> modulus.inverse(q))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no inverse modulo " + q);
    }

    @Test
    void of_notAnOddPrimeBelowTwoToThe60_isRefused() {
        for (long value : new long[] {Long.MIN_VALUE, -7, 0, 1, 2, 9, 1L << 40, (1L << 60) + 33, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> Modulus.of(value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("modulus " + value)
                    .hasMessageContaining("take one of NttPrimes");
        }
    }
}
