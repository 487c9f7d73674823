package org.dalrn.server.cli;

import static java.util.Objects.requireNonNull;

import org.dalrn.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/** An error that ends a command with one line on standard error and the exit code of its {@link ErrorCode}. */
public final class CliException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /**
     * @param code which page of {@code docs/errors} tells more
     * @param detail what was wrong, the value, what is allowed, the fix
     */
    public CliException(ErrorCode code, String detail) {
        this(code, detail, null);
    }

    /**
     * @param cause shown with {@code --verbose} only
     */
    public CliException(ErrorCode code, String detail, @Nullable Throwable cause) {
        super(requireNonNull(detail, "detail"), cause);
        this.code = requireNonNull(code, "code");
    }

    /** Which page tells more. */
    public ErrorCode code() {
        return code;
    }
}
