package org.dalrn.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ContentHashTest {
    /** FIPS 180-4 example: SHA-256 of "abc". */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void of_abc_isTheFipsExample() {
        assertThat(ContentHash.of(ascii("abc"))).hasToString(ABC);
    }

    @Test
    void sha256_severalParts_hashesTheirConcatenation() {
        assertThat(ContentHash.sha256(ascii("a"), ascii(""), ascii("bc"))).isEqualTo(ContentHash.parse(ABC));
    }

    @Test
    void ofBytes_callersArrayChangesLater_keepsTheValue() {
        byte[] bytes = ContentHash.parse(ABC).toByteArray();
        ContentHash hash = ContentHash.ofBytes(bytes);
        bytes[0] = 0;
        hash.toByteArray()[1] = 0;
        assertThat(hash).hasToString(ABC).hasSameHashCodeAs(ContentHash.parse(ABC));
    }

    @Test
    void ofBytes_wrongLength_saysSo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContentHash.ofBytes(new byte[31]))
                .withMessageContaining("31 bytes, not 32");
    }

    @Test
    void parse_upperCaseShortOrForged_isRefusedWithoutEchoingControlCharacters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContentHash.parse("BA" + ABC.substring(2)))
                .withMessageContaining("64 characters of [0-9a-f]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContentHash.parse("ab\n"))
                .withMessageContaining("\"ab\\u000a\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContentHash.parse("x".repeat(1000)))
                .withMessageContaining("(1000 characters)");
    }

    @Test
    void compareTo_highBytes_areUnsigned() {
        ContentHash low = ContentHash.parse("7f" + "0".repeat(62));
        ContentHash high = ContentHash.parse("80" + "0".repeat(62));
        assertThat(low).isLessThan(high).isNotEqualTo(high);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
