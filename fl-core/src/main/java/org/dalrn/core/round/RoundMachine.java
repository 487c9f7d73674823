package org.dalrn.core.round;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dalrn.core.incentive.Allotment;
import org.dalrn.core.incentive.CoalitionModel;
import org.dalrn.core.incentive.CoalitionValue;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.Earnings;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.RoundPlayers;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.WellFormed;
import org.dalrn.core.strategy.CohortDraw;

/**
 * The rules of a run: which events a command leads to in a given state.
 *
 * <p>A total, pure function. It reads no clock and draws nothing at random; a command that cannot be obeyed leads to a
 * refusal or to nothing, never to an exception. The shell makes the events durable, then gives the reply, then does what
 * the new state asks for: push tasks, sum, publish.
 */
public final class RoundMachine {

    /** A metric's name is at most this long. */
    public static final int LONGEST_METRIC_NAME = 64;

    /** A report has at most this many metrics. */
    public static final int MOST_METRICS = 64;

    /** So many refusals of one node and round are written to the log; later ones are answered only. */
    static final int MOST_REFUSALS_LOGGED = 16;

    /** Utilities beyond this are not compared: their differences would leave the range of doubles. */
    private static final double LARGEST_UTILITY = 1e300;

    private RoundMachine() {}

    /** The first decision of a run. */
    public static Decision open(RunCommand.Open command) {
        return new Decision(
                List.of(new RunEvent.Opened(command.run(), command.spec(), command.seed(), command.at())),
                new RunReply.Done());
    }

    /** What a command leads to. */
    public static Decision decide(RunState state, RunCommand command) {
        Script script = new Script(state);
        RunReply reply = script.obey(command);
        return new Decision(script.events, reply);
    }

    /**
     * Whether an announced update would be refused, before any byte of it is taken. Empty if it may come; it is decided
     * again when it is whole.
     */
    public static Optional<RunReply.Refused> refusalOf(
            RunState state, NodeId node, int round, ContentHash update, ContentHash baseModel, long claimedExamples) {
        return new Script(state).refusalOf(node, round, update, baseModel, claimedExamples);
    }

    /** The answer to an update whose bytes were accepted before, so that they need not come again; else empty. */
    public static Optional<RunReply.Accepted> acceptedBefore(
            RunState state, NodeId node, int round, ContentHash update) {
        return new Script(state).alreadyAccepted(node, round, update);
    }

    /** Empty if the metrics are allowed, else what is wrong with them. */
    public static Optional<String> faultOf(Map<String, Double> metrics) {
        if (metrics.size() > MOST_METRICS) {
            return Optional.of(metrics.size() + " metrics, at most " + MOST_METRICS + " are allowed");
        }
        for (Map.Entry<String, Double> metric : metrics.entrySet()) {
            String name = metric.getKey();
            if (name.isBlank() || name.length() > LONGEST_METRIC_NAME) {
                return Optional.of("a metric's name has " + name.length() + " characters, allowed are 1 to "
                        + LONGEST_METRIC_NAME);
            }
            if (!WellFormed.is(name)) {
                return Optional.of("a metric's name has half of a surrogate pair");
            }
            if (!Double.isFinite(metric.getValue())) {
                return Optional.of("metric '" + name + "' is not finite");
            }
        }
        return Optional.empty();
    }

    /** The events of one decision, and the state that they lead to. */
    private static final class Script {
        private final List<RunEvent> events = new ArrayList<>();
        private RunState state;

        Script(RunState state) {
            this.state = state;
        }

        RunReply obey(RunCommand command) {
            if (state.isSettledEarly() && !(command instanceof RunCommand.Stop || command instanceof RunCommand.Fail)) {
                // A log that was cut between the settlement and the end that it was for.
                fail(
                        "the run was settled after " + state.completedRounds() + " of "
                                + state.spec().rounds() + " rounds, but why it ended was lost",
                        command.at());
            }
            if (command instanceof RunCommand.SubmitUpdate submit) {
                return submit(submit);
            }
            if (command instanceof RunCommand.ReportEvaluation report) {
                return report(report);
            }
            if (!state.phase().isOver()) {
                obeySilently(command);
            }
            return new RunReply.Done();
        }

