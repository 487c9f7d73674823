package org.dalrn.core.aggregation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Cuts chunks of any length into blocks of whole elements, carrying the up to three bytes between chunks. */
final class ElementStream {
    /** Receives the elements in order. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes some elements.
         *
         * @param fromElement index of the first one
         * @param block little-endian, a positive multiple of four bytes and at most a {@link TileKernel#BLOCK}
         */
        void accept(long fromElement, ByteBuffer block);
    }

    private final ByteBuffer carry = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long elements;

    /** Consumes the chunk. */
    void accept(ByteBuffer chunk, Sink sink) {
        if (carry.position() > 0) {
            while (carry.hasRemaining() && chunk.hasRemaining()) {
                carry.put(chunk.get());
            }
            if (carry.hasRemaining()) {
                return;
            }
            sink.accept(
                    elements++, carry.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip());
            carry.clear();
        }
        while (chunk.remaining() >= Float.BYTES) {
            int count = Math.min(TileKernel.BLOCK, chunk.remaining() / Float.BYTES);
            int bytes = Float.BYTES * count;
            sink.accept(elements, chunk.slice(chunk.position(), bytes).order(ByteOrder.LITTLE_ENDIAN));
            elements += count;
            chunk.position(chunk.position() + bytes);
        }
        carry.put(chunk);
    }

    /** Returns the number of whole elements seen. */
    long elements() {
        return elements;
    }

    /** Returns the number of bytes seen after the last whole element, in {@code [0, 3]}. */
    int trailingBytes() {
        return carry.position();
    }
}
