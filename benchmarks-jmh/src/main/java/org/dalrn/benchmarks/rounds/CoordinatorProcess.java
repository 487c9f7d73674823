package org.dalrn.benchmarks.rounds;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A coordinator in a process of its own, on the same ports and folder however often it is started. */
final class CoordinatorProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final long samplePauseMillis;
    private final OperatorHttp operator;
    private Process process;

    private CoordinatorProcess(Path folder, long samplePauseMillis, OperatorHttp operator, Process process) {
        this.folder = folder;
        this.samplePauseMillis = samplePauseMillis;
        this.operator = operator;
        this.process = process;
    }

    /**
     * A coordinator that is ready.
     *
     * @param samplePauseMillis time between two memory samples; each costs a full collection
     */
    static CoordinatorProcess start(Path folder, long samplePauseMillis) throws IOException, InterruptedException {
        int nodePort = freePort();
        int operatorPort = freePort();
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("dalrn.yaml"), """
                data-directory: data
                node: {listen: "127.0.0.1:%d", public-address: "127.0.0.1:%d"}
                operator: {listen: "127.0.0.1:%d"}
                """.formatted(nodePort, nodePort, operatorPort));
        OperatorHttp operator =
                new OperatorHttp(operatorPort, folder.resolve("data").resolve("operator.token"));
        CoordinatorProcess coordinator =
                new CoordinatorProcess(folder, samplePauseMillis, operator, launch(folder, samplePauseMillis));
        coordinator.awaitReady();
        return coordinator;
    }

    private static Process launch(Path folder, long samplePauseMillis) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx2g", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(
                MeasuredCoordinator.class.getName(),
                folder.resolve("peak").toString(),
                Long.toString(samplePauseMillis),
                "server",
                "--config",
                folder.resolve("dalrn.yaml").toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("server.log").toFile()))
                .start();
    }

    private void awaitReady() throws IOException, InterruptedException {
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        while (!operator.isReady()) {
            if (!process.isAlive() || System.nanoTime() > limit) {
                throw new IOException(
                        "the coordinator did not come up:\n" + Files.readString(folder.resolve("server.log")));
            }
            Thread.sleep(20);
        }
    }

    OperatorHttp operator() {
        return operator;
    }

    /** SIGKILL: no handler runs, nothing is flushed. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again where it was killed; returns the time until it was ready. */
    Duration restart() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        process = launch(folder, samplePauseMillis);
        awaitReady();
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** The largest number of bytes held since the start. */
    long peakBytes() throws IOException, InterruptedException {
        while (true) {
            try {
                return Long.parseLong(Files.readString(folder.resolve("peak")));
            } catch (NoSuchFileException notYet) {
                Thread.sleep(samplePauseMillis);
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
