package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EthereumAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The examples of EIP-55.
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
                "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
            })
    void parse_examplesOfEip55_areTaken(String text) {
        assertThat(EthereumAddress.parse(text)).hasToString(text.toLowerCase(java.util.Locale.ROOT));
        assertThat(EthereumAddress.parse(text.toLowerCase(java.util.Locale.ROOT)))
                .isEqualTo(EthereumAddress.parse(text));
    }

    @Test
    void parse_wrongChecksum_isRefused() {
        assertThatThrownBy(() -> EthereumAddress.parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not the checksum of this address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0x",
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
                "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed00"
            })
    void parse_anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> EthereumAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an address is 0x and 40 hexadecimal digits");
    }
}
