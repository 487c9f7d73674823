package org.dalrn.client.transport;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteBuffer;
import org.dalrn.core.model.Parameters;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.bulk.ChunkFrame;
import org.dalrn.protocol.bulk.UploadFrame;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.UploadAccepted;
import org.dalrn.protocol.v1.UploadReply;
import org.jspecify.annotations.Nullable;

/**
 * One update on its way to the coordinator, over as many calls as it takes. One array of a chunk serves all of them.
 * Confined to one thread.
 */
public final class UpdateUpload {

    private final Parameters update;
    private final long length;
    private final byte[] array;

    public UpdateUpload(Parameters update) {
        this.update = update;
        this.length = update.layout().byteLength();
        this.array = new byte[(int) Math.min(FederationMethods.MAX_CHUNK_BYTES, length)];
    }

    /**
     * Sends the manifest, waits for the grant, sends what the coordinator lacks, waits for the verdict.
     *
     * @throws InterruptedException if the thread is interrupted; the call is cancelled
     */
    public Answer<UploadAccepted> run(
            FederationMethods methods, Channel channel, SignedRequest manifest, Patience patience)
            throws InterruptedException {
        CallPump pump = new CallPump();
        // Two chunks in gRPC's hands: the line does not idle while the next one is copied.
        CallOptions options =
                CallOptions.DEFAULT.withExecutor(pump).withOnReadyThreshold(FederationMethods.MAX_CHUNK_BYTES + 1);
        ClientCall<UploadFrame, UploadReply> call = channel.newCall(methods.upload(), options);
        Replies replies = new Replies();
        // By way of the pump: a call that another thread has cancelled throws when it is started or sent on.
        patience.onGiveUp(() ->
                pump.execute(() -> replies.end = Status.CANCELLED.withDescription("the task is not wanted any more")));
        try {
            call.start(replies, new Metadata());
            call.request(2);
            call.sendMessage(new UploadFrame.Manifest(manifest));
            boolean halfClosed = false;
            while (replies.verdict == null && replies.end == null) {
                if (replies.granted && replies.position < length && call.isReady()) {
                    sendChunk(call, replies);
                    continue;
                }
                if (replies.granted && replies.position == length && !halfClosed) {
                    halfClosed = true;
                    call.halfClose();
                }
                if (!pump.runOne(patience.nanosLeft())) {
                    return new Answer.Broken<>("the task's time is over");
                }
            }
            if (replies.verdict != null) {
                return replies.verdict;
            }
            return replies.end == null || replies.end.isOk()
                    ? new Answer.Broken<>("the upload ended without a verdict")
                    : Answer.ofFailure(replies.end, replies.endTrailers);
        } finally {
            patience.onGiveUp(null);
            // Without effect on a call that ended.
            call.cancel("left", null);
        }
    }

    private void sendChunk(ClientCall<UploadFrame, UploadReply> call, Replies replies) {
        // A granted offset may lie within a float: the array then begins with the float's bytes that are not sent.
        int element = (int) (replies.position / Float.BYTES);
        int unsent = (int) (replies.position % Float.BYTES);
        int count = Math.min(array.length / Float.BYTES, update.layout().elementCount() - element);
        update.copyTo(element, ByteBuffer.wrap(array), count);
        int bytes = count * Float.BYTES - unsent;
        call.sendMessage(ChunkFrame.of(replies.position, array, unsent, bytes));
        replies.position += bytes;
    }

    private final class Replies extends ClientCall.Listener<UploadReply> {
        private boolean granted;
        private long position;
        private @Nullable Answer<UploadAccepted> verdict;
        private @Nullable Status end;
        private Metadata endTrailers = new Metadata();

        @Override
        public void onMessage(UploadReply reply) {
            switch (reply.getReplyCase()) {
                case GRANTED -> {
                    long offset = reply.getGranted().getOffsetBytes();
                    if (granted || offset < 0 || offset > length) {
                        verdict = new Answer.Broken<>("granted from byte " + Long.toUnsignedString(offset)
                                + (granted ? " a second time" : " of " + length));
                        return;
                    }
                    position = offset;
                    granted = true;
                }
                case ACCEPTED -> verdict = new Answer.Done<>(reply.getAccepted());
                case REFUSED -> verdict = Answer.refused(reply.getRefused());
                case REPLY_NOT_SET -> verdict = new Answer.Broken<>("an upload reply that this version does not know");
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end = status;
            endTrailers = trailers;
        }
    }
}
