package org.dalrn.core.model;

import java.util.List;
import java.util.Objects;

/**
 * The name and shape of one float32 tensor, row-major.
 *
 * <p>Names are limited to printable ASCII so that a layout has one spelling on every platform and cannot forge log
 * lines. Immutable and thread-safe.
 *
 * @param name 1 to 255 printable ASCII characters, not only spaces
 * @param shape 0 to 32 dimensions, each at least 1; empty for a scalar, which has one element
 */
public record TensorSpec(String name, List<Integer> shape) {
    /** Longest allowed name, in characters. */
    public static final int MAX_NAME_LENGTH = 255;

    /** Largest allowed number of dimensions. */
    public static final int MAX_RANK = 32;

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if the name or the shape is outside the described set, or the number of
     *     elements does not fit a {@code long}
     */
    public TensorSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(shape, "shape");
        if (name.isBlank() || name.length() > MAX_NAME_LENGTH || !IdentifierSyntax.isPrintableAscii(name)) {
            throw new IllegalArgumentException("tensor name " + IdentifierSyntax.quote(name)
                    + " is not 1 to 255 printable ASCII characters with at least one that is not a space;"
                    + " use a name such as \"dense_1/weights\"");
        }
        if (shape.size() > MAX_RANK) {
            throw new IllegalArgumentException("tensor \"" + name + "\" has " + shape.size()
                    + " dimensions, more than 32; merge adjacent dimensions");
        }
        shape = List.copyOf(shape);
        countElements(name, shape);
    }

    /** Returns the product of the dimensions, at least 1. */
    public long elementCount() {
        return countElements(name, shape);
    }

    private static long countElements(String name, List<Integer> shape) {
        long count = 1;
        for (int dimension : shape) {
            if (dimension < 1) {
                throw new IllegalArgumentException("tensor \"" + name + "\" has shape " + shape + " with dimension "
                        + dimension + ", below 1; drop empty tensors, and use the empty shape for a scalar");
            }
            if (count > Long.MAX_VALUE / dimension) {
                throw new IllegalArgumentException("tensor \"" + name + "\" has shape " + shape
                        + " with more than 2^63-1 elements; split it into smaller tensors");
            }
            count *= dimension;
        }
        return count;
    }
}
