package org.dalrn.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.dalrn.core.model.RunId;
import org.dalrn.protocol.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStoreTest {
    private static final RunId HEART = new RunId("heart");
    private static final RunId DIGITS = new RunId("digits");

    @TempDir
    Path folder;

    @Test
    void read_afterAppend_givesTheEventsFromASequenceNumberOn() {
        try (Database database = Database.open(folder.resolve("dalrn.db"))) {
            EventStore store = new EventStore(database);
            List<StoredEvent> events = events(HEART, 1, 5);
            store.append(events);
            assertThat(store.read(HEART, 0, 100)).isEqualTo(events);
            assertThat(store.read(HEART, 2, 2)).isEqualTo(events.subList(2, 4));
            assertThat(store.read(HEART, 5, 100)).isEmpty();
            assertThat(store.read(DIGITS, 0, 100)).isEmpty();
        }
    }

    @Test
    void runs_severalRuns_areListedInTheOrderOfTheirFirstEvents() {
        try (Database database = Database.open(folder.resolve("dalrn.db"))) {
            EventStore store = new EventStore(database);
            store.append(List.of(event(HEART, 1), event(DIGITS, 1), event(HEART, 2)));
            assertThat(store.runs()).containsExactly(HEART, DIGITS);
        }
    }

    @Test
    void append_takenNumber_writesNothingOfTheBatch() {
        try (Database database = Database.open(folder.resolve("dalrn.db"))) {
            EventStore store = new EventStore(database);
            store.append(events(HEART, 1, 2));
            assertThatThrownBy(() -> store.append(List.of(event(DIGITS, 1), event(HEART, 3), event(HEART, 2))))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED))
                    .hasMessageContaining("event 2 of run heart does not follow the log");
            assertThat(store.read(HEART, 0, 100)).hasSize(2);
            assertThat(store.runs()).containsExactly(HEART);
        }
    }

    @Test
    void append_gap_isRefused() {
        try (Database database = Database.open(folder.resolve("dalrn.db"))) {
            EventStore store = new EventStore(database);
            store.append(events(HEART, 1, 2));
            assertThatThrownBy(() -> store.append(List.of(event(HEART, 4))))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("the event before it is missing");
        }
    }

    @Test
    void open_afterKillWithWriteAheadLog_hasAllThatWasAppended() throws IOException {
        // What a killed process leaves is what is on the disk while it runs: the files are copied under its hands.
        Path copy = folder.resolve("copy");
        Files.createDirectories(copy);
        try (Database database = Database.open(folder.resolve("dalrn.db"))) {
            EventStore store = new EventStore(database);
            store.append(events(HEART, 1, 7));
            Path log = folder.resolve("dalrn.db-wal");
            assertThat(log).isNotEmptyFile();
            Files.copy(folder.resolve("dalrn.db"), copy.resolve("dalrn.db"));
            Files.copy(log, copy.resolve("dalrn.db-wal"));
        }
        try (Database database = Database.open(copy.resolve("dalrn.db"))) {
            assertThat(new EventStore(database).read(HEART, 0, 100)).isEqualTo(events(HEART, 1, 7));
        }
    }

    @Test
    void append_closedDatabase_saysThatTheStoreIsUnavailable() {
        Database database = Database.open(folder.resolve("dalrn.db"));
        EventStore store = new EventStore(database);
        database.close();
        assertThatThrownBy(() -> store.append(events(HEART, 1, 1)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE))
                .hasMessageContaining("cannot be used");
    }

    @Test
    void open_fileThatIsNoDatabase_isRefused() throws IOException {
        Files.writeString(folder.resolve("dalrn.db"), "not a database, but longer than the header of one is".repeat(9));
        assertThatThrownBy(() -> Database.open(folder.resolve("dalrn.db")))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }

    @Test
    void event_changedOrDeletedBehindTheStore_isRefusedByTheDatabase() {
        try (Database database = Database.open(folder.resolve("dalrn.db"))) {
            new EventStore(database).append(events(HEART, 1, 2));
            for (String attack : List.of("update event set text = 'x' where seq = 2", "delete from event")) {
                assertThatThrownBy(() -> database.write(connection -> {
                            try (var statement = connection.createStatement()) {
                                return statement.executeUpdate(attack);
                            }
                        }))
                        .hasMessageContaining("events are never");
            }
        }
    }

    @Test
    void dataDirectory_openedTwice_isRefusedUntilTheFirstIsClosed() {
        try (DataDirectory first = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> DataDirectory.open(first.root()))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_IN_USE))
                    .hasMessageContaining("is used by another coordinator");
        }
        DataDirectory.open(folder).close();
    }

    private static List<StoredEvent> events(RunId run, long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(seq -> event(run, seq)).toList();
    }

    private static StoredEvent event(RunId run, long seq) {
        return new StoredEvent(run, seq, "{\"n\":\"" + seq + "\"}");
    }
}
