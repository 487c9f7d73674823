package org.dalrn.core.incentive.contribution;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * The only division of what all players achieve together that is efficient, symmetric, additive and gives nothing to who
 * adds nothing: each player's marginal contribution, averaged over all orders in which the players may join.
 *
 * <p>{@code phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! * (v(S with i) - v(S))}. The sums are exact: the
 * values of coalitions are taken as the rational numbers that their bits stand for, and only the result is rounded. So
 * the bits do not depend on the order of players, equal players get equal bits, and a null player gets exactly 0.
 *
 * <p>Source: Shapley, A Value for n-Person Games, 1953.
 */
public final class ShapleyValue {
    /** The most players of an exact value: 20, which takes 1,048,576 evaluations. */
    public static final int MOST_PLAYERS = 20;

    private ShapleyValue() {}

    /**
     * The contributions of all players, from all {@code 2^n} coalitions, evaluated in ascending order; each is the
     * exact Shapley value, rounded to a double.
     *
     * @param game of at most 20 players
     * @throws IllegalArgumentException if it has more, or a value is not finite
     */
    public static Contributions exact(CoalitionGame game) {
        List<Fraction> fractions = exactFractions(game);
        double[] values = fractions.stream().mapToDouble(Fraction::toDouble).toArray();
        return Contributions.exact(values, 1L << game.players());
    }

    /**
     * The contributions of all players as the fractions that they are; their sum is exactly the value of all players
     * together less that of the empty coalition.
     *
     * @param game of at most 20 players
     * @throws IllegalArgumentException if it has more, or a value is not finite
     */
    public static List<Fraction> exactFractions(CoalitionGame game) {
        int players = Measured.requirePlayers(game.players());
        if (players > MOST_PLAYERS) {
            throw new IllegalArgumentException("the exact Shapley value of " + players + " players takes 2^" + players
                    + " evaluations; it is offered for at most " + MOST_PLAYERS
                    + " players, use TruncatedMonteCarlo or GtgShapley");
        }
        double[] values = new double[1 << players];
        for (int set = 0; set < values.length; set++) {
            values[set] = Measured.value(game, Coalition.ofBits(set));
        }
        return ofTable(values, players);
    }

    /** The fractions of a table {@code [2^players]} of finite values. */
    static List<Fraction> ofTable(double[] values, int players) {
        // The sums over all sets of one size, and over those of them with a certain player.
        ExactSums sums = ExactSums.holding(values, (players + 1) * (players + 1));
        for (int set = 0; set < values.length; set++) {
            int row = Integer.bitCount(set) * (players + 1);
            sums.add(row + players, values[set]);
            for (int rest = set; rest != 0; rest &= rest - 1) {
                sums.add(row + Integer.numberOfTrailingZeros(rest), values[set]);
            }
        }
        BigInteger[] factorials = new BigInteger[players + 1];
        factorials[0] = BigInteger.ONE;
        for (int i = 1; i <= players; i++) {
            factorials[i] = factorials[i - 1].multiply(BigInteger.valueOf(i));
        }
        List<Fraction> shapley = new ArrayList<>(players);
        for (int player = 0; player < players; player++) {
            BigInteger weighted = BigInteger.ZERO;
            for (int size = 0; size < players; size++) {
                BigInteger with = sums.get((size + 1) * (players + 1) + player);
                int row = size * (players + 1);
                BigInteger without = sums.get(row + players).subtract(sums.get(row + player));
                weighted = weighted.add(
                        with.subtract(without).multiply(factorials[size]).multiply(factorials[players - 1 - size]));
            }
            shapley.add(sums.scaled(weighted, factorials[players]));
        }
        return Collections.unmodifiableList(shapley);
    }
}
