package org.dalrn.podp.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.CanonicalJson;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.testing.ReceiptVectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptTest {
    private static final Sha256Hash HASH = Sha256Hash.of(new byte[] {1});
    private static final Facts FACTS = new Facts("sum/1", List.of(), List.of(), new TreeMap<>());

    static Stream<JsonNode> log() {
        return ReceiptVectors.log().stream();
    }

    @ParameterizedTest
    @MethodSource("log")
    void parse_receiptsOfPython_givesPythonsTextAndReplayDigest(JsonNode vector) {
        Receipt receipt = Receipt.parse(ReceiptVectors.bytes(vector.get("text")));
        assertThat(receipt.canonicalText()).isEqualTo(ReceiptVectors.bytes(vector.get("text")));
        assertThat(receipt.replayDigest())
                .hasToString(vector.get("replayDigest").asText());
    }

    @ParameterizedTest
    @MethodSource("log")
    void parse_entriesOfPython_givesPythonsLineAndLeaf(JsonNode vector) {
        Entry entry = Entry.parse(ReceiptVectors.bytes(vector.get("line")));
        Entry again = entry.signature()
                .map(signature -> Entry.signed(entry.receipt(), signature))
                .orElseGet(() -> Entry.ofOwner(entry.receipt()));
        assertThat(entry.signature().isPresent()).isEqualTo(vector.get("signed").asBoolean());
        assertThat(again).isEqualTo(entry);
        assertThat(again.line()).isEqualTo(ReceiptVectors.bytes(vector.get("line")));
        assertThat(again.leafData()).isEqualTo(ReceiptVectors.bytes(vector.get("leafData")));
        assertThat(MerkleTree.leafHash(again.leafData()))
                .hasToString(vector.get("leafHash").asText());
    }

    @Test
    void roots_ofTheLogOfPython_areThoseOfPython() {
        Frontier frontier = Frontier.EMPTY;
        List<String> roots = new ArrayList<>(List.of(frontier.root().toString()));
        for (JsonNode entry : ReceiptVectors.log()) {
            frontier = frontier.append(Sha256Hash.parse(entry.get("leafHash").asText()));
            roots.add(frontier.root().toString());
        }
        List<String> expected = new ArrayList<>();
        ReceiptVectors.ALL.get("roots").forEach(root -> expected.add(root.asText()));
        assertThat(roots).isEqualTo(expected);
    }

    @Test
    void receipts_ofTheLogOfPython_areChained() {
        Optional<Sha256Hash> prev = Optional.empty();
        for (JsonNode entry : ReceiptVectors.log()) {
            Receipt receipt = Receipt.parse(ReceiptVectors.bytes(entry.get("text")));
            assertThat(receipt.prev()).isEqualTo(prev);
            prev = Optional.of(receipt.replayDigest());
        }
    }

    @Test
    void replayDigest_otherObs_isTheSame() {
        Receipt receipt = new Receipt("log", 0, Optional.empty(), HASH, FACTS, new TreeMap<>());
        Receipt later = new Receipt("log", 0, Optional.empty(), HASH, FACTS, new TreeMap<>(Map.of("time", "1")));
        assertThat(later.replayDigest()).isEqualTo(receipt.replayDigest());
        assertThat(Entry.ofOwner(later).leafData())
                .isNotEqualTo(Entry.ofOwner(receipt).leafData());
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("v", "'2'", tree -> tree.put("v", "2")),
                fault("v", "an array", tree -> tree.put("v", List.of())),
                fault("type", "'sum'", tree -> tree.put("type", "sum")),
                fault("type", "'sum/01'", tree -> tree.put("type", "sum/01")),
                fault("type", "'Sum/1'", tree -> tree.put("type", "Sum/1")),
                fault("type", "'" + "a".repeat(80) + "...'", tree -> tree.put("type", "a".repeat(99) + "/1")),
                fault("log", "''", tree -> tree.put("log", "")),
                fault("log", "'a b'", tree -> tree.put("log", "a b")),
                fault("log", "'a?b'", tree -> tree.put("log", "a\u2028b")),
                fault("log", "'a+b'", tree -> tree.put("log", "a+b")),
                fault("seq", "'-1'", tree -> tree.put("seq", "-1")),
                fault("seq", "'9223372036854775808'", tree -> tree.put("seq", "9223372036854775808")),
                fault("seq", "'01'", tree -> tree.put("seq", "01")),
                fault("prev", "''", tree -> tree.put("prev", "")),
                fault("prev", "'abc'", tree -> tree.put("prev", "abc")),
                fault("actor", "'?'", tree -> tree.put("actor", "é")),
                fault("actor", "missing", tree -> tree.remove("actor")),
                fault("inputs", "an object", tree -> tree.put("inputs", new TreeMap<>())),
                fault("outputs.0", "'a'", tree -> tree.put("outputs", List.of("a"))),
                fault("outputs.0.role", "''", tree -> tree.put("outputs", List.of(artifact("", HASH.toString())))),
                fault("outputs.0.role", "'A'", tree -> tree.put("outputs", List.of(artifact("A", HASH.toString())))),
                fault(
                        "outputs.1.sha256",
                        "'00'",
                        tree -> tree.put("outputs", List.of(artifact("a", HASH.toString()), artifact("a", "00")))),
                fault(
                        "outputs.0.sha256",
                        "missing",
                        tree -> tree.put("outputs", List.of(new TreeMap<>(Map.of("role", "a"))))),
                fault(
                        "outputs.0.len",
                        "an unknown field",
                        tree -> tree.put(
                                "outputs",
                                List.of(new TreeMap<>(Map.of("role", "a", "sha256", HASH.toString(), "len", "1"))))),
                fault("parameters", "an array", tree -> tree.put("parameters", List.of())),
                fault("obs", "'now'", tree -> tree.put("obs", "now")),
                fault("extra", "an unknown field", tree -> tree.put("extra", "")));
    }

    private static Arguments fault(String path, String found, Consumer<SortedMap<String, Object>> change) {
        return Arguments.of(path, found, change);
    }

    private static SortedMap<String, Object> artifact(String role, String sha256) {
        return new TreeMap<>(Map.of("role", role, "sha256", sha256));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void parse_oneFieldWrong_isRefusedWithItsPath(
            String path, String found, Consumer<SortedMap<String, Object>> change) {
        SortedMap<String, Object> tree = tree();
        change.accept(tree);
        assertThat(Receipt.faults(tree)).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo(path);
            assertThat(fault.found()).isEqualTo(found);
        });
        assertThatThrownBy(() -> Receipt.parse(CanonicalJson.write(tree)))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("field " + path + " of a receipt is " + found + "; allowed is ");
    }

    private static SortedMap<String, Object> tree() {
        return new TreeMap<>(Map.of(
                "v",
                "1",
                "type",
                "sum/1",
                "log",
                "log",
                "seq",
                "7",
                "prev",
                HASH.toString(),
                "actor",
                HASH.toString(),
                "inputs",
                List.of(),
                "outputs",
                List.of(),
                "parameters",
                new TreeMap<>(),
                "obs",
                new TreeMap<>()));
    }

    @Test
    void parse_firstWithPrev_isRefused() {
        SortedMap<String, Object> tree = tree();
        tree.put("seq", "0");
        assertThat(Receipt.faults(tree)).extracting(SchemaFault::path).containsExactly("prev");
    }

    @Test
    void faults_ofAThousandBadArtifacts_areBounded() {
        SortedMap<String, Object> tree = tree();
        tree.put("inputs", new ArrayList<>(java.util.Collections.nCopies(1000, "")));
        assertThat(Receipt.faults(tree)).hasSize(20);
        assertThat(Receipt.faults(List.of()))
                .singleElement()
                .hasToString("a receipt is an array; allowed is an object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\t", "\t00", "\tXX", "\n", " "})
    void parse_lineWithAnythingButASignatureAfterTheText_isRefused(String tail) {
        String line =
                new String(ReceiptVectors.bytes(ReceiptVectors.log().get(0).get("text")), StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Entry.parse((line + tail).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void parse_signatureInUpperCase_isRefused() {
        String line =
                new String(ReceiptVectors.bytes(ReceiptVectors.log().get(0).get("text")), StandardCharsets.UTF_8);
        assertThat(Entry.parse((line + "\t" + "ab".repeat(64)).getBytes(StandardCharsets.UTF_8))
                        .signature())
                .isPresent();
        assertThatThrownBy(() -> Entry.parse((line + "\t" + "AB".repeat(64)).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedException.class)
                .hasMessageEndingWith("expected a TAB and 128 characters of [0-9a-f]");
    }

    @Test
    void entry_longerThanACanonicalText_isRefused() {
        Receipt empty = new Receipt("log", 0, Optional.empty(), HASH, FACTS, new TreeMap<>(Map.of("a", "")));
        int room = Entry.MAX_LINE_BYTES - Entry.ofOwner(empty).line().length;
        Receipt longest =
                new Receipt("log", 0, Optional.empty(), HASH, FACTS, new TreeMap<>(Map.of("a", "x".repeat(room))));
        assertThat(Entry.ofOwner(longest).leafData()).hasSize("dalrn/receipt/v1\n".length() + Entry.MAX_LINE_BYTES);
        assertThat(Entry.parse(Entry.ofOwner(longest).line()).receipt()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Entry.signed(longest, new byte[64]))
                .withMessageContaining("put long lists into a blob");
        assertThatThrownBy(() -> Entry.parse(new byte[Entry.MAX_LINE_BYTES + 1]))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void receipt_outsideTheSchema_cannotBeMade() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Facts("sum", List.of(), List.of(), new TreeMap<>()))
                .withMessageStartingWith("type 'sum'; allowed is name/version");
        assertThatIllegalArgumentException().isThrownBy(() -> new Artifact("Model", HASH));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Receipt("log", 1, Optional.empty(), HASH, FACTS, new TreeMap<>()))
                .withMessageStartingWith("seq 1 with no prev");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Receipt("log", 0, Optional.of(HASH), HASH, FACTS, new TreeMap<>()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Receipt("a log", 0, Optional.empty(), HASH, FACTS, new TreeMap<>()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Entry.signed(
                        new Receipt("log", 0, Optional.empty(), HASH, FACTS, new TreeMap<>()), new byte[63]));
        Object deepest = List.of();
        for (int i = 0; i < 14; i++) {
            deepest = List.of(deepest);
        }
        SortedMap<String, Object> tooDeep = new TreeMap<>(Map.of("a", deepest));
        assertThatIllegalArgumentException().isThrownBy(() -> new Facts("sum/1", List.of(), List.of(), tooDeep));
    }
}
