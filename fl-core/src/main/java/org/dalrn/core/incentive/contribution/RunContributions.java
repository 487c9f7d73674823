package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.model.NodeId;

/**
 * What each node contributed to the rounds of a run so far: the sum over the rounds in which it took part.
 *
 * <p>Rounds are sampled independently, so half widths add as squares. A node that took part in no round is not listed.
 *
 * <p>Confined to one thread.
 *
 * <p>Source: Wang et al., A Principled Approach to Data Valuation for Federated Learning, 2020: by additivity, the sum
 * over rounds is the Shapley value of the run's rounds taken as one game in which who did not take part adds nothing.
 */
public final class RunContributions {
    private final SortedMap<NodeId, Total> totals = new TreeMap<>();
    private long evaluations;

    /** Creates a run without rounds. */
    public RunContributions() {}

    /**
     * What one node contributed to all rounds.
     *
     * @param value the sum, in the unit of the utility
     * @param halfWidth half the width of its 95 % interval, 0 where nothing was sampled, NaN if a round's is unknown
     * @param rounds in how many rounds it took part, 1 or more
     */
    public record Total(double value, double halfWidth, int rounds) {}

    /**
     * Adds a round.
     *
     * @param players the nodes that took part: player i is the i-th, none twice
     * @param round their contributions to the round
     * @throws IllegalArgumentException if the numbers of nodes and contributions differ, or a node is there twice
     */
    public void add(List<NodeId> players, Contributions round) {
        requireNonNull(round, "round");
        if (players.size() != round.players()) {
            throw new IllegalArgumentException(
                    players.size() + " nodes do not fit the contributions of " + round.players() + " players");
        }
        if (new HashSet<>(players).size() != players.size()) {
            throw new IllegalArgumentException("a node stands twice among the players of a round; each is one player");
        }
        for (int player = 0; player < players.size(); player++) {
            double value = round.value(player);
            double width = round.isSampled() ? round.halfWidth(player).orElse(Double.NaN) : 0;
            totals.merge(
                    players.get(player),
                    new Total(value, width, 1),
                    (before, now) -> new Total(
                            before.value() + now.value(),
                            Math.sqrt(before.halfWidth() * before.halfWidth() + now.halfWidth() * now.halfWidth()),
                            before.rounds() + 1));
        }
        evaluations += round.evaluations();
    }

    /** The totals by node, a copy. */
    public SortedMap<NodeId, Total> totals() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(totals));
    }

    /** How many coalitions were evaluated in all rounds. */
    public long evaluations() {
        return evaluations;
    }
}
