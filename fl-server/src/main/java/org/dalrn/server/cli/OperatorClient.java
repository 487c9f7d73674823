package org.dalrn.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.gateway.OperatorToken;

/** The operator API from the outside. Thread-safe. */
final class OperatorClient {

    private static final Duration ANSWER_TIME = Duration.ofSeconds(60);
    private static final Duration TRANSFER_TIME = Duration.ofHours(1);
    private static final JsonMapper MAPPER = new JsonMapper();

    private final HttpClient http;
    private final URI server;
    private final OperatorToken token;

    OperatorClient(HttpClient http, URI server, OperatorToken token) {
        this.http = http;
        this.server = server;
        this.token = token;
    }

    JsonNode get(String path) throws InterruptedException {
        return json(send(request(path).timeout(ANSWER_TIME).GET().build(), BodyHandlers.ofByteArray())
                .body());
    }

    JsonNode post(String path, String body) throws InterruptedException {
        HttpRequest request = request(path)
                .timeout(ANSWER_TIME)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return json(send(request, BodyHandlers.ofByteArray()).body());
    }

    /** Sends exactly {@code lengthBytes} bytes. */
    JsonNode upload(String path, Supplier<InputStream> bytes, long lengthBytes) throws InterruptedException {
        BodyPublisher body = BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(bytes), lengthBytes);
        HttpRequest request = request(path).timeout(TRANSFER_TIME).POST(body).build();
        return json(send(request, BodyHandlers.ofByteArray()).body());
    }

    /** The bytes that are at a path, to be read to the end and closed. */
    HttpResponse<InputStream> open(String path) throws InterruptedException {
        return send(request(path).GET().build(), BodyHandlers.ofInputStream());
    }

    /** The lines that are at a path, as they come; to be closed. */
    BufferedReader lines(String path) throws InterruptedException {
        return new BufferedReader(new InputStreamReader(open(path).body(), StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).header("Authorization", token.authorization());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws InterruptedException {
        HttpResponse<T> response;
        try {
            response = http.send(request, handler);
        } catch (IOException broken) {
            throw unreachable(broken);
        }
        if (response.statusCode() >= 300) {
            throw refusal(response.statusCode(), response.body());
        }
        return response;
    }

    CliException unreachable(IOException broken) {
        String why = broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage();
        return new CliException(
                ErrorCode.COORDINATOR_UNREACHABLE,
                "no coordinator answers at " + server + " (" + why
                        + "); start one with `dalrn server`, or name another with --server or DALRN_SERVER",
                broken);
    }

    private CliException refusal(int status, Object body) {
        byte[] bytes;
        try {
            bytes = body instanceof InputStream in ? in.readNBytes(1 << 16) : (byte[]) body;
        } catch (IOException broken) {
            throw unreachable(broken);
        }
        try {
            JsonNode error = MAPPER.readTree(bytes);
            String label = error.path("code").asText();
            ErrorCode code = Arrays.stream(ErrorCode.values())
                    .filter(known -> known.label().equals(label))
                    .findFirst()
                    .orElse(ErrorCode.REQUEST_INVALID);
            String detail = error.path("detail").asText("status " + status);
            return new CliException(code, detail);
        } catch (IOException notOurs) {
            return new CliException(
                    ErrorCode.COORDINATOR_UNREACHABLE,
                    "what answers at " + server + " is no coordinator (status " + status + "); check --server",
                    notOurs);
        }
    }

    private JsonNode json(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException notOurs) {
            throw new CliException(
                    ErrorCode.COORDINATOR_UNREACHABLE,
                    "what answers at " + server + " is no coordinator; check --server",
                    notOurs);
        } catch (IOException impossible) {
            throw new UncheckedIOException("bug: reading bytes", impossible);
        }
    }
}
