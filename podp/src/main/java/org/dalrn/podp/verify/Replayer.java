package org.dalrn.podp.verify;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;

/**
 * How to run the steps of some types again, registered with a {@link Verifier} by who knows these steps.
 *
 * <p>What a session gives must depend on nothing but the receipts it has seen and the blobs: docs/receipts.md, "Replay", says
 * what that forbids. Implementations are thread-safe; a session is confined to one thread.
 */
public interface Replayer {

    /** The types of receipts, with versions, whose steps it can run again. */
    Set<String> types();

    /**
     * Begins a log.
     *
     * @param log its origin
     */
    Session begin(String log);

    /** The replay of one log: it sees the receipts of its types in the order of the log, and may remember. */
    interface Session {

        /**
         * Runs a step again.
         *
         * <p>The receipt is in its log, as the owner signed it; what it claims may still be wrong, and blobs may be anything.
         *
         * @param claimed what the log says of the step; its outputs are what is to be checked, not to be used
         * @param blobs what the steps of the log read and wrote
         * @throws BlobMissingException if a blob that it needs is not there: the step was not run again
         * @throws RuntimeException anything else refutes the receipt: its step does not run
         */
        Outcome replay(Receipt claimed, Blobs blobs);

        /**
         * What must still follow after the last receipt, in a sentence: a log that was signed in the midst of a step is refuted by
         * it. Empty if the log may end here.
         */
        default Optional<String> end() {
            return Optional.empty();
        }
    }

    /** What came of running a step again. */
    sealed interface Outcome {}

    /**
     * The step ran.
     *
     * @param facts what it did this time
     */
    record Remade(Facts facts) implements Outcome {
        /** Refuses null. */
        public Remade {
            Objects.requireNonNull(facts, "facts");
        }
    }

    /**
     * The step cannot be run again.
     *
     * @param because why, in a sentence for people
     */
    record NotReplayable(String because) implements Outcome {
        /** Refuses null. */
        public NotReplayable {
            Objects.requireNonNull(because, "because");
        }
    }
}
