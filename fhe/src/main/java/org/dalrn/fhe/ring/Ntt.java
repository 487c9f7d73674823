package org.dalrn.fhe.ring;

import java.util.Objects;

/**
 * The negacyclic number-theoretic transform of one limb: evaluation of a polynomial at the odd powers of a 2N-th root.
 *
 * <p>Natural order in, bit-reversed order out: {@code out[i] = f(psi^(2 bitrev(i) + 1))} with the smallest primitive root
 * psi, as in SEAL 4.x. Immutable, thread-safe; the scratch space is the caller's.
 */
public abstract sealed class Ntt permits LongNtt, RowNtt {
    private final int ringDegree;
    private final Modulus modulus;

    Ntt(int ringDegree, Modulus modulus) {
        NttPrimes.requireRingDegree(ringDegree);
        this.ringDegree = ringDegree;
        this.modulus = Objects.requireNonNull(modulus, "modulus");
    }

    /**
     * The fastest transform for that modulus: in doubles if it is below 2^50 and the machine has fused multiply-add, else in
     * 64-bit words.
     *
     * @param ringDegree N, a power of two in [2, 131072]
     * @param modulus {@code 1 mod 2N}
     */
    public static Ntt of(int ringDegree, Modulus modulus) {
        boolean rows = modulus.bitLength() <= RowNtt.MAX_BITS && ringDegree >= 4 && FusedMultiplyAdd.IN_HARDWARE;
        return rows ? RowNtt.of(ringDegree, modulus) : new LongNtt(ringDegree, modulus);
    }

    /** N. */
    public final int ringDegree() {
        return ringDegree;
    }

    /** The modulus q of the limb. */
    public final Modulus modulus() {
        return modulus;
    }

    /**
     * Transforms in place.
     *
     * @param a {@code long[N]}, residues in {@code [0, q)} in and out
     * @param scratch of this ring degree, not shared with another thread
     */
    public abstract void forward(long[] a, NttScratch scratch);

    /**
     * Transforms back in place.
     *
     * @param a {@code long[N]}, residues in {@code [0, q)} in and out
     * @param scratch of this ring degree, not shared with another thread
     */
    public abstract void inverse(long[] a, NttScratch scratch);

    final void require(long[] a, NttScratch scratch) {
        if (a.length != ringDegree || scratch.ringDegree() != ringDegree) {
            throw new IllegalArgumentException("a limb of " + a.length + " and scratch space for "
                    + scratch.ringDegree() + " coefficients given to a transform of " + ringDegree);
        }
    }
}
