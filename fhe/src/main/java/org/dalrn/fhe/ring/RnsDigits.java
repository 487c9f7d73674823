package org.dalrn.fhe.ring;

import java.util.ArrayList;
import java.util.List;

/**
 * The digits of a polynomial, {@code d_j = centred(c mod q_j)} for each of its primes, ready for inner products with the digits
 * of keys: {@code sum d_j k_j} over a larger ring. It is where switching keys spends its time.
 *
 * <p>Immutable, thread-safe. Source: the RNS decomposition of
 * Bajard et al. 2016 (ePrint 2016/510), as in SEAL, there with digits in {@code [0, q_j)}.
 */
public final class RnsDigits {
    private final NttPolynomial source;
    /** {@code [digit][N]}, centred. */
    private final long[][] digits;

    private RnsDigits(NttPolynomial source, long[][] digits) {
        this.source = source;
        this.digits = digits;
    }

    /**
     * The digits of a polynomial.
     *
     * @param source the polynomial c
     * @param scratch of this ring degree, not shared with another thread
     */
    public static RnsDigits of(NttPolynomial source, NttScratch scratch) {
        RnsBasis basis = source.basis();
        long[][] digits = new long[basis.size()][];
        for (int j = 0; j < digits.length; j++) {
            long[] digit = source.limb(j);
            basis.ntt(j).inverse(digit, scratch);
            long q = basis.modulus(j).value();
            long half = q >> 1;
            for (int i = 0; i < digit.length; i++) {
                digit[i] -= (half - digit[i]) >> 63 & q;
            }
            digits[j] = digit;
        }
        return new RnsDigits(source, digits);
    }

    /**
     * The inner products with several vectors of polynomials, modulo the first primes of their ring, as many as there are
     * digits, and the last.
     *
     * @param target {@code keyRing.prefixAndLast(digits)}
     * @param vectors each at least as many polynomials as there are digits, all of one ring
     * @param scratch of this ring degree, not shared with another thread
     * @return one polynomial over the target for each vector
     */
    public List<NttPolynomial> innerProducts(RnsBasis target, List<List<NttFactor>> vectors, NttScratch scratch) {
        requireFit(target, vectors);
        int n = target.ringDegree();
        int size = target.size();
        long[][][] sums = new long[vectors.size()][size][n];
        long[][] values = new long[digits.length][];
        long[][] lifted = new long[digits.length][n];
        long[][] factors = new long[digits.length][];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < digits.length; j++) {
                values[j] = i == j ? source.limbs[j] : lift(j, target.ntt(i), lifted[j], scratch);
            }
            for (int v = 0; v < sums.length; v++) {
                for (int j = 0; j < digits.length; j++) {
                    NttFactor factor = vectors.get(v).get(j);
                    factors[j] = factor.limb(i < size - 1 ? i : factor.basis().size() - 1);
                }
                NttFactor.sumOfProducts(values, factors, target.modulus(i), sums[v][i]);
            }
        }
        List<NttPolynomial> products = new ArrayList<>();
        for (long[][] sum : sums) {
            products.add(NttPolynomial.trusted(target, sum));
        }
        return List.copyOf(products);
    }

    private void requireFit(RnsBasis target, List<List<NttFactor>> vectors) {
        int count = digits.length;
        if (target.size() != count + 1 || !target.prefix(count).equals(source.basis())) {
            throw new IllegalArgumentException(
                    "inner products over " + target + " asked of digits over " + source.basis());
        }
        for (List<NttFactor> vector : vectors) {
            if (vector.size() < count) {
                throw new IllegalArgumentException(
                        "a vector of " + vector.size() + " polynomials given for " + count + " digits");
            }
            for (NttFactor factor : vector) {
                RnsBasis ring = factor.basis();
                if (ring.size() <= count
                        || !ring.prefix(count).equals(source.basis())
                        || !ring.modulus(ring.size() - 1).equals(target.modulus(count))) {
                    throw new IllegalArgumentException("a factor over " + ring + " given for " + target);
                }
            }
        }
    }

    /** The values of a digit modulo another prime. */
    private long[] lift(int j, Ntt ntt, long[] out, NttScratch scratch) {
        ntt.modulus().reduceSigned(digits[j], source.basis().modulus(j).value() >> 1, out);
        ntt.forward(out, scratch);
        return out;
    }
}
