package org.dalrn.core.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;

/**
 * A second bookkeeping of a run, written from the documentation and sharing no code with the machine: it reads the events as
 * they become durable, is told what the nodes were told, and complains about the first thing that does not fit.
 */
public final class LogAuditor {

    /** Event kinds that may follow in each phase, from the phases' documentation. */
    private static final Map<String, Set<String>> FOLLOWS = Map.of(
            "WAITING", Set.of("RoundStarted", "UpdateRefused", "Allocated", "Finished", "Stopped", "Failed"),
            "TRAINING",
                    Set.of(
                            "UpdateAccepted",
                            "UpdateRefused",
                            "NodeDropped",
                            "RoundClosed",
                            "RoundAbandoned",
                            "Resumed",
                            "Allocated",
                            "Stopped",
                            "Failed"),
            "AGGREGATING",
                    Set.of(
                            "UpdateRefused",
                            "ContributionsMeasured",
                            "ModelPublished",
                            "Allocated",
                            "Stopped",
                            "Failed"),
            "PUBLISHED",
                    Set.of(
                            "UpdateRefused",
                            "EvaluationStarted",
                            "RoundCompleted",
                            "Resumed",
                            "Allocated",
                            "Stopped",
                            "Failed"),
            "EVALUATING",
                    Set.of(
                            "UpdateRefused",
                            "NodeEvaluated",
                            "NodeDropped",
                            "RoundCompleted",
                            "Resumed",
                            "Allocated",
                            "Stopped",
                            "Failed"),
            "FINISHED", Set.of(),
            "STOPPED", Set.of(),
            "FAILED", Set.of());

    private static final Map<String, String> LEADS_TO = Map.of(
            "RoundStarted", "TRAINING",
            "RoundClosed", "AGGREGATING",
            "RoundAbandoned", "WAITING",
            "ModelPublished", "PUBLISHED",
            "EvaluationStarted", "EVALUATING",
            "RoundCompleted", "WAITING",
            "Finished", "FINISHED",
            "Stopped", "STOPPED",
            "Failed", "FAILED");

    /** What lies in the coordinator's store under an update's hash. */
    public record StoredUpdate(ContentHash hash, NodeId node, ContentHash baseModel, long claimed, List<Long> values) {}

    private record Told(ContentHash update, long weight) {}

    private final RunSpec spec;
    private final ContentHash seed;
    private final Map<ContentHash, StoredUpdate> store;
    private final Map<Integer, SortedMap<NodeId, Told>> counted = new TreeMap<>();
    private final SortedMap<NodeId, Told> pending = new TreeMap<>();
    private final SortedMap<NodeId, RunEvent.UpdateAccepted> accepted = new TreeMap<>();
    private final SortedMap<NodeId, RunEvent.NodeEvaluated> evaluated = new TreeMap<>();
    private SortedSet<NodeId> cohort = new TreeSet<>();
    private SortedSet<NodeId> evaluators = new TreeSet<>();
    private String phase = "WAITING";
    private int completed;
    private int attempt;
    private int target;
    private Instant deadline = Instant.MIN;
    private ContentHash model;
    private long[] modelValues = {0, 0};
    private final Optional<PayAuditor> pay;
    private int roundsClosed;
    private int attemptsAbandoned;

    public LogAuditor(RunSpec spec, ContentHash seed, Map<ContentHash, StoredUpdate> store) {
        this.spec = spec;
        this.seed = seed;
        this.store = store;
        this.model = spec.initialModel();
        this.pay = spec.incentive().map(policy -> new PayAuditor(spec, policy));
    }

    public int roundsClosed() {
        return roundsClosed;
    }

    public int attemptsAbandoned() {
        return attemptsAbandoned;
    }

    public String phase() {
        return phase;
    }

    /** The hash of a model's values. */
    public static ContentHash hashOf(long[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
        for (long value : values) {
            bytes.putLong(value);
        }
        return ContentHash.of(bytes.array());
    }

    /** The draw again, from its description: the smallest SHA-256 keys win. */
    public static List<NodeId> draw(
            ContentHash seed, int round, int attempt, String purpose, Collection<NodeId> available, int size) {
        SortedMap<String, NodeId> byKey = new TreeMap<>();
        for (NodeId node : available) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.write("dalrn-cohort-v1".getBytes(StandardCharsets.US_ASCII));
                out.write(seed.toByteArray());
                out.writeInt(round);
                out.writeInt(attempt);
                out.writeByte(purpose.length());
                out.writeBytes(purpose);
                out.writeBytes(node.value());
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            byKey.put(ContentHash.of(bytes.toByteArray()).toString(), node);
        }
        return byKey.values().stream().limit(size).sorted().collect(Collectors.toList());
    }

