package org.dalrn.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.CoordinatorMessage;
import org.dalrn.protocol.v1.EvaluationReport;
import org.dalrn.protocol.v1.ExtraMetrics;
import org.dalrn.protocol.v1.Hello;
import org.dalrn.protocol.v1.NodeMessage;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.TaskDeclined;
import org.dalrn.protocol.v1.TaskProgress;
import org.dalrn.server.transport.Node.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@code Session}, over TLS on loopback. */
class SessionTest {
    @TempDir
    Path folder;

    private Federation federation;
    private Node node;

    @BeforeEach
    void start() throws Exception {
        federation = new Federation(folder);
        node = federation.enrolled("alice");
    }

    @AfterEach
    void stop() {
        federation.close();
    }

    private String presence() throws Exception {
        return federation.rounds.presence.poll(10, TimeUnit.SECONDS);
    }

    private void assertEnded(Call<NodeMessage, CoordinatorMessage> session, ErrorCode code) throws Exception {
        CoordinatorMessage answer = session.next();
        assertThat(answer.getRefused().getCode()).as("%s", answer).isEqualTo(code.number());
        assertThat(session.status().getCode()).isEqualTo(Status.Code.OK);
    }

    private void assertNeverConnected() {
        assertThat(federation.server.connected()).isEmpty();
        assertThat(federation.rounds.presence).isEmpty();
    }

    @Test
    void hello_ofAnEnrolledNode_isWelcomedAndToldToTheRounds() throws Exception {
        node.connect("task-7");

        assertThat(presence()).isEqualTo("up alice [task-7]");
        assertThat(federation.server.connected()).containsExactly(new NodeId("alice"));
    }

    @Test
    void hello_unknownNode_isRefused() throws Exception {
        assertEnded(federation.stranger("mallory", Ed25519.generate()).greet(), ErrorCode.UNKNOWN_NODE);
        assertNeverConnected();
    }

    @Test
    void hello_revokedNode_isRefused() throws Exception {
        federation.revoke(node);

        assertEnded(node.greet(), ErrorCode.NODE_REVOKED);
        assertNeverConnected();
    }

    @Test
    void hello_expiredCertificate_isRefused() throws Exception {
        federation.now = federation.start.plus(Federation.VALIDITY);

        assertEnded(node.greet(), ErrorCode.CERTIFICATE_EXPIRED);
        assertNeverConnected();
    }

    @Test
    void hello_certificateOfAnotherNode_isNotTrusted() throws Exception {
        node.certificate = federation.enrolled("bob").certificate;

        assertEnded(node.greet(), ErrorCode.CERTIFICATE_NOT_TRUSTED);
        assertNeverConnected();
    }

    @Test
    void hello_certificateForAnotherKey_isNotTrusted() throws Exception {
        node.certificate =
                federation.authority.issue(node.id(), Ed25519.generate().getPublic(), Federation.VALIDITY);

        assertEnded(node.greet(), ErrorCode.CERTIFICATE_NOT_TRUSTED);
        assertNeverConnected();
    }

    @Test
    void hello_certificateOfTheCoordinatorItself_isNotTrusted() throws Exception {
        node.certificate = federation.authority.certificate();

        assertEnded(node.greet(), ErrorCode.CERTIFICATE_NOT_TRUSTED);
        assertNeverConnected();
    }

    @Test
    void hello_signedByAnotherKey_isRefused() throws Exception {
        node.pair = Ed25519.generate();

        assertEnded(node.greet(), ErrorCode.BAD_SIGNATURE);
        assertNeverConnected();
    }

    @Test
    void hello_recordedOnAnotherSession_isRefused() throws Exception {
        Call<NodeMessage, CoordinatorMessage> first = node.openSession();
        SignedRequest recorded =
                node.hello(first.next().getChallenge().getNonce().toByteArray());
        Call<NodeMessage, CoordinatorMessage> second = node.openSession();
        second.next();
        second.send(NodeMessage.newBuilder().setHello(recorded).build());

        assertEnded(second, ErrorCode.REPLAYED_NONCE);
        assertNeverConnected();
    }

    @Test
    void hello_noCommonWireVersion_isRefused() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.openSession();
        byte[] challenge = session.next().getChallenge().getNonce().toByteArray();
        Hello hello = Hello.newBuilder()
                .setNodeCertificate(ByteString.copyFrom(node.certificate.getEncoded()))
                .addWireVersions(99)
                .build();
        session.send(NodeMessage.newBuilder()
                .setHello(node.sign(SignedMethod.HELLO, "", 0, challenge, hello))
                .build());

