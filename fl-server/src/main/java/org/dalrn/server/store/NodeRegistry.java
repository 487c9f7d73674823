package org.dalrn.server.store;

import static java.util.Objects.requireNonNull;

import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.server.transport.NodeDirectory;
import org.dalrn.server.transport.Verdict;

/**
 * Who belongs to the federation, and who may join it.
 *
 * <p>A node joins with a secret that an operator had made for its name. A secret works once, until it expires, and only as
 * long as the node has not enrolled with a later one and was not revoked since; the same key with the same secret again is
 * the repetition of a request whose answer was lost, and is answered alike. A new secret for a name that is enrolled or
 * revoked is how a key is replaced. The database keeps the SHA-256 of a secret, never the secret.
 *
 * <p>Members are held in memory, so that {@link #find} costs nothing. Thread-safe.
 */
public final class NodeRegistry implements NodeDirectory {
    /** Length of a join secret. */
    public static final int SECRET_BYTES = 32;

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Map<NodeId, Entry> entries = new ConcurrentSkipListMap<>();

    /**
     * A member as operators see it.
     *
     * @param enrolledAt when its present key was recorded
     * @param revokedAt when it was revoked; empty if it may take part
     */
    public record Entry(NodeId node, PublicKey publicKey, Instant enrolledAt, Optional<Instant> revokedAt) {}

    /** The right to join under a name; the secret is not kept anywhere else. */
    public static final class JoinSecret {
        private final NodeId node;
        private final byte[] secret;
        private final Instant expires;

        JoinSecret(NodeId node, byte[] secret, Instant expires) {
            this.node = node;
            this.secret = secret;
            this.expires = expires;
        }

        public NodeId node() {
            return node;
        }

        /** A copy of the 32 bytes. */
        public byte[] toByteArray() {
            return secret.clone();
        }

        public Instant expires() {
            return expires;
        }

        /** Shows no byte of the secret. */
        @Override
        public String toString() {
            return "JoinSecret[" + node + ", expires " + expires + "]";
        }
    }

