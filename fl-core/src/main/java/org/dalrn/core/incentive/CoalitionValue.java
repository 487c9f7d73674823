package org.dalrn.core.incentive;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.incentive.contribution.Coalition;

/**
 * How useful the model of some of a round's players together is.
 *
 * @param members who they are; nobody stands for the model that the round started from. Players are the nodes with accepted
 *     updates in the order of their ids, or the round's groups
 * @param value the utility, finite; more is better
 */
public record CoalitionValue(Coalition members, double value) {
    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    public CoalitionValue {
        requireNonNull(members, "members");
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "the utility of coalition " + members.describe() + " is " + value + "; utilities are finite");
        }
    }
}
