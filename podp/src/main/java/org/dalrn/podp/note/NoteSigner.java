package org.dalrn.podp.note;

/**
 * Whoever holds an Ed25519 private key under a name. The key may be in a file ({@link Ed25519KeyPair}), in a security
 * module or in another process.
 *
 * <p>Implementations are thread-safe. What they return is verified with {@link #publicKey()} before it is used, so a
 * faulty device cannot put a bad signature into a log.
 */
public interface NoteSigner {

    /** The name of the key in a note: a log's origin or a witness's name; no white space, no plus sign. */
    String name();

    /** The key by which others verify. */
    Ed25519PublicKey publicKey();

    /**
     * Signs.
     *
     * @param message what is signed, as it is: Ed25519 without context and without hashing first
     * @return 64 bytes
     * @throws org.dalrn.podp.PodpException if the key cannot be used now
     */
    byte[] sign(byte[] message);
}
