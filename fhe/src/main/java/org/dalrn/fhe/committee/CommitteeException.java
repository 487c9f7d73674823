package org.dalrn.fhe.committee;

import java.util.Objects;
import org.dalrn.fhe.FheException;

/**
 * Why bytes, parties or the journal of a round were refused.
 *
 * <p>Its message names parties and sizes, never a key, a share or a sum.
 */
public final class CommitteeException extends FheException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    CommitteeException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    CommitteeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * The kind of refusal, for code that acts on it.
     *
     * @return the kind
     */
    public Reason reason() {
        return reason;
    }

    /** The kinds of refusal. */
    public enum Reason {
        /** The bytes are not the announced object: wrong version, kind, length or range. */
        MALFORMED,
        /** The object belongs to another plan or round. */
        OTHER_PLAN,
        /** The plan is weaker than the policy, or names a party that the policy does not know. */
        PLAN_REFUSED,
        /** A dealer or member is not in the plan. */
        UNKNOWN_PARTY,
        /** A signature does not verify. */
        BAD_SIGNATURE,
        /** A sealed share does not open or holds a value outside the field. */
        BAD_SHARE,
        /** Fewer dealers or endorsements than the plan demands. */
        TOO_FEW,
        /** The round is committed to another plan or set, for ever. */
        OTHER_SET,
        /** The journal cannot be read, written or trusted. */
        JOURNAL
    }
}
