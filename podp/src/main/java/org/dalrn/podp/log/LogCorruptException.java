package org.dalrn.podp.log;

import java.util.Objects;
import org.dalrn.podp.PodpException;

/** What is stored of a log contradicts a checkpoint of it, or itself, in a way that no crash explains. */
public final class LogCorruptException extends PodpException {
    private static final long serialVersionUID = 1L;

    private final String where;
    private final String expected;
    private final String found;

    /**
     * Creates it.
     *
     * @param what what is wrong
     * @param where the file, and the place in it
     * @param expected what should stand there
     * @param found what stands there
     */
    LogCorruptException(String what, String where, String expected, String found) {
        super(what + ": " + where + " should be " + expected + " but is " + found);
        this.where = Objects.requireNonNull(where, "where");
        this.expected = Objects.requireNonNull(expected, "expected");
        this.found = Objects.requireNonNull(found, "found");
    }

    /** The file in the log's folder, and the place in it. */
    public String where() {
        return where;
    }

    /** What should stand there. */
    public String expected() {
        return expected;
    }

    /** What stands there. */
    public String found() {
        return found;
    }
}
