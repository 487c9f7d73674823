package org.dalrn.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

/** Source of truth: the counts by class of UCI's optdigits.names, and sha256sum of the files as UCI serves them. */
class DigitsDataTest {
    @Test
    void train_file_has3823RowsInUcisClasses() {
        assertThat(DigitsData.train().size()).isEqualTo(3823);
        assertThat(classCounts(DigitsData.train())).containsExactly(376, 389, 380, 389, 387, 376, 377, 387, 380, 382);
    }

    @Test
    void test_file_has1797RowsInUcisClasses() {
        assertThat(DigitsData.test().size()).isEqualTo(1797);
        assertThat(classCounts(DigitsData.test())).containsExactly(178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
    }

    @Test
    void files_bytes_areThoseOfUci() throws Exception {
        assertThat(sha256("optdigits.tra"))
                .isEqualTo("e1b683cc211604fe8fd8c4417e6a69f31380e0c61d4af22e93cc21e9257ffedd");
        assertThat(sha256("optdigits.tes"))
                .isEqualTo("6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8");
    }

    @Test
    void toDataSet_firstTestRow_isNormalisedAndOneHot() {
        DataSet first = DigitsData.test().at(0).toDataSet();

        // The first line of the file starts 0,0,5,13 and ends in the digit 0.
        assertThat(first.getFeatures().toFloatMatrix()[0]).startsWith(0f, 0f, 5 / 16f, 13 / 16f);
        assertThat(first.getFeatures().maxNumber().floatValue()).isLessThanOrEqualTo(1f);
        assertThat(first.getLabels().toFloatMatrix()[0]).containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void withShiftedCopies_oneImage_addsTheMeansOfNeighbours() throws IOException {
        // One full pixel in the upper left corner, of the digit 7.
        DigitsData copies = read("16" + ",0".repeat(63) + ",7\n").withShiftedCopies(1);

        assertThat(copies.digits()).containsOnly(7).hasSize(5);
        List<String> images = Arrays.stream(copies.toDataSet().getFeatures().toFloatMatrix())
                .map(image -> image[0] + " " + image[1] + " " + image[8])
                .toList();
        // Left and up halve the corner, right and down move half of it to the neighbour.
        assertThat(images)
                .containsExactlyInAnyOrder("1.0 0.0 0.0", "0.5 0.5 0.0", "0.5 0.0 0.0", "0.5 0.0 0.5", "0.5 0.0 0.0");
    }

    @Test
    void read_linesOfAnotherFormat_areRefused() {
        assertThatThrownBy(() -> read("1,2,3\n")).hasMessageContaining("3 columns, not 64 counts and the digit");
        assertThatThrownBy(() -> read("17" + ",0".repeat(64) + "\n")).hasMessageContaining("column 0 is 17");
        assertThatThrownBy(() -> read("0" + ",0".repeat(63) + ",10\n")).hasMessageContaining("column 64 is 10");
        assertThatThrownBy(() -> read("")).hasMessageContaining("there is no line");
    }

    private static DigitsData read(String text) throws IOException {
        return DigitsData.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static int[] classCounts(DigitsData data) {
        int[] counts = new int[DigitsData.CLASSES];
        Arrays.stream(data.digits()).forEach(digit -> counts[digit]++);
        return counts;
    }

    private static String sha256(String name) throws Exception {
        try (InputStream stream = DigitsData.class.getResourceAsStream(name)) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stream.readAllBytes()));
        }
    }
}