        private void obeySilently(RunCommand command) {
            if (command instanceof RunCommand.Tick tick) {
                tick(tick);
            } else if (command instanceof RunCommand.RecordRefusal refusal) {
                logRefusal(refusal.node(), refusal.round(), refusal.reason(), refusal.detail(), refusal.at());
            } else if (command instanceof RunCommand.Drop drop) {
                drop(drop);
            } else if (command instanceof RunCommand.Publish publish) {
                publish(publish);
            } else if (command instanceof RunCommand.Resume resume) {
                resume(resume.at());
            } else if (command instanceof RunCommand.Stop stop) {
                settleBeforeTheEnd(stop.at());
                emit(new RunEvent.Stopped(stop.reason(), stop.at()));
            } else if (command instanceof RunCommand.Fail fail) {
                fail(fail.reason(), fail.at());
            }
            // Open is answered by open(): a run that exists is not opened again.
        }

        private void fail(String reason, Instant at) {
            settleBeforeTheEnd(at);
            emit(new RunEvent.Failed(reason, at));
        }

        private void emit(RunEvent event) {
            events.add(event);
            state = state.apply(event);
        }

        // ---------------------------------------------------------------------------------------------- training

        private RunReply submit(RunCommand.SubmitUpdate command) {
            Optional<RunReply.Accepted> already = alreadyAccepted(command.node(), command.round(), command.update());
            if (already.isPresent()) {
                return already.get();
            }
            if (state.phase() == Phase.TRAINING && isOverdue(command.at())) {
                closeIfDue(command.at());
            }
            Optional<RunReply.Refused> refusal = refusalOf(
                            command.node(),
                            command.round(),
                            command.update(),
                            command.baseModel(),
                            command.claimedExamples())
                    .or(() -> refusalOfContent(command));
            if (refusal.isPresent()) {
                RunReply.Refused refused = refusal.get();
                logRefusal(command.node(), command.round(), refused.reason(), refused.detail(), command.at());
                return refused;
            }
            long granted = Math.min(command.claimedExamples(), state.spec().maxExamplesPerNode());
            emit(new RunEvent.UpdateAccepted(
                    command.round(),
                    command.node(),
                    command.update(),
                    command.claimedExamples(),
                    granted,
                    command.l2Norm(),
                    command.maxAbsoluteValue(),
                    command.metrics(),
                    command.at()));
            closeIfDue(command.at());
            return new RunReply.Accepted(granted, false);
        }

        Optional<RunReply.Refused> refusalOf(
                NodeId node, int round, ContentHash update, ContentHash baseModel, long claimedExamples) {
            if (alreadyAccepted(node, round, update).isPresent()) {
                return Optional.empty();
            }
            if (state.phase().isOver()) {
                return refuse(Refusal.RUN_OVER, "the run is " + state.phase() + "; nothing is taken any more");
            }
            int expected = state.roundNumber();
            boolean waiting = state.phase() == Phase.WAITING;
            if (round < 1 || round > expected || (round == expected && waiting && state.nextAttempt() == 1)) {
                return refuse(
                        Refusal.WRONG_ROUND,
                        "round " + round + " has not begun; the run is at round " + expected
                                + "; send the round number of the task");
            }
            if (round < expected || waiting) {
                return refuse(
                        Refusal.LATE_UPDATE,
                        "round " + round + " has closed; the run is at round " + expected + ", phase " + state.phase()
                                + "; wait for the next task");
            }
            RoundState current = state.current().orElseThrow();
            if (!current.cohort().contains(node)) {
                return refuse(
                        Refusal.NOT_SELECTED,
                        "node " + node.value() + " is not in the cohort of round " + round + "; wait for a task");
            }
            RunEvent.UpdateAccepted earlier = current.accepted().get(node);
            if (earlier != null) {
                return refuse(
                        Refusal.SECOND_UPDATE,
                        "update " + earlier.update() + " of this node is already in round " + round
                                + "; one update a round counts");
            }
            if (state.phase() != Phase.TRAINING) {
                return refuse(
                        Refusal.LATE_UPDATE, "round " + round + " has closed; the run's phase is " + state.phase());
            }
            if (!baseModel.equals(current.baseModel())) {
                return refuse(
                        Refusal.WRONG_BASE_MODEL,
                        "the update starts from model " + baseModel + ", round " + round + " from "
                                + current.baseModel() + "; train from the model that the task names");
            }
            if (claimedExamples < 1) {
                return refuse(
                        Refusal.WEIGHT_INVALID,
                        "claimed examples " + claimedExamples + " is below 1; send the number of training examples");
            }
            return Optional.empty();
        }

