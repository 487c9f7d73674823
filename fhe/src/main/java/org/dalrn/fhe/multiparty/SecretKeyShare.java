package org.dalrn.fhe.multiparty;

import org.dalrn.fhe.committee.HpkePrivateKey;
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

    /**
     * Reads what {@link #wrappedFor} gave.
     *
     * @param ceremony the key's
     * @param keyId the key's
     * @param key what it was wrapped for
     * @param bytes of a summand of that key
     * @throws MultipartyException if the bytes are anything else or do not open
     */
    public static SecretKeyShare unwrap(KeyCeremony ceremony, KeyId keyId, HpkePrivateKey key, byte[] bytes) {
        Unwrapped unwrapped = Unwrapped.of(ceremony, owner(ceremony, keyId), key, bytes);
        return new SecretKeyShare(ceremony, keyId, unwrapped.party(), unwrapped.polynomial());
    }

    @Override
    byte[] owner() {
        return owner(ceremony(), keyId());
    }

    private static byte[] owner(KeyCeremony ceremony, KeyId keyId) {
        return Transcript.of("summand")
                .bytes(ceremony.rawDigest())
                .text(keyId.value())
                .digest();
    }
}
