package org.dalrn.ipfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.Contents;
import org.dalrn.ipfs.store.RequestPolicy;
import org.dalrn.ipfs.store.ScriptedServer;
import org.dalrn.ipfs.unixfs.FileDag;
import org.dalrn.ipfs.unixfs.FileLayout;
import org.dalrn.server.cli.CommandProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpfsCommandsTest {
    private static final byte[] HELLO = "hello DALRN".getBytes(StandardCharsets.US_ASCII);
    private static final String HELLO_CID = "bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru";

    private static final RequestPolicy POLICY =
            new RequestPolicy(Duration.ofSeconds(30), Duration.ofSeconds(30), 2, Duration.ZERO, Duration.ZERO);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private int dalrn(Object... words) {
        String[] text = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            text[i] = words[i].toString();
        }
        return IpfsCommands.all(POLICY)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(text);
    }

    /** Serves the blocks of a file in Kubo's layout; {@code damage} is added to the last byte of each. */
    private static ScriptedServer gatewayOf(byte[] bytes, int damage) throws IOException {
        Map<String, Block> blocks = new ConcurrentHashMap<>();
        FileDag.build(
                new ByteArrayInputStream(bytes),
                FileLayout.KUBO_DEFAULT,
                block -> blocks.put("GET /ipfs/" + block.cid() + "?format=raw HTTP/1.1", block));
        return ScriptedServer.start((request, answer) -> {
            Block block = blocks.get(request.line());
            if (block == null) {
                ScriptedServer.answer(answer, 404, "no providers found");
                return;
            }
            byte[] given = block.toByteArray();
            given[given.length - 1] += (byte) damage;
            ScriptedServer.answer(answer, 200, given);
        });
    }

    @Test
    void service_isFoundByTheCommandLine() {
        assertThat(ServiceLoader.load(CommandProvider.class)).anySatisfy(provider -> {
            assertThat(provider).isInstanceOf(IpfsCommands.class);
            assertThat(provider.parent()).isEmpty();
        });
    }

    @Test
    void add_ofAFile_printsKubosCid() throws IOException {
        Path file = Files.write(folder.resolve("hello"), HELLO);
        assertThat(dalrn("add", file)).isZero();
        assertThat(out).hasToString(HELLO_CID + System.lineSeparator());
    }

    @Test
    void add_asJson_printsADocument() throws IOException {
        Path file = Files.write(folder.resolve("hello"), HELLO);
        assertThat(dalrn("add", file, "--json")).isZero();
        assertThat(out.toString().strip())
                .isEqualTo("{\"cid\":\"" + HELLO_CID + "\",\"bytes\":11,\"blocks\":1,\"pinned\":false}");
    }

    @ParameterizedTest
    @CsvSource({
        // From the vectors: 1 MiB + 1 and 1 MiB of the counter.
        "1048577, unixfs-v1-2025, bafybeickmnqx4ztiwdgvvogjcyu7lxr24c5mx72upvvd4lkkevt3au5cqy",
        "1048576, kubo, bafybeicyy6gkggvivce2xc3ovp75heacazplbwt5gevtdixbdooou6n5yi",
    })
    void add_inALayout_printsTheCidOfThat(int size, String layout, String cid) throws IOException {
        Path file = Files.write(folder.resolve("file"), Contents.counter(size));
        assertThat(dalrn("add", file, "--layout", layout)).isZero();
        assertThat(out.toString().strip()).isEqualTo(cid);
    }

    @Test
    void add_toANode_storesAndPins() throws IOException {
        Path file = Files.write(folder.resolve("hello"), HELLO);
        try (ScriptedServer node = ScriptedServer.start((request, answer) -> ScriptedServer.answer(
                answer,
                200,
                request.line().contains("pin/add")
                        ? "{\"Pins\":[\"" + HELLO_CID + "\"]}"
                        : "{\"Key\":\"" + HELLO_CID + "\",\"Size\":11}"))) {
            assertThat(dalrn("add", file, "--api", node.uri())).isZero();
            assertThat(out.toString().strip()).isEqualTo(HELLO_CID);
            assertThat(node.requests()).hasSize(2);
        }
    }

    @Test
    void add_toANodeThatLies_isRefused() throws IOException {
        Path file = Files.write(folder.resolve("hello"), HELLO);
        try (ScriptedServer node = ScriptedServer.start((request, answer) -> ScriptedServer.answer(
                answer, 200, "{\"Key\":\"" + Cid.of(Codec.RAW, new byte[1]) + "\",\"Size\":11}"))) {
            assertThat(dalrn("add", file, "--api", node.uri(), "--json")).isEqualTo(3);
            assertThat(out.toString()).startsWith("{\"detail\":\"" + node.uri() + " took 11 bytes");
            assertThat(err.toString()).startsWith("error: " + node.uri() + " took 11 bytes for block " + HELLO_CID);
        }
    }

    @Test
    void get_fromAGateway_savesTheFile() throws IOException {
        byte[] bytes = Contents.counter(600_000);
        Path file = Files.write(folder.resolve("file"), bytes);
        assertThat(dalrn("add", file)).isZero();
        String cid = out.toString().strip();
        Path back = Files.write(folder.resolve("back"), HELLO);
        try (ScriptedServer gateway = gatewayOf(bytes, 0)) {
            assertThat(dalrn("get", cid, "-o", back, "--gateway", gateway.uri()))
                    .isZero();
        }
        assertThat(back).hasBinaryContent(bytes);
        assertThat(out.toString()).contains("saved " + cid + ", 600000 bytes, to " + back);
    }

    @Test
    void get_ofADamagedFile_leavesTheTargetAsItWas() throws IOException {
        Path back = Files.write(folder.resolve("back"), HELLO);
        byte[] bytes = Contents.counter(600_000);
        Cid root = FileDag.build(new ByteArrayInputStream(bytes), FileLayout.KUBO_DEFAULT, block -> {})
                .root();
        try (ScriptedServer gateway = gatewayOf(bytes, 1)) {
            assertThat(dalrn("get", root, "-o", back, "--gateway", gateway.uri()))
                    .isEqualTo(3);
        }
        assertThat(err.toString()).contains("that are not that block");
        assertThat(back).hasBinaryContent(HELLO);
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".part"));
    }

    @Test
    void get_ofAMissingFile_isRefused() throws IOException {
        try (ScriptedServer gateway = gatewayOf(HELLO, 0)) {
            Cid other = Cid.of(Codec.RAW, new byte[3]);
            assertThat(dalrn("get", other, "-o", folder.resolve("back"), "--gateway", gateway.uri()))
                    .isEqualTo(3);
            assertThat(err.toString()).contains("has no block " + other);
        }
    }

    @Test
    void get_ofAFileAboveTheLimit_isRefused() throws IOException {
        try (ScriptedServer gateway = gatewayOf(HELLO, 0)) {
            assertThat(dalrn(
                            "get", HELLO_CID, "-o", folder.resolve("b"), "--gateway", gateway.uri(), "--max-bytes", 10))
                    .isEqualTo(5);
            assertThat(err.toString()).contains("has 11 bytes; at most 10");
        }
    }

    @Test
    void carAndGet_giveTheFileBack() throws IOException {
        byte[] bytes = Contents.counter(600_000);
        Path file = Files.write(folder.resolve("file"), bytes);
        Path archive = folder.resolve("file.car");
        assertThat(dalrn("car", file, "-o", archive)).isZero();
        String cid = out.toString().strip();
        Path back = folder.resolve("back");
        assertThat(dalrn("get", cid, "-o", back, "--car", archive)).isZero();
        assertThat(back).hasBinaryContent(bytes);
    }

    @Test
    void get_whenNobodyListens_endsWithItsCode() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThat(dalrn("get", HELLO_CID, "-o", folder.resolve("b"), "--api", "http://127.0.0.1:" + port))
                .isEqualTo(4);
        assertThat(err.toString()).contains("does not answer block/get of " + HELLO_CID + " (2 attempts)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "."})
    void folderAsTarget_endsWithItsCode(String target) throws IOException {
        Path file = Files.write(folder.resolve("hello"), HELLO);
        assertThat(dalrn("car", file, "-o", target)).isEqualTo(5);
        assertThat(err.toString()).contains("is a folder; name a file in it");
    }

    @Test
    void missingFile_endsWithItsCode() {
        assertThat(dalrn("add", folder.resolve("nothing"))).isEqualTo(5);
        assertThat(err.toString()).contains("error: a file cannot be used");
        assertThat(dalrn("get", HELLO_CID, "-o", folder.resolve("b"), "--car", folder.resolve("nothing")))
                .isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get QmNRCQWfgze6AbBCaT1rkrkV5tJ2aP4oTNPb5JZcXYywve -o x --car y | version 0",
                "get cat -o x --car y | is no CID",
                "get bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru -o x | --api",
                "get bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru -o x --car y --api http://a | exclusive",
                "get bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru -o x --api ftp://a | for instance http",
                "get bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru -o x --api {} | no URL",
                "get bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru -o x --car y --max-bytes -1 | negative",
                "add x --api 127.0.0.1:5001 | for instance http",
                "add x --layout round | allowed are kubo and unixfs-v1-2025",
                "car x | --output",
            })
    void wrongUsage_endsWithItsCode(String words, String reason) {
        assertThat(dalrn((Object[]) words.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(reason);
    }
}
