package org.dalrn.fhe.committee;

import java.util.Objects;

/**
 * A member's durable memory of the one set to which it is committed in each round.
 *
 * <p>The safety of the sums rests on it: a member that forgets and answers for a second set gives away the difference
 * of the two sums. So an implementation never forgets, never returns before the record would survive a loss of power,
 * and refuses with {@link CommitteeException.Reason#JOURNAL} when it cannot be sure. Implementations are thread-safe.
 */
public interface AnswerJournal {
    /**
     * Commits the round to the wanted set if it is not committed yet, records the step if the set is the wanted one,
     * and returns once both are durable. Atomic: of two concurrent calls for different sets one wins.
     *
     * @param wanted the commitment the member wishes to make or has made
     * @param step what it is about to do under it
     * @return the commitment in force for the round: equal to {@code wanted}, or another, which must be honoured
     * @throws CommitteeException with reason {@link CommitteeException.Reason#JOURNAL} if nothing can be promised
     */
    Commitment commit(Commitment wanted, Step step);

    /** What a member does under a commitment. */
    enum Step {
        /** Signs the set. */
        ENDORSED,
        /** Gives out the sum of its shares. */
        ANSWERED
    }

    /**
     * The one plan and set of one round.
     *
     * @param round the round
     * @param plan digest of its plan
     * @param set digest of the set
     */
    record Commitment(RoundName round, Digest plan, Digest set) {
        /** Checks for nulls. */
        public Commitment {
            Objects.requireNonNull(round, "round");
            Objects.requireNonNull(plan, "plan");
            Objects.requireNonNull(set, "set");
        }
    }
}
