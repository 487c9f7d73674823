package org.dalrn.ipfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMismatchException;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.Contents;
import org.dalrn.ipfs.IpfsFormatException;
import org.dalrn.ipfs.unixfs.FileLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the node's answers look like was noted from Kubo 0.43.0; a real one is in {@code KuboInteropTest}. */
class KuboNodeTest extends BlockStoreContract {
    private static final Cid CID = BLOCK.cid();

    @Override
    KuboNode reader(URI address, RequestPolicy policy) {
        return KuboNode.at(address, policy, pauses::add);
    }

    @Override
    void answerMissing(OutputStream out) throws IOException {
        ScriptedServer.answer(
                out,
                500,
                "{\"Message\":\"block was not found locally (offline): ipld: could not find " + CID
                        + "\",\"Code\":0,\"Type\":\"error\"}");
    }

    private KuboNode node(int status, String answer) {
        return reader(
                server((request, out) -> ScriptedServer.answer(out, status, answer))
                        .uri(),
                POLICY);
    }

    @Test
    void version_ofANode_isGiven() {
        assertThat(node(200, "{\"Version\":\"0.43.0\",\"Commit\":\"\",\"Repo\":\"18\"}\n")
                        .version())
                .isEqualTo("0.43.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | <html>router</html> | is no JSON, so it is no Kubo",
                "200 | {} | which Kubo does not",
                "200 | '' | which Kubo does not",
                "404 | 404 page not found | with 404: 404 page not found",
                "405 | 405 - Method Not Allowed | with 405",
                "500 | '{\"Message\":\"out of coffee\"}' | with 500: out of coffee",
                "500 | '{\"Message\":' | with 500: {\"Message\":",
                "307 | moved | with 307: moved",
            })
    void version_ofAnythingElse_isRefusedWithTheAnswer(int status, String answer, String reason) {
        KuboNode node = node(status, answer);
        assertThatThrownBy(node::version)
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("answers version")
                .hasMessageContaining(reason);
    }

    @Test
    void version_ofAnAnswerAsLongAsABlock_isRefused() {
        KuboNode node = node(200, "{\"Version\":\"" + "0".repeat(70_000) + "\"}");
        assertThatThrownBy(node::version)
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining("more than 65536 bytes");
    }

    @Test
    void put_sendsTheBytesAsOneFileOfAForm() {
        ScriptedServer server =
                server((request, out) -> ScriptedServer.answer(out, 200, "{\"Key\":\"" + CID + "\",\"Size\":1000}\n"));
        reader(server.uri(), POLICY).put(BLOCK);
        ScriptedServer.Request request = server.requests().get(0);
        assertThat(request.line()).isEqualTo("POST /api/v0/block/put?mhtype=sha2-256&cid-codec=raw HTTP/1.1");
        String boundary = "dalrn-" + CID.sha256();
        assertThat(request.headers()).contains("Content-Type: multipart/form-data; boundary=" + boundary);
        assertThat(new String(request.body(), StandardCharsets.ISO_8859_1))
                .isEqualTo("--" + boundary
                        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"block\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n"
                        + new String(BLOCK.toByteArray(), StandardCharsets.ISO_8859_1) + "\r\n--" + boundary
                        + "--\r\n");
    }

    @Test
    void put_ofANodeThatNamesItOtherwise_isRefused() {
        Cid other = Cid.of(Codec.RAW, new byte[1]);
        assertThatThrownBy(() ->
                        node(200, "{\"Key\":\"" + other + "\",\"Size\":1000}").put(BLOCK))
                .isInstanceOf(BlockMismatchException.class)
                .hasMessageContaining("for block " + CID)
                .hasMessageContaining(other.toString());
        assertThatThrownBy(() ->
                        node(200, "{\"Key\":\"" + CID + "\",\"Size\":999}").put(BLOCK))
                .isInstanceOf(BlockMismatchException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {} | which Kubo does not",
                "200 | '[]' | which Kubo does not",
                "200 | no | is no JSON",
                "500 | '{\"Message\":\"no space left on device\"}' | with 500: no space left on device",
            })
    void put_ofAnythingElse_isRefusedWithTheAnswer(int status, String answer, String reason) {
        KuboNode node = node(status, answer);
        assertThatThrownBy(() -> node.put(BLOCK))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("block/put of " + CID)
                .hasMessageContaining(reason);
    }

    @Test
    void pin_ofANodeThatPins_isDone() {
        ScriptedServer server =
                server((request, out) -> ScriptedServer.answer(out, 200, "{\"Pins\":[\"" + CID + "\"]}"));
        reader(server.uri(), POLICY).pin(CID);
        assertThat(server.requests().get(0).line())
                .isEqualTo("POST /api/v0/pin/add?recursive=true&arg=" + CID + " HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"Pins\":[]}", "{\"Pins\":[\"bafk\"]}", "{\"Pins\":\"yes\"}"})
    void pin_ofANodeThatPinsSomethingElse_isRefused(String answer) {
        KuboNode node = node(200, answer);
        assertThatThrownBy(() -> node.pin(CID))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("which Kubo does not");
        assertThatThrownBy(() -> node.unpin(CID)).isInstanceOf(StoreRefusedException.class);
        assertThatThrownBy(() -> node.isPinned(CID)).isInstanceOf(StoreRefusedException.class);
    }

