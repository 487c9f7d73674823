package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle: the remainder and BigInteger. */
class ShareFieldTest {
    private static final long SEED = 20261123;

    /** The field of that many bits. */
    static ShareField field(int bits) {
        ShareField field = ShareField.of(1, 1 << (bits - 2));
        assertThat(field.bits()).isEqualTo(bits);
        return field;
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, 31})
    void prime_byTrialDivision_isOne(int bits) {
        int prime = field(bits).prime();

        assertThat(prime).isEqualTo((int) (Math.pow(2, bits) - 1));
        assertThat(field(bits).half()).isEqualTo((prime - 1) / 2);
        assertThat(IntStream.rangeClosed(2, (int) Math.sqrt(prime)).noneMatch(d -> prime % d == 0))
                .isTrue();
    }

    /** With the bound of one-time keys: the last number of dealers that a field holds, and the first that it does not. */
    @ParameterizedTest
    @CsvSource({
        "1, 21, 13",
        "170, 21, 13",
        "171, 21, 17",
        "2730, 21, 17",
        "2731, 21, 19",
        "10922, 21, 19",
        "10923, 21, 31",
        "65536, 21, 31",
        "1, 3583, 13",
        "1, 3584, 17",
        "1, 57343, 17",
        "1, 57344, 19",
        "1, 229375, 19",
        "1, 229376, 31",
        "65536, 16383, 31",
        "1, 1073741823, 31"
    })
    void of_dealersAndBound_isTheSmallestFieldThatHoldsTheirSums(int dealers, int bound, int bits) {
        ShareField field = ShareField.of(dealers, bound);

        assertThat(field.bits()).isEqualTo(bits);
        int sum = dealers * bound;
        assertThat(field.toCentred(field.fromCentred(sum))).isEqualTo(sum);
        assertThat(field.toCentred(field.fromCentred(-sum))).isEqualTo(-sum);
    }

    @Test
    void of_sumsBeyondTheLargestField_isRefused() {
        assertThatThrownBy(() -> ShareField.of(1, 1_073_741_824))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("do not stay below half of the prime 2^31 - 1");
        assertThatThrownBy(() -> ShareField.of(Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, 31})
    void reduce_ofEdgesAndRandomProducts_isTheRemainder(int bits) {
        ShareField field = field(bits);
        long p = field.prime();
        long end = 1L << (2 * bits);
        long[] edges = {
            0, 1, p - 1, p, p + 1, 2 * p - 1, 2 * p, 2 * p + 1, (p - 1) * (p - 1), (p - 1) * p, p * p, end - 2, end - 1
        };
        for (long value : edges) {
            assertThat(field.reduce(value)).as("%d", value).isEqualTo((int) (value % p));
        }
        long[] values = new Random(SEED).longs(10_000, 0, end).toArray();
        assertThat(Arrays.stream(values).mapToInt(field::reduce).toArray())
                .isEqualTo(Arrays.stream(values)
                        .mapToInt(value -> (int) (value % p))
                        .toArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, 31})
    void arithmetic_ofEdgesAndRandomResidues_isThatOfBigInteger(int bits) {
        ShareField field = field(bits);
        BigInteger p = BigInteger.TWO.pow(bits).subtract(BigInteger.ONE);
        int last = field.prime() - 1;
        int[] some = IntStream.concat(
                        IntStream.of(0, 1, 2, field.half(), field.half() + 1, last - 1, last),
                        new Random(SEED).ints(40, 0, field.prime()))
                .toArray();
        for (int a : some) {
            BigInteger x = BigInteger.valueOf(a);
            for (int b : some) {
                BigInteger y = BigInteger.valueOf(b);
                assertThat(field.multiply(a, b))
                        .as("%d * %d", a, b)
                        .isEqualTo(x.multiply(y).mod(p).intValueExact());
                assertThat(field.subtract(a, b))
                        .as("%d - %d", a, b)
                        .isEqualTo(x.subtract(y).mod(p).intValueExact());
            }
            if (a != 0) {
                assertThat(field.inverse(a))
                        .as("1 / %d", a)
                        .isEqualTo(x.modInverse(p).intValueExact());
            }
        }
        assertThatThrownBy(() -> field.inverse(0)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, 31})
    void centred_thereAndBack_isTheSame(int bits) {
        ShareField field = field(bits);
        for (int value : new int[] {0, 1, -1, 21, -21, field.half(), -field.half()}) {
            int residue = field.fromCentred(value);
            assertThat(BigInteger.valueOf(value).mod(BigInteger.valueOf(field.prime())))
                    .isEqualTo(BigInteger.valueOf(residue));
            assertThat(field.toCentred(residue)).isEqualTo(value);
        }
    }
}
