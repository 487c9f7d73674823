package org.dalrn.server.transport;

import java.util.function.Function;
import org.dalrn.protocol.ErrorCode;

/** The answer to a whole update, an evaluation or an enrolment. */
public sealed interface Verdict {

    <R> R match(Function<Accepted, R> accepted, Function<Refused, R> refused);

    /**
     * It counts, and that is durable.
     *
     * @param grantedWeight the weight that counts
     * @param already true if the same bytes had been accepted before
     */
    record Accepted(long grantedWeight, boolean already) implements Verdict {
        @Override
        public <R> R match(Function<Accepted, R> accepted, Function<Refused, R> refused) {
            return accepted.apply(this);
        }
    }

    /** It does not count. */
    record Refused(ErrorCode code, String detail) implements Verdict {
        @Override
        public <R> R match(Function<Accepted, R> accepted, Function<Refused, R> refused) {
            return refused.apply(this);
        }
    }
}
