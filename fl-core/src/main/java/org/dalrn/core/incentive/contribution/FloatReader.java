package org.dalrn.core.incentive.contribution;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.dalrn.core.aggregation.UpdateBytes;

/**
 * Reads an update in pieces of a wanted length, however its bytes are cut.
 *
 * <p>Confined to one thread.
 */
final class FloatReader implements AutoCloseable {
    private final UpdateBytes.Chunks chunks;
    private final ByteBuffer carry = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer chunk = ByteBuffer.allocate(0);

    FloatReader(UpdateBytes bytes) {
        this.chunks = bytes.open();
    }

    /** Fills the array from its start; returns how many elements there were, fewer than {@code count} only at the end. */
    int read(float[] target, int count) {
        int done = 0;
        while (done < count && hasNext()) {
            int whole = Math.min(count - done, chunk.remaining() / Float.BYTES);
            if (whole > 0) {
                chunk.asFloatBuffer().get(target, done, whole);
                chunk.position(chunk.position() + Float.BYTES * whole);
                done += whole;
            } else {
                while (carry.hasRemaining() && hasNext()) {
                    carry.put(chunk.get());
                }
                if (carry.hasRemaining()) {
                    return done;
                }
                target[done++] = carry.getFloat(0);
                carry.clear();
            }
        }
        return done;
    }

    /** True if bytes follow; the chunk at hand has some then. */
    private boolean hasNext() {
        while (!chunk.hasRemaining()) {
            Optional<ByteBuffer> next = chunks.next();
            if (next.isEmpty()) {
                return false;
            }
            chunk = next.get().order(ByteOrder.LITTLE_ENDIAN);
        }
        return true;
    }

    /** Refuses an update that is not exactly as long as the aggregate. */
    void requireEnd(int read, int elements) {
        if (read != elements || carry.position() > 0 || hasNext()) {
            throw new IllegalArgumentException("the update has " + (read < elements ? "fewer" : "more") + " than the "
                    + elements + " elements of the aggregate; compare updates of one model only");
        }
    }

    @Override
    public void close() {
        chunks.close();
    }
}
