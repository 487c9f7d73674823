package org.dalrn.server.store;

import static java.util.Objects.requireNonNull;

import org.dalrn.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/** The disk or the database did not do what was asked, or holds what it should not. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public StoreException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = requireNonNull(code, "code");
    }

    /** {@code STORE_UNAVAILABLE}, {@code LOG_DAMAGED}, {@code BLOB_DAMAGED} or {@code DATA_DIRECTORY_IN_USE}. */
    public ErrorCode code() {
        return code;
    }
}
