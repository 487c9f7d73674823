package org.dalrn.podp.witness;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.SignedNote;

/**
 * What a log sends to a witness: the size that the witness knows, the way from there to the new checkpoint, and the
 * checkpoint.
 *
 * <p>Its text is {@code old <size>}, a line of base64 for each hash, an empty line, and the note.
 *
 * @param oldSize size of the checkpoint that the witness cosigned last, 0 if none
 * @param proof hashes of the consistency proof, at most 63; of which length is for the witness to judge
 * @param note the checkpoint with its signatures
 */
public record AddCheckpointRequest(long oldSize, List<Sha256Hash> proof, SignedNote note) {

    /** Most hashes of a proof. */
    public static final int MOST_HASHES = 63;

    /** Largest request, in bytes: the first line, the hashes, the empty line and the note. */
    public static final int MOST_BYTES = 24 + MOST_HASHES * 45 + 1 + SignedNote.MOST_BYTES;

    private static final String OLD = "old ";
    private static final int MOST_DIGITS = 19;

    /** Characters of 32 bytes in base64. */
    private static final int HASH_CHARACTERS = 44;

    /**
     * Creates it.
     *
     * @throws IllegalArgumentException if the size is negative or there are more than 63 hashes
     */
    public AddCheckpointRequest {
        if (oldSize < 0) {
            throw new IllegalArgumentException("the old size is 0 or more, not " + oldSize);
        }
        proof = List.copyOf(proof);
        if (proof.size() > MOST_HASHES) {
            throw new IllegalArgumentException("a proof has at most 63 hashes, not " + proof.size());
        }
        requireNonNull(note, "note");
    }

    /**
     * Reads the body of a request.
     *
     * @throws MalformedException if it is none
     */
    public static AddCheckpointRequest parse(byte[] body) {
        if (body.length > MOST_BYTES) {
            throw new MalformedException(
                    "a request of " + body.length + " bytes; at most " + MOST_BYTES + " are allowed");
        }
        int from = 0;
        String first = line(body, from, OLD.length() + MOST_DIGITS);
        from += first.length() + 1;
        if (!first.startsWith(OLD)) {
            throw new MalformedException(
                    "a request begins with 'old' and a size, not with '" + MalformedException.excerpt(first) + "'");
        }
        List<Sha256Hash> proof = new ArrayList<>();
        String next = line(body, from, HASH_CHARACTERS);
        from += next.length() + 1;
        while (!next.isEmpty()) {
            if (proof.size() == MOST_HASHES) {
                throw new MalformedException("a proof has at most 63 hashes");
            }
            proof.add(hash(next));
            next = line(body, from, HASH_CHARACTERS);
            from += next.length() + 1;
        }
        long oldSize = size(first.substring(OLD.length()));
        return new AddCheckpointRequest(oldSize, proof, SignedNote.parse(Arrays.copyOfRange(body, from, body.length)));
    }

    /** The body of the request. */
    public byte[] toByteArray() {
        StringBuilder out = new StringBuilder(OLD).append(oldSize).append('\n');
        for (Sha256Hash hash : proof) {
            out.append(Base64.getEncoder().encodeToString(hash.toByteArray())).append('\n');
        }
        return out.append('\n').append(note).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A line of ASCII without its line feed; each character is one byte. */
    private static String line(byte[] body, int from, int mostCharacters) {
        int end = from;
        while (end < body.length && body[end] != '\n') {
            if (end - from == mostCharacters) {
                throw new MalformedException("a line above the checkpoint is longer than " + mostCharacters
                        + " characters; lines are 'old' and a size, and 44 characters of base64 each");
            }
            end++;
        }
        if (end == body.length) {
            throw new MalformedException("a request ends above the empty line that comes before the checkpoint");
        }
        try {
            return StandardCharsets.US_ASCII
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body, from, end - from))
                    .toString();
        } catch (CharacterCodingException notAscii) {
            throw new MalformedException("a line above the checkpoint is not ASCII", notAscii);
        }
    }

    private static Sha256Hash hash(String line) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(line);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(
                    "'" + MalformedException.excerpt(line) + "' is no hash; allowed are 32 bytes in base64", malformed);
        }
        if (bytes.length != Sha256Hash.SIZE_BYTES
                || !Base64.getEncoder().encodeToString(bytes).equals(line)) {
            throw new MalformedException("'" + MalformedException.excerpt(line)
                    + "' is no hash; allowed are 32 bytes in base64, padded, with zero spare bits");
        }
        return Sha256Hash.ofBytes(bytes);
    }

    private static long size(String digits) {
        boolean decimal = !digits.isEmpty()
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
        try {
            if (decimal) {
                return Long.parseLong(digits);
            }
        } catch (NumberFormatException tooLarge) {
            throw new MalformedException("the old size " + digits + " is not below 2^63", tooLarge);
        }
        throw new MalformedException("the old size '" + MalformedException.excerpt(digits)
                + "' is no decimal from 0 to 2^63 - 1 without leading zeros");
    }
}
