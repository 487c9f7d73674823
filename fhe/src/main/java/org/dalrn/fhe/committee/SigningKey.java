package org.dalrn.fhe.committee;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.Objects;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 private key (RFC 8032) with its public one: how a dealer or member signs.
 *
 * <p>It has no export: a key that must outlive the process is generated and kept as a {@link KeyPair} by the caller.
 * {@link #destroy} drops the reference; the JDK gives no way to overwrite the bytes inside its own key object.
 * Thread-safe.
 */
public final class SigningKey implements Destroyable {
    private final VerifyingKey verifyingKey;
    private volatile @Nullable PrivateKey privateKey;

    private SigningKey(PrivateKey privateKey, VerifyingKey verifyingKey) {
        this.privateKey = privateKey;
        this.verifyingKey = verifyingKey;
    }

    /**
     * Draws a new key.
     *
     * @param random its source
     * @return the key
     */
    public static SigningKey generate(SecureRandom random) {
        Objects.requireNonNull(random, "random");
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, random);
            KeyPair pair = generator.generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerifyingKey.of(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "this JDK has no Ed25519; run on JDK 17 or newer with its SunEC provider", e);
        }
    }

    /**
     * The key of a JDK key pair.
     *
     * @param pair an Ed25519 pair
     * @return the key
     * @throws IllegalArgumentException if it is of another algorithm or its halves do not belong together
     */
    public static SigningKey of(KeyPair pair) {
        Objects.requireNonNull(pair, "pair");
        SigningKey key = new SigningKey(
                Objects.requireNonNull(pair.getPrivate(), "private key"),
                VerifyingKey.of(Objects.requireNonNull(pair.getPublic(), "public key")));
        byte[] probe = Domain.MEMBER_OFFER.message();
        byte[] signature;
        try {
            signature = key.sign(probe);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(
                    "private key of algorithm " + pair.getPrivate().getAlgorithm()
                            + " cannot sign with Ed25519; generate one of Ed25519",
                    e);
        }
        if (!key.verifyingKey.verifies(probe, signature)) {
            throw new IllegalArgumentException("the private and the public key do not belong together; give one pair");
        }
        return key;
    }

    /**
     * The public half.
     *
     * @return the public key
     */
    public VerifyingKey verifyingKey() {
        return verifyingKey;
    }

    /** The 64 bytes of the deterministic signature of RFC 8032. */
    byte[] sign(byte[] message) {
        PrivateKey key = privateKey;
        if (key == null) {
            throw new IllegalStateException("signing key is destroyed; create a new one");
        }
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 cannot sign with this key; give one of Ed25519", e);
        }
    }

    @Override
    public void destroy() {
        privateKey = null;
    }

    @Override
    public boolean isDestroyed() {
        return privateKey == null;
    }

    /** Type and public key only. */
    @Override
    public String toString() {
        return "SigningKey(Ed25519, public " + verifyingKey + ")";
    }
}
