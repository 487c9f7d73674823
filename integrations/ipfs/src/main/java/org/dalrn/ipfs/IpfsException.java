package org.dalrn.ipfs;

import java.util.Objects;

/**
 * What went wrong with blocks, files or stores of IPFS.
 *
 * <p>The root of the module's unchecked family. A caller's own mistake is an {@link IllegalArgumentException} instead.
 */
public class IpfsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST_EXCERPT = 300;

    /**
     * Creates it.
     *
     * @param message what was wrong, the value, the allowed set and the fix
     */
    public IpfsException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }

    /**
     * Creates it with a cause.
     *
     * @param message what was wrong, the value, the allowed set and the fix
     * @param cause what it followed from
     */
    public IpfsException(String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), Objects.requireNonNull(cause, "cause"));
    }

    /** The start of a foreign text that may stand in a message: at most 300 characters, printable ASCII only. */
    public static String excerpt(String text) {
        String start = text.length() > LONGEST_EXCERPT ? text.substring(0, LONGEST_EXCERPT) + "..." : text;
        StringBuilder out = new StringBuilder(start.length());
        start.chars().forEach(c -> out.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
        return out.toString();
    }
}
