package org.dalrn.podp;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A SHA-256 digest: 32 bytes, written as 64 lower-case hexadecimal characters.
 *
 * <p>Ordered as unsigned bytes, which is the order of the text. Immutable and thread-safe.
 *
 * <p>Source: FIPS 180-4, section 6.2.
 */
public final class Sha256Hash implements Comparable<Sha256Hash> {

    /** Length of a hash, in bytes. */
    public static final int SIZE_BYTES = 32;

    private static final HexFormat HEX = HexFormat.of();

    private final byte[] bytes;

    private Sha256Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The hash of the concatenation of {@code parts}, without any separator between them. */
    public static Sha256Hash of(byte[]... parts) {
        MessageDigest digest = newDigest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return new Sha256Hash(digest.digest());
    }

    /** A new SHA-256 computation for data that arrives in pieces; finish it with {@link #finish}. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("bug: every Java platform has SHA-256", missing);
        }
    }

    /** The hash of what a computation was given; the computation begins anew. */
    public static Sha256Hash finish(MessageDigest digest) {
        return ofBytes(digest.digest());
    }

    /**
     * Takes an already computed digest; the array is copied.
     *
     * @param digest exactly 32 bytes
     * @throws MalformedException if the length is another
     */
    public static Sha256Hash ofBytes(byte[] digest) {
        if (digest.length != SIZE_BYTES) {
            throw new MalformedException("a SHA-256 hash has 32 bytes, not " + digest.length);
        }
        return new Sha256Hash(digest.clone());
    }

    /**
     * Copies 32 bytes out of a larger array.
     *
     * @throws IndexOutOfBoundsException if they do not lie inside the array
     */
    public static Sha256Hash ofBytes(byte[] source, int from) {
        Objects.checkFromIndexSize(from, SIZE_BYTES, source.length);
        return new Sha256Hash(Arrays.copyOfRange(source, from, from + SIZE_BYTES));
    }

    /**
     * Reads the hexadecimal form.
     *
     * @param hex 64 characters of {@code [0-9a-f]}; upper case is refused so that a hash has one spelling
     * @throws MalformedException if {@code hex} is anything else
     */
    public static Sha256Hash parse(String hex) {
        boolean lowerCaseHex = hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (hex.length() != 2 * SIZE_BYTES || !lowerCaseHex) {
            throw new MalformedException("'" + MalformedException.excerpt(hex)
                    + "' is no SHA-256 hash; allowed are 64 characters of [0-9a-f]");
        }
        return new Sha256Hash(HEX.parseHex(hex));
    }

    /** Returns a copy of the 32 bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** Writes the 32 bytes into an array, from an index on. */
    public void copyTo(byte[] target, int from) {
        System.arraycopy(bytes, 0, target, from, SIZE_BYTES);
    }

    /** Writes the 32 bytes into a buffer. */
    public void copyTo(ByteBuffer target) {
        target.put(bytes);
    }

    /** Feeds the 32 bytes to a computation. */
    public void update(MessageDigest digest) {
        digest.update(bytes);
    }

    @Override
    public int compareTo(Sha256Hash other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256Hash that && Arrays.equals(bytes, that.bytes);
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
