package org.dalrn.fhe.multiparty;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.committee.SigningKey;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;

/**
 * How a party deals its summand of the key to all members of a group, itself included: points of the polynomial {@code S_i(Y) =
 * s_i + r_i1 Y + … + r_i,t-1 Y^(t-1)} over the ring, with uniform r, one sealed to each member.
 *
 * <p>t - 1 points are uniform and independent of the summand. The summand is destroyed by dealing it.
 *
 * <p>Source: Mouchet, Bertrand and Hubaux, "An Efficient Threshold Access-Structure for RLWE-Based Multiparty Homomorphic
 * Encryption", ePrint 2022/780; Shamir 1979.
 */
public final class KeyDealing {
    private KeyDealing() {}

    /**
     * Deals a summand and destroys it.
     *
     * @param group with a threshold
     * @param share the dealer's summand; destroyed at the end
     * @param signingKey the dealer's identity
     * @param random the source of the polynomial and of the seals
     * @return one for each member, in their order; not secret
     */
    public static List<SealedKeyShare> deal(
            KeyGroup group, SecretKeyShare share, SigningKey signingKey, SecureRandom random) {
        if (!group.isThreshold()) {
            throw new IllegalArgumentException(
                    group + " needs all parties, who use their summands; there is nothing to deal");
        }
        group.requireOwn(share);
        group.requireIdentity(share.party(), signingKey);
        Objects.requireNonNull(random, "random");
        List<NttPolynomial> coefficients = coefficients(group, share, random);
        List<SealedKeyShare> sealed = new ArrayList<>();
        for (int member = 1; member <= group.members().size(); member++) {
            NttPolynomial point = evaluate(coefficients, member);
            sealed.add(SealedKeyShare.seal(group, share.party(), member, point, signingKey, random));
            point.destroy();
        }
        coefficients.subList(1, coefficients.size()).forEach(NttPolynomial::destroy);
        share.destroy();
        return List.copyOf(sealed);
    }

    /** s_i, then t - 1 uniform ones. What the sampler leaves out says nothing of what it keeps. */
    static List<NttPolynomial> coefficients(KeyGroup group, SecretKeyShare share, SecureRandom random) {
        RnsBasis basis = group.ceremony().context().keyBasis();
        List<NttPolynomial> coefficients = new ArrayList<>();
        coefficients.add(share.polynomial());
        try (AesCtrStream stream = AesCtrStream.secret(random, "dalrn.fhe.multiparty.dealing")) {
            for (int k = 1; k < group.threshold(); k++) {
                coefficients.add(NttPolynomial.uniform(basis, stream));
            }
        }
        return coefficients;
    }

    /** The polynomial at a small integer, by Horner's rule. */
    static NttPolynomial evaluate(List<NttPolynomial> coefficients, int at) {
        int degree = coefficients.size() - 1;
        NttPolynomial value = coefficients.get(degree);
        long[] factors = new long[value.basis().size()];
        Arrays.fill(factors, at);
        for (int k = degree - 1; k >= 0; k--) {
            NttPolynomial product = value.multiply(factors);
            if (k < degree - 1) {
                value.destroy();
            }
            value = product.add(coefficients.get(k));
            product.destroy();
        }
        return value;
    }
}
