package org.dalrn.core.round;

import java.util.function.Function;

/** What whoever sent a command is told once the decision's events are durable. */
public sealed interface RunReply {

    <R> R match(Function<Done, R> done, Function<Accepted, R> accepted, Function<Refused, R> refused);

    /** Nothing to tell. */
    record Done() implements RunReply {
        @Override
        public <R> R match(Function<Done, R> done, Function<Accepted, R> accepted, Function<Refused, R> refused) {
            return done.apply(this);
        }
    }

    /**
     * The update or evaluation counts.
     *
     * @param grantedWeight of an update min(claimed examples, the run's cap), of an evaluation its examples
     * @param already true if the same bytes or measurements had been accepted before: nothing new was written
     */
    record Accepted(long grantedWeight, boolean already) implements RunReply {
        @Override
        public <R> R match(Function<Done, R> done, Function<Accepted, R> accepted, Function<Refused, R> refused) {
            return accepted.apply(this);
        }
    }

    /** The update or evaluation does not count. */
    record Refused(Refusal reason, String detail) implements RunReply {
        @Override
        public <R> R match(Function<Done, R> done, Function<Accepted, R> accepted, Function<Refused, R> refused) {
            return refused.apply(this);
        }
    }
}
