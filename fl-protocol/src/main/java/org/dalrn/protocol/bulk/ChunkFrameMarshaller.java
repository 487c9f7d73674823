package org.dalrn.protocol.bulk;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;

/**
 * Reads and writes {@link ChunkFrame}s as the bytes of the message {@code Chunk}. Thread-safe.
 *
 * <p>Arrays of a whole chunk are lent and taken back: a 1 MiB array is a humongous object of the G1 collector, one for
 * each chunk received would keep it busy.
 */
public final class ChunkFrameMarshaller implements MethodDescriptor.Marshaller<ChunkFrame> {

    /** So many idle arrays are kept: at most 16 MiB. */
    private static final int MOST_IDLE = 16;

    private final Buffers buffers;

    /** A marshaller with arrays of its own. */
    public ChunkFrameMarshaller() {
        buffers = new Buffers(MOST_IDLE);
    }

    @Override
    public InputStream stream(ChunkFrame frame) {
        return new FrameStream(ChunkFields.chunkHeader(frame), frame);
    }

    @Override
    public ChunkFrame parse(InputStream stream) {
        try {
            return ChunkFields.readChunk(new WireReader(stream, FederationMethods.MAX_MESSAGE_BYTES), buffers);
        } catch (MalformedFrameException malformed) {
            throw Status.INVALID_ARGUMENT
                    .withDescription(malformed.code().label() + ": " + malformed.getMessage())
                    .asRuntimeException();
        } catch (IOException broken) {
            throw Status.INTERNAL
                    .withDescription(ErrorCode.MALFORMED_MESSAGE.label() + ": the chunk could not be read")
                    .withCause(broken)
                    .asRuntimeException();
        }
    }

    Buffers buffers() {
        return buffers;
    }

    /** Whole-chunk arrays that wait for their next use. */
    static final class Buffers {
        /** For frames that borrow somebody else's array. */
        static final Buffers NONE = new Buffers(1);

        /** Below this size an exact array is cheaper than holding a whole chunk. */
        private static final int SMALL = 64 << 10;

        private final ArrayBlockingQueue<byte[]> idle;

        Buffers(int most) {
            idle = new ArrayBlockingQueue<>(most);
        }

        byte[] acquire(int length) {
            if (length <= SMALL) {
                return new byte[length];
            }
            byte[] array = idle.poll();
            return array == null ? new byte[FederationMethods.MAX_CHUNK_BYTES] : array;
        }

        void release(byte[] array) {
            if (this != NONE && array.length == FederationMethods.MAX_CHUNK_BYTES) {
                // A full pool lets the array go.
                boolean unused = idle.offer(array);
            }
        }
    }

    /** Header, then the frame's data, for gRPC to copy straight into its own buffers. */
    static final class FrameStream extends InputStream implements Drainable, KnownLength {
        private final byte[] header;
        private final ChunkFrame frame;
        private int position;

        FrameStream(byte[] header, ChunkFrame frame) {
            this.header = header;
            this.frame = frame;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = available();
            if (position != 0) {
                throw new IllegalStateException("bug: a frame that was read in part is drained");
            }
            target.write(header);
            target.write(frame.array(), frame.arrayOffset(), frame.length());
            position = header.length + frame.length();
            return length;
        }

        @Override
        public int available() {
            return header.length + frame.length() - position;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int targetFrom, int most) {
            if (most == 0) {
                return 0;
            }
            if (available() == 0) {
                return -1;
            }
            boolean inHeader = position < header.length;
            int done = position - header.length;
            int count = Math.min(most, inHeader ? header.length - position : frame.length() - done);
            if (inHeader) {
                System.arraycopy(header, position, target, targetFrom, count);
            } else {
                System.arraycopy(frame.array(), frame.arrayOffset() + done, target, targetFrom, count);
            }
            position += count;
            return count;
        }
    }
}
