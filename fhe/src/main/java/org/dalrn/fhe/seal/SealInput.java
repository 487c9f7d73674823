package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The body of one object, unpacked as it is read.
 *
 * <p>Pull only: a compressed body is never expanded further than the reader asks for, so its expanded size is bounded by
 * what the parameters allow. {@link #require} stands before every allocation. Confined to one thread.
 */
final class SealInput {
    /** No zlib stream expands further: RFC 1951 codes 258 bytes in 2 bits. */
    private static final int ZLIB_RATIO = 1032;
    /** No Zstandard frame expands further: RFC 8878 has blocks of 128 KiB made of 4 bytes. */
    private static final int ZSTD_RATIO = 1 << 15;

    private static final int CHUNK = 1 << 14;

    /** What unpacks a body. */
    interface Unpacker extends AutoCloseable {
        /**
         * Unpacks some bytes.
         *
         * @return how many, at least 1, or -1 at the end
         * @throws SealFormatException if the body is damaged or is cut off
         */
        int unpack(byte[] target, int offset, int length);

        /** Frees native memory. */
        @Override
        void close();
    }

    /** What reads the members of an object. */
    interface Members<T> {
        /**
         * Reads them.
         *
         * @param in stands behind the header
         * @param version the release that wrote the object
         */
        T read(SealInput in, SealVersion version);
    }

    private final String what;
    private final ByteBuffer buffer;
    /** What the buffer is on while unpacking. */
    private final byte[] chunk;

    private final @Nullable Unpacker unpacker;
    /** At most so many bytes can still come out of the unpacker. */
    private final long bound;

    /** Bytes read so far. */
    private long position;

    /** Reads what stands as it is. */
    private SealInput(String what, ByteBuffer body) {
        this.what = what;
        this.buffer = body;
        this.chunk = new byte[0];
        this.unpacker = null;
        this.bound = body.remaining();
    }

    /** Reads what is unpacked. */
    private SealInput(String what, Unpacker unpacker, long bound) {
        this.what = what;
        this.chunk = new byte[CHUNK];
        this.buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).limit(0);
        this.unpacker = unpacker;
        this.bound = bound;
    }

    /**
     * Reads one object that fills the rest of a buffer.
     *
     * @param what the object, for messages
     * @param source on an array; header and body, and nothing behind it
     * @throws SealFormatException if the bytes are not such an object
     */
    static <T> T object(String what, ByteBuffer source, Members<T> members) {
        ByteBuffer bytes = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < SealHeader.BYTES) {
            throw new SealFormatException(
                    "SEAL " + what + " of " + bytes.remaining() + " bytes; the header alone has " + SealHeader.BYTES);
        }
        int available = bytes.remaining();
        SealHeader header = SealHeader.read(bytes);
        if (header.totalBytes() != available) {
            throw new SealFormatException("SEAL " + what + " announces " + header.totalBytes() + " bytes and has "
                    + available + "; pass exactly one whole object");
        }
        try (Unpacker unpacker = unpacker(what, header.compression(), bytes)) {
            SealInput in;
            if (unpacker == null) {
                in = new SealInput(what, bytes);
            } else {
                long ratio = header.compression() == SealCompression.ZLIB ? ZLIB_RATIO : ZSTD_RATIO;
                in = new SealInput(what, unpacker, bytes.remaining() * ratio);
            }
            try {
                T value = members.read(in, header.version());
                in.requireEnd();
                return value;
            } finally {
                in.wipe();
            }
        }
    }

    private static @Nullable Unpacker unpacker(String what, SealCompression compression, ByteBuffer body) {
        return switch (compression) {
            case NONE -> null;
            case ZLIB -> new Zlib(what, body);
            case ZSTD -> Zstd.unpacker(what, body);
        };
    }

    /**
     * Reads an object inside this one: it has a header of its own and is not compressed.
     *
     * @param member the object, for messages
     */
    <T> T nested(String member, Members<T> members) {
        long start = position;
        fill(SealHeader.BYTES);
        SealHeader header = SealHeader.read(buffer);
        position += SealHeader.BYTES;
        if (header.compression() != SealCompression.NONE) {
            throw malformed(member + " is compressed by itself (" + header.compression()
                    + "); only the outermost object may be");
        }
        require(header.totalBytes() - SealHeader.BYTES);
        T value = members.read(this, header.version());
        if (position - start != header.totalBytes()) {
            throw malformed(
                    member + " announces " + header.totalBytes() + " bytes and its members have " + (position - start));
        }
        return value;
    }

    /**
     * Checks that so many bytes can still come, before something is allocated for them.
     *
     * @throws SealFormatException if they cannot
     */
    void require(long bytes) {
        if (bytes > bound - position) {
            throw malformed("needs " + bytes + " more bytes at offset " + position + " and can have at most "
                    + Math.max(0, bound - position));
        }
    }

    int u8() {
        fill(1);
        position++;
        return buffer.get() & 0xff;
    }

    long u64() {
        fill(Long.BYTES);
        position += Long.BYTES;
        return buffer.getLong();
    }

    double f64() {
        return Double.longBitsToDouble(u64());
    }

    /**
     * Reads a number that must be one value.
     *
     * @param field its name, for messages
     */
    void expect(String field, long expected) {
        long value = u64();
        if (value != expected) {
            throw malformed(field + " is " + Long.toUnsignedString(value) + "; here it is " + expected);
        }
    }

    /**
     * Reads a number that must lie in a range.
     *
     * @param field its name, for messages
     */
    int between(String field, int least, int most) {
        long value = u64();
        if (value < least || value > most) {
            throw malformed(field + " is " + Long.toUnsignedString(value) + "; here it is " + least + " to " + most);
        }
        return (int) value;
    }

    void words(long[] target, int offset, int length) {
        int done = 0;
        while (done < length) {
            fill(Long.BYTES);
            int now = Math.min(length - done, buffer.remaining() / Long.BYTES);
            buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(target, offset + done, now);
            buffer.position(buffer.position() + now * Long.BYTES);
            position += (long) now * Long.BYTES;
            done += now;
        }
    }

    SealFormatException malformed(String problem) {
        return new SealFormatException("SEAL " + what + ": " + problem);
    }

    private void requireEnd() {
        if (buffer.hasRemaining() || (unpacker != null && unpacker.unpack(new byte[1], 0, 1) >= 0)) {
            throw malformed("goes on behind its last member at offset " + position + "; pass exactly one whole object");
        }
    }

    /** Makes at least so many bytes (a header at most) readable. */
    private void fill(int bytes) {
        if (buffer.remaining() >= bytes) {
            return;
        }
        if (unpacker != null) {
            buffer.compact();
            while (buffer.position() < bytes) {
                int more = unpacker.unpack(chunk, buffer.position(), buffer.remaining());
                if (more < 0) {
                    break;
                }
                buffer.position(buffer.position() + more);
            }
            buffer.flip();
        }
        if (buffer.remaining() < bytes) {
            throw malformed("ends at offset " + (position + buffer.remaining()) + " inside a member");
        }
    }

    /** What was unpacked may have been a secret key. */
    private void wipe() {
        Arrays.fill(chunk, (byte) 0);
    }

    /** The JDK's inflater. */
    private static final class Zlib implements Unpacker {
        private final String what;
        private final Inflater inflater = new Inflater();

        Zlib(String what, ByteBuffer body) {
            this.what = what;
            inflater.setInput(body);
        }

        @Override
        public int unpack(byte[] target, int offset, int length) {
            try {
                int bytes = inflater.inflate(target, offset, length);
                if (bytes > 0) {
                    return bytes;
                }
            } catch (DataFormatException e) {
                throw new SealFormatException("SEAL " + what + ": its zlib stream is damaged", e);
            }
            if (!inflater.finished()) {
                throw new SealFormatException("SEAL " + what + ": its zlib stream is cut off or needs a dictionary");
            }
            if (inflater.getRemaining() > 0) {
                throw new SealFormatException("SEAL " + what + ": " + inflater.getRemaining()
                        + " bytes follow its zlib stream; pass exactly one whole object");
            }
            return -1;
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
