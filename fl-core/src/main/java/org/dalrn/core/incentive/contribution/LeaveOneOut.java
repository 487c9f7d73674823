package org.dalrn.core.incentive.contribution;

/**
 * What the coalition of all loses without one player: {@code v(N) - v(N without i)}.
 *
 * <p>The cheapest contribution, {@code n + 1} evaluations. It gives nothing to a player who adds nothing to the others,
 * but the values do not sum to anything, and of two players with the same data each counts as worthless.
 */
public final class LeaveOneOut {

    private LeaveOneOut() {}

    /**
     * The contributions of all players.
     *
     * @throws IllegalArgumentException if a value is not finite
     */
    public static Contributions of(CoalitionGame game) {
        int players = Measured.requirePlayers(game.players());
        Coalition all = Coalition.all(players);
        double together = Measured.value(game, all);
        double[] values = new double[players];
        for (int player = 0; player < players; player++) {
            values[player] = together - Measured.value(game, all.without(player));
        }
        return Contributions.exact(values, players + 1L);
    }
}
