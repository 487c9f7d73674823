package org.dalrn.fhe.ring;

/**
 * An element of {@code Z_Q[X]/(X^N+1)} by its values: index i of each limb is the value at {@code psi^(2 bitrev(i) + 1)}, so
 * that products are taken index by index.
 */
public final class NttPolynomial extends RnsPolynomial {
    private NttPolynomial(RnsBasis basis, long[][] limbs) {
        super(basis, limbs);
    }

    /**
     * The polynomial with those residues.
     *
     * @param limbs {@code [size][N]}, residues in {@code [0, q_limb)}; not copied, and the caller's no more
     * @throws IllegalArgumentException if the shape is another or a residue is out of range
     */
    public static NttPolynomial wrap(RnsBasis basis, long[][] limbs) {
        requireReduced(basis, limbs);
        return new NttPolynomial(basis, limbs);
    }

    static NttPolynomial trusted(RnsBasis basis, long[][] limbs) {
        return new NttPolynomial(basis, limbs);
    }

    /** The zero of that ring. */
    public static NttPolynomial zero(RnsBasis basis) {
        return new NttPolynomial(basis, new long[basis.size()][basis.ringDegree()]);
    }

    /**
     * A uniform polynomial, expanded limb by limb: for what is public.
     *
     * @param stream where the words come from
     */
    public static NttPolynomial uniform(RnsBasis basis, AesCtrStream stream) {
        long[][] limbs = new long[basis.size()][basis.ringDegree()];
        for (int j = 0; j < limbs.length; j++) {
            Samplers.uniform(stream, basis.modulus(j), limbs[j]);
        }
        return new NttPolynomial(basis, limbs);
    }

    /** {@code this + other}. */
    public NttPolynomial add(NttPolynomial other) {
        return trusted(basis, sum(other));
    }

    /** {@code this - other}. */
    public NttPolynomial subtract(NttPolynomial other) {
        return trusted(basis, difference(other));
    }

    /** {@code -this}. */
    public NttPolynomial negate() {
        return trusted(basis, negated());
    }

    /** {@code this * other}. */
    public NttPolynomial multiply(NttPolynomial other) {
        requireSameRing(other);
        long[][] out = new long[limbs.length][];
        for (int j = 0; j < limbs.length; j++) {
            out[j] = product(basis.modulus(j), limbs[j], other.limbs[j]);
        }
        return trusted(basis, out);
    }

    private static long[] product(Modulus modulus, long[] a, long[] b) {
        long[] out = new long[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = modulus.multiply(a[i], b[i]);
        }
        return out;
    }

    /**
     * {@code factor * this} with one residue for each limb.
     *
     * @param factors {@code [size]}, factor modulo each prime
     */
    public NttPolynomial multiply(long[] factors) {
        if (factors.length != limbs.length) {
            throw new IllegalArgumentException(factors.length + " factors given for " + limbs.length + " limbs");
        }
        return trusted(basis, scaled(factors));
    }

    /**
     * The same residues of the first primes: reduction modulo a smaller Q.
     *
     * @param size how many primes stay
     */
    public NttPolynomial reduceTo(int size) {
        return trusted(basis.prefix(size), firstLimbs(size));
    }

    /**
     * The same polynomial in the other representation.
     *
     * @param scratch of this ring degree, not shared with another thread
     */
    public CoefficientPolynomial toCoefficients(NttScratch scratch) {
        long[][] out = new long[limbs.length][];
        for (int j = 0; j < limbs.length; j++) {
            out[j] = limbs[j].clone();
            basis.ntt(j).inverse(out[j], scratch);
        }
        return CoefficientPolynomial.trusted(basis, out);
    }

    /** {@link #toCoefficients(NttScratch)} with scratch space of its own. */
    public CoefficientPolynomial toCoefficients() {
        return toCoefficients(NttScratch.of(basis.ringDegree()));
    }

    /**
     * {@code round(this / q_last)} modulo the other primes: the modulus switch that rescaling and key switching end with. The
     * rounding error is at most 1/2 in each coefficient.
     *
     * @param scratch of this ring degree, not shared with another thread
     * @throws IllegalStateException if there is one prime only
     */
    public NttPolynomial divideByLast(NttScratch scratch) {
        int last = limbs.length - 1;
        if (last == 0) {
            throw new IllegalStateException("a polynomial with one prime cannot be divided by it");
        }
        int n = basis.ringDegree();
        long divisor = basis.modulus(last).value();
        long half = divisor >> 1;
        long[] remainder = limbs[last].clone();
        basis.ntt(last).inverse(remainder, scratch);
        for (int i = 0; i < n; i++) {
            // Centred: the remainder minus this is a multiple of the divisor, the nearest one.
            long x = remainder[i];
            remainder[i] = x - ((half - x) >> 63 & divisor);
        }
        long[][] out = new long[last][n];
        for (int j = 0; j < last; j++) {
            Modulus modulus = basis.modulus(j);
            long q = modulus.value();
            long[] limb = out[j];
            if (half < q) {
                for (int i = 0; i < n; i++) {
                    long x = remainder[i];
                    limb[i] = x + (x >> 63 & q);
                }
            } else {
                // Shifted by a multiple of q above half, so that Barrett's reduction sees a non-negative number.
                long shift = (half / q + 1) * q;
                for (int i = 0; i < n; i++) {
                    long x = remainder[i] + shift;
                    limb[i] = modulus.reduceWord(x);
                }
            }
            basis.ntt(j).forward(limb, scratch);
            long factor = basis.inverse(last, j);
            long shoup = modulus.shoup(factor);
            long[] in = limbs[j];
            for (int i = 0; i < n; i++) {
                limb[i] = modulus.multiplyShoup(in[i] - limb[i] + q, factor, shoup);
            }
        }
        return trusted(basis.prefix(last), out);
    }

    /**
     * The image under {@code X -> X^element}.
     *
     * @param element an odd number in {@code [1, 2N)}
     */
    public NttPolynomial automorphism(int element) {
        int n = basis.ringDegree();
        requireGaloisElement(element, n);
        int shift = 32 - Integer.numberOfTrailingZeros(n);
        return trusted(basis, permuted(i -> {
            int exponent = 2 * (Integer.reverse(i) >>> shift) + 1;
            int source = (int) ((long) exponent * element & (2L * n - 1)) >> 1;
            return Integer.reverse(source) >>> shift;
        }));
    }
}
