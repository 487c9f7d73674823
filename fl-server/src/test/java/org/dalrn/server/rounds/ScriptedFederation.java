package org.dalrn.server.rounds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dalrn.core.aggregation.ScreenResult;
import org.dalrn.core.aggregation.UpdateScreen;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.TaskKind;
import org.dalrn.server.combine.PlainCombiner;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.EventLog;
import org.dalrn.server.transport.BlobSource;
import org.dalrn.server.transport.Evaluated;
import org.dalrn.server.transport.UpdateFacts;
import org.dalrn.server.transport.Verdict;
import org.dalrn.server.utility.Utilities;

/** A conductor with nodes that follow a script, all in the thread of the test; time passes when the test says so. */
final class ScriptedFederation implements NodeLink, RoundTimers {
    static final ParameterLayout LAYOUT =
            ParameterLayout.of(new TensorSpec("w", List.of(13)), new TensorSpec("b", List.of()));
    static final RunId RUN = new RunId("heart");
    static final ContentHash SEED = ContentHash.of(new byte[] {1});
    static final Duration GRACE = Duration.ofSeconds(30);
    static final List<NodeId> NODES = List.of(new NodeId("a"), new NodeId("b"), new NodeId("c"));

    private record Timer(Instant at, long order, Runnable task) {}

    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::at).thenComparing(Timer::order));
    private final BlobStore blobs;
    private long timerCount;
    Instant now = Instant.parse("2026-11-23T06:00:00Z");
    RunConductor conductor;

    /** What the nodes were told, in order. */
    final List<String> pushed = new ArrayList<>();

    /** Tasks whose model the node was not yet allowed to fetch when it was told of them. */
    final List<String> pushedTooEarly = new ArrayList<>();

    final List<String> cancelled = new ArrayList<>();
    /** Tasks that no node works on until the test says so. */
    final Map<String, Task> held = new TreeMap<>();

    final Map<NodeId, Boolean> obedient = new HashMap<>();
    /** Answers that were given. */
    final List<Verdict> verdicts = new ArrayList<>();

    ScriptedFederation(EventLog log, BlobStore blobs) {
        this(log, blobs, Utilities.of(List.of()));
    }

    ScriptedFederation(EventLog log, BlobStore blobs, Utilities utilities) {
        this.blobs = blobs;
        NODES.forEach(node -> obedient.put(node, true));
        conductor = RunConductor.start(new RunConductor.Surroundings(
                log,
                blobs,
                new PlainCombiner(blobs, Runnable::run, utilities),
                this,
                turns::add,
                this,
                () -> now,
                GRACE));
    }

    static RunSpec spec(BlobStore blobs, int rounds, int maxAttempts) throws IOException {
        ContentHash zeros = blobs.put(sink -> sink.write(new byte[(int) LAYOUT.byteLength()]));
        return new RunSpec(
                "heart",
                LAYOUT,
                zeros,
                rounds,
                new FedAvg(Sampling.defaults()),
                new RoundPolicy(Duration.ofMinutes(10), Duration.ofMinutes(2), 2, 1, maxAttempts),
                100_000,
                64,
                new TreeMap<>());
    }

    void connectAll() {
        NODES.forEach(node -> conductor.connected(node, List.of()));
        settle();
    }

    /** Lets everything happen that happens without time passing. */
    void settle() {
        for (Runnable turn = turns.poll(); turn != null; turn = turns.poll()) {
            turn.run();
        }
    }

    void pass(Duration time) {
        Instant until = now.plus(time);
        while (!timers.isEmpty() && !timers.peek().at().isAfter(until)) {
            Timer next = timers.remove();
            now = next.at().isAfter(now) ? next.at() : now;
            next.task().run();
            settle();
        }
        now = until;
        settle();
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Timer timer = new Timer(now.plus(delay), timerCount++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public void push(NodeId node, Task task) {
        pushed.add(task.getTaskId());
        ContentHash model = ContentHash.ofBytes(task.getModelHash().toByteArray());
        if (!conductor.mayDownload(node, new RunId(task.getRunId()), model)) {
            pushedTooEarly.add(task.getTaskId());
        }
        if (obedient.getOrDefault(node, false)) {
            turns.add(() -> obey(node, task));
        } else {
            held.put(task.getTaskId(), task);
        }
    }

    @Override
    public void cancel(NodeId node, String taskId, String reason) {
        cancelled.add(taskId + ": " + reason);
        held.remove(taskId);
    }

    void release(NodeId node) {
        held.values().stream()
                .filter(task -> task.getTaskId().endsWith("/" + node.value()))
                .toList()
                .forEach(task -> {
                    held.remove(task.getTaskId());
                    obey(node, task);
                });
        settle();
    }

    private Evaluated measured(NodeId node, Task task) {
        SortedMap<ContentHash, SortedMap<String, Double>> extras = new TreeMap<>();
        task.getExtraModelsList().forEach(extra -> {
            byte[] hash = extra.getModelHash().toByteArray();
            // Any number that differs from model to model and node to node.
            extras.put(
                    ContentHash.ofBytes(hash),
                    new TreeMap<>(Map.of("loss", (128 + hash[0]) / 256.0 + 1.0 / examples(node))));
        });
        return new Evaluated(
                ContentHash.ofBytes(task.getModelHash().toByteArray()),
                examples(node),
                new TreeMap<>(Map.of("loss", 1.0 / examples(node))),
                extras);
    }

    /** What a node does with a task: always the same for the same task; it tries again if the store is not there. */
    void obey(NodeId node, Task task) {
        CompletableFuture<Verdict> answer = (task.getKind() == TaskKind.TASK_KIND_TRAIN
                        ? submit(facts(node, task))
                        : conductor.evaluation(node, new RunId(task.getRunId()), task.getRound(), measured(node, task)))
                .toCompletableFuture();
        CompletableFuture<Void> unused = answer.thenAccept(verdict -> {
            verdicts.add(verdict);
            if (verdict instanceof Verdict.Refused refused && refused.code() == ErrorCode.STORE_UNAVAILABLE) {
                after(Duration.ofSeconds(1), () -> obey(node, task));
            }
        });
    }

    private CompletionStage<Verdict> submit(UpdateFacts facts) {
        UpdateScreen screen = new UpdateScreen();
        try (BlobSource.Blob blob = blobs.open(facts.update()).orElseThrow()) {
            byte[] bytes = new byte[(int) blob.length()];
            blob.read(0, bytes, 0, bytes.length);
            screen.accept(ByteBuffer.wrap(bytes));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        ScreenResult.Finite measured = (ScreenResult.Finite) screen.finish();
        return conductor.submit(facts, measured.l2Norm(), measured.maxAbsoluteValue());
    }

    static long examples(NodeId node) {
        return 100L + node.value().charAt(0);
    }

    UpdateFacts facts(NodeId node, Task task) {
        return facts(node, task, 0);
    }

    UpdateFacts facts(NodeId node, Task task, int variant) {
        ContentHash update = putUpdate(node, task.getRound() + 1000 * variant);
        return new UpdateFacts(
                node,
                new RunId(task.getRunId()),
                task.getRound(),
                task.getTaskId(),
                update,
                LAYOUT.byteLength(),
                LAYOUT.digest(),
                ContentHash.ofBytes(task.getModelHash().toByteArray()),
                examples(node),
                new TreeMap<>(Map.of("loss", 0.5)));
    }

    private ContentHash putUpdate(NodeId node, int variant) {
        Random random = new Random(node.value().charAt(0) * 1000L + variant);
        ByteBuffer bytes = ByteBuffer.allocate((int) LAYOUT.byteLength()).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(random.nextFloat() - 0.5f);
        }
        try {
            // The same bytes are written to the disk once: cases that are run at every place send them again and again.
            ContentHash hash = ContentHash.of(bytes.array());
            return blobs.length(hash).isPresent() ? hash : blobs.put(sink -> sink.write(bytes.array()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
