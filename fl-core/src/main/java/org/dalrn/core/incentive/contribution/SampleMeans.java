package org.dalrn.core.incentive.contribution;

import java.util.Arrays;

/** The running means of independent samples of all players, and how well they are known. Confined to one thread. */
final class SampleMeans {
    private final double[] means;
    /** Sums of squared deviations from the mean. */
    private final double[] squares;

    private long samples;

    SampleMeans(int players) {
        means = new double[players];
        squares = new double[players];
    }

    /** Adds one sample of each player (Welford 1962). */
    void add(double[] sample) {
        samples++;
        for (int i = 0; i < means.length; i++) {
            double before = sample[i] - means[i];
            means[i] += before / samples;
            squares[i] += before * (sample[i] - means[i]);
        }
    }

    long samples() {
        return samples;
    }

    double[] means() {
        return means.clone();
    }

    /** Half widths of 95 % intervals by Student's distribution; NaN for fewer than two samples. */
    double[] halfWidths() {
        double[] widths = new double[means.length];
        if (samples < 2) {
            Arrays.fill(widths, Double.NaN);
            return widths;
        }
        double quantile = StudentT.quantile975(samples - 1);
        for (int i = 0; i < widths.length; i++) {
            widths[i] = quantile * Math.sqrt(Math.max(0, squares[i]) / (samples - 1) / samples);
        }
        return widths;
    }
}
