package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A game of which every coalition is evaluated at most once, and at most so many altogether.
 *
 * <p>One evaluation is one model tested, which is what contributions cost; {@link #values()} is what a log has to keep so
 * that they can be computed again. Confined to one thread.
 */
public final class CountedGame implements CoalitionGame {
    private final CoalitionGame game;
    private final int players;
    private final long mostEvaluations;
    private final Map<Coalition, Double> known = new HashMap<>();

    private CountedGame(CoalitionGame game, long mostEvaluations) {
        this.game = game;
        this.players = Measured.requirePlayers(game.players());
        this.mostEvaluations = mostEvaluations;
    }

    /**
     * Counts the evaluations of a game.
     *
     * @param mostEvaluations how many different coalitions may be evaluated, 1 or more
     * @throws IllegalArgumentException if that is less than 1, or the game has no players or too many
     */
    public static CountedGame of(CoalitionGame game, long mostEvaluations) {
        requireNonNull(game, "game");
        if (mostEvaluations < 1) {
            throw new IllegalArgumentException(
                    "at most " + mostEvaluations + " evaluations leave nothing to measure;" + " allow 1 or more");
        }
        return new CountedGame(game, mostEvaluations);
    }

    @Override
    public int players() {
        return players;
    }

    /** True if the value is known or another evaluation is allowed. */
    public boolean canValue(Coalition coalition) {
        return known.size() < mostEvaluations || known.containsKey(coalition);
    }

    /** True if the coalition was evaluated already. */
    public boolean knows(Coalition coalition) {
        return known.containsKey(coalition);
    }

    /**
     * The value, from memory if it was asked for before.
     *
     * @throws IllegalStateException if all allowed evaluations are used
     * @throws IllegalArgumentException if the coalition has a player beyond the game's, or its value is not finite
     */
    @Override
    public double value(Coalition coalition) {
        Double value = known.get(requireNonNull(coalition, "coalition"));
        if (value != null) {
            return value;
        }
        if (known.size() >= mostEvaluations) {
            throw new IllegalStateException("coalition " + coalition.describe() + " would be evaluation "
                    + (known.size() + 1L) + ", but at most " + mostEvaluations + " are allowed; allow more");
        }
        Measured.requireMember(players, coalition);
        double measured = Measured.value(game, coalition);
        known.put(coalition, measured);
        return measured;
    }

    /** How many different coalitions may be evaluated altogether. */
    public long mostEvaluations() {
        return mostEvaluations;
    }

    /** How many different coalitions were evaluated so far. */
    public int evaluations() {
        return known.size();
    }

    /** What was evaluated so far, in the order of coalitions; a copy. */
    public SortedMap<Coalition, Double> values() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(known));
    }
}
