package org.dalrn.server.transport;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.model.ContentHash;

/**
 * What a node measured for one evaluation task; its bounds are checked. Immutable.
 *
 * @param model the model that the task is about
 * @param examples as the node claims, at least 1; the same for all models
 * @param metrics of the model: at most 64, finite
 * @param extraMetrics of the task's extra models, by their hashes: at most 64 models, none of them {@code model}, with at
 *     most 64 finite metrics each; empty from a node that measured none
 */
public record Evaluated(
        ContentHash model,
        long examples,
        SortedMap<String, Double> metrics,
        SortedMap<ContentHash, SortedMap<String, Double>> extraMetrics) {
    /** Copies. */
    public Evaluated {
        metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
        SortedMap<ContentHash, SortedMap<String, Double>> copy = new TreeMap<>();
        extraMetrics.forEach(
                (extra, measured) -> copy.put(extra, Collections.unmodifiableSortedMap(new TreeMap<>(measured))));
        extraMetrics = Collections.unmodifiableSortedMap(copy);
    }
}
