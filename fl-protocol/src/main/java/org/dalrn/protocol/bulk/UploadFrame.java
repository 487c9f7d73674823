package org.dalrn.protocol.bulk;

import static java.util.Objects.requireNonNull;

import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.v1.SignedRequest;

/** What a node sends on an upload: the message {@code UploadMessage} of the wire. */
public sealed interface UploadFrame permits ChunkFrame, UploadFrame.Manifest, UploadFrame.Malformed {

    /** The signed manifest that opens an upload. */
    record Manifest(SignedRequest request) implements UploadFrame {
        public Manifest {
            requireNonNull(request, "request");
        }
    }

    /**
     * Bytes that are no upload message. Parsing answers with this frame and does not throw, so that the receiver refuses by
     * name.
     */
    record Malformed(ErrorCode code, String detail) implements UploadFrame {}
}
