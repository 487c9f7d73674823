package org.dalrn.core.round;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.core.incentive.CoalitionModel;
import org.dalrn.core.incentive.CoalitionValue;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.WellFormed;

/**
 * A fact of a run, in the past tense. The sequence of a run's events is its only record: state, pages and proofs are
 * derived from it. Events are never changed; {@link EventText} defines their canonical text.
 */
public sealed interface RunEvent {

    private static SortedSet<NodeId> union(List<NodeId> some, List<NodeId> others) {
        SortedSet<NodeId> all = new TreeSet<>(some);
        all.addAll(others);
        return Collections.unmodifiableSortedSet(all);
    }

    /** When it was decided, by the coordinator's clock. */
    Instant at();

    <R> R accept(Visitor<R> visitor);

    /** One case per kind of event: the compiler sees to it that none is forgotten. */
    interface Visitor<R> {
        R opened(Opened event);

        R resumed(Resumed event);

        R roundStarted(RoundStarted event);

        R updateAccepted(UpdateAccepted event);

        R updateRefused(UpdateRefused event);

        R nodeDropped(NodeDropped event);

        R roundClosed(RoundClosed event);

        R roundAbandoned(RoundAbandoned event);

        R modelPublished(ModelPublished event);

        R evaluationStarted(EvaluationStarted event);

        R nodeEvaluated(NodeEvaluated event);

        R roundCompleted(RoundCompleted event);

        R contributionsMeasured(ContributionsMeasured event);

        R allocated(Allocated event);

        R finished(Finished event);

        R stopped(Stopped event);

        R failed(Failed event);
    }

