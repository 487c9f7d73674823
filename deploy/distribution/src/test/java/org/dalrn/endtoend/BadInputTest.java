package org.dalrn.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.Refusal;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunState;
import org.dalrn.endtoend.LoopbackFederation.RunPlan;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.UploadManifest;
import org.dalrn.protocol.v1.UploadMessage;
import org.dalrn.protocol.v1.UploadReply;
import org.dalrn.server.identity.CertificateAuthority;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad input gets a named refusal, and the round goes on: a real coordinator, two honest clients and an offender on the wire.
 *
 * <p>In each case the honest clients are held back until the offender was refused, so that the round is open for it. The
 * run asks all nodes and takes two updates a round: its model must be, bit for bit, the one of the same run before the
 * offender had joined. Two cases count the offender in; there the model is compared with a run of its good behaviour.
 */
@Timeout(120)
class BadInputTest {
    private static final int ROUNDS = 2;
    private static final ParameterLayout LAYOUT = LoopbackFederation.LAYOUT;

    @TempDir
    static Path folder;

    private static LoopbackFederation federation;
    private static RawNode mallory;
    private static ContentHash withoutOffender;
    private static int cases;

    private RunPlan plan;
    private RunId run;
    private Task task;
    private boolean held;

    @BeforeAll
    static void startFederation() throws Exception {
        federation = LoopbackFederation.start(folder, "session: {resume-grace: 500ms}");
        federation.connect("honest-1", 1);
        federation.connect("honest-2", 2);
        RunState reference =
                federation.end(federation.submit(LoopbackFederation.firstTwo("without the offender", ROUNDS, 2)));
        assertThat(reference.phase()).isEqualTo(Phase.FINISHED);
        withoutOffender = reference.model();
        mallory = RawNode.enrolled(federation.enroll("mallory")).connect();
    }

    @AfterAll
    static void stopFederation() throws Exception {
        if (mallory != null) {
            mallory.close();
        }
        if (federation != null) {
            federation.close();
        }
    }

    @AfterEach
    void letGo() {
        if (held) {
            federation.gate.open(plan.name(), 1);
        }
    }

    // --------------------------------------------------------------------------------------------------- the manifest

    @Test
    void reference_withoutOffender_isTheExactMean() {
        assertThat(withoutOffender)
                .isEqualTo(SteppingTrainer.expected(ROUNDS, 1, 2).contentHash());
    }

