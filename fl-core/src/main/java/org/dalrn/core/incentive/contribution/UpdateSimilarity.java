package org.dalrn.core.incentive.contribution;

import java.util.List;
import org.dalrn.core.aggregation.UpdateBytes;

/**
 * The cosines between all updates of a small cohort, and how much near-duplicates have to share one claim.
 *
 * <p>All updates are read once, side by side, in blocks of 512 elements; the sums are of doubles, in lanes {@code index
 * mod 64} in index order, and the lanes are added in lane order. Memory: 512 bytes for each pair and 8 KiB for each
 * update.
 *
 * <p>Two identical updates have the cosine 1 up to roundings. Cosines tell copies, also scaled ones and noisy ones up to a
 * threshold; they do not tell updates that were fabricated to differ.
 *
 * <p>Immutable and thread-safe.
 */
public final class UpdateSimilarity {
    /** The most updates that are compared: 128, which are 8,128 pairs. */
    public static final int MOST_UPDATES = 128;

    private static final int TILE = 512;
    private static final int LANES = 64;

    private final double[][] cosines;

    private UpdateSimilarity(double[][] cosines) {
        this.cosines = cosines;
    }

    /**
     * Compares all updates with each other.
     *
     * @param elements the number of elements of each update, 1 or more
     * @param updates 1 to 128, little-endian float32, finite; all are open at the same time
     * @throws IllegalArgumentException if there are too many or none, one has more or fewer elements, or a value is not
     *     finite
     * @throws RuntimeException what reading an update throws
     */
    public static UpdateSimilarity between(int elements, List<UpdateBytes> updates) {
        if (updates.isEmpty() || updates.size() > MOST_UPDATES) {
            throw new IllegalArgumentException(updates.size() + " updates are not 1 to " + MOST_UPDATES
                    + ", which can be compared with each other");
        }
        if (elements < 1) {
            throw new IllegalArgumentException("updates of " + elements + " elements; there is 1 or more");
        }
        int count = updates.size();
        double[][] lanes = new double[count * (count + 1) / 2][LANES];
        FloatReader[] readers = new FloatReader[count];
        try {
            for (int i = 0; i < count; i++) {
                readers[i] = new FloatReader(updates.get(i));
            }
            addProducts(elements, readers, lanes);
        } finally {
            for (FloatReader reader : readers) {
                if (reader != null) {
                    reader.close();
                }
            }
        }
        return new UpdateSimilarity(cosines(count, lanes));
    }

    private static void addProducts(int elements, FloatReader[] readers, double[][] lanes) {
        float[] floats = new float[TILE];
        double[][] tiles = new double[readers.length][TILE];
        for (int from = 0; from < elements; from += TILE) {
            int wanted = Math.min(TILE, elements - from);
            for (int i = 0; i < readers.length; i++) {
                int read = readers[i].read(floats, wanted);
                if (read < wanted) {
                    readers[i].requireEnd(from + read, elements);
                }
                for (int k = 0; k < wanted; k++) {
                    tiles[i][k] = floats[k];
                }
            }
            for (int i = 0; i < readers.length; i++) {
                for (int j = 0; j <= i; j++) {
                    double[] sums = lanes[i * (i + 1) / 2 + j];
                    for (int start = 0; start < wanted; start += LANES) {
                        addProducts(sums, tiles[i], tiles[j], start, Math.min(LANES, wanted - start));
                    }
                }
            }
        }
        for (FloatReader reader : readers) {
            reader.requireEnd(elements, elements);
        }
    }

    private static void addProducts(double[] sums, double[] left, double[] right, int from, int count) {
        for (int k = 0; k < count; k++) {
            sums[k] += left[from + k] * right[from + k];
        }
    }

    private static double[][] cosines(int count, double[][] lanes) {
        double[][] products = new double[count][count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (double lane : lanes[i * (i + 1) / 2 + j]) {
                    sum += lane;
                }
                products[i][j] = sum;
            }
            if (!Double.isFinite(products[i][i])) {
                throw new IllegalArgumentException(
                        "update " + i + " has a value that is not finite; screen updates first");
            }
        }
        double[][] cosines = new double[count][count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j <= i; j++) {
                double lengths = Math.sqrt(products[i][i]) * Math.sqrt(products[j][j]);
                double cosine = lengths == 0 ? 0 : Math.max(-1, Math.min(1, products[i][j] / lengths));
                cosines[i][j] = cosine;
                cosines[j][i] = cosine;
            }
        }
        return cosines;
    }

    /** The number of updates. */
    public int updates() {
        return cosines.length;
    }

    /**
     * The cosine of the angle between two updates, in [-1, 1]; 0 if one of them is 0.
     *
     * @throws IndexOutOfBoundsException if there is no such update
     */
    public double cosine(int left, int right) {
        return cosines[left][right];
    }

    /**
     * By how much an update's claim is divided because others are nearly the same: {@code 1 + sum over others of max(0,
     * (cosine - threshold) / (1 - threshold))}. It is 1 for an update without near neighbours and k for each of k
     * identical ones, which then share one claim.
     *
     * @param threshold the cosine from which on updates count as related, in [0, 1)
     * @throws IllegalArgumentException if the threshold is outside its range
     * @throws IndexOutOfBoundsException if there is no such update
     */
    public double dilution(int update, double threshold) {
        if (!(threshold >= 0 && threshold < 1)) {
            throw new IllegalArgumentException("threshold " + threshold + " is not in [0, 1); use 0.95 or so");
        }
        double dilution = 1;
        for (int other = 0; other < cosines.length; other++) {
            if (other != update) {
                dilution += Math.max(0, (cosines[update][other] - threshold) / (1 - threshold));
            }
        }
        return dilution;
    }
}
