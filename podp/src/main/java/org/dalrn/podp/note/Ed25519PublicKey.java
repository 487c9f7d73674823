package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/**
 * A point of edwards25519 by which signatures are verified: 32 bytes, written as 64 lower-case hexadecimal characters.
 *
 * <p>Every instance is a point in its one canonical spelling, on the curve and not of small order. Verification
 * accepts a second half of a signature only in its one spelling too. Immutable and thread-safe.
 *
 * <p>Source: RFC 8032, sections 5.1.3 and 5.1.7. The verification is the JDK's: docs/adr/0016-ed25519-by-the-jdk.md.
 */
public final class Ed25519PublicKey {

    /** Length of a key, in bytes. */
    public static final int SIZE_BYTES = 32;

    /** Length of a signature, in bytes. */
    public static final int SIGNATURE_BYTES = 64;

    static final String ALGORITHM = "Ed25519";

    private static final HexFormat HEX = HexFormat.of();

    /** What stands before the 32 bytes in a key's X.509 form (RFC 8410). */
    private static final byte[] X509_PREFIX = HEX.parseHex("302a300506032b6570032100");

    private final byte[] raw;
    private final PublicKey key;

    private Ed25519PublicKey(byte[] raw, PublicKey key) {
        this.raw = raw;
        this.key = key;
    }

    /**
     * Takes 32 raw bytes; the array is copied.
     *
     * @throws MalformedException if they are not the canonical spelling of a point of the curve, or one of small order
     */
    public static Ed25519PublicKey of(byte[] bytes) {
        // Copied first: what is checked is what is used.
        byte[] raw = requireNonNull(bytes, "bytes").clone();
        if (raw.length != SIZE_BYTES) {
            throw new MalformedException("an Ed25519 public key has 32 bytes, not " + raw.length);
        }
        String fault = CurvePoint.faultOfPublicKey(raw);
        if (!fault.isEmpty()) {
            throw new MalformedException(HEX.formatHex(raw) + " is no Ed25519 public key: " + fault);
        }
        byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + SIZE_BYTES);
        System.arraycopy(raw, 0, encoded, X509_PREFIX.length, SIZE_BYTES);
        try {
            PublicKey key = KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
            return new Ed25519PublicKey(raw, key);
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException(
                    "this Java runtime does not take an Ed25519 public key; use JDK 17 or newer", refused);
        }
    }

    /**
     * Takes a key of the Java security API.
     *
     * @throws MalformedException if it is no Ed25519 key in X.509 form, or one that {@link #of(byte[])} refuses
     */
    public static Ed25519PublicKey of(PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null
                || encoded.length != X509_PREFIX.length + SIZE_BYTES
                || !Arrays.equals(encoded, 0, X509_PREFIX.length, X509_PREFIX, 0, X509_PREFIX.length)) {
            throw new MalformedException("a " + key.getAlgorithm() + " key is no Ed25519 public key");
        }
        return of(Arrays.copyOfRange(encoded, X509_PREFIX.length, encoded.length));
    }

    /**
     * Reads the hexadecimal form.
     *
     * @param hex 64 characters of {@code [0-9a-f]}
     * @throws MalformedException if {@code hex} is anything else, or no key
     */
    public static Ed25519PublicKey parse(String hex) {
        boolean lowerCaseHex = hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (hex.length() != 2 * SIZE_BYTES || !lowerCaseHex) {
            throw new MalformedException("'" + MalformedException.excerpt(hex)
                    + "' is no Ed25519 public key; allowed are 64 characters of [0-9a-f]");
        }
        return of(HEX.parseHex(hex));
    }

    /** Returns a copy of the 32 bytes. */
    public byte[] toByteArray() {
        return raw.clone();
    }

    /** SHA-256 of the 32 bytes: the name of an actor in a receipt. */
    public Sha256Hash keyId() {
        return Sha256Hash.of(raw);
    }

    /**
     * Whether a signature of a message is by this key. Any bytes may be given: what is no signature is by nobody.
     *
     * @return true only for 64 bytes whose second half is below the order of the base point and that fit the message
     */
    public boolean verify(byte[] message, byte[] signature) {
        requireNonNull(message, "message");
        if (signature.length != SIGNATURE_BYTES || !CurvePoint.isReducedScalar(signature)) {
            return false;
        }
        try {
            Signature verification = Signature.getInstance(ALGORITHM);
            verification.initVerify(key);
            verification.update(message);
            return verification.verify(signature);
        } catch (SignatureException noPoint) {
            // The JDK's way to say that the first half is no point of the curve.
            return false;
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("bug: the JDK refuses a checked Ed25519 public key", refused);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ed25519PublicKey that && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    /** Returns the 64 lower-case hexadecimal characters. */
    @Override
    public String toString() {
        return HEX.formatHex(raw);
    }
}
