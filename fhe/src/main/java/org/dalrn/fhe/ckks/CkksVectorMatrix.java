package org.dalrn.fhe.ckks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import org.dalrn.fhe.rlwe.SecretKey;

/**
 * An encrypted matrix: its columns one after the other in ciphertexts, {@link #stride} slots apart, a power of two. Columns that do not
 * fit one ciphertext fill further ones; a column longer than a ciphertext takes several.
 *
 * <p>What TenSEAL calls {@code enc_matmul_encoding} and, for the windows of an image, {@code im2col_encoding}; it keeps no matrix of more
 * than one ciphertext. Immutable, thread-safe.
 */
public final class CkksVectorMatrix {
    private final CkksVectors vectors;
    /** {@code [row block][column group]}. */
    private final Ciphertext[][] ciphertexts;

    private final int rows;
    private final int columns;
    private final int stride;

    private CkksVectorMatrix(CkksVectors vectors, Ciphertext[][] ciphertexts, int rows, int columns, int stride) {
        this.vectors = vectors;
        this.ciphertexts = ciphertexts;
        this.rows = rows;
        this.columns = columns;
        this.stride = stride;
    }

    static CkksVectorMatrix encrypt(CkksVectors vectors, double[][] matrix) {
        VectorWindows.requireRectangle(matrix, "matrix");
        return encryptAt(vectors, matrix, Math.min(VectorSteps.powerOfTwoFrom(matrix.length), vectors.slots()));
    }

    static CkksVectorMatrix encrypt(CkksVectors vectors, double[][] matrix, int stride) {
        VectorWindows.requireRectangle(matrix, "matrix");
        if (stride < matrix.length || stride > vectors.slots() || Integer.bitCount(stride) != 1) {
            throw new IllegalArgumentException("stride " + stride + " for " + matrix.length
                    + " rows is not a power of two from the rows to the slots, " + vectors.slots());
        }
        return encryptAt(vectors, matrix, stride);
    }

    private static CkksVectorMatrix encryptAt(CkksVectors vectors, double[][] matrix, int stride) {
        int slots = vectors.slots();
        int rows = matrix.length;
        int columns = matrix[0].length;
        int perGroup = slots / stride;
        Ciphertext[][] ciphertexts = new Ciphertext[(rows - 1) / slots + 1][(columns - 1) / perGroup + 1];
        for (int block = 0; block < ciphertexts.length; block++) {
            for (int group = 0; group < ciphertexts[0].length; group++) {
                double[] values = new double[slots];
                int last = Math.min(columns, (group + 1) * perGroup);
                for (int column = group * perGroup; column < last; column++) {
                    int at = column % perGroup * stride;
                    for (int i = 0; i < Math.min(slots, rows - block * slots); i++) {
                        values[at + i] = matrix[block * slots + i][column];
                    }
                }
                ciphertexts[block][group] =
                        vectors.encrypt(values).ciphertexts().get(0);
            }
        }
        return new CkksVectorMatrix(vectors, ciphertexts, rows, columns, stride);
    }

    /** How many rows it has. */
    public int rows() {
        return rows;
    }

    /** How many columns it has. */
    public int columns() {
        return columns;
    }

    /** Slots from one column to the next. */
    public int stride() {
        return stride;
    }

    /** How many products in a row it still allows. */
    public int level() {
        return ciphertexts[0][0].level();
    }

    /** All ciphertexts, those of one block of rows together. */
    public List<Ciphertext> ciphertexts() {
        return Arrays.stream(ciphertexts).flatMap(Arrays::stream).toList();
    }

