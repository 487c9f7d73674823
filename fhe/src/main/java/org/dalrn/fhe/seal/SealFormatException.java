package org.dalrn.fhe.seal;

import org.dalrn.fhe.FheException;

/**
 * Bytes from outside that are not what they were read as: malformed, truncated, of other parameters or of a version or
 * compression that cannot be read here. Nothing was kept of them.
 */
public final class SealFormatException extends FheException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message what was wrong, the value, the allowed set and the fix
     */
    public SealFormatException(String message) {
        super(message);
    }

    /**
     * Creates it with a cause.
     *
     * @param message what was wrong, the value, the allowed set and the fix
     * @param cause what it followed from
     */
    public SealFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
