package org.dalrn.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dalrn.server.cli.Dalrn;
import org.dalrn.server.gateway.LoggedEvent;

/** {@code dalrn server} in a process of its own, on the same ports and folder however often it is started. */
final class CoordinatorProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final int operatorPort;
    private Process process;

    private CoordinatorProcess(Path folder, int operatorPort) {
        this.folder = folder;
        this.operatorPort = operatorPort;
    }

    /** A coordinator that is ready. */
    static CoordinatorProcess start(Path folder) throws IOException, InterruptedException {
        int nodePort = freePort();
        int operatorPort = freePort();
        Files.writeString(folder.resolve("dalrn.yaml"), """
                data-directory: data
                drain-timeout: 10s
                node: {listen: "127.0.0.1:%d", public-address: "127.0.0.1:%d"}
                operator: {listen: "127.0.0.1:%d"}
                """.formatted(nodePort, nodePort, operatorPort));
        CoordinatorProcess coordinator = new CoordinatorProcess(folder, operatorPort);
        coordinator.launch();
        return coordinator;
    }

    /** Starts the process (again), and waits until it is ready. */
    void launch() throws IOException, InterruptedException {
        Path log = folder.resolve("server.log");
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dalrn.class.getName(),
                        "server",
                        "--config",
                        folder.resolve("dalrn.yaml").toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady()) {
            if (process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS) || System.nanoTime() > limit) {
                throw new IOException("the coordinator did not come up:\n" + Files.readString(log));
            }
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + operatorPort + "/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notUp) {
            return false;
        }
    }

    /** SIGKILL: no handler runs, nothing is flushed. */
    void kill() throws InterruptedException {
        int unused = process.destroyForcibly().waitFor();
    }

    /** SIGTERM; the process's exit code. */
    int terminate(Duration most) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(most.toNanos(), TimeUnit.NANOSECONDS)) {
            kill();
            throw new AssertionError("the coordinator did not end within " + most);
        }
        return process.exitValue();
    }

    /** The text of a join file. */
    String enroll(String node) throws IOException, InterruptedException {
        String json = post("/v1/nodes", BodyPublishers.ofString("{\"node\":\"" + node + "\"}"));
        return field(json, "joinFile").replace("\\n", "\n");
    }

    /** Opens a run of everyone from zeros; its id. */
    String submit(String name, int rounds, int nodes) throws IOException, InterruptedException {
        byte[] zeros = new byte[(int) LoopbackFederation.LAYOUT.byteLength()];
        String model = field(post("/v1/models", BodyPublishers.ofByteArray(zeros)), "model");
        return field(
                post("/v1/runs", BodyPublishers.ofString("""
                                {"name": "%s",
                                 "model": {"tensors": [{"name": "w", "shape": [40, 25]}, {"name": "b", "shape": []}],
                                           "initial": "%s"},
                                 "rounds": %d,
                                 "strategy": {"name": "fedavg", "min-train-nodes": %d, "min-evaluate-nodes": %d,
                                              "min-available-nodes": %d},
                                 "policy": {"train-deadline": "5m", "evaluate-deadline": "5m", "quorum": %d,
                                            "max-attempts": 1},
                                 "max-examples-per-node": 1000, "max-absolute-value": 16}""".formatted(
                                name, model, rounds, nodes, nodes, nodes, nodes))),
                "run");
    }

    /** The run's events so far; with {@code follow} all of them, once the run is over. */
    List<LoggedEvent> events(String run, boolean follow) throws IOException, InterruptedException {
        String body = send(request("/v1/runs/" + run + "/events" + (follow ? "?follow=true" : ""))
                .build());
        return body.lines().map(LoggedEvent::parse).toList();
    }

    private String post(String path, HttpRequest.BodyPublisher body) throws IOException, InterruptedException {
        return send(request(path).POST(body).build());
    }

    private HttpRequest.Builder request(String path) throws IOException {
        String token = Files.readString(folder.resolve("data").resolve("operator.token"))
                .strip();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + operatorPort + path))
                .header("Authorization", "Bearer " + token);
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(request.uri() + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    private static String field(String json, String name) throws IOException {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IOException("no " + name + " in " + json);
        }
        return matcher.group(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        Process unused = process.destroyForcibly();
    }
}
