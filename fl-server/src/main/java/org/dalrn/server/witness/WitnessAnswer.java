package org.dalrn.server.witness;

import static java.util.Objects.requireNonNull;

import org.dalrn.podp.note.NoteSignature;

/** What asking a witness for a cosignature came to. */
public sealed interface WitnessAnswer {

    /**
     * It cosigned.
     *
     * @param line its signature line, verified
     */
    record Cosigned(NoteSignature line) implements WitnessAnswer {
        /** Creates it. */
        public Cosigned {
            requireNonNull(line, "line");
        }
    }

    /**
     * It did not, and will not if it is asked the same again: a human must look.
     *
     * @param status of HTTP
     * @param detail what it said, or what was wrong with what it said
     */
    record Refused(int status, String detail) implements WitnessAnswer {
        /** Creates it. */
        public Refused {
            requireNonNull(detail, "detail");
        }
    }

    /**
     * It could not be asked, or cannot answer now; ask again later.
     *
     * @param detail why
     */
    record Unavailable(String detail) implements WitnessAnswer {
        /** Creates it. */
        public Unavailable {
            requireNonNull(detail, "detail");
        }
    }
}
