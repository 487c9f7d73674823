package org.dalrn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.server.witness.WitnessAnswer;
import org.dalrn.server.witness.WitnessClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The witness as its operator starts and stops it: a process of its own and signals. */
class WitnessCommandTest {

    private static final Ed25519KeyPair OWNER = Ed25519KeyPair.generate(new SecureRandom());
    private static final String ORIGIN = "example.org/hospitals/run-1";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void witness_startedAndTerminated_cosignsAndRemembersAndEndsWith0() throws Exception {
        Checkpoint empty = new Checkpoint(ORIGIN, 0, MerkleTree.emptyRoot());
        String vkey = "";
        for (int start = 0; start < 2; start++) {
            Process process = witness();
            try {
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                String line = lines.readLine();
                assertThat(line).as(() -> errors()).isNotNull();
                JsonNode told = new JsonMapper().readTree(line);
                NoteVerifier key = NoteVerifier.parse(told.path("vkey").asText());
                assertThat(key.name()).isEqualTo("witness.example/w1");
                if (start == 1) {
                    assertThat(key.vkey()).isEqualTo(vkey);
                }
                vkey = key.vkey();
                WitnessAnswer answer = new WitnessClient(
                                URI.create(told.path("url").asText()), key, Duration.ofSeconds(30))
                        .cosign(
                                empty.sign(OWNER.signer(ORIGIN)),
                                0,
                                (from, to) -> new ConsistencyProof(from, to, List.of()));
                assertThat(answer).isInstanceOf(WitnessAnswer.Cosigned.class);
                assertThat(dalrn(options()))
                        .as("a second witness on the same state")
                        .isEqualTo(5);
                assertThat(err.toString(StandardCharsets.UTF_8)).contains("is in use by another witness");
                process.destroy();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(() -> errors()).isZero();
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void witness_keyThatIsNotThere_endsWith5AndDoesNotMakeOne() {
        List<String> options = options();
        options.remove("--create-key");
        assertThat(dalrn(options)).isEqualTo(5);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("error DALRN-1001 CONFIG_INVALID: there is no key file");
        assertThat(folder.resolve("w1.key")).doesNotExist();
    }

    @Test
    void witness_keyThatOthersCanRead_endsWith5() throws IOException {
        Path key = folder.resolve("w1.key");
        OWNER.writeNew(key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(dalrn(options())).isEqualTo(5);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("chmod 600 it");
    }

    @Test
    void witness_optionsThatCannotBeMeant_endWith5AndSayWhy() {
        for (String[] wrong : new String[][] {
            {"--log", "example.org", "is not PREFIX=KEY"},
            {"--log", "example.org=abc", "is no Ed25519 public key"},
            {"--log", "example.org/=" + OWNER.publicKey(), "ends in a slash"},
            {"--listen", "nowhere", "is not host:port"},
            {"--name", "w 1", "cannot name a key"}
        }) {
            List<String> options = options();
            int at = options.indexOf(wrong[0]);
            options.set(at + 1, wrong[1]);
            err.reset();
            assertThat(dalrn(options)).isEqualTo(5);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .contains("DALRN-1001")
                    .contains(wrong[2]);
        }
    }

    @Test
    void witness_withoutItsOptions_isMisuse() {
        assertThat(dalrn(List.of("witness"))).isEqualTo(2);
    }

    private List<String> options() {
        return new ArrayList<>(List.of(
                "witness",
                "--listen",
                "127.0.0.1:0",
                "--name",
                "witness.example/w1",
                "--key",
                "w1.key",
                "--create-key",
                "--state",
                "state",
                "--log",
                "example.org/hospitals=" + OWNER.publicKey()));
    }

    private Process witness() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Dalrn.class.getName()));
        command.addAll(options());
        command.add("--json");
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private int dalrn(List<String> arguments) {
        Shell shell = new Shell(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8,
                RunView.Look.lines(),
                Map.of(),
                folder);
        return Dalrn.run(shell, List.of(), arguments.toArray(String[]::new));
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("err"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
