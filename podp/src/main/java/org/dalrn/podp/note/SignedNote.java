package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dalrn.podp.MalformedException;

/**
 * A text with the signatures of one or more keys.
 *
 * <p>The text means nothing before {@link #check} has found a trusted signature. A note is
 * {@code <text> "\n" <signature lines>}: the text ends in a line feed and is told from the signatures by the last empty
 * line. Each note has one spelling: what is parsed is written again to the same bytes.
 *
 * <p>At most 256 KiB and 64 signature lines. Immutable and thread-safe.
 *
 * <p>Source: C2SP signed-note.
 */
public final class SignedNote {

    /** Largest note, in bytes. */
    public static final int MOST_BYTES = 1 << 18;

    /** Most signature lines. */
    public static final int MOST_SIGNATURES = 64;

    private final String text;
    private final List<NoteSignature> signatures;

    private SignedNote(String text, List<NoteSignature> signatures) {
        this.text = text;
        this.signatures = signatures;
    }

    /**
     * Reads a note.
     *
     * @throws MalformedException if it is none: not UTF-8, a control character, too large, no empty line, no signature
     *     line, the same line twice, or a line that is none
     */
    public static SignedNote parse(byte[] note) {
        if (note.length > MOST_BYTES) {
            throw new MalformedException("a note of " + note.length + " bytes; at most " + MOST_BYTES + " are allowed");
        }
        String whole = NoteText.decode(note, "a note");
        int emptyLine = whole.lastIndexOf("\n\n");
        if (emptyLine < 0 || emptyLine + 2 == whole.length() || !whole.endsWith("\n")) {
            throw new MalformedException(
                    "a note is a text, an empty line and signature lines that each end in a line feed; this one begins '"
                            + MalformedException.excerpt(whole) + "'");
        }
        String below = whole.substring(emptyLine + 2, whole.length() - 1);
        if (below.chars().filter(c -> c == '\n').count() >= MOST_SIGNATURES) {
            throw new MalformedException("a note has at most " + MOST_SIGNATURES + " signature lines");
        }
        // A copy of a line would be verified like the line, and yet nobody put it there.
        Set<NoteSignature> signatures = new LinkedHashSet<>();
        for (String line : below.split("\n", -1)) {
            if (!signatures.add(NoteSignature.parse(line))) {
                throw new MalformedException(
                        "a note has the signature line '" + MalformedException.excerpt(line) + "' twice");
            }
        }
        return new SignedNote(whole.substring(0, emptyLine + 1), List.copyOf(signatures));
    }

    /**
     * Signs a text.
     *
     * @param text ends in a line feed; well-formed Unicode without other control characters
     * @throws IllegalArgumentException if the text is another
     * @throws IllegalStateException if the signer signs wrongly
     */
    public static SignedNote sign(String text, NoteSigner signer) {
        requireNonNull(text, "text");
        if (!text.endsWith("\n") || !NoteText.isPlain(text)) {
            throw new IllegalArgumentException(
                    "the text of a note ends in a line feed, is well-formed Unicode and has no"
                            + " control characters but line feeds; this one begins '" + MalformedException.excerpt(text)
                            + "'");
        }
        NoteVerifier verifier = new NoteVerifier(signer.name(), signer.publicKey());
        byte[] signature = signature(signer, text.getBytes(StandardCharsets.UTF_8));
        return bounded(text, List.of(NoteSignature.of(signer.name(), verifier.keyId(), signature)));
    }

    /**
     * This note with one more line at its end; a line that is already there is not repeated.
     *
     * @throws IllegalArgumentException if the note would get too large
     */
    public SignedNote with(NoteSignature line) {
        if (signatures.contains(requireNonNull(line, "line"))) {
            return this;
        }
        List<NoteSignature> more = new ArrayList<>(signatures);
        more.add(line);
        return bounded(text, List.copyOf(more));
    }

    /**
     * This note with those of its lines only that these keys signed, each once.
     *
     * @throws IllegalArgumentException if there is none
     */
    public SignedNote signedBy(Collection<NoteVerifier> keys) {
        List<NoteSignature> kept = check(keys).lines(NoteCheck.Status.VERIFIED).stream()
                .map(NoteCheck.Line::signature)
                .distinct()
                .toList();
        if (kept.isEmpty()) {
            throw new IllegalArgumentException("none of these keys signed the note");
        }
        return new SignedNote(text, kept);
    }

    /** The text with its last line feed. It means nothing before a trusted signature was found. */
    public String text() {
        return text;
    }

    /** The signature lines, at least one, in their order. */
    public List<NoteSignature> signatures() {
        return signatures;
    }

    /**
     * Asks the trusted keys about each line. A line that names a key is verified; if several trusted keys share name
     * and id, one of them must have signed.
     */
    public NoteCheck check(Collection<NoteVerifier> trusted) {
        List<NoteCheck.Line> lines = new ArrayList<>();
        for (NoteSignature signature : signatures) {
            lines.add(check(lines.size(), signature, trusted));
        }
        return new NoteCheck(lines);
    }

    private NoteCheck.Line check(int number, NoteSignature signature, Collection<NoteVerifier> trusted) {
        Optional<NoteVerifier> named = Optional.empty();
        for (NoteVerifier key : trusted) {
            if (key.isNamedBy(signature)) {
                if (key.verify(text, signature)) {
                    return new NoteCheck.Line(number, signature, NoteCheck.Status.VERIFIED, Optional.of(key));
                }
                named = Optional.of(key);
            }
        }
        NoteCheck.Status status = named.isPresent() ? NoteCheck.Status.FAILED : NoteCheck.Status.UNKNOWN_KEY;
        return new NoteCheck.Line(number, signature, status, named);
    }

    /** The bytes of the note. */
    public byte[] toByteArray() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedNote that && text.equals(that.text) && signatures.equals(that.signatures);
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + signatures.hashCode();
    }

    /** Returns the whole note. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(text).append('\n');
        signatures.forEach(line -> out.append(line.line()).append('\n'));
        return out.toString();
    }

    /** A signature that is what the signer's public key verifies, whatever device made it. */
    static byte[] signature(NoteSigner signer, byte[] message) {
        byte[] signature = signer.sign(message);
        if (!signer.publicKey().verify(message, signature)) {
            throw new IllegalStateException("the signer of " + signer.name() + " made a signature that its public key "
                    + signer.publicKey() + " does not verify");
        }
        return signature;
    }

    private static SignedNote bounded(String text, List<NoteSignature> signatures) {
        SignedNote note = new SignedNote(text, signatures);
        if (signatures.size() > MOST_SIGNATURES || note.toByteArray().length > MOST_BYTES) {
            throw new IllegalArgumentException("a note has at most " + MOST_BYTES + " bytes and " + MOST_SIGNATURES
                    + " signature lines; this one would have " + note.toByteArray().length + " and "
                    + signatures.size());
        }
        return note;
    }
}
