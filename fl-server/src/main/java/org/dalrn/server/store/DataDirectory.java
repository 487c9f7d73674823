package org.dalrn.server.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dalrn.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which one coordinator keeps everything, locked as long as this object is open.
 *
 * <p>Immutable and thread-safe.
 */
public final class DataDirectory implements AutoCloseable {
    private final Path root;
    private final FileChannel lock;

    private DataDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Creates the folder where it is missing and locks it.
     *
     * @throws StoreException {@code DATA_DIRECTORY_IN_USE} if another coordinator has locked it, {@code STORE_UNAVAILABLE}
     *     if it cannot be made
     */
    public static DataDirectory open(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new StoreException(
                        ErrorCode.DATA_DIRECTORY_IN_USE,
                        "data directory " + root + " is used by another coordinator; stop that one, or give this one a"
                                + " data-directory of its own",
                        null);
            }
            return new DataDirectory(root, channel);
        } catch (IOException failure) {
            throw new StoreException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "data directory " + root + " cannot be opened: " + failure
                            + "; check that it may be written and that the disk is not full",
                    failure);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    public Path root() {
        return root;
    }

    /** The SQLite file. */
    public Path database() {
        return root.resolve("dalrn.db");
    }

    /** Models and accepted updates, by hash. */
    public Path blobs() {
        return root.resolve("blobs");
    }

    /** Updates that are arriving. */
    public Path spool() {
        return root.resolve("spool");
    }

    /** Keys and certificates. */
    public Path tls() {
        return root.resolve("tls");
    }

    /** The key that signs receipts, and bundles of them while they are sent. */
    public Path receipts() {
        return root.resolve("receipts");
    }

    /** The secret of the operator's interface. */
    public Path operatorToken() {
        return root.resolve("operator.token");
    }

    /** Unlocks the folder. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failure) {
            throw new StoreException(
                    ErrorCode.STORE_UNAVAILABLE, "data directory " + root + " cannot be unlocked: " + failure, failure);
        }
    }
}
