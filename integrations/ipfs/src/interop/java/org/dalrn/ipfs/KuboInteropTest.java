package org.dalrn.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.dalrn.ipfs.car.CarArchive;
import org.dalrn.ipfs.cli.IpfsCommands;
import org.dalrn.ipfs.store.KuboNode;
import org.dalrn.ipfs.store.RequestPolicy;
import org.dalrn.ipfs.store.StoreRefusedException;
import org.dalrn.ipfs.store.TrustlessGateway;
import org.dalrn.ipfs.unixfs.FileDag;
import org.dalrn.ipfs.unixfs.FileLayout;
import org.dalrn.ipfs.unixfs.ReadLimits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Both directions with Kubo 0.43.0, a real node without network: files, blocks, archives, pins.
 *
 * <p>{@code integrations/ipfs/peers/install} brings it; without it the tests are skipped, or fail with
 * {@code -Ddalrn.peers.required=true}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KuboInteropTest {
    private static final byte[] NOTHING = new byte[0];

    private KuboDaemon daemon;
    private KuboNode node;
    private TrustlessGateway gateway;

    @BeforeAll
    void startTheNode(@TempDir Path store) throws Exception {
        daemon = KuboDaemon.start(store);
        node = KuboNode.at(daemon.api(), RequestPolicy.PATIENT);
        gateway = TrustlessGateway.at(daemon.gateway(), RequestPolicy.PATIENT);
    }

    @AfterAll
    void stopTheNode() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static byte[] file(Random random) {
        byte[] bytes = Contents.counter(random.nextInt(3000));
        // Some with repeated blocks.
        return random.nextInt(4) == 0 ? new byte[bytes.length] : bytes;
    }

    private String kubosCid(byte[] bytes, FileLayout layout) throws Exception {
        return daemon.word(
                bytes,
                "add",
                "-Q",
                "--cid-version=1",
                "--chunker=size-" + layout.chunkBytes(),
                "--max-file-links=" + layout.maxLinks());
    }

    private static byte[] read(Cid root, BlockSource source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FileDag.read(root, source, new ReadLimits(1 << 30, 1 << 20), out);
        return out.toByteArray();
    }

    @Test
    void version_isTheOneThatWasInstalled() {
        assertThat(node.version()).isEqualTo("0.43.0");
    }

    @Test
    void files_thatTheNodeAdds_haveOurCidsAndBlocksAndReadBack() throws Exception {
        Random random = new Random(11);
        for (int i = 0; i < 40; i++) {
            byte[] bytes = file(random);
            FileLayout layout = new FileLayout(1 + random.nextInt(200), 2 + random.nextInt(12));
            Set<String> ours = new LinkedHashSet<>();
            FileDag dag = FileDag.build(
                    new ByteArrayInputStream(bytes),
                    layout,
                    block -> ours.add(block.cid().toString()));
            String what = bytes.length + " bytes in " + layout;
            assertThat(dag.root().toString()).as(what).isEqualTo(kubosCid(bytes, layout));
            List<String> refs = daemon.word(NOTHING, "refs", "--recursive", "--unique", dag.root().toString())
                    .lines()
                    .toList();
            assertThat(Stream.concat(refs.stream(), Stream.of(dag.root().toString())))
                    .as(what)
                    .containsExactlyInAnyOrderElementsOf(ours);
            assertThat(read(dag.root(), node)).as(what).isEqualTo(bytes);
            assertThat(read(dag.root(), gateway)).as(what).isEqualTo(bytes);
        }
    }

    @Test
    void files_thatWeAdd_areTheNodes() throws Exception {
        Random random = new Random(12);
        for (int i = 0; i < 10; i++) {
            byte[] bytes = file(random);
            FileLayout layout = new FileLayout(20 + random.nextInt(400), 2 + random.nextInt(12));
            FileDag dag = node.add(new ByteArrayInputStream(bytes), layout);
            assertThat(daemon.ipfs(NOTHING, "cat", dag.root().toString())).isEqualTo(bytes);
            assertThat(daemon.word(NOTHING, "pin", "ls", "--type=recursive", "-q", dag.root().toString()))
                    .isEqualTo(dag.root().toString());
        }
    }

    @Test
    void aFileOfManyChunks_inKubosLayout_goesThereAndBack() throws Exception {
        byte[] bytes = Contents.counter((5 << 20) + 3);
        FileDag dag = node.add(new ByteArrayInputStream(bytes), FileLayout.KUBO_DEFAULT);
        assertThat(dag.root()).hasToString(daemon.word(bytes, "add", "-Q", "--cid-version=1"));
        assertThat(read(dag.root(), node)).isEqualTo(bytes);
        assertThat(read(dag.root(), gateway)).isEqualTo(bytes);
    }

    @Test
    void theLargestBlock_goesThereAndBack() {
        Block block = Block.of(Codec.RAW, Contents.counter(Block.MAX_SIZE_BYTES));
        node.put(block);
        assertThat(node.get(block.cid())).isEqualTo(block);
        assertThat(gateway.get(block.cid())).isEqualTo(block);
    }

    @Test
    void theLayoutUnixfsV12025_isWhatItsProfileDoes(@TempDir Path store) throws Exception {
        Path program = KuboDaemon.program();
        KuboDaemon.run(program, store, NOTHING, "init", "--profile=test,unixfs-v1-2025");
        for (int size : new int[] {0, 1 << 20, (1 << 20) + 1, (3 << 20) + 5}) {
            byte[] bytes = Contents.counter(size);
            String theirs = new String(
                            KuboDaemon.run(program, store, bytes, "add", "-Q", "--only-hash"), StandardCharsets.UTF_8)
                    .strip();
            assertThat(FileDag.build(new ByteArrayInputStream(bytes), FileLayout.UNIXFS_V1_2025, block -> {})
                            .root())
                    .hasToString(theirs);
        }
    }

    @Test
    void archives_thatWeWrite_areImportedAndPinned(@TempDir Path folder) throws Exception {
        byte[] bytes = Contents.counter(100_003);
        Path file = Files.write(folder.resolve("file"), bytes);
        Path archive = folder.resolve("file.car");
        FileDag dag;
        try (OutputStream out = Files.newOutputStream(archive)) {
            dag = CarArchive.write(file, new FileLayout(1000, 7), out);
        }
        assertThat(node.isPinned(dag.root())).isFalse();
        daemon.ipfs(NOTHING, "dag", "import", archive.toString());
        assertThat(node.isPinned(dag.root())).isTrue();
        assertThat(daemon.ipfs(NOTHING, "cat", dag.root().toString())).isEqualTo(bytes);
    }

    @Test
    void archives_thatTheNodeWrites_areReadAndAreOurs(@TempDir Path folder) throws Exception {
        Random random = new Random(13);
        for (int i = 0; i < 10; i++) {
            byte[] bytes = file(random);
            FileLayout layout = new FileLayout(1 + random.nextInt(200), 2 + random.nextInt(12));
            Cid cid = Cid.parse(kubosCid(bytes, layout));
            Path theirs = Files.write(
                    folder.resolve("theirs.car"), daemon.ipfs(NOTHING, "dag", "export", "--progress=false", cid.toString()));
            try (CarArchive archive = CarArchive.open(theirs, 10_000)) {
                assertThat(archive.roots()).containsExactly(cid);
                assertThat(read(cid, archive)).isEqualTo(bytes);
            }
            Path ours = folder.resolve("ours.car");
            try (OutputStream out = Files.newOutputStream(ours)) {
                CarArchive.write(Files.write(folder.resolve("file"), bytes), layout, out);
            }
            assertThat(ours).hasSameBinaryContentAs(theirs);
        }
    }

    @Test
    void pins_comeAndGo() throws Exception {
        FileDag dag = node.add(new ByteArrayInputStream(Contents.counter(5000)), new FileLayout(1000, 3));
        assertThat(node.isPinned(dag.root())).isTrue();
        // Asked twice, as after a lost answer.
        node.pin(dag.root());
        node.unpin(dag.root());
        assertThat(node.isPinned(dag.root())).isFalse();
        assertThatThrownBy(() -> node.unpin(dag.root()))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("not pinned");
    }

    @Test
    void aFileThatWasForgotten_isMissing() throws Exception {
        FileDag dag = node.add(new ByteArrayInputStream(Contents.counter(5001)), new FileLayout(1000, 3));
        node.unpin(dag.root());
        daemon.ipfs(NOTHING, "repo", "gc");
        assertThatThrownBy(() -> node.get(dag.root()))
                .isInstanceOf(BlockMissingException.class)
                .hasMessageContaining(dag.root().toString());
        assertThatThrownBy(() -> gateway.get(dag.root()))
                .isInstanceOf(BlockMissingException.class)
                .hasMessageContaining(dag.root().toString());
        assertThatThrownBy(() -> node.pin(dag.root()))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("could not find");
    }

    @Test
    void aBlockThatChangedOnTheNodesDisk_isRefused() throws Exception {
        byte[] bytes = Contents.counter(77_777);
        Block block = Block.of(Codec.RAW, bytes);
        node.put(block);
        Path file;
        try (Stream<Path> files = Files.walk(daemon.store().resolve("blocks"))) {
            file = files.filter(Files::isRegularFile)
                    .filter(path -> path.toFile().length() == bytes.length)
                    .findFirst()
                    .orElseThrow();
        }
        assertThat(node.get(block.cid())).isEqualTo(block);
        byte[] changed = Files.readAllBytes(file);
        changed[70_000] ^= 1;
        Files.write(file, changed);
        // The node itself gives it without a word.
        assertThat(daemon.ipfs(NOTHING, "block", "get", block.cid().toString())).isEqualTo(changed);
        assertThatThrownBy(() -> node.get(block.cid())).isInstanceOf(BlockMismatchException.class);
        assertThatThrownBy(() -> gateway.get(block.cid())).isInstanceOf(BlockMismatchException.class);
    }

    @Test
    void directoriesAndOldCids_areRefusedWithTheReason(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("file"), Contents.counter(5));
        Cid directory = Cid.parse(daemon.word(NOTHING, "add", "-Q", "-r", "--cid-version=1", folder.toString()));
        assertThatThrownBy(() -> read(directory, node))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining("type directory; only files are read");
        String old = daemon.word(Contents.counter(600_000), "add", "-Q", "--cid-version=0");
        assertThatThrownBy(() -> Cid.parse(old)).hasMessageContaining("version 0");
        Cid converted = Cid.parse(daemon.word(NOTHING, "cid", "base32", old));
        assertThatThrownBy(() -> read(converted, node))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining("version 0");
    }

    @Test
    void commands_addArchiveAndGet(@TempDir Path folder) throws Exception {
        byte[] bytes = Contents.counter(700_001);
        Path file = Files.write(folder.resolve("bundle"), bytes);
        Path back = folder.resolve("back");
        Path archive = folder.resolve("bundle.car");
        String cid = dalrn("add", file.toString(), "--api", daemon.api().toString());
        assertThat(cid).isEqualTo(daemon.word(bytes, "add", "-Q", "--cid-version=1"));
        assertThat(node.isPinned(Cid.parse(cid))).isTrue();
        for (List<String> source : List.of(
                List.of("--api", daemon.api().toString()), List.of("--gateway", daemon.gateway().toString()))) {
            Files.deleteIfExists(back);
            String[] words = Stream.concat(Stream.of("get", cid, "-o", back.toString()), source.stream())
                    .toArray(String[]::new);
            assertThat(dalrn(words)).contains("700001 bytes");
            assertThat(back).hasBinaryContent(bytes);
        }
        assertThat(dalrn("car", file.toString(), "-o", archive.toString())).isEqualTo(cid);
        assertThat(archive)
                .hasBinaryContent(daemon.ipfs(NOTHING, "dag", "export", "--progress=false", cid));
    }

    private static String dalrn(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = ((CommandLine) new IpfsCommands().command())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
        assertThat(exit).as(Arrays.toString(words) + ": " + err).isZero();
        return out.toString().strip();
    }
}