        private Optional<RunReply.Refused> refusalOfContent(RunCommand.SubmitUpdate command) {
            double allowed = state.spec().maxAbsoluteValue();
            if (!(command.maxAbsoluteValue() <= allowed)) {
                return refuse(
                        Refusal.VALUE_OUT_OF_RANGE,
                        "an element of the update is larger than max-absolute-value " + allowed
                                + "; clip the update, or raise the run's bound");
            }
            return faultOf(command.metrics()).flatMap(fault -> refuse(Refusal.METRICS_INVALID, fault));
        }

        private Optional<RunReply.Accepted> alreadyAccepted(NodeId node, int round, ContentHash update) {
            return state.current()
                    .filter(candidate -> candidate.number() == round && !state.isLastAttemptVoid())
                    .or(() -> state.previous().filter(candidate -> candidate.number() == round))
                    .map(found -> found.accepted().get(node))
                    .filter(event -> event.update().equals(update))
                    .map(event -> new RunReply.Accepted(event.grantedWeight(), true));
        }

        private static Optional<RunReply.Refused> refuse(Refusal reason, String detail) {
            return Optional.of(new RunReply.Refused(reason, detail));
        }

        private void logRefusal(NodeId node, int round, Refusal reason, String detail, Instant at) {
            boolean room = state.current()
                    .map(current -> current.refusals().getOrDefault(node, 0) < MOST_REFUSALS_LOGGED)
                    .orElse(false);
            if (room && !state.phase().isOver()) {
                emit(new RunEvent.UpdateRefused(round, node, reason, detail, at));
            }
        }

        private void drop(RunCommand.Drop command) {
            Optional<RoundState> current = state.current().filter(round -> round.number() == command.round());
            if (current.isEmpty()) {
                return;
            }
            List<NodeId> awaited = state.phase() == Phase.TRAINING
                    ? current.get().outstanding()
                    : state.phase() == Phase.EVALUATING ? current.get().outstandingEvaluators() : List.of();
            if (!awaited.contains(command.node())) {
                return;
            }
            emit(new RunEvent.NodeDropped(
                    command.round(), command.node(), command.reason(), command.detail(), command.at()));
            if (state.phase() == Phase.TRAINING) {
                closeIfDue(command.at());
            } else {
                completeIfDue(command.at());
            }
        }

        /** Whether a deadline has passed is a matter of the command's time, not of when the shell's timer happens to fire. */
        private boolean isOverdue(Instant at) {
            return !at.isBefore(state.current().orElseThrow().deadline());
        }

        private void closeIfDue(Instant at) {
            RoundState current = state.current().orElseThrow();
            int accepted = current.accepted().size();
            int outstanding = current.outstanding().size();
            int quorum = state.spec().policy().quorum();
            boolean overdue = isOverdue(at);
            if (accepted >= current.target()) {
                close(current, CloseReason.TARGET_REACHED, at);
            } else if (outstanding == 0 && accepted >= quorum) {
                close(current, CloseReason.ALL_SETTLED, at);
            } else if (overdue && accepted >= quorum) {
                close(current, CloseReason.DEADLINE, at);
            } else if (overdue || accepted + outstanding < quorum) {
                abandon(current, at);
            }
        }