        assertEnded(session, ErrorCode.WIRE_VERSION_UNSUPPORTED);
    }

    @Test
    void hello_notSentInTime_endsTheSession() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.openSession();
        session.next();
        federation.timers.advance(Duration.ofSeconds(11));

        assertEnded(session, ErrorCode.HELLO_TIMEOUT);
        assertNeverConnected();
    }

    @Test
    void report_beforeHello_endsTheSession() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.openSession();
        session.next();
        session.send(NodeMessage.newBuilder()
                .setProgress(TaskProgress.getDefaultInstance())
                .build());

        assertEnded(session, ErrorCode.MALFORMED_MESSAGE);
    }

    @Test
    void session_newerOne_replacesTheOlderWithoutADisconnect() throws Exception {
        Call<NodeMessage, CoordinatorMessage> older = node.connect();
        Call<NodeMessage, CoordinatorMessage> newer = node.connect("task-1");

        assertEnded(older, ErrorCode.SESSION_REPLACED);
        newer.call.halfClose();
        newer.status();
        assertThat(presence()).isEqualTo("up alice []");
        assertThat(presence()).isEqualTo("up alice [task-1]");
        assertThat(presence()).isEqualTo("down alice");
        assertThat(federation.rounds.presence).isEmpty();
    }

    @Test
    void session_lineBreaks_isToldToTheRounds() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.connect();
        assertThat(presence()).isEqualTo("up alice []");
        session.call.cancel("the node dies", null);

        assertThat(presence()).isEqualTo("down alice");
        assertThat(federation.server.push(node.id(), Task.getDefaultInstance())).isFalse();
    }

    @Test
    void push_severalMessages_arriveInOrder() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.connect();
        for (int i = 0; i < 100; i++) {
            assertThat(federation.server.push(
                            node.id(), Task.newBuilder().setTaskId("task-" + i).build()))
                    .isTrue();
        }
        federation.server.cancel(node.id(), "task-5", "the round is over");
        federation.server.settle(node.id(), "task-6");

        for (int i = 0; i < 100; i++) {
            assertThat(session.next().getTask().getTaskId()).isEqualTo("task-" + i);
        }
        assertThat(session.next().getCancelled().getTaskId()).isEqualTo("task-5");
        assertThat(session.next().getSettled().getTaskId()).isEqualTo("task-6");
    }

    @Test
    void push_nodeThatDoesNotRead_endsItsSessionAtTheBound() throws Exception {
        node.connect();
        presence();
        Node.Call<NodeMessage, CoordinatorMessage> deaf = new Node.Call<>(node.channel, GeneratedMarshaller.SESSION, 2);
        byte[] challenge = deaf.next().getChallenge().getNonce().toByteArray();
        deaf.send(NodeMessage.newBuilder().setHello(node.hello(challenge)).build());
        assertThat(deaf.next().hasWelcome()).isTrue();
        assertThat(presence()).isEqualTo("up alice []");
        Task large = Task.newBuilder().setRunName("x".repeat(64 << 10)).build();

        int pushed = 0;
        while (federation.rounds.presence.peek() == null && pushed < 5_000) {
            federation.server.push(node.id(), large);
            pushed++;
        }

        assertThat(presence()).isEqualTo("down alice");
    }

    @Test
    void disconnect_revokedNode_isToldWhy() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.connect();
        federation.server.disconnect(node.id(), ErrorCode.NODE_REVOKED, "revoked by the operator");

        assertEnded(session, ErrorCode.NODE_REVOKED);
    }

    @Test
    void drain_tellsTheNodesAndEnds() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.connect();

        assertThat(federation.server.drain(Duration.ofSeconds(10))).isTrue();

        assertThat(session.next().getDraining().getReconnectAfterMillis()).isEqualTo(1000);
        assertThat(session.status().getCode()).isEqualTo(Status.Code.OK);
    }

    // ------------------------------------------------------------------------------------------------------- reports

    private static EvaluationReport.Builder report() {
        return EvaluationReport.newBuilder()
                .setTaskId("task-9")
                .setModelHash(ByteString.copyFrom(new byte[32]))
                .setExamples(42)
                .putMetrics("accuracy", 0.75);
    }

    @Test
    void evaluation_signed_isHandedOnAndSettled() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.connect();
        session.send(NodeMessage.newBuilder()
                .setEvaluation(node.sign(SignedMethod.EVALUATION, report().build()))
                .build());

        assertThat(session.next().getSettled().getTaskId()).isEqualTo("task-9");
        Evaluated measured = federation.rounds.measured.remove().of();
        assertThat(measured.examples()).isEqualTo(42);
        assertThat(measured.metrics()).containsEntry("accuracy", 0.75);
        assertThat(measured.extraMetrics()).isEmpty();
    }

    private static ByteString hash(int last) {
        byte[] hash = new byte[32];
        hash[31] = (byte) last;
        return ByteString.copyFrom(hash);
    }

    private static ExtraMetrics extra(int last, double loss) {
        return ExtraMetrics.newBuilder()
                .setModelHash(hash(last))
                .putMetrics("loss", loss)
                .build();
    }

    @Test
    void evaluation_extraModels_areHandedOnByTheirHashes() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.connect();
        EvaluationReport.Builder report = report();
        for (int i = 64; i > 0; i--) {
            report.addExtraMetrics(extra(i, i / 64.0));
        }
        session.send(NodeMessage.newBuilder()
                .setEvaluation(node.sign(SignedMethod.EVALUATION, report.build()))
                .build());

        assertThat(session.next().getSettled().getTaskId()).isEqualTo("task-9");
        Evaluated measured = federation.rounds.measured.remove().of();
        assertThat(measured.metrics()).containsOnlyKeys("accuracy");
        assertThat(measured.extraMetrics()).hasSize(64);
        assertThat(measured.extraMetrics().get(ContentHash.ofBytes(hash(32).toByteArray())))
                .containsExactly(Map.entry("loss", 0.5));
    }

    @Test
    void evaluation_badExtraModels_isRefusedByNameAndTheSessionGoesOn() throws Exception {
        EvaluationReport.Builder many = report();
        for (int i = 1; i <= 65; i++) {
            many.addExtraMetrics(extra(i, 0));
        }
        ExtraMetrics.Builder named = ExtraMetrics.newBuilder().setModelHash(hash(1));
        ExtraMetrics.Builder crowded = ExtraMetrics.newBuilder().setModelHash(hash(1));
        for (int i = 0; i <= 64; i++) {
            crowded.putMetrics("m" + i, 0);
        }
        Map<EvaluationReport, String> bad = new LinkedHashMap<>();
        bad.put(many.build(), "metrics of 65 extra models, at most 64");
        bad.put(
                report().addExtraMetrics(extra(1, 0))
                        .addExtraMetrics(extra(1, 1))
                        .build(),
                "measured twice");
        bad.put(report().addExtraMetrics(extra(0, 0)).build(), "measured twice");
        bad.put(report().addExtraMetrics(extra(1, Double.NEGATIVE_INFINITY)).build(), "not finite");
        bad.put(report().addExtraMetrics(crowded).build(), "65 metrics");
        bad.put(report().addExtraMetrics(named.putMetrics("x".repeat(65), 1)).build(), "65 characters");
        bad.put(
                report().addExtraMetrics(ExtraMetrics.newBuilder().setModelHash(ByteString.copyFrom(new byte[33])))
                        .build(),
                "that of an extra model has 33");
        Call<NodeMessage, CoordinatorMessage> session = node.connect();
        for (Map.Entry<EvaluationReport, String> each : bad.entrySet()) {
            session.send(NodeMessage.newBuilder()
                    .setEvaluation(node.sign(SignedMethod.EVALUATION, each.getKey()))
                    .build());
            assertThat(session.next().getRefused().getDetail()).contains(each.getValue());
        }
        assertThat(federation.rounds.measured).isEmpty();
    }

    @Test
    void evaluation_bad_isRefusedByNameAndTheSessionGoesOn() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.connect();
        SignedRequest notFinite = node.sign(
                SignedMethod.EVALUATION, report().putMetrics("auc", Double.NaN).build());
        SignedRequest forged = node.sign(SignedMethod.EVALUATION, report().build()).toBuilder()
                .setRound(77)
                .build();
        SignedRequest decline = node.sign(SignedMethod.DECLINE, report().build());

        session.send(NodeMessage.newBuilder().setEvaluation(notFinite).build());
        assertThat(session.next().getRefused().getCode()).isEqualTo(ErrorCode.METRICS_INVALID.number());
        session.send(NodeMessage.newBuilder().setEvaluation(notFinite).build());
        assertThat(session.next().getRefused().getCode()).isEqualTo(ErrorCode.REPLAYED_NONCE.number());
        session.send(NodeMessage.newBuilder().setEvaluation(forged).build());
        assertThat(session.next().getRefused().getCode()).isEqualTo(ErrorCode.BAD_SIGNATURE.number());
        session.send(NodeMessage.newBuilder().setEvaluation(decline).build());
        assertThat(session.next().getRefused().getCode()).isEqualTo(ErrorCode.BAD_SIGNATURE.number());
        assertThat(federation.rounds.measured).isEmpty();
    }

    @Test
    void decline_signed_isHandedOnAndSettled() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.connect();
        TaskDeclined declined = TaskDeclined.newBuilder()
                .setTaskId("task-9")
                .setReason(TaskDeclined.Reason.REASON_POLICY)
                .setDetail("run not allowed here")
                .build();
        session.send(NodeMessage.newBuilder()
                .setDeclined(node.sign(SignedMethod.DECLINE, declined))
                .build());

        assertThat(session.next().getSettled().getTaskId()).isEqualTo("task-9");
        assertThat(federation.rounds.told.remove())
                .isEqualTo("declined alice heart-1 3 task-9 POLICY run not allowed here");
    }

    @Test
    void progress_inRange_isHandedOnAndOutOfRangeRefused() throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = node.connect();
        session.send(NodeMessage.newBuilder()
                        .setProgress(TaskProgress.newBuilder()
                                .setTaskId("task-9")
                                .setFraction(0.5)
                                .setStage("training"))
                        .build())
                .send(NodeMessage.newBuilder()
                        .setProgress(TaskProgress.newBuilder().setFraction(Double.NaN))
                        .build());

        assertThat(session.next().getRefused().getCode()).isEqualTo(ErrorCode.MALFORMED_MESSAGE.number());
        assertThat(federation.rounds.told).containsExactly("progressed alice task-9 0.5 training");
    }
}
