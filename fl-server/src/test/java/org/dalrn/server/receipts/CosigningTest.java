package org.dalrn.server.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.CosignaturePolicy;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.podp.witness.TrustedLog;
import org.dalrn.podp.witness.Witness;
import org.dalrn.podp.witness.WitnessOutcome;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.DataDirectory;
import org.dalrn.server.store.Database;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredCheckpoint;
import org.dalrn.server.store.StoredEvent;
import org.dalrn.server.testing.ScriptedRun;
import org.dalrn.server.witness.WitnessClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything happens in the thread of the test but the witness, which is real behind a port that can be told to fail. */
class CosigningTest {
    private static final RunId RUN = ScriptedRun.RUN;
    private static final RunId OTHER = new RunId("other");
    private static final Ed25519KeyPair OWNER = Ed25519KeyPair.generate(new SecureRandom());
    private static final LogKey KEY = LogKey.of(OWNER, Optional.of("example.org/heart"));
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    Path folder;

    private record Timer(Duration delay, Runnable task) {}

    private final Deque<Timer> timers = new ArrayDeque<>();
    private final List<Integer> answers = new ArrayList<>();
    private volatile boolean down;
    private Witness witness;
    private HttpServer port;
    private Database database;
    private EventStore store;
    private ReceiptLog log;

