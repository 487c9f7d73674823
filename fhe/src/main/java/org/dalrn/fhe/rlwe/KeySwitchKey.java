package org.dalrn.fhe.rlwe;

import java.util.List;
import org.dalrn.fhe.ring.NttFactor;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * Encryptions under {@code s} of another secret {@code s'}, one for each data prime: digit j is {@code (b_j, a_j)} over all primes
 * with {@code b_j = -(a_j s + e_j) + P s'} in limb j, and without the last term in the others; P is the special prime.
 *
 * <p>Immutable, thread-safe. Source: the hybrid variant with one special prime of SEAL 4.x.
 */
public final class KeySwitchKey {
    private final List<NttFactor> b;
    private final List<NttFactor> a;

    private KeySwitchKey(List<NttPolynomial> b, List<NttPolynomial> a) {
        this.b = b.stream().map(NttFactor::of).toList();
        this.a = a.stream().map(NttFactor::of).toList();
    }

    /**
     * A key from its digits.
     *
     * @param context a chain with a special prime
     * @param b one polynomial over all primes for each data prime
     * @param a as many
     */
    public static KeySwitchKey of(RlweContext context, List<NttPolynomial> b, List<NttPolynomial> a) {
        context.requireKeySwitching();
        int digits = context.maxLevel() + 1;
        if (b.size() != digits || a.size() != digits) {
            throw new IllegalArgumentException("a key-switching key of " + b.size() + " and " + a.size()
                    + " digits given for " + digits + " data primes");
        }
        for (int j = 0; j < digits; j++) {
            if (!b.get(j).basis().equals(context.keyBasis())
                    || !a.get(j).basis().equals(context.keyBasis())) {
                throw new IllegalArgumentException("digit " + j + " of a key-switching key is not over " + context);
            }
        }
        return new KeySwitchKey(b, a);
    }

    /** One for each data prime. */
    public int digits() {
        return b.size();
    }

    /** The masked parts, one for each digit, ready to multiply. */
    public List<NttFactor> masked() {
        return b;
    }

    /** The uniform parts, one for each digit, ready to multiply. */
    public List<NttFactor> uniform() {
        return a;
    }

    /** The masked part of a digit. */
    public NttPolynomial b(int digit) {
        return b.get(digit).polynomial();
    }

    /** The uniform part of a digit. */
    public NttPolynomial a(int digit) {
        return a.get(digit).polynomial();
    }
}
