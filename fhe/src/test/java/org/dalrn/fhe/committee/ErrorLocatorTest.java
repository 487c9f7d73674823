package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Oracle: the errors that the test itself puts in; within the radius they are the only answer there is. */
class ErrorLocatorTest {
    private static final long SEED = 20261123;

    @Test
    void locate_anyNumberOfErrorsWithinTheRadius_findsExactlyThem() {
        Random random = new Random(SEED);
        for (int trial = 0; trial < 300; trial++) {
            ShareField field = ShareFieldTest.field(new int[] {13, 17, 19, 31}[trial % 4]);
            int threshold = 2 + random.nextInt(8);
            int received = threshold + random.nextInt(9);
            int errors = random.nextInt((received - threshold) / 2 + 1);
            int[] points = random.ints(1, 256).distinct().limit(received).toArray();
            int[] polynomial = random.ints(threshold, 0, field.prime()).toArray();
            int[] values = new int[received];
            for (int i = 0; i < received; i++) {
                for (int k = threshold - 1; k >= 0; k--) {
                    values[i] = field.reduce((long) values[i] * points[i] + polynomial[k]);
                }
            }
            boolean[] wrong = new boolean[received];
            for (int made = 0; made < errors; ) {
                int at = random.nextInt(received);
                if (!wrong[at]) {
                    wrong[at] = true;
                    values[at] = field.reduce((long) values[at] + 1 + random.nextInt(field.prime() - 1));
                    made++;
                }
            }

            assertThat(ErrorLocator.locate(field, points, values, threshold))
                    .as("seed %d, trial %d: %d of %d wrong, threshold %d", SEED, trial, errors, received, threshold)
                    .isEqualTo(wrong);
        }
    }

    @Test
    void locate_oneErrorWithoutRoomToNameIt_isNull() {
        assertThat(ErrorLocator.locate(ShareFieldTest.field(13), new int[] {1, 2, 3}, new int[] {5, 6, 8}, 2))
                .isNull();
    }

    @Test
    void locate_valuesFarFromEveryPolynomial_isNull() {
        Random random = new Random(SEED);
        int[] points = IntStream.rangeClosed(1, 9).toArray();
        for (int trial = 0; trial < 100; trial++) {
            // A random word is within 2 errors of a polynomial with probability about C(9,2) / p^2, 2^-20 in the
            // smallest.
            ShareField field = ShareFieldTest.field(new int[] {13, 17, 19, 31}[trial % 4]);
            int[] values = random.ints(9, 0, field.prime()).toArray();
            assertThat(ErrorLocator.locate(field, points, values, 5))
                    .as("trial %d", trial)
                    .isNull();
        }
    }

    /**
     * The figure of SECURITY.md: of r = t + 2 random values, C(4,1) p^-1 decode by chance, 48.8 of 100,000 for p = 8191.
     * Poisson: below 15 or above 100 with probability below 1e-8; the seed is fixed.
     */
    @Test
    void locate_randomValuesOfTheSmallestField_decodeAsOftenAsCounted() {
        Random random = new Random(SEED);
        ShareField field = ShareFieldTest.field(13);
        int decoded = 0;
        for (int trial = 0; trial < 100_000; trial++) {
            int[] values = random.ints(4, 0, field.prime()).toArray();
            decoded += ErrorLocator.locate(field, new int[] {1, 2, 3, 4}, values, 2) == null ? 0 : 1;
        }
        assertThat(decoded).isBetween(15, 100);
        assertThat(100_000.0 * 4 / field.prime()).isBetween(48.8, 48.9);
    }
}
