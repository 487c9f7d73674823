package org.dalrn.podp.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The few things that a log does to a disk: the seam at which tests make each of them fail.
 *
 * <p>Names are paths below the log's folder, with slashes; {@code ""} is that folder. Confined to one thread at a time.
 */
interface LogFiles {
    /** A file that is kept open. */
    interface OpenFile extends Closeable {
        long size() throws IOException;

        /** Writes all that remains in the buffer at a place. */
        void write(long at, ByteBuffer bytes) throws IOException;

        /**
         * Fills what remains of the buffer from a place on.
         *
         * @throws IOException if the file ends before
         */
        void read(long at, ByteBuffer bytes) throws IOException;

        void truncate(long size) throws IOException;

        /** Returns when all that was written to the file, and its size, are on the disk. */
        void force() throws IOException;
    }

    /**
     * Keeps other writers away until it is closed.
     *
     * @throws IOException if somebody has the lock
     */
    Closeable lock(String name) throws IOException;

    /** Opens a file, and makes an empty one if there is none. */
    OpenFile open(String name) throws IOException;

    boolean exists(String name) throws IOException;

    /** All bytes of a file that is not larger than that; empty if there is none. */
    Optional<byte[]> read(String name, int most) throws IOException;

    /** Makes a file with these bytes, or gives it these instead of its own. */
    void write(String name, ByteBuffer bytes) throws IOException;

    /** Returns when all bytes of these files are on the disk. */
    void force(Collection<String> names) throws IOException;

    /** Gives a file the name of another at one stroke. */
    void rename(String from, String to) throws IOException;

    /** Removes a file or an empty folder. */
    void delete(String name) throws IOException;

    /** Makes a folder in one that there is, if it is not there. */
    void createFolder(String name) throws IOException;

    /** The names of what is in a folder, without its own. */
    List<String> list(String folder) throws IOException;

    /** Returns when the names of what is in the folder are on the disk. */
    void forceNames(String folder) throws IOException;
}
