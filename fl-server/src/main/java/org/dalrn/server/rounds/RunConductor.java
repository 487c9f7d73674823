package org.dalrn.server.rounds;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.Decision;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.Refusal;
import org.dalrn.core.round.RoundMachine;
import org.dalrn.core.round.RoundState;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunReply;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.combine.Combined;
import org.dalrn.server.combine.PlainCombiner;
import org.dalrn.server.combine.RoundSum;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.EventLog;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredEvent;
import org.dalrn.server.transport.Announcement;
import org.dalrn.server.transport.RoundsPort;
import org.dalrn.server.transport.UpdateFacts;
import org.dalrn.server.transport.Verdict;
import org.jspecify.annotations.Nullable;
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

    private static final int MOST_INPUTS_IN_BATCH = 1024;
    private static final int MOST_TICKS_IN_BATCH = 16;
    private static final int PAGE = 1024;
    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
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

    /** An input; whoever waits for its reply sends it again if it fails, others are repeated here if they are to be. */
    private record Input(Consumer<Batch> work, Optional<CompletableFuture<RunReply>> reply, boolean repeated) {}

    private final EventLog log;
    private final BlobStore blobs;
    private final PlainCombiner combiner;
    private final NodeLink link;
    private final Executor owner;
    private final RoundTimers timers;
    private final InstantSource clock;
    private final Duration resumeGrace;

    private final ConcurrentLinkedQueue<Input> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean turnIsDue = new AtomicBoolean();
    private final ConcurrentHashMap<String, TaskProgress> progress = new ConcurrentHashMap<>();
    private final ReentrantLock publication = new ReentrantLock();
    private final Condition published = publication.newCondition();

    /** What readers see; replaced after each durable batch, runs in the order of their beginning. */
    private volatile Map<RunId, RunState> states = Map.of();

    private volatile boolean closing;
    private volatile @Nullable String logTrouble;
    private final Map<RunId, String> sumTroubles = new ConcurrentHashMap<>();

    // From here on owned by the owner's thread.
    private final Map<RunId, Desk> desks = new LinkedHashMap<>();
    private final Map<NodeId, Long> sessions = new HashMap<>();
    private final SortedSet<NodeId> connected = new TreeSet<>();
    private final Set<RunId> due = new LinkedHashSet<>();
    private long sessionCount;
    private boolean presenceChanged;
    private boolean logIsAhead;
    private boolean goingAgain;
    private int failedBatches;

    private RunConductor(Surroundings with) {
        this.log = with.log();
        this.blobs = with.blobs();
        this.combiner = with.combiner();
        this.link = with.link();
        this.owner = with.owner();
        this.timers = with.timers();
        this.clock = with.clock();
        this.resumeGrace = with.resumeGrace();
    }

    /**
     * Folds the log and goes on where it ends.
     *
     * @throws StoreException {@code LOG_DAMAGED} with run and event, or {@code STORE_UNAVAILABLE}
     */
    public static RunConductor start(Surroundings with) {
        RunConductor conductor = new RunConductor(with);
        for (RunId run : conductor.log.runs()) {
            conductor.desks.put(run, new Desk(conductor.fold(run)));
        }
        conductor.publish();
        // The first batch, before anything that comes from outside.
        conductor.tell(batch -> conductor.resume(batch));
        return conductor;
    }

    private RunState fold(RunId run) {
        RunState state = null;
        long after = 0;
        List<StoredEvent> page;
        do {
            page = log.read(run, after, PAGE);
            for (StoredEvent stored : page) {
                RunEvent event = parse(stored);
                try {
                    state = state == null ? RunState.opened((RunEvent.Opened) event) : state.apply(event);
                } catch (IllegalStateException | ClassCastException impossible) {
                    throw damaged(stored, impossible);
                }
                after = stored.seq();
            }
        } while (page.size() == PAGE);
        return requireNonNull(state, "a listed run has events");
    }

    private static RunEvent parse(StoredEvent stored) {
        try {
            return EventText.parse(stored.text());
        } catch (IllegalArgumentException unreadable) {
            throw damaged(stored, unreadable);
        }
    }

    private static StoreException damaged(StoredEvent stored, RuntimeException cause) {
        return new StoreException(
                ErrorCode.LOG_DAMAGED,
                "event " + stored.seq() + " of run " + stored.run() + " cannot be read: " + cause.getMessage()
                        + "; bring the data directory back from a backup, or use a release that knows this event",
                cause);
    }

    private void resume(Batch batch) {
        if (!goingAgain) {
            goingAgain = true;
            setGoingAgain(batch.now);
        }
        for (Desk desk : List.copyOf(desks.values())) {
            batch.decide(desk.state.run(), new RunCommand.Resume(batch.now));
            due.add(desk.state.run());
        }
    }

    /** What the folded states ask for. */
    private void setGoingAgain(Instant now) {
        Set<NodeId> awaited = new TreeSet<>();
        for (Desk desk : desks.values()) {
            desk.state.current().filter(round -> !desk.state.phase().isOver()).ifPresent(round -> {
                if (desk.state.phase() == Phase.TRAINING) {
                    openTasks(desk, TaskOrder.train(desk.state, round), round.outstanding(), now);
                    desk.sum = Optional.of(sumOf(desk, round));
                } else if (desk.state.phase() == Phase.AGGREGATING) {
                    desk.sum = Optional.of(sumOf(desk, round));
                    combine(desk, round);
                } else if (desk.state.phase() == Phase.EVALUATING) {
                    openTasks(desk, TaskOrder.evaluate(desk.state, round), round.outstandingEvaluators(), now);
                }
                awaited.addAll(desk.openTasks.keySet());
            });
        }
        awaited.stream().filter(node -> !connected.contains(node)).forEach(node -> awaitReturn(node, 2));
        keepDisk(
                "delete old spools",
                () -> blobs.retainSpools((run, round) -> Optional.ofNullable(states.get(run))
                        .filter(state -> state.phase() == Phase.TRAINING)
                        .flatMap(RunState::current)
                        .filter(current -> current.number() == round)
                        .isPresent()));
    }

    // -------------------------------------------------------------------------------------------------- the queue

    private void enqueue(Input input) {
        if (closing) {
            input.reply().ifPresent(future -> future.completeExceptionally(stopping()));
            return;
        }
        inbox.add(input);
        wake();
    }

    private CompletableFuture<RunReply> ask(Consumer<Batch> work) {
        CompletableFuture<RunReply> reply = new CompletableFuture<>();
        enqueue(new Input(work, Optional.of(reply), false));
        return reply;
    }

    /** Tells of something that is decided sooner or later. */
    private void tell(Consumer<Batch> work) {
        enqueue(new Input(work, Optional.empty(), true));
    }

    /** Tells of something that is true now and would not be when repeated. */
    private void tellOnce(Consumer<Batch> work) {
        enqueue(new Input(work, Optional.empty(), false));
    }

    private static StoreException stopping() {
        return new StoreException(
                ErrorCode.STORE_UNAVAILABLE, "the coordinator is stopping; try again when it is back", null);
    }

    private void wake() {
        if (turnIsDue.compareAndSet(false, true)) {
            owner.execute(this::turn);
        }
    }

    private void turn() {
        turnIsDue.set(false);
        try {
            oneBatch();
        } catch (RuntimeException defect) {
            LOG.error("bug: a batch ended with an exception", defect);
        }
        if (!inbox.isEmpty()) {
            wake();
        }
    }

    private void oneBatch() {
        List<Input> inputs = new ArrayList<>();
        for (Input input = inbox.poll(); input != null; input = inbox.poll()) {
            inputs.add(input);
            if (inputs.size() == MOST_INPUTS_IN_BATCH) {
                break;
            }
        }
        Batch batch = new Batch(clock.instant().truncatedTo(ChronoUnit.MILLIS));
        try {
            catchUp(batch.now);
            inputs.forEach(batch::take);
            batch.tick();
            log.append(batch.toAppend());
            commit(batch);
            batch.answers.forEach(Runnable::run);
        } catch (StoreException failure) {
            putOff(batch, inputs, failure);
        } catch (RuntimeException defect) {
            // The log may have grown beyond the states: it is read again before the next batch.
            logIsAhead = true;
            inputs.forEach(input -> input.reply().ifPresent(future -> future.completeExceptionally(defect)));
            throw defect;
        }
    }

    /** Reads what an append wrote that was said to have failed. */
    private void catchUp(Instant now) {
        if (!logIsAhead) {
            return;
        }
        for (RunId run : log.runs()) {
            if (!desks.containsKey(run)) {
                RunEvent opened = parse(log.read(run, 0, 1).get(0));
                desks.put(run, new Desk(RunState.opened((RunEvent.Opened) opened)));
            }
        }
        for (Desk desk : desks.values()) {
            List<StoredEvent> missed = log.read(desk.state.run(), desk.state.eventCount(), Integer.MAX_VALUE);
            for (StoredEvent stored : missed) {
                follow(desk, parse(stored), now);
            }
            due.add(desk.state.run());
        }
        logIsAhead = false;
        publish();
    }

    private void commit(Batch batch) {
        batch.drafts.forEach((run, draft) -> {
            Desk desk = desks.get(run);
            int from = 0;
            if (desk == null) {
                desk = new Desk(RunState.opened((RunEvent.Opened) draft.events.get(0)));
                desks.put(run, desk);
                from = 1;
                LOG.info("run={} event=opened", run);
            }
            for (RunEvent event : draft.events.subList(from, draft.events.size())) {
                follow(desk, event, batch.now);
            }
        });
        if (!batch.drafts.isEmpty()) {
            publish();
        }
        due.removeAll(batch.ticked);
        batch.ticked.forEach(run -> arm(requireNonNull(desks.get(run)), batch.now));
        presenceChanged = false;
        failedBatches = 0;
        logTrouble = null;
    }

    private void publish() {
        Map<RunId, RunState> next = new LinkedHashMap<>();
        desks.forEach((run, desk) -> next.put(run, desk.state));
        publication.lock();
        try {
            states = Collections.unmodifiableMap(next);
            published.signalAll();
        } finally {
            publication.unlock();
        }
    }

    private void putOff(Batch batch, List<Input> inputs, StoreException failure) {
        Duration delay = retryDelay(failedBatches++);
        logTrouble = failure.getMessage();
        logIsAhead = true;
        due.addAll(batch.drafts.keySet());
        due.retainAll(desks.keySet());
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
        timers.after(delay, () -> {
            if (!closing) {
                inbox.addAll(again);
                wake();
            }
        });
    }

    private static Duration retryDelay(int failures) {
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 10));
        return delay.compareTo(LONGEST_RETRY) < 0 ? delay : LONGEST_RETRY;
    }

    /** One run's part of a batch. */
    private static final class Draft {
        final List<RunEvent> events = new ArrayList<>();
        final long firstSeq;
        RunState state;

        Draft(RunState state, long firstSeq) {
            this.state = state;
            this.firstSeq = firstSeq;
        }
    }

    /** What is decided together and becomes durable together. */
    private final class Batch {
        final Instant now;
        final Map<RunId, Draft> drafts = new LinkedHashMap<>();
        final Set<RunId> ticked = new LinkedHashSet<>();
        final List<Runnable> answers = new ArrayList<>();
        private RunReply reply = new RunReply.Done();

        Batch(Instant now) {
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
            return draft != null
                    ? Optional.of(draft.state)
                    : Optional.ofNullable(desks.get(run)).map(desk -> desk.state);
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

        /** Lets every run do what is due, as far as it comes without waiting. */
        void tick() {
            ticked.addAll(drafts.keySet());
            ticked.addAll(due);
            if (presenceChanged) {
                ticked.addAll(desks.keySet());
            }
            for (RunId run : ticked) {
                try {
                    RunCommand.Tick tick = new RunCommand.Tick(connected, now);
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
    }

    // ------------------------------------------------------------------------------- what follows from a durable event

    private void follow(Desk desk, RunEvent event, Instant now) {
        desk.state = desk.state.apply(event);
        event.accept(new Consequence(desk, now));
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
            desk.sum = Optional.of(sumOf(desk, round()));
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
            combine(desk, round());
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
            discardSum(desk);
            discardSpools(event.round());
            return desk;
        }

        @Override
        public Desk modelPublished(RunEvent.ModelPublished event) {
            LOG.info("run={} round={} event=published model={}", desk.state.run(), event.round(), event.model());
            desk.sum = Optional.empty();
            sumTroubles.remove(desk.state.run());
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
            sumTroubles.remove(desk.state.run());
            cancelTasks(desk, reason);
            discardSum(desk);
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

    private void openTasks(Desk desk, TaskOrder order, Collection<NodeId> nodes, Instant now) {
        desk.order = Optional.of(order);
        for (NodeId node : nodes) {
            String id = order.idFor(node);
            desk.openTasks.put(node, id);
            progress.put(id, new TaskProgress(node, id, 0, "asked"));
            if (connected.contains(node)) {
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
            if (connected.contains(node)) {
                link.cancel(node, id, reason);
            }
        });
        desk.openTasks.clear();
        desk.order = Optional.empty();
    }

    private void arm(Desk desk, Instant now) {
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
                positive(Duration.between(now, at)),
                () -> tell(batch -> {
                    desk.armed = Optional.empty();
                    due.add(run);
                })));
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() || duration.isZero() ? Duration.ofMillis(1) : duration;
    }

    // -------------------------------------------------------------------------------------------------------- sums

    private RoundSum sumOf(Desk desk, RoundState round) {
        RoundSum sum = combiner.begin(
                desk.state.run(),
                desk.state.spec(),
                round.number(),
                round.cohort().size());
        round.accepted().forEach((node, accepted) -> sum.add(node, accepted.update(), accepted.grantedWeight()));
        return sum;
    }

    private static void discardSum(Desk desk) {
        desk.sum.ifPresent(RoundSum::discard);
        desk.sum = Optional.empty();
    }

    private void combine(Desk desk, RoundState round) {
        RunId run = desk.state.run();
        RoundSum sum = desk.sum.orElseGet(() -> sumOf(desk, round));
        desk.sum = Optional.of(sum);
        sum.finish(round.baseModel())
                .whenComplete((combined, failure) -> tell(batch -> {
                    if (isAggregating(batch.state(run), round)) {
                        if (failure == null) {
                            batch.decide(run, publication(round, combined, batch.now));
                        } else {
                            combinationFailed(batch, desk, round, unwrap(failure));
                        }
                    }
                }));
    }

    private static RunCommand.Publish publication(RoundState round, Combined combined, Instant now) {
        return new RunCommand.Publish(round.number(), round.attempt(), combined.model(), combined.sumDigest(), now);
    }

    private static boolean isAggregating(Optional<RunState> state, RoundState round) {
        return state.filter(run -> run.phase() == Phase.AGGREGATING)
                .flatMap(RunState::current)
                .filter(current -> current.number() == round.number() && current.attempt() == round.attempt())
                .isPresent();
    }

    private void combinationFailed(Batch batch, Desk desk, RoundState round, Throwable failure) {
        RunId run = desk.state.run();
        if (!(failure instanceof UncheckedIOException)) {
            batch.decide(
                    run,
                    new RunCommand.Fail(
                            "the updates of round " + round.number() + " cannot be combined: " + failure, batch.now));
            return;
        }
        Duration delay = retryDelay(desk.failedCombinations++);
        sumTroubles.put(run, failure.toString());
        LOG.error(
                "run={} round={} cannot be combined, next try in {} ms: {}",
                run,
                round.number(),
                delay.toMillis(),
                failure.getMessage());
        timers.after(
                delay,
                () -> tell(later -> {
                    if (isAggregating(later.state(run), round)) {
                        discardSum(desk);
                        combine(desk, round);
                    }
                }));
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    // -------------------------------------------------------------------------------------------- what operators ask

    /**
     * Begins a run.
     *
     * @param seed from which cohorts are drawn
     * @return completed once the run is durable; fails with {@link IllegalArgumentException} if the run exists, its initial model
     *     is not in the store or has not the length of the layout, with {@link StoreException} if the store does
     */
    public CompletionStage<RunState> open(RunId run, RunSpec spec, ContentHash seed) {
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
        return ask(batch -> batch.open(new RunCommand.Open(run, spec, seed, batch.now)))
                .thenApply(done -> requireNonNull(states.get(run)));
    }

    /**
     * Ends a run; one that is over stays as it is.
     *
     * @return the state afterwards; fails with {@link IllegalArgumentException} if there is no such run
     */
    public CompletionStage<RunState> stop(RunId run, String reason) {
        return ask(batch -> {
                    if (batch.state(run).isEmpty()) {
                        throw new IllegalArgumentException("run " + run + " is unknown");
                    }
                    batch.decide(run, new RunCommand.Stop(reason, batch.now));
                })
                .thenApply(done -> requireNonNull(states.get(run)));
    }

    /** The state of a run after the last durable event. */
    public Optional<RunState> state(RunId run) {
        return Optional.ofNullable(states.get(run));
    }

    /** All runs, the oldest first. */
    public List<RunState> states() {
        return List.copyOf(states.values());
    }

    /** How far the nodes are with the tasks that a run waits for, by task. */
    public List<TaskProgress> progress(RunId run) {
        String prefix = run.value() + "/";
        return progress.values().stream()
                .filter(task -> task.taskId().startsWith(prefix))
                .sorted(Comparator.comparing(TaskProgress::taskId))
                .toList();
    }

    /** What the conductor cannot do at present and keeps trying, for instance to write; empty if all is well. */
    public Optional<String> trouble() {
        return Optional.ofNullable(logTrouble)
                .or(() -> sumTroubles.values().stream().findFirst());
    }

    /**
     * A run's durable events with numbers above {@code after}, in order.
     *
     * @param wait how long to wait for the first one if there is none; zero never waits
     * @return at most {@code limit}; empty if none came in time, the run is over or unknown, or the coordinator stops
     */
    public List<StoredEvent> events(RunId run, long after, int limit, Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        publication.lockInterruptibly();
        try {
            while (left > 0 && !closing && mayStillCome(run, after)) {
                left = published.awaitNanos(left);
            }
        } finally {
            publication.unlock();
        }
        return log.read(run, after, limit);
    }

    private boolean mayStillCome(RunId run, long after) {
        RunState state = states.get(run);
        return state != null && state.eventCount() <= after && !state.phase().isOver();
    }

    /** A node's certificate was revoked: the rounds under way do not wait for it. */
    public void revoked(NodeId node) {
        tell(batch -> {
            connected.remove(node);
            sessions.remove(node);
            presenceChanged = true;
            drop(batch, node, DropReason.REVOKED, "the node was revoked");
        });
    }

    private void drop(Batch batch, NodeId node, DropReason reason, String detail) {
        for (Desk desk : List.copyOf(desks.values())) {
            if (desk.openTasks.containsKey(node)) {
                int round = desk.state.roundNumber();
                batch.decide(desk.state.run(), new RunCommand.Drop(node, round, reason, detail, batch.now));
            }
        }
    }

    // ------------------------------------------------------------------------------------------ what the nodes' side
    // says

    @Override
    public Announcement announce(UpdateFacts update) {
        RunState state = states.get(update.run());
        if (state == null) {
            return unknownRun(update.run(), Announcement.Refused::new);
        }
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
    public CompletionStage<Verdict> evaluation(
            NodeId node, RunId run, int round, ContentHash model, long examples, SortedMap<String, Double> metrics) {
        return verdict(run, now -> new RunCommand.ReportEvaluation(node, round, model, examples, metrics, now));
    }

    private CompletionStage<Verdict> verdict(RunId run, Function<Instant, RunCommand> command) {
        if (!states.containsKey(run)) {
            return CompletableFuture.completedFuture(unknownRun(run, Verdict.Refused::new));
        }
        return ask(batch -> batch.decide(run, command.apply(batch.now))).handle((reply, failure) -> {
            if (failure == null) {
                return reply.match(
                        done -> new Verdict.Accepted(0, false),
                        accepted -> new Verdict.Accepted(accepted.grantedWeight(), accepted.already()),
                        refused -> new Verdict.Refused(RefusalCodes.codeOf(refused.reason()), refused.detail()));
            }
            if (unwrap(failure) instanceof StoreException store) {
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
        tell(batch -> {
            if (batch.state(run).isPresent()) {
                batch.decide(run, new RunCommand.RecordRefusal(node, round, reason.get(), detail, batch.now));
            }
        });
    }

    @Override
    public void declined(NodeId node, RunId run, int round, String taskId, DropReason reason, String detail) {
        tell(batch -> {
            Desk desk = desks.get(run);
            if (desk != null && taskId.equals(desk.openTasks.get(node))) {
                batch.decide(run, new RunCommand.Drop(node, round, reason, detail, batch.now));
            }
        });
    }

    @Override
    public void progressed(NodeId node, String taskId, double fraction, String stage) {
        double bounded = fraction >= 0 && fraction <= 1 ? fraction : 0;
        progress.computeIfPresent(
                taskId, (id, known) -> known.node().equals(node) ? new TaskProgress(node, id, bounded, stage) : known);
    }

    @Override
    public void connected(NodeId node, List<String> openTaskIds) {
        Set<String> held = Set.copyOf(openTaskIds);
        tellOnce(batch -> {
            if (connected.add(node)) {
                presenceChanged = true;
            }
            sessions.put(node, ++sessionCount);
            // Before this batch opens tasks of its own, which are pushed anyway.
            greet(node, held, batch.now);
        });
    }

    private void greet(NodeId node, Set<String> held, Instant now) {
        Set<String> wanted = new TreeSet<>();
        for (Desk desk : desks.values()) {
            String id = desk.openTasks.get(node);
            if (id != null) {
                wanted.add(id);
                if (!held.contains(id)) {
                    link.push(node, desk.order.orElseThrow().taskFor(node, now, deadline(desk)));
                }
            }
        }
        for (String id : held) {
            if (!wanted.contains(id)) {
                link.cancel(node, id, "the task is not wanted any more");
            }
        }
    }

    @Override
    public void disconnected(NodeId node) {
        tellOnce(batch -> {
            if (connected.remove(node)) {
                presenceChanged = true;
                awaitReturn(node, 1);
            }
        });
    }

    private void awaitReturn(NodeId node, int graces) {
        long session = ++sessionCount;
        sessions.put(node, session);
        timers.after(
                positive(resumeGrace.multipliedBy(graces)),
                () -> tell(batch -> {
                    if (sessions.getOrDefault(node, 0L) == session) {
                        sessions.remove(node);
                        drop(
                                batch,
                                node,
                                DropReason.CONNECTION_LOST,
                                "no session for "
                                        + resumeGrace.multipliedBy(graces).toSeconds() + " s");
                    }
                }));
    }

    @Override
    public boolean mayDownload(NodeId node, ContentHash model) {
        return states.values().stream()
                .filter(state -> !state.phase().isOver())
                .anyMatch(state -> state.current()
                        .filter(round -> (round.baseModel().equals(model)
                                        && round.cohort().contains(node))
                                || (state.model().equals(model)
                                        && round.evaluators().contains(node)))
                        .isPresent());
    }

    /** Takes nothing any more, finishes the batch in progress, and wakes whoever waits. */
    @Override
    public void close() {
        CompletableFuture<RunReply> last = ask(batch -> {});
        closing = true;
        try {
            last.handle((reply, failure) -> reply).get(LONGEST_CLOSE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stuck) {
            LOG.warn("the last batch did not end in {} s", LONGEST_CLOSE.toSeconds());
        }
        publication.lock();
        try {
            published.signalAll();
        } finally {
            publication.unlock();
        }
    }
}
