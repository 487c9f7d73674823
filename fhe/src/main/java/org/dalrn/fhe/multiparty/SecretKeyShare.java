package org.dalrn.fhe.multiparty;

import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.KeyId;

/**
 * A party's summand {@code s_i} of the collective secret key {@code s = s_1 + … + s_n}: all n are needed to decrypt.
 */
public final class SecretKeyShare extends KeyShare {
    private SecretKeyShare(KeyCeremony ceremony, KeyId keyId, int party, NttPolynomial polynomial) {
        super(ceremony, keyId, party, polynomial);
    }

    static SecretKeyShare of(KeyCeremony ceremony, KeyId keyId, int party, NttPolynomial polynomial) {
        return new SecretKeyShare(ceremony, keyId, party, polynomial);
    }
}
