package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/**
 * The statement of a log about itself: so many entries, and this root of their Merkle tree.
 *
 * <p>Its text is three lines, origin, size and base64 of the root, and possibly extension lines. It means nothing
 * before its signature was verified.
 *
 * <p>Source: C2SP tlog-checkpoint.
 *
 * @param origin names the log: not empty, no white space, no plus sign
 * @param size number of entries, from 0 on
 * @param root root of the tree of that size
 * @param extensions further lines, opaque, each not empty; DALRN writes none
 */
public record Checkpoint(String origin, long size, Sha256Hash root, List<String> extensions) {

    /**
     * Creates it.
     *
     * @throws IllegalArgumentException if the origin, the size or an extension line is not allowed
     */
    public Checkpoint {
        if (!NoteText.isKeyName(origin)) {
            throw new IllegalArgumentException("'" + MalformedException.excerpt(origin)
                    + "' cannot be an origin: it is not empty and has no white space and no plus sign");
        }
        if (size < 0) {
            throw new IllegalArgumentException("a log has a size from 0 on, not " + size);
        }
        requireNonNull(root, "root");
        extensions = List.copyOf(extensions);
        for (String line : extensions) {
            if (line.isEmpty() || line.indexOf('\n') >= 0 || !NoteText.isPlain(line)) {
                throw new IllegalArgumentException("'" + MalformedException.excerpt(line)
                        + "' cannot be an extension line: it is not empty and has no control characters");
            }
        }
    }

    /**
     * A checkpoint without extension lines.
     *
     * @param origin names the log
     * @param size number of entries
     * @param root root of the tree of that size
     * @throws IllegalArgumentException if the origin or the size is not allowed
     */
    public Checkpoint(String origin, long size, Sha256Hash root) {
        this(origin, size, root, List.of());
    }

    /**
     * Reads the text of a note.
     *
     * @param text with its last line feed
     * @throws MalformedException if it is no checkpoint
     */
    public static Checkpoint parse(String text) {
        if (text.length() > SignedNote.MOST_BYTES || !text.endsWith("\n") || !NoteText.isPlain(text)) {
            throw new MalformedException("a checkpoint is lines of Unicode that each end in a line feed, of at most "
                    + SignedNote.MOST_BYTES + " bytes; this one begins '" + MalformedException.excerpt(text) + "'");
        }
        String[] lines = text.substring(0, text.length() - 1).split("\n", -1);
        if (lines.length < 3) {
            throw new MalformedException(
                    "a checkpoint has the lines origin, size and root; this one has only " + lines.length + " of them");
        }
        byte[] root = NoteText.parseBase64(lines[2], "the root of a checkpoint");
        if (root.length != Sha256Hash.SIZE_BYTES) {
            throw new MalformedException("the root of a checkpoint has 32 bytes, not " + root.length);
        }
        long size = NoteText.parseDecimal(lines[1], "the size of a checkpoint");
        try {
            return new Checkpoint(
                    lines[0],
                    size,
                    Sha256Hash.ofBytes(root),
                    Arrays.asList(lines).subList(3, lines.length));
        } catch (IllegalArgumentException notAllowed) {
            throw new MalformedException("a checkpoint is wrong: " + notAllowed.getMessage(), notAllowed);
        }
    }

    /** The lines, each with its line feed: what is signed. */
    public String text() {
        StringBuilder out = new StringBuilder();
        out.append(origin).append('\n');
        out.append(size).append('\n');
        out.append(NoteText.base64(root.toByteArray())).append('\n');
        extensions.forEach(line -> out.append(line).append('\n'));
        return out.toString();
    }

    /**
     * Signs it as the owner of the log.
     *
     * @throws IllegalArgumentException if the signer's name is not the origin
     * @throws IllegalStateException if the signer signs wrongly
     */
    public SignedNote sign(NoteSigner owner) {
        if (!owner.name().equals(origin)) {
            throw new IllegalArgumentException("the log " + origin + " is signed by the key of that name, not by "
                    + MalformedException.excerpt(owner.name()));
        }
        return SignedNote.sign(text(), owner);
    }
}
