package org.dalrn.core.aggregation;

import java.util.function.Function;

/**
 * What the bytes of one update turned out to be.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface ScreenResult {
    /** Returns the number of whole elements seen. */
    long elements();

    /** Returns what the function of the present case returns. */
    <R> R match(
            Function<? super Finite, ? extends R> finite,
            Function<? super NonFinite, ? extends R> nonFinite,
            Function<? super Truncated, ? extends R> truncated);

    /**
     * All elements are finite numbers.
     *
     * @param elements number of elements
     * @param maxAbsoluteValue largest magnitude of an element, exactly a float32
     * @param l2Norm Euclidean norm, summed in double in a fixed order: it does not depend on how the bytes were cut
     */
    record Finite(long elements, double maxAbsoluteValue, double l2Norm) implements ScreenResult {
        @Override
        public <R> R match(
                Function<? super Finite, ? extends R> finite,
                Function<? super NonFinite, ? extends R> nonFinite,
                Function<? super Truncated, ? extends R> truncated) {
            return finite.apply(this);
        }
    }

    /**
     * At least one element is NaN or infinite.
     *
     * @param elements number of elements
     * @param firstIndex index of the first such element
     */
    record NonFinite(long elements, long firstIndex) implements ScreenResult {
        @Override
        public <R> R match(
                Function<? super Finite, ? extends R> finite,
                Function<? super NonFinite, ? extends R> nonFinite,
                Function<? super Truncated, ? extends R> truncated) {
            return nonFinite.apply(this);
        }
    }

    /**
     * The bytes end inside an element.
     *
     * @param elements number of whole elements
     * @param trailingBytes number of bytes after the last whole element, in {@code [1, 3]}
     */
    record Truncated(long elements, int trailingBytes) implements ScreenResult {
        @Override
        public <R> R match(
                Function<? super Finite, ? extends R> finite,
                Function<? super NonFinite, ? extends R> nonFinite,
                Function<? super Truncated, ? extends R> truncated) {
            return truncated.apply(this);
        }
    }
}
