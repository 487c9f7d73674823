package org.dalrn.server.gateway;

import static java.util.Objects.requireNonNull;

import org.dalrn.protocol.ErrorCode;

/** A request of an operator that cannot be granted. */
public final class OperatorRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /**
     * @param code which page tells more
     * @param detail what was wrong, the value, what is allowed, the fix
     */
    public OperatorRefusedException(ErrorCode code, String detail) {
        super(requireNonNull(detail, "detail"));
        this.code = requireNonNull(code, "code");
    }

    /** Which page tells more. */
    public ErrorCode code() {
        return code;
    }
}
