package org.dalrn.core.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The values of all tensors of a {@link ParameterLayout}, as one flat float32 buffer.
 *
 * <p>Values are not restricted: NaN and infinities are held as they are. Equality, {@link #hashCode()} and
 * {@link #contentHash()} are bit exact: {@code 0.0} and {@code -0.0} differ, and NaNs with different payloads differ
 * (there is no NaN canonicalisation).
 *
 * <p>Shape: {@code float[layout.elementCount()]}, the tensors in layout order, each row-major. Byte form: little-endian
 * IEEE 754 binary32.
 *
 * <p>Immutable and thread-safe. All operations on whole buffers are linear and work in bulk; they allocate at most the
 * result and one block of 64 KiB.
 */
public final class Parameters {
    private static final int BLOCK_ELEMENTS = 16 * 1024;

    private final ParameterLayout layout;
    private final float[] values;

    private Parameters(ParameterLayout layout, float[] values) {
        this.layout = layout;
        this.values = values;
    }

    /** Returns parameters whose elements are all {@code +0.0}. */
    public static Parameters zeros(ParameterLayout layout) {
        return new Parameters(layout, new float[layout.elementCount()]);
    }

    /**
     * Returns parameters with a copy of {@code values}.
     *
     * @param values exactly {@code layout.elementCount()} elements
     * @throws IllegalArgumentException if the length differs
     */
    public static Parameters copyOf(ParameterLayout layout, float[] values) {
        if (values.length != layout.elementCount()) {
            throw new IllegalArgumentException("array has " + values.length + " elements, not the "
                    + layout.elementCount() + " of the layout; pass all tensors in layout order in one array");
        }
        return new Parameters(layout, values.clone());
    }

    /**
     * Returns parameters that {@code filler} writes in place, without another copy.
     *
     * <p>The buffer starts as zeros, its position at 0 and its limit at {@code layout.elementCount()}; elements that are
     * not written stay zero. It belongs to the result: the filler must not keep it, since writing to it later would
     * change parameters that everyone else takes for immutable.
     */
    public static Parameters create(ParameterLayout layout, Consumer<? super FloatBuffer> filler) {
        float[] values = new float[layout.elementCount()];
        filler.accept(FloatBuffer.wrap(values));
        return new Parameters(layout, values);
    }

    /**
     * Reads the byte form.
     *
     * @param littleEndian exactly {@code layout.byteLength()} remaining bytes, all of which are consumed; read as
     *     little-endian whatever order is set on the buffer
     * @throws IllegalArgumentException if the number of remaining bytes differs; nothing is consumed then
     */
    public static Parameters read(ParameterLayout layout, ByteBuffer littleEndian) {
        if (littleEndian.remaining() != layout.byteLength()) {
            throw new IllegalArgumentException("buffer has " + littleEndian.remaining() + " remaining bytes, not the "
                    + layout.byteLength() + " of the layout; pass the whole byte form and nothing else");
        }
        float[] values = new float[layout.elementCount()];
        littleEndian.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        littleEndian.position(littleEndian.limit());
        return new Parameters(layout, values);
    }

    /** Returns the layout. */
    public ParameterLayout layout() {
        return layout;
    }

    /**
     * Returns one element.
     *
     * @param index in {@code [0, layout().elementCount())}
     * @throws IndexOutOfBoundsException if the index is outside
     */
    public float get(int index) {
        return values[index];
    }

    /** Returns a copy of all elements. */
    public float[] toArray() {
        return values.clone();
    }

    /** Returns a read-only view of all elements, with its own position at 0. */
    public FloatBuffer asFloatBuffer() {
        return FloatBuffer.wrap(values).asReadOnlyBuffer();
    }

    /**
     * Returns a read-only view of one tensor, row-major, with its own position at 0.
     *
     * @throws IllegalArgumentException if the layout has no tensor of this name
     */
    public FloatBuffer tensor(String name) {
        int offset = layout.offset(name);
        return asFloatBuffer().slice(offset, (int) layout.tensor(name).elementCount());
    }

    /**
     * Writes the byte form of the elements {@code [fromElement, fromElement + count)} and advances the position of the
     * target by {@code 4 * count}.
     *
     * @param littleEndianDst written as little-endian whatever order is set on it
     * @throws IndexOutOfBoundsException if the range is not inside the parameters
     * @throws IllegalArgumentException if fewer than {@code 4 * count} bytes remain in the target
     */
    public void copyTo(int fromElement, ByteBuffer littleEndianDst, int count) {
        Objects.checkFromIndexSize(fromElement, count, values.length);
        long bytes = (long) Float.BYTES * count;
        if (littleEndianDst.remaining() < bytes) {
            throw new IllegalArgumentException(
                    "buffer has " + littleEndianDst.remaining() + " remaining bytes, below the " + bytes + " of "
                            + count + " elements; copy fewer elements or pass a larger buffer");
        }
        littleEndianDst
                .duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(values, fromElement, count);
        littleEndianDst.position(littleEndianDst.position() + (int) bytes);
    }

    /**
     * Returns the elementwise float32 difference {@code this - other}.
     *
     * @throws IllegalArgumentException if the layouts differ
     */
    public Parameters minus(Parameters other) {
        requireSameLayout(other);
        float[] difference = new float[values.length];
        float[] left = values;
        float[] right = other.values;
        for (int i = 0; i < difference.length; i++) {
            difference[i] = left[i] - right[i];
        }
        return new Parameters(layout, difference);
    }

    /**
     * Returns the elementwise float32 sum {@code this + other}.
     *
     * @throws IllegalArgumentException if the layouts differ
     */
    public Parameters plus(Parameters other) {
        requireSameLayout(other);
        float[] sum = new float[values.length];
        float[] left = values;
        float[] right = other.values;
        for (int i = 0; i < sum.length; i++) {
            sum[i] = left[i] + right[i];
        }
        return new Parameters(layout, sum);
    }

    /** Returns the SHA-256 of the byte form; the layout is not part of it, see {@link ParameterLayout#digest()}. */
    public ContentHash contentHash() {
        MessageDigest digest = ContentHash.newDigest();
        byte[] block = new byte[Float.BYTES * Math.min(BLOCK_ELEMENTS, values.length)];
        FloatBuffer floats =
                ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int from = 0; from < values.length; ) {
            int count = Math.min(BLOCK_ELEMENTS, values.length - from);
            floats.clear().put(values, from, count);
            digest.update(block, 0, Float.BYTES * count);
            from += count;
        }
        return ContentHash.ofBytes(digest.digest());
    }

    private void requireSameLayout(Parameters other) {
        if (!layout.equals(other.layout)) {
            throw new IllegalArgumentException("parameters have different layouts, " + layout.digest() + " with "
                    + layout.elementCount() + " elements and " + other.layout.digest() + " with "
                    + other.layout.elementCount() + "; combine parameters of the same model only");
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Parameters that && layout.equals(that.layout) && sameBits(values, that.values));
    }

    /** Unlike {@link java.util.Arrays#equals(float[], float[])}, tells NaN payloads apart. */
    private static boolean sameBits(float[] left, float[] right) {
        for (int i = 0; i < left.length; i++) {
            if (Float.floatToRawIntBits(left[i]) != Float.floatToRawIntBits(right[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = layout.hashCode();
        for (float value : values) {
            hash = 31 * hash + Float.floatToRawIntBits(value);
        }
        return hash;
    }

    /** Shows the size only: values can be private. */
    @Override
    public String toString() {
        return "Parameters[" + layout.tensors().size() + " tensors, " + values.length + " elements]";
    }
}