        private void close(RoundState current, CloseReason reason, Instant at) {
            List<ContentHash> updates = current.accepted().values().stream()
                    .map(RunEvent.UpdateAccepted::update)
                    .sorted()
                    .toList();
            long weight = current.accepted().values().stream()
                    .mapToLong(RunEvent.UpdateAccepted::grantedWeight)
                    .sum();
            emit(new RunEvent.RoundClosed(current.number(), current.attempt(), updates, weight, reason, at));
        }

        private void abandon(RoundState current, Instant at) {
            emit(new RunEvent.RoundAbandoned(
                    current.number(),
                    current.attempt(),
                    current.accepted().size(),
                    state.spec().policy().quorum(),
                    at));
            failIfExhausted(at);
        }

        private void failIfExhausted(Instant at) {
            RoundPolicy policy = state.spec().policy();
            if (state.nextAttempt() > policy.maxAttempts()) {
                RoundState last = state.current().orElseThrow();
                fail(
                        "round " + last.number() + " got " + last.accepted().size() + " of " + policy.quorum()
                                + " updates in its last of " + last.attempt() + " attempts",
                        at);
            }
        }

        private void finishIfDone(Instant at) {
            if (state.completedRounds() >= state.spec().rounds()) {
                settleBeforeTheEnd(at);
                emit(new RunEvent.Finished(state.model(), at));
            }
        }

        // ---------------------------------------------------------------------------------- publication, evaluation

        private void publish(RunCommand.Publish command) {
            boolean expected = state.phase() == Phase.AGGREGATING
                    && state.current()
                            .filter(round -> round.number() == command.round() && round.attempt() == command.attempt())
                            .isPresent();
            if (expected && measure(command)) {
                Instant deadline = command.at().plus(state.spec().policy().evaluateDeadline());
                emit(new RunEvent.ModelPublished(
                        command.round(),
                        command.model(),
                        command.sumDigest(),
                        deadline,
                        command.measurement().coalitions(),
                        command.at()));
            }
        }

        /** Writes down what was contributed, as far as it is known now; false if the run had to fail. */
        private boolean measure(RunCommand.Publish command) {
            RunCommand.Measurement measurement = command.measurement();
            try {
                requireCoalitions(measurement.coalitions());
                if (state.isMeasuredByEvaluation() || state.isMeasured()) {
                    return true;
                }
                RoundPlayers players = state.current().orElseThrow().players(state.seed());
                emit(new RunEvent.ContributionsMeasured(
                        command.round(),
                        measurement.values(),
                        players.contributions(state.policy(), measurement.alignments(), measurement.values()),
                        command.at()));
                return true;
            } catch (IllegalArgumentException impossible) {
                fail(
                        "the contributions to round " + command.round() + " cannot be computed: "
                                + impossible.getMessage(),
                        command.at());
                return false;
            }
        }

        private void requireCoalitions(List<CoalitionModel> coalitions) {
            RoundPlayers players = state.current().orElseThrow().players(state.seed());
            List<Coalition> wanted = state.spec().incentive().map(IncentivePolicy::measure).stream()
                    .flatMap(measure -> measure instanceof ContributionMeasure.GroupShapley group
                            ? players.coalitionsToModel(group).stream()
                            : Stream.empty())
                    .toList();
            if (!coalitions.stream().map(CoalitionModel::members).toList().equals(wanted)) {
                throw new IllegalArgumentException(coalitions.size() + " models of coalitions came, but there are "
                        + wanted.size() + " coalitions to be modelled");
            }
        }

