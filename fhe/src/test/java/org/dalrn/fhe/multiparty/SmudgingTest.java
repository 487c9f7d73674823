package org.dalrn.fhe.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.dalrn.fhe.multiparty.Smudging.Scope;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.ring.RnsBasis;
import org.junit.jupiter.api.Test;

/** The size of smudging noise, against numbers worked out by hand from the formula of the sources. */
class SmudgingTest {
    @Test
    void stdDev_ofEachCoefficient_isOpenFhesFormula() {
        // sqrt(12 * 3) * 2^20 * 5 = 30 * 2^20
        assertThat(new Smudging(40, Scope.EACH_COEFFICIENT, 5, 3, 1).stdDev(4096, 3, 3))
                .isEqualTo(30 * 0x1p20);
        assertThat(new Smudging(40, Scope.EACH_COEFFICIENT, 5, 1, 3).stdDev(8192, 3, 3))
                .isEqualTo(30 * 0x1p20);
    }

    @Test
    void stdDev_ofTheWholeTranscript_countsTheCoefficients() {
        assertThat(new Smudging(40, Scope.WHOLE_TRANSCRIPT, 5, 3, 1).stdDev(4096, 3, 3))
                .isEqualTo(64 * 30 * 0x1p20);
    }

    @Test
    void stdDev_ofAThreshold_countsWhatDifferentPartiesMayBeAsked() {
        Smudging smudging = new Smudging(40, Scope.EACH_COEFFICIENT, 5, 3, 7);
        assertThat(smudging.decryptions(16, 16)).isEqualTo(21);
        // Of 16 parties 10 may collude; each of the other 6 could be in requests of its own.
        assertThat(smudging.decryptions(11, 16)).isEqualTo(6 * 21);
        assertThat(smudging.stdDev(4096, 11, 16)).isCloseTo(Math.sqrt(6) * smudging.stdDev(4096, 16, 16), within(1e-3));
        assertThat(smudging.openingStdDev(4096, 9, 9)).isEqualTo(3 * smudging.stdDev(4096, 9, 9));
    }

    @Test
    void stdDev_atFortyBitsAndOneDecryption_costsTwentyTwoBits() {
        // Anchor 4.2: +21.8 bits.
        double bits = Math.log(new Smudging(40, Scope.EACH_COEFFICIENT, 1, 1, 1).stdDev(4096, 3, 3)) / Math.log(2);
        assertThat(bits).isCloseTo(21.8, within(0.05));
    }

    @Test
    void freshNoise_ofOneParty_isThatOfAnOrdinaryPublicKey() {
        // Anchor 3.2: 169, 239 and 339 for N = 2048, 4096 and 8192.
        assertThat(Smudging.freshNoiseStdDev(1, 2048, 1)).isCloseTo(169, within(1.0));
        assertThat(Smudging.freshNoiseStdDev(1, 4096, 1)).isCloseTo(239, within(1.0));
        assertThat(Smudging.freshNoiseStdDev(1, 8192, 1)).isCloseTo(339, within(1.0));
        assertThat(Smudging.freshNoiseStdDev(1, 8192, 100)).isCloseTo(3390, within(10.0));
    }

    @Test
    void smudging_belowFortyBits_isRefused() {
        assertThatThrownBy(() -> new Smudging(39, Scope.EACH_COEFFICIENT, 5, 3, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("statistical security of 39 bits is not in [40, 128]");
    }

    @Test
    void smudging_ofNoDecryptions_isRefused() {
        assertThatThrownBy(() -> new Smudging(40, Scope.EACH_COEFFICIENT, 5, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 requests of 1 polynomials");
    }

    @Test
    void smudging_ofAnUnknownNoise_isRefused() {
        assertThatThrownBy(() -> new Smudging(40, Scope.EACH_COEFFICIENT, 0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("take freshNoiseStdDev");
    }

    @Test
    void precision_thatTheNoiseDrowns_isRefusedWithWhatIsLeft() {
        Smudging smudging = new Smudging(40, Scope.EACH_COEFFICIENT, 10, 4, 4);
        RnsBasis basis = RnsBasis.of(4096, NttPrimes.create(4096, 50, 50));
        // Deviation of two answers sqrt(2) sqrt(192) 2^20 10 = 2^27.61; in a slot sqrt(2048) more, 2^33.11; twice 13.3
        // of it
        // 2^37.85: at scale 2^40 two whole bits are left.
        assertThat(smudging.fractionBits(4096, 2, 2, 0x1p40)).isEqualTo(2);
        smudging.requireFractionBits(basis, 2, 2, 0x1p40, 2);
        assertThatThrownBy(() -> smudging.requireFractionBits(basis, 2, 2, 0x1p40, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "smudging noise of standard deviation 2^27.6 (2 answers, 40 bits of statistical security, 16"
                                + " decryptions) leaves 2 bits after the binary point at scale 2^40.0, and 8 are wanted; raise the"
                                + " scale by 6 bits, or lower the number of decryptions under one key");
    }

    @Test
    void message_thatTheNoiseReaches_isRefused() {
        Smudging smudging = new Smudging(40, Scope.EACH_COEFFICIENT, 10, 4, 4);
        RnsBasis basis = RnsBasis.of(4096, NttPrimes.create(4096, 50, 50));
        // 2^27.61 times 26.6 is 2^32.35.
        assertThat(smudging.guardBits(4096, 2, 2)).isEqualTo(33);
        smudging.requireGuardBits(basis, 2, 2, 33);
        assertThatThrownBy(() -> smudging.requireGuardBits(basis, 2, 2, 32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs 33 guard bits below the message, and there are 32");
    }

    @Test
    void modulus_thatTheNoiseFills_isRefused() {
        Smudging smudging = new Smudging(40, Scope.EACH_COEFFICIENT, 10, 4, 4);
        RnsBasis basis = RnsBasis.of(4096, NttPrimes.create(4096, 33));
        assertThatThrownBy(() -> smudging.requireGuardBits(basis, 2, 2, 60))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing is left of the message");
    }
}
