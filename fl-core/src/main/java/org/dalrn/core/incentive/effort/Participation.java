package org.dalrn.core.incentive.effort;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who takes part in a contest when each node is free to stay out and take its outside option.
 *
 * @param nodes who takes part
 * @param contest the equilibrium among them; empty if fewer than two take part, for one alone gets the budget for next to nothing
 */
public record Participation(SortedSet<Integer> nodes, Optional<EffortEquilibrium> contest) {

    /** Copies. */
    public Participation {
        nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
    }
}
