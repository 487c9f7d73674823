package org.dalrn.benchmarks.rounds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.dalrn.client.FederationClient;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.Parameters;

/** Nodes in this process, each a real client with its own connection and identity. */
final class BenchmarkNodes implements AutoCloseable {

    private final List<FederationClient> clients = new ArrayList<>();

    private BenchmarkNodes() {}

    /** Enrols, starts and connects so many nodes. */
    static BenchmarkNodes connect(
            OperatorHttp operator, Path folder, int count, Trainer trainer, Optional<Executor> executor)
            throws IOException, InterruptedException {
        BenchmarkNodes nodes = new BenchmarkNodes();
        for (int i = 0; i < count; i++) {
            String name = "node-%04d".formatted(i);
            Path home = Files.createDirectories(folder.resolve(name));
            Path joinFile = home.resolve("node.join");
            Files.writeString(joinFile, operator.enroll(name));
            FederationClient.Builder builder = FederationClient.builder()
                    .join(joinFile)
                    .identity(home.resolve("identity"))
                    .trainer(trainer)
                    // A coordinator that is killed on purpose is back in two seconds: the usual 20 s would only be
                    // waited for.
                    .reconnectDelays(Duration.ofMillis(50), Duration.ofMillis(500))
                    .policy(NodePolicy.acceptEveryRun());
            executor.ifPresent(builder::executor);
            FederationClient client = builder.build();
            client.start();
            nodes.clients.add(client);
            // One after the other: a thousand handshakes at once measure the start, not the system.
            if (!client.awaitConnected(Duration.ofSeconds(60))) {
                throw new IOException(name + " did not connect: " + client.status());
            }
        }
        return nodes;
    }

    @Override
    public void close() {
        clients.forEach(FederationClient::close);
    }

    /** A trainer that does nothing: the global model comes back as it was. */
    static Trainer noOp() {
        return new Trainer() {
            @Override
            public TrainingResult train(Parameters global, TrainingContext context) {
                return TrainingResult.of(global, 100);
            }

            @Override
            public EvaluationResult evaluate(Parameters model, TrainingContext context) {
                return EvaluationResult.of(100, Map.of());
            }
        };
    }

    /**
     * A trainer whose result depends on the model and the round alone, and that takes a few milliseconds, so that a kill can
     * hit any phase.
     */
    static Trainer deterministic(Duration pause) {
        return new Trainer() {
            @Override
            public TrainingResult train(Parameters global, TrainingContext context) throws InterruptedException {
                Thread.sleep(pause.toMillis());
                float[] values = global.toArray();
                for (int i = 0; i < values.length; i++) {
                    values[i] += Math.scalb((float) ((i * 31 + context.round() * 17) % 101 - 50), -9);
                }
                return TrainingResult.of(Parameters.copyOf(global.layout(), values), 100 + context.round());
            }

            @Override
            public EvaluationResult evaluate(Parameters model, TrainingContext context) {
                return EvaluationResult.of(100, Map.of("first", (double) model.get(0)));
            }
        };
    }
}
