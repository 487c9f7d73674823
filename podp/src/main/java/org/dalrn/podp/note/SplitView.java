package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import org.dalrn.podp.MalformedException;

/**
 * Two checkpoints of one log, of the same size and with different roots: evidence, once a key of the log is found to
 * have signed both, that the log told two histories. Anyone can check it with that key alone.
 *
 * <p>Its text is the one note, an empty line, and the other note.
 *
 * @param first one note
 * @param second the other one
 */
public record SplitView(SignedNote first, SignedNote second) {

    /**
     * Creates it; that the log signed both is for {@link #isProvedBy} to say.
     *
     * @throws IllegalArgumentException if these are not checkpoints of one log and one size with different roots
     */
    public SplitView {
        requireNonNull(first, "first");
        requireNonNull(second, "second");
        if (!contradict(first, second)) {
            throw new IllegalArgumentException(
                    "a split view is two checkpoints of one log, of the same size and with different roots");
        }
    }

    /** The contradiction between two notes, if they are checkpoints and there is one. */
    public static Optional<SplitView> between(SignedNote first, SignedNote second) {
        return contradict(first, second) ? Optional.of(new SplitView(first, second)) : Optional.empty();
    }

    /**
     * Reads the text.
     *
     * @throws MalformedException if it is not two notes, or they do not contradict each other
     */
    public static SplitView parse(byte[] evidence) {
        if (evidence.length > 2 * SignedNote.MOST_BYTES + 1) {
            throw new MalformedException("a split view of " + evidence.length + " bytes; two notes have at most "
                    + (2 * SignedNote.MOST_BYTES + 1));
        }
        // A checkpoint has no empty lines, so there are three of them: in each note and between the two.
        String[] parts = NoteText.decode(evidence, "a split view").split("\n\n", -1);
        if (parts.length != 4) {
            throw new MalformedException("a split view is two checkpoints with an empty line between them");
        }
        SignedNote first = SignedNote.parse((parts[0] + "\n\n" + parts[1] + "\n").getBytes(StandardCharsets.UTF_8));
        SignedNote second = SignedNote.parse((parts[2] + "\n\n" + parts[3]).getBytes(StandardCharsets.UTF_8));
        if (!contradict(first, second)) {
            throw new MalformedException(
                    "a split view is two checkpoints of one log, of the same size and with different roots");
        }
        return new SplitView(first, second);
    }

    /** The log that told two histories. */
    public String origin() {
        return Checkpoint.parse(first.text()).origin();
    }

    /** The size at which they differ. */
    public long size() {
        return Checkpoint.parse(first.text()).size();
    }

    /** True if both notes are signed by a key of the log, the same or two of them, and no line of such a key fails. */
    public boolean isProvedBy(Collection<NoteVerifier> keysOfTheLog) {
        return keysOfTheLog.stream().allMatch(key -> key.name().equals(origin()))
                && first.check(keysOfTheLog).accepted()
                && second.check(keysOfTheLog).accepted();
    }

    /** The two notes with an empty line between them. */
    public byte[] toByteArray() {
        return (first + "\n" + second).getBytes(StandardCharsets.UTF_8);
    }

    private static boolean contradict(SignedNote first, SignedNote second) {
        try {
            Checkpoint one = Checkpoint.parse(first.text());
            Checkpoint other = Checkpoint.parse(second.text());
            return one.origin().equals(other.origin())
                    && one.size() == other.size()
                    && !one.root().equals(other.root());
        } catch (MalformedException noCheckpoint) {
            return false;
        }
    }
}
