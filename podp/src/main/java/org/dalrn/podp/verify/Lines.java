package org.dalrn.podp.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.dalrn.podp.Sha256Hash;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file, one at a time, and the hash of all that was read. Confined to one thread.
 *
 * <p>A line that is longer than allowed is cut, never held.
 */
final class Lines {
    /**
     * A line.
     *
     * @param number from 0
     * @param bytes without the line feed; cut after the longest allowed length
     * @param length how long it is
     * @param ended whether a line feed ends it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on within the package, never compared
    record Line(long number, byte[] bytes, long length, boolean ended) {
        boolean isCut() {
            return length != bytes.length;
        }
    }

    private final Slice slice;
    private final int longest;
    private final MessageDigest digest = Sha256Hash.newDigest();
    private final byte[] buffer;
    private int next;
    private int end;
    private long read;
    private long number;

    Lines(Slice slice, int longest) {
        this.slice = slice;
        this.longest = longest;
        this.buffer = new byte[(int) Math.min(Slice.BUFFER_BYTES, Math.max(1, slice.size()))];
    }

    /** The next line, or null after the last. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream held = null;
        long length = 0;
        while (true) {
            if (next == end && !fill()) {
                return length == 0
                        ? null
                        : new Line(number++, held == null ? new byte[0] : held.toByteArray(), length, false);
            }
            int from = next;
            while (next < end && buffer[next] != '\n') {
                next++;
            }
            int count = next - from;
            boolean ended = next < end;
            if (ended && held == null && count <= longest) {
                return new Line(number++, Arrays.copyOfRange(buffer, from, next++), count, true);
            }
            if (held == null) {
                held = new ByteArrayOutputStream();
            }
            held.write(buffer, from, Math.min(count, longest - held.size()));
            length += count;
            if (ended) {
                next++;
                return new Line(number++, held.toByteArray(), length, true);
            }
        }
    }

    private boolean fill() throws IOException {
        int count = (int) Math.min(buffer.length, slice.size() - read);
        if (count == 0) {
            return false;
        }
        slice.read(read, ByteBuffer.wrap(buffer, 0, count));
        digest.update(buffer, 0, count);
        read += count;
        next = 0;
        end = count;
        return true;
    }

    /** The hash of the whole file, once {@link #next} has given null. */
    Sha256Hash hash() {
        return Sha256Hash.finish(digest);
    }
}
