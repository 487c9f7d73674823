package org.dalrn.protocol.bulk;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import org.dalrn.protocol.FederationMethods;

/**
 * A piece of a blob: offset in bytes and 1 to 1,048,576 bytes of data; the message {@code Chunk} of the wire.
 *
 * <p>An outgoing frame borrows the caller's array until gRPC has taken it ({@code sendMessage} returns). An incoming frame
 * borrows an array of the marshaller: read {@link #data()}, then {@link #close()}; a frame that is never closed costs
 * garbage, nothing else. Confined to one thread at a time.
 */
public final class ChunkFrame implements UploadFrame, AutoCloseable {

    private final long offsetBytes;
    private final byte[] array;
    private final int from;
    private final int length;
    private final ChunkFrameMarshaller.Buffers owner;
    private boolean closed;

    ChunkFrame(long offsetBytes, byte[] array, int from, int length, ChunkFrameMarshaller.Buffers owner) {
        this.offsetBytes = offsetBytes;
        this.array = array;
        this.from = from;
        this.length = length;
        this.owner = owner;
    }

    /**
     * A frame that borrows the array.
     *
     * @throws IllegalArgumentException if the offset is negative or the length not in [1, 1048576]
     */
    public static ChunkFrame of(long offsetBytes, byte[] array, int from, int length) {
        requireNonNull(array, "array");
        if (offsetBytes < 0 || length < 1 || length > FederationMethods.MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException("chunk at offset " + offsetBytes + " of " + length
                    + " bytes; allowed are offsets from 0 and 1 to " + FederationMethods.MAX_CHUNK_BYTES + " bytes");
        }
        if (from < 0 || from > array.length - length) {
            throw new IllegalArgumentException(
                    "bytes " + from + " to " + (from + (long) length) + " of an array of " + array.length);
        }
        return new ChunkFrame(offsetBytes, array, from, length, ChunkFrameMarshaller.Buffers.NONE);
    }

    /** Where in the blob the data belongs. */
    public long offsetBytes() {
        return offsetBytes;
    }

    /** The number of bytes of data. */
    public int length() {
        return length;
    }

    /** A read-only view of the data, valid until {@link #close()}. */
    public ByteBuffer data() {
        if (closed) {
            throw new IllegalStateException("chunk at offset " + offsetBytes + " is closed; read it before");
        }
        return ByteBuffer.wrap(array, from, length).slice().asReadOnlyBuffer();
    }

    /**
     * The array that holds the data, for hashing and file writes without a copy; valid until {@link #close()}. Not to be
     * written to.
     */
    public byte[] array() {
        if (closed) {
            throw new IllegalStateException("chunk at offset " + offsetBytes + " is closed; read it before");
        }
        return array;
    }

    /** Where in {@link #array()} the data begins. */
    public int arrayOffset() {
        return from;
    }

    /** Gives the array back. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            owner.release(array);
        }
    }

    @Override
    public String toString() {
        return "ChunkFrame[offset " + offsetBytes + ", " + length + " bytes]";
    }
}
