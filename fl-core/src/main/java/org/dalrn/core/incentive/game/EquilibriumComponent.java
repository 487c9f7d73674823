package org.dalrn.core.incentive.game;

import java.util.List;

/**
 * A maximal convex set of equilibria, also called a maximal Nash subset: every mixture of the {@code x} together with every
 * mixture of the {@code y} is an equilibrium. The equilibria of a game are the union of such sets; two of them may share
 * points. In a nondegenerate game each is a single equilibrium.
 *
 * @param x the corners among the row player's strategies, one or more
 * @param y the corners among the column player's strategies, one or more
 * @param <N> {@link org.dalrn.core.incentive.exact.Fraction}, or {@code Double}
 */
public record EquilibriumComponent<N>(List<List<N>> x, List<List<N>> y) {

    /** Copies the lists. */
    public EquilibriumComponent {
        x = x.stream().map(List::copyOf).toList();
        y = y.stream().map(List::copyOf).toList();
    }

    /** True if it is one equilibrium and not a continuum. */
    public boolean isSingle() {
        return x.size() == 1 && y.size() == 1;
    }
}
