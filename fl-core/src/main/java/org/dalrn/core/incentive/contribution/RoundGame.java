package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

/**
 * One round of federated learning as a game: a coalition is worth what the model is worth that the round would have ended
 * with, had only its members taken part.
 *
 * <p>Confined to one thread.
 */
public final class RoundGame implements CoalitionGame {
    private final CoalitionModels models;
    private final ModelUtility utility;

    private RoundGame(CoalitionModels models, ModelUtility utility) {
        this.models = models;
        this.utility = utility;
    }

    /** The game of a round's models, measured by a utility. */
    public static RoundGame of(CoalitionModels models, ModelUtility utility) {
        return new RoundGame(requireNonNull(models, "models"), requireNonNull(utility, "utility"));
    }

    @Override
    public int players() {
        return models.players();
    }

    @Override
    public double value(Coalition coalition) {
        return utility.of(models.model(coalition));
    }
}
