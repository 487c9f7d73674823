package org.dalrn.core.incentive.game;

import java.util.Arrays;

/** Systems of linear equations in doubles, small and dense. */
final class DenseSystem {

    /** Singular values below this part of the largest count as 0. */
    private static final double RANK_TOLERANCE = 1e-12;

    private static final int MOST_SWEEPS = 60;

    private DenseSystem() {}

    /**
     * Solves by Gaussian elimination with rows scaled to a largest entry of 1 and partial pivoting.
     *
     * @param matrix square, overwritten
     * @param right overwritten by the solution
     * @return false if the matrix is singular or a number is not finite
     */
    static boolean solve(double[][] matrix, double[] right) {
        int size = right.length;
        for (int row = 0; row < size; row++) {
            double largest = 0;
            for (double entry : matrix[row]) {
                largest = Math.max(largest, Math.abs(entry));
            }
            if (!(largest > 0 && largest < Double.POSITIVE_INFINITY)) {
                return false;
            }
            for (int column = 0; column < size; column++) {
                matrix[row][column] /= largest;
            }
            right[row] /= largest;
        }
        for (int column = 0; column < size; column++) {
            int pivot = column;
            for (int row = column + 1; row < size; row++) {
                if (Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column])) {
                    pivot = row;
                }
            }
            if (!(Math.abs(matrix[pivot][column]) > 1e-300)) {
                return false;
            }
            double[] line = matrix[pivot];
            matrix[pivot] = matrix[column];
            matrix[column] = line;
            double value = right[pivot];
            right[pivot] = right[column];
            right[column] = value;
            for (int row = column + 1; row < size; row++) {
                double factor = matrix[row][column] / line[column];
                if (factor != 0) {
                    for (int i = column + 1; i < size; i++) {
                        matrix[row][i] -= factor * line[i];
                    }
                    right[row] -= factor * value;
                }
            }
        }
        for (int row = size - 1; row >= 0; row--) {
            double sum = right[row];
            for (int column = row + 1; column < size; column++) {
                sum -= matrix[row][column] * right[column];
            }
            right[row] = sum / matrix[row][row];
            if (!Double.isFinite(right[row])) {
                return false;
            }
        }
        return true;
    }

    /**
     * The shortest of the vectors that come closest to solving a square system, by the singular value decomposition: it is
     * there even if the solutions form a line or there are none.
     *
     * <p>One-sided Jacobi rotations make the columns of the matrix orthogonal (Hestenes 1958).
     *
     * @param matrix square, not changed
     */
    static double[] leastSquares(double[][] matrix, double[] right) {
        int size = right.length;
        // Columns as rows, so that rotations run over memory.
        double[][] left = new double[size][size];
        double[][] rotations = new double[size][size];
        for (int i = 0; i < size; i++) {
            rotations[i][i] = 1;
            for (int j = 0; j < size; j++) {
                left[j][i] = matrix[i][j];
            }
        }
        for (int sweep = 0; sweep < MOST_SWEEPS && rotate(left, rotations); sweep++) {
            // Until all columns are orthogonal.
        }
        double[] squares = new double[size];
        for (int i = 0; i < size; i++) {
            squares[i] = PayoffTable.dot(left[i], left[i]);
        }
        double least = Arrays.stream(squares).max().orElseThrow() * RANK_TOLERANCE * RANK_TOLERANCE;
        double[] solution = new double[size];
        for (int i = 0; i < size; i++) {
            if (squares[i] > least) {
                double part = PayoffTable.dot(left[i], right) / squares[i];
                for (int j = 0; j < size; j++) {
                    solution[j] += part * rotations[i][j];
                }
            }
        }
        return solution;
    }

    private static boolean rotate(double[][] left, double[][] rotations) {
        boolean rotated = false;
        for (int p = 0; p < left.length; p++) {
            for (int q = p + 1; q < left.length; q++) {
                double alpha = PayoffTable.dot(left[p], left[p]);
                double beta = PayoffTable.dot(left[q], left[q]);
                double gamma = PayoffTable.dot(left[p], left[q]);
                if (Math.abs(gamma) > 1e-15 * Math.sqrt(alpha * beta)) {
                    double zeta = (beta - alpha) / (2 * gamma);
                    double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
                    double cosine = 1 / Math.sqrt(1 + tangent * tangent);
                    turn(left[p], left[q], cosine, cosine * tangent);
                    turn(rotations[p], rotations[q], cosine, cosine * tangent);
                    rotated = true;
                }
            }
        }
        return rotated;
    }

    private static void turn(double[] p, double[] q, double cosine, double sine) {
        for (int i = 0; i < p.length; i++) {
            double before = p[i];
            p[i] = cosine * before - sine * q[i];
            q[i] = sine * before + cosine * q[i];
        }
    }
}
