package org.dalrn.fhe.ring;

/**
 * The transform in doubles, for moduli below 2^50, laid out so that C2 vectorises it on plain JDK 17.
 *
 * <h2>Rows</h2>
 *
 * A polynomial of N coefficients is {@code double[R][C]} with {@code R C = N}: coefficient i lies at {@code [i / C][i % C]}
 * ({@link #newCoefficients}). Its transform is {@code double[C][R]}: value k of the usual bit-reversed order lies at
 * {@code [k % C][k / C]} ({@link #newValues}). C2 vectorises a loop over two arrays only if they are different objects read
 * at the same index; two halves of one array are three times slower.
 *
 * <h2>Exactness</h2>
 *
 * A product modulo q is {@code h = x w; c = rint(x (w/q)); r = fma(-c, q, h) + fma(x, w, -h)}. With an integer
 * {@code |x| < 2^53} and {@code |w| <= q/2} every step is exact and {@code |r| <= (1/2 + |x| 2^-53) q}. A butterfly adds r to a
 * value, so after k stages from {@code |x| <= b q} the bound is {@code b (1+e)^k q + ((1+e)^k - 1) q / (2e)}, {@code e = q
 * 2^-53}. That stays below 2^53 over all stages for {@code q < 2^49} and {@code N <= 2^15}; otherwise the values are centred once,
 * between the two halves.
 *
 * <p>Where the machine has no fused multiply-add the same r comes from wrapping 64-bit products; the results are equal bit
 * for bit.
 */
public final class RowNtt extends Ntt {
    /** The most bits a modulus may have. */
    public static final int MAX_BITS = 50;

    private static final int LAZY_BITS = 49;
    private static final int LAZY_RING_DEGREE = 1 << 15;
    private static final int MAX_ROW_RING_DEGREE = 1 << 15;

    private static final double INTEGERS = 0x1.8p52;
    private static final long INTEGER_BITS = Double.doubleToRawLongBits(INTEGERS);

    private final boolean fused;
    private final int rows;
    private final int columns;
    private final double q;
    private final double inverseQ;
    private final boolean centreBetween;

    /** {@code psi^bitrev(i)}, centred, and divided by q: one factor for each pair of rows. */
    private final double[] forward;

    private final double[] forwardOverQ;
    /** The stages within a column: one factor for each row. */
    private final double[][] forwardRows;

    private final double[][] forwardRowsOverQ;
    /** {@code omega^-j} of the stages across the values, in {@code [t + j]}. */
    private final double[] backward;

    private final double[] backwardOverQ;
    private final double[][] backwardColumns;
    private final double[][] backwardColumnsOverQ;
    /** {@code psi^-i / N}, laid out as the coefficients. */
    private final double[][] untwist;

    private final double[][] untwistOverQ;

