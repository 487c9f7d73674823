package org.dalrn.core.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.Decision;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.Refusal;
import org.dalrn.core.round.RoundMachine;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RoundState;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunReply;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.core.testing.LogAuditor.StoredUpdate;

/**
 * A whole federation in one thread and virtual time: a coordinator whose log survives its crashes, nodes that crash, lie and
 * repeat themselves, and a network that loses, doubles, delays and reorders. Everything is drawn from one seed.
 */
public final class SimulatedFederation {

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MAX_ABSOLUTE = 64;
    private static final int STEPS_UNTIL_STUCK = 200_000;

    /** How a run ended, and what happened on the way. */
    public record Outcome(
            Phase phase,
            int roundsClosed,
            int roundsCompleted,
            int attemptsAbandoned,
            int crashes,
            int events,
            ContentHash logHash,
            SortedMap<Refusal, Integer> refusals) {}

    private record Message(long at, long sequence, Runnable action) {}

    private record Pending(RunCommand command, Consumer<RunReply> reply) {}

    private record Step(Pending pending, Decision decision) {}

    private final Random random;
    private final RunSpec spec;
    private final ContentHash seed;
    private final LogAuditor auditor;
    private final PriorityQueue<Message> queue =
            new PriorityQueue<>(Comparator.comparingLong(Message::at).thenComparingLong(Message::sequence));
    private final SortedMap<NodeId, Node> nodes = new TreeMap<>();
    private final SortedMap<Refusal, Integer> refusals = new TreeMap<>();
    private final double loss;
    private final double crashRate;
    private long now;
    private long sequence;

    // The coordinator's disk.
    private final List<String> log = new ArrayList<>();
    /** What the lines of the log say, each parsed once: parsing depends on the line alone. */
    private final List<RunEvent> parsed = new ArrayList<>();

    private final Map<ContentHash, StoredUpdate> store = new HashMap<>();
    private final Map<ContentHash, long[]> models = new HashMap<>();

    // The coordinator's memory, lost in a crash.
    private final Deque<Pending> inbox = new ArrayDeque<>();
    private final SortedSet<NodeId> connected = new TreeSet<>();
    private RunState state;
    private boolean up = true;
    private int life;
    private String combining = "";
    private String pushed = "";
    private int crashes;

    private SimulatedFederation(long simulationSeed) {
        random = new Random(simulationSeed);
        loss = pick(0.0, 0.02, 0.1, 0.25);
        crashRate = pick(0.0, 0.003, 0.015);
        int count = 2 + random.nextInt(7);
        int quorum = 1 + random.nextInt(Math.max(1, count - 1));
        Sampling sampling = new Sampling(
                pick(1.0, 0.5, 0.7),
                1 + random.nextInt(2),
                pick(1.0, 0.0, 0.5),
                1 + random.nextInt(2),
                1 + random.nextInt(2));
        long[] zeros = {0, 0};
        ContentHash initial = LogAuditor.hashOf(zeros);
        models.put(initial, zeros);
        spec = new RunSpec(
                "simulation " + simulationSeed,
                ParameterLayout.of(new TensorSpec("w", List.of(2))),
                initial,
                1 + random.nextInt(16),
                new FedAvg(sampling),
                new RoundPolicy(
                        Duration.ofMillis(2000 + random.nextInt(6000)),
                        Duration.ofMillis(500 + random.nextInt(3000)),
                        quorum,
                        pick(1.0, 1.3, 2.0),
                        2 + random.nextInt(9)),
                1000,
                MAX_ABSOLUTE,
                new TreeMap<>(),
                incentive(simulationSeed));
        seed = ContentHash.of(("seed " + simulationSeed).getBytes(StandardCharsets.UTF_8));
        auditor = new LogAuditor(spec, seed, store);
        for (int i = 0; i < count; i++) {
            Node node = new Node(new NodeId("node-" + i));
            nodes.put(node.id, node);
        }
        RunCommand.Open open = new RunCommand.Open(new RunId("run-" + simulationSeed), spec, seed, time());
        RunEvent.Opened opened =
                (RunEvent.Opened) RoundMachine.open(open).events().get(0);
        write(opened);
        state = RunState.opened(opened);
    }

