package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A game of any number of players in normal form: a table of payoffs for each player, in doubles.
 *
 * <p>A profile, one pure strategy of each player, has the index {@code s_0 + k_0 * (s_1 + k_1 * (s_2 + ...))}, where {@code
 * k_i} is the number of strategies of player {@code i}: the first player's strategy changes fastest.
 *
 * <p>Immutable and thread-safe.
 */
public final class NormalFormGame {

    /** A game has at most this many players. */
    public static final int MOST_PLAYERS = 64;

    /** The tables of all players together hold at most this many payoffs: 134 MB. */
    public static final int MOST_PAYOFFS = 1 << 24;

    /** What a player gets when everybody plays a pure strategy. */
    @FunctionalInterface
    public interface Payoff {

        /**
         * The payoff of one player, in [-1e300, 1e300].
         *
         * @param player 0 or more
         * @param profile strategy of each player, unmodifiable
         */
        double of(int player, List<Integer> profile);
    }

    private final int[] strategies;
    /** Of each player: how far apart two profiles are in which only that player's strategy differs by one. */
    private final int[] strides;

    private final int profiles;
    private final double[][] payoffs;

    private NormalFormGame(int[] strategies, int profiles, double[][] payoffs) {
        this.strategies = strategies;
        this.profiles = profiles;
        this.payoffs = payoffs;
        strides = new int[strategies.length];
        int stride = 1;
        for (int player = 0; player < strategies.length; player++) {
            strides[player] = stride;
            stride *= strategies[player];
        }
    }

    /**
     * The game with these payoffs.
     *
     * @param strategies {@code [players]} number of strategies of each player, 1 or more
     * @param payoffs {@code [players][profiles]} in [-1e300, 1e300], by the index of the profile
     * @throws IllegalArgumentException if there are no players, more than {@value #MOST_PLAYERS} or more than {@value
     *     #MOST_PAYOFFS} payoffs, a player has no strategy, a table has another length, or a payoff is not in that
     *     interval; the message names the entry
     */
    public static NormalFormGame of(int[] strategies, double[][] payoffs) {
        int[] counts = strategies.clone();
        int profiles = profiles(counts);
        if (payoffs.length != counts.length) {
            throw new IllegalArgumentException(
                    "there are " + payoffs.length + " tables of payoffs for " + counts.length + " players");
        }
        for (int player = 0; player < counts.length; player++) {
            int length = requireNonNull(payoffs[player], "payoffs of a player").length;
            if (length != profiles) {
                throw new IllegalArgumentException("player " + player + " has " + length + " payoffs, but there are "
                        + profiles + " profiles of strategies");
            }
        }
        double[][] copy = new double[counts.length][];
        for (int player = 0; player < counts.length; player++) {
            copy[player] = payoffs[player].clone();
        }
        return checked(new NormalFormGame(counts, profiles, copy));
    }

    /**
     * The game whose payoffs a function tells, asked once for each player and profile.
     *
     * @param strategies as in {@link #of}
     * @throws IllegalArgumentException as in {@link #of}
     */
    public static NormalFormGame tabulate(int[] strategies, Payoff payoff) {
        int[] counts = strategies.clone();
        int profiles = profiles(counts);
        NormalFormGame game = new NormalFormGame(counts, profiles, new double[counts.length][profiles]);
        for (int index = 0; index < profiles; index++) {
            List<Integer> profile = game.profile(index);
            for (int player = 0; player < counts.length; player++) {
                game.payoffs[player][index] = payoff.of(player, profile);
            }
        }
        return checked(game);
    }

    /**
     * The same game of two players: player 0 chooses the row, player 1 the column.
     *
     * @throws IllegalArgumentException if it has more than {@value #MOST_PAYOFFS} payoffs
     */
    public static NormalFormGame of(BimatrixGame game) {
        int rows = game.rows();
        return tabulate(new int[] {rows, game.columns()}, (player, profile) -> {
            int row = profile.get(0);
            int column = profile.get(1);
            return player == 0 ? game.a(row, column) : game.b(row, column);
        });
    }

    private static int profiles(int[] strategies) {
        int players = strategies.length;
        if (players == 0 || players > MOST_PLAYERS) {
            throw new IllegalArgumentException("a game has 1 to " + MOST_PLAYERS + " players, not " + players);
        }
        long profiles = 1;
        for (int player = 0; player < players; player++) {
            if (strategies[player] < 1) {
                throw new IllegalArgumentException(
                        "player " + player + " has " + strategies[player] + " strategies; each has one or more");
            }
            profiles *= strategies[player];
            if (profiles * players > MOST_PAYOFFS) {
                throw new IllegalArgumentException("the strategies of players 0 to " + player + " of " + players
                        + " alone make " + profiles + " profiles; a game has at most " + MOST_PAYOFFS
                        + " payoffs, which is profiles times players");
            }
        }
        return (int) profiles;
    }

