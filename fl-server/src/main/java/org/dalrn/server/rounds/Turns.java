package org.dalrn.server.rounds;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunState;
import org.dalrn.server.rounds.Inbox.Input;
import org.dalrn.server.store.EventLog;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turns of the conductor's thread: a batch is decided, written, and then followed; or, if it cannot be written, nothing has
 * happened and the log is read again before the next. Owned by that thread.
 */
final class Turns {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    private final EventLog log;
    private final InstantSource clock;
    private final RoundTimers timers;
    private final Inbox inbox;
    private final Desks desks;
    private final Presence presence;
    private final Consequences consequences;
    private final DurableStates states;
    private final Outbox outbox;

    private volatile @Nullable String trouble;
    private boolean logIsAhead;
    private boolean goingAgain;
    private int failedBatches;

    Turns(
            RunConductor.Surroundings with,
            Inbox inbox,
            Desks desks,
            Presence presence,
            Consequences consequences,
            DurableStates states,
            Outbox outbox) {
        this.log = with.log();
        this.clock = with.clock();
        this.timers = with.timers();
        this.inbox = inbox;
        this.desks = desks;
        this.presence = presence;
        this.consequences = consequences;
        this.states = states;
        this.outbox = outbox;
    }

    /** Why nothing can be written at present; empty if it can. Any thread may ask. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Folds the log, before the first turn. */
    void recover() {
        for (RunId run : log.runs()) {
            desks.add(Recovery.fold(log, run));
        }
        states.publish(desks.states());
    }

    /** The first input after a start, before anything that comes from outside. */
    void resume(Batch batch) {
        if (!goingAgain) {
            goingAgain = true;
            setGoingAgain(batch.now);
        }
        for (Desk desk : List.copyOf(desks.all())) {
            batch.decide(desk.state.run(), new RunCommand.Resume(batch.now));
            desks.due.add(desk.state.run());
        }
    }

    private void setGoingAgain(Instant now) {
        Set<NodeId> awaited = new TreeSet<>();
        for (Desk desk : desks.all()) {
            if (!desk.state.phase().isOver()) {
                consequences.setGoingAgain(desk, now);
                awaited.addAll(desk.openTasks.keySet());
            }
        }
        awaited.stream()
                .filter(node -> !presence.nodes().contains(node))
                .forEach(node -> presence.awaitReturn(node, 2));
        consequences.deleteOldSpools(states);
    }

    void oneBatch(List<Input> inputs) {
        Batch batch = new Batch(desks, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        try {
            catchUp(batch.now);
            inputs.forEach(batch::take);
            batch.tick(presence);
            log.append(batch.toAppend());
            commit(batch);
            outbox.flush();
            batch.answer();
        } catch (StoreException failure) {
            putOff(batch, inputs, failure);
        } catch (RuntimeException defect) {
            // The log may have grown beyond the states: it is read again before the next batch.
            logIsAhead = true;
            inputs.forEach(input -> input.reply().ifPresent(future -> future.completeExceptionally(defect)));
            throw defect;
        } finally {
            outbox.flush();
        }
    }

    /** Reads what an append wrote that was said to have failed. */
    private void catchUp(Instant now) {
        if (!logIsAhead) {
            return;
        }
        for (RunId run : log.runs()) {
            if (desks.find(run).isEmpty()) {
                RunEvent opened = Recovery.parse(log.read(run, 0, 1).get(0));
                desks.add(RunState.opened((RunEvent.Opened) opened));
            }
        }
        for (Desk desk : desks.all()) {
            List<StoredEvent> missed = log.read(desk.state.run(), desk.state.eventCount(), Integer.MAX_VALUE);
            for (StoredEvent stored : missed) {
                consequences.follow(desk, Recovery.parse(stored), now);
            }
            desks.due.add(desk.state.run());
        }
        logIsAhead = false;
        states.publish(desks.states());
    }

    private void commit(Batch batch) {
        batch.drafts.forEach((run, draft) -> {
            int from = 0;
            if (desks.find(run).isEmpty()) {
                desks.add(RunState.opened((RunEvent.Opened) draft.events.get(0)));
                from = 1;
                LOG.info("run={} event=opened", run);
            }
            for (RunEvent event : draft.events.subList(from, draft.events.size())) {
                consequences.follow(desks.of(run), event, batch.now);
            }
        });
        if (!batch.drafts.isEmpty()) {
            states.publish(desks.states());
        }
        desks.due.removeAll(batch.ticked);
        batch.ticked.forEach(run -> consequences.arm(desks.of(run), batch.now));
        presence.settled();
        failedBatches = 0;
        trouble = null;
    }

    private void putOff(Batch batch, List<Input> inputs, StoreException failure) {
        Duration delay = Delays.afterFailures(failedBatches++);
        trouble = failure.getMessage();
        logIsAhead = true;
        desks.due.addAll(batch.drafts.keySet());
        desks.due.retainAll(desks.runs());
        LOG.error(
                "{}: nothing of {} inputs was done, next try in {} ms: {}",
                failure.code().label(),
                inputs.size(),
                delay.toMillis(),
                failure.getMessage());
        List<Input> again = new ArrayList<>();
        for (Input input : inputs) {
            input.reply().ifPresent(future -> future.completeExceptionally(failure));
            if (input.repeated()) {
                again.add(input);
            }
        }
        timers.after(delay, () -> inbox.putBack(again));
    }
}
