package org.dalrn.fhe;

import java.util.Objects;

/**
 * What went wrong with bytes, ciphertexts or answers that came from outside: malformed, mismatched or inconsistent.
 *
 * <p>The root of the module's unchecked family. A caller's own mistake is an {@link IllegalArgumentException} or an
 * {@link IllegalStateException} instead. Messages never hold key bytes, plaintext values or noise.
 */
public class FheException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message what was wrong, the value, the allowed set and the fix
     */
    public FheException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }

    /**
     * Creates it with a cause.
     *
     * @param message what was wrong, the value, the allowed set and the fix
     * @param cause what it followed from
     */
    public FheException(String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), Objects.requireNonNull(cause, "cause"));
    }
}
