package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What the trusted keys say of each signature line of a note.
 *
 * <p>A line that is {@link Status#VERIFIED} was checked to its last bit, and together with the text it accounts for
 * every byte of the note but the {@link Status#UNKNOWN_KEY} lines: those say nothing, may be anything, and whoever
 * wants a note without such bytes asks {@link #everyLineVerified()}.
 *
 * @param lines in the order of the note, at least one
 */
public record NoteCheck(List<Line> lines) {

    /** What became of a line. */
    public enum Status {
        /** A trusted key signed the note. */
        VERIFIED,
        /** No trusted key has this name and id; the line says nothing. */
        UNKNOWN_KEY,
        /** It names a trusted key that did not sign this. */
        FAILED
    }

    /**
     * One line.
     *
     * @param number its place among the signature lines, 0 for the first
     * @param signature what it holds
     * @param status what became of it
     * @param key the trusted key that it names; empty if there is none
     */
    public record Line(int number, NoteSignature signature, Status status, Optional<NoteVerifier> key) {
        /** Creates it. */
        public Line {
            requireNonNull(signature, "signature");
            requireNonNull(status, "status");
            requireNonNull(key, "key");
        }
    }

    /** Creates it. */
    public NoteCheck {
        lines = List.copyOf(lines);
    }

    /** The rule of signed-note: at least one line is verified and none has failed. */
    public boolean accepted() {
        return lines.stream().anyMatch(line -> line.status() == Status.VERIFIED)
                && lines.stream().noneMatch(line -> line.status() == Status.FAILED);
    }

    /** True if there is no line that a trusted key did not sign. */
    public boolean everyLineVerified() {
        return lines.stream().allMatch(line -> line.status() == Status.VERIFIED);
    }

    /** True if this key signed the note. */
    public boolean isSignedBy(NoteVerifier key) {
        return lines.stream()
                .anyMatch(line -> line.status() == Status.VERIFIED && line.key().equals(Optional.of(key)));
    }

    /** The lines of a status. */
    public List<Line> lines(Status status) {
        return lines.stream().filter(line -> line.status() == status).toList();
    }
}
