package org.dalrn.core.incentive;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.model.ContentHash;

/**
 * The model that some of a round's groups together would have led to.
 *
 * @param members numbers of groups; none stands for the model that the round started from
 * @param model hash of its bytes
 */
public record CoalitionModel(Coalition members, ContentHash model) {
    /** Checks that both are there. */
    public CoalitionModel {
        requireNonNull(members, "members");
        requireNonNull(model, "model");
    }
}
