package org.dalrn.server.store;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.protocol.ErrorCode;

/** The log of all runs in the table {@code event}. Thread-safe. */
public final class EventStore implements EventLog {
    /** SQLITE_CONSTRAINT, the primary result code; the driver reports it or one of its extensions. */
    private static final int CONSTRAINT = 19;

    private final Database database;

    public EventStore(Database database) {
        this.database = requireNonNull(database, "database");
    }

    @Override
    public void append(List<StoredEvent> events) {
        append(events, List.of());
    }

    /**
     * Adds events and checkpoints, all or none; they are durable when this returns.
     *
     * @param events any runs; those of one run in the order of their numbers
     * @param checkpoints each larger than those of its run before, and not larger than the run is with these events
     * @throws StoreException as {@link #append(List)}
     */
    public void append(List<StoredEvent> events, List<StoredCheckpoint> checkpoints) {
        if (events.isEmpty() && checkpoints.isEmpty()) {
            return;
        }
        database.write(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into event (run_id, seq, text) values (?, ?, ?)")) {
                for (StoredEvent event : events) {
                    insert.setString(1, event.run().value());
                    insert.setLong(2, event.seq());
                    insert.setString(3, event.text());
                    insert(insert, event);
                }
            }
            insertAll(connection, checkpoints);
            return events;
        });
    }

    private static void insertAll(Connection connection, List<StoredCheckpoint> checkpoints) throws SQLException {
        if (checkpoints.isEmpty()) {
            return;
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into checkpoint (run_id, size, root, note) values (?, ?, ?, ?)")) {
            for (StoredCheckpoint checkpoint : checkpoints) {
                insert.setString(1, checkpoint.run().value());
                insert.setLong(2, checkpoint.size());
                insert.setBytes(3, checkpoint.root().toByteArray());
                insert.setString(4, checkpoint.note());
                insert(
                        insert,
                        "checkpoint " + checkpoint.size() + " of run " + checkpoint.run(),
                        "a checkpoint only grows, up to the last event");
            }
        }
    }

    private static void insert(PreparedStatement insert, StoredEvent event) throws SQLException {
        insert(
                insert,
                "event " + event.seq() + " of run " + event.run(),
                "the number is taken or the one before it is missing");
    }

    private static void insert(PreparedStatement insert, String what, String why) throws SQLException {
        try {
            insert.executeUpdate();
        } catch (SQLException refused) {
            if ((refused.getErrorCode() & 0xff) != CONSTRAINT) {
                throw refused;
            }
            throw new StoreException(
                    ErrorCode.LOG_DAMAGED,
                    what + " does not follow the log: " + refused.getMessage() + "; " + why,
                    refused);
        }
    }

    /**
     * True if anything was ever signed.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public boolean hasCheckpoints() {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("select 1 from checkpoint limit 1");
                    ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        });
    }

    /**
     * A run's checkpoints, the smallest first.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public List<StoredCheckpoint> checkpoints(RunId run) {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select size, root, note from checkpoint where run_id = ? order by size")) {
                select.setString(1, run.value());
                List<StoredCheckpoint> checkpoints = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        checkpoints.add(new StoredCheckpoint(
                                run, rows.getLong(1), ContentHash.ofBytes(rows.getBytes(2)), rows.getString(3)));
                    }
                }
                return List.copyOf(checkpoints);
            }
        });
    }

    /**
     * A run's largest checkpoint.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public Optional<StoredCheckpoint> newestCheckpoint(RunId run) {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select size, root, note from checkpoint where run_id = ? order by size desc limit 1")) {
                select.setString(1, run.value());
                try (ResultSet rows = select.executeQuery()) {
                    return rows.next()
                            ? Optional.of(new StoredCheckpoint(
                                    run, rows.getLong(1), ContentHash.ofBytes(rows.getBytes(2)), rows.getString(3)))
                            : Optional.empty();
                }
            }
        });
    }

    /**
     * Adds a line to a checkpoint; it is durable when this returns.
     *
     * @param line of a witness, verified
     * @throws StoreException {@code LOG_DAMAGED} if there is no such checkpoint, or the line is there; {@code
     *     STORE_UNAVAILABLE}
     */
    public void addCosignature(RunId run, long size, String line) {
        requireNonNull(line, "line");
        database.write(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into cosignature (run_id, size, line) values (?, ?, ?)")) {
                insert.setString(1, run.value());
                insert.setLong(2, size);
                insert.setString(3, line);
                insert(
                        insert,
                        "a cosignature of checkpoint " + size + " of run " + run,
                        "a checkpoint has each of its lines once");
            }
            return line;
        });
    }

    /**
     * The lines of witnesses below a checkpoint, in the order of the text.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public List<String> cosignatures(RunId run, long size) {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select line from cosignature where run_id = ? and size = ? order by line")) {
                select.setString(1, run.value());
                select.setLong(2, size);
                List<String> lines = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        lines.add(rows.getString(1));
                    }
                }
                return List.copyOf(lines);
            }
        });
    }

    @Override
    public List<StoredEvent> read(RunId run, long afterSeq, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit + " is below 1");
        }
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select seq, text from event where run_id = ? and seq > ? order by seq limit ?")) {
                select.setString(1, run.value());
                select.setLong(2, afterSeq);
                select.setInt(3, limit);
                List<StoredEvent> events = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        events.add(new StoredEvent(run, rows.getLong(1), rows.getString(2)));
                    }
                }
                return List.copyOf(events);
            }
        });
    }

    @Override
    public List<RunId> runs() {
        return database.read(connection -> {
            try (PreparedStatement select =
                            connection.prepareStatement("select run_id from event where seq = 1 order by position");
                    ResultSet rows = select.executeQuery()) {
                List<RunId> runs = new ArrayList<>();
                while (rows.next()) {
                    runs.add(new RunId(rows.getString(1)));
                }
                return List.copyOf(runs);
            }
        });
    }
}
