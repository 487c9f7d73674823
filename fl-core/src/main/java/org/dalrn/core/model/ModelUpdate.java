package org.dalrn.core.model;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one node brings back from one round of training.
 *
 * <p>Immutable and thread-safe.
 *
 * @param delta trained parameters minus the global parameters the training started from
 * @param examples number of training examples as claimed by the node, at least 1; whoever aggregates decides the weight
 * @param metrics what the node measured, by name in {@link String} order; names as in {@link TensorSpec#name()}, values
 *     finite (leave out what could not be measured)
 */
public record ModelUpdate(Parameters delta, long examples, SortedMap<String, Double> metrics) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if {@code examples}, a metric name or a metric value is outside the described set
     */
    public ModelUpdate {
        Objects.requireNonNull(delta, "delta");
        Objects.requireNonNull(metrics, "metrics");
        if (examples < 1) {
            throw new IllegalArgumentException("update claims " + examples
                    + " examples, below 1; a node that trained on nothing should decline the task");
        }
        // Filled into a new map, so that a foreign comparator cannot travel along.
        SortedMap<String, Double> copy = new TreeMap<>();
        for (Map.Entry<String, Double> metric : metrics.entrySet()) {
            String name = Objects.requireNonNull(metric.getKey(), "metric name");
            double value = Objects.requireNonNull(metric.getValue(), "metric value");
            if (name.isBlank()
                    || name.length() > TensorSpec.MAX_NAME_LENGTH
                    || !IdentifierSyntax.isPrintableAscii(name)) {
                throw new IllegalArgumentException("metric name " + IdentifierSyntax.quote(name)
                        + " is not 1 to 255 printable ASCII characters with at least one that is not a space;"
                        + " use a name such as \"loss\"");
            }
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "metric \"" + name + "\" is not a finite number; leave out metrics that could not be measured");
            }
            copy.put(name, value);
        }
        metrics = Collections.unmodifiableSortedMap(copy);
    }
}
