package org.dalrn.examples.heart;

import java.util.List;

/**
 * Mean and spread of a figure over seeds.
 *
 * @param mean arithmetic mean
 * @param sd sample standard deviation (n - 1), 0 for a single value
 * @param count how many values
 */
record Spread(double mean, double sd, int count) {

    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("the spread of no values is undefined");
        }
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return new Spread(mean, values.size() == 1 ? 0 : Math.sqrt(squares / (values.size() - 1)), values.size());
    }
}
