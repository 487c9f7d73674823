package org.dalrn.server.gateway;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dalrn.core.model.RunId;

/**
 * The earnings of the runs that were asked for last: the next question reads on where the one before ended, instead of a
 * whole log again. Thread-safe; questions wait for one another.
 */
final class EarningsShelf {
    private static final int MOST_RUNS = 16;

    private final OperatorPort port;

    /** Guarded by this. */
    private final Map<RunId, Folded> byRun = new LinkedHashMap<>(MOST_RUNS, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RunId, Folded> eldest) {
            return size() > MOST_RUNS;
        }
    };

    private static final class Folded {
        final RunEarnings earnings = new RunEarnings();
        long seen;
    }

    EarningsShelf(OperatorPort port) {
        this.port = port;
    }

    /** Reads a run's events to the newest one and looks at what they sum up to. */
    synchronized <R> R of(RunId run, Function<RunEarnings, R> look) throws InterruptedException {
        Folded folded = byRun.computeIfAbsent(run, id -> new Folded());
        List<LoggedEvent> events;
        do {
            events = port.events(run, folded.seen, OperatorServer.EVENTS_AT_A_TIME, Duration.ZERO);
            for (LoggedEvent event : events) {
                folded.earnings.accept(event.event());
                folded.seen = event.seq();
            }
        } while (!events.isEmpty());
        return look.apply(folded.earnings);
    }
}
