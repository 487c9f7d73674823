package org.dalrn.core.incentive.contribution;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.model.NodeId;

/**
 * What each node contributed to some rounds, as far as the values of groups tell.
 *
 * @param nodes by id, unmodifiable
 * @param groups how many groups of all rounds the estimates rest on
 */
public record GroupEstimates(SortedMap<NodeId, Estimate> nodes, int groups) {
    /** Copies. */
    public GroupEstimates {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    /**
     * One node's estimate.
     *
     * @param value in the unit of the utility, summed over the rounds in which the node took part
     * @param halfWidth half the width of its 95 % interval; NaN while there are not more groups than nodes
     */
    public record Estimate(double value, double halfWidth) {}
}
