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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dalrn.server.CoordinatorConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The coordinator as its operator starts and stops it: a process of its own and signals. */
class ServerCommandTest {

    private static final String CONFIG = "{node: {listen: 127.0.0.1:0}, operator: {listen: 127.0.0.1:0}}";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int dalrn(String... arguments) {
        Shell shell = new Shell(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8,
                RunView.Look.lines(),
                Map.of(),
                folder);
        return Dalrn.run(shell, List.of(), arguments);
    }

    private Process server() throws IOException {
        Files.writeString(folder.resolve("dalrn.yaml"), CONFIG);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dalrn.class.getName(),
                        "server",
                        "--json")
                .directory(folder.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    @Test
    void server_startedAndTerminated_servesAndEndsWith0() throws Exception {
        Process process = server();
        try {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = lines.readLine();
            assertThat(line).as(() -> errors()).isNotNull();
            JsonNode addresses = new JsonMapper().readTree(line);
            String url = addresses.path("operators").asText();
            assertThat(addresses.path("nodes").asText()).startsWith("127.0.0.1:");
            for (String path : List.of("/health", "/ready")) {
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create(url + path)).build();
                assertThat(HttpClient.newHttpClient()
                                .send(request, BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
            }
            // The token that the coordinator made is found without an option.
            assertThat(dalrn("node", "enroll", "hospital-a", "--server", url)).isZero();
            assertThat(folder.resolve("hospital-a.join")).exists();
            assertThat(dalrn("server"))
                    .as("a second coordinator on the same folder")
                    .isEqualTo(5);
            assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("error DALRN-1006 DATA_DIRECTORY_IN_USE: ");
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(() -> errors()).isZero();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("err"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    @Test
    void server_printConfig_printsTheCommentedDefaults() {
        assertThat(dalrn("server", "--print-config")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(CoordinatorConfig.commentedDefaults());
    }

    @Test
    void server_faultyConfig_endsWith5() throws IOException {
        Files.writeString(folder.resolve("other.yaml"), "nod: {}");
        assertThat(dalrn("server", "--config", "other.yaml")).isEqualTo(5);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("nod: is unknown; did you mean 'node'?");
        assertThat(dalrn("server", "--config", "none.yaml")).isEqualTo(5);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("none.yaml").contains("cannot be read");
    }
}
