package org.dalrn.fhe.committee;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hybrid public key encryption (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-128-GCM.
 *
 * <p>One-shot use only: {@link #seal} gives {@code enc (32) ‖ ciphertext ‖ tag (16)}. Base mode does not authenticate
 * the sender; whatever is sealed in this package is signed as well. Stateless, thread-safe.
 */
public final class Hpke {
    /** How much longer than its plaintext a sealed payload is: encapsulated key and tag. */
    public static final int OVERHEAD_BYTES = 48;

    static final int ENC_BYTES = 32;
    private static final int TAG_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int KEY_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final byte[] NONE = {};
    private static final byte[] VERSION = ascii("HPKE-v1");
    /** {@code "KEM" ‖ 0x0020}. */
    private static final byte[] KEM_SUITE = concat(ascii("KEM"), new byte[] {0, 0x20});
    /** {@code "HPKE" ‖ 0x0020 ‖ 0x0001 ‖ 0x0001}. */
    private static final byte[] SUITE = concat(ascii("HPKE"), new byte[] {0, 0x20, 0, 1, 0, 1});

    private Hpke() {}

    /**
     * Seals.
     *
     * @param to whose key opens it
     * @param info what the exchange is for
     * @param aad what must be the same at opening
     * @param plaintext what is sealed
     * @param random the source of the ephemeral key
     * @return encapsulated key, ciphertext, tag: {@value #OVERHEAD_BYTES} bytes more than the plaintext
     */
    public static byte[] seal(HpkePublicKey to, byte[] info, byte[] aad, byte[] plaintext, SecureRandom random) {
        HpkePrivateKey ephemeral = HpkePrivateKey.generate(random);
        try {
            return seal(to, ephemeral, info, aad, plaintext);
        } finally {
            ephemeral.destroy();
        }
    }

    /** Seals with an ephemeral key that must never be used for another message. */
    static byte[] seal(HpkePublicKey to, HpkePrivateKey ephemeral, byte[] info, byte[] aad, byte[] plaintext) {
        try {
            byte[] ciphertext = sender(to, ephemeral, info).seal(aad, plaintext);
            return concat(ephemeral.publicKey().bytes(), ciphertext);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("bug: a public key of small order passed its constructor", e);
        }
    }

    /**
     * Opens what {@link #seal} gave.
     *
     * @param own the key it was sealed to
     * @param info as at sealing
     * @param aad as at sealing
     * @param payload what was sealed
     * @return the plaintext
     * @throws GeneralSecurityException if it was not sealed to this key with this info and aad
     */
    public static byte[] open(HpkePrivateKey own, byte[] info, byte[] aad, byte[] payload)
            throws GeneralSecurityException {
        if (payload.length < OVERHEAD_BYTES) {
            throw new GeneralSecurityException("the payload is shorter than its key and tag");
        }
        byte[] enc = Arrays.copyOf(payload, ENC_BYTES);
        return receiver(own, enc, info).open(aad, Arrays.copyOfRange(payload, ENC_BYTES, payload.length));
    }

    /** DeriveKeyPair of RFC 9180 §7.1.3. */
    static HpkePrivateKey deriveKeyPair(byte[] inputKeyMaterial) {
        byte[] prk = labeledExtract(KEM_SUITE, NONE, "dkp_prk", inputKeyMaterial);
        return HpkePrivateKey.wrap(labeledExpand(KEM_SUITE, prk, "sk", NONE, X25519.SIZE_BYTES));
    }

    /** SetupBaseS of RFC 9180 §5.1.1. */
    static Context sender(HpkePublicKey to, HpkePrivateKey ephemeral, byte[] info) throws InvalidKeyException {
        return context(ephemeral, to.bytes(), ephemeral.publicKey().bytes(), to.bytes(), info);
    }

    /** SetupBaseR of RFC 9180 §5.1.1. */
    static Context receiver(HpkePrivateKey own, byte[] enc, byte[] info) throws InvalidKeyException {
        return context(own, enc, enc, own.publicKey().bytes(), info);
    }

    private static Context context(HpkePrivateKey own, byte[] peer, byte[] enc, byte[] receiver, byte[] info)
            throws InvalidKeyException {
        byte[] scalar = own.copyScalar();
        byte[] dh;
        try {
            dh = X25519.agree(scalar, peer);
        } finally {
            Arrays.fill(scalar, (byte) 0);
        }
        byte[] eaePrk = labeledExtract(KEM_SUITE, NONE, "eae_prk", dh);
        byte[] shared = labeledExpand(KEM_SUITE, eaePrk, "shared_secret", concat(enc, receiver), HASH_BYTES);
        byte[] schedule = concat(
                new byte[] {0},
                labeledExtract(SUITE, NONE, "psk_id_hash", NONE),
                labeledExtract(SUITE, NONE, "info_hash", info));
        byte[] secret = labeledExtract(SUITE, shared, "secret", NONE);
        Context context = new Context(
                labeledExpand(SUITE, secret, "key", schedule, KEY_BYTES),
                labeledExpand(SUITE, secret, "base_nonce", schedule, NONCE_BYTES),
                labeledExpand(SUITE, secret, "exp", schedule, HASH_BYTES));
        Arrays.fill(dh, (byte) 0);
        Arrays.fill(eaePrk, (byte) 0);
        Arrays.fill(shared, (byte) 0);
        Arrays.fill(secret, (byte) 0);
        return context;
    }

    /** The encryption context of RFC 9180 §5.2; its sequence number begins at 0. Confined to one thread. */
    static final class Context {
        private final byte[] key;
        private final byte[] baseNonce;
        private final byte[] exporterSecret;
        private long sequence;

        private Context(byte[] key, byte[] baseNonce, byte[] exporterSecret) {
            this.key = key;
            this.baseNonce = baseNonce;
            this.exporterSecret = exporterSecret;
        }

        byte[] seal(byte[] aad, byte[] plaintext) {
            try {
                return cipher(Cipher.ENCRYPT_MODE, aad).doFinal(plaintext);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JDK has no AES-GCM; run on JDK 17 or newer", e);
            }
        }

        byte[] open(byte[] aad, byte[] ciphertext) throws GeneralSecurityException {
            return cipher(Cipher.DECRYPT_MODE, aad).doFinal(ciphertext);
        }

        byte[] export(byte[] exporterContext, int length) {
            return labeledExpand(SUITE, exporterSecret, "sec", exporterContext, length);
        }

        private Cipher cipher(int mode, byte[] aad) throws GeneralSecurityException {
            byte[] nonce = baseNonce.clone();
            for (int i = 0; i < Long.BYTES; i++) {
                nonce[NONCE_BYTES - 1 - i] ^= (byte) (sequence >>> (8 * i));
            }
            sequence = Math.incrementExact(sequence);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG_BYTES, nonce));
            cipher.updateAAD(aad);
            return cipher;
        }
    }

    private static byte[] labeledExtract(byte[] suite, byte[] salt, String label, byte[] inputKeyMaterial) {
        return hmac(salt, concat(VERSION, suite, ascii(label), inputKeyMaterial));
    }

    private static byte[] labeledExpand(byte[] suite, byte[] prk, String label, byte[] info, int length) {
        if (length > HASH_BYTES) {
            throw new IllegalStateException("bug: one HKDF block has 32 bytes, " + length + " wanted");
        }
        byte[] lengthBytes = {(byte) (length >>> 8), (byte) length};
        byte[] counter = {1};
        return Arrays.copyOf(hmac(prk, concat(lengthBytes, VERSION, suite, ascii(label), info, counter)), length);
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            // HMAC pads keys with zeros, and the JDK refuses empty ones.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[HASH_BYTES] : key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256; run on JDK 17 or newer", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length = Math.addExact(length, part.length);
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
