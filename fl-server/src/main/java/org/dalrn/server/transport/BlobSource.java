package org.dalrn.server.transport;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.dalrn.core.model.ContentHash;

/** Where models are read from. Thread-safe. */
public interface BlobSource {

    /** The blob of that hash; to be closed. */
    Optional<Blob> open(ContentHash hash) throws IOException;

    /** An open blob. Confined to one thread at a time. */
    interface Blob extends Closeable {

        long length();

        /** Reads exactly {@code length} bytes from {@code position} on. */
        void read(long position, byte[] target, int from, int length) throws IOException;
    }
}
