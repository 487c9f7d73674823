package org.dalrn.fhe.aggregation;

import java.util.Objects;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;

/**
 * A whole secret key in one hand: the shared key of the clients, or that of a public key with one holder.
 *
 * <p>Whoever has it and sees single updates can open them too; keep it away from the server that sums. Thread-safe.
 */
public final class HeldKey implements OpeningKey {
    private final SecretKey key;
    private final SecretKeyAccess access;

    private HeldKey(SecretKey key, SecretKeyAccess access) {
        this.key = key;
        this.access = access;
    }

    /**
     * A key to open with.
     *
     * @param key over the plan's primes; destroying it ends this one
     * @param access the caller's consent to read it
     */
    public static HeldKey of(SecretKey key, SecretKeyAccess access) {
        return new HeldKey(Objects.requireNonNull(key, "key"), Objects.requireNonNull(access, "access"));
    }

    KeyId id() {
        return key.id();
    }

    NttPolynomial polynomial() {
        return key.polynomial(access);
    }

    /** Type and name; never the value. */
    @Override
    public String toString() {
        return "HeldKey[" + key.id() + "]";
    }
}
