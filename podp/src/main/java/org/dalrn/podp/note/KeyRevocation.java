package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * The entry by which checkpoints of a key lose their worth.
 *
 * <p>Signed is {@code "dalrn/key-revocation/v1\n<origin>\n<index>\n<key>\n<lastSize>\n<by>\n"}, keys in hexadecimal.
 *
 * @param origin the log
 * @param index the entry's place in the log, from 0 on
 * @param key the key that is revoked
 * @param lastSize the largest size of a checkpoint that the key's signature still counts for: from 0 to {@code index};
 *     0 if none should
 * @param by who revokes: the key itself, or the key in force
 * @param signature by {@code by}
 */
public record KeyRevocation(
        String origin, long index, Ed25519PublicKey key, long lastSize, Ed25519PublicKey by, Ed25519Signature signature)
        implements KeyEvent {

    /**
     * Creates it; whether it is authorised is for {@link KeyHistory} to say.
     *
     * @throws IllegalArgumentException if the origin, the index or the size is not allowed
     */
    public KeyRevocation {
        NoteText.requireKeyName(origin);
        NoteText.requireIndex(index);
        requireNonNull(key, "key");
        requireNonNull(by, "by");
        requireNonNull(signature, "signature");
        if (lastSize < 0 || lastSize > index) {
            throw new IllegalArgumentException("a revocation at entry " + index
                    + " ends a key's worth after a size from 0 to " + index + ", not after " + lastSize);
        }
    }

    /**
     * Signs a revocation.
     *
     * @param origin the log
     * @param index where the entry will stand
     * @param key the key that is revoked
     * @param lastSize the largest size that its checkpoints still count for
     * @param by the key itself, or the key in force
     */
    public static KeyRevocation sign(String origin, long index, Ed25519PublicKey key, long lastSize, NoteSigner by) {
        byte[] signature = SignedNote.signature(by, message(origin, index, key, lastSize, by.publicKey()));
        return new KeyRevocation(origin, index, key, lastSize, by.publicKey(), Ed25519Signature.of(signature));
    }

    boolean isSigned() {
        return by.verify(message(origin, index, key, lastSize, by), signature.toByteArray());
    }

    private static byte[] message(String origin, long index, Ed25519PublicKey key, long lastSize, Ed25519PublicKey by) {
        return ("dalrn/key-revocation/v1\n" + origin + "\n" + index + "\n" + key + "\n" + lastSize + "\n" + by + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
