package org.dalrn.server.transport;

import static java.util.Objects.requireNonNull;

/** What the nodes' side needs of the rest of the coordinator. */
public record NodePorts(RoundsPort rounds, NodeDirectory nodes, BlobSource blobs, UpdateSpools spools) {
    public NodePorts {
        requireNonNull(rounds, "rounds");
        requireNonNull(nodes, "nodes");
        requireNonNull(blobs, "blobs");
        requireNonNull(spools, "spools");
    }
}
