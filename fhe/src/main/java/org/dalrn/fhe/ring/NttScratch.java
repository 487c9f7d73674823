package org.dalrn.fhe.ring;

/**
 * The working memory of transforms of one ring degree: 16 bytes per coefficient.
 *
 * <p>Not thread-safe: each thread has its own. It may hold traces of secrets; {@link #clear} removes them.
 */
public final class NttScratch {
    private final int ringDegree;
    final double[][] coefficients;
    final double[][] values;

    private NttScratch(int ringDegree) {
        this.ringDegree = ringDegree;
        int rows = RowNtt.rows(ringDegree);
        coefficients = new double[rows][ringDegree / rows];
        values = new double[ringDegree / rows][rows];
    }

    /**
     * Fresh working memory.
     *
     * @param ringDegree N, a power of two in [2, 131072]
     */
    public static NttScratch of(int ringDegree) {
        NttPrimes.requireRingDegree(ringDegree);
        return new NttScratch(ringDegree);
    }

    int ringDegree() {
        return ringDegree;
    }

    /** Overwrites everything with zeros. */
    public void clear() {
        for (double[] row : coefficients) {
            java.util.Arrays.fill(row, 0);
        }
        for (double[] row : values) {
            java.util.Arrays.fill(row, 0);
        }
    }
}
