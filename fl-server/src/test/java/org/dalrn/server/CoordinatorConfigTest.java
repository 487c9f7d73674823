package org.dalrn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.CoordinatorConfig.PemPair;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.settings.SettingsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorConfigTest {

    private static final Path FOLDER = Path.of("etc");
    private static final Ed25519KeyPair KEYS = Ed25519KeyPair.generate(new SecureRandom());

    private static CoordinatorConfig parse(String yaml) {
        return CoordinatorConfig.parse("dalrn.yaml", yaml, FOLDER);
    }

    private static SettingsException faults(String yaml) {
        return catchThrowableOfType(SettingsException.class, () -> parse(yaml));
    }

    @Test
    void defaults_areAsDocumented() {
        assertThat(CoordinatorConfig.defaults(FOLDER))
                .isEqualTo(new CoordinatorConfig(
                        Path.of("etc/dalrn-data"),
                        Duration.ofSeconds(30),
                        new CoordinatorConfig.NodeSide(
                                new HostPort("0.0.0.0", 9443),
                                Optional.empty(),
                                Duration.ofDays(365),
                                Optional.empty(),
                                Optional.empty()),
                        new CoordinatorConfig.OperatorSide(
                                new HostPort("127.0.0.1", 9480),
                                Path.of("etc/dalrn-data/operator.token"),
                                1L << 30,
                                Optional.empty(),
                                false),
                        new CoordinatorConfig.Uploads(8, 16 << 10, Duration.ofSeconds(30)),
                        new CoordinatorConfig.Downloads(32),
                        new CoordinatorConfig.Sessions(Duration.ofSeconds(30)),
                        new CoordinatorConfig.Receipts(
                                Optional.empty(), Path.of("etc/dalrn-data/receipts/log-key.pem"), List.of())));
    }

    @Test
    void parse_everyKeySet_mapsEachToItsField() {
        CoordinatorConfig config = parse("""
                data-directory: /var/lib/dalrn
                drain-timeout: 5s
                node:
                  listen: "[::1]:1001"
                  public-address: fl.example.org:443
                  certificate-validity: 30d
                  tls:
                    authority-certificate: ca.pem
                    authority-key: ca.key
                    certificate: node.pem
                    private-key: node.key
                operator:
                  listen: 127.0.0.2:1002
                  token-file: secret/token
                  largest-model: 64MiB
                  tls:
                    certificate: operator.pem
                    private-key: operator.key
                  insecure-allow-plaintext: true
                uploads:
                  concurrent: 3
                  least-progress: 1KiB
                  grace: 9s
                downloads:
                  concurrent: 4
                session:
                  resume-grace: 10m
                receipts:
                  origin: example.org/heart
                  key-file: secret/log.pem
                  witnesses:
                    - {url: "https://witness.example.org/w1", key: "WITNESS"}
                """.replace("WITNESS", witness("w1")));
        assertThat(config)
                .isEqualTo(new CoordinatorConfig(
                        Path.of("/var/lib/dalrn"),
                        Duration.ofSeconds(5),
                        new CoordinatorConfig.NodeSide(
                                new HostPort("::1", 1001),
                                Optional.of(new HostPort("fl.example.org", 443)),
                                Duration.ofDays(30),
                                Optional.of(new PemPair(Path.of("etc/ca.pem"), Path.of("etc/ca.key"))),
                                Optional.of(new PemPair(Path.of("etc/node.pem"), Path.of("etc/node.key")))),
                        new CoordinatorConfig.OperatorSide(
                                new HostPort("127.0.0.2", 1002),
                                Path.of("etc/secret/token"),
                                64 << 20,
                                Optional.of(new PemPair(Path.of("etc/operator.pem"), Path.of("etc/operator.key"))),
                                true),
                        new CoordinatorConfig.Uploads(3, 1 << 10, Duration.ofSeconds(9)),
                        new CoordinatorConfig.Downloads(4),
                        new CoordinatorConfig.Sessions(Duration.ofMinutes(10)),
                        new CoordinatorConfig.Receipts(
                                Optional.of("example.org/heart"),
                                Path.of("etc/secret/log.pem"),
                                List.of(new CoordinatorConfig.WitnessAddress(
                                        URI.create("https://witness.example.org/w1"), witness("w1"))))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a+b", "\u00e9", "\"\""})
    void parse_originThatIsNone_isNamed(String origin) {
        assertThat(faults("receipts: {origin: " + (origin.equals("\"\"") ? origin : "'" + origin + "'") + "}"))
                .hasMessageContaining("receipts.origin")
                .hasMessageContaining("example.org/heart");
    }

    private static String witness(String name) {
        return NoteVerifier.ofWitness(name, KEYS.publicKey()).vkey();
    }

    @Test
    void parse_faultyWitnesses_areAllNamed() {
        String owner = new NoteVerifier("w2", KEYS.publicKey()).vkey();
        assertThat(faults("""
                receipts:
                  witnesses:
                    - {url: "ftp://a", key: "WITNESS"}
                    - {url: "https://b", key: "OWNER"}
                    - {url: "https://c", key: "c+1"}
                    - {url: "https://d"}
                    - https://e
                """.replace("WITNESS", witness("w1")).replace("OWNER", owner)))
                .hasMessageContaining("receipts.witnesses[0]")
                .hasMessageContaining("'ftp://a' is no URL of a witness")
                .hasMessageContaining("receipts.witnesses[1]")
                .hasMessageContaining("is no key of a witness")
                .hasMessageContaining("receipts.witnesses[2]")
                .hasMessageContaining("'c+1' is no verifier key")
                .hasMessageContaining("receipts.witnesses[3].key")
                .hasMessageContaining("receipts.witnesses[4]");
        assertThat(faults("receipts: {witnesses: https://a}")).hasMessageContaining("not a list");
    }

    @Test
    void parse_oneWitnessTwice_isNamed() {
        assertThat(faults("""
                receipts:
                  witnesses:
                    - {url: "https://a", key: "ONE"}
                    - {url: "https://b", key: "TWO"}
                """.replace("ONE", witness("w1")).replace("TWO", witness("w2"))))
                .hasMessageContaining("receipts.witnesses has the key of w2 twice");
    }

    @Test
    void commentedDefaults_parsed_areTheDefaults() {
        assertThat(parse(CoordinatorConfig.commentedDefaults())).isEqualTo(CoordinatorConfig.defaults(FOLDER));
    }

    @Test
    void commentedDefaults_nameEveryKey() {
        for (ConfigKey key : ConfigKey.values()) {
            assertThat(CoordinatorConfig.commentedDefaults()).contains(key.word() + ":");
        }
    }

    @Test
    void documentation_holdsTheCommentedDefaults() throws IOException {
        assertThat(Files.readString(Path.of("../docs/configuration.md")))
                .as("docs/configuration.md shows what `dalrn server --print-config` prints")
                .contains("```yaml\n" + CoordinatorConfig.commentedDefaults() + "```");
    }

    @Test
    void parse_severalFaults_namesAllWithLineAndFix() {
        SettingsException failure = faults("""
                node:
                  lisen: 1.2.3.4:5
                drain-timeout: 3 weeks
                uploads: {concurrent: 0}
                session: never
                zebra: 1
                operator:
                  listen: 0.0.0.0:9480
                """);
        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(failure).hasMessage("""
                        dalrn.yaml has 6 faults
                          line 2: node.lisen: is unknown; did you mean 'listen'?
                          line 3: drain-timeout: '3 weeks' is no duration; write a whole number and ms, s, m, h or d, for instance 30s or 10m
                          line 4: uploads.concurrent: 0 is not in [1, 1024]
                          line 5: session: is 'never', not keys with values
                          line 6: zebra: is unknown; allowed here: data-directory, drain-timeout, node, operator, uploads, downloads, session, receipts
                          operator.listen 0.0.0.0:9480 is open to the network without TLS; set operator.tls.certificate and operator.tls.private-key, or keep to 127.0.0.1""".stripTrailing());
    }

    @Test
    void parse_openOperatorPortWithTlsOrTheFrighteningKey_isTaken() {
        assertThat(parse("operator: {listen: 0.0.0.0:1, insecure-allow-plaintext: true}")
                        .operator()
                        .listen())
                .isEqualTo(new HostPort("0.0.0.0", 1));
        assertThat(parse("operator: {listen: 0.0.0.0:1, tls: {certificate: a, private-key: b}}")
                        .operator()
                        .tls())
                .isPresent();
    }

    @Test
    void parse_certificateWithoutKeyOrAuthority_isRefused() {
        assertThat(faults("operator: {tls: {certificate: a}}"))
                .hasMessageContaining("operator.tls.certificate is set without operator.tls.private-key");
        assertThat(faults("node: {tls: {certificate: a, private-key: b}}"))
                .hasMessageContaining("nodes trust the federation's authority only");
    }

    @Test
    void parse_noYaml_saysTheLine() {
        assertThat(faults("node:\n  listen: [1\n")).hasMessageContaining("is not well-formed");
        assertThat(faults("- a\n")).hasMessageContaining("is a list, not keys with values");
        assertThat(faults("a: 1\na: 2\n")).hasMessageContaining("Duplicate field 'a'");
        assertThat(faults("data-directory: &x a\nnode: {listen: *x}")).hasMessageContaining("uses an alias");
    }

    @Test
    void read_noFile_isNamed() {
        assertThat(catchThrowableOfType(
                        SettingsException.class, () -> CoordinatorConfig.read(Path.of("no-such-dalrn.yaml"))))
                .hasMessageContaining("no-such-dalrn.yaml")
                .hasMessageContaining("cannot be read");
    }
}
