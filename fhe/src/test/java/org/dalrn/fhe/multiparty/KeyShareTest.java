package org.dalrn.fhe.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.dalrn.fhe.committee.HpkePrivateKey;
import org.dalrn.fhe.multiparty.Smudging.Scope;
import org.dalrn.fhe.rlwe.RlweContext;
import org.junit.jupiter.api.Test;

/** Shares of keys: kept under a seal, compared, destroyed, never printed. */
class KeyShareTest {
    private static final RlweContext RING = Parties.ring(16, 50, 45);
    private final Parties parties = Parties.of(RING, 3, Set.of(), 81);
    private final HpkePrivateKey key = HpkePrivateKey.generate(parties.random);

    @Test
    void unwrap_ofAWrappedSummand_isEqual() {
        SecretKeyShare share = parties.shares.get(1);
        byte[] bytes = share.wrappedFor(key.publicKey(), parties.random);
        SecretKeyShare read = SecretKeyShare.unwrap(parties.ceremony, parties.publicKey.id(), key, bytes);
        assertThat(read).isEqualTo(share).hasSameHashCodeAs(share).isNotEqualTo(parties.shares.get(0));
        assertThat(read.noiseSeed()).isEqualTo(share.noiseSeed());
    }

    @Test
    void unwrap_ofAWrappedThresholdShare_isEqual() {
        Smudging smudging = new Smudging(40, Scope.EACH_COEFFICIENT, 10, 1, 1);
        HoldersOfKey holders = HoldersOfKey.threshold(parties, 2, ActiveSetRule.ONE_SET_PER_KEY, smudging);
        KeyShare share = holders.shares.get(2);
        byte[] bytes = share.wrappedFor(key.publicKey(), parties.random);
        assertThat(ThresholdKeyShare.unwrap(holders.group, key, bytes)).isEqualTo(share);
        assertThatThrownBy(() -> SecretKeyShare.unwrap(parties.ceremony, parties.publicKey.id(), key, bytes))
                .isInstanceOf(MultipartyException.class)
                .hasMessageContaining("of another key");
    }

    @Test
    void unwrap_ofEveryByteChanged_isRefused() {
        byte[] bytes = parties.shares.get(0).wrappedFor(key.publicKey(), parties.random);
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 4;
            assertThatThrownBy(() -> SecretKeyShare.unwrap(parties.ceremony, parties.publicKey.id(), key, changed))
                    .as("byte %d", i)
                    .isInstanceOf(MultipartyException.class);
        }
    }

    @Test
    void unwrap_withAnotherKey_isRefused() {
        byte[] bytes = parties.shares.get(0).wrappedFor(key.publicKey(), parties.random);
        HpkePrivateKey other = HpkePrivateKey.generate(parties.random);
        assertThatThrownBy(() -> SecretKeyShare.unwrap(parties.ceremony, parties.publicKey.id(), other, bytes))
                .isInstanceOf(MultipartyException.class)
                .hasMessage(
                        "a wrapped key share of party 1 does not open with the given key; give the one it was wrapped for");
    }

    @Test
    void wrappedFor_afterDestroy_isRefused() {
        SecretKeyShare share = parties.shares.get(0);
        share.destroy();
        assertThatThrownBy(() -> share.wrappedFor(key.publicKey(), parties.random))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the key share of party 1 was destroyed");
    }
}
