package org.dalrn.fhe.committee;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * An Ed25519 public key (RFC 8032, 32 bytes): the lasting identity of a dealer or member. Immutable.
 *
 * <p>The bytes are not checked to be a curve point: a key that is none verifies nothing.
 */
public final class VerifyingKey {
    /** Length in bytes. */
    public static final int SIZE_BYTES = 32;

    /** Length of a signature in bytes. */
    public static final int SIGNATURE_BYTES = 64;

    /** SubjectPublicKeyInfo of Ed25519 (RFC 8410) up to the 32 key bytes. */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final byte[] bytes;

    private VerifyingKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The key with these bytes, copied.
     *
     * @param bytes the 32 bytes of RFC 8032 §5.1.5
     * @return the key
     * @throws IllegalArgumentException if the length is not 32
     */
    public static VerifyingKey of(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        if (bytes.length != SIZE_BYTES) {
            throw new IllegalArgumentException("Ed25519 public key has " + bytes.length + " bytes; give 32");
        }
        return new VerifyingKey(bytes.clone());
    }

    static VerifyingKey of(PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null
                || encoded.length != X509_PREFIX.length + SIZE_BYTES
                || !Arrays.equals(encoded, 0, X509_PREFIX.length, X509_PREFIX, 0, X509_PREFIX.length)) {
            throw new IllegalArgumentException("public key of algorithm " + key.getAlgorithm()
                    + " is not an Ed25519 key; generate one of Ed25519");
        }
        return new VerifyingKey(Arrays.copyOfRange(encoded, X509_PREFIX.length, encoded.length));
    }

    /**
     * Whether the signature of these bytes is this key's.
     *
     * @param message what was signed
     * @param signature 64 bytes; of another length it is nobody's
     * @return false for any malformed key or signature
     */
    public boolean verifies(byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + SIZE_BYTES);
            System.arraycopy(bytes, 0, encoded, X509_PREFIX.length, SIZE_BYTES);
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false;
        } catch (java.security.InvalidKeyException | java.security.spec.InvalidKeySpecException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "this JDK has no Ed25519; run on JDK 17 or newer with its SunEC provider", e);
        }
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
        return other instanceof VerifyingKey that && Arrays.equals(bytes, that.bytes);
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
