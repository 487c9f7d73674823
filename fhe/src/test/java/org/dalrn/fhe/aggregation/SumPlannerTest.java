package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SumPlannerTest {
    @Test
    void plan_hundredClients16Bits_isSmallerThanFloats() {
        SumPlan plan = TestRounds.planner(SumMode.ONE_TIME_KEY).committee(16).plan();
        // By hand: 9 values of 22 bits and 10 guard bits in 208 bits of N = 8192, 26 bytes for nine, and the keys'
        // shares.
        assertThat(plan.ringDegree()).isEqualTo(8192);
        assertThat(plan.valuesPerCoefficient()).isEqualTo(9);
        assertThat(plan.log2Modulus()).isBetween(207.9, 208.0);
        assertThat(plan.updateBytes(1_000_000) / 1e6).isBetween(26 / 9.0, 26 / 9.0 + 0.001);
        assertThat(plan.dealtBytes(16)).isEqualTo(134 + 16 * (48 + 8192 * 13 / 8));
        assertThat(plan.worstError()).isLessThanOrEqualTo(0x1p-16);
    }

    @Test
    void describe_aPlan_saysSizePrecisionAndSecurityWithItsSource() {
        assertThat(TestRounds.planner(SumMode.ONE_TIME_KEY).committee(16).plan().describe())
                .contains(
                        "2.889 bytes) per parameter",
                        "shares: 134 + 13360 m bytes more per update for a committee of m with at most 100 dealers",
                        "at most 100 clients",
                        "worst 2^-16",
                        "2024/463",
                        "2^-128");
    }

    /** Where ciphertext and shares together are smallest: by hand, N = 2048 has 32 bits a value, 4096 98 for four. */
    @Test
    void plan_smallUpdates_takeTheRingThatIsSmallestWithItsShares() {
        SumPlan tiny = TestRounds.planner(SumMode.ONE_TIME_KEY)
                .parameters(10_000)
                .committee(16)
                .plan();
        assertThat(tiny.ringDegree()).isEqualTo(2048);
        assertThat(tiny.updateBytes(10_000) + tiny.dealtBytes(16)).isLessThan(95_000);
        SumPlan small = TestRounds.planner(SumMode.ONE_TIME_KEY)
                .parameters(100_000)
                .committee(16)
                .plan();
        assertThat(small.ringDegree()).isEqualTo(4096);
        assertThat(small.updateBytes(100_000) + small.dealtBytes(16))
                .isLessThan(tiny.updateBytes(100_000) + tiny.dealtBytes(16));
        assertThat(small.updateBytes(10_000) + small.dealtBytes(16))
                .isGreaterThan(tiny.updateBytes(10_000) + tiny.dealtBytes(16));
    }

    @Test
    void dealtBytes_moreClients_takeLongerSharesAndOtherModesNone() {
        assertThat(TestRounds.tiny(SumMode.ONE_TIME_KEY, 16, 170, 16, 1, 1).dealtBytes(2))
                .isEqualTo(134 + 2 * (48 + 16 * 13 / 8));
        assertThat(TestRounds.tiny(SumMode.ONE_TIME_KEY, 16, 171, 16, 1, 1).dealtBytes(2))
                .isEqualTo(134 + 2 * (48 + 16 * 17 / 8));
        SumPlan shared = TestRounds.tiny(SumMode.SHARED_KEY, 16, 171, 16, 1, 1);
        assertThat(shared.dealtBytes(2)).isZero();
        assertThat(shared.describe()).doesNotContain("shares:");
    }

    @Test
    void plan_largerRing_isTakenWhereNoSharesAreSent() {
        SumPlan plan = TestRounds.planner(SumMode.ONE_TIME_KEY).plan();
        assertThat(plan.ringDegree()).isEqualTo(16384);
        assertThat(plan.updateBytes(10_000_000)).isLessThan(28_500_000);
    }

    @ParameterizedTest
    @EnumSource(SumMode.class)
    void plan_everyModeAndTable_holdsTheSumTheNoiseAndTheTable(SumMode mode) {
        for (SecurityStandard table : SecurityStandard.values()) {
            for (int clients : new int[] {2, 1000, 100_000}) {
                for (int bits : new int[] {8, 22}) {
                    SumPlan plan = SumPlanner.create()
                            .mode(mode)
                            .security(table)
                            .maxClients(clients)
                            .meanBits(bits)
                            .clip(0.5)
                            .maxWeight(1)
                            .parameters(100_000)
                            .plan();
                    BigInteger q = plan.basis().product();
                    assertThat(q.bitLength()).isLessThanOrEqualTo(table.maxLog2Modulus(plan.ringDegree()));
                    // The largest sum, field by field.
                    BigInteger largest = BigInteger.ZERO;
                    for (int k = 0; k < plan.valuesPerCoefficient(); k++) {
                        BigInteger field = BigInteger.valueOf(clients).multiply(BigInteger.valueOf(plan.levels() - 1));
                        assertThat(field.bitLength()).isLessThanOrEqualTo(plan.fieldBits());
                        largest = largest.add(field.shiftLeft(plan.fieldBits() * k));
                    }
                    BigInteger half = BigInteger.ONE.shiftLeft(plan.guardBits() - 1);
                    assertThat(largest.shiftLeft(plan.guardBits()).add(half).add(half))
                            .isLessThanOrEqualTo(q);
                    assertThat(plan.noiseBound(clients)).isLessThan(half.longValue());
                    assertThat(plan.worstError()).isLessThanOrEqualTo(Math.pow(2, -bits));
                }
            }
        }
    }

    /** Mean of the formula of the anchors' section 3.2; the Gaussian tail at 13.3 is 2^-131, ours is the bound for coins. */
    @ParameterizedTest
    @CsvSource({"ONE_TIME_KEY,1", "SHARED_KEY,1", "COLLECTIVE_KEY,1"})
    void noiseBound_isTheSubGaussianTailForAllCoefficients(SumMode mode, int parties) {
        double variance = SumPlan.freshVariance(mode, 8192, parties);
        double formula = mode == SumMode.COLLECTIVE_KEY ? 10.5 * (4.0 * parties * 8192 / 3 + 1) : 10.5;
        assertThat(variance).isBetween(formula, 1.25 * formula);
        double factor = SumPlan.noiseBound(mode, 8192, parties, 0, 1_000_000) / Math.sqrt(1e6 * variance);
        double log2Failure = 1 - factor * factor / 2 / Math.log(2);
        assertThat(log2Failure + 40).isLessThanOrEqualTo(-128);
        assertThat(factor).isGreaterThan(13.3);
    }

    @Test
    void noiseBound_fewUpdates_neverPassesWhatCoinsCanGive() {
        assertThat(SumPlan.noiseBound(SumMode.ONE_TIME_KEY, 4096, 1, 0, 2)).isEqualTo(42);
    }

    @Test
    void plan_openingNoise_widensTheGuard() {
        SumPlan narrow = TestRounds.planner(SumMode.COLLECTIVE_KEY).plan();
        SumPlan wide = TestRounds.planner(SumMode.COLLECTIVE_KEY)
                .collectiveKey(16, 1L << 34)
                .plan();
        assertThat(wide.guardBits()).isGreaterThan(narrow.guardBits() + 15);
        assertThat(wide.noiseBound(100)).isGreaterThan(15L << 34);
    }

    @Test
    void plan_largeWeights_takeMoreDigitsAndNotWiderFields() {
        SumPlan plan = TestRounds.planner(SumMode.ONE_TIME_KEY)
                .committee(16)
                .maxWeight(1L << 40)
                .plan();
        assertThat(plan.fieldBits()).isEqualTo(22);
        assertThat(plan.weightDigits()).isEqualTo(3);
    }

    @Test
    void plan_nothingSet_namesAllThatIsMissing() {
        assertThatThrownBy(() -> SumPlanner.create().plan())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[clip, maxClients, maxWeight, meanBits, mode, parameters, security]");
    }

    @Test
    void plan_moreThanAnyRingHolds_isRefused() {
        assertThatThrownBy(() -> TestRounds.planner(SumMode.ONE_TIME_KEY)
                        .maxClients(1 << 20)
                        .meanBits(40)
                        .plan())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ask for fewer");
    }

    @Test
    void options_outOfRange_areRefusedWithTheRange() {
        SumPlanner planner = SumPlanner.create();
        assertThatThrownBy(() -> planner.maxClients(1))
                .hasMessageContaining("1 clients")
                .hasMessageContaining("2");
        assertThatThrownBy(() -> planner.meanBits(41)).hasMessageContaining("between 2 and 40");
        assertThatThrownBy(() -> planner.clip(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> planner.maxWeight(0)).hasMessageContaining("between 1 and 2^40");
        assertThatThrownBy(() -> planner.committee(256)).hasMessageContaining("between 0 and 255");
        assertThatThrownBy(() -> planner.parameters(0)).hasMessageContaining("between 1 and 2^38");
        assertThatThrownBy(() -> planner.collectiveKey(3, 0)).hasMessageContaining("give away their keys");
        assertThatThrownBy(() -> TestRounds.planner(SumMode.SHARED_KEY)
                        .collectiveKey(3, 10)
                        .plan())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("COLLECTIVE_KEY");
    }

    @ParameterizedTest
    @EnumSource(SumMode.class)
    void parse_ofToBytes_isTheSamePlan(SumMode mode) {
        SumPlan plan = TestRounds.planner(mode).plan();
        SumPlan parsed = SumPlan.parse(plan.toBytes());
        assertThat(parsed).isEqualTo(plan).hasSameHashCodeAs(plan);
        assertThat(parsed.digest()).isEqualTo(plan.digest());
        assertThat(parsed.describe()).isEqualTo(plan.describe());
    }

    @Test
    void parse_anyByteChangedOrCut_isRefusedOrAnotherValidPlan() {
        byte[] bytes =
                TestRounds.planner(SumMode.ONE_TIME_KEY).committee(16).plan().toBytes();
        Random random = new Random(1);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> SumPlan.parse(cut)).isInstanceOf(SumFormatException.class);
        }
        int accepted = 0;
        for (int i = 0; i < bytes.length; i++) {
            for (int trial = 0; trial < 4; trial++) {
                byte[] changed = bytes.clone();
                changed[i] ^= (byte) (1 + random.nextInt(255));
                try {
                    SumPlan plan = SumPlan.parse(changed);
                    assertThat(plan.digest()).isNotEqualTo(SumPlan.parse(bytes).digest());
                    plan.security().require(plan.ringDegree(), plan.basis().product());
                    accepted++;
                } catch (SumFormatException refused) {
                    assertThat(refused).hasMessageNotContaining("null");
                }
            }
        }
        // Clip bound, weights, levels downwards, the table: nothing else can differ in one byte.
        assertThat(accepted).isLessThan(4 * 24);
    }

    @ParameterizedTest
    @ValueSource(strings = {"levels", "guard", "modulus", "table", "noiseOfOthers", "prime", "twice"})
    void parse_aPlanThatCouldFail_isRefused(String what) {
        SumPlan plan = TestRounds.planner(SumMode.ONE_TIME_KEY)
                .parameters(100_000)
                .committee(16)
                .plan();
        java.util.List<Long> primes =
                plan.basis().moduli().stream().map(modulus -> modulus.value()).toList();
        boolean twice = what.equals("twice");
        java.util.List<Long> others = twice
                ? java.util.List.of(primes.get(0), primes.get(0))
                : what.equals("prime")
                        ? java.util.List.of(primes.get(0), primes.get(1) + 8192)
                        : what.equals("table") ? SumPlan.primes(4096, 49, 49, 49) : primes;
        SumPlan.Fields fields = new SumPlan.Fields(
                SumMode.ONE_TIME_KEY,
                SecurityStandard.GUIDELINES_2024_CLASSICAL,
                4096,
                others,
                what.equals("noiseOfOthers") ? 200 : 100,
                22,
                what.equals("modulus") ? 5 : 4,
                what.equals("guard") ? 9 : 10,
                what.equals("levels") ? (1 << 22) / 100 + 2 : (1 << 22) / 200,
                4.0,
                1000,
                1,
                0);
        assertThatThrownBy(() -> SumPlan.parse(fields.toBytes()))
                .isInstanceOf(SumFormatException.class)
                .hasMessageContaining(
                        switch (what) {
                            case "levels" -> "carry out of 22 bits";
                            case "guard", "noiseOfOthers" -> "do not hold the noise";
                            case "modulus" -> "smaller than the largest sum";
                            case "table" -> "too long for N=4096";
                            case "prime" -> "prime";
                            default -> "twice";
                        });
    }
}
