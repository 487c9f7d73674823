package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeesTest {

    private static BigInteger wei(long amount) {
        return BigInteger.valueOf(amount);
    }

    @Test
    void first_lastsWhileTheBaseFeeDoubles() {
        assertThat(Fees.first(wei(100), wei(7), wei(1000))).contains(new Fees(wei(207), wei(7)));
    }

    @Test
    void first_neverAboveTheCap() {
        assertThat(Fees.first(wei(100), wei(7), wei(150))).contains(new Fees(wei(150), wei(7)));
        assertThat(Fees.first(wei(100), wei(7), wei(107))).contains(new Fees(wei(107), wei(7)));
        assertThat(Fees.first(wei(100), wei(7), wei(106))).isEmpty();
    }

    @Test
    void bumped_isAnEighthMoreOfBothAtLeast() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            Fees fees = new Fees(wei(1_000_000 + random.nextInt(1_000_000)), wei(random.nextInt(1_000_000)));
            Fees more = fees.bumped(wei(random.nextInt(1000)), wei(random.nextInt(1000)), wei(Long.MAX_VALUE))
                    .orElseThrow();
            assertThat(more.most().multiply(wei(1000)))
                    .isGreaterThanOrEqualTo(fees.most().multiply(wei(1125)));
            assertThat(more.tip().multiply(wei(1000)))
                    .isGreaterThanOrEqualTo(fees.tip().multiply(wei(1125)));
            assertThat(more.tip()).isGreaterThan(fees.tip());
        }
    }

    @Test
    void bumped_followsTheBaseFee() {
        assertThat(new Fees(wei(207), wei(7)).bumped(wei(500), wei(9), wei(5000)))
                .contains(new Fees(wei(1009), wei(9)));
    }

    @Test
    void bumped_aboveTheCap_isNot() {
        Fees fees = new Fees(wei(800), wei(8));
        assertThat(fees.bumped(wei(1), wei(1), wei(899))).isEqualTo(Optional.empty());
        assertThat(fees.bumped(wei(1), wei(1), wei(900))).contains(new Fees(wei(900), wei(9)));
        // The doubled base fee gives way to the cap, the eighth does not.
        assertThat(fees.bumped(wei(600), wei(1), wei(950))).contains(new Fees(wei(950), wei(9)));
    }

    @Test
    void tipAboveTheWhole_isRefused() {
        assertThatThrownBy(() -> new Fees(wei(1), wei(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 of 1");
    }
}
