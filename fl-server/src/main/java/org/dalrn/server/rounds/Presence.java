package org.dalrn.server.rounds;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.RoundState;

/** Which nodes have a session, and how long those that lost theirs are waited for. Owned by the conductor's thread. */
final class Presence {
    private final Desks desks;
    private final NodeLink link;
    private final RoundTimers timers;
    private final Inbox inbox;
    private final Duration resumeGrace;
    private final Map<NodeId, Long> sessions = new HashMap<>();
    private final SortedSet<NodeId> nodes = new TreeSet<>();
    private long sessionCount;
    private boolean changed;

    Presence(Desks desks, NodeLink link, RoundTimers timers, Inbox inbox, Duration resumeGrace) {
        this.desks = desks;
        this.link = link;
        this.timers = timers;
        this.inbox = inbox;
        this.resumeGrace = resumeGrace;
    }

    SortedSet<NodeId> nodes() {
        return nodes;
    }

    /** Whether a node came or went since the last durable batch. */
    boolean hasChanged() {
        return changed;
    }

    void settled() {
        changed = false;
    }

    void connected(NodeId node, Set<String> heldTaskIds, Instant now) {
        if (nodes.add(node)) {
            changed = true;
        }
        sessions.put(node, ++sessionCount);
        // Before this batch opens tasks of its own, which are pushed anyway.
        greet(node, heldTaskIds, now);
    }

    private void greet(NodeId node, Set<String> held, Instant now) {
        Set<String> wanted = new TreeSet<>();
        for (Desk desk : desks.all()) {
            String id = desk.openTasks.get(node);
            if (id != null) {
                wanted.add(id);
                if (!held.contains(id)) {
                    Instant deadline =
                            desk.state.current().map(RoundState::deadline).orElseThrow();
                    link.push(node, desk.order.orElseThrow().taskFor(node, now, deadline));
                }
            }
        }
        for (String id : held) {
            if (!wanted.contains(id)) {
                link.cancel(node, id, "the task is not wanted any more");
            }
        }
    }

    void disconnected(NodeId node) {
        if (nodes.remove(node)) {
            changed = true;
            awaitReturn(node, 1);
        }
    }

    void revoked(NodeId node) {
        nodes.remove(node);
        sessions.remove(node);
        changed = true;
    }

    /** Gives up a node's tasks if it has no session again in so many times the grace. */
    void awaitReturn(NodeId node, int graces) {
        long session = ++sessionCount;
        sessions.put(node, session);
        Duration wait = resumeGrace.multipliedBy(graces);
        timers.after(
                Delays.positive(wait),
                () -> inbox.tell(batch -> {
                    if (sessions.getOrDefault(node, 0L) == session) {
                        sessions.remove(node);
                        batch.drop(node, DropReason.CONNECTION_LOST, "no session for " + wait.toSeconds() + " s");
                    }
                }));
    }
}
