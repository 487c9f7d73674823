package org.dalrn.examples.heart;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How well scores tell two classes apart on labelled examples.
 *
 * @param examples number of rows scored, at least 1
 * @param accuracy share of rows whose predicted class is the label, in [0, 1]; class 1 is predicted at log-odds of 0 and above
 * @param auc probability that a positive row scores above a negative one, ties counted half, in [0, 1]; empty when the rows
 *     are all of one class, where it is undefined
 * @param logLoss mean negative log-likelihood of the labels, in nats, at least 0
 */
public record Evaluation(int examples, double accuracy, OptionalDouble auc, double logLoss) {
    public Evaluation {
        if (examples < 1) {
            throw new IllegalArgumentException("evaluation of " + examples + " examples; at least 1 is needed");
        }
    }

    /**
     * Scores log-odds against labels.
     *
     * @param logOdds finite scores in nats, one a row
     * @param labels 0 or 1, one a row
     * @throws IllegalArgumentException if there is no row or the lengths differ
     */
    public static Evaluation of(double[] logOdds, int[] labels) {
        if (logOdds.length == 0 || logOdds.length != labels.length) {
            throw new IllegalArgumentException("got " + logOdds.length + " scores and " + labels.length
                    + " labels; pass at least one score and exactly one label for each");
        }
        int correct = 0;
        double loss = 0;
        for (int row = 0; row < labels.length; row++) {
            int predicted = logOdds[row] >= 0 ? 1 : 0;
            correct += predicted == labels[row] ? 1 : 0;
            loss += logLoss(logOdds[row], labels[row]);
        }
        return new Evaluation(
                labels.length, (double) correct / labels.length, auc(logOdds, labels), loss / labels.length);
    }

    /** {@code log(1 + exp(-z))} for label 1, {@code log(1 + exp(z))} for label 0, without overflow. */
    static double logLoss(double logOdds, int label) {
        double against = label == 1 ? -logOdds : logOdds;
        return Math.max(against, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(logOdds)));
    }

    /** Mann-Whitney: pairs are counted in integers, so the only rounding is the last division. O(n log n). */
    static OptionalDouble auc(double[] scores, int[] labels) {
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(scores[a], scores[b]));
        long negativesBelow = 0;
        long positives = 0;
        long halfWins = 0;
        for (int start = 0; start < order.length; ) {
            int end = start;
            long tiedPositives = 0;
            // == and not compare: 0.0 and -0.0 are the same score.
            while (end < order.length && scores[order[end]] == scores[order[start]]) {
                tiedPositives += labels[order[end]];
                end++;
            }
            long tiedNegatives = end - start - tiedPositives;
            halfWins += tiedPositives * (2 * negativesBelow + tiedNegatives);
            negativesBelow += tiedNegatives;
            positives += tiedPositives;
            start = end;
        }
        return positives == 0 || negativesBelow == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(halfWins / (2.0 * positives * negativesBelow));
    }
}
