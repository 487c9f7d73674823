package org.dalrn.ipfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMismatchException;
import org.dalrn.ipfs.BlockMissingException;
import org.dalrn.ipfs.BlockSource;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.Contents;
import org.dalrn.ipfs.IpfsFormatException;
import org.dalrn.ipfs.unixfs.FileDag;
import org.dalrn.ipfs.unixfs.FileLayout;
import org.dalrn.ipfs.unixfs.ReadLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every reader of blocks over HTTP must do with a server that lies, fails or never ends. */
abstract class BlockStoreContract {
    static final Block BLOCK = Block.of(Codec.RAW, Contents.counter(1000));

    static final RequestPolicy POLICY = new RequestPolicy(
            Duration.ofSeconds(30), Duration.ofSeconds(30), 4, Duration.ofMillis(100), Duration.ofMillis(300));
    static final RequestPolicy IMPATIENT =
            new RequestPolicy(Duration.ofMillis(300), Duration.ofMillis(300), 2, Duration.ZERO, Duration.ZERO);

    final List<Duration> pauses = new ArrayList<>();
    private final List<ScriptedServer> servers = new ArrayList<>();

    /** The reader, whose pauses are only noted. */
    abstract BlockSource reader(URI address, RequestPolicy policy);

    /** How this kind of server says that it lacks a block. */
    abstract void answerMissing(OutputStream out) throws IOException;

    final ScriptedServer server(ScriptedServer.Script script) {
        ScriptedServer server = ScriptedServer.start(script);
        servers.add(server);
        return server;
    }

    private BlockSource readerOf(ScriptedServer.Script script) {
        return reader(server(script).uri(), POLICY);
    }

    @AfterEach
    void stopServers() {
        servers.forEach(ScriptedServer::close);
    }