    /** Two runs of three pay something; drawn apart, so that it changes nothing else. */
    private static Optional<IncentivePolicy> incentive(long simulationSeed) {
        Random draw = new Random(~simulationSeed);
        if (draw.nextInt(3) == 0) {
            return Optional.empty();
        }
        boolean examples = draw.nextBoolean();
        PayoutRule rule = List.of(PayoutRule.values()).get(draw.nextInt(5));
        boolean auction = rule == PayoutRule.AUCTION;
        SortedMap<String, Terms> organisations = new TreeMap<>();
        organisations.put("a", terms(auction, 2, 100, 600, examples ? 900 : 0, "node-0", "node-1"));
        organisations.put("b", terms(auction, 1, 33, Terms.UNCAPPED, 0, "node-2"));
        return Optional.of(new IncentivePolicy(
                "cent",
                1001,
                draw.nextBoolean() ? Settlement.ROUND : Settlement.RUN,
                rule,
                examples ? new ContributionMeasure.Examples() : new ContributionMeasure.Participation(),
                organisations,
                draw.nextBoolean() ? Optional.of(terms(auction, 1, 0, 400, 0)) : Optional.empty()));
    }

    private static Terms terms(
            boolean auction, long weight, long reservation, long cap, long verified, String... nodes) {
        return new Terms(
                Runs.nodes(nodes),
                weight,
                auction ? 0 : reservation,
                auction ? Terms.UNCAPPED : cap,
                verified == 0 ? OptionalLong.empty() : OptionalLong.of(verified),
                auction ? OptionalLong.of(reservation) : OptionalLong.empty());
    }

    /** Plays one run to its end; throws an AssertionError at the first event that breaks a promise. */
    public static Outcome run(long simulationSeed) {
        return new SimulatedFederation(simulationSeed).play();
    }

    /**
     * What a run left behind.
     *
     * @param events all, in order
     * @param updates by the names that they have in the events
     */
    public record History(List<RunEvent> events, Map<ContentHash, StoredUpdate> updates) {}

    /** Plays one run to its end and tells its whole history. */
    public static History history(long simulationSeed) {
        SimulatedFederation federation = new SimulatedFederation(simulationSeed);
        federation.play();
        return new History(List.copyOf(federation.parsed), Map.copyOf(federation.store));
    }

    private Outcome play() {
        nodes.values().forEach(node -> later(random.nextInt(300), node::connect));
        later(1, this::tick);
        if (random.nextInt(25) == 0) {
            later(random.nextInt(60_000), () -> submit(new RunCommand.Stop("operator", time()), reply -> {}));
        }
        if (random.nextInt(60) == 0) {
            later(random.nextInt(60_000), () -> submit(new RunCommand.Fail("shell is ill", time()), reply -> {}));
        }
        int steps = 0;
        while (!state.phase().isOver()) {
            Message next = queue.remove();
            now = next.at();
            next.action().run();
            if (++steps > STEPS_UNTIL_STUCK) {
                throw new AssertionError("the run does not end; phase " + state.phase());
            }
        }
        // What still travels meets a run that is over.
        for (int i = 0; i < 50 && !queue.isEmpty(); i++) {
            Message next = queue.remove();
            now = next.at();
            next.action().run();
        }
        requireSame(fold(), state);
        return new Outcome(
                state.phase(),
                auditor.roundsClosed(),
                state.completedRounds(),
                auditor.attemptsAbandoned(),
                crashes,
                log.size(),
                logHash(),
                refusals);
    }

