package org.dalrn.server.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
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
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.Database;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredCheckpoint;
import org.dalrn.server.store.StoredEvent;
import org.dalrn.server.testing.ScriptedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roots are compared with the recursive definition of RFC 6962, written down here once more. */
class ReceiptLogTest {
    private static final RunId RUN = ScriptedRun.RUN;
    private static final RunId OTHER = new RunId("other");
    private static final LogKey KEY =
            LogKey.of(Ed25519KeyPair.generate(new SecureRandom()), Optional.of("example.org/heart"));

    @TempDir
    Path folder;

    private static List<RunEvent> events() {
        List<RunEvent> events = new ArrayList<>(ScriptedRun.events());
        RunEvent last = events.get(events.size() - 1);
        events.add(new RunEvent.Stopped("enough", last.at()));
        return events;
    }

    private static List<StoredEvent> stored(RunId run) {
        List<StoredEvent> stored = new ArrayList<>();
        for (RunEvent event : events()) {
            stored.add(new StoredEvent(run, stored.size() + 1, EventText.of(event)));
        }
        return stored;
    }

    /** The leaves of a run by the documented formats alone. */
    private static List<byte[]> leaves(RunId run) {
        RunReceipts receipts =
                RunReceipts.begin("example.org/heart/" + run, KEY.publicKey().keyId());
        List<byte[]> leaves = new ArrayList<>();
        for (StoredEvent event : stored(run)) {
            var receipt = receipts.receiptOf(event.text());
            receipts = receipts.with(receipt, receipt.replayDigest());
            leaves.add(("dalrn/receipt/v1\n" + new String(receipt.canonicalText(), StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8));
        }
        return leaves;
    }

    private static Sha256Hash root(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return Sha256Hash.of(new byte[] {0}, leaves.get(0));
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        return Sha256Hash.of(
                new byte[] {1},
                root(leaves.subList(0, split)).toByteArray(),
                root(leaves.subList(split, leaves.size())).toByteArray());
    }

    private Database database() {
        return Database.open(folder.resolve("dalrn.db"));
    }

    @Test
    void append_eventByEvent_signsTheRootAtTheEndOfEachRoundAndOfTheRun() {
        try (Database database = database()) {
            ReceiptLog log = ReceiptLog.open(new EventStore(database), KEY);
            List<Long> ends = new ArrayList<>();
            for (StoredEvent event : stored(RUN)) {
                log.append(List.of(event));
                if (event.text().contains("\"type\":\"round-completed\"")
                        || event.text().contains("\"stopped\"")) {
                    ends.add(event.seq());
                }
            }
            assertThat(log.read(RUN, 0, 1000)).isEqualTo(stored(RUN));
            assertThat(log.runs()).containsExactly(RUN);
            List<StoredCheckpoint> checkpoints = log.checkpoints(RUN);
            assertThat(checkpoints.stream().map(StoredCheckpoint::size))
                    .isEqualTo(ends)
                    .hasSize(4);
            for (StoredCheckpoint checkpoint : checkpoints) {
                SignedNote note = SignedNote.parse(checkpoint.note().getBytes(StandardCharsets.UTF_8));
                Checkpoint told = Checkpoint.parse(note.text());
                assertThat(told.origin()).isEqualTo("example.org/heart/" + RUN);
                assertThat(told.size()).isEqualTo(checkpoint.size());
                assertThat(told.root()).isEqualTo(root(leaves(RUN).subList(0, (int) checkpoint.size())));
                assertThat(checkpoint.root())
                        .isEqualTo(ContentHash.ofBytes(told.root().toByteArray()));
                assertThat(new NoteVerifier(told.origin(), KEY.publicKey())
                                .verify(note.text(), note.signatures().get(0)))
                        .isTrue();
            }
        }
    }

    @Test
    void append_severalRunsInOneBatch_signsOneCheckpointOfEach() {
        try (Database database = database()) {
            ReceiptLog log = ReceiptLog.open(new EventStore(database), KEY);
            List<StoredEvent> batch = new ArrayList<>(stored(RUN));
            batch.addAll(stored(OTHER));
            log.append(batch);
            for (RunId run : List.of(RUN, OTHER)) {
                assertThat(log.checkpoints(run))
                        .singleElement()
                        .satisfies(checkpoint -> assertThat(checkpoint.root().toString())
                                .isEqualTo(root(leaves(run)).toString()));
            }
        }
    }

    @Test
    void append_afterARestartAndAfterAFailure_goesOnWithTheSameTree() {
        List<StoredEvent> all = stored(RUN);
        try (Database database = database()) {
            ReceiptLog log = ReceiptLog.open(new EventStore(database), KEY);
            log.append(all.subList(0, 7));
            assertThatThrownBy(() -> log.append(List.of(all.get(7), all.get(9))))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED))
                    .hasMessageContaining("event 10 of run " + RUN + " does not follow the log, which has 8 events");
            log.append(all.subList(7, 12));
        }
        try (Database database = database()) {
            ReceiptLog log = ReceiptLog.open(new EventStore(database), KEY);
            log.append(all.subList(12, all.size()));
            assertThat(log.checkpoints(RUN)
                            .get(log.checkpoints(RUN).size() - 1)
                            .root()
                            .toString())
                    .isEqualTo(root(leaves(RUN)).toString());
        }
    }

    @Test
    void append_toAClosedStore_forgetsWhatItDidNotWrite() {
        List<StoredEvent> all = stored(RUN);
        Database database = database();
        ReceiptLog log = ReceiptLog.open(new EventStore(database), KEY);
        log.append(all.subList(0, 5));
        database.close();
        assertThatThrownBy(() -> log.append(all.subList(5, 8)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
        assertThatThrownBy(() -> log.append(all.subList(5, 8)))
                .as("the run is read again, which a closed store refuses")
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }

    @Test
    void open_runThatEndedUnsigned_signsItOnce() {
        try (Database database = database()) {
            EventStore store = new EventStore(database);
            store.append(stored(RUN));
            store.append(stored(OTHER).subList(0, 5));
            ReceiptLog log = ReceiptLog.open(store, KEY);
            assertThat(log.checkpoints(RUN))
                    .singleElement()
                    .satisfies(checkpoint -> assertThat(checkpoint.root().toString())
                            .isEqualTo(root(leaves(RUN)).toString()));
            assertThat(log.checkpoints(OTHER)).isEmpty();
            assertThat(ReceiptLog.open(store, KEY).checkpoints(RUN)).hasSize(1);
        }
    }

    private void damage(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("dalrn.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void assertRefusesToStart(LogKey key, String... words) {
        try (Database database = database()) {
            EventStore store = new EventStore(database);
            assertThatThrownBy(() -> ReceiptLog.open(store, key))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED))
                    .satisfies(failure -> assertThat(failure.getMessage()).contains(words));
        }
    }

    private void fill() {
        try (Database database = database()) {
            ReceiptLog.open(new EventStore(database), KEY).append(stored(RUN));
        }
    }

    @Test
    void open_eventChangedAfterItWasSigned_refusesWithRunSizeExpectedAndFound() throws SQLException {
        fill();
        damage(
                "drop trigger event_is_never_changed",
                "update event set text = replace(text, '\"round\":\"1\"', '\"round\":\"2\"') where seq = 3");
        assertRefusesToStart(
                KEY,
                "the first " + events().size() + " events of run " + RUN + " have the root ",
                "but the root " + root(leaves(RUN)) + " was signed");
    }

    @Test
    void open_timeChangedAfterItWasSigned_refuses() throws SQLException {
        fill();
        damage(
                "drop trigger event_is_never_changed",
                "update event set text = replace(text, 'enough', 'Enough') where seq = " + events().size());
        assertRefusesToStart(KEY, "an event was changed after it was signed");
    }

    @Test
    void open_lastEventsGone_refuses() throws SQLException {
        fill();
        damage("drop trigger event_is_never_deleted", "delete from event where seq > 20");
        assertRefusesToStart(KEY, "checkpoint " + events().size() + " of run " + RUN, "its log ends at event 20");
    }

    @Test
    void open_noteChanged_refuses() throws SQLException {
        fill();
        damage(
                "drop trigger checkpoint_is_never_changed",
                "update checkpoint set note = replace(note, char(10) || char(10), char(10) || 'x' || char(10) || char(10))");
        assertRefusesToStart(KEY, "was not signed by the key");
    }

    @Test
    void open_otherKeyOrOrigin_refusesAndSaysSo() {
        fill();
        Ed25519KeyPair other = Ed25519KeyPair.generate(new SecureRandom());
        assertRefusesToStart(
                LogKey.of(other, Optional.of("example.org/heart")),
                "was not signed by the key " + other.publicKey().keyId());
        assertRefusesToStart(
                LogKey.of(other, Optional.empty()), "was signed as 'example.org/heart/" + RUN + "'", "receipts.origin");
    }

    @Test
    void checkpoints_cannotBeChangedDeletedOrShrunk() {
        fill();
        for (String sql : List.of(
                "update checkpoint set size = 1",
                "delete from checkpoint",
                "insert into checkpoint values ('heart-1', 2, zeroblob(32), 'x')",
                "insert into checkpoint values ('heart-1', 9999, zeroblob(32), 'x')")) {
            assertThatThrownBy(() -> damage(sql)).as(sql).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void key_missing_isMadeOnceAndNeverInPlaceOfALostOne() throws Exception {
        Path file = folder.resolve("receipts/log-key.pem");
        LogKey made = LogKey.open(file, Optional.empty(), true, new SecureRandom());
        assertThat(made.origin())
                .isEqualTo("dalrn/" + made.publicKey().keyId().toString().substring(0, 16));
        assertThat(LogKey.open(file, Optional.of("o"), false, new SecureRandom())
                        .publicKey())
                .isEqualTo(made.publicKey());
        Files.delete(file);
        assertThatThrownBy(() -> LogKey.open(file, Optional.empty(), false, new SecureRandom()))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_KEY_UNREADABLE))
                .hasMessageContaining("receipts.key-file");
        assertThat(file).doesNotExist();
    }
}
