package org.dalrn.server.transport;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.dalrn.core.aggregation.ScreenResult;
import org.dalrn.core.aggregation.UpdateScreen;
import org.dalrn.core.model.ContentHash;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.bulk.ChunkFrame;
import org.dalrn.protocol.bulk.UploadFrame;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.UploadAccepted;
import org.dalrn.protocol.v1.UploadGranted;
import org.dalrn.protocol.v1.UploadReply;
import org.dalrn.server.transport.Timers.Timeout;
import org.dalrn.server.transport.UpdateSpools.Spool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of {@code Upload}: manifest, grant, chunks, verdict.
 *
 * <p>One chunk is in flight: the next is asked for when the last is hashed, screened and in the spool, so the disk sets the
 * pace of the sender. All state is confined to the call's queue, whose tasks run on the transfer pool, never on an event
 * loop.
 */
final class Upload extends ServerCall.Listener<UploadFrame> {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private enum Stage {
        MANIFEST,
        WAITING,
        RECEIVING,
        STORED,
        DONE
    }

    private final ServerCall<UploadFrame, UploadReply> call;
    private final Wiring wiring;
    private final CallQueue queue;
    private final Pace pace;
    private final Timeout manifestTimeout;

    private Stage stage = Stage.MANIFEST;
    private boolean halfClosed;
    private @Nullable UpdateFacts facts;
    private boolean runIsKnown;
    private ActiveUploads.@Nullable Turn turn;
    private Slots.@Nullable Slot slot;
    private @Nullable Receipt receipt;

    /** An update on its way into its spool. */
    private static final class Receipt {
        final UpdateFacts facts;
        final double maxAbsoluteValue;
        final Spool spool;
        final MessageDigest digest = ContentHash.newDigest();
        final UpdateScreen screen = new UpdateScreen();
        long received;

        Receipt(UpdateFacts facts, double maxAbsoluteValue, Spool spool) {
            this.facts = facts;
            this.maxAbsoluteValue = maxAbsoluteValue;
            this.spool = spool;
        }

        long missing() {
            return facts.updateBytes() - received;
        }

        long nextChunk() {
            return Math.min(missing(), FederationMethods.MAX_CHUNK_BYTES);
        }

        void take(byte[] array, int from, int length) {
            digest.update(array, from, length);
            screen.accept(ByteBuffer.wrap(array, from, length));
            received += length;
        }
    }

    private Upload(ServerCall<UploadFrame, UploadReply> call, Wiring wiring) {
        this.call = call;
        this.wiring = wiring;
        this.queue = new CallQueue(wiring.transferPool(), this::defect);
        this.pace = new Pace(wiring.timers(), queue, wiring.settings().transfers(), this::tooSlow);
        this.manifestTimeout = wiring.timers()
                .after(wiring.settings().connections().helloTimeout(), () -> queue.later(this::manifestMissing));
    }

    static Upload begin(ServerCall<UploadFrame, UploadReply> call, Wiring wiring) {
        Upload upload = new Upload(call, wiring);
        call.sendHeaders(new Metadata());
        call.request(1);
        return upload;
    }

    @Override
    public void onMessage(UploadFrame frame) {
        queue.run(() -> {
            if (frame instanceof ChunkFrame chunk) {
                try (chunk) {
                    receive(chunk);
                }
            } else if (stage == Stage.DONE) {
                return;
            } else if (frame instanceof UploadFrame.Malformed malformed) {
                refuse(malformed.code(), malformed.detail());
            } else if (frame instanceof UploadFrame.Manifest manifest && stage == Stage.MANIFEST) {
                open(manifest.request());
            } else {
                refuse(
                        ErrorCode.MALFORMED_MESSAGE,
                        "a second manifest on the same upload; open a call for each update");
            }
        });
    }

    @Override
    public void onHalfClose() {
        queue.run(() -> {
            halfClosed = true;
            if (stage == Stage.MANIFEST) {
                refuse(ErrorCode.UPLOAD_TRUNCATED, "the stream ended before a manifest");
            } else if (stage == Stage.RECEIVING) {
                truncated();
            }
        });
    }

