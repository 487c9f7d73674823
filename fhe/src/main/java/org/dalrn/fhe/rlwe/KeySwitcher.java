package org.dalrn.fhe.rlwe;

import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.NttScratch;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.ring.RnsDigits;

/**
 * The change of the secret under which a polynomial is multiplied: from {@code c} and a key from {@code s'} to {@code s} come two
 * polynomials with {@code k_0 + k_1 s} near {@code c s'}.
 *
 * <p>With d data primes left the added noise has a standard deviation near {@code sqrt(d N 10.5 / 12) max(q_i) / P + sqrt(N / 18)}
 * in each coefficient, P the special prime: take P no smaller than the others. Immutable, thread-safe. Works with keys made by
 * SEAL 4.x. Source: hybrid key switching with one special prime, Han and Ki 2019 (ePrint 2019/688) with one prime a digit.
 */
public final class KeySwitcher {
    private final RlweContext context;

    private KeySwitcher(RlweContext context) {
        this.context = Objects.requireNonNull(context, "context");
    }

    /**
     * A switcher for that ring and chain.
     *
     * @throws IllegalStateException if the chain has no special prime
     */
    public static KeySwitcher of(RlweContext context) {
        context.requireKeySwitching();
        return new KeySwitcher(context);
    }

    /**
     * Switches a polynomial.
     *
     * @param c over the data primes of some level
     * @param key from {@code s'} to {@code s}
     * @param scratch of this ring degree, not shared with another thread
     * @return {@code k_0} and {@code k_1} over the same primes
     */
    public List<NttPolynomial> apply(NttPolynomial c, KeySwitchKey key, NttScratch scratch) {
        int level = c.basis().size() - 1;
        if (level > context.maxLevel() || !c.basis().equals(context.basis(level))) {
            throw new IllegalArgumentException("a polynomial over " + c.basis() + " given for " + context);
        }
        RnsBasis basis = context.switchingBasis(level);
        List<NttPolynomial> sums =
                RnsDigits.of(c, scratch).innerProducts(basis, List.of(key.masked(), key.uniform()), scratch);
        return List.of(sums.get(0).divideByLastInPlace(scratch), sums.get(1).divideByLastInPlace(scratch));
    }
}
