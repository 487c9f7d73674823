package org.dalrn.core.incentive.game;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * A basis in whole numbers: every cell times the determinant of the basis, which is a whole number again (Edmonds 1967,
 * Bareiss 1968).
 */
final class ExactPolytopeTableau extends PolytopeTableau {

    private final BigInteger[] start;
    /** {@code [rows][dimension + 1]}, times {@link #determinant}; the last column the values of the basic variables. */
    private final BigInteger[] cells;

    private final int width;
    /** Above 0. */
    private BigInteger determinant = BigInteger.ONE;

    private long cost;
    private long mostCost = Long.MAX_VALUE;

    /** The payoffs of the player who replies, {@code [rows][dimension]}, above 0. */
    ExactPolytopeTableau(BigInteger[] payoffs, int rows, int dimension, int firstStrategy, int firstSlack) {
        super(dimension, rows, firstStrategy, firstSlack);
        width = dimension + 1;
        start = new BigInteger[rows * width];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(payoffs, row * dimension, start, row * width, dimension);
            start[row * width + dimension] = BigInteger.ONE;
        }
        cells = start.clone();
    }

    @Override
    void resetCells() {
        System.arraycopy(start, 0, cells, 0, cells.length);
        determinant = BigInteger.ONE;
    }

    /** The cells computed so far, each counted as often as a product of its size is dearer than one of two words. */
    long cost() {
        return cost;
    }

    /** Goes to the basis; false if the cost until then comes above {@code mostCost}. */
    boolean moveTo(long[] labels, long mostCost) {
        this.mostCost = mostCost;
        if (moveTo(labels)) {
            return true;
        }
        if (mayPivot()) {
            throw new IllegalStateException("bug: " + Arrays.toString(labels) + " are the labels of no basis");
        }
        return false;
    }

    @Override
    boolean mayPivot() {
        return cost <= mostCost;
    }

    @Override
    int pivotRow(int column, long[] wanted) {
        int best = -1;
        for (int row = 0; row < rows; row++) {
            BigInteger cell = cells[row * width + column];
            if (cell.signum() != 0
                    && LabelSets.has(wanted, basic[row])
                    && (best < 0 || cell.bitLength() < cells[best * width + column].bitLength())) {
                best = row;
            }
        }
        return best;
    }

    @Override
    void pivotCells(int row, int column) {
        int pivotRow = row * width;
        BigInteger pivot = cells[pivotRow + column];
        boolean negative = pivot.signum() < 0;
        BigInteger size = pivot.abs();
        for (int i = 0; i < cells.length; i += width) {
            if (i == pivotRow) {
                continue;
            }
            BigInteger factor = cells[i + column];
            if (negative) {
                factor = factor.negate();
            }
            for (int j = 0; j < width; j++) {
                if (j != column) {
                    BigInteger product = cells[i + j].multiply(size);
                    BigInteger other = cells[pivotRow + j];
                    if (factor.signum() != 0 && other.signum() != 0) {
                        product = product.subtract(factor.multiply(other));
                    }
                    cells[i + j] = product.divide(determinant);
                }
            }
            cells[i + column] = factor.negate();
        }
        if (negative) {
            for (int j = 0; j < width; j++) {
                cells[pivotRow + j] = cells[pivotRow + j].negate();
            }
        }
        cells[pivotRow + column] = negative ? determinant.negate() : determinant;
        long words = 1L + size.bitLength() / 128;
        cost += cells.length * words * words;
        determinant = size;
    }

    @Override
    int leavingRow(int column) {
        int best = -1;
        for (int row = 0; row < rows; row++) {
            if (cells[row * width + column].signum() > 0 && (best < 0 || isBefore(row, best, column))) {
                best = row;
            }
        }
        if (best < 0) {
            throw new IllegalStateException(
                    "bug: a best-response polytope has no end in the direction of label " + nonbasic[column]);
        }
        return best;
    }

    /** Whether the row limits the column's variable more than the other does. */
    private boolean isBefore(int row, int other, int column) {
        BigInteger cell = cells[row * width + column];
        BigInteger otherCell = cells[other * width + column];
        int order = cells[row * width + dimension]
                .multiply(otherCell)
                .compareTo(cells[other * width + dimension].multiply(cell));
        // The columns that began as the slacks' are the inverse of the basis: two rows of it are never the same.
        for (int slack = 0; order == 0; slack++) {
            int place = places[firstSlack + slack];
            if (place >= 0) {
                order = cells[row * width + place]
                        .multiply(otherCell)
                        .compareTo(cells[other * width + place].multiply(cell));
            } else if (~place == row) {
                order = 1;
            } else if (~place == other) {
                order = -1;
            }
        }
        return order < 0;
    }

    @Override
    void addLabelsOfZeros(long[] labels) {
        for (int row = 0; row < rows; row++) {
            if (cells[row * width + dimension].signum() == 0) {
                LabelSets.flip(labels, basic[row]);
            }
        }
    }

    /** The mixed strategy of the vertex: its coordinates divided by their sum. */
    List<Fraction> strategy() {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < dimension; i++) {
            sum = sum.add(coordinate(i));
        }
        List<Fraction> strategy = new ArrayList<>(dimension);
        for (int i = 0; i < dimension; i++) {
            strategy.add(Fraction.of(coordinate(i), sum));
        }
        return strategy;
    }

    private BigInteger coordinate(int strategy) {
        int row = rowOfStrategy(strategy);
        return row < 0 ? BigInteger.ZERO : cells[row * width + dimension];
    }
}
