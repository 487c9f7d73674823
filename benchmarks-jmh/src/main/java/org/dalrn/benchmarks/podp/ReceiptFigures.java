package org.dalrn.benchmarks.podp;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dalrn.benchmarks.Figure;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.CloseReason;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.server.receipts.LogKey;
import org.dalrn.server.receipts.ReceiptLog;
import org.dalrn.server.store.Database;
import org.dalrn.server.store.EventLog;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.store.StoredEvent;

/**
 * What receipts cost a small round of four nodes: the events of the round are appended in the batches in which a coordinator
 * writes them, once through the plain event store and once through the log that derives receipts and signs a checkpoint, round
 * by round in turn, each on a database of its own on the disk of the working folder, after 500 rounds that warm up.
 */
public final class ReceiptFigures {
    private static final int WARM_UP = 500;
    private static final int ROUNDS = 400;
    private static final Instant AT = Instant.parse("2026-11-23T06:00:00.123Z");
    private static final RunId RUN = new RunId("heart-disease-0a1b2c3d");
    private static final List<NodeId> NODES =
            List.of(new NodeId("cleveland"), new NodeId("hungary"), new NodeId("switzerland"), new NodeId("va"));

    private ReceiptFigures() {}

    /**
     * Measures and prints.
     *
     * @throws IOException if the working folder cannot be written
     */
    public static void print() throws IOException {
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), "receipt-figures-");
        double[] plainMillis = new double[ROUNDS];
        double[] differences = new double[ROUNDS];
        double[] cpuDifferences = new double[ROUNDS];
        try (Database plainFile = Database.open(folder.resolve("plain.db"));
                Database receiptFile = Database.open(folder.resolve("receipts.db"))) {
            EventLog plain = new EventStore(plainFile);
            EventLog receipts = ReceiptLog.open(
                    new EventStore(receiptFile),
                    LogKey.of(Ed25519KeyPair.generate(new SecureRandom()), Optional.empty()));
            append(plain, List.of(List.of(opened())), 0);
            append(receipts, List.of(List.of(opened())), 0);
            long seq = 1;
            for (int round = 1; round <= WARM_UP + ROUNDS; round++) {
                List<List<RunEvent>> batches = batches(round);
                boolean plainFirst = round % 2 == 0;
                Took one = append(plainFirst ? plain : receipts, batches, seq);
                Took other = append(plainFirst ? receipts : plain, batches, seq);
                seq += batches.stream().mapToInt(List::size).sum();
                if (round > WARM_UP) {
                    int i = round - WARM_UP - 1;
                    Took without = plainFirst ? one : other;
                    Took with = plainFirst ? other : one;
                    plainMillis[i] = without.millis();
                    differences[i] = with.millis() - without.millis();
                    cpuDifferences[i] = with.cpuMillis() - without.cpuMillis();
                }
            }
        } finally {
            delete(folder);
        }
        Map<String, Object> params =
                Map.of("nodes", NODES.size(), "batches", batches(1).size(), "rounds", ROUNDS);
        print("receipt_cost_per_small_round", params, median(differences));
        print("receipt_cpu_per_small_round", params, median(cpuDifferences));
        print("events_of_small_round_durable", params, median(plainMillis));
    }

    private static void print(String name, Map<String, Object> params, double millis) {
        double rounded = Math.round(millis * 1e4) / 1e4;
        System.out.println(new Figure("podp", name, new TreeMap<>(params), rounded, "ms").toJsonLine());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** How long something took by the clock, and how long the processor worked at it. */
    private record Took(double millis, double cpuMillis) {}

    private static Took append(EventLog log, List<List<RunEvent>> batches, long after) {
        long seq = after;
        List<List<StoredEvent>> stored = new ArrayList<>();
        for (List<RunEvent> batch : batches) {
            List<StoredEvent> texts = new ArrayList<>();
            for (RunEvent event : batch) {
                texts.add(new StoredEvent(RUN, ++seq, EventText.of(event)));
            }
            stored.add(texts);
        }
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        long cpu = thread.getCurrentThreadCpuTime();
        long begun = System.nanoTime();
        stored.forEach(log::append);
        long millis = System.nanoTime() - begun;
        return new Took(millis / 1e6, (thread.getCurrentThreadCpuTime() - cpu) / 1e6);
    }

    private static RunEvent opened() {
        return new RunEvent.Opened(
                RUN,
                new RunSpec(
                        "heart disease",
                        ParameterLayout.of(new TensorSpec("weights", List.of(13)), new TensorSpec("bias", List.of())),
                        hash(0, 0),
                        1_000_000,
                        new FedAvg(Sampling.defaults()),
                        new RoundPolicy(Duration.ofMinutes(10), Duration.ofMinutes(2), 4, 1.0, 3),
                        100_000,
                        64,
                        new TreeMap<>()),
                hash(0, 1),
                AT);
    }

    /** One round as a coordinator writes it: a batch for each message of a node. */
    private static List<List<RunEvent>> batches(int round) {
        Instant deadline = AT.plusSeconds(600);
        ContentHash model = hash(round, 100);
        List<List<RunEvent>> batches = new ArrayList<>();
        batches.add(
                List.of(new RunEvent.RoundStarted(round, 1, hash(round - 1, 100), NODES, List.of(), 4, deadline, AT)));
        List<ContentHash> updates = new ArrayList<>();
        TreeMap<String, Double> metrics = new TreeMap<>(Map.of("accuracy", 0.8125, "loss", 0.3 / round));
        for (int node = 0; node < NODES.size(); node++) {
            ContentHash update = hash(round, node);
            updates.add(update);
            List<RunEvent> batch = new ArrayList<>(List.of(
                    new RunEvent.UpdateAccepted(round, NODES.get(node), update, 200, 200, 0.1, 0.05, metrics, AT)));
            if (node == NODES.size() - 1) {
                updates.sort(null);
                batch.add(new RunEvent.RoundClosed(round, 1, updates, 800, CloseReason.TARGET_REACHED, AT));
            }
            batches.add(batch);
        }
        batches.add(List.of(
                new RunEvent.ModelPublished(round, model, hash(round, 101), deadline, AT),
                new RunEvent.EvaluationStarted(round, model, NODES, List.of(), deadline, AT)));
        for (int node = 0; node < NODES.size(); node++) {
            List<RunEvent> batch =
                    new ArrayList<>(List.of(new RunEvent.NodeEvaluated(round, NODES.get(node), 100, metrics, AT)));
            if (node == NODES.size() - 1) {
                batch.add(new RunEvent.RoundCompleted(round, 400, metrics, AT));
            }
            batches.add(batch);
        }
        return batches;
    }

    private static ContentHash hash(int round, int number) {
        return ContentHash.of(new byte[] {(byte) round, (byte) (round >>> 8), (byte) (round >>> 16), (byte) number});
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
