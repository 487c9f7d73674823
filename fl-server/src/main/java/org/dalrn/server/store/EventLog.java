package org.dalrn.server.store;

import java.util.List;
import org.dalrn.core.model.RunId;

/** The append-only log of all runs. Thread-safe. */
public interface EventLog {

    /**
     * Adds events, all or none; they are durable when this returns.
     *
     * @param events any runs; those of one run in the order of their numbers
     * @throws StoreException {@code LOG_DAMAGED} if a number is taken or leaves a gap, {@code STORE_UNAVAILABLE} if the disk
     *     or database refuses; after the latter it is unknown whether the events are there: read before going on
     */
    void append(List<StoredEvent> events);

    /**
     * A run's events with numbers above {@code afterSeq}, at most {@code limit} of them, in order; empty if there are none.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    List<StoredEvent> read(RunId run, long afterSeq, int limit);

    /**
     * All runs, the oldest first.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    List<RunId> runs();
}
