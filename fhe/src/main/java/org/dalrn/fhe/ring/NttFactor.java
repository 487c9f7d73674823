package org.dalrn.fhe.ring;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A polynomial by its values, prepared to multiply others: each residue times 2^64 modulo its prime. A product then takes half the
 * time, and sums of products are reduced once. Preparing costs as much as one product.
 *
 * <p>Immutable as seen from outside; thread-safe. Source: Montgomery 1985, with signed words.
 */
public final class NttFactor {
    /** How many products may be added in a word: each is below {@code (1/2 + 1/16) q + 1} in magnitude, a word holds 8q. */
    private static final int MOST_TERMS = 14;
    /** What a residue counts as, being below q. */
    private static final int TERMS_OF_A_RESIDUE = 2;

    private final RnsBasis basis;
    private final long[][] limbs;

    private NttFactor(RnsBasis basis, long[][] limbs) {
        this.basis = basis;
        this.limbs = limbs;
    }

    /** The prepared form of a polynomial. */
    public static NttFactor of(NttPolynomial polynomial) {
        RnsBasis basis = polynomial.basis();
        long[] words = new long[basis.size()];
        for (int j = 0; j < words.length; j++) {
            words[j] = basis.modulus(j).wordResidue();
        }
        return new NttFactor(basis, polynomial.scaled(words));
    }

    /** The ring it is of. */
    public RnsBasis basis() {
        return basis;
    }

    /** The polynomial it was made of. */
    public NttPolynomial polynomial() {
        long[][] out = new long[limbs.length][basis.ringDegree()];
        long[] one = new long[basis.ringDegree()];
        Arrays.fill(one, 1);
        for (int j = 0; j < out.length; j++) {
            setProduct(one, limbs[j], basis.modulus(j), out[j]);
            basis.modulus(j).reduceLazy(out[j]);
        }
        return NttPolynomial.trusted(basis, out);
    }

    /**
     * The same residues of the first primes.
     *
     * @param size how many primes stay
     */
    public NttFactor reduceTo(int size) {
        Objects.checkIndex(size - 1, limbs.length);
        return new NttFactor(basis.prefix(size), Arrays.copyOf(limbs, size));
    }

    /**
     * The product with a polynomial.
     *
     * @param x of the same ring
     */
    public NttPolynomial multiply(NttPolynomial x) {
        return sumOfProducts(List.of(x), List.of(this));
    }

    /**
     * The sum of the products of two lists, index by index.
     *
     * @param x one polynomial or more
     * @param factors as many, of the same ring
     */
    public static NttPolynomial sumOfProducts(List<NttPolynomial> x, List<NttFactor> factors) {
        if (x.isEmpty() || x.size() != factors.size()) {
            throw new IllegalArgumentException(x.size() + " polynomials and " + factors.size()
                    + " factors given; give one or more, as many of both");
        }
        RnsBasis basis = x.get(0).basis();
        for (int k = 0; k < x.size(); k++) {
            if (!x.get(k).basis().equals(basis) || !factors.get(k).basis.equals(basis)) {
                throw new IllegalArgumentException("polynomials of several rings: " + basis + ", "
                        + x.get(k).basis() + " and " + factors.get(k).basis);
            }
        }
        long[][] out = new long[basis.size()][basis.ringDegree()];
        long[][] left = new long[x.size()][];
        long[][] right = new long[x.size()][];
        for (int j = 0; j < out.length; j++) {
            for (int k = 0; k < left.length; k++) {
                left[k] = x.get(k).limbs[j];
                right[k] = factors.get(k).limbs[j];
            }
            sumOfProducts(left, right, basis.modulus(j), out[j]);
        }
        return NttPolynomial.trusted(basis, out);
    }

    /** The prepared residues of a limb. */
    long[] limb(int limb) {
        return limbs[limb];
    }

    /** {@code out = sum x_j w_j / 2^64 mod q}, residues. */
    static void sumOfProducts(long[][] x, long[][] w, Modulus modulus, long[] out) {
        setProduct(x[0], w[0], modulus, out);
        int terms = 1;
        for (int j = 1; j < x.length; j++) {
            if (terms == MOST_TERMS) {
                modulus.reduceLazy(out);
                terms = TERMS_OF_A_RESIDUE;
            }
            addProduct(x[j], w[j], modulus, out);
            terms++;
        }
        modulus.reduceLazy(out);
    }

    /** {@code out = x w / 2^64} up to a multiple of q, below {@code 5/8 q} in magnitude. */
    static void setProduct(long[] x, long[] w, Modulus modulus, long[] out) {
        long q = modulus.value();
        long inverse = modulus.inverseOfWord();
        for (int i = 0; i < out.length; i++) {
            long a = x[i];
            long b = w[i];
            out[i] = Math.multiplyHigh(a, b) - Math.multiplyHigh(a * b * inverse, q);
        }
    }

    /** As {@link #setProduct}, added to what is there. */
    static void addProduct(long[] x, long[] w, Modulus modulus, long[] out) {
        long q = modulus.value();
        long inverse = modulus.inverseOfWord();
        for (int i = 0; i < out.length; i++) {
            long a = x[i];
            long b = w[i];
            out[i] += Math.multiplyHigh(a, b) - Math.multiplyHigh(a * b * inverse, q);
        }
    }

    /** The ring; never the residues. */
    @Override
    public String toString() {
        return "NttFactor[" + basis + "]";
    }
}
