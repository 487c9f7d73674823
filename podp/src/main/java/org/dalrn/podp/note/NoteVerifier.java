package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/**
 * A key that is trusted under a name, and for one kind of signature.
 *
 * @param name the name that its lines carry: not empty, no white space, no plus sign
 * @param key the public key
 * @param algorithm what it signs
 */
public record NoteVerifier(String name, Ed25519PublicKey key, NoteAlgorithm algorithm) {

    private static final HexFormat HEX = HexFormat.of();

    /**
     * Creates it.
     *
     * @throws IllegalArgumentException if the name cannot be a key's
     */
    public NoteVerifier {
        NoteText.requireKeyName(name);
        requireNonNull(key, "key");
        requireNonNull(algorithm, "algorithm");
    }

    /**
     * A key that signs notes themselves, as the owner of a log does.
     *
     * @param name a log's origin
     * @param key the public key
     * @throws IllegalArgumentException if the name cannot be a key's
     */
    public NoteVerifier(String name, Ed25519PublicKey key) {
        this(name, key, NoteAlgorithm.ED25519);
    }

    /** The key of a witness, which signs checkpoints together with a time. */
    public static NoteVerifier ofWitness(String name, Ed25519PublicKey key) {
        return new NoteVerifier(name, key, NoteAlgorithm.COSIGNATURE_V1);
    }

    /**
     * Reads a verifier key.
     *
     * @param vkey {@code <name>+<key id in 8 lower-case hexadecimal digits>+<base64 of type and key>}
     * @throws MalformedException if it is anything else, of another type, or if the id is not that of the key
     */
    public static NoteVerifier parse(String vkey) {
        String[] parts = vkey.split("\\+", 3);
        if (parts.length != 3 || !NoteText.isKeyName(parts[0]) || !parts[1].matches("[0-9a-f]{8}")) {
            throw new MalformedException(
                    "'" + MalformedException.excerpt(vkey) + "' is no verifier key: name+8 hexadecimal digits+base64");
        }
        byte[] typed = NoteText.parseBase64(parts[2], "the key of " + MalformedException.excerpt(parts[0]));
        if (typed.length != 1 + Ed25519PublicKey.SIZE_BYTES) {
            throw new MalformedException("the key of " + MalformedException.excerpt(parts[0]) + " has " + typed.length
                    + " bytes; a type and an Ed25519 key have 33");
        }
        NoteVerifier verifier = new NoteVerifier(
                parts[0],
                Ed25519PublicKey.of(Arrays.copyOfRange(typed, 1, typed.length)),
                NoteAlgorithm.ofType(Byte.toUnsignedInt(typed[0])));
        if (!parts[1].equals(HEX.toHexDigits(verifier.keyId()))) {
            throw new MalformedException("the key of " + MalformedException.excerpt(parts[0]) + " has the id "
                    + HEX.toHexDigits(verifier.keyId()) + ", not " + parts[1]);
        }
        return verifier;
    }

    /** First four bytes of {@code SHA-256(name || "\n" || type || key)}, big-endian. */
    public int keyId() {
        byte[] start = (name + "\n").getBytes(StandardCharsets.UTF_8);
        Sha256Hash hash = Sha256Hash.of(start, new byte[] {(byte) algorithm.type()}, key.toByteArray());
        return ByteBuffer.wrap(hash.toByteArray()).getInt();
    }

    /** The verifier key: {@code <name>+<id>+<base64 of type and key>}. */
    public String vkey() {
        byte[] typed = ByteBuffer.allocate(1 + Ed25519PublicKey.SIZE_BYTES)
                .put((byte) algorithm.type())
                .put(key.toByteArray())
                .array();
        return name + "+" + HEX.toHexDigits(keyId()) + "+" + NoteText.base64(typed);
    }

    /** True if a line claims to be by this key: its name and id are the key's. */
    public boolean isNamedBy(NoteSignature line) {
        return line.name().equals(name) && line.keyId() == keyId();
    }

    /**
     * Whether a line is this key's signature of a note.
     *
     * @param text the text of the note, with its last line feed
     */
    public boolean verify(String text, NoteSignature line) {
        requireNonNull(text, "text");
        if (!isNamedBy(line) || line.size() != algorithm.signatureBytes()) {
            return false;
        }
        byte[] signature = line.signature();
        if (algorithm == NoteAlgorithm.ED25519) {
            return key.verify(text.getBytes(StandardCharsets.UTF_8), signature);
        }
        long time = ByteBuffer.wrap(signature).getLong();
        return time >= 0
                && key.verify(
                        Cosignature.message(time, text), Arrays.copyOfRange(signature, Long.BYTES, signature.length));
    }

    /** Returns {@link #vkey()}. */
    @Override
    public String toString() {
        return vkey();
    }
}
