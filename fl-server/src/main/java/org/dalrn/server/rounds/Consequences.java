package org.dalrn.server.rounds;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RoundState;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunState;
import org.dalrn.server.store.BlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from durable events: tasks are pushed or cancelled, sums begun or ended, timers set. Owned by the conductor's
 * thread, but for the nodes' progress.
 */
final class Consequences {
    private static final Logger LOG = LoggerFactory.getLogger(Consequences.class);

    private final Desks desks;
    private final Presence presence;
    private final Sums sums;
    private final Inbox inbox;
    private final NodeLink link;
    private final RoundTimers timers;
    private final BlobStore blobs;
    private final ConcurrentHashMap<String, TaskProgress> progress = new ConcurrentHashMap<>();

    Consequences(
            Desks desks, Presence presence, Sums sums, Inbox inbox, NodeLink link, RunConductor.Surroundings with) {
        this.desks = desks;
        this.presence = presence;
        this.sums = sums;
        this.inbox = inbox;
        this.link = link;
        this.timers = with.timers();
        this.blobs = with.blobs();
    }

    /** How far the nodes are with the tasks that a run waits for, by task. Any thread may ask. */
    List<TaskProgress> progress(RunId run) {
        String prefix = run.value() + "/";
        return progress.values().stream()
                .filter(task -> task.taskId().startsWith(prefix))
                .sorted(Comparator.comparing(TaskProgress::taskId))
                .toList();
    }

    /** What a node says of a task; nothing if it was not asked. Any thread may tell. */
    void progressed(NodeId node, String taskId, double fraction, String stage) {
        double bounded = fraction >= 0 && fraction <= 1 ? fraction : 0;
        progress.computeIfPresent(
                taskId, (id, known) -> known.node().equals(node) ? new TaskProgress(node, id, bounded, stage) : known);
    }

    void follow(Desk desk, RunEvent event, Instant now) {
        desk.state = desk.state.apply(event);
        event.accept(new Consequence(desk, now));
    }

    /** What a state asks for that was folded from the log. */
    void setGoingAgain(Desk desk, Instant now) {
        Phase phase = desk.state.phase();
        desk.state.current().ifPresent(round -> {
            if (phase == Phase.TRAINING) {
                openTasks(desk, TaskOrder.train(desk.state, round), round.outstanding(), now);
                sums.begin(desk, round);
            } else if (phase == Phase.AGGREGATING) {
                sums.begin(desk, round);
                sums.combine(desk, round);
            } else if (phase == Phase.EVALUATING) {
                openTasks(desk, TaskOrder.evaluate(desk.state, round), round.outstandingEvaluators(), now);
            }
        });
    }

    /** Deletes what earlier starts left of rounds that take no update any more. */
    void deleteOldSpools(DurableStates states) {
        keepDisk(
                "delete old spools",
                () -> blobs.retainSpools((run, round) -> states.find(run)
                        .filter(state -> state.phase() == Phase.TRAINING)
                        .flatMap(RunState::current)
                        .filter(current -> current.number() == round)
                        .isPresent()));
    }

    /** Sets going, or ends, what an event asks for. */
    private final class Consequence implements RunEvent.Visitor<Desk> {
        private final Desk desk;
        private final Instant now;

        Consequence(Desk desk, Instant now) {
            this.desk = desk;
            this.now = now;
        }

        private RoundState round() {
            return desk.state.current().orElseThrow();
        }

        @Override
        public Desk opened(RunEvent.Opened event) {
            return desk;
        }

        @Override
        public Desk resumed(RunEvent.Resumed event) {
            LOG.info("run={} event=resumed phase={}", desk.state.run(), desk.state.phase());
            return desk;
        }

        @Override
        public Desk roundStarted(RunEvent.RoundStarted event) {
            LOG.info(
                    "run={} round={} attempt={} event=started cohort={}",
                    desk.state.run(),
                    event.round(),
                    event.attempt(),
                    event.cohort().size());
            desk.failedCombinations = 0;
            sums.begin(desk, round());
            openTasks(desk, TaskOrder.train(desk.state, round()), event.cohort(), now);
            return desk;
        }

        @Override
        public Desk updateAccepted(RunEvent.UpdateAccepted event) {
            settle(desk, event.node());
            desk.sum.ifPresent(sum -> sum.add(event.node(), event.update(), event.grantedWeight()));
            return desk;
        }

        @Override
        public Desk updateRefused(RunEvent.UpdateRefused event) {
            LOG.info(
                    "run={} round={} node={} event=refused reason={}",
                    desk.state.run(),
                    event.round(),
                    event.node(),
                    event.reason());
            return desk;
        }

        @Override
        public Desk nodeDropped(RunEvent.NodeDropped event) {
            LOG.info(
                    "run={} round={} node={} event=dropped reason={}",
                    desk.state.run(),
                    event.round(),
                    event.node(),
                    event.reason());
            settle(desk, event.node());
            return desk;
        }

        @Override
        public Desk roundClosed(RunEvent.RoundClosed event) {
            LOG.info(
                    "run={} round={} event=closed updates={} reason={}",
                    desk.state.run(),
                    event.round(),
                    event.updates().size(),
                    event.reason());
            cancelTasks(desk, "round " + event.round() + " has closed");
            discardSpools(event.round());
            sums.combine(desk, round());
            return desk;
        }

