package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * Replicator dynamics of one population, whose members meet at random: a strategy's share grows by how much more it earns
 * than the mean, {@code x_i' = x_i ((A x)_i - x A x)}. With mutation, offspring of strategy {@code j} play {@code i} with
 * probability {@code Q[j][i]}: {@code x_i' = sum over j of x_j (A x)_j Q[j][i], less x_i (x A x)}.
 *
 * <p>Time is continuous, stepped by the classical Runge-Kutta method of order 4 with a fixed step, after which negative shares
 * become 0 and the sum 1: the error of a given time shrinks as the fourth power of the step. Or it is discrete: {@code x_i
 * becomes x_i (c + (A x)_i) / (c + x A x)}, generation by generation, with background fitness {@code c}.
 *
 * <p>Immutable and thread-safe.
 *
 * <p>Source: Taylor and Jonker, Evolutionary Stable Strategies and Game Dynamics (1978); Hofbauer and Sigmund, Evolutionary
 * Games and Population Dynamics (1998), chapters 7 and 20.
 */
public final class Replicator {

    /** Mutation rows may sum to something other than 1 by this much. */
    private static final double SUM_TOLERANCE = 1e-9;

    /** A trajectory holds at most this many numbers: 134 MB. */
    private static final int MOST_NUMBERS = 1 << 24;

    /** What a state takes besides its shares, in numbers. */
    private static final int OVERHEAD = 8;

    private final double[][] payoffs;
    /** Empty if there is no mutation. */
    private final double[][] mutation;

    private Replicator(double[][] payoffs, double[][] mutation) {
        this.payoffs = payoffs;
        this.mutation = mutation;
    }

    /**
     * Without mutation.
     *
     * @param payoffs {@code [strategies][strategies]} what the row's player earns against the column's, finite
     * @throws IllegalArgumentException if the matrix is empty, not square or too large, or an entry is not finite
     */
    public static Replicator of(double[][] payoffs) {
        double[][] copy = square(payoffs);
        requireMild(copy, "A");
        return new Replicator(copy, new double[0][]);
    }

    /**
     * With mutation.
     *
     * @param payoffs {@code [strategies][strategies]} what the row's player earns against the column's, finite and not
     *     negative: they are rates of offspring, and those of a negative rate cannot mutate. Adding the same to all leaves the
     *     game as it is but makes mutation more frequent
     * @param mutation {@code [parent][child]} probabilities; each row has sum 1 within 1e-9
     * @throws IllegalArgumentException if a matrix is empty, not square or too large, an entry is not as said, or a row of
     *     {@code mutation} does not sum to 1
     */
    public static Replicator withMutation(double[][] payoffs, double[][] mutation) {
        double[][] copy = square(payoffs);
        requireMild(copy, "A");
        requireNotNegative(copy, "A");
        return new Replicator(copy, stochastic(mutation, copy.length, "Q"));
    }

    private static double[][] square(double[][] matrix) {
        int columns = Shapes.columns(matrix.length, i -> requireNonNull(matrix[i], "row of A").length, "A");
        if (columns != matrix.length) {
            throw new IllegalArgumentException("matrix A is " + matrix.length + " x " + columns
                    + "; in one population all choose from the same strategies, so it is square");
        }
        double[][] copy = new double[columns][];
        for (int i = 0; i < columns; i++) {
            copy[i] = matrix[i].clone();
        }
        return copy;
    }

    /** Products of two payoffs are finite then, and those of their differences. */
    static void requireMild(double[][] payoffs, String name) {
        for (int i = 0; i < payoffs.length; i++) {
            for (int j = 0; j < payoffs[i].length; j++) {
                if (!(Math.abs(payoffs[i][j]) <= 1e150)) {
                    throw new IllegalArgumentException("payoff " + name + "[" + i + "][" + j + "] is " + payoffs[i][j]
                            + "; the dynamics take payoffs from -1e150 to 1e150, scale them together with the time");
                }
            }
        }
    }

    static void requireNotNegative(double[][] payoffs, String name) {
        for (int i = 0; i < payoffs.length; i++) {
            for (int j = 0; j < payoffs[i].length; j++) {
                if (payoffs[i][j] < 0) {
                    throw new IllegalArgumentException("payoff " + name + "[" + i + "][" + j + "] is " + payoffs[i][j]
                            + "; with mutation payoffs are 0 or more, add the same to all");
                }
            }
        }
    }

    static double[][] stochastic(double[][] mutation, int strategies, String name) {
        if (mutation.length != strategies) {
            throw new IllegalArgumentException(
                    "matrix " + name + " has " + mutation.length + " rows for " + strategies + " strategies");
        }
        double[][] copy = new double[strategies][];
        for (int i = 0; i < strategies; i++) {
            copy[i] = requireNonNull(mutation[i], "row of a mutation matrix").clone();
            if (copy[i].length != strategies) {
                throw new IllegalArgumentException("row " + i + " of matrix " + name + " has " + copy[i].length
                        + " entries for " + strategies + " strategies");
            }
            double sum = 0;
            for (int j = 0; j < strategies; j++) {
                if (!(copy[i][j] >= 0 && copy[i][j] <= 1 + SUM_TOLERANCE)) {
                    throw new IllegalArgumentException(
                            "mutation " + name + "[" + i + "][" + j + "] is " + copy[i][j] + ", not in [0, 1]");
                }
                sum += copy[i][j];
            }
            if (Math.abs(sum - 1) > SUM_TOLERANCE) {
                throw new IllegalArgumentException(
                        "row " + i + " of matrix " + name + " sums to " + sum + ", not to 1");
            }
        }
        return copy;
    }

    /** Number of strategies. */
    public int strategies() {
        return payoffs.length;
    }

    /**
     * The state now.
     *
     * @param shares {@code [strategies]} 0 or more, of sum 1 within 1e-9
     * @throws IllegalArgumentException if it is no distribution over the strategies
     */
    public ReplicatorState state(double[] shares) {
        double[] now = distribution(shares, payoffs.length, "shares");
        return new ReplicatorState(now, fitness(now));
    }

    /**
     * The states at times {@code 0, step, 2 step, ...}, in continuous time. Each step costs {@code 4 strategies^2}.
     *
     * @param shares as in {@link #state}
     * @param step above 0; times the largest payoff less the smallest (with mutation, times the largest) at most 1, as larger
     *     steps mean nothing
     * @param steps 0 or more
     * @param every how many steps lie between two states of the list, which begins with the first and ends with the last
     * @throws IllegalArgumentException if an argument is not as said, or the list would hold more than 2^24 numbers
     */
    public List<ReplicatorState> trajectory(double[] shares, double step, int steps, int every) {
        requireStep(step, mutation.length == 0 ? range(payoffs) : largest(payoffs));
        double[] now = distribution(shares, payoffs.length, "shares");
        requireLength(steps, every, payoffs.length);
        List<ReplicatorState> states = new ArrayList<>();
        states.add(state(now));
        for (int done = 1; done <= steps; done++) {
            now = rungeKutta(now, step);
            if (done % every == 0 || done == steps) {
                states.add(new ReplicatorState(now.clone(), fitness(now)));
            }
        }
        return List.copyOf(states);
    }

    /**
     * The states of generations {@code 0, 1, 2, ...}, in discrete time. Each costs {@code strategies^2}.
     *
     * @param shares as in {@link #state}
     * @param background what everybody earns besides, so that all payoffs together with it are above 0; the larger, the
     *     slower and closer to continuous time
     * @param generations 0 or more
     * @param every how many generations lie between two states of the list, which begins with the first and ends with the last
     * @throws IllegalArgumentException if an argument is not as said, or the list would hold more than 2^24 numbers
     */
    public List<ReplicatorState> generations(double[] shares, double background, int generations, int every) {
        double[] now = distribution(shares, payoffs.length, "shares");
        requireBackground(payoffs, background, "A");
        requireLength(generations, every, payoffs.length);
        List<ReplicatorState> states = new ArrayList<>();
        states.add(state(now));
        for (int done = 1; done <= generations; done++) {
            now = offspring(now, fitness(now), background, mutation);
            if (done % every == 0 || done == generations) {
                states.add(new ReplicatorState(now.clone(), fitness(now)));
            }
        }
        return List.copyOf(states);
    }

    static void requireBackground(double[][] payoffs, double background, String name) {
        for (int i = 0; i < payoffs.length; i++) {
            for (int j = 0; j < payoffs[i].length; j++) {
                double sum = background + payoffs[i][j];
                if (!(sum > 0 && sum <= 1e150)) {
                    throw new IllegalArgumentException("the background fitness " + background + " and payoff " + name
                            + "[" + i + "][" + j + "] = " + payoffs[i][j] + " make " + sum
                            + "; together they are above 0, at most 1e150");
                }
            }
        }
    }

    static void requireStep(double step, double speed) {
        if (!(step > 0 && step * speed <= 1)) {
            throw new IllegalArgumentException(
                    "the step is " + step + "; it is above 0, and at most 1 / " + speed + " for these payoffs");
        }
    }

    static void requireLength(int steps, int every, int sharesOfState) {
        if (steps < 0 || every < 1) {
            throw new IllegalArgumentException(
                    steps + " steps, a state every " + every + "; steps are 0 or more, every is 1 or more");
        }
        long numbers = (steps / every + 2L) * (sharesOfState + OVERHEAD);
        if (numbers > MOST_NUMBERS) {
            throw new IllegalArgumentException("a state every " + every + " of " + steps + " steps makes " + numbers
                    + " numbers; a trajectory holds at most " + MOST_NUMBERS);
        }
    }

    static double[] distribution(double[] values, int strategies, String name) {
        if (values.length != strategies) {
            throw new IllegalArgumentException(
                    name + " has " + values.length + " entries for " + strategies + " strategies");
        }
        double[] copy = values.clone();
        double sum = 0;
        for (int i = 0; i < copy.length; i++) {
            if (!(copy[i] >= 0 && copy[i] <= 1 + SUM_TOLERANCE)) {
                throw new IllegalArgumentException(name + "[" + i + "] is " + copy[i] + ", not in [0, 1]");
            }
            sum += copy[i];
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
            throw new IllegalArgumentException(name + " sum to " + sum + ", not to 1");
        }
        return copy;
    }

    private double[] fitness(double[] shares) {
        return PayoffTable.times(payoffs, shares);
    }

    private double[] rungeKutta(double[] now, double step) {
        double[] first = velocity(now, fitness(now), mutation);
        double[] at = moved(now, first, step / 2);
        double[] second = velocity(at, fitness(at), mutation);
        at = moved(now, second, step / 2);
        double[] third = velocity(at, fitness(at), mutation);
        at = moved(now, third, step);
        double[] fourth = velocity(at, fitness(at), mutation);
        return stepped(now, first, second, third, fourth, step);
    }

    static double[] moved(double[] from, double[] velocity, double time) {
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i] + time * velocity[i];
        }
        return to;
    }

    static double[] stepped(
            double[] now, double[] first, double[] second, double[] third, double[] fourth, double step) {
        double[] next = new double[now.length];
        for (int i = 0; i < next.length; i++) {
            next[i] = now[i] + step / 6 * (first[i] + 2 * (second[i] + third[i]) + fourth[i]);
        }
        return normalised(next);
    }

    static double[] velocity(double[] shares, double[] fitness, double[][] mutation) {
        double[] velocity = new double[shares.length];
        if (mutation.length == 0) {
            // Counted from the best, whose size would be rounded otherwise: where all are equal, a step of any length
            // leads nowhere.
            double best = fitness[PayoffTable.first(fitness)];
            double lost = 0;
            for (int i = 0; i < velocity.length; i++) {
                lost += shares[i] * (best - fitness[i]);
            }
            for (int i = 0; i < velocity.length; i++) {
                velocity[i] = shares[i] * (lost - (best - fitness[i]));
            }
            return velocity;
        }
        double mean = PayoffTable.dot(shares, fitness);
        for (int parent = 0; parent < velocity.length; parent++) {
            double births = shares[parent] * fitness[parent];
            for (int child = 0; child < velocity.length; child++) {
                velocity[child] += births * mutation[parent][child];
            }
        }
        for (int i = 0; i < velocity.length; i++) {
            velocity[i] -= shares[i] * mean;
        }
        return velocity;
    }

    static double[] offspring(double[] shares, double[] fitness, double background, double[][] mutation) {
        double[] next = new double[shares.length];
        for (int parent = 0; parent < next.length; parent++) {
            double births = shares[parent] * (background + fitness[parent]);
            if (mutation.length == 0) {
                next[parent] = births;
                continue;
            }
            for (int child = 0; child < next.length; child++) {
                next[child] += births * mutation[parent][child];
            }
        }
        return normalised(next);
    }

    /** Negative shares become 0, then all are divided by their sum. */
    private static double[] normalised(double[] shares) {
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = Math.max(0, shares[i]);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    static double range(double[][] payoffs) {
        double least = Double.POSITIVE_INFINITY;
        for (double[] line : payoffs) {
            for (double payoff : line) {
                least = Math.min(least, payoff);
            }
        }
        return largest(payoffs) - least;
    }

    static double largest(double[][] payoffs) {
        double most = Double.NEGATIVE_INFINITY;
        for (double[] line : payoffs) {
            for (double payoff : line) {
                most = Math.max(most, payoff);
            }
        }
        return most;
    }
}
