package org.dalrn.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Source of truth: the definition of a partition, and the moments of the gamma distribution (mean and variance = shape). */
class DirichletSplitTest {
    private static final int[] LABELS =
            IntStream.range(0, 4000).map(i -> i % 10).toArray();

    @Test
    void of_anySeed_givesEachRowToExactlyOneNode() {
        for (long seed = 0; seed < 20; seed++) {
            List<int[]> split = DirichletSplit.of(LABELS, 10, 0.5, 30, seed);

            assertThat(split)
                    .hasSize(10)
                    .allSatisfy(rows -> assertThat(rows.length).isGreaterThanOrEqualTo(30));
            assertThat(split.stream().flatMapToInt(Arrays::stream).sorted().toArray())
                    .as("seed %d", seed)
                    .isEqualTo(IntStream.range(0, 4000).toArray());
        }
    }

    @Test
    void of_sameSeed_isTheSameAndOfAnotherDiffers() {
        List<int[]> first = DirichletSplit.of(LABELS, 10, 0.5, 30, 7);

        assertThat(DirichletSplit.of(LABELS, 10, 0.5, 30, 7))
                .usingRecursiveComparison()
                .isEqualTo(first);
        assertThat(DirichletSplit.of(LABELS, 10, 0.5, 30, 8).get(0)).isNotEqualTo(first.get(0));
    }

    @Test
    void of_lowConcentration_isSkewedAndHighIsEven() {
        assertThat(largestShareOfAClass(DirichletSplit.of(LABELS, 10, 0.5, 30, 1)))
                .isGreaterThan(0.3);
        assertThat(largestShareOfAClass(DirichletSplit.of(LABELS, 10, 1e6, 30, 1)))
                .isCloseTo(0.1, within(0.01));
    }

    @Test
    void gamma_manyDraws_haveItsMeanAndVariance() {
        for (double shape : new double[] {0.5, 3}) {
            Random random = new Random(11);
            double[] drawn = IntStream.range(0, 200_000)
                    .mapToDouble(i -> DirichletSplit.gamma(shape, random))
                    .toArray();
            double mean = Arrays.stream(drawn).average().orElseThrow();
            double variance = Arrays.stream(drawn)
                    .map(x -> (x - mean) * (x - mean))
                    .average()
                    .orElseThrow();

            // Fixed seed; the standard error of the mean is sqrt(shape / 200,000), below 0.004.
            assertThat(mean).isCloseTo(shape, within(0.02));
            assertThat(variance).isCloseTo(shape, within(0.06));
        }
    }

    @Test
    void of_badArguments_areRefused() {
        assertThatThrownBy(() -> DirichletSplit.of(LABELS, 10, 0, 30, 1)).hasMessageContaining("concentration 0.0");
        assertThatThrownBy(() -> DirichletSplit.of(LABELS, 10, 0.5, 401, 1))
                .hasMessageContaining("do not fit 4000 rows");
        assertThatThrownBy(() -> DirichletSplit.of(LABELS, 10, 0.01, 390, 1)).hasMessageContaining("1000 draws");
    }

    private static double largestShareOfAClass(List<int[]> split) {
        double largest = 0;
        for (int[] rows : split) {
            for (int label = 0; label < 10; label++) {
                int wanted = label;
                largest = Math.max(
                        largest,
                        Arrays.stream(rows).filter(row -> LABELS[row] == wanted).count() / 400.0);
            }
        }
        return largest;
    }
}