        @Override
        public Desk roundAbandoned(RunEvent.RoundAbandoned event) {
            LOG.warn(
                    "run={} round={} attempt={} event=abandoned accepted={} quorum={}",
                    desk.state.run(),
                    event.round(),
                    event.attempt(),
                    event.accepted(),
                    event.quorum());
            cancelTasks(
                    desk,
                    "round " + event.round() + " was given up: " + event.accepted() + " of " + event.quorum()
                            + " updates came");
            sums.discard(desk);
            discardSpools(event.round());
            return desk;
        }

        @Override
        public Desk modelPublished(RunEvent.ModelPublished event) {
            LOG.info("run={} round={} event=published model={}", desk.state.run(), event.round(), event.model());
            sums.published(desk);
            return desk;
        }

        @Override
        public Desk evaluationStarted(RunEvent.EvaluationStarted event) {
            openTasks(desk, TaskOrder.evaluate(desk.state, round()), event.cohort(), now);
            return desk;
        }

        @Override
        public Desk nodeEvaluated(RunEvent.NodeEvaluated event) {
            settle(desk, event.node());
            return desk;
        }

        @Override
        public Desk roundCompleted(RunEvent.RoundCompleted event) {
            LOG.info("run={} round={} event=completed", desk.state.run(), event.round());
            cancelTasks(desk, "the evaluation of round " + event.round() + " is over");
            return desk;
        }

        @Override
        public Desk contributionsMeasured(RunEvent.ContributionsMeasured event) {
            if (event.contributions().isEmpty()) {
                LOG.warn(
                        "run={} round={} event=contributions-measured nodes=0: no node measured the coalitions",
                        desk.state.run(),
                        event.round());
            }
            return desk;
        }

        @Override
        public Desk allocated(RunEvent.Allocated event) {
            LOG.info(
                    "run={} round={} event=allocated budget={} payouts={} undistributed={}",
                    desk.state.run(),
                    event.round(),
                    event.budget(),
                    event.payouts().size(),
                    event.undistributed());
            return desk;
        }

        @Override
        public Desk finished(RunEvent.Finished event) {
            LOG.info("run={} event=finished model={}", desk.state.run(), event.model());
            return end("the run is finished");
        }

        @Override
        public Desk stopped(RunEvent.Stopped event) {
            LOG.info("run={} event=stopped", desk.state.run());
            return end("the run was stopped");
        }

        @Override
        public Desk failed(RunEvent.Failed event) {
            LOG.error("run={} event=failed reason={}", desk.state.run(), event.reason());
            return end("the run has failed");
        }

        private Desk end(String reason) {
            cancelTasks(desk, reason);
            sums.ended(desk);
            desk.state.current().ifPresent(round -> discardSpools(round.number()));
            return desk;
        }

        private void discardSpools(int round) {
            RunId run = desk.state.run();
            keepDisk("delete spools", () -> blobs.discardSpools(run, round));
        }
    }

    /** Work on the disk that may as well fail: it only takes room. */
    @FunctionalInterface
    private interface Housekeeping {
        void run() throws IOException;
    }

    private static void keepDisk(String what, Housekeeping work) {
        try {
            work.run();
        } catch (IOException failure) {
            LOG.warn("cannot {}: {}", what, failure.toString());
        }
    }

    /** Asks nodes for something; those without a session when they are back. */
    private void openTasks(Desk desk, TaskOrder order, Collection<NodeId> nodes, Instant now) {
        desk.order = Optional.of(order);
        for (NodeId node : nodes) {
            String id = order.idFor(node);
            desk.openTasks.put(node, id);
            progress.put(id, new TaskProgress(node, id, 0, "asked"));
            if (presence.nodes().contains(node)) {
                link.push(node, order.taskFor(node, now, deadline(desk)));
            }
        }
    }

    private static Instant deadline(Desk desk) {
        return desk.state.current().orElseThrow().deadline();
    }

    private void settle(Desk desk, NodeId node) {
        String id = desk.openTasks.remove(node);
        if (id != null) {
            progress.remove(id);
        }
    }

    private void cancelTasks(Desk desk, String reason) {
        desk.openTasks.forEach((node, id) -> {
            progress.remove(id);
            if (presence.nodes().contains(node)) {
                link.cancel(node, id, reason);
            }
        });
        desk.openTasks.clear();
        desk.order = Optional.empty();
    }

    /** Sets the timer of the deadline that a run waits for. */
    void arm(Desk desk, Instant now) {
        Phase phase = desk.state.phase();
        boolean timed = phase == Phase.TRAINING || phase == Phase.PUBLISHED || phase == Phase.EVALUATING;
        Optional<Instant> deadline = timed ? desk.state.current().map(RoundState::deadline) : Optional.empty();
        if (deadline.equals(desk.armed)) {
            return;
        }
        desk.disarm.run();
        desk.armed = deadline;
        RunId run = desk.state.run();
        deadline.ifPresent(at -> desk.disarm = timers.after(
                Delays.positive(Duration.between(now, at)),
                () -> inbox.tell(batch -> {
                    desk.armed = Optional.empty();
                    desks.due.add(run);
                })));
    }
}
