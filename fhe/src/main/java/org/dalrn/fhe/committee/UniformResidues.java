package org.dalrn.fhe.committee;

import java.security.SecureRandom;
import org.dalrn.fhe.ring.AesCtrStream;

/**
 * An endless stream of independent residues, each exactly uniform in {@code [0, p)}: two 31-bit numbers of each word of
 * a secret AES stream, the one value p drawn again (once in 2^31 draws, which tells nothing about the rest).
 *
 * <p>Confined to one thread. {@link #close} overwrites the stream's buffer.
 */
final class UniformResidues implements AutoCloseable {
    private final AesCtrStream stream;

    UniformResidues(SecureRandom random) {
        stream = AesCtrStream.secret(random, "committee polynomials");
    }

    void fill(int[] residues) {
        int filled = 0;
        while (filled < residues.length) {
            long word = stream.nextWord();
            filled = accept((int) word & ShareField.PRIME, residues, filled);
            filled = accept((int) (word >>> 32) & ShareField.PRIME, residues, filled);
        }
    }

    /** Puts a 31-bit number at {@code at} unless it is p or there is no place; returns the next place. */
    static int accept(int number, int[] residues, int at) {
        if (number == ShareField.PRIME || at == residues.length) {
            return at;
        }
        residues[at] = number;
        return at + 1;
    }

    @Override
    public void close() {
        stream.close();
    }
}
