package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.dalrn.fhe.ring.AesCtrStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle: the textbook formulas in BigInteger. */
class ShamirPolynomialsTest {
    private static final long SEED = 20261123;

    @Nested
    class Uniform {
        /** A modulus bias would come from folding p onto 0 instead of drawing again. */
        @ParameterizedTest
        @ValueSource(ints = {13, 17, 19, 31})
        void accept_thePrimeItself_isDrawnAgain(int bits) {
            int prime = (1 << bits) - 1;
            int[] residues = {7, 7};

            assertThat(UniformResidues.accept(prime, prime, residues, 0)).isZero();
            assertThat(UniformResidues.accept(prime - 1, prime, residues, 0)).isEqualTo(1);
            assertThat(UniformResidues.accept(0, prime, residues, 1)).isEqualTo(2);
            assertThat(UniformResidues.accept(5, prime, residues, 2)).isEqualTo(2);
            assertThat(residues).containsExactly(prime - 1, 0);
        }

        /** Oracle: the stream's words cut into binary digits; numbers of ones only are left out. */
        @ParameterizedTest
        @CsvSource({"13, 4", "17, 3", "19, 3", "31, 2"})
        void fill_fromAKnownSeed_isTheNumbersOfEachWordOfTheStream(int bits, int numbersOfAWord) {
            byte[] seed = new byte[AesCtrStream.SEED_BYTES];
            new Random(SEED).nextBytes(seed);
            int[] residues = new int[50_001];

            try (UniformResidues uniform = new UniformResidues(ShareFieldTest.field(bits), fixed(seed))) {
                uniform.fill(residues);
            }

            List<Integer> expected = new ArrayList<>();
            int drawnAgain = 0;
            try (AesCtrStream stream = AesCtrStream.of(seed, "committee polynomials")) {
                while (expected.size() < residues.length) {
                    String word = "0".repeat(64) + Long.toBinaryString(stream.nextWord());
                    for (int i = 0; i < numbersOfAWord; i++) {
                        int end = word.length() - i * bits;
                        String number = word.substring(end - bits, end);
                        if (number.contains("0")) {
                            expected.add(Integer.parseInt(number, 2));
                        } else {
                            drawnAgain++;
                        }
                    }
                }
            }
            assertThat(residues)
                    .isEqualTo(expected.stream()
                            .limit(residues.length)
                            .mapToInt(Integer::intValue)
                            .toArray());
            // Six are to be expected of 13 bits; that there are some shows that the test sees them.
            assertThat(drawnAgain > 0).isEqualTo(bits == 13);
        }
    }