    @Override
    public void onCancel() {
        queue.run(this::gone);
    }

    @Override
    public void onComplete() {
        queue.run(this::gone);
    }

    // ------------------------------------------------------------------------------------------------------ manifest

    private void open(SignedRequest request) {
        manifestTimeout.cancel();
        Checked<UpdateFacts> checked = wiring.verifier()
                .check(SignedMethod.UPLOAD, request)
                .match(Reports::manifest, failed -> Checked.failed(failed.code(), failed.detail()));
        act(checked.match(
                manifest -> () -> {
                    facts = manifest;
                    stage = Stage.WAITING;
                    turn = wiring.activeUploads()
                            .enter(
                                    ActiveUploads.Key.of(manifest),
                                    () -> queue.later(this::replaced),
                                    () -> queue.later(() -> announce(manifest)));
                },
                failed -> () -> refuse(failed.code(), failed.detail())));
    }

    private void announce(UpdateFacts announced) {
        if (stage != Stage.WAITING) {
            return;
        }
        act(wiring.ports()
                .rounds()
                .announce(announced)
                .match(
                        expected -> () -> {
                            runIsKnown = true;
                            expect(announced, expected);
                        },
                        known -> () -> accept(known.grantedWeight(), true),
                        refused -> () -> refuse(refused.code(), refused.detail())));
    }

    private void expect(UpdateFacts announced, Announcement.Expected expected) {
        long bytes = expected.layout().byteLength();
        if (announced.updateBytes() != bytes) {
            refuse(
                    ErrorCode.WRONG_LENGTH,
                    "an update of " + announced.updateBytes() + " bytes, the layout has " + bytes);
        } else if (!announced.layoutDigest().equals(expected.layout().digest())) {
            refuse(
                    ErrorCode.WRONG_LAYOUT,
                    "layout " + announced.layoutDigest() + " is not the run's "
                            + expected.layout().digest());
        } else {
            slot = wiring.uploadSlots().acquire(() -> queue.later(() -> grant(announced, expected)));
        }
    }

    // -------------------------------------------------------------------------------------------------------- chunks

    private void grant(UpdateFacts announced, Announcement.Expected expected) {
        if (stage != Stage.WAITING) {
            return;
        }
        Receipt opened;
        try {
            opened = new Receipt(
                    announced,
                    expected.maxAbsoluteValue(),
                    wiring.ports()
                            .spools()
                            .open(announced.node(), announced.run(), announced.round(), announced.update()));
        } catch (IOException diskRefuses) {
            storeUnavailable(diskRefuses);
            return;
        }
        receipt = opened;
        try {
            resume(opened);
        } catch (IOException diskRefuses) {
            storeFailed(opened, diskRefuses);
            return;
        }
        stage = Stage.RECEIVING;
        pace.start(opened.nextChunk());
        send(UploadReply.newBuilder()
                .setGranted(UploadGranted.newBuilder().setOffsetBytes(opened.received))
                .build());
        if (opened.missing() == 0) {
            finish(opened);
        } else if (halfClosed) {
            truncated();
        } else {
            call.request(1);
        }
    }

    /** Takes up what an earlier try left: hash and screen have to see every byte. */
    private static void resume(Receipt opened) throws IOException {
        long kept = opened.spool.length();
        if (kept > opened.facts.updateBytes()) {
            throw new IOException("the spool holds " + kept + " bytes of an update of " + opened.facts.updateBytes());
        }
        byte[] piece = new byte[(int) Math.min(kept, FederationMethods.MAX_CHUNK_BYTES)];
        while (opened.received < kept) {
            int length = (int) Math.min(kept - opened.received, piece.length);
            opened.spool.read(opened.received, piece, 0, length);
            opened.take(piece, 0, length);
        }
    }

