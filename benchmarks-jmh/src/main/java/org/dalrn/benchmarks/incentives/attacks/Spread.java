package org.dalrn.benchmarks.incentives.attacks;

import java.util.Arrays;
import java.util.Locale;

/** Mean and sample standard deviation over seeds. */
final class Spread {

    private Spread() {}

    static String text(double[] values) {
        return String.format(Locale.ROOT, "%.1f ± %.1f", mean(values), sd(values));
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    static double sd(double[] values) {
        double mean = mean(values);
        double squares = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        return Math.sqrt(squares / (values.length - 1));
    }
}
