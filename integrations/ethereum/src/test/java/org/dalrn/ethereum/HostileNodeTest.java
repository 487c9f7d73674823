package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.dalrn.podp.anchor.AnchorOutcome;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.anchor.CheckpointBatch;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.note.Checkpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that answers whatever it likes. */
class HostileNodeTest {

    static {
        // Else every answer waits 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final EthereumAddress CONTRACT = new EthereumAddress("0x" + "ab".repeat(20));

    private final AtomicReference<Function<JsonNode, byte[]>> answer = new AtomicReference<>();
    private HttpServer server;
    private URI uri;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            JsonNode question = JsonRpc.MAPPER.readTree(exchange.getRequestBody());
            byte[] bytes = answer.get().apply(question);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            try (exchange) {
                exchange.getResponseBody().write(bytes);
            } catch (IOException hungUp) {
                // As it should when there is too much.
                assertThat(bytes.length).isGreaterThan(1 << 20);
            }
        });
        server.start();
        uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v3/secret-project-key");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answers(String text) {
        answer.set(question -> text.replace("ID", question.path("id").asText()).getBytes(StandardCharsets.UTF_8));
    }

    private JsonRpc rpc() {
        return new JsonRpc(uri, Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>Bad gateway</html>",
                "[]",
                "{\"jsonrpc\":\"2.0\",\"id\":ID}",
                "{\"jsonrpc\":\"2.0\",\"id\":999999,\"result\":\"0x1\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":"
            })
    void call_noAnswerToTheQuestion_isUnavailable(String text) {
        answers(text);
        assertThatThrownBy(() -> rpc().call("eth_chainId"))
                .isInstanceOf(ChainUnavailableException.class)
                .hasMessageContaining("http://127.0.0.1:")
                .hasMessageNotContaining("secret");
    }

    @Test
    void call_endlessAnswer_isCutOff() {
        answers("{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":\"" + "0".repeat(6 << 20) + "\"}");
        assertThatThrownBy(() -> rpc().call("eth_chainId"))
                .isInstanceOf(ChainUnavailableException.class)
                .rootCause()
                .hasMessageContaining("more than 4194304 bytes");
    }

    @Test
    void call_error_isARefusalWithTheContractsReason() {
        // SizeNotLarger(bytes32,uint56,uint56), from the compiler's own list of errors.
        answers("{\"jsonrpc\":\"2.0\",\"id\":ID,\"error\":{\"code\":3,\"message\":\"execution reverted\",\"data\":\""
                + selector("SizeNotLarger(bytes32,uint56,uint56)") + "00\"}}");
        assertThatThrownBy(() -> rpc().call("eth_estimateGas"))
                .isInstanceOfSatisfying(ChainRefusalException.class, refusal -> {
                    assertThat(refusal.number()).isEqualTo(3);
                    assertThat(refusal.isRevert()).isTrue();
                })
                .hasMessageContaining("execution reverted")
                .hasMessageContaining("SizeNotLarger");
    }

    private static String selector(String signature) {
        return Quantity.text(org.web3j.crypto.Hash.sha3(signature.getBytes(StandardCharsets.US_ASCII)))
                .substring(0, 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"\"", "\"0x\"", "\"0x01\"", "\"0xg\"", "null", "{}", "[]", "\"1\""})
    void number_anotherSpelling_isRefused(String value) throws IOException {
        JsonNode node = JsonRpc.MAPPER.readTree(value);
        assertThatThrownBy(() -> Quantity.number(node, "the base fee"))
                .isInstanceOf(ChainUnavailableException.class)
                .hasMessageContaining("as the base fee, not a hexadecimal number");
    }

    @Test
    void number_largerThanItCanBe_isRefused() throws IOException {
        JsonNode huge = JsonRpc.MAPPER.readTree("\"0x8000000000000000\"");
        assertThatThrownBy(() -> Quantity.small(huge, "a block")).hasMessageContaining("more than 2^63 - 1");
        JsonNode wide = JsonRpc.MAPPER.readTree("\"0x1" + "0".repeat(64) + "\"");
        assertThatThrownBy(() -> Quantity.number(wide, "a fee")).isInstanceOf(ChainUnavailableException.class);
    }

    /** Whatever a node says, a lookup has an outcome, and never that something is there that is not. */
    @Test
    void find_anyAnswers_isNeverFoundNorThrows() {
        Checkpoint run = Federation.checkpoint("run", 7);
        InclusionProof path =
                CheckpointBatch.of(Federation.runs(3)).proof(Federation.runs(3).get(0));
        AnchorProof proof = new AnchorProof("eip155:1", CONTRACT.text(), CONTRACT.text(), "0x00", 5, Optional.of(path));
        String runtime = Quantity.text(CompiledContract.CHECKPOINT_ANCHOR.runtime());
        String[] results = {
            "null",
            "{}",
            "[]",
            "\"0x\"",
            "\"0x1\"",
            "7",
            "\"0x" + "0".repeat(64) + "\"",
            "\"0x" + "f".repeat(128) + "\"",
            "\"0x" + "f".repeat(256) + "\"",
            "\"" + runtime + "\"",
            "{\"number\":\"0x5\"}",
            "[{\"address\":\"\"}]"
        };
        Random random = new Random(17);
        int unreachable = 0;
        for (int i = 0; i < 200; i++) {
            answer.set(question -> {
                String result = switch (question.path("method").asText()) {
                    case "eth_chainId" -> random.nextInt(8) == 0 ? results[random.nextInt(results.length)] : "\"0x1\"";
                    case "eth_getCode" ->
                        random.nextInt(4) == 0 ? results[random.nextInt(results.length)] : "\"" + runtime + "\"";
                    default -> results[random.nextInt(results.length)];
                };
                return ("{\"id\":" + question.path("id") + ",\"result\":" + result + "}")
                        .getBytes(StandardCharsets.UTF_8);
            });
            AnchorOutcome outcome = new EthereumLookup(uri, CONTRACT, Duration.ofSeconds(30))
                    .find(run, random.nextBoolean() ? Optional.of(proof) : Optional.empty());
            assertThat(outcome).isNotInstanceOfAny(AnchorOutcome.Final.class, AnchorOutcome.NotFinal.class);
            unreachable += outcome instanceof AnchorOutcome.Unreachable ? 1 : 0;
        }
        assertThat(unreachable).isBetween(25, 199);
    }

    @Test
    void otherKindsOfAddress_areRefused() {
        assertThatThrownBy(() -> new JsonRpc(URI.create("file:///etc/passwd"), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scheme file");
        assertThat(new EthereumLookupProvider().supports(URI.create("ipc:/tmp/geth.ipc")))
                .isFalse();
        assertThat(new EthereumLookupProvider().supports(uri)).isTrue();
    }
}
