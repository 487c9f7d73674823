package org.dalrn.fhe.ckks;

import java.util.Arrays;
import org.dalrn.fhe.ring.RowNtt;

/**
 * The canonical embedding of real polynomials modulo {@code X^N+1}: N/2 slots to N coefficients and back.
 *
 * <p>Slot i is the value at {@code zeta^(3^i mod 2N)}, {@code zeta = exp(2 pi i / 2N)}, SEAL's order. The N values at the odd
 * powers of zeta come in conjugate pairs, so it is enough to know those at the powers {@code 4t+1}. There {@code X^(N/2) = i}, and
 * the polynomial is that of {@code z_j = x_j + i x_(j+N/2)}: one complex transform of N/2 points, the left half of the tree of
 * the transform of N points.
 *
 * <p>Laid out in rows for C2 as the transform in {@code ring.RowNtt}. Errors are near {@code 2^-53 log2 N} of the largest value.
 * Immutable, thread-safe.
 */
final class SlotTransform {
    private final int points;
    private final int rows;
    private final int columns;
    /** {@code zeta^bitrev(i)}, one factor for each pair of rows. */
    private final double[] rootReal;

    private final double[] rootImaginary;
    /** {@code [stage and node][row]} of the stages within a column. */
    private final double[][] columnRootReal;

    private final double[][] columnRootImaginary;
    /** Where slot i lies among the values; complemented if it is the conjugate. */
    private final int[] places;

    SlotTransform(int ringDegree) {
        int log = Integer.numberOfTrailingZeros(ringDegree);
        points = ringDegree / 2;
        rows = 1 << Math.min(6, (log - 1) / 2);
        columns = points / rows;
        double[] real = new double[ringDegree];
        double[] imaginary = new double[ringDegree];
        for (int i = 0; i < ringDegree; i++) {
            int at = Integer.reverse(i) >>> (32 - log);
            real[at] = cosine(i, ringDegree);
            imaginary[at] = cosine(ringDegree / 2 - i, ringDegree);
        }
        // Stage m has the factors 2m to 3m of the whole tree; its right half is the conjugates'.
        rootReal = Arrays.copyOf(real, 2 * rows);
        rootImaginary = Arrays.copyOf(imaginary, 2 * rows);
        columnRootReal = new double[columns][rows];
        columnRootImaginary = new double[columns][rows];
        for (int k = 1; k < columns; k <<= 1) {
            for (int s = 0; s < k; s++) {
                for (int r = 0; r < rows; r++) {
                    columnRootReal[k + s][r] = real[2 * rows * k + r * k + s];
                    columnRootImaginary[k + s][r] = imaginary[2 * rows * k + r * k + s];
                }
            }
        }
        places = new int[points];
        int power = 1;
        for (int i = 0; i < points; i++) {
            boolean conjugate = power % 4 == 3;
            int exponent = conjugate ? 2 * ringDegree - power : power;
            int place = Integer.reverse((exponent - 1) / 2) >>> (32 - log);
            places[i] = conjugate ? ~place : place;
            power = power * 3 & (2 * ringDegree - 1);
        }
    }

    /** {@code cos(pi i / N)} for {@code |i| <= N}, from the first octant, so that symmetric values are equal exactly. */
    private static double cosine(int i, int ringDegree) {
        int angle = Math.abs(i);
        if (2 * angle > ringDegree) {
            return -cosine(ringDegree - angle, ringDegree);
        }
        return 4 * angle <= ringDegree
                ? StrictMath.cos(Math.PI * angle / ringDegree)
                : StrictMath.sin(Math.PI * (ringDegree / 2.0 - angle) / ringDegree);
    }

