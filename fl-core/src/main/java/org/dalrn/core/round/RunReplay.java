package org.dalrn.core.round;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.core.aggregation.PartialSum;
import org.dalrn.core.aggregation.ScreenResult;
import org.dalrn.core.aggregation.SumAccumulator;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.aggregation.UpdateScreen;
import org.dalrn.core.incentive.CoalitionModel;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.RoundPlayers;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.contribution.CoalitionModels;
import org.dalrn.core.incentive.contribution.GradientAlignment;
import org.dalrn.core.incentive.contribution.NodeGroups;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * A run's history, computed again from what only its participants knew.
 *
 * <p>Each event is traced back to the command that it answered, {@link RoundMachine} decides that command once more, and
 * what comes out is compared with what was logged, field by field. Of an accepted update the norm and the largest value
 * are measured again from its bytes; of a published model the exact sum, its digest, the mean, the strategy's step and
 * the model's hash are computed again. So these are derived, not believed: who was drawn, targets, weights, quorum,
 * closing and abandoning, deadlines, mean metrics, sums and models; with incentives also the models of coalitions,
 * alignments, contributions, weights and amounts. Amounts follow from the events alone: where the bytes of updates are not at
 * hand, alignments are taken as logged, which is told, and everything after them is computed again.
 *
 * <p>These are believed, because nobody else knows them: the times of events; which nodes were connected; who sent what
 * with which claims and measurements; the utilities of coalitions of updates, measured on data of the coordinator; why a node dropped out or an update was refused; why an operator stopped a run.
 *
 * <p>Events are given in order to {@link #accept}; {@link #finish} tells whether one is missing at the end. Memory: 24
 * bytes for each element of the model, whatever the number of updates; with {@code group-shapley} 8 more for each group. Confined to one thread.
 */
public final class RunReplay {

    /** A comparison that found more than this reports no more of its event. */
    private static final int MOST_FINDINGS_OF_AN_EVENT = 64;

    private static final int LONGEST_VALUE = 200;

    private final Blobs blobs;
    private final Deque<RunEvent> due = new ArrayDeque<>();
    private @Nullable RunState state;
    private boolean over;
    private long events;
    private int models;
    private long updates;

    /** Set while the present round's updates can be read and summed. */
    private boolean sumIsPossible;

    private Optional<ContentHash> missingInRound = Optional.empty();

    /** The present round's sum, if it was needed before its model. */
    private @Nullable PartialSum summed;

    private @Nullable Parameters model;
    private @Nullable ContentHash modelHash;

    /** Where the bytes of updates and models are found. */
    @FunctionalInterface
    public interface Blobs {
        /**
         * The bytes whose SHA-256 is {@code hash}, empty if they are not at hand. The replay takes the answer's word for it
         * that they have this hash.
         */
        Optional<UpdateBytes> find(ContentHash hash);
    }

    /**
     * One thing that is not as it must be.
     *
     * @param event number of the event, 0 for the first
     * @param type of the event, as its text has it
     * @param field of the event, as its text has it, the parts of nested fields joined by dots
     * @param expected what the computation gives
     * @param found what the log says
     */
    public record Finding(long event, String type, String field, String expected, String found) {}

    /**
     * What came of computing one event again.
     *
     * @param expected the event that must stand there; empty if none may, or after an event that could not follow
     * @param findings what differs; empty if nothing does
     * @param missing a blob without which this event could not be computed; then the findings say so
     */
    public record Step(Optional<RunEvent> expected, List<Finding> findings, Optional<ContentHash> missing) {
        public Step {
            findings = List.copyOf(findings);
        }
    }

    /** Begins with the first event of a run still to come. */
    public RunReplay(Blobs blobs) {
        this.blobs = requireNonNull(blobs, "blobs");
    }

    /** How many events were accepted. */
    public long events() {
        return events;
    }

    /** How many models were computed again and had the hash that was logged. */
    public int models() {
        return models;
    }

    /** How many accepted updates were read and found to be as logged. */
    public long updates() {
        return updates;
    }

    /**
     * Computes one more event again. What differs is told, and then the event is taken for what the log says; after one
     * that cannot follow, nothing is computed any more.
     */
    public Step accept(RunEvent event) {
        long index = events++;
        List<Finding> findings = new ArrayList<>();
        Optional<RunEvent> expected = Optional.empty();
        Optional<ContentHash> missing = Optional.empty();
        try {
            RunState before = state;
            if (over) {
                return new Step(expected, findings, missing);
            }
            if (before == null) {
                return begin(index, event);
            }
            if (due.isEmpty()) {
                Cause cause = new Cause(index, before, findings);
                due.addAll(RoundMachine.decide(before, event.accept(cause)).events());
                missing = cause.missing;
                // What the event was decided together with is known in part only: its own turn comes.
                while (cause.standsAlone && due.size() > 1) {
                    due.removeLast();
                }
            }
            expected = Optional.ofNullable(due.poll());
            compare(index, before, expected, event, findings);
            state = before.apply(event);
            learn(event, findings.isEmpty());
        } catch (IllegalStateException
                | IllegalArgumentException
                | ArithmeticException
                | DateTimeException impossible) {
            over = true;
            String why = type(event) + ": " + impossible.getMessage();
            findings.add(new Finding(index, type(event), "type", "an event that can follow", shorten(why)));
        }
        return new Step(expected, findings, missing);
    }

    /** What is missing after the last event; empty if nothing is. */
    public List<Finding> finish() {
        if (over || (state != null && due.isEmpty() && !state.isSettledEarly())) {
            return List.of();
        }
        if (state != null && due.isEmpty()) {
            return List.of(new Finding(events, "stopped", "type", "stopped or failed", "the end of the log"));
        }
        String missing = due.isEmpty() ? "opened" : type(due.element());
        return List.of(new Finding(events, missing, "type", missing, "the end of the log"));
    }

    private Step begin(long index, RunEvent event) {
        if (event instanceof RunEvent.Opened opened) {
            state = RunState.opened(opened);
            return new Step(Optional.of(event), List.of(), Optional.empty());
        }
        over = true;
        Finding finding = new Finding(index, type(event), "type", "opened", type(event));
        return new Step(Optional.empty(), List.of(finding), Optional.empty());
    }

    private void compare(
            long index, RunState before, Optional<RunEvent> expected, RunEvent found, List<Finding> findings) {
        // An event's text may name a whole cohort: it is only written for one that differs.
        if (expected.filter(found::equals).isEmpty()) {
            String type = type(found);
            if (expected.isEmpty()) {
                findings.add(new Finding(index, type, "type", "no such event in phase " + before.phase(), type));
            } else if (expected.get().getClass() != found.getClass()) {
                findings.add(new Finding(index, type, "type", type(expected.get()), type));
            } else {
                differences(index, type, leaves(expected.get()), leaves(found), findings);
            }
        }
        if (!findings.isEmpty()) {
            due.clear();
        }
    }

    private static void differences(
            long index,
            String type,
            SortedMap<String, String> expected,
            SortedMap<String, String> found,
            List<Finding> findings) {
        Set<String> fields = new TreeSet<>(expected.keySet());
        fields.addAll(found.keySet());
        for (String field : fields) {
            String wanted = expected.getOrDefault(field, "nothing");
            String there = found.getOrDefault(field, "nothing");
            if (!wanted.equals(there) && findings.size() < MOST_FINDINGS_OF_AN_EVENT) {
                findings.add(new Finding(index, type, field, shorten(wanted), shorten(there)));
            }
        }
    }

    private static String shorten(String value) {
        return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
    }

    private static String type(RunEvent event) {
        return (String) EventText.tree(event).getOrDefault("type", "");
    }

    private static SortedMap<String, String> leaves(RunEvent event) {
        SortedMap<String, String> leaves = new TreeMap<>();
        flatten("", EventText.tree(event), leaves);
        return leaves;
    }

    private static void flatten(String path, Object tree, SortedMap<String, String> leaves) {
        if (tree instanceof SortedMap<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                flatten(
                        path.isEmpty() ? (String) entry.getKey() : path + "." + entry.getKey(),
                        entry.getValue(),
                        leaves);
            }
        } else if (tree instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                flatten(path + "." + i, list.get(i), leaves);
            }
        } else {
            leaves.put(path, (String) tree);
        }
    }

    /** What later steps need to know of an event that stands. */
    private void learn(RunEvent event, boolean asExpected) {
        if (event instanceof RunEvent.RoundStarted) {
            sumIsPossible = true;
            missingInRound = Optional.empty();
            summed = null;
        } else if (event instanceof RunEvent.UpdateAccepted) {
            updates += asExpected ? 1 : 0;
        } else if (event instanceof RunEvent.ModelPublished && asExpected) {
            models++;
        }
    }

    /** The command that an event answers, with everything computed again that can be. */
    private final class Cause implements RunEvent.Visitor<RunCommand> {
        private final long index;
        private final RunState before;
        private final List<Finding> findings;
        private Optional<ContentHash> missing = Optional.empty();
        /** Set if the command that is named leads to this event, but to others than those that follow. */
        private boolean standsAlone;

        Cause(long index, RunState before, List<Finding> findings) {
            this.index = index;
            this.before = before;
            this.findings = findings;
        }

        @Override
        public RunCommand opened(RunEvent.Opened event) {
            return new RunCommand.Open(event.run(), event.spec(), event.seed(), event.at());
        }

        @Override
        public RunCommand resumed(RunEvent.Resumed event) {
            return new RunCommand.Resume(event.at());
        }

        @Override
        public RunCommand roundStarted(RunEvent.RoundStarted event) {
            return new RunCommand.Tick(event.available(), event.at());
        }

        @Override
        public RunCommand updateAccepted(RunEvent.UpdateAccepted event) {
            Optional<ScreenResult.Finite> measured = measure(event);
            sumIsPossible &= measured.isPresent();
            return new RunCommand.SubmitUpdate(
                    event.node(),
                    event.round(),
                    event.update(),
                    before.current().map(RoundState::baseModel).orElse(before.model()),
                    event.claimedExamples(),
                    measured.map(ScreenResult.Finite::l2Norm).orElse(event.l2Norm()),
                    measured.map(ScreenResult.Finite::maxAbsoluteValue).orElse(event.maxAbsoluteValue()),
                    event.metrics(),
                    event.at());
        }

        @Override
        public RunCommand updateRefused(RunEvent.UpdateRefused event) {
            return new RunCommand.RecordRefusal(
                    event.node(), event.round(), event.reason(), event.detail(), event.at());
        }

        @Override
        public RunCommand nodeDropped(RunEvent.NodeDropped event) {
            return new RunCommand.Drop(event.node(), event.round(), event.reason(), event.detail(), event.at());
        }

        @Override
        public RunCommand roundClosed(RunEvent.RoundClosed event) {
            return nothingButTime(event);
        }

        @Override
        public RunCommand roundAbandoned(RunEvent.RoundAbandoned event) {
            return nothingButTime(event);
        }

        @Override
        public RunCommand modelPublished(RunEvent.ModelPublished event) {
            return combine(event)
                    .orElseGet(() -> new RunCommand.Publish(
                            event.round(),
                            attempt(),
                            event.model(),
                            event.sumDigest(),
                            new RunCommand.Measurement(Collections.emptySortedMap(), List.of(), event.coalitions()),
                            event.at()));
        }

        @Override
        public RunCommand evaluationStarted(RunEvent.EvaluationStarted event) {
            return new RunCommand.Tick(event.available(), event.at());
        }

        @Override
        public RunCommand nodeEvaluated(RunEvent.NodeEvaluated event) {
            SortedMap<ContentHash, Double> coalitionMetrics = new TreeMap<>();
            List<CoalitionModel> coalitions =
                    before.current().map(RoundState::coalitions).orElse(List.of());
            for (int i = 0;
                    i < Math.min(coalitions.size(), event.coalitionMetrics().size());
                    i++) {
                coalitionMetrics.put(
                        coalitions.get(i).model(), event.coalitionMetrics().get(i));
            }
            return new RunCommand.ReportEvaluation(
                    event.node(),
                    event.round(),
                    before.model(),
                    event.examples(),
                    event.metrics(),
                    coalitionMetrics,
                    event.at());
        }

        @Override
        public RunCommand roundCompleted(RunEvent.RoundCompleted event) {
            return nothingButTime(event);
        }

        @Override
        public RunCommand contributionsMeasured(RunEvent.ContributionsMeasured event) {
            if (before.phase() != Phase.AGGREGATING) {
                return nothingButTime(event);
            }
            // With the round's model, which has an event of its own.
            standsAlone = true;
            RunCommand.Measurement measurement =
                    new RunCommand.Measurement(alignments(event), event.values(), List.of());
            return new RunCommand.Publish(
                    event.round(), attempt(), before.model(), before.seed(), measurement, event.at());
        }

        /** Measured again from the bytes; as logged if they are not at hand. */
        private SortedMap<NodeId, Double> alignments(RunEvent.ContributionsMeasured event) {
            boolean asked = before.spec()
                    .incentive()
                    .filter(policy -> policy.measure() instanceof ContributionMeasure.Alignment)
                    .isPresent();
            RoundState round = before.current().orElse(null);
            if (!asked || round == null) {
                return Collections.emptySortedMap();
            }
            missing = missingInRound;
            SortedMap<NodeId, Double> alignments = new TreeMap<>();
            if (!sumIsPossible || round.accepted().isEmpty()) {
                found(
                        "contributions-measured",
                        "contributions",
                        "the alignments of the round's updates",
                        "updates that are missing or not as logged");
                event.contributions().forEach(logged -> alignments.put(logged.node(), logged.value()));
                return alignments;
            }
            try {
                PartialSum sum = sum(round);
                summed = sum;
                GradientAlignment alignment =
                        GradientAlignment.with(sum.mean(before.spec().layout()), OptionalDouble.empty());
                round.accepted()
                        .forEach((node, update) -> alignments.put(
                                node, alignment.of(bytes(update.update())).cosine()));
            } catch (IllegalArgumentException impossible) {
                found(
                        "contributions-measured",
                        "contributions",
                        "alignments that can be computed",
                        shorten(String.valueOf(impossible.getMessage())));
            }
            return alignments;
        }

        @Override
        public RunCommand allocated(RunEvent.Allocated event) {
            boolean whileItRuns = before.spec()
                    .incentive()
                    .filter(policy -> policy.settlement() == Settlement.RUN)
                    .isPresent();
            if (!whileItRuns || before.completedRounds() == before.spec().rounds()) {
                return nothingButTime(event);
            }
            // Before an early end, whose reason its own event tells.
            standsAlone = true;
            return new RunCommand.Stop("", event.at());
        }

        @Override
        public RunCommand finished(RunEvent.Finished event) {
            return nothingButTime(event);
        }

        @Override
        public RunCommand stopped(RunEvent.Stopped event) {
            return new RunCommand.Stop(event.reason(), event.at());
        }

        @Override
        public RunCommand failed(RunEvent.Failed event) {
            return new RunCommand.Fail(event.reason(), event.at());
        }

        /** With nobody connected, a tick starts nothing: what it leads to follows from the state and the time. */
        private RunCommand nothingButTime(RunEvent event) {
            return new RunCommand.Tick(new TreeSet<>(), event.at());
        }

        private int attempt() {
            return before.current().map(RoundState::attempt).orElse(1);
        }

        private void found(String type, String field, String expected, String found) {
            findings.add(new Finding(index, type, field, expected, found));
        }

        private Optional<ScreenResult.Finite> measure(RunEvent.UpdateAccepted event) {
            Optional<UpdateBytes> bytes = blobs.find(event.update());
            if (bytes.isEmpty()) {
                found("update-accepted", "update", "the bytes of " + event.update(), "no bytes");
                missing = Optional.of(event.update());
                missingInRound = missingInRound.or(() -> missing);
                return Optional.empty();
            }
            UpdateScreen screen = new UpdateScreen();
            try (UpdateBytes.Chunks chunks = bytes.get().open()) {
                for (Optional<ByteBuffer> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
                    screen.accept(chunk.get());
                }
            }
            int elements = before.spec().layout().elementCount();
            return screen.finish()
                    .<Optional<ScreenResult.Finite>>match(
                            finite -> {
                                if (finite.elements() == elements) {
                                    return Optional.of(finite);
                                }
                                found(
                                        "update-accepted",
                                        "update",
                                        elements + " elements",
                                        finite.elements() + " elements");
                                return Optional.empty();
                            },
                            infinite -> {
                                found(
                                        "update-accepted",
                                        "update",
                                        "finite elements",
                                        "none at index " + infinite.firstIndex());
                                return Optional.empty();
                            },
                            truncated -> {
                                found(
                                        "update-accepted",
                                        "update",
                                        elements + " elements",
                                        truncated.elements() + " elements and " + truncated.trailingBytes() + " bytes");
                                return Optional.empty();
                            });
        }

        /** The sum, the mean and the step again; empty with a finding if that is not possible. */
        private Optional<RunCommand> combine(RunEvent.ModelPublished event) {
            RoundState round = before.current().orElse(null);
            if (before.phase() != Phase.AGGREGATING || round == null) {
                return Optional.empty();
            }
            missing = missingInRound;
            if (!sumIsPossible || round.accepted().isEmpty()) {
                found(
                        "model-published",
                        "sumDigest",
                        "the sum of the round's updates",
                        "updates that are missing or not as logged");
                return Optional.empty();
            }
            try {
                PartialSum sum = summed == null ? sum(round) : summed;
                summed = null;
                Parameters base = base();
                List<CoalitionModel> coalitions = coalitions(round, base);
                Parameters next = before.spec()
                        .strategy()
                        .step(base, sum.mean(before.spec().layout()));
                model = next;
                modelHash = next.contentHash();
                return Optional.of(new RunCommand.Publish(
                        round.number(),
                        round.attempt(),
                        modelHash,
                        sum.digest(),
                        new RunCommand.Measurement(Collections.emptySortedMap(), List.of(), coalitions),
                        event.at()));
            } catch (IllegalArgumentException impossible) {
                found(
                        "model-published",
                        "model",
                        "a model that can be computed",
                        shorten(String.valueOf(impossible.getMessage())));
                return Optional.empty();
            }
        }

        /** The models of the coalitions of groups, in a run that measures contributions by them. */
        private List<CoalitionModel> coalitions(RoundState round, Parameters base) {
            if (!before.isMeasuredByEvaluation()) {
                return List.of();
            }
            ContributionMeasure.GroupShapley measure =
                    (ContributionMeasure.GroupShapley) before.policy().measure();
            RoundPlayers players = round.players(before.seed());
            Optional<NodeGroups> groups = players.groups(measure);
            if (groups.isEmpty()) {
                return List.of();
            }
            List<PartialSum> sums = new ArrayList<>();
            for (List<NodeId> group : groups.get().groups()) {
                sums.add(sum(round, Set.copyOf(group)));
            }
            CoalitionModels models = CoalitionModels.ofSums(base, before.spec().strategy(), sums);
            return players.coalitionsToModel(measure).stream()
                    .map(members ->
                            new CoalitionModel(members, models.model(members).contentHash()))
                    .toList();
        }

        private PartialSum sum(RoundState round) {
            return sum(round, round.accepted().keySet());
        }

        private PartialSum sum(RoundState round, Set<NodeId> nodes) {
            SumAccumulator sum = SumAccumulator.create(
                    before.run(),
                    round.number(),
                    0,
                    before.spec().scale(round.cohort().size()),
                    before.spec().layout().elementCount());
            round.accepted().forEach((node, update) -> {
                if (nodes.contains(node)) {
                    sum.add(PartialSum.updateId(node, update.update()), update.grantedWeight(), bytes(update.update()));
                }
            });
            return sum.seal();
        }

        /** What the round started from: the model computed last, if that is what was logged. */
        private Parameters base() {
            if (model != null && modelHash != null && modelHash.equals(before.model())) {
                return model;
            }
            if (blobs.find(before.model()).isEmpty()) {
                missing = Optional.of(before.model());
            }
            Parameters read = bytes(before.model()).read(before.spec().layout());
            model = read;
            modelHash = before.model();
            return read;
        }

        private UpdateBytes bytes(ContentHash hash) {
            return blobs.find(hash)
                    .orElseThrow(() -> new IllegalArgumentException("the bytes of " + hash + " are not at hand"));
        }
    }
}
