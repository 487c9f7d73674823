package org.dalrn.examples.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {
    @Test
    void stratified_everyHospitalAndSeed_coversEachRowOnceInProportion() {
        for (Hospital hospital : Hospital.values()) {
            LabelledRows rows = HeartDataset.load(hospital);
            for (long seed = 0; seed < 20; seed++) {
                Split split = Split.stratified(rows.labels(), 0.66, seed);

                int[] all = IntStream.concat(Arrays.stream(split.train()), Arrays.stream(split.test()))
                        .sorted()
                        .toArray();
                assertThat(all).isEqualTo(IntStream.range(0, rows.size()).toArray());
                double expected = (double) rows.positives() * split.train().length / rows.size();
                assertThat(Math.abs(rows.select(split.train()).positives() - expected))
                        .isLessThanOrEqualTo(0.5);
            }
        }
    }

    @Test
    void stratified_classOfOneRow_trainsWhateverTheSeed() {
        int[] labels = HeartDataset.load(Hospital.SWITZERLAND).labels();
        for (long seed = 0; seed < 20; seed++) {
            int[] test = Split.stratified(labels, 0.66, seed).test();

            assertThat(Arrays.stream(test).map(row -> labels[row])).containsOnly(1);
        }
    }

    /**
     * Source: a Python transcription of the algorithm that the documentation of {@code java.util.Random} states, and of the
     * Fisher-Yates shuffle; pins the division across JDKs.
     */
    @Test
    void stratified_seedSeven_isTheSameOnEveryJdk() {
        Split split = Split.stratified(new int[] {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, 0.66, 7);

        assertThat(split.train()).containsExactly(0, 1, 2, 3, 5, 6, 11);
        assertThat(split.test()).containsExactly(4, 7, 8, 9, 10);
    }

    @Test
    void stratified_differentSeeds_divideDifferently() {
        int[] labels = HeartDataset.load(Hospital.VA).labels();

        assertThat(Split.stratified(labels, 0.66, 0).train())
                .isNotEqualTo(Split.stratified(labels, 0.66, 1).train());
    }

    @Test
    void stratified_badArguments_areNamed() {
        assertThatThrownBy(() -> Split.stratified(new int[] {0, 1}, 1.0, 0))
                .hasMessageContaining("train fraction 1.0 is outside (0, 1)");
        assertThatThrownBy(() -> Split.stratified(new int[] {0}, 0.66, 0))
                .hasMessageContaining("leaves none to train on");
        assertThatThrownBy(() -> Split.stratified(new int[] {0, 1, 2}, 0.66, 0))
                .hasMessageContaining("labels hold something other than 0 and 1");
    }
}
