package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A cooperative game with transferable utility: what each set of its players is worth.
 *
 * <p>The empty coalition may be worth something too, as the model that a round started from is; contributions are what
 * players add to that. An implementation gives the same value whenever it is asked for the same coalition.
 */
public interface CoalitionGame {
    /** The number of players, 1 or more; they are numbered from 0. */
    int players();

    /**
     * What these players achieve together: finite, the more the better.
     *
     * @param coalition of players below {@link #players()}
     */
    double value(Coalition coalition);

    /**
     * The game whose values have been measured before: how a verifier computes contributions again from a log.
     *
     * @param values what each measured coalition was worth, finite; the map is copied
     * @return a game that knows these coalitions and refuses others by name
     * @throws IllegalArgumentException if there is no player, a coalition has a player beyond them, or a value is not
     *     finite
     */
    static CoalitionGame of(int players, Map<Coalition, Double> values) {
        Measured.requirePlayers(players);
        SortedMap<Coalition, Double> known = new TreeMap<>(values);
        known.forEach((coalition, value) -> {
            Measured.requireMember(players, coalition);
            Measured.requireFinite(coalition, requireNonNull(value, "value"));
        });
        return new CoalitionGame() {
            @Override
            public int players() {
                return players;
            }

            @Override
            public double value(Coalition coalition) {
                Double value = known.get(requireNonNull(coalition, "coalition"));
                if (value == null) {
                    throw new IllegalArgumentException("coalition " + coalition.describe() + " is none of the "
                            + known.size() + " whose value was measured");
                }
                return value;
            }
        };
    }
}
