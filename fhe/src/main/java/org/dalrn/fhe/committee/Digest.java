package org.dalrn.fhe.committee;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** A SHA-256 value (32 bytes) that stands for a plan, an upload, a dealing or a set. Immutable. */
public final class Digest {
    /** Length in bytes. */
    public static final int SIZE_BYTES = 32;

    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    static Digest wrap(byte[] bytes) {
        return new Digest(bytes);
    }

    /**
     * The digest with these bytes, copied.
     *
     * @param bytes 32 bytes
     * @return the digest
     * @throws IllegalArgumentException if the length is not 32
     */
    public static Digest of(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        if (bytes.length != SIZE_BYTES) {
            throw new IllegalArgumentException("digest has " + bytes.length + " bytes; a SHA-256 value has 32");
        }
        return new Digest(bytes.clone());
    }

    byte[] bytes() {
        return bytes;
    }

    /**
     * A copy of the 32 bytes.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The 64 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
