package org.dalrn.core.incentive.game;

import java.util.Arrays;

/**
 * A basis of a best-response polytope {@code {z >= 0, M z <= 1}} with {@code M > 0}, as a dictionary that gives the basic
 * variables in terms of the others.
 *
 * <p>Variables are named by the label that a point gets where they are 0: {@code z} by the labels of the player whose
 * strategies they weigh, slacks by the labels of the other player, whose replies they leave worse than best. A basis is known
 * by the set of its nonbasic labels, one for each dimension.
 */
abstract class PolytopeTableau {

    /** What {@link #leavingRow} answers where doubles cannot tell. */
    static final int UNCLEAR = -1;

    final int rows;
    final int dimension;
    /** Label of the first slack; slack {@code s} has label {@code firstSlack + s}. */
    final int firstSlack;

    /** Label of the basic variable of each row. */
    final int[] basic;
    /** Label of the nonbasic variable of each column. */
    final int[] nonbasic;
    /** By label: the column of a nonbasic variable, or {@code ~row} of a basic one. */
    final int[] places;

    private final int firstStrategy;
    private long pivots;

    /**
     * Labels of a polytope.
     *
     * @param dimension strategies of the player whose mixtures these are
     * @param rows strategies of the other player
     * @param firstStrategy label of the first of the strategies
     * @param firstSlack label of the other player's first strategy
     */
    PolytopeTableau(int dimension, int rows, int firstStrategy, int firstSlack) {
        this.dimension = dimension;
        this.rows = rows;
        this.firstStrategy = firstStrategy;
        this.firstSlack = firstSlack;
        basic = new int[rows];
        nonbasic = new int[dimension];
        places = new int[rows + dimension];
        nameTheFirstBasis();
    }

    private void nameTheFirstBasis() {
        for (int column = 0; column < dimension; column++) {
            nonbasic[column] = firstStrategy + column;
            places[firstStrategy + column] = column;
        }
        for (int row = 0; row < rows; row++) {
            basic[row] = firstSlack + row;
            places[firstSlack + row] = ~row;
        }
    }

    /** Goes to the basis of all slacks, whose vertex is 0. */
    final void reset() {
        nameTheFirstBasis();
        resetCells();
    }

    abstract void resetCells();

    /** The row among those whose label {@code wanted} has, where a pivot of the column is best, or -1 if there is none. */
    abstract int pivotRow(int column, long[] wanted);

    abstract void pivotCells(int row, int column);

    /**
     * The row that limits the column's variable as it grows from 0, in the polytope whose bounds are raised by the powers of
     * an infinitely small number: of the rows that limit it most, the lexicographically first. {@link #UNCLEAR} in doubles if
     * the bounds of two rows are too near to each other.
     */
    abstract int leavingRow(int column);

    /** Adds the labels that the vertex has besides those of the nonbasic variables: of basic variables that are 0. */
    abstract void addLabelsOfZeros(long[] labels);

    final void pivot(int row, int column) {
        pivotCells(row, column);
        int entering = nonbasic[column];
        nonbasic[column] = basic[row];
        basic[row] = entering;
        places[entering] = ~row;
        places[nonbasic[column]] = column;
        pivots++;
    }

    /** Whether {@link #moveTo} may make one more pivot. */
    abstract boolean mayPivot();

    /**
     * Goes to the basis with these nonbasic labels.
     *
     * @return false if it may not, or if no pivot is large enough; the tableau is then at some other basis
     */
    final boolean moveTo(long[] labels) {
        for (int column = 0; column < dimension; column++) {
            if (!LabelSets.has(labels, nonbasic[column])) {
                int row = mayPivot() ? pivotRow(column, labels) : -1;
                if (row < 0) {
                    return false;
                }
                pivot(row, column);
            }
        }
        return true;
    }

    /** The number of pivots that {@link #moveTo} will make. */
    final int distance(long[] labels) {
        int distance = 0;
        for (int column = 0; column < dimension; column++) {
            distance += LabelSets.has(labels, nonbasic[column]) ? 0 : 1;
        }
        return distance;
    }

    /** Pivots so far. */
    final long pivots() {
        return pivots;
    }

    /** The row of the {@code strategy}'s variable, or -1 if it is not basic and therefore 0. */
    final int rowOfStrategy(int strategy) {
        int place = places[firstStrategy + strategy];
        return place < 0 ? ~place : -1;
    }

    final void nonbasicLabels(long[] into) {
        Arrays.fill(into, 0);
        for (int label : nonbasic) {
            LabelSets.flip(into, label);
        }
    }

    /** The labels of the vertex 0. */
    final long[] labelsOfOrigin() {
        long[] labels = new long[LabelSets.words(rows + dimension)];
        for (int column = 0; column < dimension; column++) {
            LabelSets.flip(labels, firstStrategy + column);
        }
        return labels;
    }
}
