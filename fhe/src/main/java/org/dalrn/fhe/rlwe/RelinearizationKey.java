package org.dalrn.fhe.rlwe;

import java.util.Objects;

/**
 * What brings a product of two ciphertexts, three polynomials, back to two: a switch from {@code s^2} to {@code s}.
 *
 * @param id the name of the secret key
 * @param context the ring and chain it is for
 * @param key the switch
 */
public record RelinearizationKey(KeyId id, RlweContext context, KeySwitchKey key) {
    /** Checks that nothing is missing. */
    public RelinearizationKey {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(key, "key");
    }
}
