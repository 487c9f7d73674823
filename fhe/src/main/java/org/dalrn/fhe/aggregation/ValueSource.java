package org.dalrn.fhe.aggregation;

import java.util.Objects;

/** The parameters of an update, handed out piece by piece in order, so that they need not all be in memory. */
@FunctionalInterface
public interface ValueSource {
    /**
     * Hands out the next parameters. Within one encryption the calls are in order, without gaps or repeats.
     *
     * @param from index of the first one
     * @param to where they go
     * @param offset the first index there
     * @param count how many, at least 1
     */
    void read(long from, double[] to, int offset, int count);

    /**
     * The parameters of an array, read when they are encrypted.
     *
     * @param values not copied
     */
    static ValueSource of(float[] values) {
        Objects.requireNonNull(values, "values");
        return (from, to, offset, count) -> {
            int first = Math.toIntExact(from);
            for (int j = 0; j < count; j++) {
                to[offset + j] = values[first + j];
            }
        };
    }

    /**
     * The parameters of an array, read when they are encrypted.
     *
     * @param values not copied
     */
    static ValueSource of(double[] values) {
        Objects.requireNonNull(values, "values");
        return (from, to, offset, count) -> System.arraycopy(values, Math.toIntExact(from), to, offset, count);
    }
}