    private void receive(ChunkFrame chunk) {
        UpdateFacts sender = facts;
        if (runIsKnown && sender != null) {
            wiring.traffic().received(sender.run(), chunk.length());
        }
        Receipt open = receipt;
        if (stage == Stage.DONE || stage == Stage.STORED) {
            return;
        }
        if (stage != Stage.RECEIVING || open == null) {
            refuse(ErrorCode.CHUNK_OUT_OF_ORDER, "a chunk before the grant; send the manifest and wait for its answer");
            return;
        }
        if (chunk.offsetBytes() != open.received) {
            refuse(
                    ErrorCode.CHUNK_OUT_OF_ORDER,
                    "chunk at offset " + chunk.offsetBytes() + ", expected is offset " + open.received);
            return;
        }
        if (chunk.length() > open.missing()) {
            discard(open);
            refuse(
                    ErrorCode.WRONG_LENGTH,
                    "chunk of " + chunk.length() + " bytes at offset " + open.received + " of an update of "
                            + open.facts.updateBytes());
            return;
        }
        pace.progress(chunk.length(), Math.min(open.missing() - chunk.length(), FederationMethods.MAX_CHUNK_BYTES));
        try {
            open.spool.append(chunk.array(), chunk.arrayOffset(), chunk.length());
        } catch (IOException diskRefuses) {
            storeFailed(open, diskRefuses);
            return;
        }
        open.take(chunk.array(), chunk.arrayOffset(), chunk.length());
        if (open.missing() == 0) {
            finish(open);
        } else {
            call.request(1);
        }
    }

    // ------------------------------------------------------------------------------------------------------- verdict

    private void finish(Receipt open) {
        pace.stop();
        ContentHash actual = ContentHash.ofBytes(open.digest.digest());
        if (!actual.equals(open.facts.update())) {
            discard(open);
            refuse(ErrorCode.WRONG_HASH, "the bytes have hash " + actual + ", announced was " + open.facts.update());
            return;
        }
        act(open.screen
                .finish()
                .match(
                        finite -> () -> store(open, finite),
                        nonFinite -> () -> {
                            discard(open);
                            refuse(
                                    ErrorCode.NON_FINITE_VALUE,
                                    "element " + nonFinite.firstIndex() + " is NaN or infinite");
                        },
                        truncated -> () -> {
                            discard(open);
                            refuse(
                                    ErrorCode.WRONG_LENGTH,
                                    truncated.trailingBytes() + " bytes are left after the last whole element");
                        }));
    }

    private void store(Receipt open, ScreenResult.Finite finite) {
        if (finite.maxAbsoluteValue() > open.maxAbsoluteValue) {
            discard(open);
            refuse(
                    ErrorCode.VALUE_OUT_OF_RANGE,
                    "the largest |value| is above the run's " + open.maxAbsoluteValue + "; clip the update");
            return;
        }
        try {
            open.spool.commit(open.facts.update());
        } catch (IOException diskRefuses) {
            storeFailed(open, diskRefuses);
            return;
        }
        stage = Stage.STORED;
        close(open);
        releaseSlot();
        wiring.ports()
                .rounds()
                .submit(open.facts, finite.l2Norm(), finite.maxAbsoluteValue())
                .whenComplete((verdict, failure) -> queue.later(() -> decided(verdict, failure)));
    }

    private void decided(@Nullable Verdict verdict, @Nullable Throwable failure) {
        if (verdict == null) {
            LOG.error("an update could not be decided", failure);
            answer(refusal(ErrorCode.INTERNAL, "the coordinator failed to decide; try again"));
        } else {
            act(verdict.match(
                    accepted -> () -> accept(accepted.grantedWeight(), accepted.already()),
                    refused -> () -> answer(refusal(refused.code(), refused.detail()))));
        }
        done();
    }

    private void accept(long grantedWeight, boolean already) {
        answer(UploadReply.newBuilder()
                .setAccepted(UploadAccepted.newBuilder()
                        .setGrantedWeight(grantedWeight)
                        .setAlreadyAccepted(already))
                .build());
        done();
    }

    // ----------------------------------------------------------------------------------------------------- refusals

