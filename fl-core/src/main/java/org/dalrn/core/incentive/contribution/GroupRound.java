package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.model.NodeId;

/**
 * What each group of one round contributed.
 *
 * @param groups the division of the round's nodes
 * @param contributions one value for each group
 */
public record GroupRound(NodeGroups groups, Contributions contributions) {
    /**
     * Checks.
     *
     * @throws IllegalArgumentException if there is not one value for each group
     */
    public GroupRound {
        requireNonNull(groups, "groups");
        if (contributions.players() != groups.count()) {
            throw new IllegalArgumentException(contributions.players() + " contributions do not fit " + groups.count()
                    + " groups; there is one for each");
        }
    }

    /** Each node's equal share of its group's contribution: what Ma et al. pay in a round. */
    public SortedMap<NodeId, Double> shares() {
        SortedMap<NodeId, Double> shares = new TreeMap<>();
        for (int group = 0; group < groups.count(); group++) {
            List<NodeId> members = groups.groups().get(group);
            for (NodeId node : members) {
                shares.put(node, contributions.value(group) / members.size());
            }
        }
        return Collections.unmodifiableSortedMap(shares);
    }
}
