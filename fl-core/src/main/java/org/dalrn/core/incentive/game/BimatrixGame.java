package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * A game of two players in normal form, payoffs in doubles.
 *
 * <p>Immutable and thread-safe.
 */
public final class BimatrixGame {

    /** A player has at most this many strategies: two payoff matrices of 134 MB. */
    public static final int MOST_STRATEGIES = 1 << 12;

    /** A payoff is at most so large, and at least so small: differences and sums of payoffs stay finite. */
    public static final double MOST_PAYOFF = 1e300;

    private final double[][] a;
    private final double[][] b;
    private final double leastA;
    private final double rangeA;
    private final double leastB;
    private final double rangeB;

    private BimatrixGame(double[][] a, double[][] b) {
        this.a = a;
        this.b = b;
        leastA = least(a);
        rangeA = most(a) - leastA;
        leastB = least(b);
        rangeB = most(b) - leastB;
    }

    private static double least(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).min().orElseThrow();
    }

    private static double most(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).max().orElseThrow();
    }

    /**
     * The game with these payoffs.
     *
     * @param a {@code [rows][columns]} payoffs of the row player, in [-1e300, 1e300]
     * @param b {@code [rows][columns]} payoffs of the column player, in [-1e300, 1e300]
     * @throws IllegalArgumentException if a matrix is empty or ragged, the shapes differ, a player has more than {@value
     *     #MOST_STRATEGIES} strategies, or an entry is not in that interval; the message names the entry
     */
    public static BimatrixGame of(double[][] a, double[][] b) {
        int columns = Shapes.columns(a.length, i -> requireNonNull(a[i], "row of A").length, "A");
        int columnsOfB = Shapes.columns(b.length, i -> requireNonNull(b[i], "row of B").length, "B");
        Shapes.same(a.length, columns, b.length, columnsOfB);
        return new BimatrixGame(finite(a, "A"), finite(b, "B"));
    }

    /**
     * The game in which the column player loses what the row player wins.
     *
     * @param a as in {@link #of}
     */
    public static BimatrixGame zeroSum(double[][] a) {
        Shapes.columns(a.length, i -> requireNonNull(a[i], "row of A").length, "A");
        double[][] b = new double[a.length][];
        for (int i = 0; i < a.length; i++) {
            b[i] = new double[a[i].length];
            for (int j = 0; j < b[i].length; j++) {
                b[i][j] = 0.0 - a[i][j];
            }
        }
        return of(a, b);
    }

    private static double[][] finite(double[][] matrix, String name) {
        double[][] copy = new double[matrix.length][];
        for (int i = 0; i < matrix.length; i++) {
            copy[i] = matrix[i].clone();
            for (int j = 0; j < copy[i].length; j++) {
                if (!Double.isFinite(copy[i][j])) {
                    throw new IllegalArgumentException("payoff " + name + "[" + i + "][" + j + "] is " + copy[i][j]
                            + "; payoffs are finite numbers");
                }
                if (Math.abs(copy[i][j]) > MOST_PAYOFF) {
                    throw new IllegalArgumentException("payoff " + name + "[" + i + "][" + j + "] is " + copy[i][j]
                            + ", not in [-1e300, 1e300]; divide all payoffs of the player by the same number");
                }
            }
        }
        return copy;
    }

    /** Number of strategies of the row player. */
    public int rows() {
        return a.length;
    }

    /** Number of strategies of the column player. */
    public int columns() {
        return a[0].length;
    }

    /** The row player's payoff. */
    public double a(int row, int column) {
        return a[row][column];
    }

    /** The column player's payoff. */
    public double b(int row, int column) {
        return b[row][column];
    }

    /** The row player's smallest payoff. */
    double leastA() {
        return leastA;
    }

    /** The row player's largest payoff minus the smallest one. */
    double rangeA() {
        return rangeA;
    }

    /** The column player's smallest payoff. */
    double leastB() {
        return leastB;
    }

    /** The column player's largest payoff minus the smallest one. */
    double rangeB() {
        return rangeB;
    }

    /** The same game with every payoff as the fraction that its bits stand for. */
    public ExactBimatrixGame exactly() {
        return ExactBimatrixGame.ofExactly(a, b);
    }
}
