package org.dalrn.fhe.committee;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.XECPrivateKey;
import java.util.Arrays;
import java.util.Objects;
import javax.security.auth.Destroyable;

/**
 * An X25519 private key (RFC 7748) with its public one: how a member opens its shares and a receiver the answers.
 *
 * <p>Best drawn anew for each round and destroyed with it, so that nobody can open the round's shares later. It has no
 * export: a key that must outlive the process is generated and kept as a {@link KeyPair} by the caller. {@link
 * #destroy} overwrites this object's bytes; copies inside the JDK's own key objects live until they are collected.
 * Thread-safe.
 */
public final class HpkePrivateKey implements Destroyable {
    private final byte[] scalar;
    private final HpkePublicKey publicKey;
    private boolean destroyed;

    private HpkePrivateKey(byte[] scalar) {
        this.scalar = scalar;
        publicKey = HpkePublicKey.wrap(X25519.publicOf(scalar));
    }

    static HpkePrivateKey wrap(byte[] scalar) {
        return new HpkePrivateKey(scalar);
    }

    /**
     * Draws a new key.
     *
     * @param random its source
     * @return the key
     */
    public static HpkePrivateKey generate(SecureRandom random) {
        byte[] scalar = new byte[X25519.SIZE_BYTES];
        Objects.requireNonNull(random, "random").nextBytes(scalar);
        return new HpkePrivateKey(scalar);
    }

    /**
     * The key of a JDK key pair.
     *
     * @param pair an X25519 pair whose private half gives its bytes
     * @return the key
     * @throws IllegalArgumentException if it is of another algorithm, hides its bytes or its halves do not belong
     *     together
     */
    public static HpkePrivateKey of(KeyPair pair) {
        Objects.requireNonNull(pair, "pair");
        PrivateKey half = Objects.requireNonNull(pair.getPrivate(), "private key");
        byte[] scalar = half instanceof XECPrivateKey xec ? xec.getScalar().orElse(null) : null;
        if (scalar == null || scalar.length != X25519.SIZE_BYTES) {
            throw new IllegalArgumentException("private key of algorithm " + half.getAlgorithm()
                    + " gives no X25519 bytes; generate a software key of X25519");
        }
        HpkePrivateKey key = new HpkePrivateKey(scalar);
        byte[] encoded = Objects.requireNonNull(pair.getPublic(), "public key").getEncoded();
        byte[] own = key.publicKey.bytes();
        if (encoded == null
                || encoded.length < own.length
                || !Arrays.equals(encoded, encoded.length - own.length, encoded.length, own, 0, own.length)) {
            throw new IllegalArgumentException("the private and the public key do not belong together; give one pair");
        }
        return key;
    }

    /**
     * The public half.
     *
     * @return the public key
     */
    public HpkePublicKey publicKey() {
        return publicKey;
    }

    /** A copy of the 32 secret bytes, to be overwritten by the caller. */
    synchronized byte[] copyScalar() {
        if (destroyed) {
            throw new IllegalStateException("HPKE private key is destroyed; create a new one");
        }
        return scalar.clone();
    }

    @Override
    public synchronized void destroy() {
        Arrays.fill(scalar, (byte) 0);
        destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    /** Type and public key only. */
    @Override
    public String toString() {
        return "HpkePrivateKey(X25519, public " + publicKey + ")";
    }
}
