package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * A mixed strategy of each of any number of players, with its certificate: payoffs and the largest gain of a deviation,
 * computed from the game and not from what an algorithm believed.
 *
 * <p>Immutable and thread-safe.
 */
public final class MixedProfile {

    /** How far the probabilities of one player may sum to something other than 1. */
    private static final double SUM_TOLERANCE = 1e-9;

    private final double[][] mixes;
    private final double[] payoffs;
    private final double[] regrets;

    private MixedProfile(NormalFormGame game, double[][] mixes) {
        this.mixes = mixes;
        payoffs = new double[mixes.length];
        regrets = new double[mixes.length];
        for (int player = 0; player < mixes.length; player++) {
            double[] replies = game.replies(player, mixes);
            double best = replies[PayoffTable.first(replies)];
            for (int strategy = 0; strategy < replies.length; strategy++) {
                payoffs[player] += mixes[player][strategy] * replies[strategy];
                // What each loses to the best: unlike the best less the mean, exactly 0 where all are equal.
                regrets[player] += mixes[player][strategy] * (best - replies[strategy]);
            }
        }
    }

    /**
     * What mixed strategies are worth in a game.
     *
     * @param mixes {@code [players][strategies]} probabilities, 0 or more, of sum 1 within 1e-9
     * @throws IllegalArgumentException if a length does not fit the game or a strategy is no distribution
     */
    public static MixedProfile of(NormalFormGame game, double[][] mixes) {
        requirePlayers(game, mixes.length);
        double[][] copy = new double[mixes.length][];
        for (int player = 0; player < copy.length; player++) {
            copy[player] = requireNonNull(mixes[player], "strategy of a player").clone();
            requireStrategies(game, player, copy[player].length);
            double sum = 0;
            for (int strategy = 0; strategy < copy[player].length; strategy++) {
                double probability = copy[player][strategy];
                if (!(probability >= 0 && probability <= 1 + SUM_TOLERANCE)) {
                    throw new IllegalArgumentException("the probability of strategy " + strategy + " of player "
                            + player + " is " + probability + ", not in [0, 1]");
                }
                sum += probability;
            }
            if (Math.abs(sum - 1) > SUM_TOLERANCE) {
                throw new IllegalArgumentException(
                        "the probabilities of player " + player + " sum to " + sum + ", not to 1");
            }
        }
        return new MixedProfile(game, copy);
    }

    /**
     * The profile in which everybody plays a pure strategy.
     *
     * @throws IllegalArgumentException if there is not one strategy for each player
     * @throws IndexOutOfBoundsException if a player has no such strategy
     */
    public static MixedProfile pure(NormalFormGame game, List<Integer> profile) {
        int index = game.index(profile);
        double[][] mixes = new double[game.players()][];
        for (int player = 0; player < mixes.length; player++) {
            mixes[player] = new double[game.strategies(player)];
            mixes[player][game.strategy(index, player)] = 1;
        }
        return new MixedProfile(game, mixes);
    }

    /**
     * The most that a player could gain by deviating alone, without rounding: 0 exactly at an equilibrium. Payoffs count as
     * the fractions that their bits stand for.
     *
     * <p>Cost: players times profiles times players products of fractions.
     *
     * @param mixes of each player, the probability of each strategy: 0 or more, of sum 1
     * @throws IllegalArgumentException if a length does not fit the game or a strategy is no distribution
     */
    public static Fraction exactRegret(NormalFormGame game, List<List<Fraction>> mixes) {
        requirePlayers(game, mixes.size());
        for (int player = 0; player < mixes.size(); player++) {
            requireStrategies(game, player, mixes.get(player).size());
            Fraction sum = Fraction.ZERO;
            for (Fraction probability : mixes.get(player)) {
                if (probability.signum() < 0) {
                    throw new IllegalArgumentException(
                            "a probability of player " + player + " is " + probability + ", below 0");
                }
                sum = sum.plus(probability);
            }
            if (!sum.equals(Fraction.ONE)) {
                throw new IllegalArgumentException(
                        "the probabilities of player " + player + " sum to " + sum + ", not to 1");
            }
        }
        Fraction regret = Fraction.ZERO;
        for (int player = 0; player < mixes.size(); player++) {
            regret = regret.max(exactRegret(game, mixes, player));
        }
        return regret;
    }

    private static Fraction exactRegret(NormalFormGame game, List<List<Fraction>> mixes, int player) {
        List<Fraction> replies = new ArrayList<>();
        for (int strategy = 0; strategy < game.strategies(player); strategy++) {
            replies.add(Fraction.ZERO);
        }
        for (int index = 0; index < game.profiles(); index++) {
            Fraction probability = Fraction.ONE;
            for (int other = 0; other < game.players() && probability.signum() != 0; other++) {
                if (other != player) {
                    probability = probability.times(mixes.get(other).get(game.strategy(index, other)));
                }
            }
            if (probability.signum() != 0) {
                int strategy = game.strategy(index, player);
                Fraction payoff = Fraction.ofExactly(game.payoffAt(player, index));
                replies.set(strategy, replies.get(strategy).plus(probability.times(payoff)));
            }
        }
        Fraction expected = Fraction.ZERO;
        for (int strategy = 0; strategy < replies.size(); strategy++) {
            expected = expected.plus(mixes.get(player).get(strategy).times(replies.get(strategy)));
        }
        return replies.stream().reduce(expected, Fraction::max).minus(expected);
    }

    private static void requirePlayers(NormalFormGame game, int players) {
        if (players != game.players()) {
            throw new IllegalArgumentException(players + " mixed strategies for " + game.players() + " players");
        }
    }

    private static void requireStrategies(NormalFormGame game, int player, int probabilities) {
        if (probabilities != game.strategies(player)) {
            throw new IllegalArgumentException("player " + player + " has " + game.strategies(player)
                    + " strategies, but its mixed strategy " + probabilities + " probabilities");
        }
    }

    /** Number of players. */
    public int players() {
        return mixes.length;
    }

    /** A player's probabilities, a copy. */
    public double[] mix(int player) {
        return mixes[player].clone();
    }

    /** What a player expects. */
    public double payoff(int player) {
        return payoffs[player];
    }

    /** The most that a player could gain by playing something else, 0 or more. */
    public double regret(int player) {
        return regrets[player];
    }

    /** The largest regret of a player: the profile is an equilibrium up to this ε. */
    public double regret() {
        return Arrays.stream(regrets).max().orElseThrow();
    }

    /** True if nobody can gain more than {@code epsilon} by deviating alone. */
    public boolean isEquilibrium(double epsilon) {
        return regret() <= epsilon;
    }

    @Override
    public String toString() {
        return Arrays.deepToString(mixes) + " with regret " + regret();
    }
}