    private RowNtt(int ringDegree, Modulus modulus, boolean fused) {
        super(ringDegree, modulus);
        if (modulus.bitLength() > MAX_BITS || ringDegree < 4 || ringDegree > MAX_ROW_RING_DEGREE) {
            throw new IllegalArgumentException("modulus " + modulus.value() + " of " + modulus.bitLength()
                    + " bits and ring degree " + ringDegree
                    + ": the kernel in doubles takes up to 50 bits and degrees 4 to 32768; use Ntt.of");
        }
        this.fused = fused;
        rows = rows(ringDegree);
        columns = ringDegree / rows;
        q = modulus.value();
        inverseQ = 1 / q;
        centreBetween = modulus.bitLength() > LAZY_BITS || ringDegree > LAZY_RING_DEGREE;

        long psi = NttPrimes.smallestPrimitiveRoot(ringDegree, modulus);
        forward = centred(LongNtt.bitReversedPowers(ringDegree, modulus, psi));
        forwardOverQ = overQ(forward);
        forwardRows = new double[columns][rows];
        for (int k = 1; k < columns; k <<= 1) {
            for (int s = 0; s < k; s++) {
                for (int r = 0; r < rows; r++) {
                    forwardRows[k + s][r] = forward[rows * k + r * k + s];
                }
            }
        }
        forwardRowsOverQ = overQ(forwardRows);

        // Back: the cyclic transform by decimation in time, then psi^-i / N. Unlike the mirrored butterflies, whose
        // sums
        // double at each stage, these grow by one q a stage.
        long inversePsi = modulus.inverse(psi);
        long[] omega = new long[ringDegree];
        long inverseOmega = modulus.multiply(inversePsi, inversePsi);
        omega[0] = 1;
        for (int i = 1; i < ringDegree; i++) {
            omega[i] = modulus.multiply(omega[i - 1], inverseOmega);
        }
        long[] stages = new long[columns];
        for (int t = 1; t < columns; t <<= 1) {
            for (int j = 0; j < t; j++) {
                stages[t + j] = omega[ringDegree / (2 * t) * j];
            }
        }
        backward = centred(stages);
        backwardOverQ = overQ(backward);
        double[] centredOmega = centred(omega);
        backwardColumns = new double[rows][columns];
        for (int t = 1; t < rows; t <<= 1) {
            for (int j = 0; j < t; j++) {
                for (int c = 0; c < columns; c++) {
                    backwardColumns[t + j][c] = centredOmega[rows / (2 * t) * (j * columns + c)];
                }
            }
        }
        backwardColumnsOverQ = overQ(backwardColumns);
        long[] twist = new long[ringDegree];
        twist[0] = modulus.inverse(ringDegree);
        for (int i = 1; i < ringDegree; i++) {
            twist[i] = modulus.multiply(twist[i - 1], inversePsi);
        }
        untwist = new double[rows][];
        double[] centredTwist = centred(twist);
        for (int r = 0; r < rows; r++) {
            untwist[r] = java.util.Arrays.copyOfRange(centredTwist, r * columns, (r + 1) * columns);
        }
        untwistOverQ = overQ(untwist);
    }

    /**
     * The transform of that ring degree and modulus.
     *
     * @param ringDegree N, a power of two in [4, 32768]
     * @param modulus {@code 1 mod 2N}, at most 50 bits
     */
    public static RowNtt of(int ringDegree, Modulus modulus) {
        return new RowNtt(ringDegree, modulus, FusedMultiplyAdd.IN_HARDWARE);
    }

    static RowNtt of(int ringDegree, Modulus modulus, boolean fused) {
        return new RowNtt(ringDegree, modulus, fused);
    }

    /** R, the power of two at or below the square root of N: both halves have long rows. */
    static int rows(int ringDegree) {
        return 1 << (Integer.numberOfTrailingZeros(ringDegree) / 2);
    }

    private double[] centred(long[] residues) {
        long modulus = modulus().value();
        double[] centred = new double[residues.length];
        for (int i = 0; i < residues.length; i++) {
            centred[i] = residues[i] > modulus / 2 ? residues[i] - modulus : residues[i];
        }
        return centred;
    }

    private double[] overQ(double[] factors) {
        double[] quotients = new double[factors.length];
        for (int i = 0; i < factors.length; i++) {
            quotients[i] = factors[i] / q;
        }
        return quotients;
    }

    private double[][] overQ(double[][] factors) {
        double[][] quotients = new double[factors.length][];
        for (int i = 0; i < factors.length; i++) {
            quotients[i] = overQ(factors[i]);
        }
        return quotients;
    }

    /** R, the number of arrays of a polynomial in coefficient form. */
    public int rowCount() {
        return rows;
    }

    /** C, the length of each array of a polynomial in coefficient form. */
    public int columnCount() {
        return columns;
    }

    /** Zeros in coefficient form, {@code double[R][C]}. */
    public double[][] newCoefficients() {
        return new double[rows][columns];
    }

    /** Zeros in transformed form, {@code double[C][R]}. */
    public double[][] newValues() {
        return new double[columns][rows];
    }

