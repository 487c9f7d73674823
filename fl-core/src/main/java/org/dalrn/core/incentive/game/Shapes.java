package org.dalrn.core.incentive.game;

import java.util.function.IntUnaryOperator;

/** The checks of payoff matrices that do not depend on the kind of number. */
final class Shapes {

    private Shapes() {}

    /** The number of columns of a matrix that is neither empty, ragged nor too large. */
    static int columns(int rows, IntUnaryOperator lengthOfRow, String name) {
        if (rows == 0 || lengthOfRow.applyAsInt(0) == 0) {
            throw new IllegalArgumentException("matrix " + name + " is empty; each player has one strategy or more");
        }
        int columns = lengthOfRow.applyAsInt(0);
        if (rows > BimatrixGame.MOST_STRATEGIES || columns > BimatrixGame.MOST_STRATEGIES) {
            throw new IllegalArgumentException("matrix " + name + " is " + rows + " x " + columns
                    + "; a player has at most " + BimatrixGame.MOST_STRATEGIES + " strategies");
        }
        for (int i = 1; i < rows; i++) {
            if (lengthOfRow.applyAsInt(i) != columns) {
                throw new IllegalArgumentException("row " + i + " of matrix " + name + " has "
                        + lengthOfRow.applyAsInt(i) + " entries, row 0 has " + columns);
            }
        }
        return columns;
    }

    static void same(int rowsOfA, int columnsOfA, int rowsOfB, int columnsOfB) {
        if (rowsOfA != rowsOfB || columnsOfA != columnsOfB) {
            throw new IllegalArgumentException("matrix A is " + rowsOfA + " x " + columnsOfA + " and matrix B "
                    + rowsOfB + " x " + columnsOfB + "; both have a row for each strategy of the row player and a"
                    + " column for each of the column player");
        }
    }
}
