package org.dalrn.client.node;

import org.dalrn.core.model.RunId;

/**
 * A task that a coordinator gave to a node.
 *
 * @param taskId unique for run, round, attempt, kind and node
 * @param runName for people
 * @param round from 1
 */
public record NodeTask(String taskId, RunId run, String runName, int round, Kind kind) {

    /** What is to be done. */
    public enum Kind {
        TRAIN,
        EVALUATE
    }
}