    private static NormalFormGame checked(NormalFormGame game) {
        for (int player = 0; player < game.players(); player++) {
            for (int index = 0; index < game.profiles; index++) {
                double payoff = game.payoffs[player][index];
                if (!(Math.abs(payoff) <= BimatrixGame.MOST_PAYOFF)) {
                    throw new IllegalArgumentException("the payoff of player " + player + " at " + game.profile(index)
                            + " is " + payoff + ", not in [-1e300, 1e300]; divide all payoffs of the player by the same"
                            + " number if they are larger");
                }
            }
        }
        return game;
    }

    /** Number of players. */
    public int players() {
        return strategies.length;
    }

    /** Number of strategies of a player. */
    public int strategies(int player) {
        return strategies[player];
    }

    /** Number of profiles: the product of the numbers of strategies. */
    public int profiles() {
        return profiles;
    }

    /**
     * What a player gets.
     *
     * @param profile strategy of each player
     * @throws IllegalArgumentException if it has another length
     * @throws IndexOutOfBoundsException if a player has no such strategy
     */
    public double payoff(int player, List<Integer> profile) {
        return payoffs[player][index(profile)];
    }

    /**
     * The same game as two matrices.
     *
     * @throws IllegalStateException if it has not two players
     * @throws IllegalArgumentException if a player has more than {@value BimatrixGame#MOST_STRATEGIES} strategies
     */
    public BimatrixGame toBimatrix() {
        if (players() != 2) {
            throw new IllegalStateException("a game of " + players() + " players has no two matrices");
        }
        double[][] a = new double[strategies[0]][strategies[1]];
        double[][] b = new double[strategies[0]][strategies[1]];
        for (int index = 0; index < profiles; index++) {
            a[strategy(index, 0)][strategy(index, 1)] = payoffs[0][index];
            b[strategy(index, 0)][strategy(index, 1)] = payoffs[1][index];
        }
        return BimatrixGame.of(a, b);
    }

    double payoffAt(int player, int index) {
        return payoffs[player][index];
    }

    int stride(int player) {
        return strides[player];
    }

    int strategy(int index, int player) {
        return index / strides[player] % strategies[player];
    }

    List<Integer> profile(int index) {
        Integer[] profile = new Integer[strategies.length];
        for (int player = 0; player < profile.length; player++) {
            profile[player] = strategy(index, player);
        }
        return List.of(profile);
    }

    int index(List<Integer> profile) {
        if (profile.size() != strategies.length) {
            throw new IllegalArgumentException(
                    "a profile of " + profile.size() + " strategies for " + strategies.length + " players");
        }
        int index = 0;
        for (int player = 0; player < strategies.length; player++) {
            int strategy = profile.get(player);
            if (strategy < 0 || strategy >= strategies[player]) {
                throw new IndexOutOfBoundsException(
                        "player " + player + " has strategies 0 to " + (strategies[player] - 1) + ", not " + strategy);
            }
            index += strategy * strides[player];
        }
        return index;
    }

    /** What each strategy of a player is worth against the mixed strategies of the others. */
    double[] replies(int player, double[][] mixes) {
        return expected(player, mixes, player, player).clone();
    }

    /** {@code [strategy][strategy of other]} what a player expects if it and another play these and the rest mix. */
    double[][] replies(int player, int other, double[][] mixes) {
        double[] flat = expected(player, mixes, player, other);
        double[][] replies = new double[strategies[player]][strategies[other]];
        for (int mine = 0; mine < replies.length; mine++) {
            for (int theirs = 0; theirs < replies[mine].length; theirs++) {
                replies[mine][theirs] = player < other
                        ? flat[mine + strategies[player] * theirs]
                        : flat[theirs + strategies[other] * mine];
            }
        }
        return replies;
    }

    /** The table of a player after taking the mean over all axes but two, the slowest first. */
    private double[] expected(int player, double[][] mixes, int keep, int keepToo) {
        double[] table = payoffs[player];
        int outer = 1;
        for (int axis = strategies.length - 1; axis >= 0; axis--) {
            int count = strategies[axis];
            if (axis == keep || axis == keepToo) {
                outer *= count;
                continue;
            }
            int inner = strides[axis];
            double[] mean = new double[inner * outer];
            for (int block = 0; block < outer; block++) {
                for (int strategy = 0; strategy < count; strategy++) {
                    double weight = mixes[axis][strategy];
                    int from = (block * count + strategy) * inner;
                    for (int i = 0; weight != 0 && i < inner; i++) {
                        mean[block * inner + i] += weight * table[from + i];
                    }
                }
            }
            table = mean;
        }
        return table;
    }
}
