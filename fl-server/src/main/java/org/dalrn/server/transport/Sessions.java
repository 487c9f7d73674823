package org.dalrn.server.transport;

import io.grpc.SynchronizationContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that are connected, one session each.
 *
 * <p>Comings and goings are told to the rounds in the order in which they take effect here, one at a time. Thread-safe.
 */
final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final ConcurrentMap<NodeId, LiveSession> live = new ConcurrentHashMap<>();
    private final SynchronizationContext presence =
            new SynchronizationContext((thread, thrown) -> LOG.error("bug: presence of nodes", thrown));
    private final RoundsPort rounds;

    Sessions(RoundsPort rounds) {
        this.rounds = rounds;
    }

    Optional<LiveSession> find(NodeId node) {
        return Optional.ofNullable(live.get(node));
    }

    Set<NodeId> connected() {
        return Set.copyOf(live.keySet());
    }

    Iterable<LiveSession> all() {
        return List.copyOf(live.values());
    }

    /** The session counts from now on; an older one of the node ends. */
    void up(LiveSession session, Runnable welcome, List<String> openTaskIds) {
        presence.execute(() -> {
            LiveSession older = live.put(session.node(), session);
            if (older != null) {
                older.stream()
                        .end(
                                ErrorCode.SESSION_REPLACED,
                                "node " + session.node() + " has opened a newer session; run it once only");
            }
            welcome.run();
            rounds.connected(session.node(), openTaskIds);
        });
    }

    /** The session is over; says so only if no newer one has taken its place. */
    void down(LiveSession session) {
        presence.execute(() -> {
            if (live.remove(session.node(), session)) {
                rounds.disconnected(session.node());
            }
        });
    }
}
