package org.dalrn.core.incentive.contribution;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * What each player of a game contributed, and how well that is known.
 *
 * <p>Values are in the unit of the game's utility. Immutable and thread-safe.
 */
public final class Contributions {
    /** Points of a contribution of 1: the millionths that weights of claims are counted in. */
    public static final long POINTS_OF_ONE = 1_000_000;

    private final double[] values;
    /** Empty if the values are no estimates; NaN where a player's precision is unknown. */
    private final double[] halfWidths;

    private final long evaluations;
    private final boolean converged;

    private Contributions(double[] values, double[] halfWidths, long evaluations, boolean converged) {
        this.values = values;
        this.halfWidths = halfWidths;
        this.evaluations = evaluations;
        this.converged = converged;
    }

    /**
     * Values that were computed and not sampled.
     *
     * @param values one for each player, finite; copied
     * @param evaluations how many coalitions were evaluated, 0 or more
     * @throws IllegalArgumentException if there is no value, one is not finite, or the evaluations are negative
     */
    public static Contributions exact(double[] values, long evaluations) {
        return new Contributions(checked(values), new double[0], requireEvaluations(evaluations), true);
    }

    /**
     * Estimates.
     *
     * @param values one for each player, finite; copied
     * @param halfWidths half the width of each 95 % interval, 0 or more, or NaN if too little was sampled to tell;
     *     copied
     * @param evaluations how many coalitions were evaluated, 0 or more
     * @param converged true if sampling ended because its rule was met, false if because its bound was reached
     * @throws IllegalArgumentException if the lengths differ, or a number is outside its range
     */
    public static Contributions sampled(double[] values, double[] halfWidths, long evaluations, boolean converged) {
        if (values.length != halfWidths.length) {
            throw new IllegalArgumentException(
                    values.length + " values and " + halfWidths.length + " half widths do not fit together");
        }
        for (int i = 0; i < halfWidths.length; i++) {
            if (halfWidths[i] < 0) {
                throw new IllegalArgumentException("half width " + halfWidths[i] + " of player " + i + " is below 0");
            }
        }
        return new Contributions(checked(values), halfWidths.clone(), requireEvaluations(evaluations), converged);
    }

    private static double[] checked(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("there is no player; contributions are of 1 or more");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("the contribution of player " + i + " is " + values[i]
                        + "; utilities so large cannot be compared, scale them");
            }
        }
        return values.clone();
    }

    private static long requireEvaluations(long evaluations) {
        if (evaluations < 0) {
            throw new IllegalArgumentException(evaluations + " evaluations are below 0");
        }
        return evaluations;
    }

    /** The number of players. */
    public int players() {
        return values.length;
    }

    /**
     * What a player contributed.
     *
     * @throws IndexOutOfBoundsException if there is no such player
     */
    public double value(int player) {
        return values[player];
    }

    /** All values, a copy. */
    public double[] values() {
        return values.clone();
    }

    /**
     * A player's contribution in whole points: millionths, rounded to the nearest, half upwards; 0 if it is negative.
     *
     * @throws IndexOutOfBoundsException if there is no such player
     */
    public long points(int player) {
        return points(values[player]);
    }

    /** A contribution in whole points: millionths, rounded to the nearest, half upwards; 0 if it is negative. */
    public static long points(double value) {
        return Math.max(0, Math.round(value * POINTS_OF_ONE));
    }

    /**
     * Half the width of the 95 % interval around the value; empty if the values are not sampled, or too little was
     * sampled to tell.
     *
     * @throws IndexOutOfBoundsException if there is no such player
     */
    public OptionalDouble halfWidth(int player) {
        if (halfWidths.length == 0 && player >= 0 && player < values.length) {
            return OptionalDouble.empty();
        }
        return Double.isNaN(halfWidths[player]) ? OptionalDouble.empty() : OptionalDouble.of(halfWidths[player]);
    }

    /** True if the values are estimates from samples. */
    public boolean isSampled() {
        return halfWidths.length > 0;
    }

    /** The sum of all values, added in the order of players. */
    public double sum() {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    /** How many coalitions were evaluated. */
    public long evaluations() {
        return evaluations;
    }

    /** False if sampling ended at its bound before its rule was met. */
    public boolean converged() {
        return converged;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Contributions that
                && evaluations == that.evaluations
                && converged == that.converged
                && Arrays.equals(values, that.values)
                && Arrays.equals(halfWidths, that.halfWidths);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Contributions" + Arrays.toString(values) + " of " + evaluations + " evaluations"
                + (converged ? "" : ", not converged");
    }
}
