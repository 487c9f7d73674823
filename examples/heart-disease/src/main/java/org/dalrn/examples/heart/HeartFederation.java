package org.dalrn.examples.heart;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.server.Coordinator;
import org.dalrn.server.CoordinatorConfig;
import org.dalrn.server.gateway.LoggedEvent;
import org.dalrn.server.gateway.OperatorPort;
import org.dalrn.server.gateway.OperatorPort.ModelBytes;

/**
 * A coordinator and one process for each hospital, on this machine, over TLS. Confined to one thread.
 *
 * <p>Closing it stops the processes and the coordinator; the folder stays.
 */
final class HeartFederation implements AutoCloseable {

    private static final Duration JOIN_VALIDITY = Duration.ofHours(1);
    private static final Duration EVENT_WAIT = Duration.ofMillis(200);

    private final Coordinator coordinator;
    private final OperatorPort operations;
    private final Map<Hospital, Process> nodes = new EnumMap<>(Hospital.class);

    private HeartFederation(Coordinator coordinator) {
        this.coordinator = coordinator;
        this.operations = coordinator.operations();
    }

    /**
     * Starts everything in a folder.
     *
     * @throws IOException if a process cannot be started or the folder not be written
     */
    static HeartFederation start(Path folder) throws IOException {
        CoordinatorConfig config = CoordinatorConfig.parse("the demo", """
                data-directory: coordinator
                node: {listen: "127.0.0.1:0"}
                operator: {listen: "127.0.0.1:0"}
                """, folder);
        HeartFederation federation = new HeartFederation(Coordinator.start(config));
        try {
            for (Hospital hospital : Hospital.values()) {
                federation.startNode(hospital, folder.resolve(hospital.id()));
            }
            return federation;
        } catch (IOException | RuntimeException failed) {
            federation.close();
            throw failed;
        }
    }

    private void startNode(Hospital hospital, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path joinFile = folder.resolve("hospital.join");
        Files.writeString(
                joinFile,
                operations.enroll(new NodeId(hospital.id()), JOIN_VALIDITY).text());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java));
        // Short-lived and small: start quickly rather than run at full speed after minutes.
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), HospitalNode.class.getName()));
        command.addAll(List.of(
                hospital.id(), joinFile.toString(), folder.resolve("identity").toString()));
        File log = folder.resolve("node.log").toFile();
        nodes.put(
                hospital,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start());
    }

    /** Opens a run over the given split. */
    RunId submit(TrainingPlan plan, long splitSeed) throws IOException {
        Parameters initial = Parameters.zeros(HeartTrainer.LAYOUT);
        ByteBuffer bytes =
                ByteBuffer.allocate((int) HeartTrainer.LAYOUT.byteLength()).order(ByteOrder.LITTLE_ENDIAN);
        initial.copyTo(0, bytes, HeartTrainer.LAYOUT.elementCount());
        ContentHash model = operations.storeModel(new ByteArrayInputStream(bytes.array()), bytes.capacity());
        int hospitals = Hospital.values().length;
        RunSpec spec = new RunSpec(
                "heart disease, split " + splitSeed,
                HeartTrainer.LAYOUT,
                model,
                plan.rounds(),
                new FedAvg(new Sampling(1.0, hospitals, 1.0, hospitals, hospitals)),
                new RoundPolicy(Duration.ofSeconds(30), Duration.ofSeconds(30), hospitals, 1.0, 3),
                1_000,
                64,
                HeartTrainer.config(plan, splitSeed));
        return operations.submit(spec, Optional.of(ContentHash.sha256(new byte[] {(byte) splitSeed})));
    }

    /**
     * Follows a run to its end.
     *
     * @param afterEach called after some events, and when none came for a while
     * @return the final slopes
     * @throws IOException if the run failed, or a hospital's process has died
     */
    float[] follow(RunId run, Consumer<LoggedEvent> listener, Runnable afterEach)
            throws IOException, InterruptedException {
        long seen = 0;
        while (true) {
            for (LoggedEvent event : operations.events(run, seen, 1_000, EVENT_WAIT)) {
                listener.accept(event);
                seen = event.seq();
            }
            afterEach.run();
            RunState state = operations.run(run).orElseThrow();
            if (state.phase().isOver() && seen == state.eventCount()) {
                if (state.phase() != Phase.FINISHED) {
                    throw new IOException("run " + run + " is " + state.phase() + "; its log says why");
                }
                return slopes(state.model());
            }
            requireNodes();
        }
    }

    private void requireNodes() throws IOException {
        for (Map.Entry<Hospital, Process> node : nodes.entrySet()) {
            if (!node.getValue().isAlive()) {
                throw new IOException("the process of " + node.getKey().displayName() + " ended with "
                        + node.getValue().exitValue() + "; see node.log in its folder (keep it with --keep)");
            }
        }
    }

    private float[] slopes(ContentHash model) throws IOException {
        try (ModelBytes bytes = operations.openModel(model).orElseThrow();
                InputStream in = bytes.bytes()) {
            ByteBuffer buffer = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            return Parameters.read(HeartTrainer.LAYOUT, buffer).toArray();
        }
    }

    @Override
    public void close() {
        for (Process node : nodes.values()) {
            try {
                // Its standard input ends: the node says goodbye.
                node.getOutputStream().close();
            } catch (IOException gone) {
                node.destroy();
            }
        }
        for (Process node : nodes.values()) {
            try {
                if (!node.waitFor(5, TimeUnit.SECONDS)) {
                    node.destroyForcibly();
                }
            } catch (InterruptedException interrupted) {
                node.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        coordinator.close();
    }
}
