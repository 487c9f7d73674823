package org.dalrn.fhe.ring;

/** An element of {@code Z_Q[X]/(X^N+1)} by its coefficients: index i of each limb is the factor of {@code X^i}. */
public final class CoefficientPolynomial extends RnsPolynomial {
    private CoefficientPolynomial(RnsBasis basis, long[][] limbs) {
        super(basis, limbs);
    }

    /**
     * The polynomial with those residues.
     *
     * @param limbs {@code [size][N]}, residues in {@code [0, q_limb)}; not copied, and the caller's no more
     * @throws IllegalArgumentException if the shape is another or a residue is out of range
     */
    public static CoefficientPolynomial wrap(RnsBasis basis, long[][] limbs) {
        requireReduced(basis, limbs);
        return new CoefficientPolynomial(basis, limbs);
    }

    static CoefficientPolynomial trusted(RnsBasis basis, long[][] limbs) {
        return new CoefficientPolynomial(basis, limbs);
    }

    /**
     * The polynomial with those small coefficients.
     *
     * @param coefficients N integers, each smaller than every prime in absolute value; may be secret
     */
    public static CoefficientPolynomial of(RnsBasis basis, int[] coefficients) {
        long[][] limbs = new long[basis.size()][coefficients.length];
        for (int j = 0; j < limbs.length; j++) {
            long q = basis.modulus(j).value();
            long[] limb = limbs[j];
            for (int i = 0; i < limb.length; i++) {
                long x = coefficients[i];
                limb[i] = x + (x >> 63 & q);
            }
        }
        return wrap(basis, limbs);
    }

    /** {@code this + other}. */
    public CoefficientPolynomial add(CoefficientPolynomial other) {
        return trusted(basis, sum(other));
    }

    /** {@code this - other}. */
    public CoefficientPolynomial subtract(CoefficientPolynomial other) {
        return trusted(basis, difference(other));
    }

    /** {@code -this}. */
    public CoefficientPolynomial negate() {
        return trusted(basis, negated());
    }

    /**
     * The same polynomial in the other representation.
     *
     * @param scratch of this ring degree, not shared with another thread
     */
    public NttPolynomial toNtt(NttScratch scratch) {
        long[][] out = new long[limbs.length][];
        for (int j = 0; j < limbs.length; j++) {
            out[j] = limbs[j].clone();
            basis.ntt(j).forward(out[j], scratch);
        }
        return NttPolynomial.trusted(basis, out);
    }

    /** {@link #toNtt(NttScratch)} with scratch space of its own. */
    public NttPolynomial toNtt() {
        return toNtt(NttScratch.of(basis.ringDegree()));
    }

    /**
     * The image under {@code X -> X^element}.
     *
     * @param element an odd number in {@code [1, 2N)}
     */
    public CoefficientPolynomial automorphism(int element) {
        int n = basis.ringDegree();
        requireGaloisElement(element, n);
        long[][] out = new long[limbs.length][n];
        for (int j = 0; j < limbs.length; j++) {
            Modulus modulus = basis.modulus(j);
            for (int i = 0; i < n; i++) {
                int power = (int) ((long) i * element & (2L * n - 1));
                long x = limbs[j][i];
                out[j][power & (n - 1)] = power < n ? x : modulus.negate(x);
            }
        }
        return trusted(basis, out);
    }
}
