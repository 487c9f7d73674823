package org.dalrn.benchmarks.rounds;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.dalrn.client.training.Trainer;

/** A coordinator in its own process and connected nodes in this one. */
record BenchmarkFederation(CoordinatorProcess coordinator, BenchmarkNodes nodes) implements AutoCloseable {

    /**
     * Starts both.
     *
     * @param samplePauseMillis time between two samples of the coordinator's memory
     * @param executor runs all nodes' tasks; empty: each node has a thread of its own while it works
     */
    static BenchmarkFederation start(
            Path folder, long samplePauseMillis, int count, Trainer trainer, Optional<Executor> executor)
            throws IOException, InterruptedException {
        CoordinatorProcess coordinator = CoordinatorProcess.start(folder, samplePauseMillis);
        try {
            BenchmarkNodes nodes = BenchmarkNodes.connect(coordinator.operator(), folder, count, trainer, executor);
            return new BenchmarkFederation(coordinator, nodes);
        } catch (IOException | InterruptedException | RuntimeException failed) {
            coordinator.close();
            throw failed;
        }
    }

    OperatorHttp operator() {
        return coordinator.operator();
    }

    @Override
    public void close() {
        nodes.close();
        coordinator.close();
    }
}
