package org.dalrn.examples.heart;

import java.util.Arrays;
import java.util.Random;

/**
 * Binary logistic regression: log-odds linear in the features, trained by gradient descent on the mean log loss.
 *
 * <p>Weights are a flat {@code float[features + 1]}, the intercept last. Steps are computed in double and rounded to float
 * once, at the end; sums run in row order and {@code exp} is {@link StrictMath}'s, so the same arguments give the same
 * bits on every JDK and processor. Stateless, thread-safe.
 */
public final class LogisticRegression {
    /** Far below the spacing of floats, which the result is rounded to. */
    private static final double INTERCEPT_TOLERANCE = 1e-12;

    /** Newton needs about 6; halving the bracket alone would need about 50. */
    private static final int MAX_NEWTON_STEPS = 200;

    private LogisticRegression() {}

    /** All-zero weights for rows of the given width: probability one half everywhere. */
    public static float[] initialWeights(int width) {
        if (width < 1) {
            throw new IllegalArgumentException("width " + width + " is below 1; pass the number of features");
        }
        return new float[width + 1];
    }

    /**
     * Trains from given weights.
     *
     * <p>Each epoch visits the rows once in a fresh seeded order, {@code batchSize} at a time, the last batch being what
     * remains; a batch as large as the data is full-batch descent, where order and seed do not matter.
     *
     * @param weights start, left unchanged
     * @param learningRate step length, finite and positive
     * @param l2 weight of {@code 0.5 * |w|^2} in the objective, the intercept left out; finite, at least 0
     * @param batchSize rows a step, at least 1
     * @return new weights
     * @throws IllegalArgumentException if an argument is outside what is stated above or the widths do not fit
     */
    public static float[] train(
            float[] weights, LabelledRows data, int epochs, double learningRate, double l2, int batchSize, long seed) {
        requireFit(weights, data);
        if (epochs < 1 || batchSize < 1) {
            throw new IllegalArgumentException(
                    "epochs " + epochs + " and batch size " + batchSize + " must both be at least 1");
        }
        if (!(learningRate > 0) || !Double.isFinite(learningRate) || !(l2 >= 0) || !Double.isFinite(l2)) {
            throw new IllegalArgumentException("learning rate " + learningRate + " must be positive, l2 " + l2
                    + " at least 0, both finite; try 0.1 and 0");
        }
        double[] w = new double[weights.length];
        for (int i = 0; i < w.length; i++) {
            w[i] = weights[i];
        }
        int[] order = new int[data.size()];
        for (int row = 0; row < order.length; row++) {
            order[row] = row;
        }
        Random random = new Random(seed);
        double[] gradient = new double[w.length];
        for (int epoch = 0; epoch < epochs; epoch++) {
            if (batchSize < order.length) {
                Split.shuffle(order, random);
            }
            for (int from = 0; from < order.length; from += batchSize) {
                // Not from + batchSize: a batch size of MAX_VALUE, meaning "all", would overflow.
                int to = from + Math.min(batchSize, order.length - from);
                step(w, gradient, data, order, from, to, learningRate, l2);
                if (to == order.length) {
                    break;
                }
            }
        }
        float[] trained = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            trained[i] = (float) w[i];
        }
        return trained;
    }

    private static void step(
            double[] w,
            double[] gradient,
            LabelledRows data,
            int[] order,
            int from,
            int to,
            double learningRate,
            double l2) {
        int width = data.width();
        Arrays.fill(gradient, 0);
        for (int i = from; i < to; i++) {
            addGradient(gradient, w, data.row(order[i]), data.label(order[i]));
        }
        double rate = learningRate / (to - from);
        for (int column = 0; column < width; column++) {
            w[column] -= rate * gradient[column] + learningRate * l2 * w[column];
        }
        w[width] -= rate * gradient[width];
    }

    /** Adds the gradient of one row's log loss; {@code w} and {@code gradient} are {@code double[row.length + 1]}. */
    static void addGradient(double[] gradient, double[] w, double[] row, int label) {
        int width = row.length;
        double z = w[width];
        for (int column = 0; column < width; column++) {
            z += w[column] * row[column];
        }
        double error = probability(z) - label;
        for (int column = 0; column < width; column++) {
            gradient[column] += error * row[column];
        }
        gradient[width] += error;
    }

    /**
     * Replaces the intercept by the one that fits the given rows best, slopes held fixed.
     *
     * <p>Two rows at the origin of the features, one of each class, are added to the data (Laplace's rule), so the
     * optimum is finite where all rows are of one class. It solves one monotone equation by Newton's method kept inside a
     * bracket, to the precision of a double.
     *
     * @param weights slopes and intercept, left unchanged; the intercept given does not matter
     * @return new weights
     */
    public static float[] fitIntercept(float[] weights, LabelledRows data) {
        float[] fitted = weights.clone();
        fitted[fitted.length - 1] = 0;
        fitted[fitted.length - 1] = (float) bestIntercept(logOdds(fitted, data), data);
        return fitted;
    }

    /** The root of {@code sum(p_i - y_i) + p - 1 + p} in the intercept, given each row's log-odds without one. */
    static double bestIntercept(double[] offsets, LabelledRows data) {
        double widest = 0;
        for (double offset : offsets) {
            widest = Math.max(widest, Math.abs(offset));
        }
        // At this bound every p_i is (n+1)/(n+2) or more and the sum cannot be negative; likewise below.
        double high = widest + StrictMath.log(data.size() + 1.0);
        double low = -high;
        double intercept = 0;
        for (int iteration = 0; iteration < MAX_NEWTON_STEPS; iteration++) {
            double centre = probability(intercept);
            double slope = 2 * centre - 1;
            double curvature = 2 * centre * (1 - centre);
            for (int row = 0; row < offsets.length; row++) {
                double p = probability(offsets[row] + intercept);
                slope += p - data.label(row);
                curvature += p * (1 - p);
            }
            if (slope > 0) {
                high = intercept;
            } else {
                low = intercept;
            }
            double next = intercept - slope / curvature;
            // Also taken when the curvature underflows and next is not a number.
            if (!(next > low && next < high)) {
                next = 0.5 * (low + high);
            }
            if (Math.abs(next - intercept) <= INTERCEPT_TOLERANCE) {
                return next;
            }
            intercept = next;
        }
        return intercept;
    }

    /** Log-odds of label 1 for each row, in nats. */
    public static double[] logOdds(float[] weights, LabelledRows data) {
        requireFit(weights, data);
        int width = data.width();
        double[] scores = new double[data.size()];
        for (int i = 0; i < scores.length; i++) {
            double[] row = data.row(i);
            double z = weights[width];
            for (int column = 0; column < width; column++) {
                z += (double) weights[column] * row[column];
            }
            scores[i] = z;
        }
        return scores;
    }

    /** Probability of label 1 for each row, in [0, 1]. */
    public static double[] predict(float[] weights, LabelledRows data) {
        double[] scores = logOdds(weights, data);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = probability(scores[i]);
        }
        return scores;
    }

    /** Accuracy, AUC and log loss on the given rows. */
    public static Evaluation evaluate(float[] weights, LabelledRows data) {
        return Evaluation.of(logOdds(weights, data), data.labels());
    }

    static double probability(double logOdds) {
        return 1 / (1 + StrictMath.exp(-logOdds));
    }

    private static void requireFit(float[] weights, LabelledRows data) {
        if (weights.length != data.width() + 1) {
            throw new IllegalArgumentException("got " + weights.length + " weights for " + data.width()
                    + " features; pass one for each feature and the intercept: " + (data.width() + 1));
        }
    }
}
