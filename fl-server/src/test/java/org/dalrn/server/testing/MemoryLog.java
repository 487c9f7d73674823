package org.dalrn.server.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dalrn.core.model.RunId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.EventLog;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredEvent;

/** The contract of {@link EventLog} without a disk; the tests of the store hold the real one to it. Thread-safe. */
public final class MemoryLog implements EventLog {
    private final Map<RunId, List<StoredEvent>> runs = new LinkedHashMap<>();

    @Override
    public synchronized void append(List<StoredEvent> events) {
        Map<RunId, Long> last = new LinkedHashMap<>();
        for (StoredEvent event : events) {
            long before = last.computeIfAbsent(
                    event.run(), run -> (long) runs.getOrDefault(run, List.of()).size());
            if (event.seq() != before + 1) {
                throw new StoreException(
                        ErrorCode.LOG_DAMAGED, "event " + event.seq() + " does not follow event " + before, null);
            }
            last.put(event.run(), event.seq());
        }
        events.forEach(event ->
                runs.computeIfAbsent(event.run(), run -> new ArrayList<>()).add(event));
    }

    @Override
    public synchronized List<StoredEvent> read(RunId run, long afterSeq, int limit) {
        return runs.getOrDefault(run, List.of()).stream()
                .skip(afterSeq)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<RunId> runs() {
        return List.copyOf(runs.keySet());
    }
}
