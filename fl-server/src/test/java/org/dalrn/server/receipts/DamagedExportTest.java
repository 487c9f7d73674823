package org.dalrn.server.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.DataDirectory;
import org.dalrn.server.store.Database;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredEvent;
import org.dalrn.server.testing.ScriptedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk is changed while the coordinator runs. */
class DamagedExportTest {
    @TempDir
    Path folder;

    @FunctionalInterface
    private interface Change {
        void make(DataDirectory directory, ContentHash model) throws IOException, SQLException;
    }

    private void assertExportRefused(Change change, ErrorCode code, String words) throws IOException, SQLException {
        LogKey key = LogKey.of(Ed25519KeyPair.generate(new SecureRandom()), Optional.of("example.org/heart"));
        List<StoredEvent> stored = new ArrayList<>();
        for (RunEvent event : ScriptedRun.events()) {
            stored.add(new StoredEvent(ScriptedRun.RUN, stored.size() + 1, EventText.of(event)));
        }
        Path file = folder.resolve("receipts.tar");
        try (DataDirectory directory = DataDirectory.open(folder.resolve("data"));
                Database database = Database.open(directory.database())) {
            ReceiptLog log = ReceiptLog.open(new EventStore(database), key);
            log.append(stored);
            BlobStore blobs = BlobStore.open(directory);
            ContentHash model = blobs.put(out -> out.write(new byte[56]));
            change.make(directory, model);
            assertThatThrownBy(() -> new ReceiptExport(log, blobs).write(ScriptedRun.RUN, true, file))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            refused -> assertThat(refused.code()).isEqualTo(code))
                    .hasMessageContaining(words);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void write_blobDamaged_namesTheBlob() throws Exception {
        assertExportRefused(
                (directory, model) -> {
                    try (Stream<Path> files = Files.walk(directory.root())) {
                        Path blob = files.filter(path -> path.endsWith(model.toString()))
                                .findFirst()
                                .orElseThrow();
                        assertThat(blob.toFile().setWritable(true)).isTrue();
                        Files.write(blob, new byte[] {1});
                    }
                },
                ErrorCode.BLOB_DAMAGED,
                "blob " + ContentHash.of(new byte[56]));
    }

    @Test
    void write_eventChanged_isLogDamaged() throws Exception {
        assertExportRefused(
                (directory, model) -> {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.database());
                            Statement statement = connection.createStatement()) {
                        statement.execute("drop trigger event_is_never_changed");
                        statement.execute("update event set text = replace(text, '\"303\"', '\"304\"') where seq = 3");
                    }
                },
                ErrorCode.LOG_DAMAGED,
                "are not those that were signed");
    }
}
