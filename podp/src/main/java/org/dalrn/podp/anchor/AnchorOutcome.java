package org.dalrn.podp.anchor;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.dalrn.podp.Sha256Hash;

/** What a chain says about a checkpoint. */
public sealed interface AnchorOutcome {

    /** One sentence for people. */
    String explanation();

    /**
     * The chain holds the checkpoint, and will for good.
     *
     * @param time when the block was made that it is in, by the clock of the chain
     * @param explanation one sentence for people
     */
    record Final(Instant time, String explanation) implements AnchorOutcome {
        /** Checks. */
        public Final {
            requireNonNull(time, "time");
            requireNonNull(explanation, "explanation");
        }
    }

    /**
     * The chain holds the checkpoint, but may still take it back: ask again later.
     *
     * @param time when the block was made that it is in now
     * @param explanation one sentence for people
     */
    record NotFinal(Instant time, String explanation) implements AnchorOutcome {
        /** Checks. */
        public NotFinal {
            requireNonNull(time, "time");
            requireNonNull(explanation, "explanation");
        }
    }

    /**
     * The chain answered and does not hold the checkpoint, or not in the name of somebody who may anchor it.
     *
     * @param explanation one sentence for people
     */
    record Absent(String explanation) implements AnchorOutcome {
        /** Checks. */
        public Absent {
            requireNonNull(explanation, "explanation");
        }
    }

    /**
     * The chain holds another root for the same log and size: the log's owner has shown two histories.
     *
     * @param anchored the root that the chain holds
     * @param explanation one sentence for people
     */
    record Contradicted(Sha256Hash anchored, String explanation) implements AnchorOutcome {
        /** Checks. */
        public Contradicted {
            requireNonNull(anchored, "anchored");
            requireNonNull(explanation, "explanation");
        }
    }

    /**
     * Nobody answered, or not in a way that can be used: nothing is known about the checkpoint.
     *
     * @param explanation one sentence for people
     */
    record Unreachable(String explanation) implements AnchorOutcome {
        /** Checks. */
        public Unreachable {
            requireNonNull(explanation, "explanation");
        }
    }
}
