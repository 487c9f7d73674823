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

/** Oracle: the textbook formulas in BigInteger. */
class ShamirPolynomialsTest {
    private static final BigInteger P = BigInteger.valueOf(ShareField.PRIME);
    private static final long SEED = 20261123;

    @Nested
    class Field {
        @Test
        void prime_byTrialDivision_isOne() {
            assertThat(IntStream.rangeClosed(2, 46_340).noneMatch(d -> ShareField.PRIME % d == 0))
                    .isTrue();
            assertThat(46_341L * 46_341L).isGreaterThan(ShareField.PRIME);
        }

        @Test
        void reduce_ofEdgesAndRandomProducts_isTheRemainder() {
            Random random = new Random(SEED);
            long p = ShareField.PRIME;
            long[] edges = {0, 1, p - 1, p, p + 1, 2 * p - 1, 2 * p, 2 * p + 1, (p - 1) * (p - 1), (1L << 62) - 1};
            for (long value : edges) {
                assertThat(ShareField.reduce(value)).as("%d", value).isEqualTo((int) (value % p));
            }
            long[] values = random.longs(10_000, 0, 1L << 62).toArray();
            assertThat(Arrays.stream(values).mapToInt(ShareField::reduce).toArray())
                    .isEqualTo(Arrays.stream(values)
                            .mapToInt(value -> (int) (value % p))
                            .toArray());
        }

        @Test
        void inverse_timesTheNumber_isOne() {
            Random random = new Random(SEED);
            for (int i = 0; i < 1000; i++) {
                int a = 1 + random.nextInt(ShareField.PRIME - 1);
                assertThat(ShareField.inverse(a))
                        .as("%d", a)
                        .isEqualTo(BigInteger.valueOf(a).modInverse(P).intValueExact());
            }
        }

        @Test
        void centred_thereAndBack_isTheSame() {
            for (int value : new int[] {0, 1, -1, 21, -21, ShareField.HALF, -ShareField.HALF}) {
                int residue = ShareField.fromCentred(value);
                assertThat(residue).isBetween(0, ShareField.PRIME - 1);
                assertThat(BigInteger.valueOf(value).mod(P)).isEqualTo(BigInteger.valueOf(residue));
                assertThat(ShareField.toCentred(residue)).isEqualTo(value);
            }
        }
    }

    @Nested
    class Uniform {
        /** A modulus bias would come from folding p onto 0 instead of drawing again. */
        @Test
        void accept_thePrimeItself_isDrawnAgain() {
            int[] residues = {7, 7};

            assertThat(UniformResidues.accept(ShareField.PRIME, residues, 0)).isZero();
            assertThat(UniformResidues.accept(ShareField.PRIME - 1, residues, 0))
                    .isEqualTo(1);
            assertThat(UniformResidues.accept(0, residues, 1)).isEqualTo(2);
            assertThat(UniformResidues.accept(5, residues, 2)).isEqualTo(2);
            assertThat(residues).containsExactly(ShareField.PRIME - 1, 0);
        }

        @Test
        void fill_fromAKnownSeed_isEachHalfWordOfTheStream() {
            byte[] seed = new byte[AesCtrStream.SEED_BYTES];
            new Random(SEED).nextBytes(seed);
            int[] residues = new int[10_001];

            try (UniformResidues uniform = new UniformResidues(fixed(seed))) {
                uniform.fill(residues);
            }

            try (AesCtrStream stream = AesCtrStream.of(seed, "committee polynomials")) {
                int[] expected = new int[residues.length];
                long word = 0;
                for (int i = 0; i < expected.length; i++) {
                    word = i % 2 == 0 ? stream.nextWord() : word >>> 32;
                    expected[i] = (int) (word & 0x7fff_ffffL);
                }
                assertThat(residues).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "2, 3", "3, 3", "3, 5", "9, 16", "11, 16", "128, 255"})
    void share_forAnyThresholdMembers_interpolatesToTheSecret(int threshold, int members) {
        Random random = new Random(SEED + members);
        int[] secret = residues(random, 17);
        int[][] shares = share(secret, threshold, members);

        for (int trial = 0; trial < 5; trial++) {
            int[] ids = someIds(random, members, threshold);
            int[][] rows = rows(shares, ids);
            assertThat(ShamirPolynomials.interpolate(0, ids, rows))
                    .as("ids %s", Arrays.toString(ids))
                    .isEqualTo(secret)
                    .isEqualTo(bigLagrange(0, ids, rows));
        }
    }

