package org.dalrn.core.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The SHA-256 digest of some bytes, used as their name.
 *
 * <p>Ordered as 32 unsigned bytes, which is the order of the hexadecimal text. Immutable and thread-safe.
 *
 * <p>Source: FIPS 180-4, section 6.2.
 */
public final class ContentHash implements Comparable<ContentHash> {
    /** Length of a hash, in bytes. */
    public static final int SIZE_BYTES = 32;

    private static final HexFormat HEX = HexFormat.of();

    private final byte[] bytes;

    private ContentHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Hashes {@code data}; the same as {@link #sha256 sha256(data)}. */
    public static ContentHash of(byte[] data) {
        return sha256(data);
    }

    /** Hashes the concatenation of {@code parts}, without any separator between them. */
    public static ContentHash sha256(byte[]... parts) {
        MessageDigest digest = newDigest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return new ContentHash(digest.digest());
    }

    /**
     * Takes an already computed digest; the array is copied.
     *
     * @param digest exactly 32 bytes
     * @throws IllegalArgumentException if the length is not 32
     */
    public static ContentHash ofBytes(byte[] digest) {
        if (digest.length != SIZE_BYTES) {
            throw new IllegalArgumentException("content hash has " + digest.length
                    + " bytes, not 32; pass the raw SHA-256 digest, or hash data with ContentHash.of");
        }
        return new ContentHash(digest.clone());
    }

    /**
     * Reads the hexadecimal form.
     *
     * @param hex 64 characters of {@code [0-9a-f]}; upper case is refused so that a hash has one spelling
     * @throws IllegalArgumentException if {@code hex} is anything else
     */
    public static ContentHash parse(String hex) {
        Objects.requireNonNull(hex, "hex");
        boolean lowerCaseHex = hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (hex.length() != 2 * SIZE_BYTES || !lowerCaseHex) {
            throw new IllegalArgumentException("content hash " + IdentifierSyntax.quote(hex)
                    + " is not 64 characters of [0-9a-f]; use the lower-case hexadecimal SHA-256");
        }
        return new ContentHash(HEX.parseHex(hex));
    }

    /** Returns a new SHA-256 computation for data that arrives in pieces; finish it with {@link #ofBytes}. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every Java platform has SHA-256", e);
        }
    }

    /** Returns a copy of the 32 bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public int compareTo(ContentHash other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContentHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns the 64 lower-case hexadecimal characters. */
    @Override
    public String toString() {
        return HEX.formatHex(bytes);
    }
}
