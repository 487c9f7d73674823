package org.dalrn.fhe.committee;

import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** An X25519 public key (RFC 7748, 32 bytes) to which shares or answers are sealed with HPKE (RFC 9180). Immutable. */
public final class HpkePublicKey {
    /** Length in bytes. */
    public static final int SIZE_BYTES = 32;

    private final byte[] bytes;

    private HpkePublicKey(byte[] bytes) {
        this.bytes = bytes;
    }

    static HpkePublicKey wrap(byte[] bytes) {
        return new HpkePublicKey(bytes);
    }

    /**
     * The key with these bytes, copied.
     *
     * @param bytes the 32 bytes of RFC 7748 §5
     * @return the key
     * @throws IllegalArgumentException if the length is not 32 or the point has small order, so that anyone could
     *     compute what is sealed to it (RFC 7748 §6.1)
     */
    public static HpkePublicKey of(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        if (bytes.length != SIZE_BYTES) {
            throw new IllegalArgumentException("X25519 public key has " + bytes.length + " bytes; give 32");
        }
        // Every clamped scalar is a multiple of the cofactor, so any of them finds a point of small order.
        byte[] anyScalar = new byte[SIZE_BYTES];
        try {
            X25519.agree(anyScalar, bytes);
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException(
                    "X25519 public key is a point of small order; ask its owner for a generated key", e);
        }
        return new HpkePublicKey(bytes.clone());
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
        return other instanceof HpkePublicKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The 64 hexadecimal digits: a public key is no secret. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
