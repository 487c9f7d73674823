package org.dalrn.core.incentive.game;

/** A basis in doubles, of payoffs that are scaled to [1, 2]; says where it cannot tell. */
final class DoublePolytopeTableau extends PolytopeTableau {

    /** Numbers of a basis are in error by about 1e-16 times the largest cell; what differs by less than this is a tie. */
    private static final double TIE = 1e-8;

    /** With cells above this, errors come near {@link #TIE}. */
    private static final double LARGEST_CELL = 1e5;

    /** A basis that is reached over smaller ones is computed exactly. */
    private static final double SMALLEST_PIVOT = 1e-5;

    /** Values are above {@link #TIE} and no variable grows above 1, so that smaller cells limit nothing. */
    private static final double SMALLEST_LIMIT = 1e-9;

    /** Rounding errors add up with the pivots; after this many a basis is computed from the game again. */
    private static final int PIVOTS_UNTIL_RESET = 32;

    private final double[] start;
    /** {@code [rows][dimension + 1]}, the last column the values of the basic variables. */
    private final double[] cells;

    private final int width;
    private int pivotsSinceReset;

    /** The payoffs of the player who replies, {@code [rows][dimension]}, in [1, 2]. */
    DoublePolytopeTableau(double[] payoffs, int rows, int dimension, int firstStrategy, int firstSlack) {
        super(dimension, rows, firstStrategy, firstSlack);
        width = dimension + 1;
        start = new double[rows * width];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(payoffs, row * dimension, start, row * width, dimension);
            start[row * width + dimension] = 1;
        }
        cells = start.clone();
    }

    @Override
    void resetCells() {
        System.arraycopy(start, 0, cells, 0, cells.length);
        pivotsSinceReset = 0;
    }

    /** Goes to the basis; false if doubles cannot be trusted there. */
    boolean moveToClearly(long[] labels) {
        if (pivotsSinceReset + distance(labels) > PIVOTS_UNTIL_RESET) {
            reset();
        }
        if (!moveTo(labels)) {
            reset();
            return false;
        }
        return isClear();
    }

    @Override
    boolean mayPivot() {
        return true;
    }

    private boolean isClear() {
        for (int row = 0; row < rows; row++) {
            if (!(cells[row * width + dimension] > TIE)) {
                return false;
            }
        }
        double largest = 0;
        for (double cell : cells) {
            largest = Math.max(largest, Math.abs(cell));
        }
        return largest <= LARGEST_CELL;
    }

    @Override
    int pivotRow(int column, long[] wanted) {
        int best = -1;
        double largest = SMALLEST_PIVOT;
        for (int row = 0; row < rows; row++) {
            double size = Math.abs(cells[row * width + column]);
            if (size > largest && LabelSets.has(wanted, basic[row])) {
                largest = size;
                best = row;
            }
        }
        return best;
    }

    @Override
    void pivotCells(int row, int column) {
        int pivotRow = row * width;
        double inverse = 1 / cells[pivotRow + column];
        cells[pivotRow + column] = 1;
        for (int j = 0; j < width; j++) {
            cells[pivotRow + j] *= inverse;
        }
        for (int i = 0; i < cells.length; i += width) {
            double factor = cells[i + column];
            if (i != pivotRow && factor != 0) {
                cells[i + column] = 0;
                for (int j = 0; j < width; j++) {
                    cells[i + j] -= factor * cells[pivotRow + j];
                }
            }
        }
        pivotsSinceReset++;
    }

    @Override
    int leavingRow(int column) {
        int first = -1;
        double least = Double.POSITIVE_INFINITY;
        double second = Double.POSITIVE_INFINITY;
        for (int row = 0; row < rows; row++) {
            double cell = cells[row * width + column];
            if (cell > SMALLEST_LIMIT) {
                double ratio = cells[row * width + dimension] / cell;
                if (ratio < least) {
                    second = least;
                    least = ratio;
                    first = row;
                } else if (ratio < second) {
                    second = ratio;
                }
            }
        }
        // The second bound may be infinite.
        boolean clear = first >= 0 && least < second * (1 - TIE) && cells[first * width + column] >= TIE;
        return clear ? first : UNCLEAR;
    }

    @Override
    void addLabelsOfZeros(long[] labels) {
        // A clear basis has none.
    }

    /** The mixed strategy of the vertex: its coordinates divided by their sum. */
    double[] strategy() {
        double[] strategy = new double[dimension];
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            int row = rowOfStrategy(i);
            strategy[i] = row < 0 ? 0 : cells[row * width + dimension];
            sum += strategy[i];
        }
        for (int i = 0; i < dimension; i++) {
            strategy[i] /= sum;
        }
        return strategy;
    }
}
