package org.dalrn.core.incentive.game;

/**
 * A tableau in doubles, for systems scaled such that their entries are about 1.
 *
 * <p>A pivot costs one multiplication and addition for each entry, and allocates nothing. Rows are arrays of their own and not one flat array:
 * the compiler of the JVM vectorises the inner loop only if it sees that both rows are different arrays, which makes it more than twice as
 * fast.
 */
final class DoubleTableau extends Tableau {

    /** An entry that is not larger is taken for 0. */
    private static final double NO_PIVOT = 1e-10;

    /** Ratios that differ by less are taken for equal. */
    private static final double TIE = 1e-12;

    private final double[][] entries;
    private final double blur;
    private final double[] ratios;
    private final int[] tied;

    /**
     * The tableau with these entries, kept and not copied.
     *
     * @param entries {@code [rows + objectives][columns + 1]}, the right-hand sides in the last column
     * @param objectives how many of the last rows are objectives
     * @param basicFirst whether the basic variables have the lowest numbers or the highest ones
     * @param blur how far right-hand sides may be missed for the sake of a larger pivot; 0 to break ties lexicographically
     */
    DoubleTableau(double[][] entries, int objectives, boolean basicFirst, double blur) {
        super(entries.length - objectives, entries[0].length - 1, basicFirst);
        this.entries = entries;
        this.blur = blur;
        ratios = new double[rows];
        tied = new int[rows];
    }

    @Override
    int sign(int row, int column) {
        double entry = entries[row][column];
        return entry > NO_PIVOT ? 1 : entry < -NO_PIVOT ? -1 : 0;
    }

    @Override
    boolean less(int row, int column, int other) {
        return entries[row][column] < entries[row][other];
    }

    /** An entry; column {@link #columns} is the right-hand side. */
    double entry(int row, int column) {
        return entries[row][column];
    }

    @Override
    int leaving(int column) {
        return blur > 0 ? ofLargestPivot(column) : lexicographic(column);
    }

    /** Harris 1973: of all rows that would leave if right-hand sides were {@code blur} larger, the one of the largest pivot. */
    private int ofLargestPivot(int column) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < rows; i++) {
            double entry = entries[i][column];
            if (entry > NO_PIVOT) {
                least = Math.min(least, (Math.max(0, entries[i][columns]) + blur) / entry);
            }
        }
        int best = NONE;
        for (int i = 0; i < rows; i++) {
            double entry = entries[i][column];
            if (entry > NO_PIVOT
                    && Math.max(0, entries[i][columns]) <= least * entry
                    && (best == NONE || entry > entries[best][column])) {
                best = i;
            }
        }
        return best;
    }

    private int lexicographic(int column) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < rows; i++) {
            double[] row = entries[i];
            double entry = row[column];
            double ratio = entry > NO_PIVOT ? Math.max(0, row[columns]) / entry : Double.POSITIVE_INFINITY;
            ratios[i] = ratio;
            least = Math.min(least, ratio);
        }
        if (least == Double.POSITIVE_INFINITY) {
            return NONE;
        }
        int count = 0;
        for (int i = 0; i < rows; i++) {
            if (ratios[i] <= least + TIE) {
                tied[count++] = i;
            }
        }
        return count == 1 ? tied[0] : untie(count, column);
    }

    /** Compares the rows of the basis's inverse, column by column, until one is smallest. */
    private int untie(int count, int column) {
        int left = count;
        for (int k = 0; k < rows && left > 1; k++) {
            int at = place(basicAtStart(k));
            double least = Double.POSITIVE_INFINITY;
            for (int t = 0; t < left; t++) {
                int row = tied[t];
                double inverse = at >= 0 ? entries[row][at] : row == -1 - at ? 1 : 0;
                ratios[row] = inverse / entries[row][column];
                least = Math.min(least, ratios[row]);
            }
            int kept = 0;
            for (int t = 0; t < left; t++) {
                if (ratios[tied[t]] <= least + TIE) {
                    tied[kept++] = tied[t];
                }
            }
            left = kept;
        }
        return tied[0];
    }

    @Override
    void pivot(int row, int column) {
        double[] pivotRow = entries[row];
        double pivot = pivotRow[column];
        pivotRow[column] = 1;
        for (int j = 0; j <= columns; j++) {
            pivotRow[j] /= pivot;
        }
        for (int i = 0; i < entries.length; i++) {
            if (i != row) {
                subtract(entries[i], column, pivotRow);
            }
        }
    }

    private static void subtract(double[] row, int column, double[] pivotRow) {
        double factor = row[column];
        if (factor == 0) {
            return;
        }
        row[column] = 0;
        for (int j = 0; j < row.length; j++) {
            row[j] -= factor * pivotRow[j];
        }
    }

    /**
     * The values of {@code count} variables from {@code first} on, scaled to sum 1; empty if there is nothing to scale.
     */
    double[] distribution(int first, int count) {
        double[] values = new double[count];
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            int variable = basic(i) - first;
            if (variable >= 0 && variable < count) {
                values[variable] = Math.max(0, entries[i][columns]);
                sum += values[variable];
            }
        }
        if (!(sum > NO_PIVOT && sum < Double.POSITIVE_INFINITY)) {
            return new double[0];
        }
        for (int i = 0; i < count; i++) {
            values[i] /= sum;
        }
        return values;
    }
}
