package org.dalrn.server.rounds;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.Refusal;
import org.dalrn.core.round.RoundMachine;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunReply;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.combine.PlainCombiner;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.EventLog;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredEvent;
import org.dalrn.server.transport.Announcement;
import org.dalrn.server.transport.Evaluated;
import org.dalrn.server.transport.RoundsPort;
import org.dalrn.server.transport.UpdateFacts;
import org.dalrn.server.transport.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of all runs.
 *
 * <p>Whatever happens is an input in a queue. One thread takes what has gathered there, lets {@link RoundMachine} decide each
 * input in turn, writes the events of the whole batch in one transaction, and only then answers, pushes tasks, starts sums and
 * sets timers. If the transaction fails, nothing has happened: senders are told {@code STORE_UNAVAILABLE}, the states stand as
 * before, and what nobody will send again is tried again later. After a start the states are folded from the log and everything
 * that they ask for is set going again, so that a crash at any point changes no bit of a model.
 *
 * <p>Thread-safe. Readers see the states of the last durable batch.
 */
public final class RunConductor implements RoundsPort, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunConductor.class);

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(30);

    /**
     * What a conductor works with.
     *
     * @param owner runs one task at a time; the thread that owns all states
     * @param clock does not jump: deadlines are compared with it
     * @param resumeGrace how long a node's session may be down before its tasks are given up; twice as long after a start of the
     *     coordinator
     */
    public record Surroundings(
            EventLog log,
            BlobStore blobs,
            PlainCombiner combiner,
            NodeLink link,
            Executor owner,
            RoundTimers timers,
            InstantSource clock,
            Duration resumeGrace) {
        public Surroundings {
            requireNonNull(log, "log");
            requireNonNull(blobs, "blobs");
            requireNonNull(combiner, "combiner");
            requireNonNull(link, "link");
            requireNonNull(owner, "owner");
            requireNonNull(timers, "timers");
            requireNonNull(clock, "clock");
            if (resumeGrace.isNegative()) {
                throw new IllegalArgumentException("resume-grace " + resumeGrace + " is negative");
            }
        }
    }

    private final EventLog log;
    private final PlainCombiner combiner;
    private final BlobStore blobs;
    private final Inbox inbox;
    private final Sums sums;
    private final Desks desks = new Desks();
    private final DurableStates states = new DurableStates();
    private final Presence presence;
    private final Consequences consequences;
    private final Turns turns;

    private RunConductor(Surroundings with) {
        log = with.log();
        combiner = with.combiner();
        blobs = with.blobs();
        inbox = new Inbox(with.owner(), this::oneBatch);
        sums = new Sums(with.combiner(), with.timers(), inbox);
        Outbox outbox = new Outbox(with.link());
        presence = new Presence(desks, outbox, with.timers(), inbox, with.resumeGrace());
        consequences = new Consequences(desks, presence, sums, inbox, outbox, with);
        turns = new Turns(with, inbox, desks, presence, consequences, states, outbox);
    }

    private void oneBatch(List<Inbox.Input> inputs) {
        turns.oneBatch(inputs);
    }

    /**
     * Folds the log and goes on where it ends.
     *
     * @throws StoreException {@code LOG_DAMAGED} with run and event, or {@code STORE_UNAVAILABLE}
     */
    public static RunConductor start(Surroundings with) {
        RunConductor conductor = new RunConductor(with);
        conductor.turns.recover();
        conductor.inbox.tell(conductor.turns::resume);
        return conductor;
    }

    // -------------------------------------------------------------------------------------------- what operators ask

    /**
     * Begins a run.
     *
     * @param seed from which cohorts are drawn
     * @return completed once the run is durable; fails with {@link IllegalArgumentException} if the run exists, its contributions
     *     cannot be measured here, its initial model is not in the store or has not the length of the layout, with {@link StoreException} if the store does
     */
    public CompletionStage<RunState> open(RunId run, RunSpec spec, ContentHash seed) {
        Optional<String> refusal = combiner.refusalOf(spec);
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("incentive: " + refusal.get()));
        }
        try {
            OptionalLong length = blobs.length(spec.initialModel());
            if (length.isEmpty() || length.getAsLong() != spec.layout().byteLength()) {
                return CompletableFuture.failedFuture(
                        new IllegalArgumentException("initial model " + spec.initialModel()
                                + (length.isEmpty() ? " is not in the store" : " has " + length.getAsLong() + " bytes")
                                + "; store the " + spec.layout().byteLength() + " bytes of the layout first"));
            }
        } catch (IOException failure) {
            return CompletableFuture.failedFuture(new StoreException(
                    ErrorCode.STORE_UNAVAILABLE, "initial model " + spec.initialModel() + " cannot be read", failure));
        }
        return inbox.ask(batch -> batch.open(new RunCommand.Open(run, spec, seed, batch.now)))
                .thenApply(done -> states.find(run).orElseThrow());
    }

    /**
     * Ends a run; one that is over stays as it is.
     *
     * @return the state afterwards; fails with {@link IllegalArgumentException} if there is no such run
     */
    public CompletionStage<RunState> stop(RunId run, String reason) {
        return inbox.ask(batch -> {
                    if (batch.state(run).isEmpty()) {
                        throw new IllegalArgumentException("run " + run + " is unknown");
                    }
                    batch.decide(run, new RunCommand.Stop(reason, batch.now));
                })
                .thenApply(done -> states.find(run).orElseThrow());
    }

    /** The state of a run after the last durable event. */
    public Optional<RunState> state(RunId run) {
        return states.find(run);
    }

    /** All runs, the oldest first. */
    public List<RunState> states() {
        return states.all();
    }

    /** How far the nodes are with the tasks that a run waits for, by task. */
    public List<TaskProgress> progress(RunId run) {
        return consequences.progress(run);
    }

    /** What the conductor cannot do at present and keeps trying, for instance to write; empty if all is well. */
    public Optional<String> trouble() {
        return turns.trouble().or(sums::trouble);
    }

    /**
     * A run's durable events with numbers above {@code after}, in order.
     *
     * @param wait how long to wait for the first one if there is none; zero never waits
     * @return at most {@code limit}; empty if none came in time, the run is over or unknown, or the coordinator stops
     */
    public List<StoredEvent> events(RunId run, long after, int limit, Duration wait) throws InterruptedException {
        states.awaitEvents(run, after, wait, inbox::isClosing);
        // The log may hold a batch more than readers see yet: no event is told before the state that it leads to.
        long seen = states.find(run).map(RunState::eventCount).orElse(0L);
        return after >= seen ? List.of() : log.read(run, after, (int) Math.min(limit, seen - after));
    }

    /** A node's certificate was revoked: the rounds under way do not wait for it. */
    public void revoked(NodeId node) {
        inbox.tell(batch -> {
            presence.revoked(node);
            batch.drop(node, DropReason.REVOKED, "the node was revoked");
        });
    }

    // ---------------------------------------------------------------------------------- what the nodes' side says

    @Override
    public Announcement announce(UpdateFacts update) {
        Optional<RunState> known = states.find(update.run());
        if (known.isEmpty()) {
            return unknownRun(update.run(), Announcement.Refused::new);
        }
        RunState state = known.get();
        Optional<RunReply.Accepted> before =
                RoundMachine.acceptedBefore(state, update.node(), update.round(), update.update());
        if (before.isPresent()) {
            return new Announcement.Known(before.get().grantedWeight());
        }
        RunSpec spec = state.spec();
        return RoundMachine.refusalOf(
                        state,
                        update.node(),
                        update.round(),
                        update.update(),
                        update.baseModel(),
                        update.claimedExamples())
                .or(() -> refusalOfShape(spec, update))
                .<Announcement>map(
                        refused -> new Announcement.Refused(RefusalCodes.codeOf(refused.reason()), refused.detail()))
                .orElseGet(() -> new Announcement.Expected(spec.layout(), spec.maxAbsoluteValue()));
    }

    private static Optional<RunReply.Refused> refusalOfShape(RunSpec spec, UpdateFacts update) {
        if (!update.layoutDigest().equals(spec.layout().digest())) {
            return Optional.of(new RunReply.Refused(
                    Refusal.WRONG_LAYOUT,
                    "the update's layout is " + update.layoutDigest() + ", the run's "
                            + spec.layout().digest() + "; use the layout of the task"));
        }
        if (update.updateBytes() != spec.layout().byteLength()) {
            return Optional.of(new RunReply.Refused(
                    Refusal.WRONG_LENGTH,
                    "the update has " + update.updateBytes() + " bytes, the layout "
                            + spec.layout().byteLength() + "; send every element as 4 bytes"));
        }
        return RoundMachine.faultOf(update.metrics())
                .map(fault -> new RunReply.Refused(Refusal.METRICS_INVALID, fault));
    }

    @Override
    public CompletionStage<Verdict> submit(UpdateFacts update, double l2Norm, double maxAbsoluteValue) {
        return verdict(
                update.run(),
                now -> new RunCommand.SubmitUpdate(
                        update.node(),
                        update.round(),
                        update.update(),
                        update.baseModel(),
                        update.claimedExamples(),
                        l2Norm,
                        maxAbsoluteValue,
                        update.metrics(),
                        now));
    }

    @Override
    public CompletionStage<Verdict> evaluation(NodeId node, RunId run, int round, Evaluated evaluated) {
        Optional<RunState> known = states.find(run);
        Optional<ContentHash> notNamed = known.flatMap(RunState::current)
                .filter(current -> current.number() == round)
                .flatMap(current -> evaluated.extraMetrics().keySet().stream()
                        .filter(model -> !current.extraModels().contains(model))
                        .findFirst());
        if (notNamed.isPresent()) {
            return CompletableFuture.completedFuture(new Verdict.Refused(
                    ErrorCode.WRONG_BASE_MODEL,
                    "model " + notNamed.get() + " was measured, which the evaluation of round " + round
                            + " does not name; measure the models of the task"));
        }
        SortedMap<ContentHash, Double> coalitions =
                known.map(state -> coalitionMetrics(state.spec(), evaluated)).orElseGet(Collections::emptySortedMap);
        return verdict(
                run,
                now -> new RunCommand.ReportEvaluation(
                        node, round, evaluated.model(), evaluated.examples(), evaluated.metrics(), coalitions, now));
    }

    /** Of each extra model, the one metric that contributions are computed from; a model without it was not measured. */
    private static SortedMap<ContentHash, Double> coalitionMetrics(RunSpec spec, Evaluated evaluated) {
        SortedMap<ContentHash, Double> metrics = new TreeMap<>();
        spec.incentive().map(IncentivePolicy::measure).ifPresent(measure -> {
            if (measure instanceof ContributionMeasure.GroupShapley group) {
                evaluated.extraMetrics().forEach((model, of) -> {
                    Double metric = of.get(group.metric());
                    if (metric != null) {
                        metrics.put(model, metric);
                    }
                });
            }
        });
        return metrics;
    }

    private CompletionStage<Verdict> verdict(RunId run, Function<Instant, RunCommand> command) {
        if (states.find(run).isEmpty()) {
            return CompletableFuture.completedFuture(unknownRun(run, Verdict.Refused::new));
        }
        return inbox.ask(batch -> batch.decide(run, command.apply(batch.now))).handle((reply, failure) -> {
            if (failure == null) {
                return reply.match(
                        done -> new Verdict.Accepted(0, false),
                        accepted -> new Verdict.Accepted(accepted.grantedWeight(), accepted.already()),
                        refused -> new Verdict.Refused(RefusalCodes.codeOf(refused.reason()), refused.detail()));
            }
            if (Sums.unwrap(failure) instanceof StoreException store) {
                return new Verdict.Refused(
                        ErrorCode.STORE_UNAVAILABLE,
                        "the coordinator cannot write its log (" + store.code().label()
                                + "); send the same again later");
            }
            LOG.error("bug: a message for run {} could not be decided", run, failure);
            return new Verdict.Refused(ErrorCode.INTERNAL, "the coordinator has a defect; its log tells more");
        });
    }

    private static <R> R unknownRun(RunId run, BiFunction<ErrorCode, String, R> refusal) {
        return refusal.apply(
                ErrorCode.UNKNOWN_RUN, "this coordinator has no run " + run + "; send the run of the task");
    }

    @Override
    public void refused(NodeId node, RunId run, int round, ErrorCode code, String detail) {
        Optional<Refusal> reason = RefusalCodes.refusalOf(code);
        if (reason.isEmpty()) {
            LOG.info("run={} round={} node={} event=refused reason={}", run, round, node, code);
            return;
        }
        inbox.tell(batch -> {
            if (batch.state(run).isPresent()) {
                batch.decide(run, new RunCommand.RecordRefusal(node, round, reason.get(), detail, batch.now));
            }
        });
    }

    @Override
    public void declined(NodeId node, RunId run, int round, String taskId, DropReason reason, String detail) {
        inbox.tell(batch -> {
            if (desks.find(run)
                    .filter(desk -> taskId.equals(desk.openTasks.get(node)))
                    .isPresent()) {
                batch.decide(run, new RunCommand.Drop(node, round, reason, detail, batch.now));
            }
        });
    }

    @Override
    public void progressed(NodeId node, String taskId, double fraction, String stage) {
        consequences.progressed(node, taskId, fraction, stage);
    }

    @Override
    public void connected(NodeId node, List<String> openTaskIds) {
        Set<String> held = Set.copyOf(openTaskIds);
        inbox.tellOnce(batch -> presence.connected(node, held, batch.now));
    }

    @Override
    public void disconnected(NodeId node) {
        inbox.tellOnce(batch -> presence.disconnected(node));
    }

    @Override
    public boolean mayDownload(NodeId node, RunId run, ContentHash model) {
        return states.find(run)
                .filter(state -> !state.phase().isOver())
                .filter(state -> state.current()
                        .filter(round -> (round.baseModel().equals(model)
                                        && round.cohort().contains(node))
                                || (round.evaluators().contains(node)
                                        && (state.model().equals(model)
                                                || round.extraModels().contains(model))))
                        .isPresent())
                .isPresent();
    }

    /** Takes nothing any more, finishes the batch in progress, and wakes whoever waits. */
    @Override
    public void close() {
        CompletableFuture<RunReply> last = inbox.ask(batch -> {});
        inbox.close();
        try {
            last.handle((reply, failure) -> reply).get(LONGEST_CLOSE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stuck) {
            LOG.warn("the last batch did not end in {} s", LONGEST_CLOSE.toSeconds());
        }
        states.wakeAll();
    }
}
