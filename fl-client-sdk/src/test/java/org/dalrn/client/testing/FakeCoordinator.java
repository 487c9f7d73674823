package org.dalrn.client.testing;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dalrn.core.model.ContentHash;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.RefusalTrailer;
import org.dalrn.protocol.bulk.ChunkFrame;
import org.dalrn.protocol.bulk.UploadFrame;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.protocol.signing.Nonces;
import org.dalrn.protocol.signing.SignedContent;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.BlobRequest;
import org.dalrn.protocol.v1.Challenge;
import org.dalrn.protocol.v1.CoordinatorMessage;
import org.dalrn.protocol.v1.Draining;
import org.dalrn.protocol.v1.EnrollReply;
import org.dalrn.protocol.v1.EnrollRequest;
import org.dalrn.protocol.v1.EvaluationReport;
import org.dalrn.protocol.v1.Hello;
import org.dalrn.protocol.v1.NodeMessage;
import org.dalrn.protocol.v1.Refusal;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.TaskCancelled;
import org.dalrn.protocol.v1.TaskDeclined;
import org.dalrn.protocol.v1.TaskProgress;
import org.dalrn.protocol.v1.TaskSettled;
import org.dalrn.protocol.v1.UploadAccepted;
import org.dalrn.protocol.v1.UploadGranted;
import org.dalrn.protocol.v1.UploadManifest;
import org.dalrn.protocol.v1.UploadReply;
import org.dalrn.protocol.v1.Welcome;

/**
 * The coordinator's side of docs/wire.md over loopback TLS, for one node at a time, with the faults that tests ask for. It
 * verifies every signature and nonce with fl-protocol's own code; what fails that ends in {@link #faults}.
 */
public final class FakeCoordinator implements AutoCloseable {

    private static final int CHUNK = 64 << 10;

    /** An update that was accepted, with the manifest that announced it. */
    public record Update(UploadManifest manifest, ByteString bytes) {}

    /** What the node asked for: a blob's offset, or the offset granted to an upload. */
    public record Transfer(String what, long offset) {}

    public final TestAuthority authority;
    public final BlockingQueue<String> faults = new LinkedBlockingQueue<>();
    public final BlockingQueue<Hello> hellos = new LinkedBlockingQueue<>();
    public final BlockingQueue<EvaluationReport> evaluations = new LinkedBlockingQueue<>();
    public final BlockingQueue<TaskDeclined> declines = new LinkedBlockingQueue<>();
    public final BlockingQueue<TaskProgress> progress = new LinkedBlockingQueue<>();
    public final BlockingQueue<Update> updates = new LinkedBlockingQueue<>();
    public final BlockingQueue<Transfer> transfers = new LinkedBlockingQueue<>();
    /** Answers to the next manifests; when there is none, the update is granted. */
    public final BlockingQueue<Refusal> manifestRefusals = new LinkedBlockingQueue<>();
    /** Answers to the next hellos. */
    public final BlockingQueue<Refusal> helloRefusals = new LinkedBlockingQueue<>();
    /** The next downloads break after so many bytes. */
    public final BlockingQueue<Integer> downloadBreaks = new LinkedBlockingQueue<>();
    /** The next uploads break after so many bytes, which are kept. */
    public final BlockingQueue<Integer> uploadBreaks = new LinkedBlockingQueue<>();
    /** False: evaluations and declines stay unanswered. */
    public volatile boolean settles = true;
    /** True: the last byte of each download is wrong. */
    public volatile boolean corrupts;

    public final AtomicInteger enrolments = new AtomicInteger();

    private final SecureRandom random = new SecureRandom();
    private final byte[] secret = new byte[32];
    private final Map<ContentHash, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<ContentHash, ByteArrayOutputStream> spools = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final FederationMethods methods = FederationMethods.create();
    private final Server server;
    private volatile PublicKey nodeKey;
    private volatile Line line;

    public FakeCoordinator() {
        this(0, new TestAuthority());
    }

    /** The same authority on the same port, with nothing remembered. */
    public FakeCoordinator restart(int port) {
        return new FakeCoordinator(port, authority);
    }

