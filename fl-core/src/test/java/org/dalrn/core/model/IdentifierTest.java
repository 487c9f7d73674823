package org.dalrn.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "7",
                "run-1",
                "heart.disease_2026",
                "0123456789012345678901234567890123456789012345678901234567890ab"
            })
    void create_allowedSpelling_isKept(String value) {
        assertThat(new RunId(value)).hasToString(value);
        assertThat(new NodeId(value).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                ".a",
                "_a",
                "A",
                "run 1",
                "a/b",
                "é",
                "a\n",
                "0123456789012345678901234567890123456789012345678901234567890abc"
            })
    void create_otherSpelling_isRefusedWithTheAllowedSet(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RunId(value))
                .withMessageStartingWith("run id \"")
                .withMessageContaining("1 to 63 characters of [a-z0-9._-]")
                .withMessageContaining("\"run-1\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NodeId(value))
                .withMessageStartingWith("node id \"")
                .withMessageContaining("\"node-1\"");
    }

    @Test
    void compareTo_sameKind_isStringOrder() {
        assertThat(new NodeId("a10")).isLessThan(new NodeId("a9"));
        assertThat(new RunId("b")).isGreaterThan(new RunId("a"));
    }
}
