package org.dalrn.podp;

import java.util.Objects;

/**
 * What went wrong with receipts, logs, notes, bundles or anchors that came from outside, or with the disk beneath them.
 *
 * <p>The root of the module's unchecked family. A caller's own mistake is an {@link IllegalArgumentException} or an
 * {@link IllegalStateException} instead.
 */
public class PodpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message what was wrong, the value, the allowed set and the fix
     */
    public PodpException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }

    /**
     * Creates it with a cause.
     *
     * @param message what was wrong, the value, the allowed set and the fix
     * @param cause what it followed from
     */
    public PodpException(String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), Objects.requireNonNull(cause, "cause"));
    }
}
