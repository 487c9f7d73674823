package org.dalrn.server.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.util.Optional;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.bulk.ChunkFrame;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.BlobRequest;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.server.transport.BlobSource.Blob;
import org.dalrn.server.transport.RequestVerifier.Caller;
import org.dalrn.server.transport.Timers.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of {@code Download}: a signed request, then the blob's chunks as fast as the node reads them.
 *
 * <p>All state is confined to the call's queue, whose tasks run on the transfer pool.
 */
final class Download extends ServerCall.Listener<SignedRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    private final ServerCall<SignedRequest, ChunkFrame> call;
    private final Wiring wiring;
    private final CallQueue queue;
    private final Pace pace;
    private final Timeout requestTimeout;

    private boolean asked;
    private boolean over;
    private Slots.@Nullable Slot slot;
    private @Nullable Sending sending;

    /** A blob on its way, with the one array that its chunks are read into. */
    private static final class Sending {
        final RunId run;
        final Blob blob;
        final long length;
        final byte[] piece;
        long position;

        Sending(RunId run, Blob blob, long from) {
            this.run = run;
            this.blob = blob;
            this.length = blob.length();
            this.position = from;
            this.piece = new byte[(int) Math.min(length - from, FederationMethods.MAX_CHUNK_BYTES)];
        }

        int next() {
            return (int) Math.min(length - position, piece.length);
        }
    }

    private Download(ServerCall<SignedRequest, ChunkFrame> call, Wiring wiring) {
        this.call = call;
        this.wiring = wiring;
        this.queue = new CallQueue(wiring.transferPool(), this::defect);
        this.pace = new Pace(wiring.timers(), queue, wiring.settings().transfers(), this::tooSlow);
        this.requestTimeout = wiring.timers()
                .after(wiring.settings().connections().helloTimeout(), () -> queue.later(this::requestMissing));
    }

    static Download begin(ServerCall<SignedRequest, ChunkFrame> call, Wiring wiring) {
        Download download = new Download(call, wiring);
        call.request(1);
        return download;
    }

    @Override
    public void onMessage(SignedRequest request) {
        queue.run(() -> {
            if (over || asked) {
                return;
            }
            asked = true;
            requestTimeout.cancel();
            wiring.verifier()
                    .check(SignedMethod.DOWNLOAD, request)
                    .<Runnable>match(
                            caller -> () -> open(caller), failed -> () -> refuse(failed.code(), failed.detail()))
                    .run();
        });
    }

    @Override
    public void onHalfClose() {
        queue.run(() -> {
            if (!asked) {
                refuse(ErrorCode.MALFORMED_MESSAGE, "the stream ended before a request");
            }
        });
    }

    @Override
    public void onReady() {
        queue.run(this::pump);
    }

    @Override
    public void onCancel() {
        queue.run(this::done);
    }

    @Override
    public void onComplete() {
        queue.run(this::done);
    }

    private void open(Caller caller) {
        BlobRequest wanted;
        try {
            wanted = BlobRequest.parseFrom(caller.body());
        } catch (InvalidProtocolBufferException malformed) {
            refuse(ErrorCode.MALFORMED_MESSAGE, "the body is no BlobRequest");
            return;
        }
        if (wanted.getHash().size() != ContentHash.SIZE_BYTES) {
            refuse(
                    ErrorCode.MALFORMED_MESSAGE,
                    "a hash has " + ContentHash.SIZE_BYTES + " bytes, this one has "
                            + wanted.getHash().size());
            return;
        }
        ContentHash hash = ContentHash.ofBytes(wanted.getHash().toByteArray());
        Optional<RunId> run = run(caller);
        if (run.isEmpty() || !wiring.ports().rounds().mayDownload(caller.node(), run.get(), hash)) {
            notFound(hash);
            return;
        }
        slot = wiring.downloadSlots().acquire(() -> queue.later(() -> begin(run.get(), hash, wanted.getOffsetBytes())));
    }

    private static Optional<RunId> run(Caller caller) {
        try {
            return Optional.of(new RunId(caller.runId()));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private void begin(RunId run, ContentHash hash, long offset) {
        if (over) {
            return;
        }
        try {
            Optional<Blob> found = wiring.ports().blobs().open(hash);
            if (found.isEmpty()) {
                notFound(hash);
                return;
            }
            Blob blob = found.get();
            if (offset < 0 || offset > blob.length()) {
                long length = blob.length();
                blob.close();
                refuse(
                        ErrorCode.OFFSET_OUT_OF_RANGE,
                        "offset " + Long.toUnsignedString(offset) + " is not in [0, " + length + "]");
                return;
            }
            sending = new Sending(run, blob, offset);
        } catch (IOException diskRefuses) {
            storeFailed(diskRefuses);
            return;
        }
        call.sendHeaders(new Metadata());
        pace.start(FederationMethods.MAX_CHUNK_BYTES);
        pump();
    }

    private void pump() {
        Sending open = sending;
        if (over || open == null) {
            return;
        }
        while (open.position < open.length && call.isReady()) {
            int length = open.next();
            try {
                open.blob.read(open.position, open.piece, 0, length);
            } catch (IOException diskRefuses) {
                storeFailed(diskRefuses);
                return;
            }
            // gRPC has copied the bytes when sendMessage returns: the array is free for the next piece.
            call.sendMessage(ChunkFrame.of(open.position, open.piece, 0, length));
            open.position += length;
            wiring.traffic().sent(open.run, length);
            pace.progress(length, FederationMethods.MAX_CHUNK_BYTES);
        }
        if (open.position == open.length) {
            if (!call.isCancelled()) {
                call.close(Status.OK, new Metadata());
            }
            done();
        }
    }

    private void notFound(ContentHash hash) {
        refuse(ErrorCode.BLOB_NOT_FOUND, "no task of this node in the run of the request names a model " + hash);
    }

    private void requestMissing() {
        if (!asked) {
            refuse(
                    ErrorCode.DOWNLOAD_TOO_SLOW,
                    "no request within " + wiring.settings().connections().helloTimeout());
        }
    }

    private void tooSlow() {
        Sending open = sending;
        if (open != null) {
            refuse(
                    ErrorCode.DOWNLOAD_TOO_SLOW,
                    "slower than " + wiring.settings().transfers().leastBytesPerSecond()
                            + " bytes a second after offset " + open.position + "; ask for the rest");
        }
    }

    private void storeFailed(IOException failure) {
        LOG.warn("the store refuses a blob: {}", failure.toString());
        refuse(ErrorCode.STORE_UNAVAILABLE, "the coordinator cannot read the blob now; try again later");
    }

    private void defect(Throwable thrown) {
        LOG.error("bug: a download failed", thrown);
        refuse(ErrorCode.INTERNAL, "the coordinator failed; try again");
    }

    private void refuse(ErrorCode code, String detail) {
        if (over) {
            return;
        }
        LOG.debug("download refused code={}", code);
        over = true;
        if (!call.isCancelled()) {
            Refusals.close(call, code, detail);
        }
        done();
    }

    private void done() {
        over = true;
        requestTimeout.cancel();
        pace.stop();
        Sending open = sending;
        sending = null;
        if (open != null) {
            try {
                open.blob.close();
            } catch (IOException diskRefuses) {
                LOG.warn("a blob could not be closed: {}", diskRefuses.toString());
            }
        }
        Slots.Slot held = slot;
        if (held != null) {
            held.release();
        }
    }
}
