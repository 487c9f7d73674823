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
            int threshold = 2 + random.nextInt(8);
            int received = threshold + random.nextInt(9);
            int errors = random.nextInt((received - threshold) / 2 + 1);
            int[] points = random.ints(1, 256).distinct().limit(received).toArray();
            int[] polynomial = random.ints(threshold, 0, ShareField.PRIME).toArray();
            int[] values = new int[received];
            for (int i = 0; i < received; i++) {
                for (int k = threshold - 1; k >= 0; k--) {
                    values[i] = ShareField.reduce((long) values[i] * points[i] + polynomial[k]);
                }
            }
            boolean[] wrong = new boolean[received];
            for (int made = 0; made < errors; ) {
                int at = random.nextInt(received);
                if (!wrong[at]) {
                    wrong[at] = true;
                    values[at] = ShareField.reduce((long) values[at] + 1 + random.nextInt(ShareField.PRIME - 1));
                    made++;
                }
            }

            assertThat(ErrorLocator.locate(points, values, threshold))
                    .as("seed %d, trial %d: %d of %d wrong, threshold %d", SEED, trial, errors, received, threshold)
                    .isEqualTo(wrong);
        }
    }

    @Test
    void locate_oneErrorWithoutRoomToNameIt_isNull() {
        assertThat(ErrorLocator.locate(new int[] {1, 2, 3}, new int[] {5, 6, 8}, 2))
                .isNull();
    }

    @Test
    void locate_valuesFarFromEveryPolynomial_isNull() {
        Random random = new Random(SEED);
        int[] points = IntStream.rangeClosed(1, 9).toArray();
        for (int trial = 0; trial < 100; trial++) {
            // A random word is within 2 errors of a polynomial with probability about C(9,2) / p^2.
            int[] values = random.ints(9, 0, ShareField.PRIME).toArray();
            assertThat(ErrorLocator.locate(points, values, 5))
                    .as("trial %d", trial)
                    .isNull();
        }
    }
}