    private NodeRegistry(Database database, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Reads the members.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}, or {@code LOG_DAMAGED} if a recorded key is none
     */
    public static NodeRegistry open(Database database, InstantSource clock, SecureRandom random) {
        NodeRegistry registry = new NodeRegistry(
                requireNonNull(database, "database"), requireNonNull(clock, "clock"), requireNonNull(random, "random"));
        database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "select node_id, public_key, enrolled_at, revoked_at from node");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    registry.remember(entry(rows));
                }
            }
            return registry;
        });
        return registry;
    }

    private static Entry entry(ResultSet row) throws SQLException {
        NodeId node = new NodeId(row.getString(1));
        Instant enrolled = Instant.ofEpochMilli(row.getLong(3));
        long revoked = row.getLong(4);
        Optional<Instant> revokedAt = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(revoked));
        try {
            return new Entry(node, Ed25519.publicKey(row.getBytes(2)), enrolled, revokedAt);
        } catch (InvalidKeyException damaged) {
            throw new StoreException(
                    ErrorCode.LOG_DAMAGED,
                    "the recorded key of node " + node + " is none; revoke the node and enrol it again",
                    damaged);
        }
    }

    private void remember(Entry entry) {
        entries.put(entry.node(), entry);
    }

    /** All members, revoked ones too, by name. */
    public List<Entry> list() {
        return List.copyOf(entries.values());
    }

    /** Nodes that have a join secret which they may still use, by name. */
    public List<NodeId> invited() {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select distinct node_id from join_secret where used_by is null and superseded = 0 and expires_at > ?"
                            + " order by node_id")) {
                select.setLong(1, clock.instant().toEpochMilli());
                List<NodeId> nodes = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        nodes.add(new NodeId(rows.getString(1)));
                    }
                }
                return List.copyOf(nodes);
            }
        });
    }

    @Override
    public Optional<Member> find(NodeId node) {
        return Optional.ofNullable(entries.get(node))
                .map(entry ->
                        new Member(node, entry.publicKey(), entry.revokedAt().isPresent()));
    }

    /**
     * Makes a join secret for a name, whether or not a node of that name is enrolled; older unused ones of it are void.
     *
     * @param validity above zero
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public JoinSecret createJoinSecret(NodeId node, Duration validity) {
        if (validity.isNegative() || validity.isZero()) {
            throw new IllegalArgumentException(
                    "validity " + validity + " of a join secret is not above zero; say for instance 24h");
        }
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        Instant expires = Instant.ofEpochMilli(clock.instant().plus(validity).toEpochMilli());
        database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update join_secret set superseded = 1 where node_id = ? and used_by is null")) {
                update.setString(1, node.value());
                update.executeUpdate();
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into join_secret (secret_hash, node_id, expires_at) values (?, ?, ?)")) {
                insert.setBytes(1, ContentHash.of(secret).toByteArray());
                insert.setString(2, node.value());
                insert.setLong(3, expires.toEpochMilli());
                return insert.executeUpdate();
            }
        });
        return new JoinSecret(node, secret, expires);
    }

    /** What is known of a secret. */
    private record Known(String node, Instant expires, Optional<String> usedByHex, boolean superseded) {}

    @Override
    public Verdict enroll(NodeId node, byte[] joinSecret, byte[] publicKey) {
        PublicKey key;
        try {
            key = Ed25519.publicKey(publicKey);
        } catch (InvalidKeyException invalid) {
            return new Verdict.Refused(
                    ErrorCode.JOIN_SECRET_REFUSED, "the public key of node " + node + " is no Ed25519 key of 32 bytes");
        }
        byte[] hash = ContentHash.of(joinSecret).toByteArray();
        // Both under the writer's lock, so that memory and database take turns in the same order.
        return database.write(connection -> {
            Instant now = Instant.ofEpochMilli(clock.instant().toEpochMilli());
            Optional<Known> known = find(connection, hash);
            Optional<Verdict> settled = settled(node, known, publicKey, now);
            if (settled.isPresent()) {
                return settled.get();
            }
            useUp(connection, hash, node, publicKey);
            upsert(connection, node, publicKey, now);
            connection.commit();
            remember(new Entry(node, key, now, Optional.empty()));
            return new Verdict.Accepted(0, false);
        });
    }

    /** The answer, if nothing has to be written for it. */
    private Optional<Verdict> settled(NodeId node, Optional<Known> found, byte[] publicKey, Instant now) {
        if (found.isEmpty() || !found.get().node().equals(node.value())) {
            return refuse(
                    ErrorCode.JOIN_SECRET_REFUSED,
                    "no join file of node " + node + " has this secret; ask the operator for a new join file");
        }
        Known known = found.get();
        if (known.superseded()) {
            return refuse(
                    ErrorCode.JOIN_SECRET_REFUSED,
                    "node " + node
                            + " was enrolled or revoked after this join file was made; ask the operator for a new"
                            + " join file to replace its key");
        }
        if (known.usedByHex().isPresent()) {
            return known.usedByHex().get().equals(HexFormat.of().formatHex(publicKey))
                    ? Optional.of(new Verdict.Accepted(0, true))
                    : refuse(
                            ErrorCode.JOIN_SECRET_REFUSED,
                            "the join file of node " + node
                                    + " was used with another key; a join file works once, ask the operator for a new one");
        }
        if (!now.isBefore(known.expires())) {
            return refuse(
                    ErrorCode.JOIN_SECRET_REFUSED,
                    "the join file of node " + node + " expired at " + known.expires()
                            + "; ask the operator for a new one");
        }
        return Optional.empty();
    }

    private static Optional<Verdict> refuse(ErrorCode code, String detail) {
        return Optional.of(new Verdict.Refused(code, detail));
    }

    private static Optional<Known> find(Connection connection, byte[] hash) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select node_id, expires_at, lower(hex(used_by)), superseded from join_secret where secret_hash = ?")) {
            select.setBytes(1, hash);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Known(
                                row.getString(1),
                                Instant.ofEpochMilli(row.getLong(2)),
                                Optional.ofNullable(row.getString(3)).filter(hex -> !hex.isEmpty()),
                                row.getBoolean(4)))
                        : Optional.empty();
            }
        }
    }

    private static void useUp(Connection connection, byte[] hash, NodeId node, byte[] publicKey) throws SQLException {
        supersede(connection, node);
        try (PreparedStatement update = connection.prepareStatement(
                "update join_secret set used_by = ?, superseded = 0 where secret_hash = ?")) {
            update.setBytes(1, publicKey);
            update.setBytes(2, hash);
            update.executeUpdate();
        }
    }

    private static void supersede(Connection connection, NodeId node) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update join_secret set superseded = 1 where node_id = ?")) {
            update.setString(1, node.value());
            update.executeUpdate();
        }
    }

    private static void upsert(Connection connection, NodeId node, byte[] publicKey, Instant now) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                "insert into node (node_id, public_key, enrolled_at) values (?, ?, ?) on conflict (node_id) do update set"
                        + " public_key = excluded.public_key, enrolled_at = excluded.enrolled_at, revoked_at = null")) {
            upsert.setString(1, node.value());
            upsert.setBytes(2, publicKey);
            upsert.setLong(3, now.toEpochMilli());
            upsert.executeUpdate();
        }
    }

    /**
     * Takes a member's right to take part, and every unused join secret of its name.
     *
     * @return false if there is no member of that name
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public boolean revoke(NodeId node) {
        return database.write(connection -> {
            Entry entry = entries.get(node);
            supersede(connection, node);
            if (entry == null || entry.revokedAt().isPresent()) {
                return entry != null;
            }
            Instant now = Instant.ofEpochMilli(clock.instant().toEpochMilli());
            try (PreparedStatement update =
                    connection.prepareStatement("update node set revoked_at = ? where node_id = ?")) {
                update.setLong(1, now.toEpochMilli());
                update.setString(2, node.value());
                update.executeUpdate();
            }
            connection.commit();
            remember(new Entry(node, entry.publicKey(), entry.enrolledAt(), Optional.of(now)));
            return true;
        });
    }
}
