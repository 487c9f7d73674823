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
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;

/** Something that the outside asks of a run or tells it. Commands may be refused; they are never stored. */
public sealed interface RunCommand {

    /** When the shell received it, by the shell's clock. */
    Instant at();

    /** Begins a run. The seed is fixed here, before it is known who will be connected. */
    record Open(RunId run, RunSpec spec, ContentHash seed, Instant at) implements RunCommand {}

    /** Time has passed or the set of connected nodes has changed: the machine does what is due. */
    record Tick(SortedSet<NodeId> available, Instant at) implements RunCommand {
        public Tick {
            available = Collections.unmodifiableSortedSet(new TreeSet<>(available));
        }
    }

    /**
     * A whole, hashed and screened update lies in the store.
     *
     * @param claimedExamples what the node says
     * @param l2Norm of the update
     * @param maxAbsoluteValue of the update's elements
     */
    record SubmitUpdate(
            NodeId node,
            int round,
            ContentHash update,
            ContentHash baseModel,
            long claimedExamples,
            double l2Norm,
            double maxAbsoluteValue,
            SortedMap<String, Double> metrics,
            Instant at)
            implements RunCommand {
        public SubmitUpdate {
            metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
        }
    }

    /** The shell has refused an update before it was whole; the log shall say so. */
    record RecordRefusal(NodeId node, int round, Refusal reason, String detail, Instant at) implements RunCommand {}

    /** A node will not deliver what the round asked of it. */
    record Drop(NodeId node, int round, DropReason reason, String detail, Instant at) implements RunCommand {}

    /**
     * A node has measured the round's published model.
     *
     * @param examples as the node claims; above the run's {@code maxExamplesPerNode} they count as that many
     * @param coalitionMetrics the metric that the run's measure names, of the models of the round's coalitions, by the
     *     model's hash
     */
    record ReportEvaluation(
            NodeId node,
            int round,
            ContentHash model,
            long examples,
            SortedMap<String, Double> metrics,
            SortedMap<ContentHash, Double> coalitionMetrics,
            Instant at)
            implements RunCommand {
        /** Without coalitions. */
        public ReportEvaluation(
                NodeId node,
                int round,
                ContentHash model,
                long examples,
                SortedMap<String, Double> metrics,
                Instant at) {
            this(node, round, model, examples, metrics, Collections.emptySortedMap(), at);
        }

        public ReportEvaluation {
            coalitionMetrics = Collections.unmodifiableSortedMap(new TreeMap<>(coalitionMetrics));
            metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
        }
    }

    /** The closed round's sum was opened and stepped; the new model and those of its coalitions lie in the store. */
    record Publish(
            int round, int attempt, ContentHash model, ContentHash sumDigest, Measurement measurement, Instant at)
            implements RunCommand {
        /** With nothing measured. */
        public Publish(int round, int attempt, ContentHash model, ContentHash sumDigest, Instant at) {
            this(round, attempt, model, sumDigest, Measurement.none(), at);
        }
    }

    /**
     * What was measured of a round's updates together with their sum: only what the run's measure asks for.
     *
     * @param alignments of the nodes with an accepted update
     * @param values utilities of coalitions of updates, by ascending members
     * @param coalitions models of coalitions of groups, by ascending members
     */
    record Measurement(
            SortedMap<NodeId, Double> alignments, List<CoalitionValue> values, List<CoalitionModel> coalitions) {
        public Measurement {
            alignments = Collections.unmodifiableSortedMap(new TreeMap<>(alignments));
            values = List.copyOf(values);
            coalitions = List.copyOf(coalitions);
        }

        /** Nothing. */
        public static Measurement none() {
            return new Measurement(Collections.emptySortedMap(), List.of(), List.of());
        }
    }

    /** The coordinator has started again: deadlines begin anew, since nobody could report meanwhile. */
    record Resume(Instant at) implements RunCommand {}

    /** An operator ends the run. */
    record Stop(String reason, Instant at) implements RunCommand {}

    /** The shell cannot go on with the run. */
    record Fail(String reason, Instant at) implements RunCommand {}
}