    private void manifestMissing() {
        if (stage == Stage.MANIFEST) {
            refuse(
                    ErrorCode.UPLOAD_TOO_SLOW,
                    "no manifest within " + wiring.settings().connections().helloTimeout());
        }
    }

    private void truncated() {
        Receipt open = receipt;
        long received = open == null ? 0 : open.received;
        refuse(
                ErrorCode.UPLOAD_TRUNCATED,
                "the stream ended after " + received + " bytes; they are kept, send the rest");
    }

    private void tooSlow() {
        Receipt open = receipt;
        if (stage == Stage.RECEIVING && open != null) {
            refuse(
                    ErrorCode.UPLOAD_TOO_SLOW,
                    "slower than " + wiring.settings().transfers().leastBytesPerSecond() + " bytes a second after "
                            + open.received + " bytes; they are kept, send the rest");
        }
    }

    /** A newer upload of the same update takes over, unless this one is already stored. */
    private void replaced() {
        if (stage == Stage.WAITING || stage == Stage.RECEIVING) {
            refuse(ErrorCode.UPLOAD_TRUNCATED, "a newer upload of the same update has taken the place of this one");
        }
    }

    private void storeUnavailable(IOException failure) {
        LOG.warn("the store refuses an update: {}", failure.toString());
        refuse(ErrorCode.STORE_UNAVAILABLE, "the coordinator cannot store the update now; try again later");
    }

    private void storeFailed(Receipt open, IOException failure) {
        discard(open);
        storeUnavailable(failure);
    }

    private void refuse(ErrorCode code, String detail) {
        if (stage == Stage.DONE) {
            return;
        }
        UpdateFacts known = facts;
        if (known != null) {
            wiring.ports().rounds().refused(known.node(), known.run(), known.round(), code, Refusals.clip(detail));
            LOG.info("upload refused node={} run={} round={} code={}", known.node(), known.run(), known.round(), code);
        } else {
            LOG.debug("upload refused code={}", code);
        }
        answer(refusal(code, detail));
        done();
    }

    private void defect(Throwable thrown) {
        LOG.error("bug: an upload failed", thrown);
        if (stage != Stage.DONE) {
            Stage before = stage;
            stage = Stage.DONE;
            if (before != Stage.STORED) {
                answer(refusal(ErrorCode.INTERNAL, "the coordinator failed; try again"));
            }
            done();
        }
    }

    private UploadReply refusal(ErrorCode code, String detail) {
        UpdateFacts known = facts;
        return UploadReply.newBuilder()
                .setRefused(Refusals.of(code, detail, known == null ? "" : known.taskId()))
                .build();
    }

    // ----------------------------------------------------------------------------------------------------------- end

    private void send(UploadReply reply) {
        if (!call.isCancelled()) {
            call.sendMessage(reply);
        }
    }

    private void answer(UploadReply last) {
        if (!call.isCancelled()) {
            call.sendMessage(last);
            call.close(Status.OK, new Metadata());
        }
    }

    /** The line is dead. What is in the spool is kept; an update that is stored still gets its verdict. */
    private void gone() {
        if (stage != Stage.STORED) {
            done();
        }
    }

    private void done() {
        stage = Stage.DONE;
        manifestTimeout.cancel();
        pace.stop();
        Receipt open = receipt;
        if (open != null) {
            close(open);
        }
        releaseSlot();
        ActiveUploads.Turn mine = turn;
        if (mine != null) {
            mine.leave();
        }
    }

    private void releaseSlot() {
        Slots.Slot held = slot;
        if (held != null) {
            held.release();
        }
    }

    private void discard(Receipt open) {
        try {
            open.spool.discard();
        } catch (IOException diskRefuses) {
            LOG.warn("a spool could not be discarded: {}", diskRefuses.toString());
        }
    }

    private void close(Receipt open) {
        receipt = null;
        try {
            open.spool.close();
        } catch (IOException diskRefuses) {
            LOG.warn("a spool could not be closed: {}", diskRefuses.toString());
        }
    }

    /** Runs what {@code match} has chosen. */
    private static void act(Runnable chosen) {
        chosen.run();
    }
}
