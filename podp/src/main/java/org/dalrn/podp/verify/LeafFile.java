package org.dalrn.podp.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dalrn.podp.Sha256Hash;

/** The leaf hashes of a bundle by index, with a window of 2,048 in memory. Confined to one thread. */
final class LeafFile {
    private static final int WINDOW = Slice.BUFFER_BYTES / Sha256Hash.SIZE_BYTES;

    /** Resynchronising looks a few leaves back. */
    private static final int KEPT_BEFORE = 64;

    private final Slice slice;
    private final long size;
    private final byte[] window = new byte[WINDOW * Sha256Hash.SIZE_BYTES];
    private long from;
    private int count;

    LeafFile(Slice slice) {
        this.slice = slice;
        this.size = slice.size() / Sha256Hash.SIZE_BYTES;
    }

    long size() {
        return size;
    }

    Sha256Hash get(long index) throws IOException {
        if (index < from || index >= from + count) {
            from = Math.max(0, index - KEPT_BEFORE);
            count = (int) Math.min(WINDOW, size - from);
            slice.read(from * Sha256Hash.SIZE_BYTES, ByteBuffer.wrap(window, 0, count * Sha256Hash.SIZE_BYTES));
        }
        return Sha256Hash.ofBytes(window, (int) (index - from) * Sha256Hash.SIZE_BYTES);
    }
}
