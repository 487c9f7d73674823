package org.dalrn.examples.local;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunState;
import org.dalrn.server.Coordinator;
import org.dalrn.server.CoordinatorConfig;
import org.dalrn.server.cli.RunView;
import org.dalrn.server.gateway.LoggedEvent;
import org.dalrn.server.gateway.OperatorPort;
import org.dalrn.server.gateway.OperatorPort.ModelBytes;

/**
 * A coordinator in this process and nodes in processes of their own, over TLS on the loopback interface.
 *
 * <p>Everything lies in one folder, which stays when this is closed. Confined to one thread.
 */
public final class LocalFederation implements AutoCloseable {

    private static final Duration JOIN_VALIDITY = Duration.ofHours(1);
    private static final Duration EVENT_WAIT = Duration.ofMillis(200);

    private final Path folder;
    private final Coordinator coordinator;
    private final OperatorPort operations;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private Duration runTime = Duration.ZERO;

    private LocalFederation(Path folder, Coordinator coordinator) {
        this.folder = folder;
        this.coordinator = coordinator;
        this.operations = coordinator.operations();
    }

    /**
     * Starts the coordinator.
     *
     * @throws IOException if the folder cannot be written or no port be opened
     */
    public static LocalFederation start(Path folder) throws IOException {
        CoordinatorConfig config = CoordinatorConfig.parse("the demo", """
                data-directory: coordinator
                node: {listen: "127.0.0.1:0"}
                operator: {listen: "127.0.0.1:0"}
                """, folder);
        return new LocalFederation(folder, Coordinator.start(config));
    }

    /**
     * Starts a process of this class path. It ends with its standard input, see {@link NodeProcess}.
     *
     * @param name of its folder, which is its first argument
     * @param nodes that it holds: their join files lie in its folder, see {@link NodeProcess#joinFile}
     * @param flags for its JVM
     * @throws IOException if it cannot be started
     */
    public void launch(String name, List<NodeId> nodes, Class<?> main, List<String> flags, List<String> arguments)
            throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        for (NodeId node : nodes) {
            Files.writeString(
                    NodeProcess.joinFile(home, node),
                    operations.enroll(node, JOIN_VALIDITY).text());
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), home.toString()));
        command.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("node.log").toFile());
        // Several trainers on a few cores: libraries that use OpenMP would otherwise start a thread for each core and
        // trainer.
        process.environment().put("OMP_NUM_THREADS", "1");
        processes.put(name, process.start());
    }

    /** What an operator can do. */
    public OperatorPort operations() {
        return operations;
    }

    /** Puts a model into the coordinator's store. */
    public ContentHash store(Parameters model) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(model.layout().byteLength())];
        model.copyTo(
                0,
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
                model.layout().elementCount());
        return operations.storeModel(new ByteArrayInputStream(bytes), bytes.length);
    }

    /** A model from the coordinator's store. */
    public Parameters load(ParameterLayout layout, ContentHash model) throws IOException {
        try (ModelBytes bytes = operations.openModel(model).orElseThrow();
                InputStream in = bytes.bytes()) {
            return Parameters.read(layout, ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    /**
     * Follows a run to its end.
     *
     * @param afterEach called after some events, and when none came for a while
     * @return the final model
     * @throws IOException if the run failed, or a process has died
     */
    public Parameters follow(RunId run, Consumer<LoggedEvent> listener, Runnable afterEach)
            throws IOException, InterruptedException {
        long seen = 0;
        Optional<Instant> begun = Optional.empty();
        while (true) {
            for (LoggedEvent event : operations.events(run, seen, 1_000, EVENT_WAIT)) {
                listener.accept(event);
                seen = event.seq();
                // A run begins when its first cohort is asked: until then processes start and connect.
                Instant at = event.event().at();
                begun = begun.or(
                        () -> event.event() instanceof RunEvent.RoundStarted ? Optional.of(at) : Optional.empty());
                if (event.event() instanceof RunEvent.Finished) {
                    runTime = runTime.plus(Duration.between(begun.orElse(at), at));
                }
            }
            afterEach.run();
            RunState state = operations.run(run).orElseThrow();
            if (state.phase().isOver() && seen == state.eventCount()) {
                if (state.phase() != Phase.FINISHED) {
                    throw new IOException("run " + run + " is " + state.phase() + "; its log says why");
                }
                return load(state.spec().layout(), state.model());
            }
            requireProcesses();
        }
    }

    /**
     * Follows a run in a view.
     *
     * @param listener hears each event after the view
     */
    public Parameters watch(RunId run, RunView view, Consumer<LoggedEvent> listener)
            throws IOException, InterruptedException {
        Consumer<LoggedEvent> show = event -> view.accept(event.event());
        return follow(run, show.andThen(listener), () -> {
            // What the events do not tell: traffic and the nodes' progress.
            OperatorPort.Traffic traffic = operations.traffic(run);
            view.bytes(traffic.receivedBytes(), traffic.sentBytes());
            operations.progress(run).forEach(node -> view.progress(node.node(), node.fraction(), node.stage()));
            view.draw();
        });
    }

    /** How long the runs took that were followed to their end, from the first task to the last event. */
    public double runSeconds() {
        return runTime.toMillis() / 1e3;
    }

    /**
     * Exports the receipts of runs that are over into the folder {@code receipts}, verifies them with the coordinator's public
     * key and computes every step again.
     *
     * @throws IOException if a file cannot be written
     * @throws IllegalStateException if a receipt is refuted
     */
    public ReplayedReceipts replayReceipts(List<RunId> runs) throws IOException {
        return ReplayedReceipts.of(operations, runs, folder.resolve("receipts"));
    }

    private void requireProcesses() throws IOException {
        for (Map.Entry<String, Process> process : processes.entrySet()) {
            if (!process.getValue().isAlive()) {
                throw new IOException("the process " + process.getKey() + " ended with "
                        + process.getValue().exitValue() + "; see node.log in its folder (keep it with --keep)");
            }
        }
    }

    @Override
    public void close() {
        for (Process process : processes.values()) {
            try {
                // Its standard input ends: the nodes say goodbye.
                process.getOutputStream().close();
            } catch (IOException gone) {
                process.destroy();
            }
        }
        for (Process process : processes.values()) {
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException interrupted) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        coordinator.close();
    }
}
