package org.dalrn.core.incentive.game;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Profiles of pure strategies from which nobody gains by deviating alone, in the order of their indices. A game may have none.
 *
 * @param equilibria the first of them, as many as were asked for
 * @param count how many there are
 */
public record PureEquilibria(List<Equilibrium> equilibria, int count) {

    /**
     * One of them.
     *
     * @param profile strategy of each player
     * @param strict true if everybody would lose by deviating alone
     */
    public record Equilibrium(List<Integer> profile, boolean strict) {

        public Equilibrium {
            profile = List.copyOf(profile);
        }
    }

    public PureEquilibria {
        equilibria = List.copyOf(equilibria);
    }

    /**
     * All pure equilibria of a game. Payoffs are compared as they are, without a tolerance.
     *
     * <p>Cost: two passes over the payoffs and two bits for each profile.
     *
     * @param most how many to list, 0 or more; all are counted
     * @throws IllegalArgumentException if {@code most} is negative
     */
    public static PureEquilibria of(NormalFormGame game, int most) {
        if (most < 0) {
            throw new IllegalArgumentException("at most " + most + " equilibria were asked for; 0 or more can be");
        }
        BitSet equilibria = new BitSet(game.profiles());
        equilibria.set(0, game.profiles());
        BitSet strict = new BitSet(game.profiles());
        strict.set(0, game.profiles());
        for (int player = 0; player < game.players(); player++) {
            keepBestReplies(game, player, equilibria, strict);
        }
        List<Equilibrium> first = new ArrayList<>();
        for (int index = equilibria.nextSetBit(0);
                index >= 0 && first.size() < most;
                index = equilibria.nextSetBit(index + 1)) {
            first.add(new Equilibrium(game.profile(index), strict.get(index)));
        }
        return new PureEquilibria(first, equilibria.cardinality());
    }

    private static void keepBestReplies(NormalFormGame game, int player, BitSet equilibria, BitSet strict) {
        int stride = game.stride(player);
        int beyond = stride * game.strategies(player);
        for (int start = 0; start < game.profiles(); start++) {
            if (game.strategy(start, player) != 0) {
                continue;
            }
            double best = Double.NEGATIVE_INFINITY;
            int howMany = 0;
            for (int index = start; index < start + beyond; index += stride) {
                double payoff = game.payoffAt(player, index);
                if (payoff > best) {
                    best = payoff;
                    howMany = 0;
                }
                howMany += payoff == best ? 1 : 0;
            }
            for (int index = start; index < start + beyond; index += stride) {
                if (game.payoffAt(player, index) != best) {
                    equilibria.clear(index);
                } else if (howMany > 1) {
                    strict.clear(index);
                }
            }
        }
    }

    /** True if all of them are listed. */
    public boolean complete() {
        return equilibria.size() == count;
    }
}
