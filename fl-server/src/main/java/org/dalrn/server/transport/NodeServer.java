package org.dalrn.server.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.v1.CoordinatorMessage;
import org.dalrn.protocol.v1.Draining;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.TaskCancelled;
import org.dalrn.protocol.v1.TaskSettled;
import org.dalrn.server.identity.CertificateAuthority;
import org.dalrn.server.identity.ServerCertificate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's side of {@code docs/wire.md}: one gRPC service over TLS 1.3.
 *
 * <p>A fixed number of threads serves any number of nodes; what is held in memory grows with the concurrent transfers of
 * the settings, not with the nodes. Thread-safe.
 */
public final class NodeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);

    /** Of a reset flood (CVE-2023-44487) so many frames are borne in so many seconds. */
    private static final int MAX_RESETS = 200;

    private static final int RESET_SECONDS = 30;
    private static final Duration STOP = Duration.ofSeconds(10);

    /** What a closing channel still has to tell its event loop comes within this. */
    private static final Duration QUIET = Duration.ofMillis(50);

    private final NodeServerSettings settings;
    private final Sessions sessions;
    private final Traffic traffic;
    private final Server server;
    private final Resources resources;

    /** gRPC forgets it when the server has drained. */
    private final InetSocketAddress address;

    /** What has to be stopped, in this order, when the server is. */
    private record Resources(
            EventLoopGroup eventLoops,
            ThreadPoolExecutor calls,
            ThreadPoolExecutor transfers,
            @Nullable SystemTimers ownTimers) {}

    private NodeServer(
            NodeServerSettings settings, Sessions sessions, Traffic traffic, Server server, Resources resources) {
        this.settings = settings;
        this.sessions = sessions;
        this.traffic = traffic;
        this.server = server;
        this.resources = resources;
        this.address = (InetSocketAddress) server.getListenSockets().get(0);
    }

    /**
     * Starts to serve.
     *
     * @param clock judges the validity of certificates
     * @param random draws challenges and session ids
     * @throws IOException if the address cannot be listened on
     */
    public static NodeServer start(
            NodeServerSettings settings,
            CertificateAuthority authority,
            ServerCertificate certificate,
            NodePorts ports,
            InstantSource clock,
            SecureRandom random)
            throws IOException {
        SystemTimers timers = new SystemTimers(new DefaultThreadFactory("dalrn-node-timer", true));
        return start(settings, authority, certificate, ports, clock, random, timers, timers);
    }

    /** The same with a time of the caller's. */
    static NodeServer start(
            NodeServerSettings settings,
            CertificateAuthority authority,
            ServerCertificate certificate,
            NodePorts ports,
            InstantSource clock,
            SecureRandom random,
            Timers timers,
            @Nullable SystemTimers ownTimers)
            throws IOException {
        SslContext tls = tls(certificate);
        NodeServerSettings.Threads threads = settings.threads();
        ThreadPoolExecutor calls = pool("dalrn-node-call", threads.calls());
        ThreadPoolExecutor transfers = pool("dalrn-node-transfer", threads.transfers());
        DefaultThreadFactory loopThreads = new DefaultThreadFactory("dalrn-node-loop", true);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                threads.eventLoops(),
                loopThreads,
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Class<? extends ServerChannel> channel =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        // One arena for each event loop, chunks of 2 MiB, no caches for the threads of the pools.
        PooledByteBufAllocator buffers =
                new PooledByteBufAllocator(true, 1, threads.eventLoops(), 8 << 10, 8, 64, 32, false);
        Sessions sessions = new Sessions(ports.rounds());
        Traffic traffic = new Traffic();
        Wiring wiring = new Wiring(
                requireNonNull(settings, "settings"),
                requireNonNull(authority, "authority"),
                ports,
                random,
                timers,
                calls,
                transfers,
                sessions,
                new RequestVerifier(sessions, ports.nodes(), clock),
                new Slots(settings.transfers().concurrentUploads()),
                new Slots(settings.transfers().concurrentDownloads()),
                new ActiveUploads(),
                traffic);
        Resources resources = new Resources(loops, calls, transfers, ownTimers);
        NodeServerSettings.Connections limits = settings.connections();
        Server server = NettyServerBuilder.forAddress(settings.listen())
                .channelType(channel)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .withChildOption(ChannelOption.ALLOCATOR, buffers)
                .withChildOption(ChannelOption.TCP_NODELAY, true)
                .sslContext(tls)
                .executor(calls)
                .callExecutor(new ByMethod(calls, transfers))
                .decompressorRegistry(DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false))
                .maxInboundMessageSize(FederationMethods.MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(limits.metadataBytes())
                .maxConcurrentCallsPerConnection(limits.callsPerConnection())
                .maxRstFramesPerWindow(MAX_RESETS, RESET_SECONDS)
                .flowControlWindow(limits.windowBytes())
                .handshakeTimeout(limits.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionIdle(limits.idle().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTime(limits.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(limits.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(limits.permitKeepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(false)
                .addService(service(wiring))
                .build();
        try {
            server.start();
        } catch (IOException refused) {
            stop(resources);
            throw new IOException(
                    "cannot listen for nodes on " + settings.listen() + ": " + refused.getMessage(), refused);
        }
        LOG.info(
                "nodes served address={} tls={} epoll={}",
                server.getListenSockets(),
                OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK",
                Epoll.isAvailable());
        return new NodeServer(settings, sessions, traffic, server, resources);
    }

    /** Where nodes connect to. */
    public InetSocketAddress address() {
        return address;
    }

    /** The nodes that have a session. */
    public Set<NodeId> connected() {
        return sessions.connected();
    }

    /** What a run moved since this start; zero for one that moved nothing. */
    public Traffic.Bytes traffic(RunId run) {
        return traffic.of(run);
    }

    /**
     * Sends a task, after whatever was sent to the node before.
     *
     * @return false if the node has no session; the task then waits for {@link RoundsPort#connected}
     */
    public boolean push(NodeId node, Task task) {
        return send(node, CoordinatorMessage.newBuilder().setTask(task).build());
    }

    /** Tells a node that a task is not wanted any more; false if it has no session. */
    public boolean cancel(NodeId node, String taskId, String reason) {
        return send(
                node,
                CoordinatorMessage.newBuilder()
                        .setCancelled(
                                TaskCancelled.newBuilder().setTaskId(taskId).setReason(Refusals.clip(reason)))
                        .build());
    }

    /** Tells a node that its answer to a task counts; false if it has no session. */
    public boolean settle(NodeId node, String taskId) {
        return send(
                node,
                CoordinatorMessage.newBuilder()
                        .setSettled(TaskSettled.newBuilder().setTaskId(taskId))
                        .build());
    }

    /** Ends a node's session with a reason, for instance after its revocation; false if it has none. */
    public boolean disconnect(NodeId node, ErrorCode code, String detail) {
        Optional<LiveSession> session = sessions.find(node);
        session.ifPresent(live -> live.stream().end(code, detail));
        return session.isPresent();
    }

    /**
     * Stops on purpose: tells the nodes, takes no new call, lets transfers that run come to their end.
     *
     * @param most so long; what runs then is cut and can be resumed
     * @return true if everything came to its end
     * @throws InterruptedException if this thread is interrupted; the server still takes no new call
     */
    public boolean drain(Duration most) throws InterruptedException {
        CoordinatorMessage draining = CoordinatorMessage.newBuilder()
                .setDraining(Draining.newBuilder().setReconnectAfterMillis((int)
                        settings.reconnectAfterDrain().toMillis()))
                .build();
        server.shutdown();
        for (LiveSession session : sessions.all()) {
            session.stream().send(draining);
            session.stream().end();
        }
        return server.awaitTermination(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Stops at once, and waits until the threads have ended. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            if (!server.awaitTermination(STOP.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("the node server did not stop within {}", STOP);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        stop(resources);
    }

    private boolean send(NodeId node, CoordinatorMessage message) {
        Optional<LiveSession> session = sessions.find(node);
        session.ifPresent(live -> live.stream().send(message));
        return session.isPresent();
    }

    private static void stop(Resources resources) {
        SystemTimers timers = resources.ownTimers();
        if (timers != null) {
            timers.close();
        }
        resources.calls().shutdown();
        resources.transfers().shutdown();
        boolean ended = resources
                .eventLoops()
                .shutdownGracefully(QUIET.toMillis(), STOP.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(STOP.toMillis());
        try {
            ended &= resources.calls().awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS);
            ended &= resources.transfers().awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            LOG.warn("threads of the node server did not end within {}", STOP);
        }
    }

    private static ServerServiceDefinition service(Wiring wiring) {
        FederationMethods methods = FederationMethods.create();
        Enrolment enrolment = new Enrolment(wiring);
        return ServerServiceDefinition.builder(FederationMethods.SERVICE)
                .addMethod(methods.enroll(), ServerCalls.asyncUnaryCall(enrolment::enroll))
                .addMethod(methods.session(), (call, headers) -> Session.begin(call, wiring))
                .addMethod(methods.download(), (call, headers) -> Download.begin(call, wiring))
                .addMethod(methods.upload(), (call, headers) -> Upload.begin(call, wiring))
                .build();
    }

    private static SslContext tls(ServerCertificate certificate) throws SSLException {
        SslProvider provider = OpenSsl.isAvailable() && SslProvider.isTlsv13Supported(SslProvider.OPENSSL)
                ? SslProvider.OPENSSL
                : SslProvider.JDK;
        return GrpcSslContexts.configure(SslContextBuilder.forServer(certificate.key(), certificate.chain()), provider)
                .protocols("TLSv1.3")
                .build();
    }

    private static ThreadPoolExecutor pool(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(name, true),
                // Only after close(): then there is nobody to tell.
                new ThreadPoolExecutor.DiscardPolicy());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Keeps the disk's work away from the sessions. */
    private record ByMethod(Executor calls, Executor transfers) implements ServerCallExecutorSupplier {
        private static final List<String> TRANSFERS = List.of("Upload", "Download");

        @Override
        public <ReqT, RespT> Executor getExecutor(ServerCall<ReqT, RespT> call, Metadata metadata) {
            String method = call.getMethodDescriptor().getBareMethodName();
            return method != null && TRANSFERS.contains(method) ? transfers : calls;
        }
    }
}
