package org.dalrn.examples.heart;

import java.util.Arrays;
import java.util.List;

/**
 * Logistic regression whose slopes the hospitals share while each keeps an intercept of its own.
 *
 * <p>Features are scaled per hospital, which removes how ill a hospital's patients are on the whole: with one intercept
 * for all, a hospital with 98 % diseased patients is told the same prior as one with 38 %. The intercept is therefore not
 * part of what is sent: a hospital fits it to its own training rows whenever it receives slopes, so nothing has to be kept
 * between rounds, and its prevalence does not leave it.
 *
 * <p>Shared: {@code float[features]}, log-odds per standard deviation. Source: Singhal et al., Federated Reconstruction:
 * Partially Local Federated Learning, NeurIPS 2021, algorithm 1, with the reconstruction solved exactly. Stateless,
 * thread-safe, same arguments give the same bits.
 */
public final class HeartModel {
    private HeartModel() {}

    /** All-zero slopes, where every run starts. */
    public static float[] initialSlopes() {
        return new float[HeartDataset.FEATURE_NAMES.size()];
    }

    /**
     * The weights a hospital uses: shared slopes and the intercept that fits its own training rows.
     *
     * @return {@code float[features + 1]}, intercept last
     * @throws IllegalArgumentException if there is not one slope for each feature
     */
    public static float[] personalize(float[] slopes, LabelledRows train) {
        return LogisticRegression.fitIntercept(Arrays.copyOf(slopes, slopes.length + 1), train);
    }

    /**
     * One hospital's work of one round.
     *
     * @param slopes global slopes, left unchanged
     * @param seed order of the rows in mini-batches; without effect when the plan's batches hold all rows
     * @return the hospital's slopes after {@link TrainingPlan#localEpochs()} epochs
     */
    public static float[] trainRound(float[] slopes, LabelledRows train, TrainingPlan plan, long seed) {
        float[] weights = LogisticRegression.train(
                personalize(slopes, train),
                train,
                plan.localEpochs(),
                plan.learningRate(),
                plan.l2(),
                plan.batchSize(),
                seed);
        return Arrays.copyOf(weights, slopes.length);
    }

    /** Slopes of a hospital that trains alone, for {@link TrainingPlan#totalEpochs()} epochs. */
    public static float[] trainAlone(LabelledRows train, TrainingPlan plan, long seed) {
        float[] weights = LogisticRegression.train(
                LogisticRegression.initialWeights(train.width()),
                train,
                plan.totalEpochs(),
                plan.learningRate(),
                plan.l2(),
                plan.batchSize(),
                seed);
        return Arrays.copyOf(weights, train.width());
    }

    /**
     * Slopes from all rows in one place: what the federation gives up by not moving records.
     *
     * <p>Full-batch descent on the sum over all rows, each hospital's intercept at its optimum in every step; the plan's
     * batch size does not apply.
     *
     * @param hospitals training rows of each hospital, scaled by itself; at least one, all of one width
     */
    public static float[] trainPooled(List<LabelledRows> hospitals, TrainingPlan plan) {
        LabelledRows all = LabelledRows.concat(hospitals);
        int width = all.width();
        double[] slopes = new double[width];
        for (int epoch = 0; epoch < plan.totalEpochs(); epoch++) {
            double[] gradient = new double[width + 1];
            for (LabelledRows rows : hospitals) {
                double[] weights = Arrays.copyOf(slopes, width + 1);
                weights[width] = LogisticRegression.bestIntercept(offsets(slopes, rows), rows);
                for (int row = 0; row < rows.size(); row++) {
                    LogisticRegression.addGradient(gradient, weights, rows.row(row), rows.label(row));
                }
            }
            for (int column = 0; column < width; column++) {
                slopes[column] -= plan.learningRate() * (gradient[column] / all.size() + plan.l2() * slopes[column]);
            }
        }
        float[] trained = new float[width];
        for (int column = 0; column < width; column++) {
            trained[column] = (float) slopes[column];
        }
        return trained;
    }

    /** A hospital's test result with shared slopes and its own intercept. */
    public static Evaluation evaluate(float[] slopes, HospitalData data) {
        return LogisticRegression.evaluate(personalize(slopes, data.train()), data.test());
    }

    /**
     * The result over the union of the hospitals' test rows, each scored with its own intercept.
     *
     * <p>Accuracy is the size-weighted mean of the hospitals' accuracies; AUC also compares rows across hospitals, so it
     * needs the scores in one place.
     *
     * @param hospitals at least one
     */
    public static Evaluation evaluatePooled(float[] slopes, List<HospitalData> hospitals) {
        double[] scores = hospitals.stream()
                .flatMapToDouble(data ->
                        Arrays.stream(LogisticRegression.logOdds(personalize(slopes, data.train()), data.test())))
                .toArray();
        int[] labels = hospitals.stream()
                .flatMapToInt(data -> Arrays.stream(data.test().labels()))
                .toArray();
        return Evaluation.of(scores, labels);
    }

    private static double[] offsets(double[] slopes, LabelledRows rows) {
        double[] offsets = new double[rows.size()];
        for (int row = 0; row < offsets.length; row++) {
            for (int column = 0; column < slopes.length; column++) {
                offsets[row] += slopes[column] * rows.feature(row, column);
            }
        }
        return offsets;
    }
}
