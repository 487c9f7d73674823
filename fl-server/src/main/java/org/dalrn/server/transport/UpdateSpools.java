package org.dalrn.server.transport;

import java.io.Closeable;
import java.io.IOException;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;

/** Where updates are put while they arrive. Thread-safe. */
public interface UpdateSpools {

    /**
     * The spool of an update, with what an earlier try left in it. At most one is open for the same update.
     *
     * @throws IOException if the disk refuses; nothing is left behind
     */
    Spool open(NodeId node, RunId run, int round, ContentHash update) throws IOException;

    /** A file that grows. Confined to one thread at a time. Closing keeps it for a later try. */
    interface Spool extends Closeable {

        /** The number of bytes that are in it. */
        long length();

        /** Reads back what is in it, exactly {@code length} bytes from {@code position} on. */
        void read(long position, byte[] target, int from, int length) throws IOException;

        void append(byte[] source, int from, int length) throws IOException;

        /** Makes the bytes durable and gives them to the blob store under their hash, which the caller has checked. */
        void commit(ContentHash hash) throws IOException;

        /** Deletes what is in it. */
        void discard() throws IOException;
    }
}