    @BeforeEach
    void open() throws IOException {
        witness = Witness.open(
                folder.resolve("witness"),
                Ed25519KeyPair.generate(new SecureRandom()).signer("w1"),
                List.of(new TrustedLog("example.org/heart", OWNER.publicKey())),
                () -> NOW);
        port = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        port.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            WitnessOutcome outcome = witness.addCheckpoint(down ? new byte[0] : body);
            String text = "down";
            int status = 503;
            if (!down) {
                status = outcome.status();
                if (outcome instanceof WitnessOutcome.Cosigned cosigned) {
                    text = cosigned.line().line() + "\n";
                } else if (outcome instanceof WitnessOutcome.Conflict conflict) {
                    text = conflict.knownSize() + "\n";
                    exchange.getResponseHeaders().set("Content-Type", "text/x.tlog.size");
                } else if (outcome instanceof WitnessOutcome.Refused refused) {
                    text = refused.detail();
                }
            }
            synchronized (answers) {
                answers.add(status);
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        port.start();
        use("first.db");
    }

    private void use(String name) {
        if (database != null) {
            database.close();
        }
        timers.clear();
        database = Database.open(folder.resolve(name));
        store = new EventStore(database);
        log = ReceiptLog.open(store, KEY);
    }

    @AfterEach
    void close() {
        port.stop(0);
        witness.close();
        database.close();
    }

    private Cosigning start() {
        URI url = URI.create("http://127.0.0.1:" + port.getAddress().getPort());
        return Cosigning.start(
                log,
                List.of(new WitnessClient(url, witness.verifier(), Duration.ofSeconds(30))),
                Runnable::run,
                (delay, task) -> timers.add(new Timer(delay, task)),
                new Random(7));
    }

    private static List<StoredEvent> stored(RunId run) {
        List<RunEvent> events = new ArrayList<>(ScriptedRun.events());
        RunEvent last = events.get(events.size() - 1);
        events.add(new RunEvent.Stopped("enough", last.at()));
        List<StoredEvent> stored = new ArrayList<>();
        events.forEach(event -> stored.add(new StoredEvent(run, stored.size() + 1, EventText.of(event))));
        return stored;
    }

    /** The number of the event that ends a round. */
    private static int end(int round) {
        List<StoredEvent> events = stored(RUN);
        int seen = 0;
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).text().contains("\"type\":\"round-completed\"") && ++seen == round) {
                return i + 1;
            }
        }
        throw new AssertionError("no round " + round);
    }

    private List<Integer> answers() {
        synchronized (answers) {
            return List.copyOf(answers);
        }
    }

    private Cosigning.State state(Cosigning cosigning) {
        return cosigning.state(RUN).orElseThrow();
    }

    @Test
    void append_runWithAWitness_isCosignedRoundByRoundAndVerifiedFromItsBundle() throws IOException {
        Cosigning cosigning = start();
        for (StoredEvent event : stored(RUN)) {
            log.append(List.of(event));
        }
        int size = stored(RUN).size();
        assertThat(state(cosigning)).isEqualTo(new Cosigning.State(1, 1, size, List.of()));
        assertThat(answers())
                .as("the size that the witness knew was remembered")
                .containsExactly(200, 200, 200, 200);
        Path file = folder.resolve("run.tar");
        try (DataDirectory directory = DataDirectory.open(folder.resolve("data"))) {
            new ReceiptExport(log, BlobStore.open(directory)).write(RUN, false, file);
        }
        Verifier verifier = Verifier.trusting(OWNER.publicKey());
        assertThat(verifier.requiringCosignatures(new CosignaturePolicy(List.of(witness.verifier()), 1), NOW)
                        .verify(file))
                .isInstanceOf(Verification.Verified.class);
        NoteVerifier stranger = NoteVerifier.ofWitness(
                "w1", Ed25519KeyPair.generate(new SecureRandom()).publicKey());
        assertThat(verifier.requiringCosignatures(new CosignaturePolicy(List.of(stranger), 1), NOW)
                        .verify(file))
                .isInstanceOf(Verification.Refuted.class);
    }

    @Test
    void start_runsThatLackCosignatures_areAskedForOnce() {
        log.append(stored(RUN));
        log.append(stored(OTHER).subList(0, 3));
        Cosigning cosigning = start();
        assertThat(state(cosigning).cosigned()).isEqualTo(1);
        assertThat(cosigning.state(OTHER)).hasValue(new Cosigning.State(0, 1, 0, List.of()));
        use("first.db");
        assertThat(state(start()).cosigned()).isEqualTo(1);
        assertThat(answers()).containsExactly(200);
        assertThat(timers).isEmpty();
    }

    @Test
    void append_afterARestart_learnsFromTheConflictWhatTheWitnessKnows() {
        start();
        log.append(stored(RUN).subList(0, end(1)));
        use("first.db");
        Cosigning cosigning = start();
        log.append(stored(RUN).subList(end(1), end(2)));
        assertThat(state(cosigning)).isEqualTo(new Cosigning.State(1, 1, end(2), List.of()));
        assertThat(answers()).containsExactly(200, 409, 200);
    }

    @Test
    void append_witnessDown_isAskedWithGrowingDelaysWhileRunsGoOn() {
        down = true;
        Cosigning cosigning = start();
        log.append(stored(RUN).subList(0, end(1)));
        assertThat(state(cosigning).trouble()).singleElement().asString().contains("w1: ", "503");
        for (int failures = 0; failures < 12; failures++) {
            Timer next = timers.remove();
            Duration longest = Duration.ofSeconds(Math.min(1L << failures, 300));
            assertThat(next.delay()).isBetween(longest.dividedBy(2), longest);
            assertThat(timers).isEmpty();
            next.task().run();
        }
        log.append(stored(OTHER));
        log.append(stored(RUN).subList(end(1), end(2)));
        assertThat(answers()).as("12 probes, and each run once").hasSize(14);

        down = false;
        timers.remove().task().run();
        assertThat(state(cosigning)).isEqualTo(new Cosigning.State(1, 1, end(2), List.of()));
        assertThat(cosigning.state(OTHER).orElseThrow().cosigned()).isEqualTo(1);
        assertThat(timers).isEmpty();

        down = true;
        log.append(stored(RUN).subList(end(2), end(3)));
        assertThat(timers.remove().delay()).as("the delays begin anew").isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void append_databaseSetBackAndContinuedOtherwise_isRefusedAndSaysSoAndGoesOn() {
        start();
        log.append(stored(RUN).subList(0, end(2)));
        use("second.db");
        List<StoredEvent> other = new ArrayList<>(stored(RUN));
        other.set(2, new StoredEvent(RUN, 3, other.get(3).text()));
        Cosigning cosigning = start();
        log.append(other.subList(0, end(1)));
        assertThat(state(cosigning).cosigned()).isZero();
        assertThat(state(cosigning).trouble())
                .singleElement()
                .asString()
                .contains("w1 refuses checkpoint " + end(1) + " of run " + RUN, "the log was set back", "409");
        log.append(other.subList(end(1), end(2)));
        assertThat(state(cosigning).trouble()).singleElement().asString().contains("checkpoint " + end(2), "422");
        log.append(other.subList(end(2), end(3)));
        assertThat(state(cosigning).trouble()).singleElement().asString().contains("checkpoint " + end(3), "422");
        assertThat(state(cosigning).cosigned()).isZero();

        log.append(stored(OTHER));
        assertThat(cosigning.state(OTHER).orElseThrow())
                .isEqualTo(new Cosigning.State(1, 1, stored(OTHER).size(), List.of()));
        int asked = answers().size();
        timers.remove().task().run();
        assertThat(answers())
                .as("what is refused is asked once more after minutes")
                .hasSizeGreaterThan(asked);
        assertThat(timers).hasSize(1);
        assertThat(timers.remove().delay()).isGreaterThanOrEqualTo(Duration.ofSeconds(150));
    }

    @Test
    void state_withoutWitnesses_isEmpty() {
        Cosigning none = Cosigning.start(log, List.of(), Runnable::run, (delay, task) -> {}, new Random(7));
        log.append(stored(RUN));
        assertThat(none.state(RUN)).isEmpty();
    }

    @Test
    void proof_betweenAllSizesInAnyOrder_proves() {
        log.append(stored(RUN));
        int size = stored(RUN).size();
        List<Sha256Hash> roots = new ArrayList<>(List.of(MerkleTree.emptyRoot()));
        Frontier[] frontier = {Frontier.EMPTY};
        log.entries(RUN, size).forEachRemaining(entry -> {
            frontier[0] = frontier[0].append(MerkleTree.leafHash(entry.leafData()));
            roots.add(frontier[0].root());
        });
        Random random = new Random(11);
        RunGrowth growth = new RunGrowth(log, RUN);
        for (int to = 0; to <= size; to++) {
            for (int from = 0; from <= to; from++) {
                assertThat(growth.proof(from, to).proves(roots.get(from), roots.get(to)))
                        .isTrue();
                int later = to + random.nextInt(size - to + 1);
                ConsistencyProof jump = growth.proof(to, later);
                assertThat(jump.proves(roots.get(to), roots.get(later))).isTrue();
            }
        }
        assertThatThrownBy(() -> growth.proof(3, size + 1))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED));
    }

    @Test
    void cosignatures_inTheStore_needTheirCheckpointAndAreForGood() throws SQLException {
        log.append(stored(RUN).subList(0, end(1)));
        StoredCheckpoint checkpoint = store.newestCheckpoint(RUN).orElseThrow();
        assertThat(checkpoint.size()).isEqualTo(end(1));
        assertThat(store.newestCheckpoint(OTHER)).isEmpty();
        store.addCosignature(RUN, end(1), "line");
        assertThat(store.cosignatures(RUN, end(1))).containsExactly("line");
        for (long size : new long[] {end(1), end(1) + 1}) {
            assertThatThrownBy(() -> store.addCosignature(RUN, size, "line"))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED));
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("first.db"));
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("update cosignature set line = 'x'"))
                    .hasMessageContaining("never changed");
            assertThatThrownBy(() -> statement.executeUpdate("delete from cosignature"))
                    .hasMessageContaining("never deleted");
        }
    }
}
