package org.dalrn.client.training;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The bounds of what a node reports, as docs/wire.md lists them. */
final class ReportedNumbers {

    private static final int MOST_METRICS = 64;
    private static final int LONGEST_NAME = 64;

    private ReportedNumbers() {}

    static void checkExamples(long examples) {
        if (examples < 1) {
            throw new IllegalArgumentException("result of " + examples
                    + " examples, at least 1 is needed; throw an exception to decline a task without data");
        }
    }

    static SortedMap<String, Double> copyOf(Map<String, Double> metrics) {
        requireNonNull(metrics, "metrics");
        if (metrics.size() > MOST_METRICS) {
            throw new IllegalArgumentException(
                    metrics.size() + " metrics, at most " + MOST_METRICS + " are allowed; report the important ones");
        }
        // Filled into a new map, so that a foreign comparator cannot travel along.
        SortedMap<String, Double> copy = new TreeMap<>();
        metrics.forEach((name, value) -> {
            requireNonNull(name, "metric name");
            requireNonNull(value, "metric value");
            boolean printable = name.chars().allMatch(c -> c >= 0x20 && c <= 0x7e);
            if (name.isBlank() || name.length() > LONGEST_NAME || !printable) {
                throw new IllegalArgumentException("a metric name of " + name.length()
                        + " characters is not 1 to 64 printable ASCII characters; use a name such as \"loss\"");
            }
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "metric \"" + name + "\" is not a finite number; leave out what could not be measured");
            }
            copy.put(name, value);
        });
        return Collections.unmodifiableSortedMap(copy);
    }
}
