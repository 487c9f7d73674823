package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.HexFormat;
import org.dalrn.podp.MalformedException;

/**
 * The 64 bytes of an Ed25519 signature, written as 128 lower-case hexadecimal characters. Immutable and thread-safe.
 *
 * <p>Source: RFC 8032, section 5.1.6.
 */
public final class Ed25519Signature {

    private static final HexFormat HEX = HexFormat.of();

    private final byte[] bytes;

    private Ed25519Signature(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes the bytes; the array is copied.
     *
     * @throws MalformedException if they are not 64
     */
    public static Ed25519Signature of(byte[] signature) {
        if (signature.length != Ed25519PublicKey.SIGNATURE_BYTES) {
            throw new MalformedException("an Ed25519 signature has 64 bytes, not " + signature.length);
        }
        return new Ed25519Signature(signature.clone());
    }

    /**
     * Reads the hexadecimal form.
     *
     * @param hex 128 characters of {@code [0-9a-f]}
     * @throws MalformedException if {@code hex} is anything else
     */
    public static Ed25519Signature parse(String hex) {
        requireNonNull(hex, "hex");
        boolean lowerCaseHex = hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (hex.length() != 2 * Ed25519PublicKey.SIGNATURE_BYTES || !lowerCaseHex) {
            throw new MalformedException("'" + MalformedException.excerpt(hex)
                    + "' is no Ed25519 signature; allowed are 128 characters of [0-9a-f]");
        }
        return new Ed25519Signature(HEX.parseHex(hex));
    }

    /** Returns a copy of the 64 bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ed25519Signature that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns the 128 lower-case hexadecimal characters. */
    @Override
    public String toString() {
        return HEX.formatHex(bytes);
    }
}
