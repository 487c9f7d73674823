package org.dalrn.server.witness;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.witness.AddCheckpointRequest;
import org.dalrn.podp.witness.Witness;
import org.dalrn.podp.witness.WitnessOutcome;
import org.dalrn.podp.witness.WitnessOutcome.Conflict;
import org.dalrn.podp.witness.WitnessOutcome.Cosigned;
import org.dalrn.podp.witness.WitnessOutcome.Refused;
import org.dalrn.server.settings.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port of a witness: {@code POST /add-checkpoint}, and {@code GET /<SHA-256 of an origin>/checkpoint} for
 * whoever wants to compare.
 *
 * <p>Anybody may ask: what counts is who signed the checkpoint. A request has at most
 * {@link AddCheckpointRequest#MOST_BYTES} bytes and half a minute to arrive; {@value #THREADS} are under way at once and
 * {@value #WAITING} wait, further connections are closed. Thread-safe.
 */
public final class WitnessServer implements AutoCloseable {

    static final int THREADS = 64;
    static final int WAITING = 256;

    private static final Logger LOG = LoggerFactory.getLogger(WitnessServer.class);
    private static final Pattern CHECKPOINT = Pattern.compile("/([0-9a-f]{64})/checkpoint");
    private static final String PLAIN = "text/plain; charset=utf-8";

    static {
        // Read once by the JDK when its first server is made; see OperatorServer, which sets its own if it comes first.
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        setIfAbsent("sun.net.httpserver.maxReqTime", "30");
        setIfAbsent("sun.net.httpserver.maxRspTime", "30");
        setIfAbsent("sun.net.httpserver.maxReqHeaders", "64");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private final HttpServer http;
    private final ExecutorService requests;
    private final Witness witness;

    private WitnessServer(HttpServer http, Witness witness) {
        this.http = http;
        this.witness = witness;
        AtomicInteger number = new AtomicInteger();
        this.requests = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "dalrn-witness-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Opens the port and serves.
     *
     * @param witness stays open when the server is closed
     * @throws IOException if the port cannot be opened
     */
    public static WitnessServer start(HostPort listen, Witness witness) throws IOException {
        requireNonNull(witness, "witness");
        InetSocketAddress address = listen.resolve();
        if (address.isUnresolved()) {
            throw new IOException("the host " + listen.host() + " is unknown");
        }
        WitnessServer server = new WitnessServer(HttpServer.create(address, 0), witness);
        server.http.setExecutor(server.requests);
        server.http.createContext("/", server::handle);
        server.http.start();
        return server;
    }

    /** Where it listens, with the port that the system chose. */
    public InetSocketAddress address() {
        return http.getAddress();
    }

    /** Takes no more requests, lets those under way finish for ten seconds, and frees the port and the threads. */
    @Override
    public void close() {
        // First the threads: the JDK's own stop either cuts answers off or waits its whole delay.
        requests.shutdown();
        try {
            if (!requests.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("requests to the witness are still under way after 10 s");
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        http.stop(0);
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            try {
                dispatch(exchange);
            } catch (RuntimeException failed) {
                LOG.error("the witness cannot answer", failed);
                answer(exchange, 500, PLAIN, "this witness cannot answer now; its operator's log tells why\n");
            }
        } catch (IOException gone) {
            LOG.debug("a request to the witness broke off", gone);
        }
    }

    private void dispatch(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        Matcher checkpoint = CHECKPOINT.matcher(path);
        if (path.equals("/add-checkpoint")) {
            if (allows(exchange, "POST")) {
                addCheckpoint(exchange);
            }
        } else if (checkpoint.matches()) {
            if (allows(exchange, "GET")) {
                Optional<SignedNote> note = witness.latest(Sha256Hash.parse(checkpoint.group(1)));
                answer(
                        exchange,
                        note.isPresent() ? 200 : 404,
                        PLAIN,
                        note.map(SignedNote::toString).orElse("no checkpoint of this log was cosigned here\n"));
            }
        } else {
            answer(exchange, 404, PLAIN, "there is only POST /add-checkpoint and GET /<hash>/checkpoint\n");
        }
    }

    private static boolean allows(HttpExchange exchange, String method) throws IOException {
        if (exchange.getRequestMethod().equals(method)) {
            return true;
        }
        exchange.getResponseHeaders().set("Allow", method);
        answer(exchange, 405, PLAIN, "this takes " + method + " only\n");
        return false;
    }

    private void addCheckpoint(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(AddCheckpointRequest.MOST_BYTES + 1);
        if (body.length > AddCheckpointRequest.MOST_BYTES) {
            answer(exchange, 413, PLAIN, "a request has at most " + AddCheckpointRequest.MOST_BYTES + " bytes\n");
            return;
        }
        WitnessOutcome outcome = witness.addCheckpoint(body);
        if (outcome instanceof Cosigned cosigned) {
            answer(exchange, outcome.status(), PLAIN, cosigned.line().line() + "\n");
        } else if (outcome instanceof Conflict conflict) {
            answer(exchange, outcome.status(), "text/x.tlog.size", conflict.knownSize() + "\n");
        } else if (outcome instanceof Refused refused) {
            refused.evidence()
                    .ifPresent(evidence -> LOG.error(
                            "the log {} signed two roots of size {}; the evidence is kept",
                            evidence.origin(),
                            evidence.size()));
            answer(exchange, outcome.status(), PLAIN, refused.detail() + "\n");
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
