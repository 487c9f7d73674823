package org.dalrn.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.server.combine.PlainCombiner;
import org.dalrn.server.gateway.JoinFile;
import org.dalrn.server.gateway.OperatorPort;
import org.dalrn.server.gateway.OperatorServer;
import org.dalrn.server.gateway.OperatorToken;
import org.dalrn.server.gateway.PemTls;
import org.dalrn.server.identity.CertificateAuthority;
import org.dalrn.server.identity.ServerCertificate;
import org.dalrn.server.receipts.Cosigning;
import org.dalrn.server.receipts.LogKey;
import org.dalrn.server.receipts.ReceiptLog;
import org.dalrn.server.rounds.RoundTimers;
import org.dalrn.server.rounds.RunConductor;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.DataDirectory;
import org.dalrn.server.store.Database;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.store.NodeRegistry;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.transport.NodePorts;
import org.dalrn.server.transport.NodeServer;
import org.dalrn.server.transport.NodeServerSettings;
import org.dalrn.server.utility.Utilities;
import org.dalrn.server.witness.WitnessClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running coordinator of a federation.
 *
 * <p>Everything that it has promised lies in its data directory: killed at any moment and started again on the same directory, it goes
 * on to the same models, bit for bit. Thread-safe.
 */
public final class Coordinator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final long LAST_SECONDS = 10;
    private static final Duration WITNESS_TIMEOUT = Duration.ofSeconds(10);

    /** What was started, the last first; stopped in this order. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private NodeServer nodes;
    private OperatorServer operators;
    private OperatorPort port;

    /**
     * Opens the data directory, goes on with the runs in it, and serves nodes and operators.
     *
     * @throws StoreException {@code DATA_DIRECTORY_IN_USE}, {@code STORE_UNAVAILABLE} or {@code LOG_DAMAGED}
     * @throws IOException if an address cannot be listened on, or a key or certificate cannot be read
     */
    public static Coordinator start(CoordinatorConfig config) throws IOException {
        return new Coordinator(config, InstantSource.system(), new SecureRandom());
    }

    @SuppressWarnings("NullAway.Init") // open() sets every field or the constructor throws
    private Coordinator(CoordinatorConfig config, InstantSource wallClock, SecureRandom random) throws IOException {
        try {
            open(config, wallClock, random);
        } catch (IOException | RuntimeException failure) {
            stopAll();
            throw failure;
        }
    }

    private void open(CoordinatorConfig config, InstantSource wallClock, SecureRandom random) throws IOException {
        DataDirectory directory = keep(DataDirectory.open(config.dataDirectory()));
        Database database = keep(Database.open(directory.database()));
        EventStore events = new EventStore(database);
        LogKey key =
                LogKey.open(config.receipts().keyFile(), config.receipts().origin(), !events.hasCheckpoints(), random);
        ReceiptLog log = ReceiptLog.open(events, key);
        BlobStore blobs = BlobStore.open(directory);
        NodeRegistry registry = NodeRegistry.open(database, wallClock, random);
        ExecutorService workers =
                threads("dalrn-combine", Math.min(4, Runtime.getRuntime().availableProcessors()));
        ExecutorService owner = threads("dalrn-conductor", 1);
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, named("dalrn-timer"));
        timers.setRemoveOnCancelPolicy(true);
        keep(() -> stop(timers));
        // Before the conductor, so that it is closed after it: no run is signed when nobody listens.
        Cosigning cosigning = cosigning(config.receipts().witnesses(), log, timers, random);
        SessionLink link = new SessionLink();
        RunConductor conductor = keep(RunConductor.start(new RunConductor.Surroundings(
                log,
                blobs,
                new PlainCombiner(blobs, workers, Utilities.installed()),
                link,
                owner,
                onExecutor(timers),
                new SteadyClock(wallClock),
                config.session().resumeGrace())));
        CertificateAuthority authority = authority(config, directory, wallClock, random);
        nodes = keep(NodeServer.start(
                settings(config),
                authority,
                certificate(config, authority),
                new NodePorts(conductor, registry, blobs, blobs),
                wallClock,
                random));
        link.serve(nodes);
        HostPort joinAddress = config.node()
                .publicAddress()
                .orElseGet(() -> new HostPort("localhost", nodes.address().getPort()));
        port = new Operations(
                conductor,
                blobs,
                log,
                cosigning,
                Operations.exportFolder(directory.receipts()),
                registry,
                nodes,
                authority.certificate(),
                joinAddress,
                random);
        operators = keep(OperatorServer.start(
                endpoint(config), OperatorToken.readOrCreate(config.operator().tokenFile(), random), port));
        LOG.info(
                "coordinator started nodes={} operators={} data={}",
                nodes.address(),
                operators.address(),
                directory.root());
    }

    private Cosigning cosigning(
            List<CoordinatorConfig.WitnessAddress> witnesses,
            ReceiptLog log,
            ScheduledThreadPoolExecutor timers,
            SecureRandom random) {
        Executor executor = witnesses.isEmpty() ? Runnable::run : threads("dalrn-witness", 1);
        return Cosigning.start(
                log,
                witnesses.stream()
                        .map(witness -> new WitnessClient(witness.url(), witness.verifier(), WITNESS_TIMEOUT))
                        .toList(),
                executor,
                (delay, task) -> {
                    ScheduledFuture<?> unused = timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                },
                random);
    }

    private static CertificateAuthority authority(
            CoordinatorConfig config, DataDirectory directory, InstantSource clock, SecureRandom random)
            throws IOException {
        Optional<CoordinatorConfig.PemPair> own = config.node().authority();
        return own.isPresent()
                ? CertificateAuthority.of(
                        own.get().certificate(), own.get().privateKey(), directory.tls(), clock, random)
                : CertificateAuthority.open(directory.tls(), clock, random);
    }

    private static ServerCertificate certificate(CoordinatorConfig config, CertificateAuthority authority)
            throws IOException {
        Optional<CoordinatorConfig.PemPair> own = config.node().certificate();
        return own.isPresent()
                ? authority.ownCertificate(own.get().certificate(), own.get().privateKey())
                : authority.serverCertificate(names(config));
    }

    private static NodeServerSettings settings(CoordinatorConfig config) {
        NodeServerSettings usual = NodeServerSettings.usual(
                config.node().listen().resolve(), config.node().certificateValidity());
        return usual.with(new NodeServerSettings.Transfers(
                config.uploads().concurrent(),
                config.downloads().concurrent(),
                config.uploads().leastProgressBytesPerSecond(),
                config.uploads().grace()));
    }

    private static OperatorServer.Endpoint endpoint(CoordinatorConfig config) throws IOException {
        CoordinatorConfig.OperatorSide side = config.operator();
        Optional<SSLContext> tls = Optional.empty();
        if (side.tls().isPresent()) {
            CoordinatorConfig.PemPair pair = side.tls().get();
            tls = Optional.of(PemTls.serverContext(pair.certificate(), pair.privateKey()));
        }
        return new OperatorServer.Endpoint(side.listen(), tls, side.insecureAllowPlaintext(), side.largestModelBytes());
    }

    private static Set<String> names(CoordinatorConfig config) {
        Set<String> names = new TreeSet<>(Set.of("localhost", "127.0.0.1"));
        config.node().publicAddress().ifPresent(address -> names.add(address.host()));
        String listen = config.node().listen().host();
        InetAddress bound = config.node().listen().resolve().getAddress();
        if (bound != null && !bound.isAnyLocalAddress()) {
            names.add(listen);
        }
        return names;
    }

    private static RoundTimers onExecutor(ScheduledThreadPoolExecutor timers) {
        return (delay, task) -> {
            ScheduledFuture<?> future = timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        };
    }

    private ExecutorService threads(String name, int count) {
        ExecutorService executor = Executors.newFixedThreadPool(count, named(name));
        keep(() -> stop(executor));
        return executor;
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static void stop(ExecutorService executor) throws InterruptedException {
        executor.shutdownNow();
        if (!executor.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("a thread did not end in {} s", LAST_SECONDS);
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        started.push(resource);
        return resource;
    }

    /** Where nodes connect to. */
    public InetSocketAddress nodeAddress() {
        return nodes.address();
    }

    /** Where operators connect to. */
    public InetSocketAddress operatorAddress() {
        return operators.address();
    }

    /** Everything that operators may do, without the way over HTTP. */
    public OperatorPort operations() {
        return port;
    }

    /** Takes a model's bytes into the store; see {@link OperatorPort#storeModel}. */
    public ContentHash storeModel(InputStream bytes, long lengthBytes) throws IOException {
        return port.storeModel(bytes, lengthBytes);
    }

    /** Opens a run with a seed from {@link SecureRandom}; see {@link OperatorPort#submit}. */
    public RunId submit(RunSpec spec) {
        return port.submit(spec, Optional.empty());
    }

    /** The state of a run after its last durable event. */
    public Optional<RunState> run(RunId run) {
        return port.run(run);
    }

    /** Makes a join file; see {@link OperatorPort#enroll}. */
    public JoinFile enroll(NodeId node, Duration validity) {
        return port.enroll(node, validity);
    }

    /**
     * Tells the nodes that the coordinator stops, takes no new call and lets transfers come to their end; to be closed afterwards.
     *
     * @return true if everything came to its end in time
     */
    public boolean drain(Duration most) throws InterruptedException {
        return nodes.drain(most);
    }

    /** Stops taking anything, finishes the transaction in progress, and closes the data directory. */
    @Override
    public void close() {
        stopAll();
    }

    private void stopAll() {
        while (!started.isEmpty()) {
            AutoCloseable next = started.pop();
            try {
                next.close();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } catch (Exception failure) {
                LOG.warn("{} did not close: {}", requireNonNull(next).getClass().getSimpleName(), failure.toString());
            }
        }
    }
}
