package org.dalrn.examples.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.dalrn.client.FederationClient;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Trainer;
import org.dalrn.core.model.NodeId;

/** The inside of a process that {@link LocalFederation#launch} starts: some nodes that live as long as its standard input. */
public final class NodeProcess {

    private NodeProcess() {}

    /** Where a node's join file lies. */
    static Path joinFile(Path home, NodeId node) {
        return home.resolve(node.value() + ".join");
    }

    /**
     * Joins the federation with each node and returns when standard input has ended, or a node was turned away for good.
     *
     * @param home the process's folder, its first argument
     */
    public static void run(Path home, Map<NodeId, Trainer> trainers) throws InterruptedException {
        List<FederationClient> clients = Collections.synchronizedList(new ArrayList<>());
        try {
            trainers.forEach((node, trainer) -> clients.add(FederationClient.builder()
                    .join(joinFile(home, node))
                    .identity(home.resolve(node.value() + "-identity"))
                    .trainer(trainer)
                    .policy(NodePolicy.acceptEveryRun())
                    .build()));
            Thread parent = new Thread(() -> closeWithParent(clients), "parent-watch");
            parent.setDaemon(true);
            parent.start();
            clients.forEach(FederationClient::start);
            for (FederationClient client : clients) {
                client.awaitClosed(Duration.ofDays(365));
            }
        } finally {
            clients.forEach(FederationClient::close);
        }
    }

    /** Whoever started this process holds the other end of its standard input: when that is gone, so are we. */
    private static void closeWithParent(List<FederationClient> clients) {
        try {
            while (System.in.read() >= 0) {
                // What comes has no meaning; only its end has.
            }
        } catch (IOException gone) {
            // An unreadable input is as gone as an ended one.
        }
        clients.forEach(FederationClient::close);
    }
}
