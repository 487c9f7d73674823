package org.dalrn.server.settings;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.dalrn.protocol.ErrorCode;

/** A file that cannot be used, with every fault that was found in it. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * One thing that is wrong.
     *
     * @param path the key with its sections, for instance {@code node.listen}; empty for the file as a whole
     * @param line counted from 1; 0 where the fault is in no line, for instance a key that is missing
     * @param message what was wrong, the value, what is allowed, the fix
     */
    public record Fault(String path, int line, String message) {
        @Override
        public String toString() {
            return (line > 0 ? "line " + line + ": " : "") + (path.isEmpty() ? "" : path + ": ") + message;
        }
    }

    private final ErrorCode code;
    private final transient List<Fault> faults;

    /**
     * @param code what kind of file it is
     * @param source its name, for people
     * @param faults at least one
     */
    public SettingsException(ErrorCode code, String source, List<Fault> faults) {
        super(source + " has " + (faults.size() == 1 ? "a fault" : faults.size() + " faults")
                + faults.stream().map(fault -> "\n  " + fault).reduce("", String::concat));
        this.code = requireNonNull(code, "code");
        this.faults = List.copyOf(faults);
    }

    /** What kind of file it is. */
    public ErrorCode code() {
        return code;
    }

    /** In the order of the file as far as it was read, at least one. */
    public List<Fault> faults() {
        return faults;
    }
}
