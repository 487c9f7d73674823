package org.dalrn.examples.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest {
    @Nested
    class Train {
        /** Source: scikit-learn's LogisticRegression, newton-cholesky to 1e-12, on its own preprocessing. */
        @Test
        void train_untilConverged_findsScikitLearnsWeights() throws IOException {
            for (JsonNode fit : Vectors.read("logistic-regression.json").get("fits")) {
                LabelledRows rows = scaled(fit);
                float[] weights = LogisticRegression.train(
                        LogisticRegression.initialWeights(rows.width()),
                        rows,
                        12000,
                        0.6,
                        fit.get("l2").asDouble(),
                        Integer.MAX_VALUE,
                        0);

                for (int i = 0; i < weights.length; i++) {
                    assertThat((double) weights[i])
                            .as("%s, weight %d", fit.get("hospital").asText(), i)
                            .isEqualTo(referenceWeights(fit)[i], within(2e-5));
                }
            }
        }

        /** Source: the update rule, worked by hand: z = 0, p = 0.5, gradient = mean of (p - y) x. */
        @Test
        void train_oneStep_followsTheGradient() {
            LabelledRows rows = LabelledRows.copyOf(new double[][] {{2}, {-1}, {4}}, new int[] {1, 0, 0});

            float[] weights = LogisticRegression.train(new float[2], rows, 1, 0.3, 0, 3, 0);

            // Slope: (-0.5*2 + 0.5*-1 + 0.5*4) / 3 = 1/6; intercept: (-0.5 + 0.5 + 0.5) / 3 = 1/6.
            assertThat(weights).containsExactly(-0.05f, -0.05f);
        }

        @Test
        void train_l2_shrinksSlopesAndNotTheIntercept() {
            LabelledRows balanced = LabelledRows.copyOf(new double[][] {{0}, {0}}, new int[] {1, 0});

            float[] weights = LogisticRegression.train(new float[] {8, 0}, balanced, 1, 0.5, 0.25, 2, 0);
            float[] intercept = LogisticRegression.train(new float[] {0, 3}, balanced, 1, 1e-9, 1e8, 2, 0);

            assertThat(weights).containsExactly(7, 0);
            assertThat(intercept[1]).isEqualTo(3f, within(1e-6f));
        }

        @Test
        void train_miniBatches_dependOnTheSeedAndNothingElse() {
            LabelledRows rows = HospitalData.prepare(Hospital.VA, 0).train();
            float[] start = LogisticRegression.initialWeights(rows.width());

            float[] once = LogisticRegression.train(start, rows, 3, 0.1, 0.01, 16, 5);
            float[] again = LogisticRegression.train(start, rows, 3, 0.1, 0.01, 16, 5);
            float[] other = LogisticRegression.train(start, rows, 3, 0.1, 0.01, 16, 6);

            assertThat(again).isEqualTo(once);
            assertThat(other).isNotEqualTo(once);
            assertThat(start).containsOnly(0);
        }

        @Test
        void train_batchOfAllRows_doesNotDependOnTheSeed() {
            LabelledRows rows = HospitalData.prepare(Hospital.VA, 0).train();
            float[] start = LogisticRegression.initialWeights(rows.width());

            assertThat(LogisticRegression.train(start, rows, 3, 0.1, 0.01, rows.size(), 1))
                    .isEqualTo(LogisticRegression.train(start, rows, 3, 0.1, 0.01, Integer.MAX_VALUE, 2));
        }

        @Test
        void train_badArguments_areNamed() {
            LabelledRows rows = LabelledRows.copyOf(new double[][] {{1}, {2}}, new int[] {1, 0});

            assertThatThrownBy(() -> LogisticRegression.train(new float[3], rows, 1, 0.1, 0, 1, 0))
                    .hasMessage("got 3 weights for 1 features; pass one for each feature and the intercept: 2");
            assertThatThrownBy(() -> LogisticRegression.train(new float[2], rows, 0, 0.1, 0, 1, 0))
                    .hasMessageContaining("epochs 0");
            assertThatThrownBy(() -> LogisticRegression.train(new float[2], rows, 1, Double.NaN, 0, 1, 0))
                    .hasMessageContaining("learning rate NaN must be positive");
            assertThatThrownBy(() -> LogisticRegression.train(new float[2], rows, 1, 0.1, -1, 1, 0))
                    .hasMessageContaining("l2 -1.0");
        }
    }

    @Nested
    class Evaluate {
        /** Source: scikit-learn's metrics at the same float32 weights. */
        @Test
        void evaluate_referenceWeights_agreesWithScikitLearn() throws IOException {
            for (JsonNode fit : Vectors.read("logistic-regression.json").get("fits")) {
                Evaluation evaluation = LogisticRegression.evaluate(referenceWeights(fit), scaled(fit));

                assertThat(evaluation.examples()).isEqualTo(fit.get("rows").asInt());
                assertThat(evaluation.accuracy()).isEqualTo(fit.get("accuracy").asDouble(), within(1e-12));
                assertThat(evaluation.auc().orElseThrow())
                        .isEqualTo(fit.get("auc").asDouble(), within(1e-12));
                assertThat(evaluation.logLoss()).isEqualTo(fit.get("logLoss").asDouble(), within(1e-12));
            }
        }

        @Test
        void predict_anyRow_isTheLogisticFunctionOfItsLogOdds() {
            LabelledRows rows = LabelledRows.copyOf(new double[][] {{0}, {2}, {-1000}}, new int[] {1, 0, 0});

            double[] probabilities = LogisticRegression.predict(new float[] {1, 0}, rows);

            assertThat(probabilities[0]).isEqualTo(0.5);
            assertThat(probabilities[1]).isEqualTo(0.8807970779778823, within(1e-15));
            assertThat(probabilities[2]).isZero();
        }
    }

    @Nested
    class FitIntercept {
        /** Source: scipy's brentq on the same equation. */
        @Test
        void fitIntercept_referenceSlopes_findsScipysRoot() throws IOException {
            for (JsonNode fit : Vectors.read("logistic-regression.json").get("fits")) {
                float[] given = referenceWeights(fit);

                float[] fitted = LogisticRegression.fitIntercept(given, scaled(fit));

                assertThat((double) fitted[given.length - 1])
                        .as(fit.get("hospital").asText())
                        .isEqualTo(fit.get("laplaceIntercept").asDouble(), within(3e-7));
                assertThat(Arrays.copyOf(fitted, given.length - 1)).isEqualTo(Arrays.copyOf(given, given.length - 1));
            }
        }

        /** Laplace's rule: n rows of one class at the origin give p = (n + 1) / (n + 2), log-odds log(n + 1). */
        @Test
        void fitIntercept_oneClassOnly_isLaplacesRule() {
            LabelledRows rows = LabelledRows.copyOf(new double[][] {{0}, {0}, {0}}, new int[] {1, 1, 1});

            assertThat((double) LogisticRegression.fitIntercept(new float[] {5, 9}, rows)[1])
                    .isEqualTo(Math.log(4), within(1e-7));
        }

        /** Symmetry: offsets of +-1000 with the labels the wrong way round leave only the two added rows. */
        @Test
        void fitIntercept_saturatedRows_staysInsideTheBracket() {
            LabelledRows rows = LabelledRows.copyOf(new double[][] {{1000}, {-1000}}, new int[] {0, 1});

            assertThat(LogisticRegression.fitIntercept(new float[] {1, 0}, rows)[1])
                    .isEqualTo(0f, within(1e-6f));
            LabelledRows far = LabelledRows.copyOf(new double[][] {{-1000}, {-900}}, new int[] {1, 1});
            assertThat(LogisticRegression.fitIntercept(new float[] {1, 0}, far)[1])
                    .isBetween(900f, 1002f);
        }
    }

    private static LabelledRows scaled(JsonNode fit) {
        LabelledRows rows = HeartDataset.load(Hospital.parse(fit.get("hospital").asText()));
        return Standardization.fit(rows).apply(rows);
    }

    private static float[] referenceWeights(JsonNode fit) {
        JsonNode slopes = fit.get("slopes");
        float[] weights = new float[slopes.size() + 1];
        for (int i = 0; i < slopes.size(); i++) {
            weights[i] = (float) slopes.get(i).asDouble();
        }
        weights[slopes.size()] = (float) fit.get("intercept").asDouble();
        return weights;
    }
}
