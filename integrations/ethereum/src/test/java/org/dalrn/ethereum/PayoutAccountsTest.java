package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.dalrn.podp.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The addresses are the examples of EIP-55. */
class PayoutAccountsTest {

    private static final String ONE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    private static final String TWO = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

    private static PayoutAccounts parse(String json) {
        return PayoutAccounts.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void parse_accountsByClaimant() {
        assertThat(parse("{\"clinic\": \"" + ONE + "\",\n \"node:berlin\": \"" + TWO + "\"}")
                        .byClaimant())
                .isEqualTo(Map.of("clinic", EthereumAddress.parse(ONE), "node:berlin", EthereumAddress.parse(TWO)));
        assertThat(parse("{}").byClaimant()).isEmpty();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("", "one JSON object from claimants to addresses"),
                Arguments.of("[]", "one JSON object from claimants to addresses"),
                Arguments.of("{\"a\": \"" + ONE + "\"", "a file of accounts is JSON, but line 1"),
                Arguments.of("{\n\"a\": " + ONE + "}", "line 2: claimant 'a' needs an address in quotation marks"),
                Arguments.of("{\"a\": 5}", "line 1: claimant 'a' needs an address in quotation marks"),
                Arguments.of("{\"a\": [\"" + ONE + "\"]}", "claimant 'a' needs an address in quotation marks"),
                Arguments.of(
                        "{\"a\": \"" + ONE + "\",\n\"a\": \"" + TWO + "\"}",
                        "line 2: claimant 'a' is there twice; leave one of the two"),
                Arguments.of(
                        "{\"a\": \"" + ONE + "\", \"b\": \"" + ONE + "\"}",
                        "claimant 'b' has the account " + ONE + " of 'a'; each claimant has an account of its own"),
                Arguments.of(
                        "{\"a\": \"" + ONE.replace("5aA", "5aa") + "\"}",
                        "claimant 'a': the upper and lower case of 0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed is not"),
                Arguments.of(
                        "{\"a\": \"" + ONE.toLowerCase(java.util.Locale.ROOT) + "\"}",
                        "is written without the checksum of EIP-55; copy it"),
                Arguments.of(
                        "{\"a\": \"0x12\"}", "claimant 'a': an address is 0x and 40 hexadecimal digits, not '0x12'"),
                Arguments.of("{\"a\": \"0x" + "0".repeat(40) + "\"}", "claimant 'a': the address 0x0 is nobody's"),
                Arguments.of("{} {}", "after the object with the accounts nothing may follow"),
                Arguments.of("{} x", "a file of accounts is JSON, but line 1"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void parse_anythingElse_isRefusedWithTheLine(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void parse_moreThanItsBytes_isRefused() {
        assertThatThrownBy(() -> PayoutAccounts.parse(new byte[PayoutAccounts.MOST_BYTES + 1]))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("has 4194305 bytes; allowed are at most 4194304");
    }
}
