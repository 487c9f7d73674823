package org.dalrn.podp.witness;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.dalrn.podp.note.NoteSignature;
import org.dalrn.podp.note.SplitView;

/** What a witness answers to a checkpoint. */
public sealed interface WitnessOutcome {

    /** The HTTP status of C2SP tlog-witness. */
    int status();

    /**
     * The witness cosigned, and has kept the checkpoint.
     *
     * @param line its signature line
     */
    record Cosigned(NoteSignature line) implements WitnessOutcome {
        /** Creates it. */
        public Cosigned {
            requireNonNull(line, "line");
        }

        @Override
        public int status() {
            return 200;
        }
    }

    /**
     * The witness knows another size than the request says: send the proof from there.
     *
     * @param knownSize size of the checkpoint that it cosigned last, 0 if none
     */
    record Conflict(long knownSize) implements WitnessOutcome {
        @Override
        public int status() {
            return 409;
        }
    }

    /**
     * The witness did not cosign.
     *
     * @param reason why
     * @param detail what was wrong, in words
     * @param evidence the contradiction between this checkpoint and the one that the witness cosigned, if it is one that
     *     others can check
     */
    record Refused(Reason reason, String detail, Optional<SplitView> evidence) implements WitnessOutcome {
        /** Creates it. */
        public Refused {
            requireNonNull(reason, "reason");
            requireNonNull(detail, "detail");
            requireNonNull(evidence, "evidence");
        }

        @Override
        public int status() {
            return reason.status;
        }
    }

    /** Why a witness does not cosign. */
    enum Reason {
        /** The request has another form, or its old size is above its new one. */
        MALFORMED(400),
        /** No log of this origin is looked after. */
        UNKNOWN_LOG(404),
        /** No trusted key signed, or a line of a trusted key fails. */
        NOT_SIGNED(403),
        /** The checkpoint does not continue the one that the witness cosigned. */
        INCONSISTENT(422);

        private final int status;

        Reason(int status) {
            this.status = status;
        }
    }
}
