package org.dalrn.client.transport;

import io.grpc.Status;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dalrn.protocol.ErrorCode;
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

    /** What a gRPC status means; a refusal where its description begins with one of our codes. */
    static <T> Answer<T> ofStatus(Status status) {
        String description = String.valueOf(status.getDescription());
        Matcher label = StatusLabel.PATTERN.matcher(description);
        if (label.lookingAt()) {
            Optional<ErrorCode> code = ErrorCode.ofNumber(Integer.parseInt(label.group(1)));
            if (code.isPresent()) {
                return new Refused<>(code.get(), label.group(2), code.get().retryable());
            }
        }
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, UNIMPLEMENTED, RESOURCE_EXHAUSTED, PERMISSION_DENIED ->
                new Refused<>(ErrorCode.MALFORMED_MESSAGE, status.getCode() + ": " + description, false);
            default -> new Broken<>(status.getCode() + ": " + description);
        };
    }

    /** Holds the pattern: an interface's fields are public. */
    final class StatusLabel {
        private static final Pattern PATTERN = Pattern.compile("DALRN-(\\d{4}):? ?(.*)", Pattern.DOTALL);

        private StatusLabel() {}
    }
}
