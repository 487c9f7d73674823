package org.dalrn.endtoend;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.dalrn.client.FederationClient;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Trainer;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.server.Coordinator;
import org.dalrn.server.CoordinatorConfig;
import org.dalrn.server.gateway.JoinFile;
import org.dalrn.server.gateway.LoggedEvent;
import org.dalrn.server.gateway.OperatorPort;

/** A real coordinator on loopback and real clients in this JVM. */
final class LoopbackFederation implements AutoCloseable {
    static final ParameterLayout LAYOUT =
            ParameterLayout.of(new TensorSpec("w", List.of(40, 25)), new TensorSpec("b", List.of()));
    static final long WEIGHT_CAP = 1_000;
    static final double LARGEST_VALUE = 16;

    private static final Duration MOST = Duration.ofSeconds(60);
    private static final Duration MINUTES = Duration.ofMinutes(5);

    final Gate gate = new Gate();
    final Path folder;
    private final String settings;
    private final Map<String, FederationClient> nodes = new LinkedHashMap<>();
    private Coordinator coordinator;

    private LoopbackFederation(Path folder, String settings, Coordinator coordinator) {
        this.folder = folder;
        this.settings = settings;
        this.coordinator = coordinator;
    }

    /** Starts a coordinator; {@code settings} are further lines of its configuration. */
    static LoopbackFederation start(Path folder, String settings) throws IOException {
        return start(folder, settings, "");
    }

    /** The same; join files name {@code publicAddress}. */
    static LoopbackFederation start(Path folder, String settings, String publicAddress) throws IOException {
        String address = publicAddress.isEmpty() ? "" : ", public-address: \"" + publicAddress + "\"";
        return new LoopbackFederation(folder, settings, Coordinator.start(config(folder, 0, 0, address, settings)));
    }

    private static CoordinatorConfig config(
            Path folder, int nodePort, int operatorPort, String address, String settings) {
        return CoordinatorConfig.parse("the test", """
                data-directory: coordinator
                node: {listen: "127.0.0.1:%d"%s}
                operator: {listen: "127.0.0.1:%d"}
                %s
                """.formatted(nodePort, address, operatorPort, settings), folder);
    }

    Coordinator coordinator() {
        return coordinator;
    }

    OperatorPort operations() {
        return coordinator.operations();
    }

    Path authorityFolder() {
        return folder.resolve("coordinator").resolve("tls");
    }

    /** Stops the coordinator, and starts it again on the same data and the same ports. */
    void restart() throws IOException {
        int nodePort = coordinator.nodeAddress().getPort();
        int operatorPort = coordinator.operatorAddress().getPort();
        coordinator.close();
        coordinator = Coordinator.start(config(folder, nodePort, operatorPort, "", settings));
    }

    JoinFile enroll(String name) {
        return operations().enroll(new NodeId(name), Duration.ofHours(1));
    }

    FederationClient connect(String name, int site) throws Exception {
        return connect(name, new SteppingTrainer(site, gate), NodePolicy.acceptEveryRun());
    }

    /** A client of this JVM, enrolled and connected. */
    FederationClient connect(String name, Trainer trainer, NodePolicy policy) throws Exception {
        Path home = Files.createDirectories(folder.resolve(name));
        Path joinFile = home.resolve("node.join");
        Files.writeString(joinFile, enroll(name).text());
        FederationClient client = FederationClient.builder()
                .join(joinFile)
                .identity(home.resolve("identity"))
                .trainer(trainer)
                .policy(policy)
                .reconnectDelays(Duration.ofMillis(20), Duration.ofMillis(500))
                .build();
        nodes.put(name, client);
        client.start();
        if (!client.awaitConnected(MOST)) {
            throw new AssertionError(name + " did not connect: " + client.status());
        }
        return client;
    }

    /** A run in which so many nodes train and evaluate, all of them in every round. */
    static RunPlan everyone(String name, int rounds, int count) {
        return new RunPlan(
                name,
                rounds,
                new Sampling(1.0, count, 1.0, count, count),
                new RoundPolicy(MINUTES, MINUTES, count, 1.0, 3));
    }

    /** A run that asks every node and takes the first two updates of a round; nobody evaluates. */
    static RunPlan firstTwo(String name, int rounds, int available) {
        return new RunPlan(
                name, rounds, new Sampling(0.01, 2, 0.0, 1, available), new RoundPolicy(MINUTES, MINUTES, 2, 10.0, 1));
    }

    /** The parts of a run in which the tests differ. */
    record RunPlan(String name, int rounds, Sampling sampling, RoundPolicy policy) {

        RunPlan withoutEvaluation() {
            return new RunPlan(
                    name,
                    rounds,
                    new Sampling(
                            sampling.fractionTrain(),
                            sampling.minTrainNodes(),
                            0.0,
                            sampling.minEvaluateNodes(),
                            sampling.minAvailableNodes()),
                    policy);
        }

        RunPlan withQuorum(int quorum) {
            return new RunPlan(
                    name,
                    rounds,
                    new Sampling(sampling.fractionTrain(), quorum, sampling.fractionEvaluate(), 1, quorum),
                    new RoundPolicy(
                            policy.trainDeadline(),
                            policy.evaluateDeadline(),
                            quorum,
                            policy.overSelection(),
                            policy.maxAttempts()));
        }

        RunSpec spec(ContentHash initialModel) {
            return new RunSpec(
                    name,
                    LAYOUT,
                    initialModel,
                    rounds,
                    new FedAvg(sampling),
                    policy,
                    WEIGHT_CAP,
                    LARGEST_VALUE,
                    new TreeMap<>());
        }
    }

    /** Opens a run that starts from zeros. */
    RunId submit(RunPlan plan) throws IOException {
        byte[] zeros = new byte[(int) LAYOUT.byteLength()];
        ContentHash model = operations().storeModel(new ByteArrayInputStream(zeros), zeros.length);
        return operations().submit(plan.spec(model), Optional.of(ContentHash.of(new byte[] {5})));
    }

    List<RunEvent> events(RunId run) throws InterruptedException {
        return operations().events(run, 0, Integer.MAX_VALUE, Duration.ZERO).stream()
                .map(LoggedEvent::event)
                .toList();
    }

    /** Waits for an event. */
    RunEvent await(RunId run, Predicate<RunEvent> wanted) throws InterruptedException {
        long limit = System.nanoTime() + MOST.toNanos();
        List<RunEvent> all = new ArrayList<>();
        while (System.nanoTime() < limit) {
            for (LoggedEvent logged : operations().events(run, all.size(), 1_000, Duration.ofMillis(500))) {
                all.add(logged.event());
                if (wanted.test(logged.event())) {
                    return logged.event();
                }
            }
            if (operations().run(run).orElseThrow().phase().isOver()
                    && operations().run(run).orElseThrow().eventCount() == all.size()) {
                break;
            }
        }
        throw new AssertionError("the event did not come; these did: " + all);
    }

    void awaitRound(RunId run, int round) throws InterruptedException {
        RunEvent unused = await(run, event -> event instanceof RunEvent.RoundStarted s && s.round() == round);
    }

    /** Waits until the run is over. */
    RunState end(RunId run) throws InterruptedException {
        RunEvent unused = await(
                run,
                event -> event instanceof RunEvent.Finished
                        || event instanceof RunEvent.Stopped
                        || event instanceof RunEvent.Failed);
        return operations().run(run).orElseThrow();
    }

    @Override
    public void close() {
        nodes.values().forEach(FederationClient::close);
        coordinator.close();
    }
}
