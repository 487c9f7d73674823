package org.dalrn.server;

import java.util.concurrent.atomic.AtomicReference;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.v1.Task;
import org.dalrn.server.rounds.NodeLink;
import org.dalrn.server.transport.NodeServer;
import org.jspecify.annotations.Nullable;

/** The way from the rounds to the sessions, which come up later: until then no node is connected, so nothing is lost. */
final class SessionLink implements NodeLink {
    private final AtomicReference<@Nullable NodeServer> nodes = new AtomicReference<>();

    void serve(NodeServer server) {
        nodes.set(server);
    }

    @Override
    public void push(NodeId node, Task task) {
        NodeServer server = nodes.get();
        if (server != null) {
            // False: the session went down, and the task is pushed when it is back.
            boolean unused = server.push(node, task);
        }
    }

    @Override
    public void cancel(NodeId node, String taskId, String reason) {
        NodeServer server = nodes.get();
        if (server != null) {
            boolean unused = server.cancel(node, taskId, reason);
        }
    }
}