    /** The worst case of every sum on the way: all coefficients are the largest residue, all points up to the last. */
    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, 31})
    void evaluate_extremesAndRandomCoefficients_areThePolynomialsValues(int bits) {
        ShareField field = ShareFieldTest.field(bits);
        BigInteger p = BigInteger.TWO.pow(bits).subtract(BigInteger.ONE);
        Random random = new Random(SEED);
        int[][] rows = new int[128][];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = random.ints(6, 0, field.prime()).toArray();
            rows[k][0] = field.prime() - 1;
            rows[k][1] = 0;
            rows[k][2] = k % 2 == 0 ? field.prime() - 1 : 0;
        }

        int[][] shares = ShamirPolynomials.evaluate(field, rows[0], Arrays.copyOfRange(rows, 1, 128), 255);

        for (int id = 1; id <= 255; id++) {
            for (int i = 0; i < 6; i++) {
                BigInteger value = BigInteger.ZERO;
                BigInteger power = BigInteger.ONE;
                for (int[] row : rows) {
                    value = value.add(power.multiply(BigInteger.valueOf(row[i])));
                    power = power.multiply(BigInteger.valueOf(id)).mod(p);
                }
                assertThat(shares[id - 1][i])
                        .as("id %d, coordinate %d", id, i)
                        .isEqualTo(value.mod(p).intValueExact());
            }
        }
    }

    /** Perfect hiding, exhaustively: whatever the secret is, each share comes from exactly one polynomial of degree 1. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 21, 8170, 8190})
    void evaluate_allPolynomialsOfTheSmallestField_giveEachShareOnce(int secret) {
        int[] secrets = new int[8191];
        Arrays.fill(secrets, secret);
        int[] each = IntStream.range(0, 8191).toArray();

        int[][] shares = ShamirPolynomials.evaluate(ShareFieldTest.field(13), secrets, new int[][] {each}, 255);

        for (int id : new int[] {1, 2, 16, 255}) {
            int[] sorted = shares[id - 1].clone();
            Arrays.sort(sorted);
            assertThat(sorted).as("member %d", id).isEqualTo(each);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "2, 3", "3, 3", "3, 5", "9, 16", "11, 16", "128, 255"})
    void share_forAnyThresholdMembers_interpolatesToTheSecret(int threshold, int members) {
        for (int bits : new int[] {13, 17, 19, 31}) {
            interpolatesToTheSecret(ShareFieldTest.field(bits), threshold, members);
        }
    }

    private static void interpolatesToTheSecret(ShareField field, int threshold, int members) {
        Random random = new Random(SEED + members);
        int[] secret = residues(field, random, 17);
        secret[0] = 0;
        secret[1] = field.prime() - 1;
        int[][] shares = share(field, secret, threshold, members);

        for (int trial = 0; trial < 5; trial++) {
            int[] ids = someIds(random, members, threshold);
            int[][] rows = rows(shares, ids);
            assertThat(ShamirPolynomials.interpolate(field, 0, ids, rows))
                    .as("ids %s", Arrays.toString(ids))
                    .isEqualTo(secret)
                    .isEqualTo(bigLagrange(field, 0, ids, rows));
        }
    }

    @Test
    void share_beyondTheThreshold_liesOnTheSamePolynomial() {
        Random random = new Random(SEED);
        ShareField field = ShareFieldTest.field(17);
        int[][] shares = share(field, residues(field, random, 9), 4, 9);
        int[] ids = {2, 3, 5, 7};

        for (int member = 1; member <= 9; member++) {
            assertThat(bigLagrange(field, member, ids, rows(shares, ids))).isEqualTo(shares[member - 1]);
            assertThat(ShamirPolynomials.interpolate(field, member, ids, rows(shares, ids)))
                    .isEqualTo(shares[member - 1]);
        }
    }

    @Test
    void share_fewerThanTheThreshold_doNotInterpolateToTheSecret() {
        ShareField field = ShareFieldTest.field(31);
        int[] secret = new int[64];
        int[][] shares = share(field, secret, 3, 5);
        int[] ids = {1, 4};

        int[] guess = ShamirPolynomials.interpolate(field, 0, ids, rows(shares, ids));

        // Each coordinate would be right with probability 2^-31; all 64 wrong fails once in 2^25 runs.
        assertThat(guess).doesNotContain(0);
    }

    /**
     * Null hypothesis: a single share of a secret 0 with t = 2 is uniform. 1,048,576 draws into 64 cells, of which the
     * last has one residue less than the others; chi-square with 63 degrees of freedom exceeds 140 with probability below
     * 1e-7. The stream has a fixed seed, so the outcome is fixed too.
     */
    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, 31})
    void share_ofAConstantSecret_isUniform(int bits) {
        byte[] seed = new byte[AesCtrStream.SEED_BYTES];
        seed[0] = 1;
        int draws = 1 << 20;
        long[] cells = new long[64];
        try (UniformResidues uniform = new UniformResidues(ShareFieldTest.field(bits), fixed(seed))) {
            for (int value : ShamirPolynomials.share(new int[draws], 2, 2, uniform)[1]) {
                cells[value >>> (bits - 6)]++;
            }
        }

        double chiSquare = 0;
        for (int i = 0; i < 64; i++) {
            double residues = (1L << (bits - 6)) - (i == 63 ? 1 : 0);
            double expected = draws * residues / ((1L << bits) - 1);
            chiSquare += (cells[i] - expected) * (cells[i] - expected) / expected;
        }
        assertThat(chiSquare).isLessThan(140);
    }

    @Test
    void share_addedCoordinatewise_isAShareOfTheSum() {
        ShareField field = ShareFieldTest.field(13);
        int[] one = {5, 0, field.prime() - 3};
        int[] two = {7, 1, field.prime() - 4};
        int[][] sharesOfOne = share(field, one, 2, 3);
        int[][] sharesOfTwo = share(field, two, 2, 3);
        int[] ids = {1, 3};
        int[][] sums = rows(sharesOfOne, ids);
        for (int row = 0; row < 2; row++) {
            for (int i = 0; i < 3; i++) {
                sums[row][i] = field.reduce((long) sums[row][i] + sharesOfTwo[ids[row] - 1][i]);
            }
        }

        assertThat(Arrays.stream(ShamirPolynomials.interpolate(field, 0, ids, sums))
                        .map(field::toCentred))
                .containsExactly(12, 1, -7);
    }

    private static int[][] share(ShareField field, int[] secret, int threshold, int members) {
        try (UniformResidues uniform = new UniformResidues(field, new SecureRandom())) {
            return ShamirPolynomials.share(secret, threshold, members, uniform);
        }
    }

    private static SecureRandom fixed(byte[] seed) {
        return new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, bytes.length);
            }
        };
    }

    private static int[] residues(ShareField field, Random random, int length) {
        return random.ints(length, 0, field.prime()).toArray();
    }

    private static int[] someIds(Random random, int members, int count) {
        List<Integer> all =
                new ArrayList<>(IntStream.rangeClosed(1, members).boxed().toList());
        Collections.shuffle(all, random);
        return all.stream().limit(count).mapToInt(Integer::intValue).toArray();
    }

    private static int[][] rows(int[][] shares, int[] ids) {
        return Arrays.stream(ids).mapToObj(id -> shares[id - 1].clone()).toArray(int[][]::new);
    }

    private static int[] bigLagrange(ShareField field, int point, int[] ids, int[][] rows) {
        BigInteger p = BigInteger.valueOf(field.prime());
        BigInteger[] sums = new BigInteger[rows[0].length];
        Arrays.fill(sums, BigInteger.ZERO);
        for (int j = 0; j < ids.length; j++) {
            BigInteger numerator = BigInteger.ONE;
            BigInteger denominator = BigInteger.ONE;
            for (int id : ids) {
                if (id != ids[j]) {
                    numerator =
                            numerator.multiply(BigInteger.valueOf(point - id)).mod(p);
                    denominator = denominator
                            .multiply(BigInteger.valueOf(ids[j] - id))
                            .mod(p);
                }
            }
            BigInteger weight = numerator.multiply(denominator.modInverse(p));
            for (int i = 0; i < sums.length; i++) {
                sums[i] = sums[i].add(weight.multiply(BigInteger.valueOf(rows[j][i])))
                        .mod(p);
            }
        }
        return Arrays.stream(sums).mapToInt(BigInteger::intValueExact).toArray();
    }
}
