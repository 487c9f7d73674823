package org.dalrn.fhe.seal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of one object while it is written.
 *
 * <p>Uncompressed, it is the result array itself; compressed, a chunk that is packed when full. Confined to one thread.
 */
final class SealOutput {
    private static final int CHUNK = 1 << 14;

    /** What writes the members of an object. */
    interface Members {
        /**
         * Writes them.
         *
         * @param out stands behind the header
         */
        void write(SealOutput out);
    }

    private final SealVersion version;
    private final byte[] array;
    private final ByteBuffer buffer;
    private final @Nullable OutputStream packer;

    private SealOutput(SealVersion version, byte[] array, @Nullable OutputStream packer) {
        this.version = version;
        this.array = array;
        this.buffer = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        this.packer = packer;
    }

    /**
     * Writes one object.
     *
     * @param what the object, for messages
     * @param totalBytes bytes of header and body when not compressed
     * @throws IllegalArgumentException if that is more than an array holds
     */
    static byte[] object(String what, SealEncoding encoding, long totalBytes, Members members) {
        if (totalBytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a SEAL " + what + " of " + totalBytes
                    + " bytes does not fit into an array; write its parts or fewer of them");
        }
        return encoding.compression() == SealCompression.NONE
                ? plain(what, encoding, (int) totalBytes, members)
                : packed(encoding, members);
    }

    private static byte[] plain(String what, SealEncoding encoding, int totalBytes, Members members) {
        byte[] bytes = new byte[totalBytes];
        SealOutput out = new SealOutput(encoding.version(), bytes, null);
        out.header(totalBytes);
        members.write(out);
        if (out.buffer.hasRemaining()) {
            throw new IllegalStateException(
                    "bug: " + what + " was measured " + out.buffer.remaining() + " bytes too long");
        }
        return bytes;
    }

    private static byte[] packed(SealEncoding encoding, Members members) {
        WipeableOutput packed = new WipeableOutput();
        byte[] chunk = new byte[CHUNK];
        Deflater deflater = new Deflater();
        try {
            packed.write(new byte[SealHeader.BYTES]);
            try (OutputStream packer = encoding.compression() == SealCompression.ZLIB
                    ? new DeflaterOutputStream(packed, deflater, CHUNK)
                    : Zstd.packer(packed)) {
                SealOutput out = new SealOutput(encoding.version(), chunk, packer);
                members.write(out);
                out.flush();
            }
            byte[] bytes = packed.toByteArray();
            new SealHeader(encoding.version(), encoding.compression(), bytes.length)
                    .write(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("bug: packing into memory failed", e);
        } finally {
            // It may have been a secret key.
            Arrays.fill(chunk, (byte) 0);
            packed.wipe();
            deflater.end();
        }
    }

    /** The release named as writer. */
    SealVersion version() {
        return version;
    }

    /**
     * Writes the header of an object that is not compressed by itself.
     *
     * @param totalBytes its bytes with the header
     */
    void header(long totalBytes) {
        room(SealHeader.BYTES);
        new SealHeader(version, SealCompression.NONE, totalBytes).write(buffer);
    }

    void u8(int value) {
        room(1);
        buffer.put((byte) value);
    }

    void u64(long value) {
        room(Long.BYTES);
        buffer.putLong(value);
    }

    void f64(double value) {
        u64(Double.doubleToLongBits(value));
    }

    void words(long[] source, int offset, int length) {
        int done = 0;
        while (done < length) {
            room(Long.BYTES);
            int now = Math.min(length - done, buffer.remaining() / Long.BYTES);
            buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(source, offset + done, now);
            buffer.position(buffer.position() + now * Long.BYTES);
            done += now;
        }
    }

    private void room(int bytes) {
        if (buffer.remaining() < bytes && packer != null) {
            flush();
        }
    }

    private void flush() {
        try {
            if (packer != null) {
                packer.write(array, 0, buffer.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("bug: packing into memory failed", e);
        }
        buffer.clear();
    }
}
