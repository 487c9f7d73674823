package org.dalrn.core.incentive;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.model.NodeId;

/**
 * What one node contributed to a round.
 *
 * @param node who
 * @param value as measured, finite; may be negative
 * @param points what it counts in a settlement: whole, 0 or more
 */
public record NodeContribution(NodeId node, double value, long points) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if {@code value} is not finite or {@code points} negative
     */
    public NodeContribution {
        requireNonNull(node, "node");
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("the contribution of " + node + " is " + value + "; it must be finite");
        }
        if (points < 0) {
            throw new IllegalArgumentException("the points of " + node + " are " + points + ", below 0");
        }
    }
}
