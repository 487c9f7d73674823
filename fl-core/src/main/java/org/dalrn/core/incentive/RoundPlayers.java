package org.dalrn.core.incentive;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.incentive.contribution.CoalitionGame;
import org.dalrn.core.incentive.contribution.Contributions;
import org.dalrn.core.incentive.contribution.CountedGame;
import org.dalrn.core.incentive.contribution.GroupRound;
import org.dalrn.core.incentive.contribution.LeaveOneOut;
import org.dalrn.core.incentive.contribution.NodeGroups;
import org.dalrn.core.incentive.contribution.ShapleyValue;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;

/**
 * The nodes whose updates make a round, as the players of its game, and how their contributions follow from what was
 * measured. Immutable and thread-safe.
 *
 * @param seed of the run, fixed before anybody was connected
 * @param round 1 for the first
 * @param attempt 1 for the first try of the round
 * @param grantedWeights of the accepted updates, by node, one or more; player {@code p} is the p-th node
 */
public record RoundPlayers(ContentHash seed, int round, int attempt, SortedMap<NodeId, Long> grantedWeights) {
    private static final byte[] SAMPLING = "dalrn-round-sampling-v1".getBytes(StandardCharsets.US_ASCII);

    /** Copies. */
    public RoundPlayers {
        requireNonNull(seed, "seed");
        grantedWeights = Collections.unmodifiableSortedMap(new TreeMap<>(grantedWeights));
    }

    /** The players in the order of their numbers. */
    public List<NodeId> nodes() {
        return List.copyOf(grantedWeights.keySet());
    }

    /** The groups that the nodes fall into; empty if there are too few for one. */
    public Optional<NodeGroups> groups(ContributionMeasure.GroupShapley measure) {
        return grantedWeights.size() < measure.groupSize()
                ? Optional.empty()
                : Optional.of(NodeGroups.draw(
                        seed, round, attempt, grantedWeights.keySet(), measure.groupSize(), measure.groups()));
    }

    /** The coalitions of groups whose models are measured besides the published one, ascending. */
    public List<Coalition> coalitionsToModel(ContributionMeasure.GroupShapley measure) {
        return groups(measure)
                .map(groups ->
                        groups.coalitions().subList(0, groups.coalitions().size() - 1))
                .orElse(List.of());
    }

    /** SHA-256("dalrn-round-sampling-v1" | seed | round | attempt), from which {@code gtg-shapley} draws its coalitions. */
    public ContentHash samplingSeed() {
        byte[] numbers = ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(round)
                .putInt(attempt)
                .array();
        return ContentHash.sha256(SAMPLING, seed.toByteArray(), numbers);
    }

