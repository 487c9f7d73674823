package org.dalrn.server.rounds;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunState;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.EventLog;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredEvent;
import org.jspecify.annotations.Nullable;

/** From the log back to states. */
final class Recovery {
    private static final int PAGE = 1024;

    private Recovery() {}

    /**
     * The state that a run's events lead to.
     *
     * @throws StoreException {@code LOG_DAMAGED} with run and event
     */
    static RunState fold(EventLog log, RunId run) {
        @Nullable RunState state = null;
        long after = 0;
        List<StoredEvent> page;
        do {
            page = log.read(run, after, PAGE);
            for (StoredEvent stored : page) {
                RunEvent event = parse(stored);
                try {
                    state = state == null ? RunState.opened((RunEvent.Opened) event) : state.apply(event);
                } catch (IllegalStateException | ClassCastException impossible) {
                    throw damaged(stored, impossible);
                }
                after = stored.seq();
            }
        } while (page.size() == PAGE);
        return requireNonNull(state, "a listed run has events");
    }

    static RunEvent parse(StoredEvent stored) {
        try {
            return EventText.parse(stored.text());
        } catch (IllegalArgumentException unreadable) {
            throw damaged(stored, unreadable);
        }
    }

    private static StoreException damaged(StoredEvent stored, RuntimeException cause) {
        return new StoreException(
                ErrorCode.LOG_DAMAGED,
                "event " + stored.seq() + " of run " + stored.run() + " cannot be read: " + cause.getMessage()
                        + "; bring the data directory back from a backup, or use a release that knows this event",
                cause);
    }
}
