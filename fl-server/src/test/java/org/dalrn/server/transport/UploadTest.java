package org.dalrn.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.Chunk;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.UploadManifest;
import org.dalrn.protocol.v1.UploadMessage;
import org.dalrn.protocol.v1.UploadReply;
import org.dalrn.server.transport.Node.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of {@code Upload}. The sender encodes with the generated messages and hashes with the JDK, so it is
 * independent of what it tests; norms are computed here in double.
 */
class UploadTest {
    private static final ParameterLayout LAYOUT =
            ParameterLayout.of(new TensorSpec("w", List.of(700_000)), new TensorSpec("b", List.of()));
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Federation federation;
    private Node node;
    private byte[] update;

    @BeforeEach
    void start() throws Exception {
        federation = new Federation(folder, new NodeServerSettings.Transfers(2, 2, 16 << 10, Duration.ofSeconds(30)));
        federation.rounds.announcement = facts -> new Announcement.Expected(LAYOUT, 2.0);
        node = federation.enrolled("alice");
        node.connect();
        update = floats(7, LAYOUT.elementCount());
    }

    @AfterEach
    void stop() {
        federation.close();
    }

    private static byte[] floats(long seed, int count) {
        Random random = new Random(seed);
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat(random.nextFloat() * 2 - 1);
        }
        return bytes.array();
    }

    private static UploadManifest.Builder manifestOf(byte[] bytes) {
        return UploadManifest.newBuilder()
                .setTaskId("task-1")
                .setUpdateHash(ByteString.copyFrom(ContentHash.of(bytes).toByteArray()))
                .setUpdateBytes(LAYOUT.byteLength())
                .setLayoutDigest(ByteString.copyFrom(LAYOUT.digest().toByteArray()))
                .setElementType(UploadManifest.ElementType.ELEMENT_TYPE_FLOAT32)
                .setExamples(120)
                .setBaseModelHash(ByteString.copyFrom(new byte[32]))
                .putMetrics("loss", 0.5);
    }

    private Call<UploadMessage, UploadReply> grantedFrom(long offset, byte[] bytes) throws Exception {
        Call<UploadMessage, UploadReply> upload =
                node.announce(manifestOf(bytes).build());
        UploadReply reply = upload.next();
        assertThat(reply.hasGranted()).as("%s", reply).isTrue();
        assertThat(reply.getGranted().getOffsetBytes()).isEqualTo(offset);
        return upload;
    }

    private static void sendFrom(Call<UploadMessage, UploadReply> upload, byte[] bytes, int from) {
        for (int at = from; at < bytes.length; at += MIB) {
            upload.send(Node.chunk(bytes, at, Math.min(MIB, bytes.length - at)));
        }
    }

    private void assertRefused(Call<UploadMessage, UploadReply> upload, ErrorCode code) throws Exception {
        UploadReply reply = upload.next();
        assertThat(reply.getRefused().getCode()).as("%s", reply).isEqualTo(code.number());
        assertThat(reply.getRefused().getRetryable()).isEqualTo(code.retryable());
        assertThat(reply.getRefused().getDetail()).isNotBlank();
        assertThat(upload.status().getCode()).isEqualTo(Status.Code.OK);
        assertThat(federation.rounds.submitted).isEmpty();
        assertThat(federation.spools.stored).isEmpty();
    }

    private void assertLogged(ErrorCode code) throws Exception {
        assertThat(federation.rounds.refused.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new ScriptedRounds.Refused(node.id(), new RunId(Node.RUN), Node.ROUND, code));
    }

    // ---------------------------------------------------------------------------------------------------- happy paths

    @Test
    void upload_wholeUpdate_isStoredScreenedAndAccepted() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        sendFrom(upload, update, 0);

        UploadReply reply = upload.next();

        assertThat(reply.getAccepted().getGrantedWeight()).as("%s", reply).isEqualTo(120);
        assertThat(reply.getAccepted().getAlreadyAccepted()).isFalse();
        assertThat(federation.spools.stored.get(ContentHash.of(update))).isEqualTo(update);
        ScriptedRounds.Submitted submitted = federation.rounds.submitted.remove();
        double squares = 0;
        double largest = 0;
        ByteBuffer values = ByteBuffer.wrap(update).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            double value = values.getFloat();
            squares += value * value;
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(submitted.l2Norm()).isCloseTo(Math.sqrt(squares), Assertions.withinPercentage(1e-9));
        assertThat(submitted.maxAbsoluteValue()).isEqualTo(largest);
        assertThat(submitted.facts().metrics()).containsEntry("loss", 0.5);
        assertThat(federation.rounds.refused).isEmpty();
    }

    @Test
    void upload_knownUpdate_isAlreadyAcceptedBeforeAnyChunk() throws Exception {
        federation.rounds.announcement = facts -> new Announcement.Known(50);

        UploadReply reply = node.announce(manifestOf(update).build()).next();

        assertThat(reply.getAccepted().getAlreadyAccepted()).isTrue();
        assertThat(reply.getAccepted().getGrantedWeight()).isEqualTo(50);
        assertThat(federation.rounds.submitted).isEmpty();
    }

    @Test
    void upload_verdictRefused_isToldAndNotReportedTwice() throws Exception {
        federation.rounds.verdict =
                facts -> CompletableFuture.completedFuture(new Verdict.Refused(ErrorCode.LATE_UPDATE, "round closed"));
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        sendFrom(upload, update, 0);

        assertThat(upload.next().getRefused().getCode()).isEqualTo(ErrorCode.LATE_UPDATE.number());
        assertThat(federation.rounds.refused).isEmpty();
    }

    @Test
    void upload_absurdWeight_isHandedOnForTheRoundsToCap() throws Exception {
        Call<UploadMessage, UploadReply> upload =
                node.announce(manifestOf(update).setExamples(-1).build());
        upload.next();

        assertThat(federation.rounds.announced.remove().claimedExamples()).isEqualTo(Long.MAX_VALUE);
    }

    /** More than the 200 stream resets in 30 s that close a connection as a flood: uploads that end well are none. */
    @Test
    void upload_manyInARowThatHalfClose_keepTheConnection() throws Exception {
        ParameterLayout scalar = ParameterLayout.of(new TensorSpec("b", List.of()));
        federation.rounds.announcement = facts -> new Announcement.Expected(scalar, 2.0);
        for (int i = 0; i < 250; i++) {
            byte[] own = floats(i, 1);
            Call<UploadMessage, UploadReply> upload = node.announce(manifestOf(own)
                    .setUpdateBytes(4)
                    .setLayoutDigest(ByteString.copyFrom(scalar.digest().toByteArray()))
                    .build());
            assertThat(upload.next().hasGranted()).isTrue();
            upload.send(Node.chunk(own, 0, 4));
            upload.call.halfClose();
            assertThat(upload.next().hasAccepted()).isTrue();
        }
        assertThat(federation.server.connected()).containsExactly(node.id());
    }

    // ------------------------------------------------------------------------------------------------------ manifest

    static Stream<Arguments> wrongManifests() {
        byte[] any = new byte[4];
        return Stream.of(
                Arguments.of(ErrorCode.WRONG_LENGTH, manifestOf(any).setUpdateBytes(LAYOUT.byteLength() - 4)),
                Arguments.of(ErrorCode.WRONG_LENGTH, manifestOf(any).setUpdateBytes(-1)),
                Arguments.of(
                        ErrorCode.WRONG_LAYOUT, manifestOf(any).setLayoutDigest(ByteString.copyFrom(new byte[32]))),
                Arguments.of(ErrorCode.WRONG_ELEMENT_TYPE, manifestOf(any).setElementTypeValue(0)),
                Arguments.of(ErrorCode.WRONG_ELEMENT_TYPE, manifestOf(any).setElementTypeValue(7)),
                Arguments.of(ErrorCode.MALFORMED_MESSAGE, manifestOf(any).setUpdateHash(ByteString.copyFrom(any))),
                Arguments.of(ErrorCode.WEIGHT_INVALID, manifestOf(any).setExamples(0)),
                Arguments.of(ErrorCode.METRICS_INVALID, manifestOf(any).putMetrics("auc", Double.NaN)),
                Arguments.of(ErrorCode.METRICS_INVALID, manifestOf(any).putMetrics("x".repeat(65), 1)),
                Arguments.of(ErrorCode.UNKNOWN_TASK, manifestOf(any).setTaskId("")));
    }

    @ParameterizedTest
    @MethodSource("wrongManifests")
    void announce_wrongManifest_isRefusedByNameBeforeAnyChunk(ErrorCode code, UploadManifest.Builder manifest)
            throws Exception {
        assertRefused(node.announce(manifest.build()), code);
        assertThat(federation.spools.open).isEmpty();
    }

    @Test
    void announce_wrongRunOrRound_isRefused() throws Exception {
        SignedRequest noRun = node.sign(
                SignedMethod.UPLOAD,
                "No Run!",
                1,
                node.nonces.next(),
                manifestOf(update).build());
        assertRefused(node.openUpload().send(Node.manifest(noRun)), ErrorCode.UNKNOWN_RUN);
        SignedRequest noRound = node.sign(
                SignedMethod.UPLOAD,
                Node.RUN,
                0,
                node.nonces.next(),
                manifestOf(update).build());
        assertRefused(node.openUpload().send(Node.manifest(noRound)), ErrorCode.WRONG_ROUND);
    }

    @Test
    void announce_roundsRefuse_isPassedOnAndLogged() throws Exception {
        federation.rounds.announcement = facts -> new Announcement.Refused(ErrorCode.SECOND_UPDATE, "one is in");

        assertRefused(node.announce(manifestOf(update).build()), ErrorCode.SECOND_UPDATE);
        assertLogged(ErrorCode.SECOND_UPDATE);
    }

    @Test
    void announce_badSignature_isRefusedAndUsesNoNonceUp() throws Exception {
        byte[] nonce = node.nonces.next();
        SignedRequest good = node.sign(
                SignedMethod.UPLOAD,
                Node.RUN,
                Node.ROUND,
                nonce,
                manifestOf(update).build());
        SignedRequest bad = good.toBuilder().setRound(Node.ROUND + 1).build();

        assertRefused(node.openUpload().send(Node.manifest(bad)), ErrorCode.BAD_SIGNATURE);
        assertThat(federation.rounds.refused).isEmpty();
        assertThat(node.openUpload().send(Node.manifest(good)).next().hasGranted())
                .isTrue();
    }

    @Test
    void announce_signatureForAnotherMethod_isRefused() throws Exception {
        SignedRequest other =
                node.sign(SignedMethod.DOWNLOAD, manifestOf(update).build());

        assertRefused(node.openUpload().send(Node.manifest(other)), ErrorCode.BAD_SIGNATURE);
    }

    @Test
    void announce_replayedNonce_isRefused() throws Exception {
        SignedRequest request =
                node.sign(SignedMethod.UPLOAD, manifestOf(update).setExamples(0).build());
        assertRefused(node.openUpload().send(Node.manifest(request)), ErrorCode.WEIGHT_INVALID);

        assertRefused(node.openUpload().send(Node.manifest(request)), ErrorCode.REPLAYED_NONCE);
    }

    @Test
    void announce_nonceOfAnOlderSession_isRefused() throws Exception {
        SignedRequest old = node.sign(SignedMethod.UPLOAD, manifestOf(update).build());
        node.connect();

        assertRefused(node.openUpload().send(Node.manifest(old)), ErrorCode.UNKNOWN_SESSION);
    }

    @Test
    void announce_unknownNode_isRefused() throws Exception {
        Node stranger = federation.stranger("mallory", Ed25519.generate());

        assertRefused(stranger.announce(manifestOf(update).build()), ErrorCode.UNKNOWN_NODE);
    }

    @Test
    void announce_withoutSession_isRefused() throws Exception {
        Node bob = federation.enrolled("bob");

        assertRefused(bob.announce(manifestOf(update).build()), ErrorCode.UNKNOWN_SESSION);
    }

    @Test
    void announce_revokedSinceTheSessionBegan_isRefused() throws Exception {
        federation.revoke(node);

        assertRefused(node.announce(manifestOf(update).build()), ErrorCode.NODE_REVOKED);
    }

    @Test
    void announce_certificateExpiredSinceTheSessionBegan_isRefused() throws Exception {
        federation.now = federation.start.plus(Federation.VALIDITY);

        assertRefused(node.announce(manifestOf(update).build()), ErrorCode.CERTIFICATE_EXPIRED);
    }

    @Test
    void announce_neitherManifestNorChunk_isRefused() throws Exception {
        assertRefused(node.openUpload().send(UploadMessage.getDefaultInstance()), ErrorCode.MALFORMED_MESSAGE);
    }

    @Test
    void announce_secondManifest_isRefused() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        upload.send(
                Node.manifest(node.sign(SignedMethod.UPLOAD, manifestOf(update).build())));

        assertRefused(upload, ErrorCode.MALFORMED_MESSAGE);
    }

    // -------------------------------------------------------------------------------------------------------- chunks

    @Test
    void chunk_beforeTheManifest_isRefused() throws Exception {
        assertRefused(node.openUpload().send(Node.chunk(update, 0, 16)), ErrorCode.CHUNK_OUT_OF_ORDER);
    }

    @Test
    void chunk_oversized_isRefusedAndLogged() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        upload.send(Node.chunk(update, 0, MIB + 1));

        assertRefused(upload, ErrorCode.CHUNK_TOO_LARGE);
        assertLogged(ErrorCode.CHUNK_TOO_LARGE);
    }

    @Test
    void chunk_aboveTheMessageLimit_endsTheCallWithNothingTaken() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        upload.send(Node.chunk(update, 0, 2 * MIB + 1));

        assertThat(upload.status().getCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(federation.rounds.submitted).isEmpty();
        assertThat(federation.spools.kept).isEmpty();
    }

    @Test
    void chunk_withoutData_isRefused() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        upload.send(
                UploadMessage.newBuilder().setChunk(Chunk.getDefaultInstance()).build());

        assertRefused(upload, ErrorCode.MALFORMED_MESSAGE);
    }

    @Test
    void chunk_withAGap_isRefusedAndWhatCameIsKept() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        upload.send(Node.chunk(update, 0, 1000)).send(Node.chunk(update, 2000, 1000));

        assertRefused(upload, ErrorCode.CHUNK_OUT_OF_ORDER);
        assertThat(federation.server.traffic(new RunId(Node.RUN))).isEqualTo(new Traffic.Bytes(2000, 0));
        grantedFrom(1000, update);
    }

    @Test
    void chunk_beyondTheEnd_isRefusedAndNothingKept() throws Exception {
        byte[] longer = floats(7, LAYOUT.elementCount() + 1);
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        sendFrom(upload, longer, 0);

        assertRefused(upload, ErrorCode.WRONG_LENGTH);
        assertThat(federation.spools.kept).isEmpty();
    }

    @Test
    void halfClose_beforeTheEnd_isTruncatedAndResumable() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        upload.send(Node.chunk(update, 0, MIB));
        upload.call.halfClose();

        assertRefused(upload, ErrorCode.UPLOAD_TRUNCATED);
        assertLogged(ErrorCode.UPLOAD_TRUNCATED);
        sendFrom(grantedFrom(MIB, update), update, MIB);
        assertThat(federation.rounds.submitted.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(federation.spools.stored.get(ContentHash.of(update))).isEqualTo(update);
    }

    @Test
    void cancel_midUpload_keepsTheSpoolFreesTheSlotAndResumes() throws Exception {
        for (int tries = 0; tries < 3; tries++) {
            // More often than there are slots, each time a bit further, 1001 bytes at a time: not whole elements.
            int from = tries * 1001;
            Call<UploadMessage, UploadReply> upload = grantedFrom(from, update);
            upload.send(Node.chunk(update, from, 1001));
            assertThat(federation.spools.appended.poll(10, TimeUnit.SECONDS)).isEqualTo(from + 1001L);
            upload.call.cancel("the node dies", null);
        }
        Call<UploadMessage, UploadReply> last = grantedFrom(3003, update);
        sendFrom(last, update, 3003);

        assertThat(last.next().hasAccepted()).isTrue();
        assertThat(federation.spools.stored.get(ContentHash.of(update))).isEqualTo(update);
        assertThat(federation.server.traffic(new RunId(Node.RUN))).isEqualTo(new Traffic.Bytes(update.length, 0));
    }

    @Test
    void upload_everythingAlreadySpooled_isAcceptedWithoutAChunk() throws Exception {
        federation.spools.kept.put(ContentHash.of(update), update);

        Call<UploadMessage, UploadReply> upload = grantedFrom(update.length, update);

        assertThat(upload.next().hasAccepted()).isTrue();
    }

    @Test
    void upload_wrongHash_isRefusedAndNothingKept() throws Exception {
        byte[] other = floats(8, LAYOUT.elementCount());
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        sendFrom(upload, other, 0);

        assertRefused(upload, ErrorCode.WRONG_HASH);
        assertLogged(ErrorCode.WRONG_HASH);
        assertThat(federation.spools.kept).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("badElements")
    void upload_badElement_isRefusedAndNothingKept(float element, ErrorCode code) throws Exception {
        ByteBuffer.wrap(update).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * 300_001, element);
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        sendFrom(upload, update, 0);

        assertRefused(upload, code);
        assertLogged(code);
        assertThat(federation.spools.kept).isEmpty();
    }

    static Stream<Arguments> badElements() {
        return Stream.of(
                Arguments.of(Float.NaN, ErrorCode.NON_FINITE_VALUE),
                Arguments.of(Float.POSITIVE_INFINITY, ErrorCode.NON_FINITE_VALUE),
                Arguments.of(Float.NEGATIVE_INFINITY, ErrorCode.NON_FINITE_VALUE),
                Arguments.of(-2.0001f, ErrorCode.VALUE_OUT_OF_RANGE));
    }

    // ----------------------------------------------------------------------------------------------------------- time

    @Test
    void slowLoris_sendsNothingAfterTheGrant_isCut() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        // A chunk of 1 MiB at 16 KiB/s takes 64 s; the grace is 30 s.
        federation.timers.advance(Duration.ofSeconds(93));
        assertThat(federation.rounds.refused).isEmpty();
        federation.timers.advance(Duration.ofSeconds(2));

        assertRefused(upload, ErrorCode.UPLOAD_TOO_SLOW);
        assertLogged(ErrorCode.UPLOAD_TOO_SLOW);
    }

    @Test
    void slowLoris_dripsBytes_isCutAndWhatCameIsKept() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        for (int at = 0; at < 9; at++) {
            federation.timers.advance(Duration.ofSeconds(10));
            upload.send(Node.chunk(update, at, 1));
            assertThat(federation.spools.appended.poll(10, TimeUnit.SECONDS)).isEqualTo(at + 1L);
        }
        federation.timers.advance(Duration.ofSeconds(5));

        assertRefused(upload, ErrorCode.UPLOAD_TOO_SLOW);
        grantedFrom(9, update);
    }

    @Test
    void slowNode_justAboveTheLeastRate_isAccepted() throws Exception {
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        for (int at = 0; at < update.length; at += 170 << 10) {
            federation.timers.advance(Duration.ofSeconds(10));
            upload.send(Node.chunk(update, at, Math.min(170 << 10, update.length - at)));
            assertThat(federation.spools.appended.poll(10, TimeUnit.SECONDS)).isNotNull();
        }

        assertThat(upload.next().hasAccepted()).isTrue();
    }

    // ---------------------------------------------------------------------------------------------------------- disk

    @Test
    void upload_diskFull_isRetryableAndLeavesNothing() throws Exception {
        federation.spools.diskFullAtBytes = MIB + 5;
        Call<UploadMessage, UploadReply> upload = grantedFrom(0, update);
        sendFrom(upload, update, 0);

        assertRefused(upload, ErrorCode.STORE_UNAVAILABLE);
        assertLogged(ErrorCode.STORE_UNAVAILABLE);
        assertThat(federation.spools.kept).isEmpty();
        // The turn of the next comes when the first has closed its spool; these spools cannot be open twice.
        federation.spools.diskFullAtBytes = Long.MAX_VALUE;
        grantedFrom(0, update);
    }

    // ------------------------------------------------------------------------------------------------- side by side

    @Test
    void upload_sameUpdateTwiceAtATime_newerTakesOverAndNothingIsCorrupted() throws Exception {
        Call<UploadMessage, UploadReply> older = grantedFrom(0, update);
        older.send(Node.chunk(update, 0, MIB));
        assertThat(federation.spools.appended.poll(10, TimeUnit.SECONDS)).isEqualTo(MIB);

        Call<UploadMessage, UploadReply> newer = grantedFrom(MIB, update);
        assertRefused(older, ErrorCode.UPLOAD_TRUNCATED);
        sendFrom(newer, update, MIB);

        assertThat(newer.next().hasAccepted()).isTrue();
        assertThat(federation.rounds.submitted).hasSize(1);
        assertThat(federation.spools.stored.get(ContentHash.of(update))).isEqualTo(update);
    }

    @Test
    void upload_sameUpdateWhileTheFirstIsDecided_waitsForTheDecision() throws Exception {
        CompletableFuture<Verdict> pending = new CompletableFuture<>();
        federation.rounds.verdict = facts -> pending;
        Call<UploadMessage, UploadReply> first = grantedFrom(0, update);
        sendFrom(first, update, 0);
        federation.rounds.submitted.take();
        Call<UploadMessage, UploadReply> second =
                node.announce(manifestOf(update).build());
        // A call that is answered later than the second was sent shows that the second waits.
        assertThat(node.announce(manifestOf(update).setExamples(0).build())
                        .next()
                        .hasRefused())
                .isTrue();
        assertThat(second.replies).isEmpty();
        federation.rounds.announcement = facts -> new Announcement.Known(120);
        pending.complete(new Verdict.Accepted(120, false));

        assertThat(first.next().getAccepted().getAlreadyAccepted()).isFalse();
        assertThat(second.next().getAccepted().getAlreadyAccepted()).isTrue();
    }

    @Test
    void upload_moreThanTheSlots_areGrantedInOrder() throws Exception {
        List<Call<UploadMessage, UploadReply>> uploads = new ArrayList<>();
        List<byte[]> updates = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            byte[] own = floats(100 + i, LAYOUT.elementCount());
            updates.add(own);
            uploads.add(node.announce(manifestOf(own).build()));
            assertThat(federation.rounds.announced.poll(10, TimeUnit.SECONDS)).isNotNull();
            // The next is announced when this one is in the queue: announce and queueing are one task of the call.
        }
        for (int i = 0; i < 5; i++) {
            Call<UploadMessage, UploadReply> upload = uploads.get(i);
            assertThat(upload.next().hasGranted()).isTrue();
            for (int later = i + 2; later < 5; later++) {
                assertThat(uploads.get(later).replies).isEmpty();
            }
            sendFrom(upload, updates.get(i), 0);
            assertThat(upload.next().hasAccepted()).isTrue();
        }
        assertThat(federation.spools.stored).hasSize(5);
    }

    @Test
    void cancel_whileWaitingForASlot_leavesTheQueue() throws Exception {
        Call<UploadMessage, UploadReply> first = grantedFrom(0, update);
        grantedFrom(0, floats(8, LAYOUT.elementCount()));
        Call<UploadMessage, UploadReply> waiting =
                node.announce(manifestOf(floats(9, LAYOUT.elementCount())).build());
        federation.rounds.announced.take();
        federation.rounds.announced.take();
        federation.rounds.announced.take();
        waiting.call.cancel("the node dies", null);
        Call<UploadMessage, UploadReply> last =
                node.announce(manifestOf(floats(10, LAYOUT.elementCount())).build());
        sendFrom(first, update, 0);

        assertThat(first.next().hasAccepted()).isTrue();
        assertThat(last.next().hasGranted()).isTrue();
    }
}
