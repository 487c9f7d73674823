package org.dalrn.protocol.signing;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Ed25519 (RFC 8032) by the JDK's provider, with raw 32-byte public keys. */
public final class Ed25519 {

    /** A raw public key has so many bytes. */
    public static final int PUBLIC_KEY_BYTES = 32;

    /** A signature has so many bytes. */
    public static final int SIGNATURE_BYTES = 64;

    /** What stands before the raw key in its X.509 form (RFC 8410). */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final String ALGORITHM = "Ed25519";

    private Ed25519() {}

    /** A new key pair from the platform's secure random source. */
    public static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java runtime has no Ed25519; use JDK 17 or newer", missing);
        }
    }

    /** The 32 bytes of a public key. */
    public static byte[] raw(PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null
                || encoded.length != X509_PREFIX.length + PUBLIC_KEY_BYTES
                || !Arrays.equals(encoded, 0, X509_PREFIX.length, X509_PREFIX, 0, X509_PREFIX.length)) {
            throw new IllegalArgumentException("a " + key.getAlgorithm() + " key is no Ed25519 public key");
        }
        return Arrays.copyOfRange(encoded, X509_PREFIX.length, encoded.length);
    }

    /**
     * The public key of 32 raw bytes.
     *
     * @throws InvalidKeyException if they are none
     */
    public static PublicKey publicKey(byte[] raw) throws InvalidKeyException {
        if (raw.length != PUBLIC_KEY_BYTES) {
            throw new InvalidKeyException(
                    "an Ed25519 public key has " + PUBLIC_KEY_BYTES + " bytes, these are " + raw.length);
        }
        byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + PUBLIC_KEY_BYTES);
        System.arraycopy(raw, 0, encoded, X509_PREFIX.length, PUBLIC_KEY_BYTES);
        try {
            PublicKey key = KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
            // The factory takes any 32 bytes; only a signature's start looks whether they are a point of the curve.
            Signature.getInstance(ALGORITHM).initVerify(key);
            return key;
        } catch (InvalidKeySpecException | InvalidKeyException invalid) {
            throw new InvalidKeyException("these 32 bytes are no Ed25519 public key", invalid);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java runtime has no Ed25519; use JDK 17 or newer", missing);
        }
    }

    /**
     * The private key of a PKCS#8 encoding.
     *
     * @throws InvalidKeyException if it is none
     */
    public static PrivateKey privateKey(byte[] pkcs8) throws InvalidKeyException {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException invalid) {
            throw new InvalidKeyException("these bytes are no PKCS#8 Ed25519 private key", invalid);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java runtime has no Ed25519; use JDK 17 or newer", missing);
        }
    }

    /** The 64-byte signature of a message. */
    public static byte[] sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException("the key does not sign Ed25519", refused);
        }
    }

    /** True if the signature of the message is by this key. */
    public static boolean verify(PublicKey key, byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException("the key does not verify Ed25519", refused);
        }
    }
}
