package org.dalrn.server.gateway;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunState;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.settings.DurationText;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.settings.Settings;
import org.dalrn.server.settings.SettingsException;
import org.dalrn.server.settings.SizeText;
import org.dalrn.server.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator API: HTTP/1.1 and JSON on one port, loopback unless it speaks TLS, every route but {@code /health} and
 * {@code /ready} behind the operator token. Thread-safe.
 *
 * <p>At most {@value #REQUEST_THREADS} requests are worked on at a time, and {@value #MOST_FOLLOWERS} event streams are
 * followed beside them. Where more want to follow, they get the events that there are and the end of the stream, and come
 * again.
 */
public final class OperatorServer implements AutoCloseable {

    static final int REQUEST_THREADS = 16;
    static final int WAITING_REQUESTS = 256;
    static final int MOST_FOLLOWERS = 64;
    static final int LARGEST_JSON_BYTES = 4 << 20;
    static final int EVENTS_AT_A_TIME = 500;

    /** A follower whose client has gone is noticed when the next line is written: at the latest after this time. */
    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final Duration DEFAULT_JOIN_VALIDITY = Duration.ofDays(7);
    private static final Logger LOG = LoggerFactory.getLogger(OperatorServer.class);

    static {
        // Read once by the JDK when its first server is made. Without nodelay an answer waits 40 ms for the client's
        // acknowledgement; the bound on the time that a request takes to arrive is in seconds and covers its body.
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        setIfAbsent("sun.net.httpserver.maxReqTime", "300");
        setIfAbsent("sun.net.httpserver.maxReqHeaders", "64");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Where and how the API listens.
     *
     * @param tls with it the API speaks HTTPS
     * @param insecureAllowPlaintext true lets it leave the loopback interface without TLS
     * @param largestModelBytes the largest initial model that is taken
     */
    public record Endpoint(
            HostPort listen, Optional<SSLContext> tls, boolean insecureAllowPlaintext, long largestModelBytes) {
        public Endpoint {
            requireNonNull(tls, "tls");
            if (tls.isEmpty() && !insecureAllowPlaintext && !listen.isLoopback()) {
                throw new IllegalArgumentException("the operator API would be open to the network at " + listen
                        + " without TLS; give it a certificate, or keep to 127.0.0.1");
            }
        }
    }

    /** One kind of request. */
    record Route(String method, String template, Access access, Action action) {

        enum Access {
            OPEN,
            TOKEN
        }

        Optional<List<String>> match(String path) {
            Matcher matcher =
                    Pattern.compile(template.replace("{}", "([^/]{1,128})")).matcher(path);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            List<String> arguments = new ArrayList<>();
            for (int group = 1; group <= matcher.groupCount(); group++) {
                arguments.add(matcher.group(group));
            }
            return Optional.of(arguments);
        }
    }

    /** What is done for a request; the arguments are what stands for {@code {}} in the template. */
    @FunctionalInterface
    interface Action {
        void run(HttpExchange exchange, List<String> arguments) throws IOException, InterruptedException;
    }

    private final HttpServer http;
    private final Endpoint endpoint;
    private final OperatorToken token;
    private final OperatorPort port;
    private final EarningsShelf earnings;
    private final ExecutorService requests;
    private final ExecutorService followers;
    private final List<Route> routes;
    private volatile boolean closing;

    private OperatorServer(HttpServer http, Endpoint endpoint, OperatorToken token, OperatorPort port) {
        this.http = http;
        this.endpoint = endpoint;
        this.token = token;
        this.port = port;
        this.earnings = new EarningsShelf(port);
        this.requests = new ThreadPoolExecutor(
                REQUEST_THREADS,
                REQUEST_THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_REQUESTS),
                threads("dalrn-operator-"));
        this.followers = new ThreadPoolExecutor(
                0, MOST_FOLLOWERS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), threads("dalrn-follower-"));
        this.routes = List.of(
                new Route("GET", "/health", Route.Access.OPEN, this::health),
                new Route("GET", "/ready", Route.Access.OPEN, this::ready),
                new Route("POST", "/v1/models", Route.Access.TOKEN, this::storeModel),
                new Route("GET", "/v1/models/{}", Route.Access.TOKEN, this::model),
                new Route("POST", "/v1/runs", Route.Access.TOKEN, this::submit),
                new Route("GET", "/v1/runs", Route.Access.TOKEN, this::runs),
                new Route("GET", "/v1/runs/{}", Route.Access.TOKEN, this::run),
                new Route("GET", "/v1/runs/{}/events", Route.Access.TOKEN, this::events),
                new Route("POST", "/v1/runs/{}/stop", Route.Access.TOKEN, this::stop),
                new Route("GET", "/v1/runs/{}/model", Route.Access.TOKEN, this::runModel),
                new Route("GET", "/v1/runs/{}/receipts", Route.Access.TOKEN, this::receipts),
                new Route("GET", "/v1/receipts-key", Route.Access.TOKEN, this::receiptsKey),
                new Route("POST", "/v1/nodes", Route.Access.TOKEN, this::enroll),
                new Route("GET", "/v1/nodes", Route.Access.TOKEN, this::nodes),
                new Route("POST", "/v1/nodes/{}/revoke", Route.Access.TOKEN, this::revoke));
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Opens the port and serves.
     *
     * @throws IOException if the port cannot be opened
     */
    public static OperatorServer start(Endpoint endpoint, OperatorToken token, OperatorPort port) throws IOException {
        requireNonNull(token, "token");
        requireNonNull(port, "port");
        InetSocketAddress address = endpoint.listen().resolve();
        HttpServer http;
        if (endpoint.tls().isPresent()) {
            HttpsServer https = HttpsServer.create(address, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(endpoint.tls().get()));
            http = https;
        } else {
            http = HttpServer.create(address, 0);
        }
        OperatorServer server = new OperatorServer(http, endpoint, token, port);
        http.setExecutor(server.requests);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    /** Where it listens, with the port that the system chose. */
    public InetSocketAddress address() {
        return http.getAddress();
    }

    /** Every route, for the test that none is open by accident. */
    List<Route> routes() {
        return routes;
    }

    /** Ends event streams and requests, frees the port and the threads. */
    @Override
    public void close() {
        closing = true;
        followers.shutdownNow();
        http.stop(0);
        requests.shutdownNow();
    }

    private void handle(HttpExchange exchange) {
        boolean handedOver = false;
        try {
            handedOver = dispatch(exchange);
        } catch (OperatorRefusedException refused) {
            fail(exchange, refused.code(), message(refused), status(refused.code()));
        } catch (StoreException failed) {
            LOG.error(
                    "{} {} failed",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    failed);
            fail(exchange, failed.code(), message(failed), status(failed.code()));
        } catch (SettingsException faulty) {
            fail(exchange, faulty.code(), message(faulty), 400);
        } catch (BadRequest wrong) {
            fail(exchange, ErrorCode.REQUEST_INVALID, message(wrong), wrong.status);
        } catch (IOException broken) {
            // The client's connection or the store's disk: the caller is told if it still listens.
            LOG.warn(
                    "{} {} broke off: {}",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    broken.toString());
            fail(exchange, ErrorCode.STORE_UNAVAILABLE, "the request broke off: " + broken.getMessage(), 503);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            fail(exchange, ErrorCode.STORE_UNAVAILABLE, "the coordinator is stopping", 503);
        } catch (RuntimeException defect) {
            LOG.error(
                    "{} {} failed",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    defect);
            fail(exchange, ErrorCode.INTERNAL, "a defect; the coordinator's log has the details", 500);
        } finally {
            if (!handedOver) {
                exchange.close();
            }
        }
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }

    /** True if another thread goes on with the exchange. */
    private boolean dispatch(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getRawPath();
        Optional<Route> route = Optional.empty();
        TreeSet<String> methods = new TreeSet<>();
        for (Route candidate : routes) {
            if (candidate.match(path).isPresent()) {
                methods.add(candidate.method());
                if (candidate.method().equals(exchange.getRequestMethod())) {
                    route = Optional.of(candidate);
                }
            }
        }
        // What is not open needs the token, whether it exists or not.
        boolean open = route.isPresent() && route.get().access() == Route.Access.OPEN;
        if (!open && !authorized(exchange)) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            throw new OperatorRefusedException(
                    ErrorCode.OPERATOR_TOKEN_REFUSED,
                    "the header Authorization does not hold this coordinator's operator token; send 'Bearer' and the"
                            + " content of the file operator.token");
        }
        if (route.isEmpty()) {
            if (methods.isEmpty()) {
                throw new BadRequest(404, "there is nothing at " + path + "; see docs/operator-api.md");
            }
            exchange.getResponseHeaders().set("Allow", String.join(", ", methods));
            throw new BadRequest(405, path + " takes " + methods + ", not " + exchange.getRequestMethod());
        }
        if (route.get().template().endsWith("/events")
                && parameter(exchange, "follow").equals(Optional.of("true"))) {
            return follow(exchange, route.get().match(path).orElseThrow());
        }
        route.get().action().run(exchange, route.get().match(path).orElseThrow());
        return false;
    }

    private boolean authorized(HttpExchange exchange) {
        List<String> headers = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
        return headers.size() == 1
                && headers.get(0).startsWith("Bearer ")
                && token.matches(headers.get(0).substring("Bearer ".length()));
    }

    private void health(HttpExchange exchange, List<String> arguments) throws IOException {
        answer(exchange, 200, Json.object().put("status", "alive"));
    }

    private void ready(HttpExchange exchange, List<String> arguments) throws IOException {
        Optional<String> reason = port.notReadyBecause();
        if (reason.isPresent()) {
            // The reason can name files: it is for the log, not for callers without the token.
            LOG.warn("not ready: {}", reason.get());
            answer(exchange, 503, Json.object().put("status", "not-ready"));
        } else {
            answer(exchange, 200, Json.object().put("status", "ready"));
        }
    }

    private void storeModel(HttpExchange exchange, List<String> arguments) throws IOException {
        String length = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Length"))
                .orElseThrow(() -> new BadRequest(411, "the header Content-Length is missing"));
        if (!length.matches("[0-9]{1,15}")) {
            throw new BadRequest(400, "Content-Length '" + length + "' is no number of bytes");
        }
        long bytes = Long.parseLong(length);
        if (bytes == 0 || bytes % Float.BYTES != 0) {
            throw new BadRequest(400, "a model of " + bytes + " bytes is no row of float32 values of 4 bytes each");
        }
        if (bytes > endpoint.largestModelBytes()) {
            throw new BadRequest(
                    413,
                    "a model of " + bytes + " bytes is above operator.largest-model, "
                            + SizeText.of(endpoint.largestModelBytes()));
        }
        ContentHash hash = port.storeModel(exchange.getRequestBody(), bytes);
        answer(exchange, 201, Json.object().put("model", hash.toString()).put("bytes", bytes));
    }

    private void model(HttpExchange exchange, List<String> arguments) throws IOException {
        send(exchange, hash(arguments.get(0)));
    }

    private void runModel(HttpExchange exchange, List<String> arguments) throws IOException {
        send(exchange, require(arguments.get(0)).model());
    }

    private void send(HttpExchange exchange, ContentHash hash) throws IOException {
        try (OperatorPort.ModelBytes model = port.openModel(hash)
                .orElseThrow(() ->
                        new OperatorRefusedException(ErrorCode.BLOB_NOT_FOUND, "the store has no model " + hash))) {
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            exchange.getResponseHeaders().set("Dalrn-Model", hash.toString());
            exchange.sendResponseHeaders(200, model.lengthBytes());
            try (OutputStream out = exchange.getResponseBody()) {
                model.bytes().transferTo(out);
            }
        }
    }

    private void receipts(HttpExchange exchange, List<String> arguments) throws IOException {
        RunId run = require(arguments.get(0)).run();
        String blobs = parameter(exchange, "blobs").orElse("true");
        if (!blobs.equals("true") && !blobs.equals("false")) {
            throw new BadRequest(400, "blobs '" + blobs + "' is neither true nor false");
        }
        try (OperatorPort.ReceiptBytes bundle = port.openReceipts(run, blobs.equals("true"))) {
            exchange.getResponseHeaders().set("Content-Type", "application/x-tar");
            exchange.sendResponseHeaders(200, bundle.lengthBytes());
            try (OutputStream out = exchange.getResponseBody()) {
                bundle.bytes().transferTo(out);
            }
        }
    }

    private void receiptsKey(HttpExchange exchange, List<String> arguments) throws IOException {
        OperatorPort.ReceiptsKey key = port.receiptsKey();
        answer(
                exchange,
                200,
                Json.object()
                        .put("origin", key.origin())
                        .put("publicKey", key.publicKey())
                        .put("keyId", key.keyId()));
    }

    private void submit(HttpExchange exchange, List<String> arguments) throws IOException {
        RunFile file = RunFile.parseJson(body(exchange));
        ContentHash initial = ((InitialModel.Stored) file.initial()).hash();
        RunId run = port.submit(file.spec(initial), file.seed());
        answer(exchange, 201, Json.object().put("run", run.value()));
    }

    private void runs(HttpExchange exchange, List<String> arguments) throws IOException {
        ObjectNode out = Json.object();
        ArrayNode list = out.putArray("runs");
        port.runs().forEach(state -> list.add(Json.run(state)));
        answer(exchange, 200, out);
    }

    private void run(HttpExchange exchange, List<String> arguments) throws IOException, InterruptedException {
        RunState state = require(arguments.get(0));
        ObjectNode out =
                Json.run(state, port.traffic(state.run()), port.progress(state.run()), port.witnessing(state.run()));
        if (state.spec().incentive().isPresent()) {
            out.set("incentive", earnings.of(state.run(), Json::earnings));
        }
        answer(exchange, 200, out);
    }

    private void stop(HttpExchange exchange, List<String> arguments) throws IOException {
        RunId run = require(arguments.get(0)).run();
        Settings body = settings(exchange);
        var reason = body.root().value("reason", "by the operator", OperatorServer::reason);
        body.throwIfFaulty();
        answer(exchange, 200, Json.run(port.stop(run, reason.get())));
    }

    private static String reason(String text) {
        if (text.isBlank() || text.length() > 500) {
            throw new IllegalArgumentException("has " + text.length() + " characters, allowed are 1 to 500");
        }
        return text;
    }

    private void enroll(HttpExchange exchange, List<String> arguments) throws IOException {
        Settings body = settings(exchange);
        var node = body.root().required("node", "\"node\": \"hospital-a\"", NodeId::new);
        var validity = body.root()
                .value(
                        "validity",
                        DurationText.of(DEFAULT_JOIN_VALIDITY),
                        DurationText.between(Duration.ofMinutes(1), Duration.ofDays(90)));
        body.throwIfFaulty();
        JoinFile file = port.enroll(node.get(), validity.get());
        answer(
                exchange,
                201,
                Json.object()
                        .put("node", file.node().value())
                        .put("coordinator", file.coordinator().toString())
                        .put("expires", file.expires().toString())
                        .put("joinFile", file.text()));
    }

    private void nodes(HttpExchange exchange, List<String> arguments) throws IOException {
        ObjectNode out = Json.object();
        ArrayNode list = out.putArray("nodes");
        port.nodes().forEach(node -> list.add(Json.node(node)));
        answer(exchange, 200, out);
    }

    private void revoke(HttpExchange exchange, List<String> arguments) throws IOException {
        NodeId node = identifier(arguments.get(0), NodeId::new);
        port.revoke(node);
        answer(
                exchange,
                200,
                Json.object().put("node", node.value()).put("status", OperatorPort.NodeStatus.REVOKED.name()));
    }

    private void events(HttpExchange exchange, List<String> arguments) throws IOException, InterruptedException {
        RunId run = require(arguments.get(0)).run();
        stream(exchange, run, after(exchange), false);
    }

    private boolean follow(HttpExchange exchange, List<String> arguments) throws IOException, InterruptedException {
        RunId run = require(arguments.get(0)).run();
        long after = after(exchange);
        try {
            followers.execute(() -> {
                try (exchange) {
                    stream(exchange, run, after, true);
                } catch (IOException gone) {
                    LOG.debug("a follower of run {} has gone: {}", run, gone.toString());
                } catch (InterruptedException stopping) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException defect) {
                    LOG.error("following run {} failed", run, defect);
                }
            });
            return true;
        } catch (RejectedExecutionException tooMany) {
            stream(exchange, run, after, false);
            return false;
        }
    }

    private void stream(HttpExchange exchange, RunId run, long from, boolean follow)
            throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
        exchange.sendResponseHeaders(200, 0);
        long after = from;
        try (OutputStream out = exchange.getResponseBody()) {
            while (!closing) {
                List<LoggedEvent> events =
                        port.events(run, after, EVENTS_AT_A_TIME, follow ? HEARTBEAT : Duration.ZERO);
                StringBuilder lines = new StringBuilder();
                for (LoggedEvent event : events) {
                    lines.append(event.line()).append('\n');
                    after = event.seq();
                }
                if (events.isEmpty()) {
                    long last = after;
                    boolean complete = port.run(run)
                            .filter(state -> state.phase().isOver() && state.eventCount() <= last)
                            .isPresent();
                    if (!follow || complete) {
                        return;
                    }
                    // An empty line: clients skip it, and a client that has gone is noticed.
                    lines.append('\n');
                }
                out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    private static long after(HttpExchange exchange) {
        String text = parameter(exchange, "after").orElse("0");
        if (!text.matches("[0-9]{1,18}")) {
            throw new BadRequest(400, "after '" + text + "' is no number of an event; 0 is before the first");
        }
        return Long.parseLong(text);
    }

    private static Optional<String> parameter(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getRawQuery();
        if (query == null) {
            return Optional.empty();
        }
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return Optional.of(pair.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }

    private RunState require(String text) {
        RunId run = identifier(text, RunId::new);
        return port.run(run)
                .orElseThrow(() -> new OperatorRefusedException(
                        ErrorCode.RUN_NOT_FOUND,
                        "there is no run '" + run + "'; `dalrn run list` shows those there are"));
    }

    private static ContentHash hash(String text) {
        return identifier(text, ContentHash::parse);
    }

    private static <T> T identifier(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException wrong) {
            throw new BadRequest(400, message(wrong));
        }
    }

    private static Settings settings(HttpExchange exchange) throws IOException {
        String body = body(exchange);
        return Settings.json("the request", body.isBlank() ? "{}" : body, ErrorCode.REQUEST_INVALID);
    }

    private static String body(HttpExchange exchange) throws IOException {
        try (InputStream in = exchange.getRequestBody()) {
            byte[] bytes = in.readNBytes(LARGEST_JSON_BYTES + 1);
            if (bytes.length > LARGEST_JSON_BYTES) {
                throw new BadRequest(413, "the request is above " + LARGEST_JSON_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static int status(ErrorCode code) {
        return switch (code) {
            case OPERATOR_TOKEN_REFUSED -> 401;
            case RUN_NOT_FOUND, BLOB_NOT_FOUND, UNKNOWN_NODE -> 404;
            case REQUEST_INVALID, RUN_FILE_INVALID -> 400;
            case STORE_UNAVAILABLE -> 503;
            case INTERNAL, BLOB_DAMAGED, LOG_DAMAGED -> 500;
            default -> 409;
        };
    }

    private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = (body + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static void fail(HttpExchange exchange, ErrorCode code, String detail, int status) {
        if (exchange.getResponseCode() != -1) {
            // The answer is under way; closing the connection early is the only way to say that it is not whole.
            return;
        }
        exchange.getResponseHeaders().set("Connection", "close");
        try {
            if (code != ErrorCode.OPERATOR_TOKEN_REFUSED) {
                drain(exchange);
            }
            answer(exchange, status, Json.error(code, detail));
        } catch (IOException gone) {
            LOG.debug("nobody is left to hear {}: {}", code.label(), gone.toString());
        }
    }

    /**
     * Passes over the body of a refused request, up to a bound: a connection that is closed with bytes unread is reset, and the reset can
     * overtake the answer. Whoever has no token gets no such courtesy.
     */
    private static void drain(HttpExchange exchange) {
        byte[] waste = new byte[8192];
        InputStream body = exchange.getRequestBody();
        try {
            for (long left = LARGEST_JSON_BYTES; left > 0; ) {
                int count = body.read(waste, 0, (int) Math.min(waste.length, left));
                if (count < 0) {
                    return;
                }
                left -= count;
            }
        } catch (IOException nothingLeft) {
            LOG.debug("a refused request's body was read or its line is gone: {}", nothingLeft.toString());
        }
    }

    /** A request that is not understood; nothing was done. */
    private static final class BadRequest extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        BadRequest(int status, String message) {
            super(message);
            this.status = status;
        }
    }
}
