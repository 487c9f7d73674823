package org.dalrn.benchmarks.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.dalrn.benchmarks.Figure;
import org.dalrn.core.round.RunEvent;
import org.dalrn.server.gateway.LoggedEvent;

/**
 * Figures of whole rounds: a coordinator in its own process, nodes in this one, loopback, TLS 1.3, events durable.
 *
 * <p>Run: {@code ./benchmarks-jmh/run rounds}, or with the names of some figures behind it. One JSON line a figure on
 * standard output; progress on standard error. About six minutes on 2 cores.
 */
public final class RoundsSuite {

    private static final String SUITE = "rounds";
    private static final int KILLS = 50;
    private static final long KILL_SEED = 20_261_123;

    private final Path folder;

    private RoundsSuite(Path folder) {
        this.folder = folder;
    }

    /** One figure's measurement. */
    private interface Measurement {
        void run() throws IOException, InterruptedException;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("dalrn-rounds-");
        try {
            new RoundsSuite(folder).run(Set.of(arguments));
        } finally {
            deleteTree(folder);
        }
        // Event loops of the nodes' library linger for a while; the figures are out.
        System.exit(0);
    }

    private void run(Set<String> wanted) throws IOException, InterruptedException {
        Map<String, Measurement> figures = new LinkedHashMap<>();
        figures.put("round_time_2_nodes_10kb", this::smallRounds);
        figures.put("round_time_2_nodes_100mb", this::largeRounds);
        figures.put("coordinator_memory_growth_2_to_64_nodes_40mb", this::memoryGrowth);
        figures.put("kill_points_equal_of_50", this::kills);
        figures.put("round_time_1000_connected_100_selected_10kb", this::manyNodes);
        if (!figures.keySet().containsAll(wanted)) {
            throw new IllegalArgumentException("figures " + wanted + "; there are " + figures.keySet());
        }
        for (Map.Entry<String, Measurement> figure : figures.entrySet()) {
            if (wanted.isEmpty() || wanted.contains(figure.getKey())) {
                progress("measuring " + figure.getKey());
                figure.getValue().run();
            }
        }
    }

    // ----------------------------------------------------------------------------------------------------- latency

    private void smallRounds() throws IOException, InterruptedException {
        try (BenchmarkFederation federation = BenchmarkFederation.start(
                folder.resolve("small"), 60_000, 2, BenchmarkNodes.noOp(), Optional.empty())) {
            List<Double> times = roundMillis(federation.operator(), new Job("small", 2_500, 60, 2, 1.0, false));
            report("round_time_2_nodes_10kb", times.subList(10, 60), Map.of("rounds", 50, "nodes", 2));
        }
    }

    private void largeRounds() throws IOException, InterruptedException {
        try (BenchmarkFederation federation = BenchmarkFederation.start(
                folder.resolve("large"), 60_000, 2, BenchmarkNodes.noOp(), Optional.empty())) {
            List<Double> times = roundMillis(federation.operator(), new Job("large", 25_000_000, 8, 2, 1.0, false));
            report("round_time_2_nodes_100mb", times.subList(3, 8), Map.of("rounds", 5, "nodes", 2));
        }
        deleteTree(folder.resolve("large"));
    }

    private void manyNodes() throws IOException, InterruptedException {
        int connected = 1_000;
        ExecutorService workers = Executors.newFixedThreadPool(2);
        try (BenchmarkFederation federation = BenchmarkFederation.start(
                folder.resolve("many"), 60_000, connected, BenchmarkNodes.noOp(), Optional.of(workers))) {
            progress(connected + " nodes are connected");
            Job job = new Job("many", 2_500, 20, 100, 0.1, false);
            String run = submit(federation.operator(), job);
            federation.operator().awaitEnd(run);
            List<LoggedEvent> events = federation.operator().events(run);
            List<Double> times = roundMillis(events);
            long accepted = count(events, RunEvent.UpdateAccepted.class);
            long stillConnected = StreamSupport.stream(
                            federation.operator().nodes().spliterator(), false)
                    .filter(node -> node.get("connected").asBoolean())
                    .count();
            if (stillConnected != connected || accepted != 100L * job.rounds()) {
                throw new IOException(stillConnected + " of " + connected + " nodes are connected, " + accepted
                        + " updates were accepted");
            }
            report(
                    "round_time_1000_connected_100_selected_10kb",
                    times.subList(5, 20),
                    Map.of("rounds", 15, "connected", stillConnected, "selected", 100));
        } finally {
            workers.shutdownNow();
        }
    }

    // ------------------------------------------------------------------------------------------------------ memory

    private void memoryGrowth() throws IOException, InterruptedException {
        long two = peakWith(2);
        long sixtyFour = peakWith(64);
        double growth = (sixtyFour - two) / 1e6;
        print(
                "coordinator_memory_growth_2_to_64_nodes_40mb",
                Map.of("peak_2_nodes_mb", two / 1e6, "peak_64_nodes_mb", sixtyFour / 1e6),
                growth,
                "MB");
    }

    private long peakWith(int count) throws IOException, InterruptedException {
        Path home = folder.resolve("memory-" + count);
        try (BenchmarkFederation federation =
                BenchmarkFederation.start(home, 100, count, BenchmarkNodes.noOp(), Optional.empty())) {
            String run = submit(federation.operator(), new Job("memory", 10_000_000, 3, count, 1.0, false));
            federation.operator().awaitEnd(run);
            long peak = federation.coordinator().peakBytes();
            progress(count + " nodes: at most " + peak / 1_000_000 + " MB of heap and direct memory");
            return peak;
        } finally {
            deleteTree(home);
        }
    }

