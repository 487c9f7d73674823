package org.dalrn.examples.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeartModelTest {
    /** The five splits that the demo shows; the target is the one that the demo is held to. */
    @Nested
    class FiveSplits {
        private static FederatedSimulation comparison;

        @BeforeAll
        static void run() {
            comparison = FederatedSimulation.run(0, 5, TrainingPlan.DEMO);
        }

        @Test
        void federate_fiveSplits_reachesTheTargetAccuracy() {
            assertThat(comparison.mean("accuracy.federated.pooled"))
                    .as("%s", comparison)
                    .isGreaterThanOrEqualTo(0.79);
        }

        /** Noise: two standard errors of the five differences to training alone, at least one test row. */
        @ParameterizedTest
        @EnumSource(Hospital.class)
        void federate_eachHospital_isNoWorseThanAloneWithinTheNoise(Hospital hospital) {
            List<Double> federated = comparison.values("accuracy.federated." + hospital.id());
            List<Double> alone = comparison.values("accuracy.local." + hospital.id());
            double mean = comparison.mean("accuracy.federated." + hospital.id())
                    - comparison.mean("accuracy.local." + hospital.id());
            double squares = 0;
            for (int seed = 0; seed < 5; seed++) {
                double distance = federated.get(seed) - alone.get(seed) - mean;
                squares += distance * distance;
            }
            double standardError = Math.sqrt(squares / 4 / 5);
            double oneRow = 1.0 / HospitalData.prepare(hospital, 0).test().size();

            assertThat(mean).as("%s", comparison).isGreaterThanOrEqualTo(-Math.max(2 * standardError, oneRow));
        }

        @Test
        void federate_fullBatches_isAsGoodAsPooledTraining() {
            assertThat(comparison.mean("accuracy.federated.pooled"))
                    .isEqualTo(comparison.mean("accuracy.pooledTraining.pooled"), within(0.01));
            assertThat(comparison.mean("auc.federated.pooled"))
                    .isEqualTo(comparison.mean("auc.pooledTraining.pooled"), within(0.01));
        }

        @Test
        void train_oneInterceptForAll_fallsShortOfTheTarget() {
            assertThat(comparison.mean("accuracy.oneIntercept.pooled")).isLessThan(0.77);
        }

        @Test
        void evaluate_switzerland_hasNoAuc() {
            assertThat(comparison.values("auc.federated.switzerland")).isEmpty();
        }
    }

    /** Source: the definition. With one hospital, pooled training minimises what scikit-learn-checked training does. */
    @Test
    void trainPooled_oneHospital_agreesWithLogisticRegressionAtConvergence() {
        LabelledRows train = HospitalData.prepare(Hospital.CLEVELAND, 0).train();
        TrainingPlan plan = new TrainingPlan(1, 4000, 0.6, 0.01, Integer.MAX_VALUE);

        float[] pooled = HeartModel.trainPooled(List.of(train), plan);

        float[] alone = HeartModel.trainAlone(train, plan, 0);
        for (int i = 0; i < pooled.length; i++) {
            // The two rows added for the intercept move the optimum a little.
            assertThat(pooled[i]).isEqualTo(alone[i], within(5e-3f));
        }
    }

    /** A stationary point: where pooled training converges, the hospitals' gradients cancel. */
    @Test
    void trainPooled_converged_isAStationaryPointOfTheSum() {
        List<LabelledRows> hospitals = Arrays.stream(Hospital.values())
                .map(hospital -> HospitalData.prepare(hospital, 1).train())
                .toList();
        TrainingPlan plan = new TrainingPlan(1, 4000, 0.6, 0.01, Integer.MAX_VALUE);

        float[] slopes = HeartModel.trainPooled(hospitals, plan);

        int width = slopes.length;
        double[] gradient = new double[width];
        int size = 0;
        for (LabelledRows rows : hospitals) {
            double[] probabilities = LogisticRegression.predict(HeartModel.personalize(slopes, rows), rows);
            for (int row = 0; row < rows.size(); row++) {
                for (int column = 0; column < width; column++) {
                    gradient[column] += (probabilities[row] - rows.label(row)) * rows.feature(row, column);
                }
            }
            size += rows.size();
        }
        for (int column = 0; column < width; column++) {
            assertThat(gradient[column] / size + 0.01 * slopes[column]).isEqualTo(0, within(1e-6));
        }
    }

    @Test
    void trainRound_givenSlopes_leavesThemUnchangedAndRepeats() {
        LabelledRows train = HospitalData.prepare(Hospital.HUNGARY, 0).train();
        float[] slopes = HeartModel.initialSlopes();

        float[] once = HeartModel.trainRound(slopes, train, TrainingPlan.DEMO, 0);

        assertThat(slopes).containsOnly(0);
        assertThat(once).hasSize(13).isNotEqualTo(slopes);
        assertThat(HeartModel.trainRound(slopes, train, TrainingPlan.DEMO, 1)).isEqualTo(once);
    }

    @Test
    void evaluatePooled_anySlopes_accuracyIsTheSizeWeightedMean() {
        List<HospitalData> hospitals = Arrays.stream(Hospital.values())
                .map(hospital -> HospitalData.prepare(hospital, 2))
                .toList();
        float[] slopes = HeartModel.trainAlone(hospitals.get(0).train(), TrainingPlan.DEMO, 0);

        Evaluation pooled = HeartModel.evaluatePooled(slopes, hospitals);

        double correct = 0;
        for (HospitalData data : hospitals) {
            Evaluation own = HeartModel.evaluate(slopes, data);
            correct += own.accuracy() * own.examples();
        }
        assertThat(pooled.examples()).isEqualTo(254);
        assertThat(pooled.accuracy()).isEqualTo(correct / 254, within(1e-12));
    }

    @Test
    void personalize_wrongNumberOfSlopes_isRefused() {
        LabelledRows train = HospitalData.prepare(Hospital.VA, 0).train();

        assertThatThrownBy(() -> HeartModel.personalize(new float[12], train))
                .hasMessageContaining("got 13 weights for 13 features");
    }

    @Test
    void plan_badValues_areNamed() {
        assertThatThrownBy(() -> new TrainingPlan(0, 5, 0.1, 0, 1)).hasMessageContaining("rounds 0");
        assertThatThrownBy(() -> new TrainingPlan(1, 5, 0, 0, 1))
                .hasMessageContaining("learning rate 0.0 must be positive");
    }
}
