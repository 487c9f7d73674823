package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.dalrn.core.aggregation.FixedPointScale;
import org.dalrn.core.aggregation.PartialSum;
import org.dalrn.core.aggregation.SumAccumulator;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.strategy.Strategy;
import org.jspecify.annotations.Nullable;

/**
 * The models that a round would have ended with, had only some of its players taken part.
 *
 * <p>Nothing is trained again: the model of a coalition is the strategy's step from the base model by the mean of the
 * coalition's exact sum. Sums are exact, so the model of all players is, to the bit, the one that the round published,
 * and no model depends on the order in which models are asked for. The empty coalition's model is the base model.
 *
 * <p>Confined to one thread. Memory: one exact sum, 8 bytes an element, besides what the players' updates or sums hold.
 */
public abstract class CoalitionModels {
    private final Parameters base;
    private final Strategy strategy;
    private final int players;

    private CoalitionModels(Parameters base, Strategy strategy, int players) {
        this.base = requireNonNull(base, "base");
        this.strategy = requireNonNull(strategy, "strategy");
        this.players = Measured.requirePlayers(players);
    }

    /**
     * One update of a round.
     *
     * @param id its name in the round's sum, {@link PartialSum#updateId}
     * @param weight the weight that was granted to it
     * @param bytes its byte form, readable any number of times
     */
    public record Update(ContentHash id, long weight, UpdateBytes bytes) {
        /** Checks. */
        public Update {
            requireNonNull(id, "id");
            requireNonNull(bytes, "bytes");
        }
    }

    /**
     * The models of a round whose players brought one update each.
     *
     * <p>A model costs one pass over the update of each player that came or went since the last one.
     *
     * @param base the model that the round started from
     * @param updates player i's is the i-th; ids and weights as in the round's sum
     * @throws IllegalArgumentException if there is no update
     */
    public static CoalitionModels ofUpdates(
            RunId run, int round, FixedPointScale scale, Parameters base, Strategy strategy, List<Update> updates) {
        return new OfUpdates(run, round, scale, base, strategy, List.copyOf(updates));
    }

    /**
     * The models of a round whose players are groups, of each of which only the sum is known.
     *
     * @param base the model that the round started from
     * @param sums player i's is the i-th, of one update or more; of disjoint updates of one round
     * @throws IllegalArgumentException if there is no sum, or one is of no update
     */
    public static CoalitionModels ofSums(Parameters base, Strategy strategy, List<PartialSum> sums) {
        return new OfSums(base, strategy, List.copyOf(sums));
    }

    /** The number of players, 1 or more. */
    public int players() {
        return players;
    }

    /**
     * The model of these players.
     *
     * @throws IllegalArgumentException if the coalition has other players, or its updates do not fit together
     * @throws RuntimeException what reading an update throws
     */
    public Parameters model(Coalition coalition) {
        Measured.requireMember(players, coalition);
        return coalition.isEmpty() ? base : strategy.step(base, sum(coalition).mean(base.layout()));
    }

    /** The exact sum of some players, 1 or more. */
    abstract PartialSum sum(Coalition coalition);

    private static final class OfUpdates extends CoalitionModels {
        private final List<Update> updates;
        private final SumAccumulator accumulator;
        private Coalition held = Coalition.empty();

        OfUpdates(
                RunId run, int round, FixedPointScale scale, Parameters base, Strategy strategy, List<Update> updates) {
            super(base, strategy, updates.size());
            this.updates = updates;
            this.accumulator =
                    SumAccumulator.create(run, round, 0, scale, base.layout().elementCount());
        }

        @Override
        PartialSum sum(Coalition coalition) {
            for (int player = 0; player < updates.size(); player++) {
                Update update = updates.get(player);
                if (held.contains(player) && !coalition.contains(player)) {
                    accumulator.remove(update.id(), update.bytes());
                    held = held.without(player);
                } else if (!held.contains(player) && coalition.contains(player)) {
                    accumulator.add(update.id(), update.weight(), update.bytes());
                    held = held.with(player);
                }
            }
            return accumulator.toPartialSum();
        }
    }

    private static final class OfSums extends CoalitionModels {
        private final List<PartialSum> sums;

        OfSums(Parameters base, Strategy strategy, List<PartialSum> sums) {
            super(base, strategy, sums.size());
            this.sums = sums;
            for (int player = 0; player < sums.size(); player++) {
                if (sums.get(player).count() == 0) {
                    throw new IllegalArgumentException(
                            "the sum of player " + player + " holds no update; leave out groups of nobody");
                }
            }
        }

        @Override
        PartialSum sum(Coalition coalition) {
            @Nullable PartialSum merged = null;
            for (int player : coalition.players().toArray()) {
                PartialSum sum = sums.get(player);
                merged = merged == null ? sum : merged.merge(sum);
            }
            return requireNonNull(merged, "bug: the sum of nobody");
        }
    }
}
