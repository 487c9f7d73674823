package org.dalrn.server.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import org.dalrn.server.transport.BlobSource.Blob;

/** A blob's bytes from its start on; closing it closes the blob. Confined to one thread. */
public final class BlobStream extends InputStream {
    private static final int BLOCK_BYTES = 1 << 20;

    private final Blob blob;
    private long at;

    /** Takes the blob over. */
    public BlobStream(Blob blob) {
        this.blob = requireNonNull(blob, "blob");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int most) throws IOException {
        int count = (int) Math.min(Math.min(most, BLOCK_BYTES), blob.length() - at);
        if (count == 0) {
            return most == 0 ? 0 : -1;
        }
        blob.read(at, target, from, count);
        at += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        blob.close();
    }
}