    private ContentHash logHash() {
        MessageDigest digest = ContentHash.newDigest();
        log.forEach(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
        return ContentHash.ofBytes(digest.digest());
    }

    // ------------------------------------------------------------------------------------------------ time and wire

    private Instant time() {
        return BEGINNING.plusMillis(now);
    }

    private void later(long millis, Runnable action) {
        queue.add(new Message(now + millis, sequence++, action));
    }

    /** Carries a message as a bad network does. */
    private void carry(Runnable delivery) {
        if (random.nextDouble() < loss) {
            return;
        }
        later(delay(), delivery);
        if (random.nextDouble() < loss) {
            later(delay(), delivery);
        }
    }

    private long delay() {
        int kind = random.nextInt(100);
        if (kind < 2) {
            return random.nextInt(15_000);
        }
        return kind < 20 ? random.nextInt(800) : 1 + random.nextInt(40);
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    // -------------------------------------------------------------------------------------------------- coordinator

    private void submit(RunCommand command, Consumer<RunReply> reply) {
        if (!up) {
            return;
        }
        inbox.add(new Pending(command, reply));
        if (inbox.size() == 1) {
            int alive = life;
            later(random.nextInt(4), () -> {
                if (up && life == alive) {
                    batch();
                }
            });
        }
    }

    private void tick() {
        if (up) {
            submit(new RunCommand.Tick(connected, time()), reply -> {});
        }
        later(100 + random.nextInt(900), this::tick);
    }

    /** Decide all, append all, then reply to all; a crash may come between any two of them. */
    private void batch() {
        int crashAfter = random.nextDouble() < crashRate ? random.nextInt(inbox.size() + 2) : -1;
        List<Step> steps = new ArrayList<>();
        RunState working = state;
        while (!inbox.isEmpty()) {
            if (steps.size() == crashAfter) {
                crash();
                return;
            }
            Pending pending = inbox.remove();
            Decision decision = RoundMachine.decide(working, pending.command());
            requireForecast(working, pending.command(), decision);
            for (RunEvent event : decision.events()) {
                working = working.apply(event);
            }
            steps.add(new Step(pending, decision));
        }
        boolean dies = crashAfter >= 0;
        if (dies && random.nextBoolean()) {
            crash();
            return;
        }
        RunState replica = state;
        for (Step step : steps) {
            replica = append(replica, step, !dies);
        }
        requireSame(replica, working);
        state = working;
        if (dies) {
            crash();
            return;
        }
        steps.forEach(step -> answer(step.pending(), step.decision().reply()));
        act();
    }

    /** Makes a decision durable, and follows it by what the log says alone. */
    private RunState append(RunState before, Step step, boolean willBeTold) {
        RunCommand command = step.pending().command();
        SortedSet<NodeId> available = command instanceof RunCommand.Tick tick ? tick.available() : new TreeSet<>();
        RunState replica = before;
        for (RunEvent event : step.decision().events()) {
            replica = replica.apply(write(event));
            auditor.observe(event, available);
            if (!replica.phase().name().equals(auditor.phase())) {
                throw new AssertionError("phase " + replica.phase() + " after " + log.get(log.size() - 1));
            }
        }
        if (willBeTold
                && command instanceof RunCommand.SubmitUpdate submit
                && step.decision().reply() instanceof RunReply.Accepted accepted) {
            auditor.told(submit.node(), submit.round(), submit.update(), accepted.grantedWeight());
        }
        return replica;
    }

    private void answer(Pending pending, RunReply reply) {
        if (reply instanceof RunReply.Refused refused) {
            refusals.merge(refused.reason(), 1, Integer::sum);
        }
        pending.reply().accept(reply);
    }

    /** What the machine says before it has the bytes must be what it says when it has them, but for the clock. */
    private static void requireForecast(RunState before, RunCommand command, Decision decision) {
        if (!(command instanceof RunCommand.SubmitUpdate submit)) {
            return;
        }
        Optional<RunReply.Accepted> already =
                RoundMachine.acceptedBefore(before, submit.node(), submit.round(), submit.update());
        if (already.isPresent() && !decision.reply().equals(already.get())) {
            throw new AssertionError("forecast " + already + ", got " + decision.reply());
        }
        Optional<RunReply.Refused> refused = RoundMachine.refusalOf(
                before, submit.node(), submit.round(), submit.update(), submit.baseModel(), submit.claimedExamples());
        boolean agreed = refused.isEmpty() || decision.reply() instanceof RunReply.Refused;
        if (!agreed) {
            throw new AssertionError("forecast " + refused + ", got " + decision.reply());
        }
    }

    private void act() {
        String work = state.phase() + "/" + state.roundNumber() + "/" + state.nextAttempt() + "/" + life;
        // A shell pushes once, and again now and then: a push may be lost.
        if (!work.equals(pushed) || random.nextInt(30) == 0) {
            pushed = work;
            connected.forEach(this::push);
        }
        if (state.phase() == Phase.AGGREGATING) {
            combine();
        }
    }

    /** Sends the task that the state has for the node, as a shell does at a start, a connection and a resumption. */
    private void push(NodeId id) {
        if (state.phase() != Phase.TRAINING && state.phase() != Phase.EVALUATING) {
            return;
        }
        RoundState round = state.current().orElseThrow();
        Node node = nodes.get(id);
        if (state.phase() == Phase.TRAINING && round.outstanding().contains(id)) {
            carry(() -> node.train(round.number(), round.attempt(), round.baseModel()));
        } else if (state.phase() == Phase.EVALUATING
                && round.outstandingEvaluators().contains(id)) {
            ContentHash model = state.model();
            carry(() -> node.evaluate(round.number(), model));
        }
    }

    private void combine() {
        RoundState round = state.current().orElseThrow();
        String job = life + "/" + round.number() + "/" + round.attempt();
        if (job.equals(combining)) {
            return;
        }
        combining = job;
        long[] next = models.get(state.model()).clone();
        round.accepted().values().forEach(update -> {
            List<Long> values = store.get(update.update()).values();
            for (int i = 0; i < next.length; i++) {
                next[i] += update.grantedWeight() * values.get(i);
            }
        });
        int alive = life;
        later(random.nextInt(100), () -> {
            if (up && life == alive) {
                ContentHash hash = LogAuditor.hashOf(next);
                models.put(hash, next);
                RunCommand.Publish publish =
                        new RunCommand.Publish(round.number(), round.attempt(), hash, hash, time());
                submit(publish, reply -> {});
                if (random.nextInt(10) == 0) {
                    submit(publish, reply -> {});
                }
            }
        });
    }

    private void crash() {
        crashes++;
        up = false;
        inbox.clear();
        connected.clear();
        nodes.values().forEach(Node::lineBroke);
        later(random.nextInt(3000), this::restart);
    }

    private void restart() {
        RunState recovered = fold();
        requireSame(recovered, state);
        state = recovered;
        up = true;
        life++;
        submit(new RunCommand.Resume(time()), reply -> {});
    }

    private RunState fold() {
        RunState folded = RunState.opened((RunEvent.Opened) parsed.get(0));
        for (RunEvent event : parsed.subList(1, parsed.size())) {
            folded = folded.apply(event);
        }
        return folded;
    }

    /** Adds an event to the log; the answer is what the log then says, not what was given. */
    private RunEvent write(RunEvent event) {
        String line = EventText.of(event);
        log.add(line);
        RunEvent read = EventText.parse(line);
        parsed.add(read);
        return read;
    }

    private static void requireSame(RunState folded, RunState live) {
        if (!folded.equals(live)) {
            throw new AssertionError("the fold of the log is " + folded + "; the live state is " + live);
        }
    }

    // --------------------------------------------------------------------------------------------------------- nodes

    private final class Node {
        private final NodeId id;
        private boolean running = true;
        private boolean line;
        private int life;
        private int made;
        // What the node would still send, and what it sent long ago.
        private final Map<Integer, RunCommand.SubmitUpdate> updates = new TreeMap<>();
        private String working = "";

        Node(NodeId id) {
            this.id = id;
        }

        void connect() {
            if (!running || line) {
                return;
            }
            if (!up) {
                later(100 + random.nextInt(900), this::connect);
                return;
            }
            line = true;
            connected.add(id);
            push(id);
            submit(new RunCommand.Tick(connected, time()), reply -> {});
            later(2000 + random.nextInt(20_000), this::misfortune);
        }

        void lineBroke() {
            line = false;
            if (running) {
                later(100 + random.nextInt(900), this::connect);
            }
        }

        /** The line breaks, or the process dies and forgets. */
        private void misfortune() {
            if (!line || random.nextDouble() > 0.5 || loss == 0) {
                return;
            }
            connected.remove(id);
            if (random.nextBoolean()) {
                running = false;
                life++;
                updates.clear();
                working = "";
                later(500 + random.nextInt(5000), () -> {
                    running = true;
                    connect();
                });
            }
            lineBroke();
            if (up) {
                int round = state.roundNumber();
                later(300, () -> {
                    if (up && !connected.contains(id)) {
                        submit(
                                new RunCommand.Drop(id, round, DropReason.CONNECTION_LOST, "gone \u0007", time()),
                                reply -> {});
                    }
                });
            }
        }

        void train(int round, int attempt, ContentHash base) {
            String task = round + "/" + attempt;
            if (!running || working.equals(task)) {
                return;
            }
            working = task;
            int alive = life;
            later(5 + random.nextInt(random.nextInt(12) == 0 ? 9000 : 400), () -> {
                if (running && life == alive) {
                    trained(round, base);
                }
            });
        }

        private void trained(int round, ContentHash base) {
            int behaviour = random.nextInt(40);
            switch (behaviour) {
                case 0 -> {
                    carry(() -> submit(new RunCommand.Drop(id, round, DropReason.POLICY, "no", time()), reply -> {}));
                    return;
                }
                case 1 -> send(make(round, base, pick(0L, -1L, Long.MIN_VALUE), 3), 1);
                case 2 -> send(make(round, base, 10, pick(65L, 1L << 40, -65L)), 1);
                case 3 -> send(make(round, ContentHash.of(new byte[] {1}), 10, 3), 1);
                case 4 -> send(make(pick(round + 1, 0, -1, Integer.MAX_VALUE), base, 10, 3), 1);
                case 5 -> updates.values().forEach(old -> send(old, 1));
                case 6 -> {
                    // Somebody who may not have been asked.
                    Node other = pick(nodes.values().toArray(new Node[0]));
                    other.send(other.make(round, base, 10, 3), 1);
                }
                case 7 -> {
                    send(make(round, base, 10, 3), 1);
                    send(make(round, base, 11, 4), 1);
                }
                default -> {}
            }
            if (behaviour >= 1 && behaviour <= 4 && random.nextBoolean()) {
                return;
            }
            long claimed = random.nextInt(20) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(1500);
            RunCommand.SubmitUpdate update = make(round, base, claimed, random.nextInt(129) - 64);
            updates.put(round, update);
            send(update, 8);
        }

        private RunCommand.SubmitUpdate make(int round, ContentHash base, long claimed, long value) {
            made++;
            List<Long> values = List.of(value, made % 64L);
            byte[] name = id.value().getBytes(StandardCharsets.UTF_8);
            ContentHash hash = ContentHash.sha256(
                    name,
                    ByteBuffer.allocate(24)
                            .putLong(value)
                            .putLong(made)
                            .putLong(round)
                            .array());
            store.put(hash, new StoredUpdate(hash, id, base, claimed, values));
            double largest = (double) Math.max(Math.abs(value), values.get(1));
            SortedMap<String, Double> metrics = new TreeMap<>(Map.of("loss", 1.0 / made));
            return new RunCommand.SubmitUpdate(
                    id,
                    round,
                    hash,
                    base,
                    claimed,
                    Math.hypot((double) value, (double) values.get(1)),
                    largest,
                    metrics,
                    time());
        }

        /** Sends until an answer comes back. */
        private void send(RunCommand.SubmitUpdate update, int tries) {
            if (!running || tries == 0) {
                return;
            }
            boolean[] answered = {false};
            carry(() -> submit(at(update), reply -> carry(() -> answered[0] = true)));
            int alive = life;
            later(300 + random.nextInt(1500), () -> {
                if (!answered[0] && life == alive) {
                    send(update, tries - 1);
                }
            });
        }

        private RunCommand.SubmitUpdate at(RunCommand.SubmitUpdate update) {
            return new RunCommand.SubmitUpdate(
                    update.node(),
                    update.round(),
                    update.update(),
                    update.baseModel(),
                    update.claimedExamples(),
                    update.l2Norm(),
                    update.maxAbsoluteValue(),
                    update.metrics(),
                    time());
        }

        void evaluate(int round, ContentHash model) {
            if (!running) {
                return;
            }
            int kind = random.nextInt(20);
            long examples = kind == 0 ? 0 : 1 + random.nextInt(500);
            double loss = kind == 1 ? Double.NaN : random.nextGaussian();
            ContentHash measured = kind == 2 ? ContentHash.of(new byte[] {2}) : model;
            int named = kind == 3 ? round + 1 : round;
            SortedMap<String, Double> metrics = new TreeMap<>(Map.of("loss", loss));
            later(5 + random.nextInt(kind == 4 ? 8000 : 300), () -> {
                for (int i = 0; i < (kind == 5 ? 2 : 1); i++) {
                    carry(() -> submit(
                            new RunCommand.ReportEvaluation(id, named, measured, examples, metrics, time()),
                            reply -> {}));
                }
            });
        }
    }
}
