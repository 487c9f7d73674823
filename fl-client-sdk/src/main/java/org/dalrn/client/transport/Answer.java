package org.dalrn.client.transport;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Function;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.RefusalTrailer;
import org.dalrn.protocol.v1.Refusal;

/**
 * How a call to the coordinator ended.
 *
 * @param <T> what it was made for
 */
public sealed interface Answer<T> {

    <R> R match(Function<T, R> done, Function<Refused<T>, R> refused, Function<Broken<T>, R> broken);

    /** The call did what it was made for. */
    record Done<T>(T value) implements Answer<T> {
        @Override
        public <R> R match(Function<T, R> done, Function<Refused<T>, R> refused, Function<Broken<T>, R> broken) {
            return done.apply(value);
        }
    }

    /**
     * The coordinator said no.
     *
     * @param retryable the same request may succeed later
     */
    record Refused<T>(ErrorCode code, String detail, boolean retryable) implements Answer<T> {
        @Override
        public <R> R match(Function<T, R> done, Function<Refused<T>, R> refused, Function<Broken<T>, R> broken) {
            return refused.apply(this);
        }
    }

    /** The call broke off; another try may work. */
    record Broken<T>(String reason) implements Answer<T> {
        @Override
        public <R> R match(Function<T, R> done, Function<Refused<T>, R> refused, Function<Broken<T>, R> broken) {
            return broken.apply(this);
        }
    }

    /** The refusal as an answer; a code that this version does not know counts as internal. */
    static <T> Answer<T> refused(Refusal refusal) {
        Optional<ErrorCode> code = ErrorCode.ofNumber(refusal.getCode());
        String detail =
                code.isPresent() ? refusal.getDetail() : "DALRN-" + refusal.getCode() + ": " + refusal.getDetail();
        return new Refused<>(code.orElse(ErrorCode.INTERNAL), detail, refusal.getRetryable());
    }

    /** What the end of a failed call means: a refusal where its trailers carry one. */
    static <T> Answer<T> ofFailure(Status status, Metadata trailers) {
        Optional<Refusal> refusal = RefusalTrailer.read(trailers);
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        String description = status.getCode() + ": " + status.getDescription();
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, UNIMPLEMENTED, RESOURCE_EXHAUSTED, PERMISSION_DENIED ->
                new Refused<>(ErrorCode.MALFORMED_MESSAGE, description, false);
            default -> new Broken<>(description);
        };
    }
}
