package org.dalrn.examples.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeartDatasetTest {
    /** Counts: FLamby, Fed-Heart-Disease, rows per centre and their train/test division. */
    @ParameterizedTest
    @CsvSource({"cleveland,303,199,104", "hungary,261,172,89", "switzerland,46,30,16", "va,130,85,45"})
    void prepare_eachHospital_hasFlambysRowCounts(String id, int rows, int train, int test) {
        Hospital hospital = Hospital.parse(id);

        assertThat(HeartDataset.load(hospital).size()).isEqualTo(rows);
        HospitalData data = HospitalData.prepare(hospital, 0);
        assertThat(data.train().size()).isEqualTo(train);
        assertThat(data.test().size()).isEqualTo(test);
        assertThat(data.train().width()).isEqualTo(HeartDataset.FEATURE_NAMES.size());
    }

    /** Column sums and label counts: the numpy preprocessing in heart_vectors.py. */
    @Test
    void load_eachHospital_agreesWithNumpyOnEveryColumn() throws IOException {
        for (JsonNode fit : Vectors.read("logistic-regression.json").get("fits")) {
            LabelledRows rows =
                    HeartDataset.load(Hospital.parse(fit.get("hospital").asText()));

            assertThat(rows.size()).isEqualTo(fit.get("rows").asInt());
            assertThat(rows.positives()).isEqualTo(fit.get("positives").asInt());
            for (int column = 0; column < rows.width(); column++) {
                double sum = 0;
                for (int row = 0; row < rows.size(); row++) {
                    sum += rows.feature(row, column);
                }
                assertThat(sum)
                        .as(HeartDataset.FEATURE_NAMES.get(column))
                        .isEqualTo(fit.get("rawSums").get(column).asDouble(), within(1e-9));
            }
        }
    }

    @Test
    void parse_oneRow_laysOutFeaturesInTheNamedOrder() throws IOException {
        LabelledRows rows = parse("63,1,3,145,233,1,2,150,0,2.3,3,0,6,2\n");

        assertThat(rows.features()[0]).containsExactly(63, 1, 0, 1, 0, 145, 233, 1, 0, 1, 150, 0, 2.3);
        assertThat(rows.label(0)).isEqualTo(1);
    }

    @Test
    void parse_firstLevels_leaveAllIndicatorsZero() throws IOException {
        LabelledRows rows = parse("63,1,1,145,233,1,0,150,0,2.3,?,?,?,0\n");

        assertThat(rows.features()[0]).containsExactly(63, 1, 0, 0, 0, 145, 233, 1, 0, 0, 150, 0, 2.3);
        assertThat(rows.label(0)).isZero();
    }

    @Test
    void parse_missingInUsedColumn_dropsTheRow() throws IOException {
        LabelledRows rows = parse(
                "63,1,1,145,?,1,0,150,0,2.3,3,0,6,0\n63,1,1,145,233,1,0,150,0,2.3,3,0,6,?\n64,1,1,145,233,1,0,150,0,2.3,3,0,6,0\n");

        assertThat(rows.size()).isEqualTo(1);
        assertThat(rows.feature(0, 0)).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,2,3|test, line 1 has 3 columns; the format has 14",
                "63,1,5,145,233,1,0,150,0,2.3,3,0,6,0|test, line 1, column 3 is 5; allowed are whole numbers from 1 to 4",
                "63,1,1,145,233,1,0.5,150,0,2.3,3,0,6,0|column 7 is 0.5; allowed are whole numbers from 0 to 2",
                "63,1,1,145,233,1,0,150,0,2.3,3,0,6,5|column 14 is 5; allowed are whole numbers from 0 to 4",
                "63,1,1,abc,233,1,0,150,0,2.3,3,0,6,0|column 4 is 'abc'; allowed are finite numbers",
                "63,1,1,NaN,233,1,0,150,0,2.3,3,0,6,0|column 4 is 'NaN'; allowed are finite numbers",
                "?,1,1,1,233,1,0,150,0,2.3,3,0,6,0|test has no complete row in 1 lines"
            })
    void parse_malformed_namesPlaceValueAndAllowed(String line, String message) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4})
    void prepare_anySeed_trainColumnsHaveMeanZeroAndDeviationOneOrAreZero(long seed) {
        for (Hospital hospital : Hospital.values()) {
            LabelledRows train = HospitalData.prepare(hospital, seed).train();
            for (int column = 0; column < train.width(); column++) {
                double sum = 0;
                double squares = 0;
                for (int row = 0; row < train.size(); row++) {
                    sum += train.feature(row, column);
                    squares += train.feature(row, column) * train.feature(row, column);
                }
                assertThat(sum / train.size()).isEqualTo(0, within(1e-12));
                double variance = squares / train.size();
                assertThat(variance == 0 || Math.abs(variance - 1) < 1e-12)
                        .as("%s, %s: variance %s", hospital, HeartDataset.FEATURE_NAMES.get(column), variance)
                        .isTrue();
            }
        }
    }

    @Test
    void prepare_switzerland_cholesterolIsZeroEverywhere() {
        HospitalData data = HospitalData.prepare(Hospital.SWITZERLAND, 0);

        int cholesterol = HeartDataset.FEATURE_NAMES.indexOf("cholesterol [mg/dl]");
        for (LabelledRows rows : new LabelledRows[] {data.train(), data.test()}) {
            for (int row = 0; row < rows.size(); row++) {
                assertThat(rows.feature(row, cholesterol)).isZero();
            }
        }
    }

    @Test
    void standardize_columnConstantInTrain_isZeroInTestWhateverItsValue() {
        Standardization scaling = Standardization.fit(LabelledRows.copyOf(
                new double[][] {{0.1, 1}, {0.1, 3}, {0.1, 5}}, new int[] {0, 1, 0}));

        LabelledRows scaled = scaling.apply(LabelledRows.copyOf(new double[][] {{7, 3}}, new int[] {0}));

        assertThat(scaled.features()[0]).containsExactly(0, 0);
    }

    @Test
    void hospital_unknownId_namesTheAllowedOnes() {
        assertThatThrownBy(() -> Hospital.parse("zurich"))
                .hasMessage("no hospital is called 'zurich'; use one of cleveland, hungary, switzerland, va");
    }

    private static LabelledRows parse(String text) throws IOException {
        return HeartDataset.parse(new StringReader(text), "test");
    }
}
