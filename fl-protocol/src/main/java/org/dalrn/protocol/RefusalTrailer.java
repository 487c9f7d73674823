package org.dalrn.protocol;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.dalrn.protocol.v1.Refusal;

/**
 * The place of a {@link Refusal} on a call whose replies have no field for one: the binary trailer {@code
 * dalrn-refusal-bin}, which holds the serialized message. Format: section "A download" of {@code docs/wire.md}.
 */
public final class RefusalTrailer {

    /** A refusal is small: a code and a sentence. Longer trailers are not read. */
    private static final int MAX_BYTES = 4 << 10;

    private static final Metadata.Key<byte[]> KEY =
            Metadata.Key.of("dalrn-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private RefusalTrailer() {}

    /** Trailers that carry the refusal. */
    public static Metadata write(Refusal refusal) {
        Metadata trailers = new Metadata();
        trailers.put(KEY, requireNonNull(refusal, "refusal").toByteArray());
        return trailers;
    }

    /** The status that goes with the refusal: {@code UNAVAILABLE} if it is retryable, else {@code FAILED_PRECONDITION}. */
    public static Status status(Refusal refusal) {
        Status status = refusal.getRetryable() ? Status.UNAVAILABLE : Status.FAILED_PRECONDITION;
        return status.withDescription("DALRN-" + refusal.getCode() + ": " + refusal.getDetail());
    }

    /** Status and trailers in one, for a call that ends by an exception. */
    public static StatusRuntimeException exception(Refusal refusal) {
        return status(refusal).asRuntimeException(write(refusal));
    }

    /** The refusal in trailers; empty if there is none that can be read. */
    public static Optional<Refusal> read(Metadata trailers) {
        byte[] bytes = trailers.get(KEY);
        if (bytes == null || bytes.length > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(Refusal.parseFrom(bytes));
        } catch (InvalidProtocolBufferException foreign) {
            // Then the status is all there is to say.
            return Optional.empty();
        }
    }

    /** The refusal that a failed call carries; empty if it failed for a reason of gRPC's own. */
    public static Optional<Refusal> read(Throwable failure) {
        Metadata trailers = Status.trailersFromThrowable(failure);
        return trailers == null ? Optional.empty() : read(trailers);
    }
}