    /** A node hears ACCEPTED: from here on its update must not get lost. */
    public void told(NodeId node, int round, ContentHash update, long weight) {
        Told told = new Told(update, weight);
        check(weight >= 1 && weight <= spec.maxExamplesPerNode(), "granted weight ", weight, " is outside the cap");
        if (round <= completed || (round == completed + 1 && counted.containsKey(round))) {
            Told there = counted.getOrDefault(round, new TreeMap<>()).get(node);
            check(told.equals(there), node, " was told that ", told, " counts in round ", round, ": ", there);
            return;
        }
        boolean openOrStopped = phase.equals("TRAINING") || phase.equals("STOPPED") || phase.equals("FAILED");
        check(
                round == completed + 1 && openOrStopped && attempt > 0,
                node,
                " was told ACCEPTED for round ",
                round,
                " in phase ",
                phase,
                ", attempt ",
                attempt);
        RunEvent.UpdateAccepted event = accepted.get(node);
        check(
                event != null && event.update().equals(update) && event.grantedWeight() == weight,
                node,
                " was told ACCEPTED for ",
                update,
                ", durable is ",
                event);
        pending.put(node, told);
    }

    /**
     * One more durable event.
     *
     * @param available the nodes that the command before it named as connected
     */
    public void observe(RunEvent event, SortedSet<NodeId> available) {
        String kind = event.getClass().getSimpleName();
        check(FOLLOWS.get(phase).contains(kind), kind, " in phase ", phase);
        phase = LEADS_TO.getOrDefault(kind, phase);
        pay.ifPresent(auditor -> auditor.observe(event));
        if (event instanceof RunEvent.RoundStarted started) {
            started(started, available);
        } else if (event instanceof RunEvent.Resumed resumed) {
            deadline = resumed.deadline();
        } else if (event instanceof RunEvent.UpdateAccepted update) {
            accepted(update);
        } else if (event instanceof RunEvent.NodeDropped drop) {
            boolean training = phase.equals("TRAINING");
            check((training ? cohort : evaluators).contains(drop.node()), "a stranger dropped: ", drop);
        } else if (event instanceof RunEvent.RoundClosed closed) {
            closed(closed);
        } else if (event instanceof RunEvent.RoundAbandoned abandoned) {
            check(
                    abandoned.accepted() == accepted.size()
                            && accepted.size() < spec.policy().quorum(),
                    "abandoned with ",
                    accepted.size(),
                    " updates: ",
                    abandoned);
            check(abandoned.round() == completed + 1 && abandoned.attempt() == attempt, "another attempt: ", abandoned);
            accepted.clear();
            pending.clear();
            attemptsAbandoned++;
        } else if (event instanceof RunEvent.ModelPublished published) {
            published(published);
        } else if (event instanceof RunEvent.EvaluationStarted evaluation) {
            int wanted = Math.max(
                    (int) (spec.strategy().sampling().fractionEvaluate() * available.size()),
                    spec.strategy().sampling().minEvaluateNodes());
            check(
                    evaluation.cohort().equals(draw(seed, completed + 1, attempt, "evaluate", available, wanted)),
                    "evaluators are not the draw: ",
                    evaluation);
            check(
                    evaluation.available().equals(available) && disjoint(evaluation.cohort(), evaluation.passedOver()),
                    "passed over by ",
                    evaluation);
            check(evaluation.model().equals(model) && evaluation.round() == completed + 1, "evaluates ", evaluation);
            evaluators = new TreeSet<>(evaluation.cohort());
        } else if (event instanceof RunEvent.NodeEvaluated report) {
            check(evaluators.contains(report.node()), "a stranger evaluated: ", report);
            check(evaluated.put(report.node(), report) == null, "evaluated twice: ", report);
        } else if (event instanceof RunEvent.RoundCompleted done) {
            completed(done);
        } else if (event instanceof RunEvent.Finished finished) {
            check(completed == spec.rounds() && finished.model().equals(model), "finished early: ", finished);
        } else if (event instanceof RunEvent.Failed failed) {
            check(failed.reason().contains("shell") || attempt == spec.policy().maxAttempts(), "gave up: ", failed);
        }
    }

    private void started(RunEvent.RoundStarted event, SortedSet<NodeId> available) {
        check(event.round() == completed + 1 && event.attempt() == attempt + 1, "round out of turn: ", event);
        check(event.attempt() <= spec.policy().maxAttempts(), "an attempt too many: ", event);
        check(event.model().equals(model), "starts from another model: ", event);
        attempt = event.attempt();
        int n = available.size();
        var sampling = spec.strategy().sampling();
        check(
                n >= sampling.minAvailableNodes()
                        && n >= sampling.minTrainNodes()
                        && n >= spec.policy().quorum(),
                "too few nodes: ",
                event);
        int wanted = Math.min(
                n,
                Math.max(
                        Math.max((int) (sampling.fractionTrain() * n), sampling.minTrainNodes()),
                        spec.policy().quorum()));
        int asked = Math.min(n, (int) Math.ceil(wanted * spec.policy().overSelection()));
        check(event.available().equals(available) && event.target() == wanted, "target of ", event);
        check(disjoint(event.cohort(), event.passedOver()), "drawn and passed over: ", event);
        check(
                event.cohort().equals(draw(seed, event.round(), event.attempt(), "train", available, asked)),
                "cohort is not the draw: ",
                event);
        check(event.deadline().equals(event.at().plus(spec.policy().trainDeadline())), "deadline of ", event);
        deadline = event.deadline();
        cohort = new TreeSet<>(event.cohort());
        target = wanted;
        accepted.clear();
        pending.clear();
    }

