package org.dalrn.core.incentive.game;

/**
 * The payoffs of two players, each by its own strategy first, so that the dynamics add up rows of memory.
 *
 * <p>Payoffs so large that the sum of many would overflow are scaled by a power of two, which rounds nothing that counts
 * beside them.
 */
final class PayoffTable {

    private static final double LARGE = 0x1p600;
    private static final double SHRINK = 0x1p-500;

    /** {@code [rows][columns]}. */
    private final double[][] ofRows;
    /** {@code [columns][rows]}. */
    private final double[][] ofColumns;

    private final double rowFactor;
    private final double columnFactor;
    private final double rowRange;
    private final double columnRange;

    PayoffTable(BimatrixGame game) {
        ofRows = new double[game.rows()][game.columns()];
        ofColumns = new double[game.columns()][game.rows()];
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                ofRows[i][j] = game.a(i, j);
                ofColumns[j][i] = game.b(i, j);
            }
        }
        rowFactor = shrink(ofRows);
        columnFactor = shrink(ofColumns);
        rowRange = range(ofRows);
        columnRange = range(ofColumns);
    }

    private static double shrink(double[][] payoffs) {
        double largest = 0;
        for (double[] line : payoffs) {
            for (double payoff : line) {
                largest = Math.max(largest, Math.abs(payoff));
            }
        }
        if (largest < LARGE) {
            return 1;
        }
        for (double[] line : payoffs) {
            for (int i = 0; i < line.length; i++) {
                line[i] *= SHRINK;
            }
        }
        return SHRINK;
    }

    private static double range(double[][] payoffs) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (double[] line : payoffs) {
            for (double payoff : line) {
                least = Math.min(least, payoff);
                most = Math.max(most, payoff);
            }
        }
        return most - least;
    }

    int rows() {
        return ofRows.length;
    }

    int columns() {
        return ofColumns.length;
    }

    /** What the row player's payoffs were multiplied by, 1 or less. */
    double rowFactor() {
        return rowFactor;
    }

    /** What the column player's payoffs were multiplied by, 1 or less. */
    double columnFactor() {
        return columnFactor;
    }

    /** The row player's largest payoff less its smallest, scaled. */
    double rowRange() {
        return rowRange;
    }

    /** The column player's largest payoff less its smallest, scaled. */
    double columnRange() {
        return columnRange;
    }

    /** Adds what each row is worth against a column, scaled. */
    void addRowPayoffs(int column, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += ofRows[i][column];
        }
    }

    /** Adds what each column is worth against a row, scaled. */
    void addColumnPayoffs(int row, double[] sums) {
        for (int j = 0; j < sums.length; j++) {
            sums[j] += ofColumns[j][row];
        }
    }

    /** What each row is worth against a mix of columns, scaled. */
    double[] rowPayoffs(double[] y) {
        return times(ofRows, y);
    }

    /** What each column is worth against a mix of rows, scaled. */
    double[] columnPayoffs(double[] x) {
        return times(ofColumns, x);
    }

    static double[] times(double[][] payoffs, double[] mix) {
        double[] product = new double[payoffs.length];
        for (int i = 0; i < product.length; i++) {
            product[i] = dot(payoffs[i], mix);
        }
        return product;
    }

    static double dot(double[] left, double[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }

    /** The index of the largest value, the first of equal ones. */
    static int first(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