    /**
     * The utilities that a method asks for, each once: what has to be recorded so that contributions can be computed again.
     *
     * @param game of these players
     * @throws IllegalArgumentException if there are more players than the method takes, or a utility is not finite
     */
    public List<CoalitionValue> evaluate(ContributionMeasure.HeldOut measure, CoalitionGame game) {
        CountedGame counted = CountedGame.of(game, Integer.MAX_VALUE);
        contributions(measure, counted);
        return counted.values().entrySet().stream()
                .map(entry -> new CoalitionValue(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Contributions contributions(ContributionMeasure.HeldOut measure, CoalitionGame game) {
        if (game.players() > measure.mostNodes()) {
            throw new IllegalArgumentException("measure " + measure.label() + " takes at most " + measure.mostNodes()
                    + " nodes, not " + game.players());
        }
        return switch (measure.method()) {
            case LEAVE_ONE_OUT -> LeaveOneOut.of(game);
            case SHAPLEY -> ShapleyValue.exact(game);
            case GTG_SHAPLEY ->
                measure.sampling()
                        .orElseThrow()
                        .of(
                                game,
                                grantedWeights.values().stream()
                                        .mapToLong(Long::longValue)
                                        .toArray(),
                                samplingSeed());
        };
    }

    /**
     * What each node contributed.
     *
     * @param alignments of every node, in {@code [-1, 1]}, for {@link ContributionMeasure.Alignment}; else empty
     * @param values for a {@link ContributionMeasure.HeldOut} what {@link #evaluate} gave, for a {@link
     *     ContributionMeasure.GroupShapley} those of all coalitions of groups, or none if nobody measured them; else empty
     * @return one for each node in the order of ids; none if nothing was measured
     * @throws IllegalArgumentException if what was measured is not what the measure asks for
     */
    public List<NodeContribution> contributions(
            IncentivePolicy policy, SortedMap<NodeId, Double> alignments, List<CoalitionValue> values) {
        return policy.measure()
                .match(
                        participation -> each(node -> 1),
                        examples -> examples(policy),
                        alignment -> {
                            if (!alignments.keySet().equals(grantedWeights.keySet())) {
                                throw new IllegalArgumentException("alignments of " + alignments.size()
                                        + " nodes do not fit the " + grantedWeights.size() + " of round " + round);
                            }
                            return each(node -> cosine(node, alignments.getOrDefault(node, 0.0)));
                        },
                        heldOut -> heldOut(heldOut, values),
                        group -> group(group, values));
    }

    /** Whoever checks a log without the updates still knows that much. */
    private static double cosine(NodeId node, double alignment) {
        if (!(Math.abs(alignment) <= 1)) {
            throw new IllegalArgumentException(
                    "the alignment of " + node + " is " + alignment + "; a cosine is in [-1, 1]");
        }
        return alignment;
    }

    private List<NodeContribution> each(ToDoubleFunction<NodeId> value) {
        List<NodeContribution> contributions = new ArrayList<>();
        for (NodeId node : grantedWeights.keySet()) {
            double contributed = value.applyAsDouble(node);
            contributions.add(new NodeContribution(node, contributed, Contributions.points(contributed)));
        }
        return List.copyOf(contributions);
    }

    /** The granted examples; an organisation's nodes share its verified ones in the order of their ids. */
    private List<NodeContribution> examples(IncentivePolicy policy) {
        Map<NodeId, String> owners = policy.owners();
        Map<String, Long> left = new HashMap<>();
        return each(node -> {
            long granted = grantedWeights.getOrDefault(node, 0L);
            String owner = owners.get(node);
            Optional<Terms> terms = owner == null ? policy.others() : Optional.of(policy.termsOf(owner));
            OptionalLong verified = terms.map(Terms::verifiedExamples).orElse(OptionalLong.empty());
            if (verified.isEmpty()) {
                return granted;
            }
            // The terms of others hold for each of them.
            String name = owner == null ? IncentivePolicy.NODE_PREFIX + node : owner;
            long counted = Math.min(granted, left.getOrDefault(name, verified.getAsLong()));
            left.put(name, left.getOrDefault(name, verified.getAsLong()) - counted);
            return counted;
        });
    }

    private List<NodeContribution> heldOut(ContributionMeasure.HeldOut measure, List<CoalitionValue> values) {
        SortedMap<Coalition, Double> known = byCoalition(values);
        CountedGame game = CountedGame.of(CoalitionGame.of(grantedWeights.size(), known), Integer.MAX_VALUE);
        Contributions contributions = contributions(measure, game);
        if (game.evaluations() != known.size()) {
            throw new IllegalArgumentException(known.size() + " coalitions were measured, but " + measure.label()
                    + " asks for " + game.evaluations());
        }
        Map<NodeId, Integer> players = new HashMap<>();
        List<NodeId> nodes = nodes();
        IntStream.range(0, nodes.size()).forEach(player -> players.put(nodes.get(player), player));
        return each(node -> contributions.value(players.getOrDefault(node, 0)));
    }

    private List<NodeContribution> group(ContributionMeasure.GroupShapley measure, List<CoalitionValue> values) {
        if (values.isEmpty()) {
            return List.of();
        }
        NodeGroups groups = groups(measure)
                .orElseThrow(() -> new IllegalArgumentException("coalitions of groups were measured, but the "
                        + grantedWeights.size() + " nodes make no group of " + measure.groupSize()));
        SortedMap<Coalition, Double> known = byCoalition(values);
        if (known.size() != groups.coalitions().size()) {
            throw new IllegalArgumentException(known.size() + " coalitions were measured, but " + groups.count()
                    + " groups have " + groups.coalitions().size());
        }
        GroupRound shapley = org.dalrn.core.incentive.contribution.GroupShapley.ofRound(groups, known);
        SortedMap<NodeId, Double> shares = shapley.shares();
        return each(node -> shares.getOrDefault(node, 0.0));
    }

    private static SortedMap<Coalition, Double> byCoalition(List<CoalitionValue> values) {
        SortedMap<Coalition, Double> known = new TreeMap<>();
        for (CoalitionValue value : values) {
            if (!known.isEmpty() && known.lastKey().compareTo(value.members()) >= 0) {
                throw new IllegalArgumentException(
                        "coalition " + value.members().describe() + " stands after "
                                + known.lastKey().describe() + "; each stands once, ascending");
            }
            known.put(value.members(), value.value());
        }
        return known;
    }
}