    /**
     * Transforms, leaving results outside the canonical range.
     *
     * @param coefficients {@code double[R][C]}, integers with {@code |x| <= q}; destroyed
     * @param values {@code double[C][R]}: integers with {@code |x| < 2^53}, right modulo q
     */
    public void forwardLazy(double[][] coefficients, double[][] values) {
        for (int m = 1, t = rows >> 1; m < rows; m <<= 1, t >>= 1) {
            for (int i = 0; i < m; i++) {
                for (int j = 2 * i * t; j < 2 * i * t + t; j++) {
                    butterfly(coefficients[j], coefficients[j + t], forward[m + i], forwardOverQ[m + i]);
                }
            }
        }
        if (centreBetween) {
            centre(coefficients);
        }
        transpose(coefficients, values);
        for (int k = 1, t = columns >> 1; k < columns; k <<= 1, t >>= 1) {
            for (int s = 0; s < k; s++) {
                double[] w = forwardRows[k + s];
                double[] wOverQ = forwardRowsOverQ[k + s];
                for (int c = 2 * s * t; c < 2 * s * t + t; c++) {
                    butterfly(values[c], values[c + t], w, wOverQ);
                }
            }
        }
    }

    /**
     * Transforms back.
     *
     * @param values {@code double[C][R]}, integers with {@code |x| <= q}; destroyed
     * @param coefficients {@code double[R][C]}: integers with {@code |x| <= q}, right modulo q
     */
    public void inverse(double[][] values, double[][] coefficients) {
        for (int t = 1; t < columns; t <<= 1) {
            for (int j = 0; j < t; j++) {
                for (int c = j; c < columns; c += 2 * t) {
                    butterfly(values[c], values[c + t], backward[t + j], backwardOverQ[t + j]);
                }
            }
        }
        if (centreBetween) {
            centre(values);
        }
        transpose(values, coefficients);
        for (int t = 1; t < rows; t <<= 1) {
            for (int j = 0; j < t; j++) {
                double[] w = backwardColumns[t + j];
                double[] wOverQ = backwardColumnsOverQ[t + j];
                for (int r = j; r < rows; r += 2 * t) {
                    butterfly(coefficients[r], coefficients[r + t], w, wOverQ);
                }
            }
        }
        for (int r = 0; r < rows; r++) {
            multiply(coefficients[r], untwist[r], untwistOverQ[r], coefficients[r]);
        }
    }

    private void butterfly(double[] x, double[] y, double w, double wOverQ) {
        if (fused) {
            RowKernels.butterfly(x, y, w, wOverQ, q);
        } else {
            WordKernels.butterfly(x, y, w, wOverQ, modulus().value());
        }
    }

    private void butterfly(double[] x, double[] y, double[] w, double[] wOverQ) {
        if (fused) {
            RowKernels.butterfly(x, y, w, wOverQ, q);
        } else {
            WordKernels.butterfly(x, y, w, wOverQ, modulus().value());
        }
    }

    /**
     * {@code out = x w mod q}, element by element of one row.
     *
     * @param x integers with {@code |x| < 2^53}
     * @param w integers with {@code |w| <= q/2}
     * @param wOverQ {@link #overModulus} of w
     * @param out integers with {@code |r| <= q}; may be x
     */
    public void multiply(double[] x, double[] w, double[] wOverQ, double[] out) {
        if (fused) {
            RowKernels.multiply(x, w, wOverQ, q, out);
        } else {
            WordKernels.multiply(x, w, wOverQ, modulus().value(), out);
        }
    }

    /**
     * {@code out = x w + y mod q}, element by element of one row, one factor for all.
     *
     * @param x integers with {@code |x| < 2^53}
     * @param w an integer with {@code |w| <= q/2}
     * @param y integers with {@code |y| <= 2^52}
     * @param out integers with {@code |out| <= |y| + q}; may be x or y
     */
    public void multiplyAdd(double[] x, double w, double[] y, double[] out) {
        if (fused) {
            RowKernels.multiplyAdd(x, w, w / q, q, y, out);
        } else {
            WordKernels.multiplyAdd(x, w, w / q, modulus().value(), y, out);
        }
    }

