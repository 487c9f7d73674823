package org.dalrn.podp.verify;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Objects;
import org.dalrn.podp.Sha256Hash;

/**
 * Bytes of a file from a place on; reading does not move the channel's position.
 *
 * @param channel the file
 * @param from the first byte
 * @param size number of bytes; they lie inside the file as it was when the bundle was opened
 */
record Slice(FileChannel channel, long from, long size) {
    static final int BUFFER_BYTES = 1 << 16;

    /** All bytes; only for sizes that were checked to be small. */
    byte[] read() throws IOException {
        byte[] all = new byte[Math.toIntExact(size)];
        read(0, ByteBuffer.wrap(all));
        return all;
    }

    /** Fills a buffer with the bytes from an offset on. */
    void read(long offset, ByteBuffer into) throws IOException {
        Objects.checkFromIndexSize(offset, into.remaining(), size);
        long position = from + offset;
        while (into.hasRemaining()) {
            int read = channel.read(into, position);
            if (read < 0) {
                throw new EOFException("the bundle was cut while it was read, at byte " + position);
            }
            position += read;
        }
    }

    Sha256Hash hash() throws IOException {
        MessageDigest digest = Sha256Hash.newDigest();
        try (InputStream in = open()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return Sha256Hash.finish(digest);
    }

    InputStream open() {
        return new SliceStream(this);
    }

    private static final class SliceStream extends InputStream {
        private final Slice slice;
        private long position;

        SliceStream(Slice slice) {
            this.slice = slice;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            int count = (int) Math.min(length, slice.size - position);
            if (length == 0) {
                return 0;
            }
            if (count == 0) {
                return -1;
            }
            slice.read(position, ByteBuffer.wrap(target, offset, count));
            position += count;
            return count;
        }

        @Override
        public int available() {
            return (int) Math.min(Integer.MAX_VALUE, slice.size - position);
        }
    }
}
