package org.dalrn.server.transport;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.dalrn.core.model.RunId;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of chunks that went over the wire for each run since this start of the server. Also counted: what was sent twice
 * because a transfer broke, and updates that were refused in the end. Thread-safe.
 *
 * <p>Only runs that the rounds know may be counted, so that no node can make it grow.
 */
public final class Traffic {
    private final ConcurrentHashMap<RunId, Counters> runs = new ConcurrentHashMap<>();

    Traffic() {}

    /**
     * What one run moved.
     *
     * @param received of updates
     * @param sent of models
     */
    public record Bytes(long received, long sent) {}

    private record Counters(LongAdder received, LongAdder sent) {
        Counters() {
            this(new LongAdder(), new LongAdder());
        }
    }

    private Counters counters(RunId knownRun) {
        return runs.computeIfAbsent(knownRun, first -> new Counters());
    }

    void received(RunId knownRun, long bytes) {
        counters(knownRun).received().add(bytes);
    }

    void sent(RunId knownRun, long bytes) {
        counters(knownRun).sent().add(bytes);
    }

    Bytes of(RunId run) {
        @Nullable Counters counters = runs.get(run);
        return counters == null
                ? new Bytes(0, 0)
                : new Bytes(counters.received().sum(), counters.sent().sum());
    }
}