    @Test
    void isPinned_ofEitherAnswer_isIt() {
        assertThat(node(200, "{\"Keys\":{\"" + CID + "\":{\"Type\":\"recursive\",\"Name\":\"\"}}}")
                        .isPinned(CID))
                .isTrue();
        assertThat(node(500, "{\"Message\":\"path '" + CID + "' is not pinned\",\"Code\":0,\"Type\":\"error\"}")
                        .isPinned(CID))
                .isFalse();
        KuboNode broken = node(500, "{\"Message\":\"datastore closed\"}");
        assertThatThrownBy(() -> broken.isPinned(CID))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("datastore closed");
    }

    @Test
    void unpin_whenNoAnswerComes_isNotAskedAgain() {
        ScriptedServer server = server((request, out) -> ScriptedServer.answer(out, 503, "later"));
        assertThatThrownBy(() -> reader(server.uri(), POLICY).unpin(CID))
                .isInstanceOf(StoreUnreachableException.class)
                .hasMessageContaining("(1 attempt): it answers 503");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void add_putsEachBlockAndPinsTheRoot() throws IOException {
        byte[] bytes = Contents.counter(25);
        ScriptedServer server = server((request, out) -> {
            if (request.line().contains("block/put")) {
                String body = new String(request.body(), StandardCharsets.ISO_8859_1);
                int from = body.indexOf("\r\n\r\n") + 4;
                byte[] block = body.substring(from, body.lastIndexOf("\r\n--", body.length() - 3))
                        .getBytes(StandardCharsets.ISO_8859_1);
                Codec codec = request.line().contains("cid-codec=raw") ? Codec.RAW : Codec.DAG_PB;
                ScriptedServer.answer(
                        out, 200, "{\"Key\":\"" + Cid.of(codec, block) + "\",\"Size\":" + block.length + "}");
            } else {
                String cid = request.line().replaceAll(".*arg=([a-z2-7]+) .*", "$1");
                ScriptedServer.answer(out, 200, "{\"Pins\":[\"" + cid + "\"]}");
            }
        });
        Cid root = reader(server.uri(), POLICY)
                .add(new ByteArrayInputStream(bytes), new FileLayout(10, 2))
                .root();
        // Three chunks, two nodes above them and the root.
        assertThat(server.requests()).hasSize(3 + 3 + 1);
        assertThat(server.requests().get(6).line()).contains("pin/add?recursive=true&arg=" + root);
    }

    @Test
    void add_whenABlockIsNotTaken_pinsNothing() {
        ScriptedServer server = server((request, out) -> ScriptedServer.answer(out, 500, "{\"Message\":\"full\"}"));
        KuboNode node = reader(server.uri(), POLICY);
        assertThatThrownBy(() -> node.add(new ByteArrayInputStream(new byte[25]), new FileLayout(10, 2)))
                .isInstanceOf(StoreRefusedException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void get_ofARedirection_isRefused() {
        ScriptedServer to = server((request, out) -> ScriptedServer.answer(out, 200, BLOCK.toByteArray()));
        ScriptedServer from = server((request, out) -> out.write(
                ("HTTP/1.1 307 Moved\r\nLocation: " + to.uri() + "/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)));
        assertThatThrownBy(() -> reader(from.uri(), POLICY).get(CID)).isInstanceOf(StoreRefusedException.class);
        assertThat(to.requests()).isEmpty();
    }

    @Test
    void put_ofADagPbBlock_saysItsCodec() {
        Block node = Block.of(Codec.DAG_PB, new byte[] {10, 0});
        ScriptedServer server = server(
                (request, out) -> ScriptedServer.answer(out, 200, "{\"Key\":\"" + node.cid() + "\",\"Size\":2}\n"));
        reader(server.uri(), POLICY).put(node);
        assertThat(server.requests().get(0).line()).contains("cid-codec=dag-pb");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT1S, 1, PT0S, PT0S",
        "PT1S, PT-1S, 1, PT0S, PT0S",
        "PT1S, PT1S, 0, PT0S, PT0S",
        "PT1S, PT1S, 21, PT0S, PT0S",
        "PT1S, PT1S, 1, PT-1S, PT0S",
        "PT1S, PT1S, 1, PT2S, PT1S",
    })
    void policy_outOfRange_isRefused(Duration answer, Duration pin, int attempts, Duration first, Duration longest) {
        assertThatThrownBy(() -> new RequestPolicy(answer, pin, attempts, first, longest))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
