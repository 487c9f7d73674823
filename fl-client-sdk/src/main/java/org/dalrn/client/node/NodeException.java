package org.dalrn.client.node;

import static java.util.Objects.requireNonNull;

import org.dalrn.protocol.ErrorCode;

/** Something outside the program that keeps a node from working, such as an unreadable identity. */
public final class NodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public NodeException(ErrorCode code, String message) {
        super(requireNonNull(code, "code").label() + ": " + message);
        this.code = code;
    }

    public NodeException(ErrorCode code, String message, Throwable cause) {
        super(requireNonNull(code, "code").label() + ": " + message, cause);
        this.code = code;
    }

    /** The code, whose page says what to do. */
    public ErrorCode code() {
        return code;
    }
}
