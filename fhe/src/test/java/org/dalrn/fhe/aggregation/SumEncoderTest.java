package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SumEncoderTest {
    private final SumPlan plan =
            TestRounds.planner(SumMode.ONE_TIME_KEY).committee(16).plan();
    private final SumEncoder encoder = SumEncoder.of(plan);

    @Test
    void encode_anyValueAndWeight_isTheNearestLevel() {
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            double x = random.nextGaussian() * 3;
            long weight = 1L + random.nextInt(1000);
            BigDecimal exact = SumReference.exactLevel(x, 4, weight, 1000, plan.levels());
            assertThat(exact.subtract(BigDecimal.valueOf(encoder.encode(x, weight)))
                            .abs()
                            .doubleValue())
                    .isLessThanOrEqualTo(0.5 + 1e-9);
        }
    }

    @Test
    void encode_edges_stayWithinTheLevels() {
        assertThat(encoder.encode(-4, 1000)).isZero();
        assertThat(encoder.encode(-1e300, 1)).isZero();
        assertThat(encoder.encode(4, 1000)).isEqualTo(plan.levels() - 1);
        assertThat(encoder.encode(1e300, 1000)).isEqualTo(plan.levels() - 1);
        assertThat(encoder.encode(-0.0, 1000)).isEqualTo(encoder.encode(0.0, 1000));
    }

    @Test
    void encode_largestWeightOfManyScales_neverPassesTheLastLevel() {
        Random random = new Random(2);
        for (int i = 0; i < 150; i++) {
            double clip = Math.exp(random.nextGaussian() * 20);
            SumPlan scaled =
                    TestRounds.tiny(SumMode.ONE_TIME_KEY, 16, 7, 3 + random.nextInt(47), 1, 1 + random.nextInt(9));
            SumPlan other = SumPlan.insecureForTesting(new SumPlan.Fields(
                    scaled.mode(),
                    scaled.security(),
                    16,
                    scaled.basis().moduli().stream().map(m -> m.value()).toList(),
                    7,
                    scaled.fieldBits(),
                    1,
                    scaled.guardBits(),
                    scaled.levels(),
                    clip,
                    scaled.maxWeight(),
                    1,
                    0));
            assertThat(SumEncoder.of(other).encode(Double.MAX_VALUE, other.maxWeight()))
                    .isBetween(0L, other.levels() - 1);
        }
    }

    @Test
    void encode_notFiniteOrWeightOutOfRange_isRefused() {
        assertThatThrownBy(() -> encoder.encode(Double.NaN, 1)).hasMessageContaining("not finite");
        assertThatThrownBy(() -> encoder.encode(Double.NEGATIVE_INFINITY, 1)).hasMessageContaining("not finite");
        assertThatThrownBy(() -> encoder.encode(0, 0)).hasMessageContaining("weights from 1 to 1000");
        assertThatThrownBy(() -> encoder.encode(0, 1001)).hasMessageContaining("weight 1001");
    }

    @Test
    void mean_ofOneFullWeight_undoesEncode() {
        for (double x = -4; x <= 4; x += 0.37) {
            assertThat(encoder.mean(encoder.encode(x, 1000), 1000))
                    .isCloseTo(x, org.assertj.core.data.Offset.offset(8 * plan.worstError()));
        }
        assertThatThrownBy(() -> encoder.mean(1, 0)).hasMessageContaining("at least 1");
    }
}