    private void accepted(RunEvent.UpdateAccepted event) {
        StoredUpdate stored = store.get(event.update());
        check(stored != null && stored.node().equals(event.node()), "accepted what is not in the store: ", event);
        check(event.round() == completed + 1 && cohort.contains(event.node()), "accepted from outside: ", event);
        check(stored.baseModel().equals(model), "accepted from another base: ", event);
        check(
                event.claimedExamples() == stored.claimed()
                        && event.grantedWeight() == Math.min(stored.claimed(), spec.maxExamplesPerNode())
                        && event.grantedWeight() >= 1,
                "weight of ",
                event);
        for (long value : stored.values()) {
            check(Math.abs(value) <= spec.maxAbsoluteValue(), "accepted out of range: ", event);
        }
        check(event.at().isBefore(deadline), "accepted after ", deadline, ": ", event);
        check(accepted.size() < target, "more than wanted: ", event);
        check(accepted.put(event.node(), event) == null, "accepted twice: ", event);
    }

    private void closed(RunEvent.RoundClosed event) {
        check(event.round() == completed + 1 && event.attempt() == attempt, "closed another round: ", event);
        List<ContentHash> expected = new ArrayList<>();
        long weight = 0;
        SortedMap<NodeId, Told> now = new TreeMap<>();
        for (RunEvent.UpdateAccepted update : accepted.values()) {
            expected.add(update.update());
            weight += update.grantedWeight();
            now.put(update.node(), new Told(update.update(), update.grantedWeight()));
        }
        expected.sort(null);
        check(event.updates().equals(expected), "closed with ", event.updates(), ", accepted are ", expected);
        check(event.totalWeight() == weight, "total weight of ", event, " is ", weight);
        check(expected.size() >= spec.policy().quorum(), "closed below quorum: ", event);
        boolean right = switch (event.reason()) {
            case TARGET_REACHED -> expected.size() == target;
            case ALL_SETTLED -> expected.size() < target;
            case DEADLINE -> expected.size() < target && !event.at().isBefore(deadline);
        };
        check(right, "closed for no reason: ", event);
        pending.forEach((node, told) ->
                check(told.equals(now.get(node)), node, " was told ", told, ", round closed with ", now.get(node)));
        check(counted.put(event.round(), now) == null, "closed twice: ", event);
        pending.clear();
        roundsClosed++;
    }

    private void published(RunEvent.ModelPublished event) {
        long[] next = modelValues.clone();
        for (Told told : counted.get(completed + 1).values()) {
            List<Long> values = store.get(told.update()).values();
            for (int i = 0; i < next.length; i++) {
                next[i] += told.weight() * values.get(i);
            }
        }
        check(event.round() == completed + 1 && event.model().equals(hashOf(next)), "published another sum: ", event);
        modelValues = next;
        model = event.model();
        deadline = event.evaluationDeadline();
        evaluators = new TreeSet<>();
        evaluated.clear();
    }

    private void completed(RunEvent.RoundCompleted event) {
        check(event.round() == completed + 1, "completed another round: ", event);
        long examples = 0;
        BigDecimal sum = BigDecimal.ZERO;
        for (RunEvent.NodeEvaluated report : evaluated.values()) {
            examples += report.examples();
            sum = sum.add(
                    BigDecimal.valueOf(report.metrics().get("loss")).multiply(BigDecimal.valueOf(report.examples())));
        }
        check(event.evaluatedExamples() == examples, "evaluated examples of ", event, " are ", examples);
        if (examples == 0) {
            check(event.metrics().isEmpty(), "metrics of nobody: ", event);
        } else {
            double mean = sum.divide(BigDecimal.valueOf(examples), MathContext.DECIMAL64)
                    .doubleValue();
            check(Math.abs(event.metrics().get("loss") - mean) <= 1e-12 * (1 + Math.abs(mean)), "mean of ", event);
        }
        completed++;
        attempt = 0;
        accepted.clear();
        pending.clear();
    }

    private static boolean disjoint(List<NodeId> cohort, List<NodeId> passedOver) {
        return cohort.stream().noneMatch(passedOver::contains)
                && passedOver.equals(passedOver.stream().sorted().toList());
    }

    /** The words of a complaint are put together only if there is one. */
    private static void check(boolean holds, Object... complaint) {
        if (!holds) {
            StringBuilder words = new StringBuilder();
            for (Object word : complaint) {
                words.append(word);
            }
            throw new AssertionError(words.toString());
        }
    }
}