    private FakeCoordinator(int port, TestAuthority authority) {
        this.authority = authority;
        random.nextBytes(secret);
        KeyPair keys = TestAuthority.newKeys();
        X509Certificate certificate = authority.server("127.0.0.1", keys.getPublic());
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .executor(threads)
                    .sslContext(GrpcSslContexts.forServer(
                                    stream(TestAuthority.pem("CERTIFICATE", certificate.getEncoded())),
                                    stream(TestAuthority.pem(
                                            "PRIVATE KEY", keys.getPrivate().getEncoded())))
                            .protocols("TLSv1.3")
                            .build())
                    .permitKeepAliveTime(30, TimeUnit.SECONDS)
                    .maxInboundMessageSize(FederationMethods.MAX_MESSAGE_BYTES)
                    .flowControlWindow(4 << 20)
                    .addService(ServerServiceDefinition.builder(FederationMethods.SERVICE)
                            .addMethod(methods.enroll(), ServerCalls.asyncUnaryCall(this::enroll))
                            .addMethod(methods.session(), ServerCalls.asyncBidiStreamingCall(this::session))
                            .addMethod(methods.download(), ServerCalls.asyncServerStreamingCall(this::download))
                            .addMethod(methods.upload(), ServerCalls.asyncBidiStreamingCall(this::upload))
                            .build())
                    .build()
                    .start();
        } catch (IOException | GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    public int port() {
        return server.getPort();
    }

    /** A join file as the operator hands it out. */
    public Path joinFile(Path folder, String node) {
        return joinFile(folder, node, HexFormat.of().formatHex(secret), "127.0.0.1:" + port(), authority);
    }

    public static Path joinFile(Path folder, String node, String secretHex, String address, TestAuthority trusted) {
        try {
            return Files.writeString(folder.resolve(node + ".join"), """
                    # DALRN join file: keep it secret, it works once.
                    node: %s
                    coordinator: %s
                    secret: %s
                    expires: 2099-12-01T00:00:00Z
                    ca: %s
                    """.formatted(
                    node,
                    address,
                    secretHex,
                    Base64.getEncoder().encodeToString(trusted.certificate().getEncoded())));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    public ContentHash add(byte[] blob) {
        ContentHash hash = ContentHash.of(blob);
        blobs.put(hash, blob);
        return hash;
    }

    public void add(ContentHash name, byte[] blob) {
        blobs.put(name, blob);
    }

    public void push(Task task) {
        line.send(CoordinatorMessage.newBuilder().setTask(task).build());
    }

    public void cancel(String taskId, String reason) {
        line.send(CoordinatorMessage.newBuilder()
                .setCancelled(TaskCancelled.newBuilder().setTaskId(taskId).setReason(reason))
                .build());
    }

    public void refuse(ErrorCode code, String taskId) {
        line.send(CoordinatorMessage.newBuilder()
                .setRefused(refusal(code).toBuilder().setTaskId(taskId))
                .build());
    }

    public void drain(int millis) {
        line.send(CoordinatorMessage.newBuilder()
                .setDraining(Draining.newBuilder().setReconnectAfterMillis(millis))
                .build());
        line.end(null);
    }

    public void breakSession() {
        line.end(Status.UNAVAILABLE.withDescription("broken by the test").asRuntimeException());
    }

    public static Refusal refusal(ErrorCode code) {
        return Refusal.newBuilder()
                .setCode(code.number())
                .setDetail("refused by the test")
                .setRetryable(code.retryable())
                .build();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the fake coordinator does not stop");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }

    // ---------------------------------------------------------------------------------------------------------- calls

    private void enroll(EnrollRequest request, StreamObserver<EnrollReply> reply) {
        try {
            PublicKey key = Ed25519.publicKey(request.getPublicKey().toByteArray());
            boolean right = Arrays.equals(request.getJoinSecret().toByteArray(), secret)
                    && Ed25519.verify(
                            key,
                            SignedContent.ofEnrolment(request.getNodeId(), secret),
                            request.getProof().toByteArray());
            enrolments.incrementAndGet();
            reply.onNext(
                    right
                            ? EnrollReply.newBuilder()
                                    .setNodeCertificate(ByteString.copyFrom(authority
                                            .node(request.getNodeId(), key)
                                            .getEncoded()))
                                    .build()
                            : EnrollReply.newBuilder()
                                    .setRefused(refusal(ErrorCode.JOIN_SECRET_REFUSED))
                                    .build());
            reply.onCompleted();
        } catch (GeneralSecurityException wrong) {
            faults.add("enrol: " + wrong);
            reply.onError(wrong);
        }
    }

    private StreamObserver<NodeMessage> session(StreamObserver<CoordinatorMessage> out) {
        Line fresh = new Line(out);
        byte[] challenge = new byte[Nonces.NONCE_BYTES];
        random.nextBytes(challenge);
        fresh.send(CoordinatorMessage.newBuilder()
                .setChallenge(Challenge.newBuilder().setNonce(ByteString.copyFrom(challenge)))
                .build());
        return new StreamObserver<>() {
            @Override
            public void onNext(NodeMessage message) {
                try {
                    received(fresh, challenge, message);
                } catch (IOException | GeneralSecurityException wrong) {
                    faults.add("session: " + wrong);
                }
            }

            @Override
            public void onError(Throwable broken) {}

            @Override
            public void onCompleted() {
                fresh.end(null);
            }
        };
    }

    private void received(Line on, byte[] challenge, NodeMessage message) throws IOException, GeneralSecurityException {
        switch (message.getMessageCase()) {
            case HELLO -> {
                Hello hello = Hello.parseFrom(message.getHello().getBody());
                X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(hello.getNodeCertificate().newInput());
                certificate.verify(authority.certificate().getPublicKey());
                // Another client's hello may be on another thread.
                PublicKey key = certificate.getPublicKey();
                nodeKey = key;
                expect(
                        SignedContent.verify(key, SignedMethod.HELLO, message.getHello())
                                && Arrays.equals(message.getHello().getNonce().toByteArray(), challenge),
                        "hello");
                Refusal refusal = helloRefusals.poll();
                if (refusal != null) {
                    on.send(CoordinatorMessage.newBuilder().setRefused(refusal).build());
                    on.end(null);
                    return;
                }
                line = on;
                on.send(CoordinatorMessage.newBuilder()
                        .setWelcome(Welcome.newBuilder()
                                .setSessionId(ByteString.copyFrom(on.sessionId))
                                .setWireVersion(FederationMethods.WIRE_VERSION)
                                .setCoordinatorSoftware("fake")
                                .setMaxChunkBytes(FederationMethods.MAX_CHUNK_BYTES))
                        .build());
                hellos.add(hello);
            }
            case PROGRESS -> progress.add(message.getProgress());
            case DECLINED -> {
                verify(SignedMethod.DECLINE, message.getDeclined());
                TaskDeclined declined =
                        TaskDeclined.parseFrom(message.getDeclined().getBody());
                declines.add(declined);
                settle(on, declined.getTaskId());
            }
            case EVALUATION -> {
                verify(SignedMethod.EVALUATION, message.getEvaluation());
                EvaluationReport report =
                        EvaluationReport.parseFrom(message.getEvaluation().getBody());
                evaluations.add(report);
                settle(on, report.getTaskId());
            }
            case MESSAGE_NOT_SET -> faults.add("an empty message");
        }
    }

    private void settle(Line on, String taskId) {
        if (settles) {
            on.send(CoordinatorMessage.newBuilder()
                    .setSettled(TaskSettled.newBuilder().setTaskId(taskId))
                    .build());
        }
    }

    private void download(SignedRequest request, StreamObserver<ChunkFrame> raw) {
        ServerCallStreamObserver<ChunkFrame> out = (ServerCallStreamObserver<ChunkFrame>) raw;
        verify(SignedMethod.DOWNLOAD, request);
        try {
            BlobRequest wanted = BlobRequest.parseFrom(request.getBody());
            byte[] blob = blobs.get(ContentHash.ofBytes(wanted.getHash().toByteArray()));
            transfers.add(new Transfer("download", wanted.getOffsetBytes()));
            if (blob == null) {
                out.onError(RefusalTrailer.exception(refusal(ErrorCode.BLOB_NOT_FOUND)));
                return;
            }
            byte[] bytes = blob.clone();
            if (corrupts) {
                bytes[bytes.length - 1] ^= 1;
            }
            Integer breakAt = downloadBreaks.poll();
            int end = breakAt == null ? bytes.length : Math.min(bytes.length, breakAt);
            int at = (int) wanted.getOffsetBytes();
            while (at < end) {
                int count = Math.min(CHUNK, end - at);
                out.onNext(ChunkFrame.of(at, bytes, at, count));
                at += count;
            }
            if (breakAt == null) {
                out.onCompleted();
            } else {
                out.onError(
                        Status.UNAVAILABLE.withDescription("broken by the test").asRuntimeException());
            }
        } catch (IOException wrong) {
            faults.add("download: " + wrong);
        }
    }

    private StreamObserver<UploadFrame> upload(StreamObserver<UploadReply> out) {
        return new StreamObserver<>() {
            private UploadManifest manifest;
            private ByteArrayOutputStream spool;
            private Integer breakAt;
            private boolean ended;

            @Override
            public void onNext(UploadFrame frame) {
                if (ended) {
                    return;
                }
                if (frame instanceof UploadFrame.Manifest signed) {
                    open(signed.request());
                } else if (frame instanceof ChunkFrame chunk) {
                    expect(chunk.offsetBytes() == spool.size(), "a chunk in order");
                    spool.write(chunk.array(), chunk.arrayOffset(), chunk.length());
                    chunk.close();
                } else {
                    faults.add("a malformed frame");
                }
                if (!ended && spool != null && breakAt != null && spool.size() >= breakAt) {
                    ended = true;
                    out.onError(Status.UNAVAILABLE
                            .withDescription("broken by the test")
                            .asRuntimeException());
                } else if (!ended && spool != null && spool.size() == manifest.getUpdateBytes()) {
                    accept();
                }
            }

            private void open(SignedRequest request) {
                verify(SignedMethod.UPLOAD, request);
                try {
                    manifest = UploadManifest.parseFrom(request.getBody());
                } catch (IOException wrong) {
                    faults.add("manifest: " + wrong);
                    return;
                }
                Refusal refusal = manifestRefusals.poll();
                if (refusal != null) {
                    ended = true;
                    out.onNext(UploadReply.newBuilder().setRefused(refusal).build());
                    out.onCompleted();
                    return;
                }
                breakAt = uploadBreaks.poll();
                spool = spools.computeIfAbsent(
                        ContentHash.ofBytes(manifest.getUpdateHash().toByteArray()),
                        hash -> new ByteArrayOutputStream());
                transfers.add(new Transfer("upload", spool.size()));
                out.onNext(UploadReply.newBuilder()
                        .setGranted(UploadGranted.newBuilder().setOffsetBytes(spool.size()))
                        .build());
            }

            private void accept() {
                ended = true;
                byte[] bytes = spool.toByteArray();
                expect(
                        ContentHash.of(bytes)
                                .equals(ContentHash.ofBytes(
                                        manifest.getUpdateHash().toByteArray())),
                        "the update's hash");
                updates.add(new Update(manifest, ByteString.copyFrom(bytes)));
                out.onNext(UploadReply.newBuilder()
                        .setAccepted(UploadAccepted.newBuilder().setGrantedWeight(manifest.getExamples()))
                        .build());
                out.onCompleted();
            }

            @Override
            public void onError(Throwable broken) {}

            @Override
            public void onCompleted() {}
        };
    }

    private void verify(SignedMethod method, SignedRequest request) {
        Line live = line;
        expect(SignedContent.verify(nodeKey, method, request), "signature of " + method);
        expect(live.nonces.judge(request.getNonce().toByteArray()) == Nonces.Verdict.FRESH, "nonce of " + method);
    }

    private void expect(boolean right, String what) {
        if (!right) {
            faults.add("wrong: " + what);
        }
    }

    private final class Line {
        private final byte[] sessionId = new byte[Nonces.SESSION_ID_BYTES];
        private final Nonces.Window nonces;
        private final StreamObserver<CoordinatorMessage> out;
        private boolean ended;

        Line(StreamObserver<CoordinatorMessage> out) {
            this.out = out;
            random.nextBytes(sessionId);
            nonces = new Nonces.Window(sessionId);
        }

        synchronized void send(CoordinatorMessage message) {
            if (!ended) {
                out.onNext(message);
            }
        }

        synchronized void end(Throwable reason) {
            if (!ended) {
                ended = true;
                if (reason == null) {
                    out.onCompleted();
                } else {
                    out.onError(reason);
                }
            }
        }
    }
}
