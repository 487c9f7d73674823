package org.dalrn.fhe.ckks;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The rotations that operations on {@link CkksVector} take, for whoever makes the Galois keys: all are slots to the left, in {@code [1,
 * slots)}. A union of these sets serves several operations.
 *
 * <p>Where a key is missing, a rotation is composed of the powers of two that are there, so {@link #powersOfTwo} serves everything,
 * slower.
 */
public final class VectorSteps {
    private VectorSteps() {}

    /**
     * Every power of two below the number of slots.
     *
     * @param slots numbers in a ciphertext, a power of two, at least 2
     */
    public static SortedSet<Integer> powersOfTwo(int slots) {
        return doublings(1, requireSlots(slots));
    }

    /**
     * For {@link CkksVector#sum} and {@link CkksVector#dot}.
     *
     * @param slots numbers in a ciphertext, a power of two, at least 2
     * @param size of the vector, at least 1
     */
    public static SortedSet<Integer> sum(int slots, int size) {
        return doublings(1, powerOfTwoFrom(Math.min(require(size, "vector size"), requireSlots(slots))));
    }

    /**
     * For {@link CkksVector#multiplyMatrix}.
     *
     * @param slots numbers in a ciphertext, a power of two, at least 2
     * @param rows of the matrix, which is the vector's size
     * @param columns of the matrix, at least 1
     * @param padding of the vector: {@link VectorPadding#ZERO} if it was encrypted so, {@link VectorPadding#UNKNOWN} after another
     *     matrix product
     */
    public static SortedSet<Integer> matrixProduct(int slots, int rows, int columns, VectorPadding padding) {
        return VectorMatrixPlan.of(requireSlots(slots), require(rows, "rows"), require(columns, "columns"), padding)
                .steps();
    }

    /**
     * For {@link CkksVectorMatrix#multiply(double[])} and {@link CkksVectorMatrix#convolve}.
     *
     * @param slots numbers in a ciphertext, a power of two, at least 2
     * @param rows of the encrypted matrix: for a convolution, the windows
     * @param columns of it: for a convolution, the kernel's numbers
     */
    public static SortedSet<Integer> encryptedMatrixProduct(int slots, int rows, int columns) {
        int stride = Math.min(powerOfTwoFrom(require(rows, "rows")), requireSlots(slots));
        int group = Math.min(require(columns, "columns"), slots / stride);
        return doublings(stride, stride * powerOfTwoFrom(group));
    }

    /**
     * For {@link CkksVectorMatrix#multiply(CkksVectorMatrix)}.
     *
     * @param slots numbers in a ciphertext, a power of two, at least 2
     * @param stride of both matrices
     * @param inner columns of the left one, which are the rows of the right one
     */
    public static SortedSet<Integer> matrixOfMatrices(int slots, int stride, int inner) {
        SortedSet<Integer> steps = new TreeSet<>(doublings(require(stride, "stride"), requireSlots(slots)));
        for (int step : doublings(1, stride)) {
            steps.add(slots - step);
        }
        for (int t = 1; t < require(inner, "inner size"); t++) {
            steps.add(t);
        }
        return Collections.unmodifiableSortedSet(steps);
    }

    /**
     * For {@link CkksVectors#concatenate}.
     *
     * @param slots numbers in a ciphertext, a power of two, at least 2
     * @param sizes of the vectors, in their order
     */
    public static SortedSet<Integer> concatenation(int slots, int... sizes) {
        requireSlots(slots);
        SortedSet<Integer> steps = new TreeSet<>();
        long offset = 0;
        for (int size : sizes) {
            int right = (int) (offset % slots);
            if (right != 0) {
                steps.add(slots - right);
            }
            offset += require(size, "vector size");
        }
        return Collections.unmodifiableSortedSet(steps);
    }

    /** {@code from, 2 from, 4 from, …} below the limit. */
    static SortedSet<Integer> doublings(int from, int limit) {
        SortedSet<Integer> steps = new TreeSet<>();
        for (int step = from; step < limit; step *= 2) {
            steps.add(step);
        }
        return Collections.unmodifiableSortedSet(steps);
    }

    /** The least power of two that is not below a number in {@code [1, 2^30]}. */
    static int powerOfTwoFrom(int n) {
        if (n > 1 << 30) {
            throw new IllegalArgumentException("size " + n + " is above 2^30; use several vectors");
        }
        return n == 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
    }

    private static int requireSlots(int slots) {
        if (slots < 2 || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException(
                    slots + " slots are not a power of two from 2; take CkksParameters.slots()");
        }
        return slots;
    }

    private static int require(int n, String what) {
        if (n < 1) {
            throw new IllegalArgumentException(what + " " + n + " is not positive");
        }
        return n;
    }
}
