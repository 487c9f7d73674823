package org.dalrn.fhe.committee;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Berlekamp and Welch's decoder (US patent 4,633,470, expired; textbook form): finds which of r values are not on the
 * polynomial of degree below t that all but at most e = (r - t) / 2 of them are on.
 *
 * <p>Solves {@code Q(x_i) = y_i E(x_i)} for a monic E of degree e and a Q of degree below t + e; then Q = P·E.
 */
final class ErrorLocator {
    private ErrorLocator() {}

    /**
     * The positions in error, or null if no polynomial is within distance e.
     *
     * @param field of everything here
     * @param points distinct residues, r of them
     * @param values residues, r of them
     * @param threshold t, at most r
     * @return one flag per point
     */
    static boolean @Nullable [] locate(ShareField field, int[] points, int[] values, int threshold) {
        int received = points.length;
        int errors = (received - threshold) / 2;
        int unknownsOfQ = threshold + errors;
        int[][] rows = new int[received][unknownsOfQ + errors + 1];
        for (int i = 0; i < received; i++) {
            int power = 1;
            for (int k = 0; k < unknownsOfQ; k++) {
                rows[i][k] = power;
                if (k < errors) {
                    rows[i][unknownsOfQ + k] = field.subtract(0, field.multiply(values[i], power));
                }
                if (k == errors) {
                    rows[i][unknownsOfQ + errors] = field.multiply(values[i], power);
                }
                power = field.multiply(power, points[i]);
            }
        }
        int[] solution = solve(field, rows, unknownsOfQ + errors);
        if (solution == null) {
            return null;
        }
        int[] locator = Arrays.copyOfRange(solution, unknownsOfQ, unknownsOfQ + errors + 1);
        locator[errors] = 1;
        int[] polynomial = divide(field, Arrays.copyOf(solution, unknownsOfQ), locator);
        if (polynomial == null) {
            return null;
        }
        boolean[] wrong = new boolean[received];
        int count = 0;
        for (int i = 0; i < received; i++) {
            wrong[i] = evaluate(field, polynomial, points[i]) != values[i];
            count += wrong[i] ? 1 : 0;
        }
        return count <= errors ? wrong : null;
    }

    /** Gauss and Jordan's elimination; free unknowns are 0; null if there is no solution. */
    private static int @Nullable [] solve(ShareField field, int[][] rows, int unknowns) {
        int[] rowOf = new int[unknowns];
        Arrays.fill(rowOf, -1);
        int rank = 0;
        for (int column = 0; column < unknowns && rank < rows.length; column++) {
            int pivot = rank;
            while (pivot < rows.length && rows[pivot][column] == 0) {
                pivot++;
            }
            if (pivot == rows.length) {
                continue;
            }
            int[] swap = rows[pivot];
            rows[pivot] = rows[rank];
            rows[rank] = swap;
            int inverse = field.inverse(swap[column]);
            for (int k = column; k <= unknowns; k++) {
                swap[k] = field.multiply(swap[k], inverse);
            }
            for (int i = 0; i < rows.length; i++) {
                int factor = rows[i][column];
                if (i != rank && factor != 0) {
                    for (int k = column; k <= unknowns; k++) {
                        rows[i][k] = field.subtract(rows[i][k], field.multiply(factor, swap[k]));
                    }
                }
            }
            rowOf[column] = rank++;
        }
        for (int i = rank; i < rows.length; i++) {
            if (rows[i][unknowns] != 0) {
                return null;
            }
        }
        int[] solution = new int[unknowns];
        for (int column = 0; column < unknowns; column++) {
            if (rowOf[column] >= 0) {
                solution[column] = rows[rowOf[column]][unknowns];
            }
        }
        return solution;
    }

    /** The quotient by a monic divisor, coefficients from the constant up; null if a remainder is left. */
    private static int @Nullable [] divide(ShareField field, int[] dividend, int[] divisor) {
        int degree = divisor.length - 1;
        int[] rest = dividend.clone();
        int[] quotient = new int[dividend.length - degree];
        for (int k = quotient.length - 1; k >= 0; k--) {
            int lead = rest[k + degree];
            quotient[k] = lead;
            for (int j = 0; j <= degree; j++) {
                rest[k + j] = field.subtract(rest[k + j], field.multiply(lead, divisor[j]));
            }
        }
        for (int value : rest) {
            if (value != 0) {
                return null;
            }
        }
        return quotient;
    }

    private static int evaluate(ShareField field, int[] polynomial, int point) {
        int value = 0;
        for (int k = polynomial.length - 1; k >= 0; k--) {
            value = field.reduce((long) value * point + polynomial[k]);
        }
        return value;
    }
}
