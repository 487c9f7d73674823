package org.dalrn.examples.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    /** Source: scikit-learn's accuracy_score, roc_auc_score and log_loss, on scores with many ties. */
    @Test
    void of_tiedScores_agreesWithScikitLearn() throws IOException {
        for (JsonNode testCase : Vectors.read("metrics.json").get("cases")) {
            Evaluation evaluation =
                    Evaluation.of(Vectors.doubles(testCase.get("logOdds")), Vectors.ints(testCase.get("labels")));

            assertThat(evaluation.accuracy()).isEqualTo(testCase.get("accuracy").asDouble(), within(1e-15));
            assertThat(evaluation.auc().orElseThrow())
                    .isEqualTo(testCase.get("auc").asDouble(), within(1e-14));
            assertThat(evaluation.logLoss()).isEqualTo(testCase.get("logLoss").asDouble(), within(1e-12));
        }
    }

    /** Source: the definition, over all pairs. */
    @Test
    void auc_randomScores_equalsTheMeanOverAllPairs() {
        Random random = new Random(11);
        for (int trial = 0; trial < 200; trial++) {
            int size = 2 + random.nextInt(60);
            int levels = 1 + random.nextInt(40);
            double[] scores = new double[size];
            int[] labels = new int[size];
            for (int row = 0; row < size; row++) {
                scores[row] = random.nextInt(levels) - levels / 2.0;
                labels[row] = random.nextInt(2);
            }
            labels[0] = 0;
            labels[1] = 1;
            long halfWins = 0;
            long pairs = 0;
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    if (labels[i] == 1 && labels[j] == 0) {
                        pairs++;
                        halfWins += scores[i] > scores[j] ? 2 : scores[i] == scores[j] ? 1 : 0;
                    }
                }
            }

            assertThat(Evaluation.of(scores, labels).auc())
                    .as("trial %d", trial)
                    .hasValue(halfWins / (2.0 * pairs));
        }
    }

    @Test
    void auc_zeroOfEitherSign_isATie() {
        assertThat(Evaluation.of(new double[] {0.0, -0.0}, new int[] {1, 0}).auc())
                .hasValue(0.5);
    }

    @Test
    void auc_oneClass_isUndefined() {
        assertThat(Evaluation.of(new double[] {1, 2}, new int[] {1, 1}).auc()).isEmpty();
        assertThat(Evaluation.of(new double[] {1, 2}, new int[] {0, 0}).auc()).isEmpty();
    }

    @Test
    void logLoss_hugeLogOdds_doesNotOverflow() {
        assertThat(Evaluation.of(new double[] {800, -800}, new int[] {0, 1}).logLoss())
                .isEqualTo(800);
        assertThat(Evaluation.of(new double[] {800, -800}, new int[] {1, 0}).logLoss())
                .isZero();
    }

    @Test
    void of_lengthsDiffer_isRefused() {
        assertThatThrownBy(() -> Evaluation.of(new double[] {1}, new int[] {1, 0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got 1 scores and 2 labels");
        assertThatThrownBy(() -> Evaluation.of(new double[0], new int[0])).hasMessageContaining("at least one score");
    }
}