        private RunReply report(RunCommand.ReportEvaluation command) {
            Optional<RoundState> reported = state.current()
                    .filter(round -> round.number() == command.round())
                    .or(() -> state.previous().filter(round -> round.number() == command.round()));
            RunEvent.NodeEvaluated earlier =
                    reported.map(round -> round.evaluated().get(command.node())).orElse(null);
            long granted = Math.min(command.examples(), state.spec().maxExamplesPerNode());
            if (earlier != null) {
                boolean same = earlier.examples() == granted
                        && earlier.metrics().equals(command.metrics())
                        && earlier.coalitionMetrics().equals(coalitionMetrics(reported.get(), command));
                return same
                        ? new RunReply.Accepted(earlier.examples(), true)
                        : new RunReply.Refused(
                                Refusal.SECOND_UPDATE,
                                "another evaluation of this node is already in round " + command.round()
                                        + "; one evaluation a round counts");
            }
            if (state.phase() == Phase.EVALUATING && isOverdue(command.at())) {
                completeIfDue(command.at());
            }
            Optional<RoundState> current = state.current().filter(round -> round.number() == command.round());
            if (current.isEmpty() || state.phase() != Phase.EVALUATING) {
                return new RunReply.Refused(
                        Refusal.LATE_UPDATE,
                        "round " + command.round() + " takes no evaluation; the run is at round " + state.roundNumber()
                                + ", phase " + state.phase());
            }
            if (!current.get().evaluators().contains(command.node())) {
                return new RunReply.Refused(
                        Refusal.NOT_SELECTED,
                        "node " + command.node().value() + " was not asked to evaluate round " + command.round());
            }
            if (!command.model().equals(state.model())) {
                return new RunReply.Refused(
                        Refusal.WRONG_BASE_MODEL,
                        "model " + command.model() + " was evaluated, round " + command.round() + " published "
                                + state.model());
            }
            if (command.examples() < 1) {
                return new RunReply.Refused(
                        Refusal.WEIGHT_INVALID, "evaluated examples " + command.examples() + " is below 1");
            }
            Optional<String> fault = faultOf(command.metrics());
            if (fault.isPresent()) {
                return new RunReply.Refused(Refusal.METRICS_INVALID, fault.get());
            }
            emit(new RunEvent.NodeEvaluated(
                    command.round(),
                    command.node(),
                    granted,
                    command.metrics(),
                    coalitionMetrics(current.get(), command),
                    command.at()));
            completeIfDue(command.at());
            return new RunReply.Accepted(granted, false);
        }

        /** The metric of each coalition's model in their order; empty if one is missing. */
        private List<Double> coalitionMetrics(RoundState round, RunCommand.ReportEvaluation command) {
            Optional<ContributionMeasure.GroupShapley> measure = groupMeasure();
            List<Double> metrics = new ArrayList<>();
            if (measure.isPresent()) {
                for (CoalitionModel coalition : round.coalitions()) {
                    Double metric = coalition.model().equals(command.model())
                            ? command.metrics().get(measure.get().metric())
                            : command.coalitionMetrics().get(coalition.model());
                    if (metric == null || !Double.isFinite(metric)) {
                        return List.of();
                    }
                    metrics.add(metric);
                }
            }
            return metrics;
        }

        private Optional<ContributionMeasure.GroupShapley> groupMeasure() {
            return state.spec()
                    .incentive()
                    .map(IncentivePolicy::measure)
                    .filter(ContributionMeasure.GroupShapley.class::isInstance)
                    .map(ContributionMeasure.GroupShapley.class::cast);
        }

        /** The contributions that evaluating nodes measured; without any if nobody measured all coalitions. */
        private void measureByEvaluation(RoundState round, Instant at) {
            Optional<ContributionMeasure.GroupShapley> measure = groupMeasure();
            if (measure.isEmpty() || state.isMeasured()) {
                return;
            }
            List<CoalitionValue> values = coalitionValues(round, measure.get());
            emit(new RunEvent.ContributionsMeasured(
                    round.number(),
                    values,
                    round.players(state.seed()).contributions(state.policy(), Collections.emptySortedMap(), values),
                    at));
        }

