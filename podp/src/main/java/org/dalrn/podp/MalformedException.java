package org.dalrn.podp;

/** Bytes or text from outside are not of the form that docs/receipts.md writes down. */
public final class MalformedException extends PodpException {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST_EXCERPT = 80;

    /**
     * Creates it.
     *
     * @param message what was found, where, and what is allowed
     */
    public MalformedException(String message) {
        super(message);
    }

    /**
     * Creates it with a cause.
     *
     * @param message what was found, where, and what is allowed
     * @param cause what it followed from
     */
    public MalformedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The start of a foreign text that may stand in a message: at most 80 characters, printable ASCII only. */
    public static String excerpt(String text) {
        String start = text.length() > LONGEST_EXCERPT ? text.substring(0, LONGEST_EXCERPT) + "..." : text;
        StringBuilder out = new StringBuilder(start.length());
        start.chars().forEach(c -> out.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
        return out.toString();
    }
}
