package org.dalrn.core.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FixedPointScaleTest {
    /** The exponents are worked out by hand from the rule in the class documentation. */
    @ParameterizedTest
    @CsvSource({
        "16.0, 268435456, 30",
        "16.1, 268435456, 29",
        "16.0, 268435457, 29",
        "1.0, 1, 62",
        "0.75, 3, 60",
        "1.401298464324817E-45, 1, 211",
        "3.4028234663852886e38, 1099511627776, -106"
    })
    void plan_bounds_takesTheLargestExponentOfTheRule(double maxAbsoluteValue, long maxTotalWeight, int exponent) {
        assertThat(FixedPointScale.plan(maxAbsoluteValue, maxTotalWeight).exponent())
                .isEqualTo(exponent);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e39, 1e-46})
    void plan_valueBoundOutsideFloat_isRefusedWithTheRange(double bound) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FixedPointScale.plan(bound, 1))
                .withMessageContaining("maximum absolute value " + bound
                        + " is not in [1.401298464324817E-45, 3.4028234663852886E38]");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, (1L << 40) + 1, Long.MAX_VALUE})
    void plan_totalWeightOutside_isRefusedWithTheRange(long weight) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FixedPointScale.plan(1, weight))
                .withMessageContaining("maximum total weight " + weight + " is not in [1, 1099511627776]");
    }

    @Test
    void create_exponentBeyondTheRule_isRefusedWithTheRange() {
        assertThat(new FixedPointScale(-4, 16, 1L << 28).exponent()).isEqualTo(-4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FixedPointScale(31, 16, 1L << 28))
                .withMessageContaining("scale exponent 31 is not in [-4, 30]")
                .withMessageContaining("FixedPointScale.plan");
        assertThatIllegalArgumentException().isThrownBy(() -> new FixedPointScale(-5, 16, 1L << 28));
    }

    @Test
    void maxMagnitudeBits_boundBetweenFloats_roundsDown() {
        float below = 0.1f; // The float nearest to 0.1 is above it.
        assertThat((double) below).isGreaterThan(0.1);
        assertThat(FixedPointScale.plan(0.1, 1).maxMagnitudeBits())
                .isEqualTo(Float.floatToIntBits(Math.nextDown(below)));
        assertThat(FixedPointScale.plan(below, 1).maxMagnitudeBits()).isEqualTo(Float.floatToIntBits(below));
    }
}