    // ------------------------------------------------------------------------------------------------------- kills

    private void kills() throws IOException, InterruptedException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(KILL_SEED);
        Job job = new Job("kill", 2_500, 10, 2, 1.0, true);
        int equal = 0;
        List<Double> recoveries = new ArrayList<>();
        try (BenchmarkFederation federation = BenchmarkFederation.start(
                folder.resolve("kill"),
                60_000,
                2,
                BenchmarkNodes.deterministic(Duration.ofMillis(5)),
                Optional.empty())) {
            OperatorHttp operator = federation.operator();
            operator.awaitEnd(submit(operator, job));
            long begun = System.nanoTime();
            String undisturbed = submit(operator, job);
            operator.awaitEnd(undisturbed);
            Duration length = Duration.ofNanos(System.nanoTime() - begun);
            String expected = operator.run(undisturbed).get("model").asText();
            progress("an undisturbed run takes " + length.toMillis() + " ms and ends with " + expected);
            for (int kill = 1; kill <= KILLS; kill++) {
                String run = submit(operator, job);
                Thread.sleep(random.nextLong(Math.max(1, length.toMillis())));
                federation.coordinator().kill();
                recoveries.add(federation.coordinator().restart().toMillis() / 1.0);
                int before = operator.events(run).size();
                operator.awaitEnd(run);
                JsonNode state = operator.run(run);
                boolean same = state.get("model").asText().equals(expected)
                        && state.get("phase").asText().equals("FINISHED");
                equal += same ? 1 : 0;
                progress("kill " + kill + " of " + KILLS + ": " + before + " events at the restart, "
                        + (same ? "equal" : "NOT equal: " + state));
            }
        }
        print(
                "kill_points_equal_of_50",
                Map.of("kills", KILLS, "recovery_median_ms", median(recoveries), "seed", KILL_SEED),
                equal,
                "count");
    }

    // ------------------------------------------------------------------------------------------------------ pieces

    /** A run of the suite. */
    private record Job(String name, int elements, int rounds, int nodes, double fraction, boolean evaluate) {

        String json(String initialModel) {
            return """
                    {"name": "%s", "model": {"tensors": [{"name": "w", "shape": [%d]}], "initial": "%s"},
                     "rounds": %d, "seed": "%s",
                     "strategy": {"name": "fedavg", "fraction-train": %s, "min-train-nodes": %d,
                                  "fraction-evaluate": %s, "min-evaluate-nodes": %d, "min-available-nodes": %d},
                     "policy": {"train-deadline": "5m", "evaluate-deadline": "5m", "quorum": %d, "max-attempts": 1},
                     "max-examples-per-node": 1000, "max-absolute-value": 16}""".formatted(
                            name,
                            elements,
                            initialModel,
                            rounds,
                            "5e".repeat(32),
                            fraction,
                            nodes,
                            evaluate ? "1.0" : "0.0",
                            nodes,
                            fraction < 1 ? 1_000 : nodes,
                            nodes);
        }
    }

    private static String submit(OperatorHttp operator, Job job) throws IOException, InterruptedException {
        return operator.submit(job.json(operator.storeZeros(4L * job.elements())));
    }

    private static List<Double> roundMillis(OperatorHttp operator, Job job) throws IOException, InterruptedException {
        String run = submit(operator, job);
        operator.awaitEnd(run);
        return roundMillis(operator.events(run));
    }

    /** Time from one round's start to the next one's, and from the last one's to its completion. */
    private static List<Double> roundMillis(List<LoggedEvent> events) throws IOException {
        List<Instant> marks = new ArrayList<>();
        boolean finished = false;
        for (LoggedEvent logged : events) {
            if (logged.event() instanceof RunEvent.RoundStarted) {
                marks.add(logged.event().at());
            }
            if (logged.event() instanceof RunEvent.Finished) {
                marks.add(logged.event().at());
                finished = true;
            }
        }
        if (!finished) {
            throw new IOException("the run did not finish: " + events.get(events.size() - 1));
        }
        List<Double> millis = new ArrayList<>();
        for (int i = 1; i < marks.size(); i++) {
            millis.add(Duration.between(marks.get(i - 1), marks.get(i)).toNanos() / 1e6);
        }
        return millis;
    }

    private static long count(List<LoggedEvent> events, Class<? extends RunEvent> kind) {
        return events.stream().filter(logged -> kind.isInstance(logged.event())).count();
    }

    private static void report(String name, List<Double> millis, Map<String, Object> params) {
        Map<String, Object> all = new TreeMap<>(params);
        all.put("min_ms", millis.stream().min(Comparator.naturalOrder()).orElseThrow());
        all.put("max_ms", millis.stream().max(Comparator.naturalOrder()).orElseThrow());
        print(name, all, median(millis), "ms");
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static void print(String name, Map<String, Object> params, double value, String unit) {
        System.out.println(new Figure(SUITE, name, new TreeMap<>(params), value, unit).toJsonLine());
    }

    private static void progress(String line) {
        System.err.println("# " + line);
    }

    private static void deleteTree(Path root) throws IOException {
        if (Files.notExists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
