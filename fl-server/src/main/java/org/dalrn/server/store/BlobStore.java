package org.dalrn.server.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.transport.BlobSource;
import org.dalrn.server.transport.UpdateSpools;

/**
 * Models and updates as files that are named by the SHA-256 of their bytes: {@code blobs/ab/abcdef...}.
 *
 * <p>A blob appears under its name whole and durable or not at all: it is written in {@code spool}, forced to the disk, then
 * renamed, then its folder is forced. Thread-safe.
 */
public final class BlobStore implements BlobSource, UpdateSpools {
    private static final int BLOCK_BYTES = 1 << 20;

    /** Stands in no run's or node's name. */
    private static final String SEPARATOR = "~";

    private static final String UNFINISHED = SEPARATOR + "put";

    private final Path blobs;
    private final Path spool;
    private final Set<Path> openSpools = ConcurrentHashMap.newKeySet();
    private final AtomicLong putCount = new AtomicLong();

    private BlobStore(Path blobs, Path spool) {
        this.blobs = blobs;
        this.spool = spool;
    }

    /** Writes the bytes of a blob. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream sink) throws IOException;
    }

    /**
     * Opens the store; what an earlier process left unfinished of a {@link #put} is deleted.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE} if the folders cannot be made
     */
    public static BlobStore open(DataDirectory directory) {
        try {
            Files.createDirectories(directory.blobs());
            Files.createDirectories(directory.spool());
            force(directory.root());
            BlobStore store = new BlobStore(directory.blobs(), directory.spool());
            store.deleteSpools(name -> name.startsWith(UNFINISHED));
            return store;
        } catch (IOException failure) {
            throw new StoreException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "blobs under " + directory.root() + " cannot be used: " + failure
                            + "; check the disk's free space and the folder's permissions",
                    failure);
        }
    }

    // -------------------------------------------------------------------------------------------------------- blobs

    @Override
    public Optional<Blob> open(ContentHash hash) throws IOException {
        try {
            FileChannel channel = FileChannel.open(path(hash), StandardOpenOption.READ);
            return Optional.of(new FileBlob(hash, channel, channel.size()));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        }
    }

    /** The length of a blob in bytes; empty if there is none of that hash. */
    public OptionalLong length(ContentHash hash) throws IOException {
        try {
            return OptionalLong.of(Files.size(path(hash)));
        } catch (NoSuchFileException missing) {
            return OptionalLong.empty();
        }
    }

    /**
     * Stores what {@code content} writes; the bytes are hashed on their way to the disk.
     *
     * @return the hash of what was written, durable under that name
     * @throws IOException if the disk refuses; nothing is left behind
     */
    public ContentHash put(Content content) throws IOException {
        Path file = spool.resolve(UNFINISHED + putCount.incrementAndGet());
        MessageDigest digest = ContentHash.newDigest();
        try {
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                content.writeTo(new HashingSink(channel, digest));
                channel.force(false);
            }
            ContentHash hash = ContentHash.ofBytes(digest.digest());
            publish(file, hash);
            return hash;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Reads a blob and compares it with its name.
     *
     * @throws StoreException {@code BLOB_DAMAGED} if there is none or its bytes are not those of its name
     */
    public void verify(ContentHash hash) throws IOException {
        try (Blob blob = open(hash).orElseThrow(() -> damaged(hash, "is missing"))) {
            MessageDigest digest = ContentHash.newDigest();
            byte[] block = new byte[(int) Math.max(1, Math.min(BLOCK_BYTES, blob.length()))];
            for (long at = 0; at < blob.length(); ) {
                int count = (int) Math.min(block.length, blob.length() - at);
                blob.read(at, block, 0, count);
                digest.update(block, 0, count);
                at += count;
            }
            ContentHash found = ContentHash.ofBytes(digest.digest());
            if (!found.equals(hash)) {
                throw damaged(hash, "has bytes with the hash " + found);
            }
        }
    }

    static StoreException damaged(ContentHash hash, String what) {
        return new StoreException(
                ErrorCode.BLOB_DAMAGED,
                "blob " + hash + " " + what + "; bring the file back from a backup of the data directory",
                null);
    }

    private Path path(ContentHash hash) {
        String name = hash.toString();
        return blobs.resolve(name.substring(0, 2)).resolve(name);
    }

    /** Gives a forced file its final name. Replacing an equal blob is harmless, and mends one that was damaged. */
    private void publish(Path file, ContentHash hash) throws IOException {
        Path target = path(hash);
        Path folder = requireNonNull(target.getParent());
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            force(blobs);
        }
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        force(folder);
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** A blob's open file. */
    private static final class FileBlob implements Blob {
        private final ContentHash hash;
        private final FileChannel channel;
        private final long length;

        FileBlob(ContentHash hash, FileChannel channel, long length) {
            this.hash = hash;
            this.channel = channel;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void read(long position, byte[] target, int from, int count) throws IOException {
            if (readFully(channel, position, target, from, count) < count) {
                throw damaged(hash, "ends before byte " + (position + count));
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Reads until the count or the end of the file is reached; returns how many bytes were read. */
    private static int readFully(FileChannel channel, long position, byte[] target, int from, int count)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(target, from, count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + count - buffer.remaining()) < 0) {
                break;
            }
        }
        return count - buffer.remaining();
    }

    /** Writes and hashes. */
    private static final class HashingSink extends OutputStream {
        private final FileChannel channel;
        private final MessageDigest digest;

        HashingSink(FileChannel channel, MessageDigest digest) {
            this.channel = channel;
            this.digest = digest;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int from, int count) throws IOException {
            digest.update(source, from, count);
            writeFully(channel, source, from, count);
        }
    }

    private static void writeFully(FileChannel channel, byte[] source, int from, int count) throws IOException {
        // In blocks, because a channel keeps a direct copy as large as the largest buffer that it was given.
        for (int at = 0; at < count; ) {
            ByteBuffer block = ByteBuffer.wrap(source, from + at, Math.min(BLOCK_BYTES, count - at));
            while (block.hasRemaining()) {
                at += channel.write(block);
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------- spools

    @Override
    public Spool open(NodeId node, RunId run, int round, ContentHash update) throws IOException {
        Path file = spool.resolve(prefix(run, round) + node.value() + SEPARATOR + update);
        if (!openSpools.add(file)) {
            throw new IOException("update " + update + " of node " + node + " in round " + round + " of run " + run
                    + " is being received already");
        }
        try {
            return new FileSpool(
                    file,
                    FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException | RuntimeException failure) {
            openSpools.remove(file);
            throw failure;
        }
    }

    private static String prefix(RunId run, int round) {
        return run.value() + SEPARATOR + round + SEPARATOR;
    }

    /**
     * Deletes what was left of updates that did not become whole, except where {@code wanted} says of run and round that
     * they may still come. Spools that are open are kept.
     */
    public void retainSpools(BiPredicate<RunId, Integer> wanted) throws IOException {
        deleteSpools(name -> {
            String[] parts = name.split(SEPARATOR, -1);
            return parts.length == 4 && !wanted.test(new RunId(parts[0]), Integer.valueOf(parts[1]));
        });
    }

    /** Deletes what is left of one round's updates. Spools that are open are kept. */
    public void discardSpools(RunId run, int round) throws IOException {
        String prefix = prefix(run, round);
        deleteSpools(name -> name.startsWith(prefix));
    }

    private void deleteSpools(Predicate<String> unwanted) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(spool)) {
            for (Path file : files) {
                if (unwanted.test(requireNonNull(file.getFileName()).toString()) && openSpools.add(file)) {
                    try {
                        Files.deleteIfExists(file);
                    } finally {
                        openSpools.remove(file);
                    }
                }
            }
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        }
    }

    /** An update's file while it grows. */
    private final class FileSpool implements Spool {
        private final Path file;
        private final FileChannel channel;
        private long length;
        private boolean committed;

        FileSpool(Path file, FileChannel channel) throws IOException {
            this.file = file;
            this.channel = channel;
            this.length = channel.size();
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void read(long position, byte[] target, int from, int count) throws IOException {
            if (readFully(channel, position, target, from, count) < count) {
                throw new IOException("spool " + file.getFileName() + " ends before byte " + (position + count));
            }
        }

        @Override
        public void append(byte[] source, int from, int count) throws IOException {
            channel.position(length);
            try {
                writeFully(channel, source, from, count);
            } catch (IOException failure) {
                cutBack(failure);
                throw failure;
            }
            length += count;
        }

        private void cutBack(IOException reason) {
            try {
                channel.truncate(length);
            } catch (IOException failure) {
                reason.addSuppressed(failure);
            }
        }

        @Override
        public void commit(ContentHash hash) throws IOException {
            channel.force(false);
            publish(file, hash);
            committed = true;
        }

        @Override
        public void discard() throws IOException {
            channel.truncate(0);
            length = 0;
        }

        @Override
        public void close() throws IOException {
            try {
                channel.close();
                if (length == 0 && !committed) {
                    Files.deleteIfExists(file);
                }
            } finally {
                openSpools.remove(file);
            }
        }
    }
}
