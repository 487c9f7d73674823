package org.dalrn.core.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.Decision;
import org.dalrn.core.round.RoundMachine;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunReply;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;

/** A run in a test: commands go in by name, events and state can be read. Time stands still unless it is moved. */
public final class Runs {

    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    public static final ContentHash SEED = hash("seed");
    public static final ContentHash INITIAL = hash("initial");
    public static final Duration TRAIN = Duration.ofSeconds(60);
    public static final Duration EVALUATE = Duration.ofSeconds(20);

    private RunState state;
    private final List<RunEvent> events = new ArrayList<>();
    private List<RunEvent> last = List.of();
    private Instant now = START;

    private Runs(RunSpec spec) {
        RunEvent.Opened opened =
                (RunEvent.Opened) RoundMachine.open(new RunCommand.Open(new RunId("run"), spec, SEED, START))
                        .events()
                        .get(0);
        events.add(opened);
        state = RunState.opened(opened);
    }

    public static Runs of(RunSpec spec) {
        return new Runs(spec);
    }

    /** Two rounds, everybody trains and evaluates, quorum 2, two attempts. */
    public static RunSpec spec() {
        return spec(Sampling.defaults(), new RoundPolicy(TRAIN, EVALUATE, 2, 1, 2), 2);
    }

    public static RunSpec spec(Sampling sampling, RoundPolicy policy, int rounds) {
        return new RunSpec(
                "test",
                ParameterLayout.of(new TensorSpec("w", List.of(2))),
                INITIAL,
                rounds,
                new FedAvg(sampling),
                policy,
                100,
                4,
                new TreeMap<>());
    }

    /** The same run, in which something is earned. */
    public static RunSpec paid(RunSpec spec, IncentivePolicy policy) {
        return new RunSpec(
                spec.name(),
                spec.layout(),
                spec.initialModel(),
                spec.rounds(),
                spec.strategy(),
                spec.policy(),
                spec.maxExamplesPerNode(),
                spec.maxAbsoluteValue(),
                spec.config(),
                Optional.of(policy));
    }

    public static ContentHash hash(String text) {
        return ContentHash.of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static NodeId node(String name) {
        return new NodeId(name);
    }

    public static SortedSet<NodeId> nodes(String... names) {
        SortedSet<NodeId> nodes = new TreeSet<>();
        for (String name : names) {
            nodes.add(node(name));
        }
        return nodes;
    }

    public static SortedMap<String, Double> metrics(String name, double value) {
        SortedMap<String, Double> metrics = new TreeMap<>();
        metrics.put(name, value);
        return metrics;
    }

    public RunState state() {
        return state;
    }

    public Instant now() {
        return now;
    }

    /** All events so far. */
    public List<RunEvent> events() {
        return Collections.unmodifiableList(events);
    }

    /** The events of the last command. */
    public List<RunEvent> last() {
        return last;
    }

    public Runs after(Duration time) {
        now = now.plus(time);
        return this;
    }

    public RunReply send(RunCommand command) {
        Decision decision = RoundMachine.decide(state, command);
        for (RunEvent event : decision.events()) {
            state = state.apply(event);
            events.add(event);
        }
        last = decision.events();
        return decision.reply();
    }

    public Runs tick(String... available) {
        send(new RunCommand.Tick(nodes(available), now));
        return this;
    }

    public RunReply submit(String node, String update) {
        return submit(node, state.roundNumber(), update, 10);
    }

    public RunReply submit(String node, int round, String update, long claimed) {
        return submit(node, round, update, state.model(), claimed, 1, new TreeMap<>());
    }

    public RunReply submit(
            String node,
            int round,
            String update,
            ContentHash base,
            long claimed,
            double largest,
            SortedMap<String, Double> metrics) {
        return send(
                new RunCommand.SubmitUpdate(node(node), round, hash(update), base, claimed, 1, largest, metrics, now));
    }

    public RunReply evaluate(
            String node, int round, ContentHash model, long examples, SortedMap<String, Double> metrics) {
        return send(new RunCommand.ReportEvaluation(node(node), round, model, examples, metrics, now));
    }

    public Runs drop(String node) {
        send(new RunCommand.Drop(
                node(node), state.roundNumber(), org.dalrn.core.round.DropReason.CONNECTION_LOST, "", now));
        return this;
    }

    public Runs publish(String model) {
        var round = state.current().orElseThrow();
        send(new RunCommand.Publish(round.number(), round.attempt(), hash(model), hash("sum"), now));
        return this;
    }

    public Runs resume() {
        send(new RunCommand.Resume(now));
        return this;
    }
}
