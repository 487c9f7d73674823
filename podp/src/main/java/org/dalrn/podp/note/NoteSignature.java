package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.dalrn.podp.MalformedException;

/**
 * One signature line of a note: the name of a key, the four bytes of its id, and the signature's bytes. By itself it
 * says nothing; {@link NoteVerifier} verifies it.
 *
 * <p>Its text is {@code "— <name> <base64 of id and signature>"}. Immutable and thread-safe.
 *
 * <p>Source: C2SP signed-note, section Signatures.
 */
public final class NoteSignature {

    private static final String DASH = "\u2014 ";

    private final String name;
    private final int keyId;
    private final byte[] signature;

    private NoteSignature(String name, int keyId, byte[] signature) {
        this.name = name;
        this.keyId = keyId;
        this.signature = signature;
    }

    static NoteSignature of(String name, int keyId, byte[] signature) {
        NoteText.requireKeyName(name);
        return new NoteSignature(name, keyId, signature.clone());
    }

    /**
     * Reads a line.
     *
     * @param line without its line feed
     * @throws MalformedException if it is no signature line
     */
    public static NoteSignature parse(String line) {
        requireNonNull(line, "line");
        int space = line.indexOf(' ', DASH.length());
        if (!line.startsWith(DASH) || space < 0) {
            throw new MalformedException("'" + MalformedException.excerpt(line)
                    + "' is no signature line: an em dash, a space, a name, a space and base64");
        }
        String name = line.substring(DASH.length(), space);
        if (!NoteText.isKeyName(name)) {
            throw new MalformedException("'" + MalformedException.excerpt(name)
                    + "' cannot name a key: a name is not empty and has no white space and no plus sign");
        }
        byte[] bytes =
                NoteText.parseBase64(line.substring(space + 1), "the signature of " + MalformedException.excerpt(name));
        if (bytes.length <= Integer.BYTES) {
            throw new MalformedException("the signature of " + MalformedException.excerpt(name) + " has " + bytes.length
                    + " bytes; it begins with 4 bytes of key id and more follow");
        }
        return new NoteSignature(
                name, ByteBuffer.wrap(bytes).getInt(), Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
    }

    /** Name of the key. */
    public String name() {
        return name;
    }

    /** First four bytes of the key's id, big-endian. */
    public int keyId() {
        return keyId;
    }

    /** Returns a copy of what follows the key id. */
    public byte[] signature() {
        return signature.clone();
    }

    /** Length of what follows the key id, in bytes. */
    public int size() {
        return signature.length;
    }

    /** The line, without its line feed. */
    public String line() {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES + signature.length)
                .putInt(keyId)
                .put(signature)
                .array();
        return DASH + name + " " + NoteText.base64(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteSignature that
                && name.equals(that.name)
                && keyId == that.keyId
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return (31 * name.hashCode() + keyId) * 31 + Arrays.hashCode(signature);
    }

    /** Returns {@link #line()}. */
    @Override
    public String toString() {
        return line();
    }
}
