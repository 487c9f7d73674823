package org.dalrn.server.store;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.model.RunId;

/**
 * One event of a run as it stands in the log.
 *
 * @param seq 1 for the run's first event, without gaps
 * @param text the event's canonical text, see {@link org.dalrn.core.round.EventText}
 */
public record StoredEvent(RunId run, long seq, String text) {
    public StoredEvent {
        requireNonNull(run, "run");
        requireNonNull(text, "text");
        if (seq < 1) {
            throw new IllegalArgumentException("seq " + seq + " is below 1; a run's first event has seq 1");
        }
    }
}
