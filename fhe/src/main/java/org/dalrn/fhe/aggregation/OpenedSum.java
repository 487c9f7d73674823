package org.dalrn.fhe.aggregation;

import java.util.Objects;

/**
 * The exact sums that came out of an encrypted sum, for all parameters or a range of them.
 *
 * <p>Immutable, thread-safe.
 */
public final class OpenedSum {
    private final SumEncoder encoder;
    private final int clients;
    private final long weightSum;
    private final long firstParameter;
    private final long[] sums;

    /**
     * Wraps the sums.
     *
     * @param weightSum 0 if it is in another range
     */
    OpenedSum(SumEncoder encoder, int clients, long weightSum, long firstParameter, long[] sums) {
        this.encoder = encoder;
        this.clients = clients;
        this.weightSum = weightSum;
        this.firstParameter = firstParameter;
        this.sums = sums;
    }

    /** How many updates are in it. */
    public int clients() {
        return clients;
    }

    /**
     * The sum of their weights.
     *
     * @throws IllegalStateException if these are blocks without the first one, which has it
     */
    public long weightSum() {
        if (weightSum == 0) {
            throw new IllegalStateException("the sum of the weights is in block 0, these blocks begin with parameter "
                    + firstParameter + "; open block 0 and give its weightSum() to mean(long)");
        }
        return weightSum;
    }

    /** The first parameter in it, 0 for whole updates. */
    public long firstParameter() {
        return firstParameter;
    }

    /** How many parameters are in it. */
    public int size() {
        return sums.length;
    }

    /**
     * The exact sum of the encoded values of one parameter.
     *
     * @param index from 0, counted from {@link #firstParameter}
     */
    public long sum(int index) {
        return sums[Objects.checkIndex(index, sums.length)];
    }

    /** A copy of the exact sums of the encoded values. */
    public long[] sums() {
        return sums.clone();
    }

    /** The weighted mean of each parameter, with {@link #weightSum}. */
    public double[] mean() {
        return mean(weightSum());
    }

    /**
     * The weighted mean of each parameter.
     *
     * @param totalWeight {@link #weightSum} of the sum that has block 0
     */
    public double[] mean(long totalWeight) {
        double scale = encoder.meanScale(totalWeight);
        double clip = encoder.clip();
        double[] mean = new double[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = sums[i] * scale - clip;
        }
        return mean;
    }

    /** {@link #mean()} rounded to floats. */
    public float[] meanFloats() {
        return meanFloats(weightSum());
    }

    /**
     * {@link #mean(long)} rounded to floats.
     *
     * @param totalWeight as there
     */
    public float[] meanFloats(long totalWeight) {
        double scale = encoder.meanScale(totalWeight);
        double clip = encoder.clip();
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sums[i] * scale - clip);
        }
        return mean;
    }

    /** Sizes only. */
    @Override
    public String toString() {
        return "OpenedSum[clients=" + clients + ", parameters=" + firstParameter + "+" + sums.length + "]";
    }
}
