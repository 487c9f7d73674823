package org.dalrn.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.transport.BlobSource.Blob;
import org.dalrn.server.transport.UpdateSpools.Spool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
    private static final RunId RUN = new RunId("put");
    private static final NodeId NODE = new NodeId("hospital-a");

    @TempDir
    Path folder;

    private DataDirectory directory;
    private BlobStore store;
    private final byte[] bytes = new byte[3_000_001];
    private ContentHash hash;

    @BeforeEach
    void openStore() {
        directory = DataDirectory.open(folder);
        store = BlobStore.open(directory);
        new Random(7).nextBytes(bytes);
        hash = ContentHash.of(bytes);
    }

    @AfterEach
    void closeDirectory() {
        directory.close();
    }

    @Test
    void put_bytes_areFoundUnderTheirHash() throws IOException {
        assertThat(store.put(sink -> sink.write(bytes))).isEqualTo(hash);
        assertThat(read(hash)).isEqualTo(bytes);
        assertThat(store.length(hash)).hasValue(bytes.length);
        store.verify(hash);
        assertThat(spoolFiles()).isEmpty();
    }

    @Test
    void put_writerFails_leavesNothing() throws IOException {
        assertThatThrownBy(() -> store.put(sink -> {
                    sink.write(bytes);
                    throw new IOException("the source broke");
                }))
                .hasMessage("the source broke");
        assertThat(store.open(hash)).isEmpty();
        assertThat(spoolFiles()).isEmpty();
    }

    @Test
    void open_unknownHash_isEmpty() throws IOException {
        assertThat(store.open(hash)).isEmpty();
        assertThat(store.length(hash)).isEmpty();
    }

    @Test
    void spool_brokenOff_goesOnWhereItWasAlsoAfterARestart() throws IOException {
        try (Spool spool = store.open(NODE, RUN, 3, hash)) {
            spool.append(bytes, 0, 1_000_000);
        }
        store = BlobStore.open(directory);
        try (Spool spool = store.open(NODE, RUN, 3, hash)) {
            assertThat(spool.length()).isEqualTo(1_000_000);
            byte[] kept = new byte[500];
            spool.read(999_500, kept, 0, 500);
            assertThat(kept).isEqualTo(java.util.Arrays.copyOfRange(bytes, 999_500, 1_000_000));
            spool.append(bytes, 1_000_000, bytes.length - 1_000_000);
            spool.commit(hash);
        }
        assertThat(read(hash)).isEqualTo(bytes);
        assertThat(spoolFiles()).isEmpty();
    }

    @Test
    void spool_torn_readsBackWhatIsThereSoThatTheHashTells() throws IOException {
        try (Spool spool = store.open(NODE, RUN, 3, hash)) {
            spool.append(bytes, 0, bytes.length);
        }
        // A crash may leave zeros where bytes were not yet on the disk.
        Path file = spoolFiles().get(0);
        byte[] torn = bytes.clone();
        java.util.Arrays.fill(torn, 2_000_000, torn.length, (byte) 0);
        Files.write(file, torn);
        try (Spool spool = store.open(NODE, RUN, 3, hash)) {
            byte[] found = new byte[(int) spool.length()];
            spool.read(0, found, 0, found.length);
            assertThat(ContentHash.of(found)).isNotEqualTo(hash);
            spool.discard();
            assertThat(spool.length()).isZero();
            spool.append(bytes, 0, bytes.length);
            spool.commit(hash);
        }
        assertThat(read(hash)).isEqualTo(bytes);
    }

    @Test
    void spool_discardedAndClosed_leavesNoFile() throws IOException {
        try (Spool spool = store.open(NODE, RUN, 3, hash)) {
            spool.append(bytes, 0, 10);
            spool.discard();
        }
        assertThat(spoolFiles()).isEmpty();
    }

    @Test
    void spool_openedTwice_isRefused() throws IOException {
        try (Spool first = store.open(NODE, RUN, 3, hash)) {
            assertThat(first.length()).isZero();
            assertThatThrownBy(() -> store.open(NODE, RUN, 3, hash))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is being received already");
        }
        store.open(NODE, RUN, 3, hash).close();
    }

    @Test
    void spool_readBeyondTheEnd_isRefused() throws IOException {
        try (Spool spool = store.open(NODE, RUN, 3, hash)) {
            spool.append(bytes, 0, 10);
            assertThatThrownBy(() -> spool.read(8, new byte[4], 0, 4)).hasMessageContaining("ends before byte 12");
        }
    }

    @Test
    void discardSpools_oneRound_keepsTheOthers() throws IOException {
        for (int round = 1; round <= 11; round++) {
            try (Spool spool = store.open(NODE, RUN, round, hash)) {
                spool.append(bytes, 0, round);
            }
        }
        store.discardSpools(RUN, 1);
        assertThat(spoolFiles()).hasSize(10).noneMatch(file -> file.toString().contains("put~1~"));
        store.retainSpools((run, round) -> run.equals(RUN) && round == 11);
        assertThat(spoolFiles()).hasSize(1).allMatch(file -> file.toString().contains("put~11~"));
    }

    @Test
    void open_unfinishedPutOfAKilledProcess_isDeleted() throws IOException {
        Files.write(directory.spool().resolve("~put9"), bytes);
        try (Spool spool = store.open(NODE, RUN, 3, hash)) {
            spool.append(bytes, 0, 1);
        }
        BlobStore.open(directory);
        assertThat(spoolFiles()).hasSize(1).allMatch(file -> file.toString().contains("put~3~hospital-a"));
    }

    @Test
    void commit_sameBlobFromManyThreads_givesOneWholeBlob() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<ContentHash>> commits = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                NodeId node = new NodeId("node-" + i);
                commits.add(() -> {
                    try (Spool spool = store.open(node, RUN, 1, hash)) {
                        spool.append(bytes, 0, bytes.length);
                        spool.commit(hash);
                    }
                    return store.put(sink -> sink.write(bytes));
                });
            }
            for (Future<ContentHash> commit : threads.invokeAll(commits)) {
                assertThat(commit.get()).isEqualTo(hash);
            }
        } finally {
            threads.shutdownNow();
        }
        store.verify(hash);
        assertThat(spoolFiles()).isEmpty();
    }

    @Test
    void verify_damagedBlob_saysSo() throws IOException {
        store.put(sink -> sink.write(bytes));
        Path file = directory.blobs().resolve(hash.toString().substring(0, 2)).resolve(hash.toString());
        byte[] damaged = bytes.clone();
        damaged[1_234_567] ^= 1;
        Files.write(file, damaged);
        assertThatThrownBy(() -> store.verify(hash))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BLOB_DAMAGED))
                .hasMessageContaining("has bytes with the hash " + ContentHash.of(damaged));
        store.put(sink -> sink.write(bytes));
        store.verify(hash);
        Files.delete(file);
        assertThatThrownBy(() -> store.verify(hash)).hasMessageContaining("is missing");
    }

    private byte[] read(ContentHash name) throws IOException {
        try (Blob blob = store.open(name).orElseThrow()) {
            byte[] found = new byte[(int) blob.length()];
            blob.read(0, found, 0, found.length);
            return found;
        }
    }

    private List<Path> spoolFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory.spool())) {
            return files.toList();
        }
    }
}
