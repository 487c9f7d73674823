package org.dalrn.fhe.ring;

import java.util.ArrayList;
import java.util.List;

/**
 * The digits of a polynomial, {@code d_j = centred(c mod q_j)} for each of its primes, ready for inner products with the digits
 * of keys: {@code sum d_j k_j} over a larger ring. It is where switching keys spends its time.
 *
 * <p>The products of a sum are added in 128 bits and reduced once. Immutable, thread-safe. Source: the RNS decomposition of
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
    public List<NttPolynomial> innerProducts(RnsBasis target, List<List<NttPolynomial>> vectors, NttScratch scratch) {
        requireFit(target, vectors);
        int n = target.ringDegree();
        int size = target.size();
        long[][][] sums = new long[vectors.size()][size][n];
        long[][] highs = new long[sums.length][n];
        long[] lifted = new long[n];
        for (int i = 0; i < size; i++) {
            Modulus modulus = target.modulus(i);
            // So many products stay below 2^124, which fold() takes; a folded sum counts as one of them.
            int most = 1 << Math.min(30, 124 - 2 * modulus.bitLength());
            int terms = 0;
            for (int j = 0; j < digits.length; j++) {
                long[] digit = i == j ? source.limbs[j] : lift(j, target.ntt(i), lifted, scratch);
                if (terms == most) {
                    for (int v = 0; v < sums.length; v++) {
                        fold(highs[v], sums[v][i], modulus);
                    }
                    terms = 1;
                }
                for (int v = 0; v < sums.length; v++) {
                    long[][] factor = vectors.get(v).get(j).limbs;
                    addProduct(digit, factor[i < size - 1 ? i : factor.length - 1], highs[v], sums[v][i]);
                }
                terms++;
            }
            for (int v = 0; v < sums.length; v++) {
                fold(highs[v], sums[v][i], modulus);
            }
        }
        List<NttPolynomial> products = new ArrayList<>();
        for (long[][] sum : sums) {
            products.add(NttPolynomial.trusted(target, sum));
        }
        return List.copyOf(products);
    }

    private void requireFit(RnsBasis target, List<List<NttPolynomial>> vectors) {
        int count = digits.length;
        if (target.size() != count + 1 || !target.prefix(count).equals(source.basis())) {
            throw new IllegalArgumentException(
                    "inner products over " + target + " asked of digits over " + source.basis());
        }
        for (List<NttPolynomial> vector : vectors) {
            if (vector.size() < count) {
                throw new IllegalArgumentException(
                        "a vector of " + vector.size() + " polynomials given for " + count + " digits");
            }
            for (NttPolynomial factor : vector) {
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

    /** {@code (high, low) += x w} in 128 bits. */
    private static void addProduct(long[] x, long[] w, long[] high, long[] low) {
        for (int i = 0; i < x.length; i++) {
            long a = x[i];
            long b = w[i];
            long product = a * b;
            long before = low[i];
            long sum = before + product;
            long carry = ((before & product) | ((before | product) & ~sum)) >>> 63;
            low[i] = sum;
            high[i] += Math.multiplyHigh(a, b) + carry;
        }
    }

    /** {@code (high, low) = (0, (high 2^64 + low) mod q)} of numbers below 2^124. */
    private static void fold(long[] high, long[] low, Modulus modulus) {
        long factor = modulus.reduceWord(1L << 61);
        factor = modulus.add(factor, factor);
        long shoup = modulus.shoup(factor);
        long mask = (1L << 62) - 1;
        for (int i = 0; i < high.length; i++) {
            long top = high[i] << 2 | low[i] >>> 62;
            low[i] = modulus.add(modulus.multiplyShoup(top, factor, shoup), modulus.reduceWord(low[i] & mask));
            high[i] = 0;
        }
    }
}
