package org.dalrn.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RunEvent;
import org.dalrn.server.gateway.OperatorPort.NodeProgress;
import org.dalrn.server.gateway.OperatorPort.NodeStatus;
import org.dalrn.server.gateway.OperatorPort.NodeSummary;
import org.dalrn.server.gateway.OperatorPort.Traffic;
import org.dalrn.server.gateway.OperatorPort.Witnessing;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.testing.InMemoryOperatorPort;
import org.dalrn.server.testing.ScriptedRun;
import org.dalrn.server.testing.TestAuthority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route, spoken to with the JDK's HTTP client or a bare socket. */
class OperatorServerTest {

    private static final String TOKEN = "a-token-of-more-than-32-characters";
    private static final JsonMapper JSON = new JsonMapper();
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private final InMemoryOperatorPort port = new InMemoryOperatorPort(AUTHORITY.certificate());
    private final HttpClient http = HttpClient.newHttpClient();
    private OperatorServer server;

    @BeforeEach
    void start() throws IOException {
        server = OperatorServer.start(
                new OperatorServer.Endpoint(HostPort.parse("127.0.0.1:0"), Optional.empty(), false, 1 << 20),
                OperatorToken.of(TOKEN),
                port);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + TOKEN);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = send(request(path));
        assertThat(response.statusCode()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path).POST(BodyPublishers.ofString(body)));
    }

    private static void assertError(HttpResponse<String> response, int status, String code, String detail)
            throws IOException {
        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = JSON.readTree(response.body());
        assertThat(error.path("code").asText() + " " + error.path("symbol").asText())
                .isEqualTo(code);
        assertThat(error.path("detail").asText()).contains(detail);
        assertThat(error.size()).isEqualTo(3);
    }

    @Test
    void everyRoute_withoutTheToken_isRefusedUnlessItIsHealthOrReady() throws Exception {
        assertThat(server.routes()).hasSize(15);
        for (OperatorServer.Route route : server.routes()) {
            String path = route.template().replace("{}", "heart-1");
            for (String token : new String[] {"", "Bearer ", "Bearer wrong", "Basic " + TOKEN, TOKEN}) {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + server.address().getPort() + path))
                        .method(route.method(), BodyPublishers.noBody());
                if (!token.isEmpty()) {
                    request.header("Authorization", token);
                }
                HttpResponse<String> response = send(request);
                if (path.equals("/health") || path.equals("/ready")) {
                    assertThat(response.statusCode()).isEqualTo(200);
                } else {
                    assertError(response, 401, "DALRN-1005 OPERATOR_TOKEN_REFUSED", "operator.token");
                }
            }
        }
    }

    @Test
    void unknownPath_withoutTheToken_isRefusedLikeAKnownOne() throws Exception {
        HttpResponse<String> response = send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + "/v2/secret")));
        assertError(response, 401, "DALRN-1005 OPERATOR_TOKEN_REFUSED", "");
    }

    @Test
    void unknownPathOrMethod_withTheToken_saysWhatThereIs() throws Exception {
        assertError(send(request("/v2")), 404, "DALRN-1008 REQUEST_INVALID", "there is nothing at /v2");
        HttpResponse<String> response = send(request("/v1/nodes").DELETE());
        assertError(response, 405, "DALRN-1008 REQUEST_INVALID", "takes [GET, POST], not DELETE");
        assertThat(response.headers().firstValue("Allow")).contains("GET, POST");
    }

    @Test
    void ready_storeNotWritable_saysNotReadyButNotWhy() throws Exception {
        assertThat(get("/ready").path("status").asText()).isEqualTo("ready");
        port.notReady("/var/lib/secret is full");
        HttpResponse<String> response = send(request("/ready"));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("{\"status\":\"not-ready\"}\n");
        assertThat(get("/health").path("status").asText()).isEqualTo("alive");
    }

    @Test
    void models_storedBytes_comeBackByHash() throws Exception {
        byte[] model = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40};
        HttpResponse<String> stored = send(request("/v1/models").POST(BodyPublishers.ofByteArray(model)));
        assertThat(stored.statusCode()).isEqualTo(201);
        String hash = ContentHash.of(model).toString();
        assertThat(stored.body()).isEqualTo("{\"model\":\"" + hash + "\",\"bytes\":8}\n");
        HttpResponse<byte[]> back = http.send(request("/v1/models/" + hash).build(), BodyHandlers.ofByteArray());
        assertThat(back.body()).isEqualTo(model);
        assertThat(back.headers().firstValue("Dalrn-Model")).contains(hash);
        assertError(
                send(request("/v1/models/" + "0".repeat(64))), 404, "DALRN-3020 BLOB_NOT_FOUND", "the store has no");
        assertError(send(request("/v1/models/xyz")), 400, "DALRN-1008 REQUEST_INVALID", "is not 64 characters");
    }

    @Test
    void models_wrongLength_isRefusedBeforeTheBodyIsRead() throws Exception {
        assertError(
                send(request("/v1/models").POST(BodyPublishers.ofByteArray(new byte[6]))),
                400,
                "DALRN-1008 REQUEST_INVALID",
                "6 bytes is no row of float32");
        assertError(
                send(request("/v1/models").POST(BodyPublishers.ofByteArray(new byte[(1 << 20) + 4]))),
                413,
                "DALRN-1008 REQUEST_INVALID",
                "above operator.largest-model, 1MiB");
        assertError(
                send(request("/v1/models").POST(BodyPublishers.ofInputStream(() -> InputStream.nullInputStream()))),
                411,
                "DALRN-1008 REQUEST_INVALID",
                "Content-Length");
    }

    @Test
    void runs_submittedRun_isListedAndShown() throws Exception {
        send(request("/v1/models").POST(BodyPublishers.ofByteArray(new byte[56])));
        RunFile file = RunFile.parseYaml("run.yaml", RunFileTest.COMPLETE, Path.of("."));
        ContentHash zeros = ContentHash.of(new byte[56]);
        HttpResponse<String> submitted = post("/v1/runs", file.json(zeros));
        assertThat(submitted.statusCode()).isEqualTo(201);
        assertThat(submitted.body()).isEqualTo("{\"run\":\"heart-1\"}\n");
        assertThat(port.runs().get(0).spec()).isEqualTo(file.spec(zeros));
        assertThat(port.runs().get(0).seed()).isEqualTo(file.seed().orElseThrow());
        port.moved(new Traffic(1 << 20, 7), List.of(new NodeProgress(new NodeId("a"), 0.25, "training")));
        ObjectNode one = (ObjectNode) get("/v1/runs/heart-1");
        assertThat(one.remove("receivedBytes").asLong()).isEqualTo(1 << 20);
        assertThat(one.remove("sentBytes").asLong()).isEqualTo(7);
        assertThat(one.remove("progress").toString())
                .isEqualTo("[{\"node\":\"a\",\"fraction\":0.25,\"stage\":\"training\"}]");
        assertThat(get("/v1/runs").path("runs").path(0)).isEqualTo(one);
        port.witnessed(new Witnessing(1, 2, 17, List.of("w2: no answer")));
        assertThat(get("/v1/runs/heart-1").path("witnesses").toString())
                .isEqualTo("{\"cosigned\":1,\"of\":2,\"size\":17,\"trouble\":[\"w2: no answer\"]}");
        assertThat(get("/v1/runs/heart-1").path("phase").asText()).isEqualTo("WAITING");
    }

    @Test
    void runs_faultyRun_namesAllFaults() throws Exception {
        assertError(
                post("/v1/runs", "{\"name\":\"x\",\"rouns\":3}"),
                400,
                "DALRN-1002 RUN_FILE_INVALID",
                "did you mean 'rounds'");
        assertError(post("/v1/runs", "[1"), 400, "DALRN-1002 RUN_FILE_INVALID", "not well-formed");
        String run = RunFile.parseYaml("run.yaml", RunFileTest.COMPLETE, Path.of("."))
                .json(ContentHash.of(new byte[1]));
        assertError(post("/v1/runs", run), 404, "DALRN-3020 BLOB_NOT_FOUND", "the store has no model");
        assertError(
                post("/v1/runs", " ".repeat(OperatorServer.LARGEST_JSON_BYTES + 1)),
                413,
                "DALRN-1008 REQUEST_INVALID",
                "above 4194304 bytes");
    }

    @Test
    void run_unknown_isNotFound() throws Exception {
        for (String path :
                new String[] {"/v1/runs/no", "/v1/runs/no/events", "/v1/runs/no/events?follow=true", "/v1/runs/no/model"
                }) {
            assertError(send(request(path)), 404, "DALRN-1004 RUN_NOT_FOUND", "there is no run 'no'");
        }
        assertError(post("/v1/runs/no/stop", ""), 404, "DALRN-1004 RUN_NOT_FOUND", "there is no run 'no'");
        assertError(send(request("/v1/runs/NO")), 400, "DALRN-1008 REQUEST_INVALID", "NO");
    }

    @Test
    void events_ofARun_areItsCanonicalTextsFromThePlaceAskedFor() throws Exception {
        port.open(ScriptedRun.opened());
        ScriptedRun.events().stream().skip(1).forEach(event -> port.append(ScriptedRun.RUN, event));
        String[] lines = send(request("/v1/runs/heart-1/events?after=2")).body().split("\n");
        assertThat(lines).hasSize(ScriptedRun.events().size() - 2);
        LoggedEvent first = LoggedEvent.parse(lines[0]);
        assertThat(first.seq()).isEqualTo(3);
        assertThat(first.event()).isEqualTo(ScriptedRun.events().get(2));
        assertThat(first.line()).isEqualTo(lines[0]);
        assertError(send(request("/v1/runs/heart-1/events?after=-1")), 400, "DALRN-1008 REQUEST_INVALID", "after '-1'");
    }

    @Test
    void events_followed_comeAsTheyHappenUntilTheRunIsOver() throws Exception {
        port.open(ScriptedRun.opened());
        HttpResponse<InputStream> response =
                http.send(request("/v1/runs/heart-1/events?follow=true").build(), BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(LoggedEvent.parse(lines.readLine()).event()).isEqualTo(ScriptedRun.opened());
            port.awaitFollowers(1);
            port.append(ScriptedRun.RUN, ScriptedRun.finished());
            assertThat(LoggedEvent.parse(lines.readLine()).event()).isEqualTo(ScriptedRun.finished());
            assertThat(lines.readLine()).isNull();
        }
    }

    @Test
    void events_clientGone_freesTheThread() throws Exception {
        port.open(ScriptedRun.opened());
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream()
                    .write(("GET /v1/runs/heart-1/events?follow=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                    + TOKEN + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            port.awaitFollowers(1);
        }
        // The next write after the reset fails, at the latest with the heartbeat.
        RunEvent.Resumed event =
                new RunEvent.Resumed(InMemoryOperatorPort.START.plusSeconds(1), InMemoryOperatorPort.START);
        port.append(ScriptedRun.RUN, event);
        port.append(ScriptedRun.RUN, event);
        port.awaitFollowers(0);
    }

    @Test
    void close_withAFollower_endsItsStream() throws Exception {
        port.open(ScriptedRun.opened());
        HttpResponse<InputStream> response =
                http.send(request("/v1/runs/heart-1/events?follow=true").build(), BodyHandlers.ofInputStream());
        port.awaitFollowers(1);
        server.close();
        port.awaitFollowers(0);
        response.body().close();
    }

    @Test
    void stop_ofARun_givesItsLastState() throws Exception {
        port.open(ScriptedRun.opened());
        HttpResponse<String> response = post("/v1/runs/heart-1/stop", "{\"reason\":\"enough\"}");
        assertThat(JSON.readTree(response.body()).path("phase").asText()).isEqualTo(Phase.STOPPED.name());
        assertThat(send(request("/v1/runs/heart-1/events?after=1")).body()).contains("enough");
        assertError(post("/v1/runs/heart-1/stop", "{\"reson\":1}"), 400, "DALRN-1008 REQUEST_INVALID", "'reason'");
    }

    @Test
    void receipts_ofARun_areSentWithAndWithoutBlobs() throws Exception {
        RunId run = ScriptedRun.RUN;
        port.open(ScriptedRun.opened());
        assertError(
                send(request("/v1/runs/" + run + "/receipts")),
                409,
                "DALRN-7003 NO_CHECKPOINT_YET",
                "nothing is signed yet of run " + run);
        port.signed(true, new byte[] {1, 2, 3});
        port.signed(false, new byte[] {4});
        assertThat(http.send(request("/v1/runs/" + run + "/receipts").build(), BodyHandlers.ofByteArray())
                        .body())
                .containsExactly(1, 2, 3);
        assertThat(http.send(
                                request("/v1/runs/" + run + "/receipts?blobs=false")
                                        .build(),
                                BodyHandlers.ofByteArray())
                        .body())
                .containsExactly(4);
        assertError(
                send(request("/v1/runs/" + run + "/receipts?blobs=no")),
                400,
                "DALRN-1008 REQUEST_INVALID",
                "neither true nor false");
        assertError(send(request("/v1/runs/nowhere/receipts")), 404, "DALRN-1004 RUN_NOT_FOUND", "nowhere");
        assertThat(get("/v1/receipts-key").path("publicKey").asText()).isEqualTo("ab".repeat(32));
    }

    @Test
    void model_ofARun_isItsNewest() throws Exception {
        send(request("/v1/models").POST(BodyPublishers.ofByteArray(new byte[56])));
        port.open(ScriptedRun.opened());
        HttpResponse<byte[]> response =
                http.send(request("/v1/runs/heart-1/model").build(), BodyHandlers.ofByteArray());
        assertThat(response.body()).isEqualTo(new byte[56]);
    }

    @Test
    void nodes_enrolledListedRevoked() throws Exception {
        HttpResponse<String> enrolled = post("/v1/nodes", "{\"node\":\"hospital-a\",\"validity\":\"1d\"}");
        assertThat(enrolled.statusCode()).isEqualTo(201);
        JoinFile file =
                JoinFile.parse(JSON.readTree(enrolled.body()).path("joinFile").asText());
        assertThat(file.node()).isEqualTo(new NodeId("hospital-a"));
        assertThat(file.expires()).isEqualTo("2026-11-24T08:00:00Z");
        assertThat(get("/v1/nodes").toString())
                .isEqualTo("{\"nodes\":[{\"node\":\"hospital-a\",\"status\":\"INVITED\",\"connected\":false}]}");
        assertThat(post("/v1/nodes/hospital-a/revoke", "").body())
                .isEqualTo("{\"node\":\"hospital-a\",\"status\":\"REVOKED\"}\n");
        assertError(post("/v1/nodes/nobody/revoke", ""), 404, "DALRN-2001 UNKNOWN_NODE", "there is no node nobody");
        assertError(post("/v1/nodes", "{}"), 400, "DALRN-1008 REQUEST_INVALID", "node: is missing");
        port.put(new NodeSummary(new NodeId("b"), NodeStatus.ENROLLED, true));
        assertThat(post("/v1/nodes", "{\"node\":\"b\"}").statusCode()).isEqualTo(201);
    }

    @Test
    void endpoint_openToTheNetworkWithoutTls_isRefused() {
        assertThatThrownBy(() ->
                        new OperatorServer.Endpoint(HostPort.parse("0.0.0.0:0"), Optional.empty(), false, 1 << 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("open to the network at 0.0.0.0:0 without TLS");
    }

    @Test
    void https_withTheAuthority_answers(@TempDir Path folder) throws Exception {
        Path certificate = AUTHORITY.writeCertificate(folder.resolve("operator.pem"));
        Path key = AUTHORITY.writeKey(folder.resolve("operator.key"));
        try (OperatorServer secure = OperatorServer.start(
                new OperatorServer.Endpoint(
                        HostPort.parse("127.0.0.1:0"),
                        Optional.of(PemTls.serverContext(certificate, key)),
                        false,
                        1 << 20),
                OperatorToken.of(TOKEN),
                port)) {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(PemTls.clientContext(certificate))
                    .build();
            URI uri = URI.create("https://127.0.0.1:" + secure.address().getPort() + "/health");
            assertThat(client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThatThrownBy(() -> PemTls.serverContext(certificate, certificate))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BEGIN PRIVATE KEY");
    }
}
