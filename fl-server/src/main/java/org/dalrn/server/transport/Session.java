package org.dalrn.server.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.signing.Nonces;
import org.dalrn.protocol.signing.SignedContent;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.Challenge;
import org.dalrn.protocol.v1.CoordinatorMessage;
import org.dalrn.protocol.v1.Hello;
import org.dalrn.protocol.v1.NodeMessage;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.TaskProgress;
import org.dalrn.protocol.v1.TaskSettled;
import org.dalrn.protocol.v1.Welcome;
import org.dalrn.server.identity.CertificateCheck;
import org.dalrn.server.transport.NodeDirectory.Member;
import org.dalrn.server.transport.RequestVerifier.Caller;
import org.dalrn.server.transport.Timers.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of {@code Session}: challenge, hello, welcome, then tasks out and reports in, as long as the node runs.
 *
 * <p>An idle session costs a few objects and no thread. All state is confined to the call's queue; {@link #send} and {@link
 * #end} may be called from any thread.
 */
final class Session extends ServerCall.Listener<NodeMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private static final String SOFTWARE = "dalrn-server/"
            + Optional.ofNullable(Session.class.getPackage().getImplementationVersion())
                    .orElse("dev");
    private static final int MAX_OPEN_TASKS = 64;
    private static final int MAX_TASK_ID = 255;
    private static final int MAX_SOFTWARE = 200;
    private static final int MAX_STAGE = 80;

    private final ServerCall<NodeMessage, CoordinatorMessage> call;
    private final Wiring wiring;
    private final CallQueue queue;
    private final byte[] challenge = new byte[Nonces.NONCE_BYTES];
    private final Deque<CoordinatorMessage> outbound = new ArrayDeque<>();
    private final Timeout helloTimeout;
    private boolean greeted;
    private boolean over;
    private @Nullable LiveSession live;

    private Session(ServerCall<NodeMessage, CoordinatorMessage> call, Wiring wiring) {
        this.call = call;
        this.wiring = wiring;
        this.queue = new CallQueue(wiring.callPool(), this::defect);
        wiring.random().nextBytes(challenge);
        this.helloTimeout = wiring.timers()
                .after(wiring.settings().connections().helloTimeout(), () -> queue.later(this::helloMissing));
    }

    static Session begin(ServerCall<NodeMessage, CoordinatorMessage> call, Wiring wiring) {
        Session session = new Session(call, wiring);
        call.sendHeaders(new Metadata());
        call.sendMessage(CoordinatorMessage.newBuilder()
                .setChallenge(Challenge.newBuilder().setNonce(ByteString.copyFrom(session.challenge)))
                .build());
        call.request(1);
        return session;
    }

    /** Sends a message after those that were handed over before. */
    void send(CoordinatorMessage message) {
        queue.later(() -> {
            if (over) {
                return;
            }
            if (outbound.size() >= wiring.settings().connections().queuedMessages()) {
                over = true;
                call.close(
                        Status.RESOURCE_EXHAUSTED.withDescription("the node does not read its session; connect again"),
                        new Metadata());
                done();
                return;
            }
            outbound.addLast(message);
            flush();
        });
    }

    /** Tells the reason and ends the session. */
    void end(ErrorCode code, String detail) {
        queue.later(() -> refuseAndEnd(code, detail));
    }

    /** Ends the session after what was sent before, without a reason. */
    void end() {
        queue.later(() -> {
            if (!over) {
                outbound.forEach(call::sendMessage);
                outbound.clear();
                over = true;
                call.close(Status.OK, new Metadata());
                done();
            }
        });
    }

    @Override
    public void onMessage(NodeMessage message) {
        queue.run(() -> {
            if (over) {
                return;
            }
            LiveSession established = live;
            if (established == null) {
                if (greeted || !message.hasHello()) {
                    refuseAndEnd(ErrorCode.MALFORMED_MESSAGE, "the first message of a session is Hello");
                } else {
                    greeted = true;
                    helloTimeout.cancel();
                    hello(message.getHello());
                }
                return;
            }
            switch (message.getMessageCase()) {
                case PROGRESS -> progress(established, message.getProgress());
                case DECLINED -> declined(established, message.getDeclined());
                case EVALUATION -> evaluation(established, message.getEvaluation());
                case HELLO -> refuseAndEnd(ErrorCode.MALFORMED_MESSAGE, "a second Hello; open a new session");
                case MESSAGE_NOT_SET -> call.request(1);
            }
        });
    }

    @Override
    public void onReady() {
        queue.run(this::flush);
    }

    @Override
    public void onHalfClose() {
        queue.run(() -> {
            if (!over) {
                over = true;
                call.close(Status.OK, new Metadata());
                done();
            }
        });
    }

    @Override
    public void onCancel() {
        queue.run(this::done);
    }

    @Override
    public void onComplete() {
        queue.run(this::done);
    }

    // --------------------------------------------------------------------------------------------------------- hello

    private void hello(SignedRequest request) {
        greet(request)
                .<Runnable>match(
                        greeting -> () -> welcome(greeting),
                        failed -> () -> refuseAndEnd(failed.code(), failed.detail()))
                .run();
    }

    private record Greeting(CertificateCheck.Trusted certificate, List<String> openTaskIds) {}

    private Checked<Greeting> greet(SignedRequest request) {
        Optional<NodeId> name = RequestVerifier.nodeId(request);
        if (name.isEmpty()) {
            return Checked.failed(ErrorCode.UNKNOWN_NODE, "Hello names no valid node; enrol the node first");
        }
        NodeId node = name.get();
        if (!MessageDigest.isEqual(challenge, request.getNonce().toByteArray())) {
            return Checked.failed(
                    ErrorCode.REPLAYED_NONCE, "the nonce of Hello is not this session's challenge; sign the new one");
        }
        Optional<Member> found = wiring.ports().nodes().find(node);
        if (found.isEmpty()) {
            return Checked.failed(ErrorCode.UNKNOWN_NODE, "no node " + node + " is enrolled; enrol it first");
        }
        Member member = found.get();
        if (!SignedContent.verify(member.publicKey(), SignedMethod.HELLO, request)) {
            return Checked.failed(ErrorCode.BAD_SIGNATURE, "the signature of Hello is not by node " + node);
        }
        if (member.revoked()) {
            return Checked.failed(ErrorCode.NODE_REVOKED, "node " + node + " was revoked by the operator");
        }
        Hello hello;
        try {
            hello = Hello.parseFrom(request.getBody());
        } catch (InvalidProtocolBufferException malformed) {
            return Checked.failed(ErrorCode.MALFORMED_MESSAGE, "the body is no Hello");
        }
        if (hello.getOpenTaskIdsCount() > MAX_OPEN_TASKS
                || hello.getOpenTaskIdsList().stream().anyMatch(id -> id.isEmpty() || id.length() > MAX_TASK_ID)
                || hello.getSoftware().length() > MAX_SOFTWARE) {
            return Checked.failed(
                    ErrorCode.MALFORMED_MESSAGE,
                    "Hello names " + hello.getOpenTaskIdsCount() + " open tasks; allowed are " + MAX_OPEN_TASKS
                            + ", ids of 1 to " + MAX_TASK_ID + " characters and a software text of " + MAX_SOFTWARE);
        }
        if (!hello.getWireVersionsList().contains(FederationMethods.WIRE_VERSION)) {
            return Checked.failed(
                    ErrorCode.WIRE_VERSION_UNSUPPORTED,
                    "the node speaks wire versions "
                            + hello.getWireVersionsList().stream().limit(16).toList() + ", this coordinator speaks "
                            + FederationMethods.WIRE_VERSION + "; update the older of the two");
        }
        return certificate(member, hello);
    }

    private Checked<Greeting> certificate(Member member, Hello hello) {
        return wiring.authority()
                .check(hello.getNodeCertificate().toByteArray())
                .match(
                        trusted -> trusted.node().equals(member.node())
                                        && trusted.key().equals(member.publicKey())
                                ? Checked.passed(new Greeting(trusted, List.copyOf(hello.getOpenTaskIdsList())))
                                : Checked.failed(
                                        ErrorCode.CERTIFICATE_NOT_TRUSTED,
                                        "the certificate is not that of node " + member.node()
                                                + "'s key; enrol the node again"),
                        expired -> Checked.failed(
                                ErrorCode.CERTIFICATE_EXPIRED,
                                "the certificate of node " + expired.node() + " expired at " + expired.expired()
                                        + "; enrol the node again"),
                        notTrusted -> Checked.failed(ErrorCode.CERTIFICATE_NOT_TRUSTED, notTrusted.reason()));
    }

    private void welcome(Greeting greeting) {
        byte[] sessionId = new byte[Nonces.SESSION_ID_BYTES];
        wiring.random().nextBytes(sessionId);
        CertificateCheck.Trusted certificate = greeting.certificate();
        LiveSession session =
                new LiveSession(certificate.node(), certificate.key(), certificate.expires(), sessionId, this);
        live = session;
        CoordinatorMessage welcome = CoordinatorMessage.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setSessionId(ByteString.copyFrom(sessionId))
                        .setWireVersion(FederationMethods.WIRE_VERSION)
                        .setCoordinatorSoftware(SOFTWARE)
                        .setMaxChunkBytes(FederationMethods.MAX_CHUNK_BYTES))
                .build();
        // The node may use its session as soon as it reads the welcome, so it is entered before.
        wiring.sessions().up(session, () -> send(welcome), greeting.openTaskIds());
        LOG.info("node connected node={}", certificate.node());
        call.request(1);
    }

    // ------------------------------------------------------------------------------------------------------- reports

    private void progress(LiveSession from, TaskProgress progress) {
        double fraction = progress.getFraction();
        if (!(fraction >= 0 && fraction <= 1)
                || progress.getTaskId().length() > MAX_TASK_ID
                || progress.getStage().length() > MAX_STAGE) {
            refuse(
                    ErrorCode.MALFORMED_MESSAGE,
                    "progress is a fraction in [0, 1] and a stage of at most " + MAX_STAGE + " characters",
                    "");
        } else {
            wiring.ports().rounds().progressed(from.node(), progress.getTaskId(), fraction, progress.getStage());
        }
        call.request(1);
    }

    private void declined(LiveSession from, SignedRequest request) {
        verified(from, SignedMethod.DECLINE, request)
                .match(Reports::decline, failed -> Checked.<Reports.Decline>failed(failed.code(), failed.detail()))
                .<Runnable>match(
                        decline -> () -> {
                            Reports.Place place = decline.place();
                            wiring.ports()
                                    .rounds()
                                    .declined(
                                            from.node(),
                                            place.run(),
                                            place.round(),
                                            place.taskId(),
                                            decline.reason(),
                                            decline.detail());
                            settle(place.taskId());
                        },
                        failed -> () -> refuse(failed.code(), failed.detail(), ""))
                .run();
        call.request(1);
    }

    private void evaluation(LiveSession from, SignedRequest request) {
        verified(from, SignedMethod.EVALUATION, request)
                .match(
                        Reports::evaluation,
                        failed -> Checked.<Reports.Measurement>failed(failed.code(), failed.detail()))
                .<Runnable>match(measured -> () -> submit(from, measured), failed -> () -> {
                    refuse(failed.code(), failed.detail(), "");
                    call.request(1);
                })
                .run();
    }

    private void submit(LiveSession from, Reports.Measurement measured) {
        Reports.Place place = measured.place();
        wiring.ports()
                .rounds()
                .evaluation(from.node(), place.run(), place.round(), measured.evaluated())
                .whenComplete((verdict, failure) -> queue.later(() -> {
                    if (verdict == null) {
                        LOG.error("an evaluation could not be decided", failure);
                        refuse(ErrorCode.INTERNAL, "the coordinator failed to decide; try again", place.taskId());
                    } else {
                        verdict.<Runnable>match(
                                        accepted -> () -> settle(place.taskId()),
                                        refused -> () -> refuse(refused.code(), refused.detail(), place.taskId()))
                                .run();
                    }
                    // Only now the next message: a node cannot flood the rounds.
                    if (!over) {
                        call.request(1);
                    }
                }));
    }

    private Checked<Caller> verified(LiveSession from, SignedMethod method, SignedRequest request) {
        return wiring.verifier()
                .check(method, request)
                .match(
                        caller -> caller.session() == from
                                ? Checked.passed(caller)
                                : Checked.failed(
                                        ErrorCode.UNKNOWN_SESSION, "the request belongs to another node's session"),
                        failed -> Checked.failed(failed.code(), failed.detail()));
    }

    private void settle(String taskId) {
        send(CoordinatorMessage.newBuilder()
                .setSettled(TaskSettled.newBuilder().setTaskId(taskId))
                .build());
    }

    private void refuse(ErrorCode code, String detail, String taskId) {
        send(CoordinatorMessage.newBuilder()
                .setRefused(Refusals.of(code, detail, taskId))
                .build());
    }

    // ----------------------------------------------------------------------------------------------------------- end

    private void flush() {
        while (!over && !outbound.isEmpty() && call.isReady()) {
            call.sendMessage(outbound.removeFirst());
        }
    }

    private void helloMissing() {
        if (!greeted) {
            refuseAndEnd(
                    ErrorCode.HELLO_TIMEOUT,
                    "no Hello within " + wiring.settings().connections().helloTimeout());
        }
    }

    private void refuseAndEnd(ErrorCode code, String detail) {
        if (over) {
            return;
        }
        over = true;
        LOG.info("session refused node={} code={}", live == null ? "?" : live.node(), code);
        if (!call.isCancelled()) {
            call.sendMessage(CoordinatorMessage.newBuilder()
                    .setRefused(Refusals.of(code, detail))
                    .build());
            call.close(Status.OK, new Metadata());
        }
        done();
    }

    private void defect(Throwable thrown) {
        LOG.error("bug: a session failed", thrown);
        refuseAndEnd(ErrorCode.INTERNAL, "the coordinator failed; connect again");
    }

    private void done() {
        over = true;
        helloTimeout.cancel();
        outbound.clear();
        LiveSession established = live;
        if (established != null) {
            live = null;
            wiring.sessions().down(established);
            LOG.info("node disconnected node={}", established.node());
        }
    }
}
