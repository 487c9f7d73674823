package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * The entry by which a log's key hands over to another.
 *
 * <p>Both keys sign {@code "dalrn/key-rotation/v1\n<origin>\n<index>\n<from>\n<to>\n"}, keys in hexadecimal: the old
 * one to authorise, the new one to prove that somebody has it.
 *
 * @param origin the log
 * @param index the entry's place in the log, from 0 on
 * @param from the key in force until then
 * @param to the key in force for every checkpoint that covers the entry
 * @param byFrom the old key's signature
 * @param byTo the new key's signature
 */
public record KeyRotation(
        String origin,
        long index,
        Ed25519PublicKey from,
        Ed25519PublicKey to,
        Ed25519Signature byFrom,
        Ed25519Signature byTo)
        implements KeyEvent {

    /**
     * Creates it; whether it is authorised is for {@link KeyHistory} to say.
     *
     * @throws IllegalArgumentException if the origin or the index is not allowed
     */
    public KeyRotation {
        NoteText.requireKeyName(origin);
        NoteText.requireIndex(index);
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        requireNonNull(byFrom, "byFrom");
        requireNonNull(byTo, "byTo");
    }

    /**
     * Signs a rotation with both keys.
     *
     * @param origin the log
     * @param index where the entry will stand
     */
    public static KeyRotation sign(String origin, long index, NoteSigner from, NoteSigner to) {
        byte[] message = message(origin, index, from.publicKey(), to.publicKey());
        return new KeyRotation(
                origin,
                index,
                from.publicKey(),
                to.publicKey(),
                Ed25519Signature.of(SignedNote.signature(from, message)),
                Ed25519Signature.of(SignedNote.signature(to, message)));
    }

    boolean isSignedByOld() {
        return from.verify(message(origin, index, from, to), byFrom.toByteArray());
    }

    boolean isSignedByNew() {
        return to.verify(message(origin, index, from, to), byTo.toByteArray());
    }

    private static byte[] message(String origin, long index, Ed25519PublicKey from, Ed25519PublicKey to) {
        return ("dalrn/key-rotation/v1\n" + origin + "\n" + index + "\n" + from + "\n" + to + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
