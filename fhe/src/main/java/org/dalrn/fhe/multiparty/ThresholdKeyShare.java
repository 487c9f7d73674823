package org.dalrn.fhe.multiparty;

import java.security.SecureRandom;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.KeyId;

/**
 * A party's point of the polynomial that hides the collective secret key: any t of n decrypt, t - 1 know nothing.
 */
public final class ThresholdKeyShare extends KeyShare {
    private ThresholdKeyShare(
            KeyCeremony ceremony, KeyId keyId, int party, NttPolynomial polynomial, SecureRandom random) {
        super(ceremony, keyId, party, polynomial, random);
    }

    static ThresholdKeyShare of(
            KeyCeremony ceremony, KeyId keyId, int party, NttPolynomial polynomial, SecureRandom random) {
        return new ThresholdKeyShare(ceremony, keyId, party, polynomial, random);
    }
}
