package org.dalrn.core.aggregation;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;

/**
 * The byte form of one update, readable from its start any number of times.
 *
 * <p>A sum that has to be undone reads the bytes a second time, so every {@link #open()} must deliver the same bytes; a
 * spooled file or an array does, a network stream does not. The bytes are float32 little-endian, cut anywhere.
 */
@FunctionalInterface
public interface UpdateBytes {
    /** Starts reading at the first byte. */
    Chunks open();

    /** One reading of the bytes; confined to one thread. */
    @FunctionalInterface
    interface Chunks extends AutoCloseable {
        /**
         * Returns the next bytes, from position to limit, or nothing at the end. The reader consumes the buffer before it
         * asks for the next, which may be the same buffer filled again.
         */
        Optional<ByteBuffer> next();

        /** Releases what the reading holds; nothing by default. */
        @Override
        default void close() {}
    }

    /**
     * Reads all bytes as parameters.
     *
     * @throws IllegalArgumentException if there are more or fewer bytes than the layout has
     */
    default Parameters read(ParameterLayout layout) {
        return Parameters.create(layout, target -> {
            ElementStream stream = new ElementStream();
            try (Chunks chunks = open()) {
                for (Optional<ByteBuffer> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
                    stream.accept(chunk.get(), (fromElement, block) -> {
                        FloatBuffer floats = block.asFloatBuffer();
                        if (floats.remaining() > target.remaining()) {
                            throw new IllegalArgumentException(
                                    "there are more bytes than the " + layout.byteLength() + " of the layout");
                        }
                        target.put(floats);
                    });
                }
            }
            if (target.hasRemaining() || stream.trailingBytes() > 0) {
                throw new IllegalArgumentException("there are " + stream.elements() + " elements and "
                        + stream.trailingBytes() + " bytes, not the " + layout.elementCount()
                        + " elements of the layout");
            }
        });
    }

    /**
     * Returns the concatenation of the given buffers, each from its present position to its limit; the buffers are not
     * consumed, and their content must not change.
     */
    static UpdateBytes of(ByteBuffer... chunks) {
        List<ByteBuffer> views =
                Arrays.stream(chunks).map(ByteBuffer::duplicate).toList();
        return () -> {
            Iterator<ByteBuffer> remaining = views.iterator();
            return () -> remaining.hasNext() ? Optional.of(remaining.next().duplicate()) : Optional.empty();
        };
    }

    /** Returns the byte form of parameters, produced block by block. */
    static UpdateBytes of(Parameters parameters) {
        return () -> new ParameterChunks(parameters);
    }
}
