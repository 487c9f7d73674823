package org.dalrn.core.incentive.game;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Stochastic fictitious play: again and again, each player draws a strategy by the logit rule from what each would earn
 * against the other's frequencies so far, so that better answers are likelier and none is certain.
 *
 * <p>What the frequencies approach, where they do, is no Nash equilibrium but a logit (quantal response) equilibrium at that
 * temperature: frequencies that are their own logit answer. The distance from that is the certificate.
 *
 * <p>Deterministic: the same game, temperature and seed give the same bits on every machine.
 *
 * <p>Source: Fudenberg and Kreps, Learning Mixed Equilibria (1993); Fudenberg and Levine, The Theory of Learning in Games
 * (1998), chapter 4.
 */
public final class StochasticFictitiousPlay {

    private StochasticFictitiousPlay() {}

    /** How stochastic fictitious play ended. */
    public sealed interface Outcome {

        /** How often each strategy was played, as probabilities, with the regret of that. */
        StrategyPair frequencies();

        /** The largest difference between the frequency of a strategy and its probability by the logit rule. */
        double logitDistance();

        /** How many times both played. */
        int steps();

        /** What the function for this case makes of it. */
        <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped);
    }

    /**
     * The frequencies are as close to their own logit answer as was asked for.
     *
     * @param frequencies how often each strategy was played, as probabilities
     * @param logitDistance largest difference from their logit answer
     * @param steps how many times both played
     */
    public record Reached(StrategyPair frequencies, double logitDistance, int steps) implements Outcome {
        @Override
        public <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped) {
            return reached.apply(this);
        }
    }

    /**
     * The steps ended first.
     *
     * @param frequencies how often each strategy was played, as probabilities
     * @param logitDistance largest difference from their logit answer
     * @param steps how many times both played
     */
    public record Stopped(StrategyPair frequencies, double logitDistance, int steps) implements Outcome {
        @Override
        public <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped) {
            return stopped.apply(this);
        }
    }

    /**
     * Plays until the frequencies are their own logit answer up to {@code distance}, at most {@code mostSteps} times; before
     * {@code leastSteps} they may be so by accident and play goes on. The first strategies are drawn uniformly. Each step
     * costs {@code rows + columns} exponentials.
     *
     * @param temperature above 0, in the unit of the payoffs: a strategy is e times as likely as one that earns this much less
     * @param seed of the draws
     * @param distance 0 or more
     * @param leastSteps 1 or more
     * @param mostSteps {@code leastSteps} or more
     * @throws IllegalArgumentException if the temperature is not above 0 and finite, the distance is negative or NaN, or the
     *     bounds are not as above
     */
    public static Outcome run(
            BimatrixGame game, double temperature, long seed, double distance, int leastSteps, int mostSteps) {
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the temperature is " + temperature + "; it is above 0 and finite");
        }
        if (!(distance >= 0)) {
            throw new IllegalArgumentException("the distance is " + distance + "; it is 0 or more");
        }
        FictitiousPlay.requireSteps(leastSteps);
        if (mostSteps < leastSteps) {
            throw new IllegalArgumentException(
                    "at most " + mostSteps + " steps were allowed, but at least " + leastSteps + " asked for");
        }
        SplittableRandom random = new SplittableRandom(seed);
        PayoffTable table = new PayoffTable(game);
        FictitiousPlay.Frequencies frequencies = new FictitiousPlay.Frequencies(table);
        double[] rowAnswer = new double[table.rows()];
        Arrays.fill(rowAnswer, 1.0 / rowAnswer.length);
        double[] columnAnswer = new double[table.columns()];
        Arrays.fill(columnAnswer, 1.0 / columnAnswer.length);
        while (true) {
            int row = draw(rowAnswer, random);
            int column = draw(columnAnswer, random);
            frequencies.add(row, column);
            int steps = frequencies.steps();
            rowAnswer = logit(frequencies.rowSums(), steps * table.rowFactor(), temperature);
            columnAnswer = logit(frequencies.columnSums(), steps * table.columnFactor(), temperature);
            if (steps >= leastSteps) {
                double reached =
                        Math.max(distance(frequencies.x(), rowAnswer), distance(frequencies.y(), columnAnswer));
                if (reached <= distance) {
                    return new Reached(frequencies.pair(game), reached, steps);
                }
                if (steps == mostSteps) {
                    return new Stopped(frequencies.pair(game), reached, steps);
                }
            }
        }
    }

    private static int draw(double[] probabilities, SplittableRandom random) {
        double left = random.nextDouble();
        int last = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > 0) {
                last = i;
                left -= probabilities[i];
                if (left < 0) {
                    break;
                }
            }
        }
        return last;
    }

    /** Probabilities proportional to {@code exp(sum / (count * temperature))}. */
    private static double[] logit(double[] sums, double count, double temperature) {
        double most = sums[PayoffTable.first(sums)];
        double[] probabilities = new double[sums.length];
        double total = 0;
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = StrictMath.exp((sums[i] - most) / count / temperature);
            total += probabilities[i];
        }
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] /= total;
        }
        return probabilities;
    }

    private static double distance(double[] left, double[] right) {
        double distance = 0;
        for (int i = 0; i < left.length; i++) {
            distance = Math.max(distance, Math.abs(left[i] - right[i]));
        }
        return distance;
    }
}