    /**
     * This times a plain column; one level.
     *
     * @param vector as many numbers as there are columns, finite
     * @return of size {@link #rows}
     * @throws CkksException if Galois keys for {@link VectorSteps#encryptedMatrixProduct} are missing
     */
    public CkksVector multiply(double[] vector) {
        if (Objects.requireNonNull(vector, "vector").length != columns) {
            throw new IllegalArgumentException("a matrix of " + rows + " x " + columns + " times a vector of "
                    + vector.length + " numbers; it needs " + columns);
        }
        VectorEvaluator evaluator = vectors.evaluator();
        int slots = vectors.slots();
        int perGroup = slots / stride;
        SortedSet<Integer> steps = foldSteps();
        evaluator.requireRotations(steps, "a product of an encrypted matrix");
        List<Ciphertext> results = new ArrayList<>();
        for (Ciphertext[] block : ciphertexts) {
            Ciphertext total = null;
            for (int group = 0; group < block.length; group++) {
                double[] factors = new double[slots];
                for (int column = group * perGroup; column < Math.min(columns, (group + 1) * perGroup); column++) {
                    int at = column % perGroup * stride;
                    Arrays.fill(factors, at, at + stride, vector[column]);
                }
                total = VectorEvaluator.sumOrNull(
                        evaluator.engine, total, evaluator.productOrNull(block[group], factors));
            }
            Ciphertext product = total == null ? evaluator.zeroProduct(block[0]) : evaluator.rescaleIfAutomatic(total);
            results.add(evaluator.rotateAndAdd(product, steps));
        }
        boolean exact = steps.isEmpty();
        return new CkksVector(vectors, results, rows, exact ? VectorPadding.ZERO : VectorPadding.UNKNOWN);
    }

    /** From each column to the next, doubling, so that the first column collects all. */
    private SortedSet<Integer> foldSteps() {
        int inGroup = Math.min(columns, vectors.slots() / stride);
        return VectorSteps.doublings(stride, stride * VectorSteps.powerOfTwoFrom(inGroup));
    }

    /**
     * The convolution of an image with a plain kernel, for windows encrypted by {@link CkksVectors#encryptWindows}; one level.
     *
     * @param kernel of the shape the windows were made for, finite
     * @return one number a window, from left to right, then from top to bottom
     */
    public CkksVector convolve(double[][] kernel) {
        int width = VectorWindows.requireRectangle(kernel, "kernel");
        if ((long) kernel.length * width != columns) {
            throw new IllegalArgumentException("a kernel of " + kernel.length + " x " + width + " for windows of "
                    + columns + " numbers; encrypt the windows for this kernel");
        }
        return multiply(Arrays.stream(kernel).flatMapToDouble(Arrays::stream).toArray());
    }

    /**
     * This times another encrypted matrix; two levels. Both need the same stride and one ciphertext each. The sum of the outer products of
     * columns and rows: for n inner columns n products and about {@code n log2(slots)} rotations, so for small matrices.
     *
     * @param right with as many rows as this has columns
     * @return of this one's rows and the other's columns
     * @throws CkksException if Galois keys for {@link VectorSteps#matrixOfMatrices} or the relinearization key are missing
     */
    public CkksVectorMatrix multiply(CkksVectorMatrix right) {
        Objects.requireNonNull(right, "right");
        if (right.rows != columns) {
            throw new IllegalArgumentException("a matrix of " + rows + " x " + columns + " times one of " + right.rows
                    + " x " + right.columns + "; the second needs " + columns + " rows");
        }
        if (stride != right.stride
                || ciphertexts().size() != 1
                || right.ciphertexts().size() != 1) {
            throw new IllegalArgumentException("matrices of strides " + stride + " and " + right.stride + " in "
                    + ciphertexts().size() + " and " + right.ciphertexts().size()
                    + " ciphertexts; both need one stride and one ciphertext, see encryptMatrix(matrix, stride)");
        }
        VectorEvaluator evaluator = vectors.evaluator();
        evaluator.requireAll("a product of two encrypted matrices");
        Ciphertext a = ciphertexts[0][0];
        Ciphertext b = right.ciphertexts[0][0];
        VectorEvaluator.requireSameKey(a.keyId(), b.keyId());
        evaluator.requireLevels(Math.min(a.level(), b.level()), 2, "a product of two encrypted matrices");
        evaluator.requireRotations(
                VectorSteps.matrixOfMatrices(vectors.slots(), stride, columns), "a product of two encrypted matrices");
        Ciphertext total = null;
        for (int t = 0; t < columns; t++) {
            Ciphertext column = columnEverywhere(evaluator, a, t);
            Ciphertext row = right.rowEverywhere(evaluator, b, t);
            total = VectorEvaluator.sumOrNull(evaluator.engine, total, evaluator.product(column, row));
        }
        Ciphertext product = evaluator.finish(Objects.requireNonNull(total));
        return new CkksVectorMatrix(vectors, new Ciphertext[][] {{product}}, rows, right.columns, stride);
    }

