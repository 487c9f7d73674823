package org.dalrn.podp.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dalrn.podp.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 10, -12, Long.MAX_VALUE, Long.MIN_VALUE})
    void wholeNumber_writtenAndRead_isTheSame(long number) {
        assertThat(Scalar.toLong(Scalar.of(number))).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "01",
                "-0",
                "-01",
                "1.0",
                "1e3",
                " 1",
                "1_0",
                "٣",
                "9223372036854775808",
                "--1",
                "1-"
            })
    void wholeNumber_anyOtherSpelling_isRefused(String text) {
        assertThatThrownBy(() -> Scalar.toLong(text))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("is no whole number; allowed is decimal in 64 bits");
    }

    @Test
    void binary64_ofTheFormat_isItsBits() {
        assertThat(Scalar.of(1.5)).isEqualTo("3ff8000000000000");
        assertThat(Scalar.of(-0.0)).isEqualTo("8000000000000000");
        assertThat(Scalar.of(Double.longBitsToDouble(0xfff8000000000001L))).isEqualTo("7ff8000000000000");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, -0.0, 1.5, Double.MIN_VALUE, Double.MAX_VALUE, Double.NEGATIVE_INFINITY, Double.NaN})
    void binary64_writtenAndRead_isTheSame(double value) {
        assertThat(Scalar.toDouble(Scalar.of(value))).isEqualTo(Double.valueOf(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.5", "3FF8000000000000", "3ff800000000000", "3ff80000000000000", "7ff8000000000001"})
    void binary64_anyOtherSpelling_isRefused(String text) {
        assertThatThrownBy(() -> Scalar.toDouble(text))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("is no binary64 value");
    }

    @Test
    void bytes_writtenAndRead_areTheSame() {
        byte[] bytes = {0, 1, -1, 127, -128};
        assertThat(Scalar.of(bytes)).isEqualTo("0001ff7f80");
        assertThat(Scalar.toBytes("0001ff7f80")).isEqualTo(bytes);
        assertThatThrownBy(() -> Scalar.toBytes("0001FF7f80")).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Scalar.toBytes("000")).isInstanceOf(MalformedException.class);
    }
}
