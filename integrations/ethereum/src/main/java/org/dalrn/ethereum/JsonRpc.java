package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks a node of a chain by JSON-RPC over HTTP. An answer has at most 4 MiB and all of it is there in time, or there is none.
 * Thread-safe.
 */
final class JsonRpc {

    static final JsonMapper MAPPER = new JsonMapper();

    private static final int MOST_BYTES = 4 << 20;
    private static final int OK = 200;

    private final HttpClient http;
    private final URI node;
    private final Duration timeout;
    private final AtomicLong ids = new AtomicLong();

    /**
     * @param node http or https; its path may be a secret of the node's operator and is never shown
     * @param timeout for a whole answer
     * @throws IllegalArgumentException if it is another kind of URI
     */
    JsonRpc(URI node, Duration timeout) {
        if (!isHttp(node)) {
            throw new IllegalArgumentException(
                    "a node is asked at an http or https address with a host, not at one of scheme "
                            + node.getScheme());
        }
        this.node = node;
        this.timeout = requireNonNull(timeout, "timeout");
        this.http = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    static boolean isHttp(URI node) {
        return ("http".equals(node.getScheme()) || "https".equals(node.getScheme())) && node.getHost() != null;
    }

    /** The node without anything that could be secret. */
    String name() {
        return node.getScheme() + "://" + node.getHost() + (node.getPort() < 0 ? "" : ":" + node.getPort());
    }

    /**
     * The result of a method.
     *
     * @throws ChainUnavailableException if no usable answer comes
     * @throws ChainRefusalException if the answer is an error
     */
    JsonNode call(String method, Object... parameters) {
        long id = ids.incrementAndGet();
        ObjectNode question =
                MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", id).put("method", method);
        question.set("params", MAPPER.valueToTree(parameters));
        JsonNode answer = parse(method, send(method, question.toString()));
        if (answer.path("id").asLong(-1) != id) {
            throw new ChainUnavailableException(name() + " answered another question than " + method);
        }
        JsonNode error = answer.path("error");
        if (error.isObject()) {
            throw new ChainRefusalException(
                    error.path("code").asInt(),
                    method + " was refused: "
                            + Quantity.excerpt(error.path("message").asText()) + " (error "
                            + error.path("code").asInt() + data(error.path("data")) + ")");
        }
        if (!answer.has("result")) {
            throw new ChainUnavailableException(name() + " answered " + method + " without a result");
        }
        return answer.path("result");
    }

    /** What a contract gave as the reason, if it did. */
    private static String data(JsonNode data) {
        return data.isTextual() ? ", " + ContractError.explain(data.asText()) : "";
    }

    private byte[] send(String method, String question) {
        HttpRequest request = HttpRequest.newBuilder(node)
                .header("Content-Type", "application/json")
                .timeout(timeout)
                .POST(HttpRequest.BodyPublishers.ofString(question))
                .build();
        // The request's own timeout ends with the headers.
        CompletableFuture<HttpResponse<byte[]>> pending = http.sendAsync(request, info -> new BoundedBody(MOST_BYTES));
        try {
            HttpResponse<byte[]> response = pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            // Some nodes give errors of JSON-RPC another status; a body that is none is found below.
            if (response.statusCode() != OK && response.body().length == 0) {
                throw new ChainUnavailableException(
                        name() + " answered " + method + " with HTTP status " + response.statusCode());
            }
            return response.body();
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new ChainUnavailableException(
                    name() + " did not answer " + method + ": "
                            + cause.getClass().getSimpleName(),
                    cause);
        } catch (TimeoutException late) {
            pending.cancel(true);
            throw new ChainUnavailableException(
                    name() + " did not answer " + method + " in " + timeout.toMillis() + " ms", late);
        } catch (InterruptedException stopped) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new ChainUnavailableException("interrupted while " + name() + " was asked " + method, stopped);
        }
    }

    private JsonNode parse(String method, byte[] answer) {
        try {
            JsonNode tree = MAPPER.readTree(answer);
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (JsonProcessingException notJson) {
            throw new ChainUnavailableException(
                    name() + " answered " + method + " with something that is no JSON", notJson);
        } catch (java.io.IOException impossible) {
            throw new IllegalStateException("bug: nothing is read here but memory", impossible);
        }
        throw new ChainUnavailableException(name() + " answered " + method + " with something that is no JSON object");
    }

    /** Collects a body until it is larger than it may be. */
    private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
        private final int most;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private Flow.@org.jspecify.annotations.Nullable Subscription source;

        BoundedBody(int most) {
            this.most = most;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source = subscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (buffer.remaining() > most - bytes.size()) {
                    requireNonNull(source, "source").cancel();
                    body.completeExceptionally(
                            new ChainUnavailableException("the node's answer has more than " + most + " bytes"));
                    return;
                }
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.writeBytes(part);
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }
    }
}
