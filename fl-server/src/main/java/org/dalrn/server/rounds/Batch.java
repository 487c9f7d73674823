package org.dalrn.server.rounds;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.Decision;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RoundMachine;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunReply;
import org.dalrn.core.round.RunState;
import org.dalrn.server.rounds.Inbox.Input;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is decided together and becomes durable together. Owned by the conductor's thread. */
final class Batch {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);
    private static final int MOST_TICKS_IN_BATCH = 16;

    /** One run's part of a batch. */
    static final class Draft {
        final List<RunEvent> events = new ArrayList<>();
        final long firstSeq;
        RunState state;

        Draft(RunState state, long firstSeq) {
            this.state = state;
            this.firstSeq = firstSeq;
        }
    }

    final Instant now;
    final Map<RunId, Draft> drafts = new LinkedHashMap<>();
    final Set<RunId> ticked = new LinkedHashSet<>();
    private final Desks desks;
    private final List<Runnable> answers = new ArrayList<>();
    private RunReply reply = new RunReply.Done();

    Batch(Desks desks, Instant now) {
        this.desks = desks;
        this.now = now;
    }

    /** One input; a defect in it harms no other. */
    void take(Input input) {
        reply = new RunReply.Done();
        try {
            input.work().accept(this);
            RunReply decided = reply;
            input.reply().ifPresent(future -> answers.add(() -> future.complete(decided)));
        } catch (StoreException failure) {
            throw failure;
        } catch (RuntimeException refusedOrDefect) {
            if (input.reply().isPresent()) {
                input.reply().get().completeExceptionally(refusedOrDefect);
            } else {
                LOG.error("bug: an input could not be decided", refusedOrDefect);
            }
        }
    }

    Optional<RunState> state(RunId run) {
        Draft draft = drafts.get(run);
        return draft != null ? Optional.of(draft.state) : desks.find(run).map(desk -> desk.state);
    }

    void open(RunCommand.Open command) {
        if (state(command.run()).isPresent()) {
            throw new IllegalArgumentException("run " + command.run() + " exists; choose another name");
        }
        Decision decision = RoundMachine.open(command);
        RunEvent.Opened opened = (RunEvent.Opened) decision.events().get(0);
        Draft draft = new Draft(RunState.opened(opened), 1);
        draft.events.add(opened);
        drafts.put(command.run(), draft);
        reply = decision.reply();
    }

    /** Decides a command for a run that exists; true if anything happened. */
    boolean decide(RunId run, RunCommand command) {
        RunState before = state(run).orElseThrow();
        Decision decision = RoundMachine.decide(before, command);
        reply = decision.reply();
        if (decision.events().isEmpty()) {
            return false;
        }
        RunState after = before;
        for (RunEvent event : decision.events()) {
            after = after.apply(event);
        }
        Draft draft = drafts.computeIfAbsent(run, missing -> new Draft(before, before.eventCount() + 1));
        draft.events.addAll(decision.events());
        draft.state = after;
        return true;
    }

    /** Gives up what a node was asked by any run. */
    void drop(NodeId node, DropReason reason, String detail) {
        for (Desk desk : List.copyOf(desks.all())) {
            if (desk.openTasks.containsKey(node)) {
                int round = desk.state.roundNumber();
                decide(desk.state.run(), new RunCommand.Drop(node, round, reason, detail, now));
            }
        }
    }

    /** Lets every run do what is due, as far as it comes without waiting. */
    void tick(Presence presence) {
        ticked.addAll(drafts.keySet());
        ticked.addAll(desks.due);
        if (presence.hasChanged()) {
            ticked.addAll(desks.runs());
        }
        for (RunId run : ticked) {
            try {
                RunCommand.Tick tick = new RunCommand.Tick(presence.nodes(), now);
                for (int i = 0; i < MOST_TICKS_IN_BATCH && decide(run, tick); i++) {
                    LOG.trace("run={} tick={}", run, i);
                }
            } catch (RuntimeException defect) {
                LOG.error("bug: run={} cannot go on", run, defect);
                decide(run, new RunCommand.Fail("bug: " + defect, now));
            }
        }
    }

    List<StoredEvent> toAppend() {
        List<StoredEvent> events = new ArrayList<>();
        drafts.forEach((run, draft) -> {
            long seq = draft.firstSeq;
            for (RunEvent event : draft.events) {
                events.add(new StoredEvent(run, seq++, EventText.of(event)));
            }
        });
        return events;
    }

    /** Once the events are durable. */
    void answer() {
        answers.forEach(Runnable::run);
    }
}
