package org.dalrn.server.store;

import static java.util.Objects.requireNonNull;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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
        if (events.isEmpty()) {
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
            return events;
        });
    }

    private static void insert(PreparedStatement insert, StoredEvent event) throws SQLException {
        try {
            insert.executeUpdate();
        } catch (SQLException refused) {
            if ((refused.getErrorCode() & 0xff) != CONSTRAINT) {
                throw refused;
            }
            throw new StoreException(
                    ErrorCode.LOG_DAMAGED,
                    "event " + event.seq() + " of run " + event.run() + " does not follow the log: "
                            + refused.getMessage() + "; the number is taken or the one before it is missing",
                    refused);
        }
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
