package org.dalrn.podp.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.testing.ReceiptVectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {

    static Stream<JsonNode> canonical() {
        return StreamSupport.stream(ReceiptVectors.ALL.get("canonical").spliterator(), false);
    }

    static Stream<JsonNode> refused() {
        return StreamSupport.stream(ReceiptVectors.ALL.get("refused").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("canonical")
    void write_treesOfPython_givesPythonsBytes(JsonNode vector) {
        byte[] text = CanonicalJson.write(ReceiptVectors.tree(vector.get("tree")));
        assertThat(text).as(vector.get("name").asText()).isEqualTo(ReceiptVectors.bytes(vector.get("text")));
    }

    @ParameterizedTest
    @MethodSource("canonical")
    void read_textsOfPython_givesPythonsTrees(JsonNode vector) {
        Object tree = CanonicalJson.read(ReceiptVectors.bytes(vector.get("text")));
        assertThat(tree).as(vector.get("name").asText()).isEqualTo(ReceiptVectors.tree(vector.get("tree")));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void read_anyOtherSpelling_isRefused(JsonNode vector) {
        byte[] text = ReceiptVectors.bytes(vector.get("text"));
        assertThatThrownBy(() -> CanonicalJson.read(text))
                .as(vector.get("name").asText())
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("not canonical JSON at byte ");
    }

    @Test
    void read_randomBytesInAndAroundStrings_takesExactlyWhatItWouldWrite() throws Exception {
        // Jackson says what a text means; writing that again says whether the text was the canonical one.
        ObjectMapper jackson = new ObjectMapper();
        Random random = new Random(5);
        byte[][] pieces = Stream.of(
                        "\"",
                        "\"",
                        "\\",
                        "u00",
                        "1",
                        "f",
                        "0",
                        "[",
                        "]",
                        "{",
                        "}",
                        ",",
                        ":",
                        "é",
                        "\ud83d\ude00",
                        "\t",
                        "n")
                .map(piece -> piece.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        int taken = 0;
        for (int i = 0; i < 60_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(8); j >= 0; j--) {
                text.append(new String(pieces[random.nextInt(pieces.length)], StandardCharsets.UTF_8));
            }
            byte[] bytes =
                    (random.nextBoolean() ? text.toString() : "\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
            Object tree;
            try {
                tree = CanonicalJson.read(bytes);
            } catch (MalformedException refused) {
                continue;
            }
            taken++;
            assertThat(CanonicalJson.write(tree)).isEqualTo(bytes);
            assertThat(ReceiptVectors.tree(jackson.readTree(bytes))).isEqualTo(tree);
        }
        assertThat(taken).isGreaterThan(300);
    }

    @Test
    void read_result_cannotBeChanged() {
        Map<?, ?> tree = (Map<?, ?>) CanonicalJson.read("{\"a\":[\"b\"]}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(tree::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((List<?>) tree.get("a")).clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void read_longerThanAllowed_isRefusedBeforeAnythingElse() {
        byte[] text = new byte[CanonicalJson.MAX_BYTES + 1];
        assertThatThrownBy(() -> CanonicalJson.read(text))
                .isInstanceOf(MalformedException.class)
                .hasMessage("a canonical text of 16777217 bytes; allowed are at most 16777216");
    }

    @Test
    void readAndWrite_ofTheLongestText_agree() {
        String longest = "a".repeat(CanonicalJson.MAX_BYTES - 2);
        byte[] text = CanonicalJson.write(longest);
        assertThat(text).hasSize(CanonicalJson.MAX_BYTES);
        assertThat(CanonicalJson.read(text)).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CanonicalJson.write(longest + "a"))
                .withMessageContaining("more than 16777216 bytes");
    }

    @Test
    void write_moreThanSixteenLevels_isRefused() {
        Object tree = "";
        for (int i = 0; i < 16; i++) {
            tree = i % 2 == 0 ? List.of(tree) : new TreeMap<>(Map.of("a", tree));
        }
        assertThat(CanonicalJson.read(CanonicalJson.write(tree))).isEqualTo(tree);
        Object deeper = List.of(tree);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CanonicalJson.write(deeper))
                .withMessage("a tree of more than 16 levels");
        assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.copyOf(deeper));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d", "\ud83d\ud83d\ude00"})
    void write_halfOfASurrogatePair_isRefused(String string) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CanonicalJson.write(string))
                .withMessageStartingWith("half of a surrogate pair at character ");
        assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.write(new TreeMap<>(Map.of(string, ""))));
    }

    @Test
    void write_whatIsNoTree_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CanonicalJson.write(List.of(1)))
                .withMessageContaining("java.lang.Integer is no part of a tree");
        assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.write(new TreeMap<>(Map.of(1, "a"))));
        List<Object> withNull = Arrays.asList("a", null);
        assertThatThrownBy(() -> CanonicalJson.write(withNull)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void write_mapInAnotherOrder_isRefused() {
        NavigableMap<String, Object> reversed = new TreeMap<>(Collections.reverseOrder());
        reversed.putAll(Map.of("a", "", "b", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CanonicalJson.write(reversed))
                .withMessageContaining("'a' after 'b'");
        assertThat(CanonicalJson.write(CanonicalJson.copyOf(reversed)))
                .asString()
                .isEqualTo("{\"a\":\"\",\"b\":\"\"}");
    }

    @Test
    void copyOf_changedAfterwards_staysAsItWas() {
        List<Object> inner = new ArrayList<>(List.of("a"));
        Object copy = CanonicalJson.copyOf(new TreeMap<>(Map.of("list", inner)));
        inner.add("b");
        assertThat(copy).isEqualTo(Map.of("list", List.of("a")));
    }
}
