package org.dalrn.core.incentive.game;

/**
 * A system of linear equations {@code basic + entries * nonbasic = right-hand side} over variables that are 0 or more, solved for its
 * basic variables.
 *
 * <p>Only the columns of nonbasic variables are kept: the others are those of the identity. Variables are numbered from 0; at the start the
 * basic ones form the identity in the order of rows. With right-hand sides of 0 or more at the start, {@link #leaving} keeps every row
 * lexicographically positive, so that no basis ever repeats, however degenerate the system is. Below the rows there may be objectives:
 * rows that pivots change but that never leave.
 *
 * <p>Confined to one thread.
 */
abstract class Tableau {

    /** No row: the entering variable can grow without bound. */
    static final int NONE = -1;

    /** Number of equations, objectives not counted. */
    final int rows;
    /** Number of nonbasic variables, and the number of the column of right-hand sides. */
    final int columns;

    private final int[] basic;
    private final int[] nonbasic;
    private final int[] basicAtStart;
    /** By variable: its column, or -1 - its row. */
    private final int[] place;

    /**
     * A tableau in which the first {@code columns} variables are nonbasic, or, if {@code basicFirst}, the first {@code rows} ones
     * are basic.
     */
    Tableau(int rows, int columns, boolean basicFirst) {
        this.rows = rows;
        this.columns = columns;
        basic = new int[rows];
        nonbasic = new int[columns];
        place = new int[rows + columns];
        for (int i = 0; i < rows; i++) {
            basic[i] = basicFirst ? i : columns + i;
            place[basic[i]] = -1 - i;
        }
        for (int j = 0; j < columns; j++) {
            nonbasic[j] = basicFirst ? rows + j : j;
            place[nonbasic[j]] = j;
        }
        basicAtStart = basic.clone();
    }

    /** The variable that is basic in a row. */
    final int basic(int row) {
        return basic[row];
    }

    /** The variable of a column. */
    final int nonbasic(int column) {
        return nonbasic[column];
    }

    /** The variable that was basic in a row at the start. */
    final int basicAtStart(int row) {
        return basicAtStart[row];
    }

    /** The column of a variable, or {@code -1 - row} if it is basic. */
    final int place(int variable) {
        return place[variable];
    }

    /** Exchanges the basic variable of a row and the variable of a column. */
    final void exchange(int row, int column) {
        pivot(row, column);
        int entering = nonbasic[column];
        nonbasic[column] = basic[row];
        basic[row] = entering;
        place[entering] = -1 - row;
        place[nonbasic[column]] = column;
    }

    /** False once the arithmetic has become more work than it may be. */
    boolean mayPivot() {
        return true;
    }

    /** The arithmetic of {@link #exchange}. */
    abstract void pivot(int row, int column);

    /** The sign of an entry: -1, 0 or 1. Rows from {@link #rows} on are objectives. */
    abstract int sign(int row, int column);

    /** True if, in one row, the entry of a column is less than that of another. */
    abstract boolean less(int row, int column, int other);

    /**
     * The row whose basic variable has to leave if the variable of a column enters: the one of which (right-hand side, inverse of the
     * basis) / entry is lexicographically smallest among those with a positive entry; {@link #NONE} if there is none.
     */
    abstract int leaving(int column);
}
