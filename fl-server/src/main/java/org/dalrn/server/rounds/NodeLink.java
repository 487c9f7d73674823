package org.dalrn.server.rounds;

import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.v1.Task;

/**
 * The way to the connected nodes. Thread-safe; no method blocks or throws: what does not reach a node is told to it again when its
 * session comes back.
 */
public interface NodeLink {

    /** Asks a node to train or to evaluate. */
    void push(NodeId node, Task task);

    /** Tells a node that a task is not wanted any more. */
    void cancel(NodeId node, String taskId, String reason);
}
