package org.dalrn.fhe.ring;

import java.util.Arrays;
import java.util.Objects;

/**
 * An element of {@code Z_Q[X]/(X^N+1)} as residues, one limb for each prime, in one of two representations.
 *
 * <p>Immutable as seen from outside; thread-safe. What may be a secret is overwritten by {@link #destroy}.
 */
public abstract sealed class RnsPolynomial permits CoefficientPolynomial, NttPolynomial {
    final RnsBasis basis;
    /** {@code [limb][N]}, residues in {@code [0, q_limb)}. */
    final long[][] limbs;

    RnsPolynomial(RnsBasis basis, long[][] limbs) {
        this.basis = Objects.requireNonNull(basis, "basis");
        this.limbs = limbs;
        requireShape(basis, limbs);
    }

    private static void requireShape(RnsBasis basis, long[][] limbs) {
        if (limbs.length != basis.size()) {
            throw new IllegalArgumentException(
                    limbs.length + " limbs given for the " + basis.size() + " primes of " + basis);
        }
        for (long[] limb : limbs) {
            if (limb.length != basis.ringDegree()) {
                throw new IllegalArgumentException(
                        "a limb of " + limb.length + " residues given for ring degree " + basis.ringDegree());
            }
        }
    }

    /** Refuses residues outside {@code [0, q)}: what {@code wrap} of foreign words calls. */
    static void requireReduced(RnsBasis basis, long[][] limbs) {
        requireShape(basis, limbs);
        for (int j = 0; j < limbs.length; j++) {
            long q = basis.modulus(j).value();
            for (int i = 0; i < limbs[j].length; i++) {
                if (limbs[j][i] < 0 || limbs[j][i] >= q) {
                    throw new IllegalArgumentException("residue " + i + " of limb " + j + " is not in [0, " + q
                            + "): the words are of another ring");
                }
            }
        }
    }

    /** The ring it is of. */
    public final RnsBasis basis() {
        return basis;
    }

    /**
     * One residue.
     *
     * @param limb the prime's index
     * @param index 0 to N-1
     */
    public final long residue(int limb, int index) {
        return limbs[limb][index];
    }

    /**
     * A copy of the residues of one limb.
     *
     * @param limb the prime's index
     */
    public final long[] limb(int limb) {
        return limbs[limb].clone();
    }

    /**
     * Copies the residues of one limb.
     *
     * @param limb the prime's index
     * @param out where they go
     * @param from the first index there
     */
    public final void copyLimb(int limb, long[] out, int from) {
        System.arraycopy(limbs[limb], 0, out, from, basis.ringDegree());
    }

    /**
     * Whether the other is of the same ring and has the same residues; in time independent of the residues.
     *
     * @param other in the same representation
     */
    public final boolean equalInConstantTime(RnsPolynomial other) {
        if (getClass() != other.getClass() || !basis.equals(other.basis)) {
            return false;
        }
        long difference = 0;
        for (int j = 0; j < limbs.length; j++) {
            for (int i = 0; i < limbs[j].length; i++) {
                difference |= limbs[j][i] ^ other.limbs[j][i];
            }
        }
        return difference == 0;
    }

    /** Overwrites the residues with zeros: for secrets. It must not be used afterwards. */
    public final void destroy() {
        for (long[] limb : limbs) {
            Arrays.fill(limb, 0);
        }
    }

    final void requireSameRing(RnsPolynomial other) {
        if (!basis.equals(other.basis)) {
            throw new IllegalArgumentException("polynomials of two rings: " + basis + " and " + other.basis);
        }
    }

    final long[][] sum(RnsPolynomial other) {
        requireSameRing(other);
        long[][] out = new long[limbs.length][];
        for (int j = 0; j < limbs.length; j++) {
            out[j] = new long[basis.ringDegree()];
            basis.modulus(j).add(limbs[j], other.limbs[j], out[j]);
        }
        return out;
    }

    final long[][] difference(RnsPolynomial other) {
        requireSameRing(other);
        long[][] out = new long[limbs.length][];
        for (int j = 0; j < limbs.length; j++) {
            out[j] = difference(limbs[j], other.limbs[j], basis.modulus(j).value());
        }
        return out;
    }

    private static long[] difference(long[] a, long[] b, long q) {
        long[] out = new long[a.length];
        for (int i = 0; i < out.length; i++) {
            long x = a[i] - b[i];
            out[i] = x + (x >> 63 & q);
        }
        return out;
    }

    final long[][] negated() {
        long[][] out = new long[limbs.length][];
        for (int j = 0; j < limbs.length; j++) {
            out[j] = difference(
                    new long[basis.ringDegree()], limbs[j], basis.modulus(j).value());
        }
        return out;
    }

    /** Multiplies each limb by a constant of its own, a residue of its prime. */
    final long[][] scaled(long[] factors) {
        long[][] out = new long[limbs.length][];
        for (int j = 0; j < limbs.length; j++) {
            Modulus modulus = basis.modulus(j);
            long factor = factors[j];
            long shoup = modulus.shoup(factor);
            long[] in = limbs[j];
            long[] limb = new long[in.length];
            for (int i = 0; i < limb.length; i++) {
                limb[i] = modulus.multiplyShoup(in[i], factor, shoup);
            }
            out[j] = limb;
        }
        return out;
    }

    final long[][] copyOfLimbs() {
        return Arrays.stream(limbs).map(long[]::clone).toArray(long[][]::new);
    }

    final long[][] firstLimbs(int count) {
        Objects.checkIndex(count - 1, limbs.length);
        return Arrays.copyOf(limbs, count);
    }

    static int[] requireLength(int[] small, int ringDegree) {
        if (small.length != ringDegree) {
            throw new IllegalArgumentException(small.length + " coefficients given for ring degree " + ringDegree);
        }
        return small;
    }

    /** Whether every residue is zero. Variable time: not for secrets. */
    public final boolean isZero() {
        for (long[] limb : limbs) {
            for (long residue : limb) {
                if (residue != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    static void requireGaloisElement(int element, int ringDegree) {
        if (element < 1 || element >= 2 * ringDegree || element % 2 == 0) {
            throw new IllegalArgumentException(
                    "Galois element " + element + " is not an odd number in [1, " + 2 * ringDegree + ")");
        }
    }

    /** The ring; never the residues. */
    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[" + basis + "]";
    }
}
