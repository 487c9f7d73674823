package org.dalrn.server.rounds;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunState;

/** What readers see: the states of the last durable batch. Thread-safe. */
final class DurableStates {
    private final ReentrantLock publication = new ReentrantLock();
    private final Condition published = publication.newCondition();

    /** Replaced as a whole, runs in the order of their beginning. */
    private volatile Map<RunId, RunState> states = Map.of();

    void publish(List<RunState> current) {
        Map<RunId, RunState> next = new LinkedHashMap<>();
        current.forEach(state -> next.put(state.run(), state));
        publication.lock();
        try {
            states = Collections.unmodifiableMap(next);
            published.signalAll();
        } finally {
            publication.unlock();
        }
    }

    Optional<RunState> find(RunId run) {
        return Optional.ofNullable(states.get(run));
    }

    List<RunState> all() {
        return List.copyOf(states.values());
    }

    /** Waits until a run has more than {@code after} events, has ended or is unknown; or nobody may wait any more. */
    void awaitEvents(RunId run, long after, Duration wait, BooleanSupplier nobodyMayWait) throws InterruptedException {
        long left = wait.toNanos();
        publication.lockInterruptibly();
        try {
            while (left > 0 && !nobodyMayWait.getAsBoolean() && mayStillCome(run, after)) {
                left = published.awaitNanos(left);
            }
        } finally {
            publication.unlock();
        }
    }

    private boolean mayStillCome(RunId run, long after) {
        RunState state = states.get(run);
        return state != null && state.eventCount() <= after && !state.phase().isOver();
    }

    void wakeAll() {
        publication.lock();
        try {
            published.signalAll();
        } finally {
            publication.unlock();
        }
    }
}