    @Test
    void get_ofABlockThatIsThere_givesIt() throws IOException {
        Block read = readerOf((request, out) -> ScriptedServer.answer(out, 200, BLOCK.toByteArray()))
                .get(BLOCK.cid());
        assertThat(read.toByteArray()).isEqualTo(BLOCK.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 7999})
    void get_ofAFlippedBit_isRefusedAtOnce(int bit) {
        ScriptedServer server = server((request, out) -> {
            byte[] flipped = BLOCK.toByteArray();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            ScriptedServer.answer(out, 200, flipped);
        });
        assertThatThrownBy(() -> reader(server.uri(), POLICY).get(BLOCK.cid()))
                .isInstanceOf(BlockMismatchException.class)
                .hasMessageContaining(server.uri() + " gave 1000 bytes for " + BLOCK.cid());
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1001})
    void get_ofMoreOrFewerBytes_isRefused(int length) {
        BlockSource reader = readerOf((request, out) -> ScriptedServer.answer(out, 200, Contents.counter(length)));
        assertThatThrownBy(() -> reader.get(BLOCK.cid())).isInstanceOf(BlockMismatchException.class);
    }

    @Test
    void get_ofAConnectionThatBreaks_isTriedAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        BlockSource reader = readerOf((request, out) -> {
            if (asked.incrementAndGet() < 4) {
                ScriptedServer.head(out, 200, BLOCK.sizeBytes());
                out.write(BLOCK.toByteArray(), 0, 500);
            } else {
                ScriptedServer.answer(out, 200, BLOCK.toByteArray());
            }
        });
        assertThat(reader.get(BLOCK.cid())).isEqualTo(BLOCK);
        assertThat(pauses).hasSize(3);
        assertThat(pauses.get(0)).isBetween(Duration.ofMillis(10), Duration.ofMillis(100));
        assertThat(pauses.get(1)).isBetween(Duration.ofMillis(20), Duration.ofMillis(200));
        assertThat(pauses.get(2)).isBetween(Duration.ofMillis(30), Duration.ofMillis(300));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void get_ofAServerThatStaysOverloaded_endsAfterTheAttempts(int status) {
        ScriptedServer server = server((request, out) -> ScriptedServer.answer(out, status, "come later"));
        assertThatThrownBy(() -> reader(server.uri(), POLICY).get(BLOCK.cid()))
                .isInstanceOf(StoreUnreachableException.class)
                .hasMessageContaining("(4 attempts): it answers " + status + ": come later");
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void get_ofAnAnswerWithoutEnd_isRefusedWithoutReadingMuch() {
        AtomicLong sent = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(1);
        BlockSource reader = readerOf((request, out) -> {
            try {
                ScriptedServer.head(out, 200, 1L << 50);
                for (byte[] zeros = new byte[1 << 16]; sent.get() < 1L << 32; sent.addAndGet(zeros.length)) {
                    out.write(zeros);
                }
            } finally {
                ended.countDown();
            }
        });
        assertThatThrownBy(() -> reader.get(BLOCK.cid()))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining("more than 2097152 bytes");
        assertThat(await(ended)).isTrue();
        // What the sockets' buffers took is more than was read.
        assertThat(sent.get()).isLessThan(100L << 20);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void get_ofAnAnswerThatStalls_endsInTime(boolean afterTheHead) {
        CountDownLatch never = new CountDownLatch(1);
        ScriptedServer server = server((request, out) -> {
            if (afterTheHead) {
                ScriptedServer.head(out, 200, BLOCK.sizeBytes());
                out.write(BLOCK.toByteArray(), 0, 500);
                out.flush();
            }
            await(never);
        });
        assertThatThrownBy(() -> reader(server.uri(), IMPATIENT).get(BLOCK.cid()))
                .isInstanceOf(StoreUnreachableException.class)
                .hasMessageContaining("(2 attempts): no whole answer within 300 ms");
        never.countDown();
    }

    @Test
    void get_whenNobodyListens_saysSo() throws IOException {
        URI address;
        try (ServerSocket socket = new ServerSocket(0)) {
            address = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        assertThatThrownBy(() -> reader(address, POLICY).get(BLOCK.cid()))
                .isInstanceOf(StoreUnreachableException.class)
                .hasMessageContaining(address + " does not answer")
                .hasMessageContaining("(4 attempts)");
        assertThat(pauses).hasSize(3);
    }

    @Test
    void get_ofABlockThatIsNotThere_saysSo() {
        ScriptedServer server = server((request, out) -> answerMissing(out));
        assertThatThrownBy(() -> reader(server.uri(), POLICY).get(BLOCK.cid()))
                .isInstanceOf(BlockMissingException.class)
                .hasMessageContaining("has no block " + BLOCK.cid());
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 405, 500})
    void get_ofARefusal_showsIt(int status) {
        BlockSource reader = readerOf((request, out) -> ScriptedServer.answer(out, status, "not\nfor\u0007you"));
        assertThatThrownBy(() -> reader.get(BLOCK.cid()))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("with " + status + ": not?for?you");
    }

    @Test
    void get_ofNoHttp_isAFailure() {
        BlockSource reader =
                readerOf((request, out) -> out.write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII)));
        assertThatThrownBy(() -> reader.get(BLOCK.cid())).isInstanceOf(StoreUnreachableException.class);
    }

    @Test
    void read_ofAFileWhoseServerLiesAboutOneBlock_givesNoByteOfIt() throws IOException {
        byte[] bytes = Contents.counter(100);
        Map<String, Block> blocks = new ConcurrentHashMap<>();
        FileDag dag = FileDag.build(
                new ByteArrayInputStream(bytes),
                new FileLayout(10, 3),
                block -> blocks.put(block.cid().toString(), block));
        for (String lie : blocks.keySet()) {
            BlockSource reader = readerOf((request, out) -> {
                String asked = blocks.keySet().stream()
                        .filter(request.line()::contains)
                        .findFirst()
                        .orElseThrow();
                byte[] block = blocks.get(asked).toByteArray();
                if (asked.equals(lie)) {
                    block[block.length - 1]++;
                }
                ScriptedServer.answer(out, 200, block);
            });
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThatThrownBy(() -> FileDag.read(dag.root(), reader, new ReadLimits(100, 100), out))
                    .isInstanceOf(BlockMismatchException.class)
                    .hasMessageContaining(lie);
            assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(bytes, out.size()));
            assertThat(out.size()).isLessThan(bytes.length);
        }
    }

    @Test
    void get_whenInterrupted_endsAndStaysInterrupted() {
        BlockSource reader = readerOf((request, out) -> await(new CountDownLatch(1)));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> reader.get(BLOCK.cid()))
                .isInstanceOf(StoreUnreachableException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://127.0.0.1",
                "http:///ipfs",
                "/ip4/127.0.0.1/tcp/5001",
                "http://somebody:secret@127.0.0.1",
                "http://127.0.0.1?a=b",
                "http://127.0.0.1#a"
            })
    void address_ofAnythingElse_isRefusedWithoutShowingIt(String address) {
        assertThatThrownBy(() -> reader(URI.create(address), POLICY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("for instance http://127.0.0.1:5001")
                .hasMessageNotContaining("secret");
    }
}