    @Test
    void upload_wrongRun_isRefused() throws Exception {
        open();
        UploadManifest body = RawNode.manifest(task, update()).build();
        SignedRequest request = mallory.sign(SignedMethod.UPLOAD, "nowhere", 1, mallory.nextNonce(), body);
        assertRefused(mallory.upload(request, update()), ErrorCode.UNKNOWN_RUN);
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_roundThatHasNotBegun_isRefused() throws Exception {
        open();
        UploadManifest body = RawNode.manifest(task, update()).build();
        for (int wrong : new int[] {0, 2, Integer.MAX_VALUE, -1}) {
            SignedRequest request = mallory.sign(SignedMethod.UPLOAD, run.value(), wrong, mallory.nextNonce(), body);
            assertRefused(mallory.upload(request, update()), ErrorCode.WRONG_ROUND);
        }
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_wrongShape_isRefused() throws Exception {
        open();
        ParameterLayout transposed =
                ParameterLayout.of(new TensorSpec("w", List.of(25, 40)), new TensorSpec("b", List.of()));
        UploadManifest.Builder manifest = RawNode.manifest(task, update())
                .setLayoutDigest(ByteString.copyFrom(transposed.digest().toByteArray()));
        assertRefused(mallory.upload(mallory.signed(task, manifest), update()), ErrorCode.WRONG_LAYOUT);
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_wrongElementType_isRefused() throws Exception {
        open();
        for (int type : new int[] {0, 2, 99}) {
            UploadManifest.Builder manifest = RawNode.manifest(task, update()).setElementTypeValue(type);
            assertRefused(mallory.upload(mallory.signed(task, manifest), update()), ErrorCode.WRONG_ELEMENT_TYPE);
        }
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_wrongLength_isRefusedBeforeAByte() throws Exception {
        open();
        for (long length : new long[] {0, update().length - 4, update().length + 4, Long.MAX_VALUE, -1}) {
            UploadManifest.Builder manifest = RawNode.manifest(task, update()).setUpdateBytes(length);
            UploadReply reply = mallory.announce(mallory.signed(task, manifest)).next();
            assertRefused(reply, ErrorCode.WRONG_LENGTH);
        }
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_wrongBaseModel_isRefused() throws Exception {
        open();
        UploadManifest.Builder manifest = RawNode.manifest(task, update())
                .setBaseModelHash(
                        ByteString.copyFrom(ContentHash.of(new byte[1]).toByteArray()));
        assertRefused(mallory.upload(mallory.signed(task, manifest), update()), ErrorCode.WRONG_BASE_MODEL);
        assertModelIsWithoutOffender();
    }

    // ------------------------------------------------------------------------------------------------------ the bytes

    @Test
    void upload_moreBytesThanAnnounced_isRefused() throws Exception {
        open();
        byte[] longer = Arrays.copyOf(update(), update().length + 4);
        SignedRequest manifest = mallory.signed(task, RawNode.manifest(task, update()));
        assertRefused(mallory.upload(manifest, longer), ErrorCode.WRONG_LENGTH);
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_oversizedChunk_isRefused() throws Exception {
        open();
        byte[] oversized = new byte[FederationMethods.MAX_CHUNK_BYTES + 1];
        SignedRequest manifest = mallory.signed(task, RawNode.manifest(task, update()));
        assertRefused(mallory.upload(manifest, oversized), ErrorCode.CHUNK_TOO_LARGE);
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_truncatedStream_isRefusedAndKept() throws Exception {
        open();
        byte[] update = update();
        RawNode.Call<UploadMessage, UploadReply> upload = announced(update);
        UploadReply verdict =
                upload.send(RawNode.chunk(0, update, 0, 1_000)).halfClose().next();
        assertRefused(verdict, ErrorCode.UPLOAD_TRUNCATED);
        assertThat(verdict.getRefused().getRetryable()).isTrue();
        UploadReply again = mallory.announce(mallory.signed(task, RawNode.manifest(task, update)))
                .next();
        assertThat(again.getGranted().getOffsetBytes()).isEqualTo(1_000);
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_chunkOutOfOrder_isRefused() throws Exception {
        open();
        byte[] update = update();
        UploadReply verdict =
                announced(update).send(RawNode.chunk(8, update, 8, 8)).next();
        assertRefused(verdict, ErrorCode.CHUNK_OUT_OF_ORDER);
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_wrongHash_isRefused() throws Exception {
        open();
        byte[] other = update();
        other[17] ^= 1;
        SignedRequest manifest = mallory.signed(task, RawNode.manifest(task, update()));
        assertRefused(mallory.upload(manifest, other), ErrorCode.WRONG_HASH);
        assertModelIsWithoutOffender();
        assertLogged(Refusal.WRONG_HASH);
    }

    @Test
    void upload_nanOrInfinity_isRefused() throws Exception {
        open();
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            byte[] update = update();
            ByteBuffer.wrap(update).order(ByteOrder.LITTLE_ENDIAN).putFloat(update.length - 4, bad);
            SignedRequest manifest = mallory.signed(task, RawNode.manifest(task, update));
            assertRefused(mallory.upload(manifest, update), ErrorCode.NON_FINITE_VALUE);
        }
        assertModelIsWithoutOffender();
        assertLogged(Refusal.NON_FINITE_VALUE);
    }

    @Test
    void upload_valueAboveTheRunsBound_isRefused() throws Exception {
        open();
        byte[] update = update();
        ByteBuffer.wrap(update).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, Math.nextUp((float)
                LoopbackFederation.LARGEST_VALUE));
        SignedRequest manifest = mallory.signed(task, RawNode.manifest(task, update));
        assertRefused(mallory.upload(manifest, update), ErrorCode.VALUE_OUT_OF_RANGE);
        assertModelIsWithoutOffender();
        assertLogged(Refusal.VALUE_OUT_OF_RANGE);
    }

    // ----------------------------------------------------------------------------------------------------- who it was

    @Test
    void upload_badSignature_isRefused() throws Exception {
        open();
        SignedRequest good = mallory.signed(task, RawNode.manifest(task, update()));
        byte[] signature = good.getSignature().toByteArray();
        signature[3] ^= 1;
        SignedRequest forged =
                good.toBuilder().setSignature(ByteString.copyFrom(signature)).build();
        assertRefused(mallory.upload(forged, update()), ErrorCode.BAD_SIGNATURE);
        SignedRequest moved = good.toBuilder().setRound(2).build();
        assertRefused(mallory.upload(moved, update()), ErrorCode.BAD_SIGNATURE);
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_replayedNonce_isRefused() throws Exception {
        open();
        UploadManifest.Builder notFloats = RawNode.manifest(task, update()).setElementTypeValue(0);
        SignedRequest recorded = mallory.signed(task, notFloats);
        assertRefused(mallory.upload(recorded, update()), ErrorCode.WRONG_ELEMENT_TYPE);
        assertRefused(mallory.upload(recorded, update()), ErrorCode.REPLAYED_NONCE);
        assertModelIsWithoutOffender();
    }

    @Test
    void sessionAndUpload_unknownNode_areRefused() throws Exception {
        open();
        try (RawNode ghost = RawNode.stranger(federation.enroll("invited-" + cases), "ghost")) {
            assertThat(ghost.greet().getRefused().getCode()).isEqualTo(ErrorCode.UNKNOWN_NODE.number());
            SignedRequest manifest = ghost.signed(task, RawNode.manifest(task, update()));
            assertRefused(ghost.upload(manifest, update()), ErrorCode.UNKNOWN_NODE);
        }
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_inAnotherNodesName_isRefused() throws Exception {
        open();
        try (RawNode thief = RawNode.stranger(federation.enroll("invited-" + cases), "honest-1")) {
            thief.certificate = mallory.certificate;
            assertThat(thief.greet().getRefused().getCode()).isEqualTo(ErrorCode.BAD_SIGNATURE.number());
            // Even with a nonce of mallory's live session: it is not honest-1's.
            SignedRequest manifest = thief.sign(
                    SignedMethod.UPLOAD,
                    run.value(),
                    1,
                    mallory.nextNonce(),
                    RawNode.manifest(task, update()).build());
            assertRefused(thief.upload(manifest, update()), ErrorCode.UNKNOWN_SESSION);
        }
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_revokedNode_isRefusedAndDropped() throws Exception {
        try (RawNode eve = RawNode.enrolled(federation.enroll("eve")).connect()) {
            open(4);
            Task hers = eve.nextTask(run);
            SignedRequest manifest = eve.signed(hers, RawNode.manifest(hers, update()));
            federation.operations().revoke(new NodeId("eve"));
            assertThat(eve.nextMessage().getRefused().getCode()).isEqualTo(ErrorCode.NODE_REVOKED.number());
            assertRefused(eve.upload(manifest, update()), ErrorCode.NODE_REVOKED);
            assertThat(eve.greet().getRefused().getCode()).isEqualTo(ErrorCode.NODE_REVOKED.number());
            assertDropped("eve", DropReason.REVOKED);
            assertModelWithStandIn();
        }
    }

    @Test
    void session_expiredCertificate_isRefused() throws Exception {
        open();
        try (RawNode late = RawNode.enrolled(federation.enroll("late-" + cases))) {
            Instant yesterday = Instant.now().minus(Duration.ofDays(1));
            late.certificate = CertificateAuthority.open(
                            federation.authorityFolder(), () -> yesterday, new SecureRandom())
                    .issue(new NodeId(late.name), late.keys.getPublic(), Duration.ofHours(23))
                    .getEncoded();
            assertThat(late.greet().getRefused().getCode()).isEqualTo(ErrorCode.CERTIFICATE_EXPIRED.number());
        }
        assertModelIsWithoutOffender();
    }

    // ------------------------------------------------------------------------------------------------------------ time

    @Test
    void upload_afterTheRoundClosed_isLate() throws Exception {
        open();
        letGo();
        RunEvent unused = federation.await(run, event -> event instanceof RunEvent.RoundClosed);
        SignedRequest manifest = mallory.signed(task, RawNode.manifest(task, update()));
        UploadReply verdict = mallory.upload(manifest, update());
        assertThat(verdict.getRefused().getCode()).isIn(ErrorCode.LATE_UPDATE.number(), ErrorCode.RUN_OVER.number());
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_whoseRoundClosesWhileItRuns_isLate() throws Exception {
        plan = LoopbackFederation.firstTwo("case " + ++cases, ROUNDS, 3);
        federation.gate.close(plan.name(), 2);
        open(plan);
        byte[] update = update();
        RawNode.Call<UploadMessage, UploadReply> upload = announced(update);
        upload.send(RawNode.chunk(0, update, 0, 1_000));
        letGo();
        federation.awaitRound(run, 2);
        UploadReply verdict = upload.send(RawNode.chunk(1_000, update, 1_000, update.length - 1_000))
                .halfClose()
                .next();
        assertRefused(verdict, ErrorCode.LATE_UPDATE);
        federation.gate.open(plan.name(), 2);
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_slowLoris_isCut(@TempDir Path other) throws Exception {
        try (LoopbackFederation impatient =
                LoopbackFederation.start(other, "uploads: {least-progress: 64KiB, grace: 300ms}")) {
            impatient.connect("honest-1", 1);
            impatient.connect("honest-2", 2);
            try (RawNode loris = RawNode.enrolled(impatient.enroll("loris")).connect()) {
                RunPlan slow = LoopbackFederation.firstTwo("slow", ROUNDS, 3);
                impatient.gate.close("slow", 1);
                RunId slowRun = impatient.submit(slow);
                Task slowTask = loris.nextTask(slowRun);
                byte[] update = update();
                RawNode.Call<UploadMessage, UploadReply> upload =
                        loris.announce(loris.signed(slowTask, RawNode.manifest(slowTask, update)));
                assertThat(upload.next().hasGranted()).isTrue();
                UploadReply verdict =
                        upload.send(RawNode.chunk(0, update, 0, 4)).next();
                assertRefused(verdict, ErrorCode.UPLOAD_TOO_SLOW);
                impatient.gate.open("slow", 1);
                RunState end = impatient.end(slowRun);
                assertThat(end.phase()).isEqualTo(Phase.FINISHED);
                assertThat(end.model()).isEqualTo(withoutOffender);
            }
        }
    }

    @Test
    void node_diesMidUpload_isDroppedAndTheRoundGoesOn() throws Exception {
        try (RawNode eve =
                RawNode.enrolled(federation.enroll("mortal-" + cases)).connect()) {
            open(4);
            Task hers = eve.nextTask(run);
            byte[] update = update();
            RawNode.Call<UploadMessage, UploadReply> upload =
                    eve.announce(eve.signed(hers, RawNode.manifest(hers, update)));
            assertThat(upload.next().hasGranted()).isTrue();
            upload.send(RawNode.chunk(0, update, 0, 2_000));
            eve.die();
            assertDropped(eve.name, DropReason.CONNECTION_LOST);
            assertModelWithStandIn();
        }
        try (var spools = Files.list(folder.resolve("coordinator").resolve("spool"))) {
            assertThat(spools).as("what was received of it is gone").isEmpty();
        }
    }

    // -------------------------------------------------------------------------------------------- the offender counts

    @Test
    void upload_absurdWeight_countsAsTheCap() throws Exception {
        byte[] update = update();
        openWithOffender();
        SignedRequest honest = mallory.signed(task, RawNode.manifest(task, update));
        assertThat(mallory.upload(honest, update).hasAccepted()).isTrue();
        ContentHash expected = finishedModel();
        for (long claim : new long[] {LoopbackFederation.WEIGHT_CAP + 1, Long.MAX_VALUE, -1}) {
            openWithOffender();
            SignedRequest absurd =
                    mallory.signed(task, RawNode.manifest(task, update).setExamples(claim));
            UploadReply verdict = mallory.upload(absurd, update);
            assertThat(verdict.getAccepted().getGrantedWeight()).isEqualTo(LoopbackFederation.WEIGHT_CAP);
            assertThat(finishedModel()).isEqualTo(expected);
            assertThat(federation.events(run))
                    .filteredOn(event -> event instanceof RunEvent.UpdateAccepted accepted
                            && accepted.node().value().equals("mallory"))
                    .singleElement()
                    .satisfies(event -> {
                        RunEvent.UpdateAccepted accepted = (RunEvent.UpdateAccepted) event;
                        assertThat(accepted.claimedExamples()).isEqualTo(claim < 0 ? Long.MAX_VALUE : claim);
                        assertThat(accepted.grantedWeight()).isEqualTo(LoopbackFederation.WEIGHT_CAP);
                    });
        }
    }

    @Test
    void upload_weightZero_isRefused() throws Exception {
        open();
        UploadManifest.Builder manifest = RawNode.manifest(task, update()).setExamples(0);
        assertRefused(mallory.upload(mallory.signed(task, manifest), update()), ErrorCode.WEIGHT_INVALID);
        assertModelIsWithoutOffender();
    }

    @Test
    void upload_secondInARound_isRefusedAndTheFirstCounts() throws Exception {
        byte[] first = update();
        openWithOffender();
        assertThat(mallory.upload(mallory.signed(task, RawNode.manifest(task, first)), first)
                        .hasAccepted())
                .isTrue();
        ContentHash expected = finishedModel();
        openWithOffender();
        assertThat(mallory.upload(mallory.signed(task, RawNode.manifest(task, first)), first)
                        .hasAccepted())
                .isTrue();
        byte[] second = update();
        second[0] ^= 1;
        assertRefused(
                mallory.upload(mallory.signed(task, RawNode.manifest(task, second)), second), ErrorCode.SECOND_UPDATE);
        UploadReply repeated = mallory.upload(mallory.signed(task, RawNode.manifest(task, first)), first);
        assertThat(repeated.getAccepted().getAlreadyAccepted()).isTrue();
        assertThat(finishedModel()).isEqualTo(expected);
    }

    // --------------------------------------------------------------------------------------------------------- pieces

    /** A run whose first round waits for the test; mallory has its task. */
    private void open() throws Exception {
        open(3);
    }

    private void open(int available) throws Exception {
        open(LoopbackFederation.firstTwo("case " + ++cases, ROUNDS, available));
    }

    private void openWithOffender() throws Exception {
        open(LoopbackFederation.everyone("case " + ++cases, 1, 3).withoutEvaluation());
    }

    private void open(RunPlan opened) throws Exception {
        plan = opened;
        federation.gate.close(plan.name(), 1);
        held = true;
        run = federation.submit(plan);
        task = mallory.nextTask(run);
    }

    /** An update that would shift the model visibly. */
    private static byte[] update() {
        ByteBuffer bytes = ByteBuffer.allocate((int) LAYOUT.byteLength()).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(7.5f);
        }
        return bytes.array();
    }

    private RawNode.Call<UploadMessage, UploadReply> announced(byte[] update) throws InterruptedException {
        RawNode.Call<UploadMessage, UploadReply> upload =
                mallory.announce(mallory.signed(task, RawNode.manifest(task, update)));
        assertThat(upload.next().hasGranted()).isTrue();
        return upload;
    }

    private static void assertRefused(UploadReply reply, ErrorCode code) {
        assertThat(reply.hasRefused()).as("%s", reply).isTrue();
        assertThat(ErrorCode.ofNumber(reply.getRefused().getCode())).contains(code);
        assertThat(reply.getRefused().getDetail()).isNotBlank();
    }

    private ContentHash finishedModel() throws InterruptedException {
        letGo();
        RunState end = federation.end(run);
        assertThat(end.phase()).isEqualTo(Phase.FINISHED);
        return end.model();
    }

    private void assertModelIsWithoutOffender() throws InterruptedException {
        assertThat(finishedModel()).isEqualTo(withoutOffender);
        assertThat(federation.events(run))
                .filteredOn(RunEvent.UpdateAccepted.class::isInstance)
                .extracting(event -> ((RunEvent.UpdateAccepted) event).node().value())
                .as("nobody but the honest nodes counts")
                .containsOnly("honest-1", "honest-2")
                .hasSize(2 * ROUNDS);
    }

    /** The second round, too, waits for four nodes; the fourth does nothing. */
    private void assertModelWithStandIn() throws Exception {
        try (RawNode standIn = RawNode.enrolled(federation.enroll("stand-in-" + cases))) {
            assertThat(standIn.connect()).isSameAs(standIn);
            assertModelIsWithoutOffender();
        }
    }

    private void assertLogged(Refusal reason) throws InterruptedException {
        assertThat(federation.events(run))
                .anySatisfy(event -> assertThat(event).isInstanceOfSatisfying(RunEvent.UpdateRefused.class, refused -> {
                    assertThat(refused.node().value()).isEqualTo("mallory");
                    assertThat(refused.reason()).isEqualTo(reason);
                }));
    }

    private void assertDropped(String node, DropReason reason) throws InterruptedException {
        RunEvent dropped = federation.await(
                run,
                event -> event instanceof RunEvent.NodeDropped d
                        && d.node().value().equals(node));
        assertThat(((RunEvent.NodeDropped) dropped).reason()).isEqualTo(reason);
    }
}
