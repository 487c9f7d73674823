package org.dalrn.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VarintTest {
    /** The examples of the specification of unsigned-varint, and the largest number. */
    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "127, 7f",
        "128, 8001",
        "255, ff01",
        "300, ac02",
        "16384, 808001",
        "9223372036854775807, ffffffffffffffff7f",
    })
    void write_ofTheSpecificationsExamples_isTheirForm(long value, String hex) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Varint.write(out, value);
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(hex);
        assertThat(Varint.read(ByteBuffer.wrap(out.toByteArray()))).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "'', cut off after 0",
        "80, cut off after 1",
        "8000, shortest",
        "818000, shortest",
        "ffffffffffffffffff01, more than 9",
        "80808080808080808001, more than 9",
    })
    void read_ofAnythingElse_isRefused(String hex, String reason) {
        ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> Varint.read(in))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void write_ofANegativeNumber_isRefused() {
        assertThatThrownBy(() -> Varint.write(new ByteArrayOutputStream(), -1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