        /**
         * The example-weighted means of the metric over the nodes that measured it of all models, added in the order of node
         * ids; negative for a metric of which less is better.
         */
        private static List<CoalitionValue> coalitionValues(
                RoundState round, ContributionMeasure.GroupShapley measure) {
            List<CoalitionModel> coalitions = round.coalitions();
            List<RunEvent.NodeEvaluated> measured = round.evaluated().values().stream()
                    .filter(node -> !coalitions.isEmpty()
                            && node.coalitionMetrics().size() == coalitions.size()
                            && node.metrics().containsKey(measure.metric()))
                    .toList();
            long examples = measured.stream()
                    .mapToLong(RunEvent.NodeEvaluated::examples)
                    .sum();
            List<CoalitionValue> values = new ArrayList<>();
            int groups = Integer.numberOfTrailingZeros(coalitions.size() + 1);
            for (int i = 0; i <= coalitions.size() && !measured.isEmpty(); i++) {
                double sum = 0;
                for (RunEvent.NodeEvaluated node : measured) {
                    double metric = i == coalitions.size()
                            ? node.metrics().getOrDefault(measure.metric(), 0.0)
                            : node.coalitionMetrics().get(i);
                    sum += node.examples() * metric;
                }
                double mean = sum / examples;
                if (!(Math.abs(mean) <= LARGEST_UTILITY)) {
                    return List.of();
                }
                Coalition members = i == coalitions.size()
                        ? Coalition.all(groups)
                        : coalitions.get(i).members();
                values.add(new CoalitionValue(members, measure.largerIsBetter() ? mean : 0 - mean));
            }
            return values;
        }

        // --------------------------------------------------------------------------------------------- settlement

        /** In a run that is settled by round, once it is complete. */
        private void settleRound(Instant at) {
            if (state.isSettlementPossible() && state.policy().settlement() == Settlement.ROUND) {
                allocate(at);
            }
        }

        /** What completed rounds earned: all in a run that is settled once, else the last one if the log was cut after it. */
        private void settleBeforeTheEnd(Instant at) {
            if (state.isSettlementPossible()) {
                allocate(at);
            }
        }

        private void allocate(Instant at) {
            Allotment allotment = state.earnings()
                    .orElseThrow()
                    .allot(
                            state.policy(),
                            state.run(),
                            state.completedRounds(),
                            state.spec().rounds());
            emit(new RunEvent.Allocated(
                    state.completedRounds(),
                    allotment.budget(),
                    allotment.theta(),
                    allotment.payouts(),
                    allotment.undistributed(),
                    at));
        }

        private void completeIfDue(Instant at) {
            RoundState current = state.current().orElseThrow();
            if (current.outstandingEvaluators().isEmpty() || isOverdue(at)) {
                complete(current, at);
            }
        }

        private void complete(RoundState current, Instant at) {
            long examples = current.evaluated().values().stream()
                    .mapToLong(RunEvent.NodeEvaluated::examples)
                    .sum();
            measureByEvaluation(current, at);
            emit(new RunEvent.RoundCompleted(current.number(), examples, means(current), at));
            settleRound(at);
            finishIfDone(at);
        }

        /** Summed in the order of node ids, so that the bits do not depend on who came first. */
        private static SortedMap<String, Double> means(RoundState round) {
            SortedMap<String, Double> sums = new TreeMap<>();
            SortedMap<String, Double> weights = new TreeMap<>();
            for (RunEvent.NodeEvaluated node : round.evaluated().values()) {
                node.metrics().forEach((name, value) -> {
                    sums.merge(name, value * node.examples(), Double::sum);
                    weights.merge(name, (double) node.examples(), Double::sum);
                });
            }
            SortedMap<String, Double> means = new TreeMap<>();
            sums.forEach((name, sum) -> {
                double mean = sum / weights.getOrDefault(name, 1.0);
                if (Double.isFinite(mean)) {
                    means.put(name, mean);
                }
            });
            return means;
        }

        // --------------------------------------------------------------------------------------------------- time

        private void tick(RunCommand.Tick command) {
            Phase phase = state.phase();
            if (phase == Phase.WAITING) {
                // For a log that was cut between the events of one decision.
                settleRound(command.at());
                finishIfDone(command.at());
                failIfExhausted(command.at());
                if (!state.phase().isOver()) {
                    startIfPossible(command.available(), command.at());
                }
            } else if (phase == Phase.TRAINING) {
                closeIfDue(command.at());
            } else if (phase == Phase.PUBLISHED) {
                evaluateIfPossible(command.available(), command.at());
            } else if (phase == Phase.EVALUATING) {
                completeIfDue(command.at());
            }
        }

