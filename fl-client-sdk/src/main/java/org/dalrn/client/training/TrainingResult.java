package org.dalrn.client.training;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.SortedMap;
import org.dalrn.core.model.Parameters;

/**
 * What one training on local data gave. Immutable and thread-safe.
 *
 * @param trained the parameters after training (not the difference: the client computes it)
 * @param examples how many examples were trained on, at least 1
 * @param metrics at most 64, names of 1 to 64 printable ASCII characters, finite values
 */
public record TrainingResult(Parameters trained, long examples, SortedMap<String, Double> metrics) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if the examples or the metrics are outside the described set
     */
    public TrainingResult {
        requireNonNull(trained, "trained");
        ReportedNumbers.checkExamples(examples);
        metrics = ReportedNumbers.copyOf(metrics);
    }

    /** A result with metrics. */
    public static TrainingResult of(Parameters trained, long examples, Map<String, Double> metrics) {
        return new TrainingResult(trained, examples, ReportedNumbers.copyOf(metrics));
    }

    /** A result without metrics. */
    public static TrainingResult of(Parameters trained, long examples) {
        return of(trained, examples, Map.of());
    }
}