    /** Column t at the place of every column. */
    private Ciphertext columnEverywhere(VectorEvaluator evaluator, Ciphertext a, int t) {
        double[] mask = new double[vectors.slots()];
        Arrays.fill(mask, t * stride, t * stride + rows, 1);
        return evaluator.rotateAndAdd(masked(evaluator, a, mask), VectorSteps.doublings(stride, vectors.slots()));
    }

    /** Number t of each column in all of its column. */
    private Ciphertext rowEverywhere(VectorEvaluator evaluator, Ciphertext b, int t) {
        double[] mask = new double[vectors.slots()];
        for (int column = 0; column < columns; column++) {
            mask[column * stride + t] = 1;
        }
        Ciphertext spread = evaluator.rotate(masked(evaluator, b, mask), t);
        for (int step : VectorSteps.doublings(1, stride)) {
            spread = evaluator.engine.add(spread, evaluator.rotate(spread, vectors.slots() - step));
        }
        return spread;
    }

    private static Ciphertext masked(VectorEvaluator evaluator, Ciphertext a, double[] mask) {
        return evaluator.plainProduct(a, evaluator.engine.encode(mask, evaluator.factorScale(a), a.level()));
    }

    /**
     * One column as a vector; one level.
     *
     * @param index 0 to the columns less one
     */
    public CkksVector column(int index) {
        double[] unit = new double[columns];
        unit[Objects.checkIndex(index, columns)] = 1;
        return multiply(unit);
    }

    /**
     * Opens it.
     *
     * @param key the secret key of the ciphertexts
     * @return the columns one after the other: {@code rows * columns} slots
     */
    public Decryption decrypt(SecretKey key) {
        Objects.requireNonNull(key, "key");
        VectorEvaluator.requireSameKey(ciphertexts[0][0].keyId(), key.id());
        int slots = vectors.slots();
        int perGroup = slots / stride;
        double[] real = new double[Math.multiplyExact(rows, columns)];
        double[] imaginary = new double[real.length];
        for (int block = 0; block < ciphertexts.length; block++) {
            int length = Math.min(slots, rows - block * slots);
            for (int group = 0; group < ciphertexts[0].length; group++) {
                try (Decryption opened = vectors.evaluator().engine.decrypt(ciphertexts[block][group], key)) {
                    double[] re = opened.insecureRawValues();
                    double[] im = opened.insecureRawImaginaryValues();
                    for (int column = group * perGroup; column < Math.min(columns, (group + 1) * perGroup); column++) {
                        int from = column % perGroup * stride;
                        int to = column * rows + block * slots;
                        System.arraycopy(re, from, real, to, length);
                        System.arraycopy(im, from, imaginary, to, length);
                    }
                    Arrays.fill(re, 0);
                    Arrays.fill(im, 0);
                }
            }
        }
        return Decryption.of(real, imaginary);
    }

    @Override
    public String toString() {
        return "CkksVectorMatrix[" + rows + " x " + columns + ", "
                + ciphertexts().size() + " ciphertexts, level " + level() + "]";
    }
}
