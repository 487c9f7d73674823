package org.dalrn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.server.gateway.OperatorServer;
import org.dalrn.server.gateway.OperatorToken;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.testing.InMemoryOperatorPort;
import org.dalrn.server.testing.ScriptedRun;
import org.dalrn.server.testing.TestAuthority;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle is the golden one of {@code ReceiptsOfARunTest}; its root, digest and key stand beside it. */
class ReceiptCommandsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/receipts");

    /** The public key of RFC 8032, section 7.1, test 1. */
    private static final String OTHER_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private String key = "";
    private String root = "";
    private String out = "";
    private String err = "";

    @BeforeEach
    void copy() throws IOException {
        Files.copy(GOLDEN.resolve("golden-run.tar"), folder.resolve("run.tar"));
        List<String> facts = Files.readAllLines(GOLDEN.resolve("golden-run.txt"));
        root = facts.get(0);
        key = facts.get(2);
    }

    private int dalrn(String... arguments) {
        CalledDalrn called = CalledDalrn.with(environment, folder, arguments);
        out = called.out();
        err = called.err();
        return called.exit();
    }

    @Test
    void verify_goodFile_saysWhatWasVerifiedAndReplayed() throws IOException {
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", key, "--replay", "--explain"))
                .as(err)
                .isZero();
        assertThat(out)
                .contains("log        example.org/test/heart")
                .contains("root       " + root)
                .contains("Round 1: 3 of 3 connected nodes were drawn (a, b, c)")
                .contains("abandoned: 1 updates, 2 were needed")
                .containsPattern("replayed: 36 receipts, 3 rounds, to the same hashes, in [0-9.]+ s")
                .endsWith("verified: run.tar is what the owner of the key signed\n");
        Files.writeString(folder.resolve("key"), key + "\n");
        assertThat(dalrn("receipts", "verify", "run.tar", "--key-file", "key", "--log", "example.org/test/heart"))
                .isZero();
        assertThat(out).doesNotContain("replayed");
    }

    @Test
    void verify_goodFileInJson_isOneDocument() throws IOException {
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", key, "--replay", "--json"))
                .isZero();
        JsonNode json = new JsonMapper().readTree(out);
        assertThat(json.path("verified").asBoolean()).isTrue();
        assertThat(json.path("replayed").asInt()).isEqualTo(36);
        assertThat(json.path("findings").isEmpty()).isTrue();
        assertThat(json.path("root").asText()).isEqualTo(root);
    }

    @Test
    void verify_changedFile_endsWith3AndNamesLeafFieldExpectedAndFound() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve("run.tar"));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\"grantedWeight\":\"") + 17;
        bytes[at] ^= 1;
        Files.write(folder.resolve("run.tar"), bytes);
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", key)).isEqualTo(3);
        assertThat(out)
                .contains("LEAF_HASH at receipts.jsonl #")
                .contains("expected")
                .contains("found");
        assertThat(err).startsWith("error DALRN-7001 RECEIPTS_REFUTED: run.tar is refuted by ");
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", key, "--json"))
                .isEqualTo(3);
        JsonNode json = new JsonMapper().readTree(out);
        assertThat(json.path("verified").asBoolean()).isFalse();
        assertThat(json.path("findings").path(0).path("kind").asText()).isNotEmpty();
    }

    @Test
    void verify_otherKeyOrLog_isRefuted() {
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", OTHER_KEY)).isEqualTo(3);
        assertThat(out).contains("CHECKPOINT_SIGNATURE");
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", key, "--log", "example.org/other"))
                .isEqualTo(3);
        assertThat(out).contains("ORIGIN");
    }

    @Test
    void verify_withoutAKey_isAMisuse() {
        assertThat(dalrn("receipts", "verify", "run.tar")).isEqualTo(2);
        assertThat(err).contains("--key");
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", "abc")).isEqualTo(5);
        assertThat(err).contains("DALRN-7002").contains("dalrn receipts key");
        assertThat(dalrn("receipts", "verify", "nothing.tar", "--key", key)).isEqualTo(5);
    }

    @Test
    void verify_witnessesThatDidNotSign_areMissed() {
        String witness = NoteVerifier.ofWitness("witness.example.org", Ed25519PublicKey.parse(OTHER_KEY))
                .vkey();
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", key, "--witness", witness, "--witness-quorum", "1"))
                .isEqualTo(3);
        assertThat(out).contains("COSIGNATURES");
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", key, "--witness-quorum", "1"))
                .isEqualTo(5);
        assertThat(err).contains("1 cosignatures cannot be asked of 0 witnesses");
    }

    @Test
    void verify_againstAChainThatNobodyCanAsk_saysWhichJarIsMissing() {
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", key, "--against-chain", "http://localhost:1"))
                .isEqualTo(3);
        assertThat(err).contains("DALRN-1008").contains("--contract");
        assertThat(dalrn(
                        "receipts",
                        "verify",
                        "run.tar",
                        "--key",
                        key,
                        "--against-chain",
                        "http://localhost:1",
                        "--contract",
                        "0x5fbdb2315678afecb367f032d93f642f64180aa3"))
                .isEqualTo(4);
        assertThat(err).contains("DALRN-7005").contains("dalrn-ethereum");
    }

    @Test
    void show_aFile_listsReceiptsAndShowsOneWhole() {
        assertThat(dalrn("receipts", "show", "run.tar")).isZero();
        assertThat(out.lines().findFirst().orElse("")).startsWith("SEQ   STEP");
        assertThat(out).contains("round-abandoned").contains("example.org/test/heart\n36\n");
        assertThat(dalrn("receipts", "show", "run.tar", "--leaf", "1")).isZero();
        assertThat(out.lines())
                .singleElement()
                .satisfies(line -> assertThat(line).contains("round-started/1"));
        assertThat(dalrn("receipts", "show", "run.tar", "--leaf", "99")).isEqualTo(3);
        assertThat(err).contains("there is no receipt 99; the log has 36");
    }

    @Test
    void prove_aReceipt_isVerifiedAlone() throws IOException {
        assertThat(dalrn("receipts", "prove", "run.tar", "7", "-o", "seven.txt"))
                .as(err)
                .isZero();
        assertThat(folder.resolve("seven.txt")).content().startsWith("c2sp.org/tlog-proof@v1\nextra ");
        assertThat(dalrn("receipts", "verify", "seven.txt", "--key", key))
                .as(err)
                .isZero();
        assertThat(out).contains("\"seq\":\"7\"").endsWith("as the owner of the key signed\n");
        assertThat(dalrn("receipts", "verify", "seven.txt", "--key", key, "--json"))
                .isZero();
        assertThat(new JsonMapper().readTree(out).path("leaf").asInt()).isEqualTo(7);
        assertThat(dalrn("receipts", "verify", "seven.txt", "--key", OTHER_KEY)).isEqualTo(3);
        assertThat(err).contains("DALRN-7001");
        assertThat(dalrn("receipts", "verify", "seven.txt", "--key", key, "--replay"))
                .isEqualTo(3);
        assertThat(err).contains("DALRN-1008");
        assertThat(dalrn("receipts", "prove", "run.tar", "36", "-o", "none.txt"))
                .isEqualTo(3);
        assertThat(err).contains("DALRN-1008");
    }

    @Test
    void export_showAndKey_askTheCoordinator() throws IOException {
        InMemoryOperatorPort port =
                new InMemoryOperatorPort(TestAuthority.create().certificate());
        port.open(ScriptedRun.opened());
        port.signed(true, Files.readAllBytes(folder.resolve("run.tar")));
        String token = "t".repeat(43);
        Files.writeString(folder.resolve("token"), token + "\n");
        try (OperatorServer server = OperatorServer.start(
                new OperatorServer.Endpoint(HostPort.parse("127.0.0.1:0"), Optional.empty(), false, 1 << 20),
                OperatorToken.of(token),
                port)) {
            environment.put(
                    "DALRN_SERVER", "http://127.0.0.1:" + server.address().getPort());
            environment.put("DALRN_TOKEN_FILE", "token");
            assertThat(dalrn("receipts", "export", "heart-1", "-o", "copy.tar"))
                    .as(err)
                    .isZero();
            assertThat(out).startsWith("36 receipts of example.org/test/heart in copy.tar (");
            assertThat(folder.resolve("copy.tar")).hasSameBinaryContentAs(folder.resolve("run.tar"));
            assertThat(dalrn("receipts", "export", "heart-1", "-o", "small.tar", "--without-blobs"))
                    .isEqualTo(3);
            assertThat(err).contains("DALRN-7003");
            assertThat(folder.resolve("small.tar")).doesNotExist();
            assertThat(dalrn("receipts", "key")).isZero();
            assertThat(out).contains("origin   example.org/heart").contains("key      " + "ab".repeat(32));
        }
    }
}
