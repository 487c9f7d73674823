package org.dalrn.core.incentive.bargaining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.dalrn.core.model.ContentHash;
import org.junit.jupiter.api.Test;

class SealedBidTest {

    private static final byte[] NONCE = new byte[32];

    static {
        for (int i = 0; i < NONCE.length; i++) {
            NONCE[i] = (byte) i;
        }
    }

    /** From Python: hashlib.sha256 of domain, struct.pack('>I', length), name, struct.pack('>q', bid), bytes(range(32)). */
    @Test
    void seal_knownBid_isTheHashThatPythonComputes() {
        assertThat(SealedBid.seal("Klinik Süd", 12_345, NONCE).commitment())
                .isEqualTo(ContentHash.parse("72b0e8d00107febbff298ec6a55a4cf36df53d8564c99d3a574eb6009dfecee2"));
    }

    @Test
    void opensAs_onlyTheSameBidNonceAndName() {
        SealedBid sealed = SealedBid.seal("a", 7, NONCE);
        byte[] other = NONCE.clone();
        other[31] ^= 1;
        assertThat(sealed.opensAs(7, NONCE)).isTrue();
        assertThat(sealed.opensAs(8, NONCE)).isFalse();
        assertThat(sealed.opensAs(-7, NONCE)).isFalse();
        assertThat(sealed.opensAs(7, other)).isFalse();
        assertThat(new SealedBid("b", sealed.commitment()).opensAs(7, NONCE)).isFalse();
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealedBid.seal("a", -1, NONCE))
                .withMessage("the bid of 'a' is -1; it must be 0 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealedBid.seal("a", 1, new byte[8]))
                .withMessage("a nonce has 32 bytes, not 8; draw them at random");
    }
}