    /**
     * The coefficients whose slots are the given numbers.
     *
     * @param real at most N/2 real parts, the rest is zero
     * @param imaginary as many imaginary parts, or none: all zero
     * @param factor what the result is multiplied by
     * @return {@code double[N]}
     */
    double[] toCoefficients(double[] real, double[] imaginary, double factor) {
        double[][] re = new double[columns][rows];
        double[][] im = new double[columns][rows];
        int mask = columns - 1;
        int shift = Integer.numberOfTrailingZeros(columns);
        for (int i = 0; i < real.length; i++) {
            int place = places[i] ^ (places[i] >> 31);
            re[place & mask][place >> shift] = real[i];
        }
        for (int i = 0; i < imaginary.length; i++) {
            int place = places[i] ^ (places[i] >> 31);
            im[place & mask][place >> shift] = places[i] < 0 ? -imaginary[i] : imaginary[i];
        }
        for (int k = columns >> 1, t = 1; k >= 1; k >>= 1, t <<= 1) {
            for (int s = 0; s < k; s++) {
                for (int c = 2 * s * t; c < 2 * s * t + t; c++) {
                    inverseButterfly(
                            re[c], im[c], re[c + t], im[c + t], columnRootReal[k + s], columnRootImaginary[k + s]);
                }
            }
        }
        double[][] reRows = new double[rows][columns];
        double[][] imRows = new double[rows][columns];
        RowNtt.transpose(re, reRows);
        RowNtt.transpose(im, imRows);
        for (int m = rows >> 1, t = 1; m >= 1; m >>= 1, t <<= 1) {
            for (int i = 0; i < m; i++) {
                for (int j = 2 * i * t; j < 2 * i * t + t; j++) {
                    inverseButterfly(
                            reRows[j],
                            imRows[j],
                            reRows[j + t],
                            imRows[j + t],
                            rootReal[2 * m + i],
                            rootImaginary[2 * m + i]);
                }
            }
        }
        double[] coefficients = new double[2 * points];
        double last = factor / points;
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                coefficients[r * columns + c] = reRows[r][c] * last;
                coefficients[points + r * columns + c] = imRows[r][c] * last;
            }
        }
        return coefficients;
    }

    /**
     * The slots of a polynomial.
     *
     * @param coefficients {@code double[N]}
     * @param factor what the result is multiplied by
     * @param real {@code double[N/2]}, filled with the real parts
     * @param imaginary {@code double[N/2]}, filled with the imaginary parts
     */
    void toSlots(double[] coefficients, double factor, double[] real, double[] imaginary) {
        double[][] reRows = new double[rows][columns];
        double[][] imRows = new double[rows][columns];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                reRows[r][c] = coefficients[r * columns + c] * factor;
                imRows[r][c] = coefficients[points + r * columns + c] * factor;
            }
        }
        for (int m = 1, t = rows >> 1; m < rows; m <<= 1, t >>= 1) {
            for (int i = 0; i < m; i++) {
                for (int j = 2 * i * t; j < 2 * i * t + t; j++) {
                    butterfly(
                            reRows[j],
                            imRows[j],
                            reRows[j + t],
                            imRows[j + t],
                            rootReal[2 * m + i],
                            rootImaginary[2 * m + i]);
                }
            }
        }
        double[][] re = new double[columns][rows];
        double[][] im = new double[columns][rows];
        RowNtt.transpose(reRows, re);
        RowNtt.transpose(imRows, im);
        for (int k = 1, t = columns >> 1; k < columns; k <<= 1, t >>= 1) {
            for (int s = 0; s < k; s++) {
                for (int c = 2 * s * t; c < 2 * s * t + t; c++) {
                    butterfly(re[c], im[c], re[c + t], im[c + t], columnRootReal[k + s], columnRootImaginary[k + s]);
                }
            }
        }
        int mask = columns - 1;
        int shift = Integer.numberOfTrailingZeros(columns);
        for (int i = 0; i < points; i++) {
            int place = places[i] ^ (places[i] >> 31);
            real[i] = re[place & mask][place >> shift];
            double x = im[place & mask][place >> shift];
            imaginary[i] = places[i] < 0 ? -x : x;
        }
    }

    private static void butterfly(double[] xr, double[] xi, double[] yr, double[] yi, double wr, double wi) {
        for (int j = 0; j < xr.length; j++) {
            double a = xr[j];
            double b = xi[j];
            double vr = yr[j] * wr - yi[j] * wi;
            double vi = yr[j] * wi + yi[j] * wr;
            xr[j] = a + vr;
            xi[j] = b + vi;
            yr[j] = a - vr;
            yi[j] = b - vi;
        }
    }

    private static void butterfly(double[] xr, double[] xi, double[] yr, double[] yi, double[] wr, double[] wi) {
        for (int j = 0; j < xr.length; j++) {
            double a = xr[j];
            double b = xi[j];
            double vr = yr[j] * wr[j] - yi[j] * wi[j];
            double vi = yr[j] * wi[j] + yi[j] * wr[j];
            xr[j] = a + vr;
            xi[j] = b + vi;
            yr[j] = a - vr;
            yi[j] = b - vi;
        }
    }

    private static void inverseButterfly(double[] xr, double[] xi, double[] yr, double[] yi, double wr, double wi) {
        for (int j = 0; j < xr.length; j++) {
            double a = xr[j];
            double b = xi[j];
            double c = yr[j];
            double d = yi[j];
            double er = a - c;
            double ei = b - d;
            xr[j] = a + c;
            xi[j] = b + d;
            yr[j] = er * wr + ei * wi;
            yi[j] = ei * wr - er * wi;
        }
    }

    private static void inverseButterfly(double[] xr, double[] xi, double[] yr, double[] yi, double[] wr, double[] wi) {
        for (int j = 0; j < xr.length; j++) {
            double a = xr[j];
            double b = xi[j];
            double c = yr[j];
            double d = yi[j];
            double er = a - c;
            double ei = b - d;
            xr[j] = a + c;
            xi[j] = b + d;
            yr[j] = er * wr[j] + ei * wi[j];
            yi[j] = ei * wr[j] - er * wi[j];
        }
    }
}