        private void startIfPossible(SortedSet<NodeId> available, Instant at) {
            var sampling = state.spec().strategy().sampling();
            int quorum = state.spec().policy().quorum();
            if (!sampling.mayStart(available.size()) || available.size() < quorum) {
                return;
            }
            int round = state.completedRounds() + 1;
            int attempt = state.nextAttempt();
            int target = Math.min(
                    Math.max(sampling.trainNodes(available.size()), quorum),
                    Math.min(available.size(), RunSpec.LARGEST_COHORT));
            int asked = (int) Math.min(
                    Math.min(available.size(), RunSpec.LARGEST_COHORT),
                    Math.ceil(target * state.spec().policy().overSelection()));
            List<NodeId> cohort = CohortDraw.draw(state.seed(), round, attempt, "train", available, asked);
            Duration deadline = state.spec().policy().trainDeadline();
            if (!state.spec().canSum(cohort.size())) {
                fail(
                        "the exact sum of " + cohort.size() + " updates does not fit 62 bits; lower max-absolute-value"
                                + " or max-examples-per-node",
                        at);
                return;
            }
            Optional<String> unpayable = unpayable(cohort);
            if (unpayable.isPresent()) {
                fail(unpayable.get(), at);
                return;
            }
            emit(new RunEvent.RoundStarted(
                    round, attempt, state.model(), cohort, without(available, cohort), target, at.plus(deadline), at));
        }

        /** Why the contributions of these nodes could not be measured or paid; empty if they can. */
        private Optional<String> unpayable(List<NodeId> cohort) {
            if (state.earnings().isEmpty()) {
                return Optional.empty();
            }
            ContributionMeasure measure = state.policy().measure();
            int most = Math.min(measure.mostNodes(), Earnings.MOST_CLAIMANTS);
            if (cohort.size() > most) {
                return Optional.of("measure " + measure.label() + " takes at most " + most + " nodes in a round, but "
                        + cohort.size() + " were drawn; lower fraction-train or use another measure");
            }
            int claimants = state.earnings().get().claimantsWith(state.policy(), cohort);
            return claimants <= Earnings.MOST_CLAIMANTS
                    ? Optional.empty()
                    : Optional.of("a settlement has at most " + Earnings.MOST_CLAIMANTS
                            + " claimants, and this round could make it " + claimants
                            + "; settle by round, or name organisations");
        }

        private static List<NodeId> without(SortedSet<NodeId> available, List<NodeId> cohort) {
            Set<NodeId> drawn = Set.copyOf(cohort);
            return available.stream().filter(node -> !drawn.contains(node)).toList();
        }

        private void evaluateIfPossible(SortedSet<NodeId> available, Instant at) {
            RoundState current = state.current().orElseThrow();
            var sampling = state.spec().strategy().sampling();
            int wanted = sampling.evaluateNodes(available.size());
            if (sampling.fractionEvaluate() == 0) {
                complete(current, at);
            } else if (available.size() >= sampling.minEvaluateNodes()) {
                List<NodeId> cohort = CohortDraw.draw(
                        state.seed(), current.number(), current.attempt(), "evaluate", available, wanted);
                Duration deadline = state.spec().policy().evaluateDeadline();
                emit(new RunEvent.EvaluationStarted(
                        current.number(),
                        state.model(),
                        cohort,
                        without(available, cohort),
                        at.plus(deadline),
                        current.coalitions(),
                        at));
            } else if (isOverdue(at)) {
                complete(current, at);
            }
        }

        private void resume(Instant at) {
            RoundPolicy policy = state.spec().policy();
            if (state.phase() == Phase.TRAINING) {
                emit(new RunEvent.Resumed(at.plus(policy.trainDeadline()), at));
            } else if (state.phase() == Phase.PUBLISHED || state.phase() == Phase.EVALUATING) {
                emit(new RunEvent.Resumed(at.plus(policy.evaluateDeadline()), at));
            }
        }
    }
}
