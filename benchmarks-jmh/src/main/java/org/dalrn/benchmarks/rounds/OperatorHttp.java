package org.dalrn.benchmarks.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dalrn.core.round.Phase;
import org.dalrn.server.gateway.LoggedEvent;

/** The operator API as any client would call it. */
final class OperatorHttp {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final Path tokenFile;

    OperatorHttp(int port, Path tokenFile) {
        this.base = "http://127.0.0.1:" + port;
        this.tokenFile = tokenFile;
    }

    boolean isReady() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notUp) {
            return false;
        }
    }

    /** The text of a join file. */
    String enroll(String node) throws IOException, InterruptedException {
        return post("/v1/nodes", BodyPublishers.ofString("{\"node\":\"" + node + "\"}"))
                .get("joinFile")
                .asText();
    }

    /** The hash of a model of zeros, now in the store. */
    String storeZeros(long bytes) throws IOException, InterruptedException {
        BodyPublisher zeros = BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Zeros(bytes)), bytes);
        return post("/v1/models", zeros).get("model").asText();
    }

    /** The run's id. */
    String submit(String json) throws IOException, InterruptedException {
        return post("/v1/runs", BodyPublishers.ofString(json)).get("run").asText();
    }

    JsonNode run(String run) throws IOException, InterruptedException {
        return get("/v1/runs/" + run);
    }

    JsonNode nodes() throws IOException, InterruptedException {
        return get("/v1/nodes").get("nodes");
    }

    /** Waits until a run is over, asking rarely: an operator who watches every event costs a small machine a part of each round. */
    void awaitEnd(String run) throws IOException, InterruptedException {
        while (!Phase.valueOf(run(run).get("phase").asText()).isOver()) {
            Thread.sleep(50);
        }
    }

    /** The run's events so far. */
    List<LoggedEvent> events(String run) throws IOException, InterruptedException {
        HttpRequest request = authorized("/v1/runs/" + run + "/events").build();
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        List<LoggedEvent> events = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    events.add(LoggedEvent.parse(line));
                }
            }
        }
        return events;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return send(authorized(path).build());
    }

    private JsonNode post(String path, BodyPublisher body) throws IOException, InterruptedException {
        return send(authorized(path)
                .POST(body)
                .header("Content-Type", "application/json")
                .build());
    }

    private HttpRequest.Builder authorized(String path) throws IOException {
        String token = Files.readString(tokenFile).strip();
        return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(request.method() + " " + request.uri() + " was answered " + response.statusCode()
                    + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }

    /** So many zero bytes. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long bytes) {
            left = bytes;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] target, int from, int most) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, most);
            Arrays.fill(target, from, from + count, (byte) 0);
            left -= count;
            return count;
        }
    }
}
