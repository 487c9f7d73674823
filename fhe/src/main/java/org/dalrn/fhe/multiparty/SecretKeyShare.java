package org.dalrn.fhe.multiparty;

import java.security.SecureRandom;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.KeyId;

/**
 * A party's summand {@code s_i} of the collective secret key {@code s = s_1 + … + s_n}: all n are needed to decrypt.
 */
public final class SecretKeyShare extends KeyShare {
    private SecretKeyShare(
            KeyCeremony ceremony, KeyId keyId, int party, NttPolynomial polynomial, SecureRandom random) {
        super(ceremony, keyId, party, polynomial, random);
    }

    static SecretKeyShare of(
            KeyCeremony ceremony, KeyId keyId, int party, NttPolynomial polynomial, SecureRandom random) {
        return new SecretKeyShare(ceremony, keyId, party, polynomial, random);
    }
}
