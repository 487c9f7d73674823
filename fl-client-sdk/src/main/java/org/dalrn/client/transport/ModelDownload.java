package org.dalrn.client.transport;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.function.Function;
import org.dalrn.core.model.ContentHash;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.bulk.ChunkFrame;
import org.dalrn.protocol.v1.BlobRequest;
import org.dalrn.protocol.v1.SignedRequest;
import org.jspecify.annotations.Nullable;

/**
 * One model on its way: what came stays over broken calls, the next one goes on behind it. The bytes go straight into the
 * model's own buffer. Confined to one thread.
 */
public final class ModelDownload {

    /** Chunks asked for ahead: keeps the line busy while one is hashed. */
    private static final int CHUNKS_AHEAD = 4;

    private final ContentHash hash;
    private final FloatBuffer target;
    private final long length;
    private final byte[] split = new byte[Float.BYTES];
    private MessageDigest digest = ContentHash.newDigest();
    private long position;

    /**
     * @param target takes the elements, from its position 0 to its limit
     */
    public ModelDownload(ContentHash hash, FloatBuffer target) {
        this.hash = hash;
        this.target = target;
        this.length = (long) Float.BYTES * target.limit();
    }

    /** Bytes that are here. */
    public long position() {
        return position;
    }

    /**
     * Fetches what is missing.
     *
     * @param sign makes the request for the rest
     * @return done, true: the model is whole and has the right hash; done, false: it has another hash, and the next call
     *     begins anew
     * @throws InterruptedException if the thread is interrupted; the call is cancelled
     */
    public Answer<Boolean> run(
            FederationMethods methods, Channel channel, Function<BlobRequest, SignedRequest> sign, Patience patience)
            throws InterruptedException {
        CallPump pump = new CallPump();
        ClientCall<SignedRequest, ChunkFrame> call =
                channel.newCall(methods.download(), CallOptions.DEFAULT.withExecutor(pump));
        Incoming incoming = new Incoming(call);
        // By way of the pump: a call that another thread has cancelled throws when it is started or sent on.
        patience.onGiveUp(() ->
                pump.execute(() -> incoming.end = Status.CANCELLED.withDescription("the task is not wanted any more")));
        try {
            call.start(incoming, new Metadata());
            call.request(CHUNKS_AHEAD);
            call.sendMessage(sign.apply(BlobRequest.newBuilder()
                    .setHash(ByteString.copyFrom(hash.toByteArray()))
                    .setOffsetBytes(position)
                    .build()));
            call.halfClose();
            while (incoming.end == null) {
                if (!pump.runOne(patience.nanosLeft())) {
                    return new Answer.Broken<>("the task's time is over");
                }
            }
            return incoming.fault != null
                    ? new Answer.Broken<>(incoming.fault)
                    : verdict(incoming.end, incoming.endTrailers);
        } finally {
            patience.onGiveUp(null);
            // Without effect on a call that ended.
            call.cancel("left", null);
        }
    }

    private Answer<Boolean> verdict(Status end, Metadata trailers) {
        if (!end.isOk()) {
            return Answer.ofFailure(end, trailers);
        }
        if (position < length) {
            return new Answer.Broken<>("the model ended at byte " + position + " of " + length);
        }
        if (ContentHash.ofBytes(digest.digest()).equals(hash)) {
            return new Answer.Done<>(true);
        }
        restart();
        return new Answer.Done<>(false);
    }

    private void restart() {
        digest = ContentHash.newDigest();
        target.rewind();
        position = 0;
    }

    /** Takes a chunk's bytes; a float may lie across two chunks. */
    private void take(byte[] array, int from, int count) {
        digest.update(array, from, count);
        int at = from;
        int end = from + count;
        while (at < end && position % Float.BYTES != 0) {
            takeSplit(array[at++]);
        }
        int whole = (end - at) / Float.BYTES;
        target.put(ByteBuffer.wrap(array, at, whole * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer());
        at += whole * Float.BYTES;
        position += (long) whole * Float.BYTES;
        while (at < end) {
            takeSplit(array[at++]);
        }
    }

    private void takeSplit(byte one) {
        int index = (int) (position % Float.BYTES);
        split[index] = one;
        position++;
        if (index == Float.BYTES - 1) {
            target.put(ByteBuffer.wrap(split).order(ByteOrder.LITTLE_ENDIAN).getFloat());
        }
    }

    private final class Incoming extends ClientCall.Listener<ChunkFrame> {
        private final ClientCall<SignedRequest, ChunkFrame> call;
        private @Nullable Status end;
        private Metadata endTrailers = new Metadata();
        private @Nullable String fault;

        Incoming(ClientCall<SignedRequest, ChunkFrame> call) {
            this.call = call;
        }

        @Override
        public void onMessage(ChunkFrame chunk) {
            try (chunk) {
                if (fault != null) {
                    return;
                }
                if (chunk.offsetBytes() != position || chunk.length() > length - position) {
                    fault = "chunk at " + chunk.offsetBytes() + " of " + chunk.length() + " bytes, expected at "
                            + position + " of at most " + (length - position);
                    call.cancel(fault, null);
                    return;
                }
                take(chunk.array(), chunk.arrayOffset(), chunk.length());
                call.request(1);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end = status;
            endTrailers = trailers;
        }
    }
}
