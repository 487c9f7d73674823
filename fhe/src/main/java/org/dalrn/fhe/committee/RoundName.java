package org.dalrn.fhe.committee;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The 32 bytes that name one round for ever: a member commits to one plan and one set per name. Immutable.
 *
 * <p>The organiser of the round draws them at random or hashes the round's facts.
 */
public final class RoundName {
    /** Length in bytes. */
    public static final int SIZE_BYTES = 32;

    private final byte[] bytes;

    private RoundName(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The name with these bytes, copied.
     *
     * @param bytes 32 bytes
     * @return the name
     * @throws IllegalArgumentException if the length is not 32
     */
    public static RoundName of(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        if (bytes.length != SIZE_BYTES) {
            throw new IllegalArgumentException("round name has " + bytes.length + " bytes; give 32");
        }
        return new RoundName(bytes.clone());
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
        return other instanceof RoundName that && Arrays.equals(bytes, that.bytes);
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
