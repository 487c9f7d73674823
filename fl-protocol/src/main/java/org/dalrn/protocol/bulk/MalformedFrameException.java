package org.dalrn.protocol.bulk;

import java.io.IOException;
import org.dalrn.protocol.ErrorCode;

/** Bytes from the network that are no frame. */
final class MalformedFrameException extends IOException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    MalformedFrameException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