    @Test
    void share_beyondTheThreshold_liesOnTheSamePolynomial() {
        Random random = new Random(SEED);
        int[][] shares = share(residues(random, 9), 4, 9);
        int[] ids = {2, 3, 5, 7};

        for (int member = 1; member <= 9; member++) {
            assertThat(bigLagrange(member, ids, rows(shares, ids))).isEqualTo(shares[member - 1]);
            assertThat(ShamirPolynomials.interpolate(member, ids, rows(shares, ids)))
                    .isEqualTo(shares[member - 1]);
        }
    }

    @Test
    void share_fewerThanTheThreshold_doNotInterpolateToTheSecret() {
        int[] secret = new int[64];
        int[][] shares = share(secret, 3, 5);
        int[] ids = {1, 4};

        int[] guess = ShamirPolynomials.interpolate(0, ids, rows(shares, ids));

        // Each coordinate would be right with probability 2^-31; all 64 wrong fails once in 2^25 runs.
        assertThat(guess).doesNotContain(0);
    }

    /**
     * Null hypothesis: a single share of a secret 0 with t = 2 is uniform. 1,048,576 draws into 64 cells; chi-square
     * with 63 degrees of freedom exceeds 140 with probability below 1e-7. The stream has a fixed seed, so the outcome
     * is fixed too.
     */
    @Test
    void share_ofAConstantSecret_isUniform() {
        byte[] seed = new byte[AesCtrStream.SEED_BYTES];
        seed[0] = 1;
        int draws = 1 << 20;
        long[] cells = new long[64];
        try (UniformResidues uniform = new UniformResidues(fixed(seed))) {
            for (int value : ShamirPolynomials.share(new int[draws], 2, 2, uniform)[1]) {
                cells[value >>> 25]++;
            }
        }

        double expected = draws / 64.0;
        double chiSquare = 0;
        for (long cell : cells) {
            chiSquare += (cell - expected) * (cell - expected) / expected;
        }
        assertThat(chiSquare).isLessThan(140);
    }

    @Test
    void share_addedCoordinatewise_isAShareOfTheSum() {
        int[] one = {5, 0, ShareField.PRIME - 3};
        int[] two = {7, 1, ShareField.PRIME - 4};
        int[][] sharesOfOne = share(one, 2, 3);
        int[][] sharesOfTwo = share(two, 2, 3);
        int[] ids = {1, 3};
        int[][] sums = rows(sharesOfOne, ids);
        for (int row = 0; row < 2; row++) {
            for (int i = 0; i < 3; i++) {
                sums[row][i] = ShareField.reduce((long) sums[row][i] + sharesOfTwo[ids[row] - 1][i]);
            }
        }

        assertThat(Arrays.stream(ShamirPolynomials.interpolate(0, ids, sums)).map(ShareField::toCentred))
                .containsExactly(12, 1, -7);
    }

    private static int[][] share(int[] secret, int threshold, int members) {
        try (UniformResidues uniform = new UniformResidues(new SecureRandom())) {
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

    private static int[] residues(Random random, int length) {
        return random.ints(length, 0, ShareField.PRIME).toArray();
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

    private static int[] bigLagrange(int point, int[] ids, int[][] rows) {
        BigInteger[] sums = new BigInteger[rows[0].length];
        Arrays.fill(sums, BigInteger.ZERO);
        for (int j = 0; j < ids.length; j++) {
            BigInteger numerator = BigInteger.ONE;
            BigInteger denominator = BigInteger.ONE;
            for (int id : ids) {
                if (id != ids[j]) {
                    numerator =
                            numerator.multiply(BigInteger.valueOf(point - id)).mod(P);
                    denominator = denominator
                            .multiply(BigInteger.valueOf(ids[j] - id))
                            .mod(P);
                }
            }
            BigInteger weight = numerator.multiply(denominator.modInverse(P));
            for (int i = 0; i < sums.length; i++) {
                sums[i] = sums[i].add(weight.multiply(BigInteger.valueOf(rows[j][i])))
                        .mod(P);
            }
        }
        return Arrays.stream(sums).mapToInt(BigInteger::intValueExact).toArray();
    }
}
