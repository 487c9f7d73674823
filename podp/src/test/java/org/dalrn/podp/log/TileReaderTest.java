package org.dalrn.podp.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.junit.jupiter.api.Test;

/** Tiles and bundles that nobody vouches for. */
class TileReaderTest {
    private static final int SIZE = 1500;

    private static final CrashingFiles FILES = new CrashingFiles();
    private static final List<Sha256Hash> ROOTS = new ArrayList<>();

    static {
        try (TileLog log = TileLog.open(FILES, 65_536, SampleLog.signer(), List.of(), List.of())) {
            Frontier frontier = Frontier.EMPTY;
            for (int size = 0; size < SIZE; size++) {
                ROOTS.add(frontier.root());
                frontier = frontier.append(MerkleTree.leafHash(SampleLog.entry(size)));
            }
            ROOTS.add(frontier.root());
            log.append(SampleLog.entries(0, SIZE));
            log.publish();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Checkpoint checkpoint(int size) {
        return new Checkpoint(SampleLog.ORIGIN, size, ROOTS.get(size));
    }

    private static CrashingFiles copy() {
        return FILES.afterCrash(CrashingFiles.Left.EVERYTHING, 0);
    }

    /** A copy in which one byte of a file is another. */
    private static TileSource flipped(String name, int at) throws IOException {
        CrashingFiles files = copy();
        byte[] bytes = files.read(name, 1 << 20).orElseThrow();
        bytes[at] ^= 1;
        files.write(name, ByteBuffer.wrap(bytes));
        return new FileTiles(files);
    }

    @Test
    void reader_ofTheWholeLog_hasItsEntriesAndProofs() throws IOException {
        TileReader reader = TileReader.open(new FileTiles(FILES), checkpoint(SIZE));
        assertThat(reader.size()).isEqualTo(SIZE);
        for (int i = 0; i < SIZE; i += 7) {
            assertThat(reader.entry(i)).isEqualTo(SampleLog.entry(i));
            assertThat(reader.inclusionProof(i).proves(MerkleTree.leafHash(SampleLog.entry(i)), ROOTS.get(SIZE)))
                    .isTrue();
            assertThat(reader.consistencyProof(i).proves(ROOTS.get(i), ROOTS.get(SIZE)))
                    .isTrue();
        }
        assertThat(reader.entries(5)).hasSize(220);
        assertThatThrownBy(() -> reader.entry(SIZE)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> reader.entries(6)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> reader.hash(8, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> reader.hash(63, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void reader_ofAnOlderCheckpoint_takesPartialTilesFromFullOnes() throws IOException {
        // Of the sizes up to 1,280 the tiles are full by now; of level 1 only the last publication's partial tile is
        // there.
        for (int size : new int[] {0, 1, 255, 1280 + 220}) {
            LogCheck check = LogCheck.run(new FileTiles(FILES), checkpoint(size));
            assertThat(check).as("size %d", size).isEqualTo(new LogCheck(size, List.of()));
        }
    }

    @Test
    void check_ofAnyAlteredTile_namesTheTile() throws IOException {
        for (int n = 0; n < 5; n++) {
            for (int at = 0; at < 8192; at += 1111) {
                LogCheck check = LogCheck.run(flipped("tile/0/00" + n, at), checkpoint(SIZE));
                assertThat(check.checked()).isEqualTo(SIZE - 256);
                assertThat(check.findings()).hasSize(1);
                assertThat(check.findings().get(0).firstEntry()).isEqualTo(256L * n);
                assertThat(check.findings().get(0).message())
                        .contains("a tile is not that of the checkpoint", "tile/0/00" + n + ", its root,");
            }
        }
        for (String edge : List.of("tile/0/005.p/220", "tile/1/000.p/5")) {
            LogCheck check = LogCheck.run(flipped(edge, 3), checkpoint(SIZE));
            assertThat(check.checked()).isZero();
            assertThat(check.findings().get(0).entries()).isEqualTo(SIZE);
            assertThat(check.findings().get(0).message())
                    .contains("the right edge of the log", "tile/1/000.p/5, tile/0/005.p/220", "" + ROOTS.get(SIZE));
        }
    }

    @Test
    void check_ofAlteredEntries_namesEachOfThem() throws IOException {
        CrashingFiles files = copy();
        List<byte[]> entries = new ArrayList<>(SampleLog.entries(256, 512));
        for (int i : new int[] {3, 200}) {
            entries.set(i, "another".getBytes(UTF_8));
        }
        files.write("tile/entries/001", EntryBundle.format(entries));
        LogCheck check = LogCheck.run(new FileTiles(files), checkpoint(SIZE));
        assertThat(check.clean()).isFalse();
        assertThat(check.checked()).isEqualTo(SIZE - 2);
        assertThat(check.findings()).extracting(LogCheck.Finding::firstEntry).containsExactly(259L, 456L);
        assertThat(check.findings().get(0).message()).contains("entry 259 in bundle 1, its leaf hash,");
        assertThatThrownBy(() ->
                        TileReader.open(new FileTiles(files), checkpoint(SIZE)).entry(259))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining("entry 259");
    }

    @Test
    void check_ofMissingOrMisshapenFiles_namesThem() throws IOException {
        CrashingFiles files = copy();
        files.delete("tile/entries/002");
        files.write("tile/0/003", ByteBuffer.allocate(8191));
        byte[] bundle = files.read("tile/entries/001", 1 << 20).orElseThrow();
        files.write("tile/entries/001", ByteBuffer.wrap(Arrays.copyOf(bundle, bundle.length + 1)));
        files.write("tile/entries/004", ByteBuffer.allocate(100));
        LogCheck check = LogCheck.run(new FileTiles(files), checkpoint(SIZE));
        assertThat(check.checked()).isEqualTo(SIZE - 4 * 256);
        assertThat(check.findings())
                .extracting(LogCheck.Finding::message)
                .satisfiesExactly(
                        first -> assertThat(first).contains("tile/entries/001", "1 bytes are left behind entry 255"),
                        second -> assertThat(second).contains("a bundle is missing", "tile/entries/002"),
                        third -> assertThat(third).contains("tile/0/003 has 8191 bytes; it takes exactly 8192"),
                        fourth -> assertThat(fourth).contains("tile/entries/004", "100 bytes cannot be 256 entries"));
    }

    @Test
    void check_ofABadLog_stopsAfter100Findings() throws IOException {
        CrashingFiles files = copy();
        for (int n = 0; n < 5; n++) {
            files.write("tile/entries/00" + n, ByteBuffer.allocate(512));
        }
        LogCheck check = LogCheck.run(new FileTiles(files), checkpoint(SIZE));
        assertThat(check.findings()).hasSize(100);
    }

    @Test
    void open_againstAnotherRootOrSize_isRefused() {
        assertThatThrownBy(() -> TileReader.open(
                        new FileTiles(FILES), new Checkpoint(SampleLog.ORIGIN, SIZE, ROOTS.get(SIZE - 1))))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining("the right edge of the log is not that of its checkpoint");
        assertThatThrownBy(() ->
                        TileReader.open(new FileTiles(FILES), new Checkpoint(SampleLog.ORIGIN, 1501, ROOTS.get(SIZE))))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining("a tile is missing: tile/0/005.p/221");
        assertThatThrownBy(() ->
                        TileReader.open(new FileTiles(FILES), new Checkpoint(SampleLog.ORIGIN, 0, ROOTS.get(SIZE))))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining("no tiles");
    }

    @Test
    void open_aCheckpointOfTheLargestSize_readsAtMost8Tiles() {
        int[] reads = new int[1];
        TileSource endless = new TileSource() {
            @Override
            public Optional<byte[]> tile(int level, long n, int width) {
                reads[0]++;
                return Optional.of(new byte[32 * width]);
            }

            @Override
            public Optional<byte[]> entries(long n, int width) {
                return Optional.empty();
            }
        };
        Checkpoint largest = new Checkpoint(SampleLog.ORIGIN, Long.MAX_VALUE, MerkleTree.emptyRoot());
        assertThatThrownBy(() -> TileReader.open(endless, largest)).isInstanceOf(LogCorruptException.class);
        assertThat(reads[0]).isEqualTo(8);
    }

    @Test
    void parse_ofABundle_takesExactlyItsBytes() {
        byte[] two = EntryBundle.format(List.of(new byte[] {1}, new byte[0])).array();
        assertThat(EntryBundle.parse(two, 2, 256)).containsExactly(new byte[] {1}, new byte[0]);
        for (int count : new int[] {-1, 1, 3, 257, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> EntryBundle.parse(two, count, 256)).isInstanceOf(MalformedException.class);
        }
        assertThatThrownBy(() -> EntryBundle.parse(new byte[] {0, 5, 1, 0, 0}, 2, 256))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("entry 0 at byte 0 has 5 bytes, but only 3 are left");
    }
}
