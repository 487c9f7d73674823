package org.dalrn.podp.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.SignedNote;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileLogTest {
    @TempDir
    Path folder;

    private TileLog open() {
        return TileLog.open(folder, SampleLog.signer());
    }

    private static void fill(TileLog log, long to, int batch) {
        for (long size = log.size(); size < to; size += batch) {
            log.append(SampleLog.entries(size, Math.min(size + batch, to)));
        }
    }

    private List<String> files(String below) throws IOException {
        try (Stream<Path> walk = Files.walk(folder.resolve(below))) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Nested
    class Append {
        @Test
        void append_batchesOfAllSizes_leadsToTheRootAndEntriesOfAllOfThem() {
            try (TileLog log = open()) {
                assertThat(log.root()).isEqualTo(MerkleTree.emptyRoot());
                long size = 0;
                for (int batch : new int[] {1, 2, 255, 256, 257, 0, 600, 1}) {
                    assertThat(log.append(SampleLog.entries(size, size + batch)))
                            .isEqualTo(size);
                    size += batch;
                    assertThat(log.size()).isEqualTo(size);
                    assertThat(log.root()).isEqualTo(SampleLog.root(size));
                }
                for (long i = 0; i < size; i++) {
                    assertThat(log.entry(i)).isEqualTo(SampleLog.entry(i));
                }
            }
        }

        @Test
        void append_tooMuch_isRefusedAndChangesNothing() {
            try (TileLog log = open()) {
                assertThatThrownBy(() -> log.append(List.of(new byte[1], new byte[65_536])))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("entry 1 of the batch has 65536 bytes; at most 65535");
                assertThatThrownBy(() -> log.append(Collections.nCopies(65_537, new byte[0])))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("65537 entries; at most 65536");
                assertThatThrownBy(() -> log.append(Collections.nCopies(1100, new byte[65_535])))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("72090700 bytes; at most 67108864");
                assertThat(log.size()).isZero();
                log.append(List.of(new byte[65_535]));
                assertThat(log.entry(0)).hasSize(65_535);
            }
        }

        @Test
        void entry_outsideTheLog_isRefused() {
            try (TileLog log = open()) {
                fill(log, 3, 3);
                for (long index : new long[] {-1, 3, Long.MAX_VALUE}) {
                    assertThatThrownBy(() -> log.entry(index))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("no entry " + index)
                            .hasMessageContaining("of size 3");
                }
            }
        }

        @Test
        void call_afterClose_isRefused() {
            TileLog log = open();
            log.close();
            log.close();
            assertThatThrownBy(() -> log.append(List.of(new byte[1])))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed");
        }
    }

    @Nested
    class Reopen {
        @Test
        void open_afterClose_goesOnWhereItWas() {
            long size = 0;
            for (int batch : new int[] {1, 254, 1, 1, 300, 0, 512}) {
                try (TileLog log = open()) {
                    assertThat(log.recovery().clean()).isTrue();
                    assertThat(log.size()).isEqualTo(size);
                    log.append(SampleLog.entries(size, size + batch));
                    size += batch;
                    log.publish();
                }
            }
            try (TileLog log = open()) {
                assertThat(log.root()).isEqualTo(SampleLog.root(size));
                assertThat(log.inclusionProof(17, size).proves(MerkleTree.leafHash(SampleLog.entry(17)), log.root()))
                        .isTrue();
            }
        }

        @Test
        void open_acrossReplacedJournals_hasAllEntries() throws IOException {
            // 140,000 entries: the journal is replaced twice, and not all of the log is compared when it is opened.
            long size = 140_000;
            try (TileLog log = open()) {
                fill(log, size, 5000);
                log.publish();
            }
            try (TileLog log = open()) {
                assertThat(log.recovery().clean()).isTrue();
                assertThat(log.root()).isEqualTo(SampleLog.root(size));
                for (long i = 0; i < size; i += 997) {
                    assertThat(log.entry(i)).isEqualTo(SampleLog.entry(i));
                    assertThat(log.inclusionProof(i, (size + i + 1) / 2)
                                    .proves(MerkleTree.leafHash(SampleLog.entry(i)), log.root((size + i + 1) / 2)))
                            .isTrue();
                }
                Checkpoint checkpoint = new Checkpoint(SampleLog.ORIGIN, size, log.root());
                assertThat(LogCheck.run(TileSource.ofFolder(folder), checkpoint))
                        .isEqualTo(new LogCheck(size, List.of()));
            }
            assertThat(Files.size(folder.resolve("state/journal"))).isLessThan(1 << 20);
        }

        @Test
        void open_withTheNodesGone_computesThemAgainAndSaysSo() throws IOException {
            try (TileLog log = open()) {
                fill(log, 70_000, 7000);
            }
            byte[] nodes = Files.readAllBytes(folder.resolve("state/nodes"));
            Files.delete(folder.resolve("state/nodes"));
            try (TileLog log = open()) {
                assertThat(log.recovery().rewritten()).containsExactly("state/nodes");
                assertThat(log.root()).isEqualTo(SampleLog.root(70_000));
            }
            assertThat(Files.readAllBytes(folder.resolve("state/nodes"))).isEqualTo(nodes);
        }

        @Test
        void open_whileItIsOpen_isRefused() {
            try (TileLog log = open()) {
                log.append(SampleLog.entries(0, 1));
                assertThatThrownBy(TileLogTest.this::open)
                        .isInstanceOf(LogStorageException.class)
                        .hasMessageContaining(SampleLog.ORIGIN)
                        .hasMessageContaining("this process has it open already");
                log.append(SampleLog.entries(1, 2));
            }
            open().close();
        }
    }

    @Nested
    class Publish {
        @Test
        void publish_eachTime_writesASignedCheckpointAndTheTilesOfTheSpecification() throws IOException {
            try (TileLog log = open()) {
                fill(log, 3, 3);
                SignedNote note = log.publish();
                assertThat(Files.readAllBytes(folder.resolve("checkpoint"))).isEqualTo(note.toByteArray());
                assertThat(note.check(List.of(SampleLog.verifier())).everyLineVerified())
                        .isTrue();
                assertThat(Checkpoint.parse(note.text()))
                        .isEqualTo(new Checkpoint(SampleLog.ORIGIN, 3, SampleLog.root(3)));
                assertThat(files("tile")).containsExactly("tile/0/000.p/3", "tile/entries/000.p/3");
                fill(log, 700, 100);
                log.publish();
                assertThat(files("tile"))
                        .containsExactly(
                                "tile/0/000",
                                "tile/0/001",
                                "tile/0/002.p/188",
                                "tile/1/000.p/2",
                                "tile/entries/000",
                                "tile/entries/001",
                                "tile/entries/002.p/188");
                assertThat(log.published().orElseThrow().text()).contains("\n700\n");
            }
        }

        @Test
        void publish_withoutNewEntries_returnsTheSameNote() {
            try (TileLog log = open()) {
                fill(log, 3, 3);
                assertThat(log.publish()).isSameAs(log.publish());
            }
        }

        @Test
        void publish_ofAnEmptyLog_isACheckpointOfSize0() {
            try (TileLog log = open()) {
                assertThat(Checkpoint.parse(log.publish().text()).root()).isEqualTo(MerkleTree.emptyRoot());
            }
            open().close();
        }

        @Test
        void tile_number1234067_isInFoldersOfThousands() {
            assertThat(TilePath.tile(0, 1_234_067, 256)).isEqualTo("tile/0/x001/x234/067");
            assertThat(TilePath.tile(7, 0, 1)).isEqualTo("tile/7/000.p/1");
            assertThat(TilePath.entries(1000, 255)).isEqualTo("tile/entries/x001/000.p/255");
        }

        @Test
        void publishCosigned_withAWitness_isWhatReadersFind() throws IOException {
            SignedNote cosigned;
            try (TileLog log = open()) {
                fill(log, 300, 300);
                SignedNote own = log.publish();
                // Any further line will do: what witnesses sign is for those who trust them.
                cosigned = own.with(SignedNote.sign(
                                own.text(),
                                Ed25519KeyPair.generate(new SecureRandom()).signer("example.org/witness"))
                        .signatures()
                        .get(0));
                log.publishCosigned(cosigned);
                assertThat(log.published()).contains(cosigned);
                assertThatThrownBy(() -> log.publishCosigned(own))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("a signature of the published checkpoint is missing");
                fill(log, 301, 1);
                log.publish();
                assertThatThrownBy(() -> log.publishCosigned(cosigned))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("of size 301");
            }
            try (TileLog log = open()) {
                assertThat(log.published().orElseThrow().signatures()).hasSize(1);
            }
        }
    }

    @Nested
    class Proofs {
        @Test
        void proofs_ofEarlierSizes_proveAgainstTheRootsOfThen() {
            try (TileLog log = open()) {
                fill(log, 1500, 250);
                Sha256Hash now = log.root();
                for (long size = 1; size <= 1500; size += 37) {
                    InclusionProof inclusion = log.inclusionProof(size - 1, size);
                    assertThat(inclusion.proves(MerkleTree.leafHash(SampleLog.entry(size - 1)), log.root(size)))
                            .isTrue();
                    ConsistencyProof consistency = log.consistencyProof(size, 1500);
                    assertThat(consistency.proves(SampleLog.root(size), now)).isTrue();
                }
                assertThat(log.consistencyProof(0, 1500).path()).isEmpty();
                assertThatThrownBy(() -> log.inclusionProof(0, 1501))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("never had the size 1501; it has 1500");
                assertThatThrownBy(() -> log.inclusionProof(1000, 1000))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no leaf 1000 in a log of size 1000");
                assertThatThrownBy(() -> log.consistencyProof(3, 2))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("from size 3 to size 2");
            }
        }

        @Test
        void proof_fromAlteredNodes_isNotHandedOut() throws IOException {
            try (TileLog log = open()) {
                fill(log, 600, 300);
                Path nodes = folder.resolve("state/nodes");
                byte[] bytes = Files.readAllBytes(nodes);
                bytes[32 * 4] ^= 1;
                Files.write(nodes, bytes);
                assertThatThrownBy(() -> log.inclusionProof(2, 600))
                        .isInstanceOf(LogCorruptException.class)
                        .hasMessageContaining("delete state/nodes");
            }
            Files.delete(folder.resolve("state/nodes"));
            try (TileLog log = open()) {
                assertThat(log.inclusionProof(2, 600).path()).hasSize(10);
            }
        }
    }
}
