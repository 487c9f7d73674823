package org.dalrn.core.round;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.core.incentive.CoalitionModel;
import org.dalrn.core.incentive.RoundPlayers;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;

/**
 * One try of one round, as its events tell it. Immutable.
 *
 * @param number 1 for the run's first round
 * @param attempt 1 for the first try
 * @param baseModel what training starts from
 * @param cohort who was asked to train
 * @param target the number of updates at which the round closes
 * @param deadline of the phase in progress
 * @param accepted the updates that count, by node
 * @param dropped who will not deliver in the phase in progress
 * @param refusals how many refusals of each node are in the log
 * @param closed set once the updates are fixed
 * @param published set once the new model exists
 * @param evaluators who was asked to evaluate
 * @param evaluated the measurements, by node
 */
public record RoundState(
        int number,
        int attempt,
        ContentHash baseModel,
        SortedSet<NodeId> cohort,
        int target,
        Instant deadline,
        SortedMap<NodeId, RunEvent.UpdateAccepted> accepted,
        SortedMap<NodeId, RunEvent.NodeDropped> dropped,
        SortedMap<NodeId, Integer> refusals,
        Optional<RunEvent.RoundClosed> closed,
        Optional<RunEvent.ModelPublished> published,
        SortedSet<NodeId> evaluators,
        SortedMap<NodeId, RunEvent.NodeEvaluated> evaluated) {

    static RoundState started(RunEvent.RoundStarted event) {
        return new RoundState(
                event.round(),
                event.attempt(),
                event.model(),
                sorted(event.cohort()),
                event.target(),
                event.deadline(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Optional.empty(),
                Optional.empty(),
                Collections.emptySortedSet(),
                Collections.emptySortedMap());
    }

    /** Nodes that were asked to train and have neither delivered nor dropped out. */
    public List<NodeId> outstanding() {
        return cohort.stream()
                .filter(node -> !accepted.containsKey(node) && !dropped.containsKey(node))
                .toList();
    }

    /** Nodes that were asked to evaluate and have neither reported nor dropped out. */
    public List<NodeId> outstandingEvaluators() {
        return evaluators.stream()
                .filter(node -> !evaluated.containsKey(node) && !dropped.containsKey(node))
                .toList();
    }

    /** The models of coalitions that were published with the model, by ascending members; empty before, or if none were. */
    public List<CoalitionModel> coalitions() {
        return published.map(RunEvent.ModelPublished::coalitions).orElse(List.of());
    }

    /** The models that evaluating nodes measure besides the published one: each once, in the order of coalitions. */
    public List<ContentHash> extraModels() {
        Set<ContentHash> models = new LinkedHashSet<>();
        coalitions().forEach(coalition -> models.add(coalition.model()));
        published.ifPresent(event -> models.remove(event.model()));
        return List.copyOf(models);
    }

    /**
     * The nodes whose updates were accepted, as players.
     *
     * @param seed of the run
     */
    public RoundPlayers players(ContentHash seed) {
        SortedMap<NodeId, Long> weights = new TreeMap<>();
        accepted.forEach((node, update) -> weights.put(node, update.grantedWeight()));
        return new RoundPlayers(seed, number, attempt, weights);
    }

    RoundState withDeadline(Instant newDeadline) {
        return copy(newDeadline, accepted, dropped, refusals, closed, published, evaluators, evaluated);
    }

    RoundState withAccepted(RunEvent.UpdateAccepted event) {
        // A node that was given up and delivers after all in time counts again.
        return copy(
                deadline,
                plus(accepted, event.node(), event),
                minus(dropped, event.node()),
                refusals,
                closed,
                published,
                evaluators,
                evaluated);
    }

    RoundState withRefused(RunEvent.UpdateRefused event) {
        int count = refusals.getOrDefault(event.node(), 0) + 1;
        return copy(
                deadline,
                accepted,
                dropped,
                plus(refusals, event.node(), count),
                closed,
                published,
                evaluators,
                evaluated);
    }

    RoundState withDropped(RunEvent.NodeDropped event) {
        return copy(
                deadline,
                accepted,
                plus(dropped, event.node(), event),
                refusals,
                closed,
                published,
                evaluators,
                evaluated);
    }

    RoundState withClosed(RunEvent.RoundClosed event) {
        return copy(deadline, accepted, dropped, refusals, Optional.of(event), published, evaluators, evaluated);
    }

    RoundState withPublished(RunEvent.ModelPublished event) {
        return copy(
                event.evaluationDeadline(),
                accepted,
                Collections.emptySortedMap(),
                refusals,
                closed,
                Optional.of(event),
                evaluators,
                evaluated);
    }

    RoundState withEvaluationStarted(RunEvent.EvaluationStarted event) {
        return copy(
                event.deadline(), accepted, dropped, refusals, closed, published, sorted(event.cohort()), evaluated);
    }

    RoundState withEvaluated(RunEvent.NodeEvaluated event) {
        return copy(
                deadline,
                accepted,
                minus(dropped, event.node()),
                refusals,
                closed,
                published,
                evaluators,
                plus(evaluated, event.node(), event));
    }

    private RoundState copy(
            Instant newDeadline,
            SortedMap<NodeId, RunEvent.UpdateAccepted> newAccepted,
            SortedMap<NodeId, RunEvent.NodeDropped> newDropped,
            SortedMap<NodeId, Integer> newRefusals,
            Optional<RunEvent.RoundClosed> newClosed,
            Optional<RunEvent.ModelPublished> newPublished,
            SortedSet<NodeId> newEvaluators,
            SortedMap<NodeId, RunEvent.NodeEvaluated> newEvaluated) {
        return new RoundState(
                number,
                attempt,
                baseModel,
                cohort,
                target,
                newDeadline,
                newAccepted,
                newDropped,
                newRefusals,
                newClosed,
                newPublished,
                newEvaluators,
                newEvaluated);
    }

    private static SortedSet<NodeId> sorted(List<NodeId> nodes) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
    }

    private static <V> SortedMap<NodeId, V> plus(SortedMap<NodeId, V> map, NodeId node, V value) {
        SortedMap<NodeId, V> copy = new TreeMap<>(map);
        copy.put(node, value);
        return Collections.unmodifiableSortedMap(copy);
    }

    private static <V> SortedMap<NodeId, V> minus(SortedMap<NodeId, V> map, NodeId node) {
        if (!map.containsKey(node)) {
            return map;
        }
        SortedMap<NodeId, V> copy = new TreeMap<>(map);
        copy.remove(node);
        return Collections.unmodifiableSortedMap(copy);
    }
}
