package org.dalrn.server.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;
import org.dalrn.protocol.ErrorCode;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The coordinator's SQLite file: one connection that writes and one that reads, so that readers never wait for a commit.
 *
 * <p>Write-ahead log with {@code synchronous=FULL}: what a transaction wrote is on the disk when it returns. Thread-safe:
 * each connection serves one thread at a time.
 */
public final class Database implements AutoCloseable {
    private static final int BUSY_TIMEOUT_MILLIS = 5_000;

    private final Path file;
    private final Session writer;
    private final Session reader;

    private Database(Path file, Session writer, Session reader) {
        this.file = file;
        this.writer = writer;
        this.reader = reader;
    }

    /** A connection and the lock of whoever uses it. */
    private record Session(Connection connection, ReentrantLock lock) {}

    /** Statements on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Opens the file, which is created where it is missing, and brings its tables up to date.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE} if it cannot be opened, or was written by a newer release
     */
    public static Database open(Path file) {
        String url = "jdbc:sqlite:" + file;
        try {
            Connection writing = connect(url);
            try {
                migrate(url);
                return new Database(
                        file,
                        new Session(writing, new ReentrantLock()),
                        new Session(connect(url), new ReentrantLock()));
            } catch (SQLException | FlywayException failure) {
                writing.close();
                throw failure;
            }
        } catch (SQLException | FlywayException failure) {
            throw unavailable(file, failure);
        }
    }

    private static Connection connect(String url) throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = " + BUSY_TIMEOUT_MILLIS);
            try (ResultSet mode = statement.executeQuery("pragma journal_mode = wal")) {
                if (!mode.next() || !mode.getString(1).equals("wal")) {
                    throw new SQLException("the file system does not allow SQLite's write-ahead log");
                }
            }
            statement.execute("pragma synchronous = full");
            statement.execute("pragma foreign_keys = on");
            return connection;
        } catch (SQLException failure) {
            connection.close();
            throw failure;
        }
    }

    private static void migrate(String url) {
        // The hyphen keeps the folder from being a package, which a module would hide from Flyway.
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(url, null, null)
                .locations("classpath:org/dalrn/server/store/sql-migrations")
                .loggers("slf4j")
                .validateMigrationNaming(true)
                .failOnMissingLocations(true)
                .load()
                .migrate();
    }

    /** Does the work in one transaction that is durable when this returns; if it throws, nothing was done. */
    <T> T write(Work<T> work) {
        return use(writer, connection -> {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException failure) {
                rollBack(connection, failure);
                throw failure;
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    private static void rollBack(Connection connection, Exception reason) {
        try {
            connection.rollback();
        } catch (SQLException failure) {
            reason.addSuppressed(failure);
        }
    }

    /** Reads what is committed. */
    <T> T read(Work<T> work) {
        return use(reader, work);
    }

    private <T> T use(Session session, Work<T> work) {
        session.lock().lock();
        try {
            return work.on(session.connection());
        } catch (SQLException failure) {
            throw unavailable(file, failure);
        } finally {
            session.lock().unlock();
        }
    }

    private static StoreException unavailable(Path file, Exception failure) {
        return new StoreException(
                ErrorCode.STORE_UNAVAILABLE,
                "database " + file + " cannot be used: " + failure.getMessage()
                        + "; check the disk's free space and the file's permissions",
                failure);
    }

    /** Waits for the transaction in progress and closes the file. */
    @Override
    public void close() {
        for (Session session : new Session[] {reader, writer}) {
            use(session, connection -> {
                connection.close();
                return connection;
            });
        }
    }
}
