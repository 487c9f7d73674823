package org.dalrn.core.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Source of truth: RFC 8785, sections 3.2.1 (white space), 3.2.2.2 (strings), 3.2.3 (order of keys). */
class CanonicalJsonTest {

    @Test
    void write_rfcExampleKeys_areSortedByUtf16() {
        // RFC 8785, section 3.2.3: the order of these keys.
        TreeMap<String, Object> tree = new TreeMap<>();
        for (String key : List.of("\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6")) {
            tree.put(key, "");
        }
        assertThat(CanonicalJson.write(tree))
                .isEqualTo("{\"\\r\":\"\",\"1\":\"\",\"\u0080\":\"\",\"\u00f6\":\"\",\"\u20ac\":\"\","
                        + "\"\ud83d\ude00\":\"\",\"\ufb33\":\"\"}");
        assertThat(CanonicalJson.read(CanonicalJson.write(tree))).isEqualTo(tree);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " \"a\"",
                "\"a\" ",
                "\"a\"\"b\"",
                "\"a",
                "\"",
                "\"\\",
                "\"\\u",
                "\"\\u00",
                "\"\\u0041\"",
                "\"\\u001F\"",
                "\"\\u0009\"",
                "\"\\u00zz\"",
                "\"\\/\"",
                "\"\\x\"",
                "\"\t\"",
                "\"\u0000\"",
                "\"\\ud83d\\ude00\"",
                "\"\ud800\"",
                "\"\\uD800\"",
                "1",
                "true",
                "null",
                "[",
                "[]]",
                "[,]",
                "[\"a\",]",
                "[\"a\" ,\"b\"]",
                "[\"a\"\"b\"]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":\"\",}",
                "{a:\"\"}",
                "{\"b\":\"\",\"a\":\"\"}",
                "{\"a\":\"\",\"a\":\"\"}",
                "{\"a\": \"\"}",
                "{\"a\":\"\"}\n",
                "\ufeff\"a\""
            })
    void read_otherSpelling_isRefusedWithItsPlace(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CanonicalJson.read(text))
                .withMessageMatching("(?s)not canonical JSON at position \\d+ of " + text.length() + ": expected .+");
    }

    @Test
    void read_everyPrefix_isRefused() {
        String text = "{\"a\":[\"\\u0001\",{\"b\":\"\\\"\"}],\"c\":\"\\ud800\"}";
        assertThat(CanonicalJson.write(CanonicalJson.read(text))).isEqualTo(text);
        for (int end = 0; end < text.length(); end++) {
            String prefix = text.substring(0, end);
            assertThatIllegalArgumentException().as(prefix).isThrownBy(() -> CanonicalJson.read(prefix));
        }
    }

    @Test
    void read_deepNesting_isRefusedNotOverflown() {
        assertThat(CanonicalJson.read("[".repeat(17) + "]".repeat(17))).isInstanceOf(List.class);
        for (String text : List.of("[".repeat(18) + "]".repeat(18), "[".repeat(1_000_000), "{\"a\":".repeat(500_000))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CanonicalJson.read(text))
                    .withMessageContaining("at most 16 levels");
        }
    }
}