    /** The run exists. */
    record Opened(RunId run, RunSpec spec, ContentHash seed, Instant at) implements RunEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.opened(this);
        }
    }

    /** The coordinator came back; the deadline of the phase in progress is now this one. */
    record Resumed(Instant deadline, Instant at) implements RunEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.resumed(this);
        }
    }

    /**
     * A cohort was drawn and is asked to train.
     *
     * @param attempt 1 for the first try of the round
     * @param model what training starts from
     * @param cohort who was drawn from the connected nodes, sorted
     * @param passedOver the other nodes that were connected, sorted: with them and the run's seed the draw can be repeated
     * @param target the number of updates at which the round closes
     */
    record RoundStarted(
            int round,
            int attempt,
            ContentHash model,
            List<NodeId> cohort,
            List<NodeId> passedOver,
            int target,
            Instant deadline,
            Instant at)
            implements RunEvent {
        public RoundStarted {
            cohort = List.copyOf(cohort);
            passedOver = List.copyOf(passedOver);
        }

        /** The nodes that were connected when the cohort was drawn. */
        public SortedSet<NodeId> available() {
            return union(cohort, passedOver);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.roundStarted(this);
        }
    }

    /** An update counts. */
    record UpdateAccepted(
            int round,
            NodeId node,
            ContentHash update,
            long claimedExamples,
            long grantedWeight,
            double l2Norm,
            double maxAbsoluteValue,
            SortedMap<String, Double> metrics,
            Instant at)
            implements RunEvent {
        public UpdateAccepted {
            metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.updateAccepted(this);
        }
    }

    /** An update of a known node does not count. */
    record UpdateRefused(int round, NodeId node, Refusal reason, String detail, Instant at) implements RunEvent {
        public UpdateRefused {
            detail = WellFormed.of(detail);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.updateRefused(this);
        }
    }

    /** A selected node will not deliver. */
    record NodeDropped(int round, NodeId node, DropReason reason, String detail, Instant at) implements RunEvent {
        public NodeDropped {
            detail = WellFormed.of(detail);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.nodeDropped(this);
        }
    }

    /**
     * The set of updates that make the round is fixed.
     *
     * @param updates sorted
     * @param totalWeight sum of their granted weights
     */
    record RoundClosed(
            int round, int attempt, List<ContentHash> updates, long totalWeight, CloseReason reason, Instant at)
            implements RunEvent {
        public RoundClosed {
            updates = List.copyOf(updates);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.roundClosed(this);
        }
    }

    /** Too few updates came; the round's updates are void. */
    record RoundAbandoned(int round, int attempt, int accepted, int quorum, Instant at) implements RunEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.roundAbandoned(this);
        }
    }

    /**
     * The next global model exists.
     *
     * @param sumDigest digest of the exact sum that it was stepped from
     * @param evaluationDeadline until when its evaluation is waited for
     * @param coalitions the models of coalitions of the round's groups that contributions are measured on, by ascending
     *     members; empty unless the run's measure asks for them
     */
    record ModelPublished(
            int round,
            ContentHash model,
            ContentHash sumDigest,
            Instant evaluationDeadline,
            List<CoalitionModel> coalitions,
            Instant at)
            implements RunEvent {
        public ModelPublished {
            coalitions = List.copyOf(coalitions);
        }

        /** Without coalitions. */
        public ModelPublished(
                int round, ContentHash model, ContentHash sumDigest, Instant evaluationDeadline, Instant at) {
            this(round, model, sumDigest, evaluationDeadline, List.of(), at);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.modelPublished(this);
        }
    }

    /**
     * A cohort is asked to evaluate the published model.
     *
     * @param cohort who was drawn from the connected nodes, sorted
     * @param passedOver the other nodes that were connected, sorted
     * @param coalitions the models that the cohort is asked to measure besides, as published
     */
    record EvaluationStarted(
            int round,
            ContentHash model,
            List<NodeId> cohort,
            List<NodeId> passedOver,
            Instant deadline,
            List<CoalitionModel> coalitions,
            Instant at)
            implements RunEvent {
        /** Without coalitions. */
        public EvaluationStarted(
                int round,
                ContentHash model,
                List<NodeId> cohort,
                List<NodeId> passedOver,
                Instant deadline,
                Instant at) {
            this(round, model, cohort, passedOver, deadline, List.of(), at);
        }

        public EvaluationStarted {
            coalitions = List.copyOf(coalitions);
            cohort = List.copyOf(cohort);
            passedOver = List.copyOf(passedOver);
        }

        /** The nodes that were connected when the cohort was drawn. */
        public SortedSet<NodeId> available() {
            return union(cohort, passedOver);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.evaluationStarted(this);
        }
    }

    /**
     * One node's measurement.
     *
     * @param examples its weight in the mean: what the node claimed, at most the run's {@code maxExamplesPerNode}
     * @param coalitionMetrics the metric that the run's measure names, of each coalition's model, in the order in which
     *     they were published; empty if the node did not measure all of them
     */
    record NodeEvaluated(
            int round,
            NodeId node,
            long examples,
            SortedMap<String, Double> metrics,
            List<Double> coalitionMetrics,
            Instant at)
            implements RunEvent {
        /** Without coalitions. */
        public NodeEvaluated(int round, NodeId node, long examples, SortedMap<String, Double> metrics, Instant at) {
            this(round, node, examples, metrics, List.of(), at);
        }

        public NodeEvaluated {
            coalitionMetrics = List.copyOf(coalitionMetrics);
            metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.nodeEvaluated(this);
        }
    }

    /**
     * The round is over.
     *
     * @param evaluatedExamples 0 if nobody evaluated
     * @param metrics example-weighted means over the nodes that reported each metric
     */
    record RoundCompleted(int round, long evaluatedExamples, SortedMap<String, Double> metrics, Instant at)
            implements RunEvent {
        public RoundCompleted {
            metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.roundCompleted(this);
        }
    }

    /**
     * What each node of the round contributed.
     *
     * @param values the utilities of coalitions that the contributions were computed from, by ascending members; empty if
     *     the run's measure has none, or if none were measured
     * @param contributions by node, one for each accepted update; empty if nothing could be measured
     */
    record ContributionsMeasured(
            int round, List<CoalitionValue> values, List<NodeContribution> contributions, Instant at)
            implements RunEvent {
        public ContributionsMeasured {
            values = List.copyOf(values);
            contributions = List.copyOf(contributions);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.contributionsMeasured(this);
        }
    }

    /**
     * A budget was divided.
     *
     * @param round the last round that it pays for
     * @param budget what was there to divide, in whole units, with what earlier rounds left over
     * @param theta the level of the rule that all amounts follow from; for an auction what a unit of weight is paid, 0 if
     *     nobody won
     * @param payouts by claimant, one for each with an accepted update since the last settlement, if only of 0
     * @param undistributed what is left over: for the next round's budget, or for whoever paid it if there is none
     */
    record Allocated(int round, long budget, Fraction theta, List<Payout> payouts, long undistributed, Instant at)
            implements RunEvent {
        public Allocated {
            payouts = List.copyOf(payouts);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.allocated(this);
        }
    }

    /** All rounds are done. */
    record Finished(ContentHash model, Instant at) implements RunEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.finished(this);
        }
    }

    /** An operator ended the run. */
    record Stopped(String reason, Instant at) implements RunEvent {
        public Stopped {
            reason = WellFormed.of(reason);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.stopped(this);
        }
    }

    /** The run could not go on. */
    record Failed(String reason, Instant at) implements RunEvent {
        public Failed {
            reason = WellFormed.of(reason);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.failed(this);
        }
    }
}
