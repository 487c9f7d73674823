package org.dalrn.client.training;

import java.util.Map;
import java.util.SortedMap;

/**
 * What one measurement on local data gave. Immutable and thread-safe.
 *
 * @param examples how many examples were measured, at least 1
 * @param metrics at most 64, names of 1 to 64 printable ASCII characters, finite values
 */
public record EvaluationResult(long examples, SortedMap<String, Double> metrics) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if the examples or the metrics are outside the described set
     */
    public EvaluationResult {
        ReportedNumbers.checkExamples(examples);
        metrics = ReportedNumbers.copyOf(metrics);
    }

    /** A result with metrics. */
    public static EvaluationResult of(long examples, Map<String, Double> metrics) {
        return new EvaluationResult(examples, ReportedNumbers.copyOf(metrics));
    }
}
