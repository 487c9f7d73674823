package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.incentive.exact.Fraction;

/**
 * A game of two players in normal form, payoffs in exact fractions.
 *
 * <p>Immutable and thread-safe.
 */
public final class ExactBimatrixGame {

    private final Fraction[][] a;
    private final Fraction[][] b;

    private ExactBimatrixGame(Fraction[][] a, Fraction[][] b) {
        this.a = a;
        this.b = b;
    }

    /**
     * The game with these payoffs.
     *
     * @param a {@code [rows][columns]} payoffs of the row player
     * @param b {@code [rows][columns]} payoffs of the column player
     * @throws IllegalArgumentException if a matrix is empty or ragged, the shapes differ, or a player has more than {@value
     *     BimatrixGame#MOST_STRATEGIES} strategies
     */
    public static ExactBimatrixGame of(Fraction[][] a, Fraction[][] b) {
        int columns = Shapes.columns(a.length, i -> requireNonNull(a[i], "row of A").length, "A");
        int columnsOfB = Shapes.columns(b.length, i -> requireNonNull(b[i], "row of B").length, "B");
        Shapes.same(a.length, columns, b.length, columnsOfB);
        return new ExactBimatrixGame(copy(a, "A"), copy(b, "B"));
    }

    private static Fraction[][] copy(Fraction[][] matrix, String name) {
        Fraction[][] copy = new Fraction[matrix.length][];
        for (int i = 0; i < matrix.length; i++) {
            copy[i] = matrix[i].clone();
            for (int j = 0; j < copy[i].length; j++) {
                if (copy[i][j] == null) {
                    throw new NullPointerException("payoff " + name + "[" + i + "][" + j + "]");
                }
            }
        }
        return copy;
    }

    static ExactBimatrixGame ofExactly(double[][] a, double[][] b) {
        return new ExactBimatrixGame(exactly(a), exactly(b));
    }

    private static Fraction[][] exactly(double[][] matrix) {
        Fraction[][] exact = new Fraction[matrix.length][matrix[0].length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < exact[i].length; j++) {
                exact[i][j] = Fraction.ofExactly(matrix[i][j]);
            }
        }
        return exact;
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
    public Fraction a(int row, int column) {
        return a[row][column];
    }

    /** The column player's payoff. */
    public Fraction b(int row, int column) {
        return b[row][column];
    }
}
