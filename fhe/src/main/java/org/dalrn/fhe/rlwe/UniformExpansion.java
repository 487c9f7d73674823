package org.dalrn.fhe.rlwe;

import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;

/**
 * A rule that makes a uniform polynomial from a public seed, so that a ciphertext travels as one polynomial and the seed.
 *
 * <p>Implementations are thread-safe and give the same polynomial for the same seed and ring for ever.
 */
public interface UniformExpansion {
    /** AES-128-CTR with masking and rejection: exactly uniform. 32-byte seeds. */
    UniformExpansion AES_CTR = new UniformExpansion() {
        @Override
        public int seedBytes() {
            return AesCtrStream.SEED_BYTES;
        }

        @Override
        public NttPolynomial expand(RnsBasis basis, byte[] seed) {
            return NttPolynomial.uniform(basis, AesCtrStream.of(seed, "uniform polynomial"));
        }

        @Override
        public String toString() {
            return "AES-128-CTR";
        }
    };

    /** The length of a seed, in bytes. */
    int seedBytes();

    /**
     * The polynomial of a seed, by its values.
     *
     * @param basis the ring
     * @param seed {@link #seedBytes} bytes, not kept
     */
    NttPolynomial expand(RnsBasis basis, byte[] seed);
}
