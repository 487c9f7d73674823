package org.dalrn.core.incentive.game;

import java.util.ArrayList;
import java.util.List;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * A mixed strategy of each of two players in exact numbers, with its certificate: payoffs and the largest gain of a
 * deviation, computed from the game and not from what an algorithm believed.
 *
 * @param x {@code [rows]} the row player's probabilities
 * @param y {@code [columns]} the column player's probabilities
 * @param rowPayoff what the row player expects
 * @param columnPayoff what the column player expects
 * @param regret the most that a player could gain by deviating alone; 0 exactly at an equilibrium
 */
public record ExactStrategyPair(
        List<Fraction> x, List<Fraction> y, Fraction rowPayoff, Fraction columnPayoff, Fraction regret) {

    public ExactStrategyPair {
        x = List.copyOf(x);
        y = List.copyOf(y);
    }

    /**
     * What two strategies are worth in a game.
     *
     * @throws IllegalArgumentException if a length does not fit the game or a strategy is no distribution
     */
    public static ExactStrategyPair of(ExactBimatrixGame game, List<Fraction> x, List<Fraction> y) {
        requireDistribution(x, game.rows(), "x");
        requireDistribution(y, game.columns(), "y");
        List<Fraction> ofRows = new ArrayList<>();
        for (int i = 0; i < game.rows(); i++) {
            Fraction sum = Fraction.ZERO;
            for (int j = 0; j < game.columns(); j++) {
                sum = sum.plus(game.a(i, j).times(y.get(j)));
            }
            ofRows.add(sum);
        }
        List<Fraction> ofColumns = new ArrayList<>();
        for (int j = 0; j < game.columns(); j++) {
            Fraction sum = Fraction.ZERO;
            for (int i = 0; i < game.rows(); i++) {
                sum = sum.plus(game.b(i, j).times(x.get(i)));
            }
            ofColumns.add(sum);
        }
        Fraction rowPayoff = dot(x, ofRows);
        Fraction columnPayoff = dot(y, ofColumns);
        Fraction rowGain = ofRows.stream().reduce(rowPayoff, Fraction::max).minus(rowPayoff);
        Fraction columnGain =
                ofColumns.stream().reduce(columnPayoff, Fraction::max).minus(columnPayoff);
        return new ExactStrategyPair(x, y, rowPayoff, columnPayoff, rowGain.max(columnGain));
    }

    private static void requireDistribution(List<Fraction> values, int strategies, String name) {
        if (values.size() != strategies) {
            throw new IllegalArgumentException("strategy " + name + " has " + values.size()
                    + " probabilities, but the player has " + strategies + " strategies");
        }
        Fraction sum = Fraction.ZERO;
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).signum() < 0) {
                throw new IllegalArgumentException(name + "[" + i + "] is " + values.get(i) + ", below 0");
            }
            sum = sum.plus(values.get(i));
        }
        if (!sum.equals(Fraction.ONE)) {
            throw new IllegalArgumentException("the probabilities of " + name + " sum to " + sum + ", not to 1");
        }
    }

    private static Fraction dot(List<Fraction> left, List<Fraction> right) {
        Fraction sum = Fraction.ZERO;
        for (int i = 0; i < left.size(); i++) {
            sum = sum.plus(left.get(i).times(right.get(i)));
        }
        return sum;
    }

    /** True if nobody can gain anything by deviating alone. */
    public boolean isEquilibrium() {
        return regret.signum() == 0;
    }
}
