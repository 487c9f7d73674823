package org.dalrn.podp.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.SubtreeHashes;

/*
 * Tiles hold every eighth level of the tree only. A proof from tiles alone reads and hashes some hundred hashes in each of them; from this
 * file it reads one hash for each level. It holds nothing that could not be computed from the tiles again.
 */
/**
 * The roots of all complete subtrees of a log in one file: each subtree's after those of its two halves.
 *
 * <p>Before leaf {@code i} stand {@code 2i - bits(i)} hashes. Confined to one thread at a time.
 */
final class NodeFile implements SubtreeHashes, Closeable {
    private final LogFiles.OpenFile file;
    private final ByteBuffer one = ByteBuffer.allocateDirect(Sha256Hash.SIZE_BYTES);
    private final byte[] bytes = new byte[Sha256Hash.SIZE_BYTES];

    NodeFile(LogFiles.OpenFile file) {
        this.file = file;
    }

    /** Bytes that a log of a size takes. */
    static long bytes(long size) {
        return (2 * size - Long.bitCount(size)) * Sha256Hash.SIZE_BYTES;
    }

    /** Whether a log of that size could be in it. */
    boolean covers(long size) throws IOException {
        return file.size() >= bytes(size);
    }

    /** Writes what was completed by growing from a size on, in the order in which a frontier tells it. */
    void append(long size, ByteBuffer hashes) throws IOException {
        file.write(bytes(size), hashes);
    }

    void truncate(long size) throws IOException {
        file.truncate(bytes(size));
    }

    void force() throws IOException {
        file.force();
    }

    @Override
    public Sha256Hash hash(int level, long index) {
        long last = ((index + 1) << level) - 1;
        one.clear();
        try {
            file.read(bytes(last) + (long) level * Sha256Hash.SIZE_BYTES, one);
        } catch (IOException e) {
            throw new LogStorageException("subtree (" + level + ", " + index + ") cannot be read from the log", e);
        }
        one.flip().get(bytes);
        return Sha256Hash.ofBytes(bytes);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