    /** {@code w / q} of each factor, rounded to nearest: the shape of {@code w}. */
    public double[][] overModulus(double[][] w) {
        return overQ(w);
    }

    /**
     * Reduces to the centred residue.
     *
     * @param x rows of integers with {@code |x| < 2^53}; afterwards {@code |x| <= q/2}
     */
    public void centre(double[][] x) {
        for (double[] row : x) {
            centre(row);
        }
    }

    /**
     * Reduces one row to the centred residue.
     *
     * @param x integers with {@code |x| < 2^53}; afterwards {@code |x| <= q/2}
     */
    public void centre(double[] x) {
        if (fused) {
            RowKernels.centre(x, inverseQ, q);
        } else {
            WordKernels.centre(x, inverseQ, modulus().value());
        }
    }

    /**
     * {@code to[c][r] = from[r][c]}.
     *
     * @param from a power of two of rows of one length
     * @param to as many rows as those are long
     */
    public static void transpose(double[][] from, double[][] to) {
        int height = from.length;
        if (height < 8) {
            for (int r = 0; r < height; r++) {
                for (int c = 0; c < to.length; c++) {
                    to[c][r] = from[r][c];
                }
            }
            return;
        }
        // Whole cache lines of the columns; unrolled, because C2 does not.
        for (int r = 0; r < height; r += 8) {
            double[] row0 = from[r];
            double[] row1 = from[r + 1];
            double[] row2 = from[r + 2];
            double[] row3 = from[r + 3];
            double[] row4 = from[r + 4];
            double[] row5 = from[r + 5];
            double[] row6 = from[r + 6];
            double[] row7 = from[r + 7];
            for (int c = 0; c < to.length; c++) {
                double[] column = to[c];
                column[r] = row0[c];
                column[r + 1] = row1[c];
                column[r + 2] = row2[c];
                column[r + 3] = row3[c];
                column[r + 4] = row4[c];
                column[r + 5] = row5[c];
                column[r + 6] = row6[c];
                column[r + 7] = row7[c];
            }
        }
    }

    @Override
    public void forward(long[] a, NttScratch scratch) {
        require(a, scratch);
        double[][] in = scratch.coefficients;
        for (int r = 0, i = 0; r < rows; r++) {
            double[] row = in[r];
            for (int c = 0; c < columns; c++) {
                row[c] = a[i++];
            }
        }
        forwardLazy(in, scratch.values);
        centre(scratch.values);
        residuesOfValues(scratch.values, a, modulus().value());
    }

    /** Value k from {@code [k % C][k / C]}. */
    private static void residuesOfValues(double[][] values, long[] a, long q) {
        int columns = values.length;
        for (int r = 0, at = 0; at < a.length; r++, at += columns) {
            for (int c = 0; c < columns; c++) {
                // A double's low bits next to 1.5 * 2^52 are the integer: cheaper than a conversion.
                long x = Double.doubleToRawLongBits(values[c][r] + INTEGERS) - INTEGER_BITS;
                a[at + c] = x + (x >> 63 & q);
            }
        }
    }

    private static void valuesOfResidues(long[] a, double[][] values) {
        int columns = values.length;
        for (int r = 0, at = 0; at < a.length; r++, at += columns) {
            for (int c = 0; c < columns; c++) {
                values[c][r] = a[at + c];
            }
        }
    }

    @Override
    public void inverse(long[] a, NttScratch scratch) {
        require(a, scratch);
        valuesOfResidues(a, scratch.values);
        inverse(scratch.values, scratch.coefficients);
        centre(scratch.coefficients);
        long modulus = modulus().value();
        for (int r = 0, i = 0; r < rows; r++) {
            double[] row = scratch.coefficients[r];
            for (int c = 0; c < columns; c++) {
                long x = (long) row[c];
                a[i++] = x + (x >> 63 & modulus);
            }
        }
    }
}
