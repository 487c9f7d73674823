package org.dalrn.fhe.multiparty;

import java.util.Objects;
import org.dalrn.fhe.committee.HpkePublicKey;
import org.dalrn.fhe.committee.VerifyingKey;

/**
 * The public keys of one party of a {@link KeyGroup}.
 *
 * @param identity what it signs requests and dealt shares with
 * @param sealingKey what shares of the key are sealed to
 */
public record GroupMember(VerifyingKey identity, HpkePublicKey sealingKey) {
    /** Checks for nulls. */
    public GroupMember {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(sealingKey, "sealingKey");
    }
}
