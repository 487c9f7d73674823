package org.dalrn.fhe.committee;

import java.security.SecureRandom;
import org.dalrn.fhe.ring.AesCtrStream;

/**
 * An endless stream of independent residues, each exactly uniform in {@code [0, p)}: as many b-bit numbers of each word
 * of a secret AES stream as it holds, from its low end, the one value p drawn again (once in 2^b draws, which tells
 * nothing about the rest).
 *
 * <p>Confined to one thread. {@link #close} overwrites the stream's buffer.
 */
final class UniformResidues implements AutoCloseable {
    private final ShareField field;
    private final AesCtrStream stream;

    UniformResidues(ShareField field, SecureRandom random) {
        this.field = field;
        stream = AesCtrStream.secret(random, "committee polynomials");
    }

    ShareField field() {
        return field;
    }

    void fill(int[] residues) {
        int bits = field.bits();
        int prime = field.prime();
        int numbers = Long.SIZE / bits;
        int filled = 0;
        while (filled < residues.length) {
            long word = stream.nextWord();
            for (int i = 0; i < numbers; i++) {
                filled = accept((int) word & prime, prime, residues, filled);
                word >>>= bits;
            }
        }
    }

    /** Puts a b-bit number at {@code at} unless it is p or there is no place; returns the next place. */
    static int accept(int number, int prime, int[] residues, int at) {
        if (number == prime || at == residues.length) {
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
