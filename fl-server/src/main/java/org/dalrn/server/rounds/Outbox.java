package org.dalrn.server.rounds;

import java.util.ArrayList;
import java.util.List;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.v1.Task;

/**
 * Holds back what a turn tells nodes until readers see the states that it follows from: a node that is pushed a task asks for its
 * model at once. Owned by the conductor's thread.
 */
final class Outbox implements NodeLink {
    private final NodeLink link;
    private final List<Runnable> waiting = new ArrayList<>();

    Outbox(NodeLink link) {
        this.link = link;
    }

    @Override
    public void push(NodeId node, Task task) {
        waiting.add(() -> link.push(node, task));
    }

    @Override
    public void cancel(NodeId node, String taskId, String reason) {
        waiting.add(() -> link.cancel(node, taskId, reason));
    }

    /** Sends everything, in order. */
    void flush() {
        List<Runnable> now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(Runnable::run);
    }
}
