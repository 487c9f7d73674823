package org.dalrn.fhe.multiparty;

/**
 * For how long a party of a t-of-n group is bound to the set of parties it has once answered with.
 *
 * <p>Two answers to one ciphertext with two sets give the share away; answers to <em>related</em> ciphertexts may, as far as the
 * relation is linear with small factors. See the package's description.
 */
public enum ActiveSetRule {
    /**
     * For one ciphertext and everything that is a constant multiple of it or the same at another level. Parties may drop out
     * between requests. What is decrypted must not be related otherwise, as sums of the same fresh ciphertexts would be.
     */
    ONE_SET_PER_CIPHERTEXT,
    /** For the life of the key. As safe as n-of-n among those t; the loss of one of them spends the key. */
    ONE_SET_PER_KEY
}
