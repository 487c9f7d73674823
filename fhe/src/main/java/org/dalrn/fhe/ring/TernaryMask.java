package org.dalrn.fhe.ring;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A ternary polynomial u that masks with a public key and divides by the last prime: {@code round((u k + e) / q_last) + m} modulo
 * the other primes, for one inverse transform and one forward transform for each prime that stays.
 *
 * <p>In the limbs that stay u is held divided by the last prime already: of -1, 0 and 1 that costs nothing. The rounding error is
 * at most 1/2 in each coefficient. Not thread-safe; {@link #destroy} it after use, it is a secret.
 */
public final class TernaryMask {
    private final NttPolynomial u;
    private final long[] remainder;

    private TernaryMask(NttPolynomial u) {
        this.u = u;
        remainder = new long[u.basis().ringDegree()];
    }

    /**
     * The mask of a ternary polynomial.
     *
     * @param basis two primes or more; the last is divided by
     * @param ternary {@code int[N]} of -1, 0 and 1; a secret, not kept
     * @param scratch of this ring degree, not shared with another thread; holds traces of the secret afterwards
     */
    public static TernaryMask of(RnsBasis basis, int[] ternary, NttScratch scratch) {
        RnsPolynomial.requireLength(ternary, basis.ringDegree());
        int last = basis.size() - 1;
        if (last == 0) {
            throw new IllegalArgumentException("a mask over one prime cannot be divided by it");
        }
        int largest = 0;
        for (int x : ternary) {
            largest = Math.max(largest, Math.abs(x));
        }
        if (largest > 1) {
            throw new IllegalArgumentException("a coefficient of the mask is not -1, 0 or 1");
        }
        long[][] limbs = new long[last + 1][ternary.length];
        for (int j = 0; j <= last; j++) {
            long q = basis.modulus(j).value();
            setMultiples(ternary, j == last ? 1 : basis.inverse(last, j), q, limbs[j]);
            basis.ntt(j).forward(limbs[j], scratch);
        }
        return new TernaryMask(NttPolynomial.trusted(basis, limbs));
    }

    /** {@code out = x factor mod q}. */
    private static void setMultiples(int[] x, long factor, long q, long[] out) {
        long change = q - 2 * factor;
        for (int i = 0; i < out.length; i++) {
            long t = x[i];
            out[i] = (factor + (t >> 63 & change)) & -(t & 1);
        }
    }

    /**
     * {@code round((u key + error) / q_last) + message}.
     *
     * @param key over the primes of the mask
     * @param error N integers below 2^20 in absolute value; may be secret
     * @param message over the primes that stay, or nothing
     * @param scratch of this ring degree, not shared with another thread; holds traces of error and message afterwards
     */
    public NttPolynomial apply(
            NttFactor key, int[] error, @Nullable CoefficientPolynomial message, NttScratch scratch) {
        RnsBasis basis = u.basis();
        int last = basis.size() - 1;
        RnsBasis rest = basis.prefix(last);
        if (!key.basis().equals(basis) || (message != null && !message.basis().equals(rest))) {
            throw new IllegalArgumentException("a mask over " + basis + " given a key over " + key.basis()
                    + (message == null ? "" : " and a message over " + message.basis()));
        }
        RnsPolynomial.requireLength(error, basis.ringDegree());
        Modulus divisor = basis.modulus(last);
        NttFactor.setProduct(u.limbs[last], key.limb(last), divisor, remainder);
        divisor.reduceLazy(remainder);
        basis.ntt(last).inverse(remainder, scratch);
        addAndNegateCentred(remainder, error, divisor);
        long bound = (divisor.value() >> 1) + (1L << 20);
        long[][] out = new long[last][basis.ringDegree()];
        for (int j = 0; j < last; j++) {
            Modulus modulus = basis.modulus(j);
            divide(remainder, bound, modulus, basis.inverse(last, j), out[j]);
            if (message != null) {
                modulus.add(out[j], message.limbs[j], out[j]);
            }
            basis.ntt(j).forward(out[j], scratch);
            NttFactor.addProduct(u.limbs[j], key.limb(j), modulus, out[j]);
            modulus.reduceLazy(out[j]);
        }
        return NttPolynomial.trusted(rest, out);
    }

    /** {@code e - centred(x + e)}: the sum plus this, without e again, is a multiple of the divisor. */
    private static void addAndNegateCentred(long[] x, int[] e, Modulus modulus) {
        long divisor = modulus.value();
        long half = divisor >> 1;
        for (int i = 0; i < x.length; i++) {
            long a = x[i] + e[i];
            a += a >> 63 & divisor;
            x[i] = e[i] - a + ((half - a) >> 63 & divisor);
        }
    }

    /** {@code out = x factor mod q} of signed words. */
    private static void divide(long[] x, long bound, Modulus modulus, long factor, long[] out) {
        long q = modulus.value();
        long shift = (bound / q + 1) * q;
        long shoup = modulus.shoup(factor);
        for (int i = 0; i < out.length; i++) {
            out[i] = modulus.multiplyShoup(x[i] + shift, factor, shoup);
        }
    }

    /** Overwrites the secret. */
    public void destroy() {
        u.destroy();
        Arrays.fill(remainder, 0);
    }

    /** The ring; never the polynomial. */
    @Override
    public String toString() {
        return "TernaryMask[" + u.basis() + "]";
    }
}
