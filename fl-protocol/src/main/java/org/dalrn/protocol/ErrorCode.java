package org.dalrn.protocol;

import java.util.Arrays;
import java.util.Optional;

/**
 * The stable numbers of everything that DALRN refuses. Each has a page {@code docs/errors/DALRN-<number>.md} with meaning,
 * cause and fix. A number is never reused.
 */
public enum ErrorCode {
    // Command line, configuration, operator
    CONFIG_INVALID(1001, false),
    RUN_FILE_INVALID(1002, false),
    COORDINATOR_UNREACHABLE(1003, true),
    RUN_NOT_FOUND(1004, false),
    OPERATOR_TOKEN_REFUSED(1005, false),
    DATA_DIRECTORY_IN_USE(1006, false),
    JOIN_FILE_INVALID(1007, false),
    REQUEST_INVALID(1008, false),

    // Identity
    UNKNOWN_NODE(2001, false),
    NODE_REVOKED(2002, false),
    CERTIFICATE_EXPIRED(2003, false),
    CERTIFICATE_NOT_TRUSTED(2004, false),
    BAD_SIGNATURE(2005, false),
    REPLAYED_NONCE(2006, false),
    UNKNOWN_SESSION(2007, true),
    JOIN_SECRET_REFUSED(2008, false),
    WIRE_VERSION_UNSUPPORTED(2009, false),
    HELLO_TIMEOUT(2010, true),
    SESSION_REPLACED(2011, false),

    // Updates, evaluations, transfers
    UNKNOWN_RUN(3001, false),
    WRONG_ROUND(3002, false),
    LATE_UPDATE(3003, false),
    NOT_SELECTED(3004, false),
    SECOND_UPDATE(3005, false),
    WRONG_LAYOUT(3006, false),
    WRONG_ELEMENT_TYPE(3007, false),
    WRONG_LENGTH(3008, false),
    CHUNK_TOO_LARGE(3009, false),
    CHUNK_OUT_OF_ORDER(3010, true),
    UPLOAD_TRUNCATED(3011, true),
    WRONG_HASH(3012, true),
    NON_FINITE_VALUE(3013, false),
    VALUE_OUT_OF_RANGE(3014, false),
    WEIGHT_INVALID(3015, false),
    UPLOAD_TOO_SLOW(3016, true),
    METRICS_INVALID(3017, false),
    WRONG_BASE_MODEL(3018, false),
    MALFORMED_MESSAGE(3019, false),
    BLOB_NOT_FOUND(3020, false),
    OFFSET_OUT_OF_RANGE(3021, false),
    UNKNOWN_TASK(3022, false),
    RUN_OVER(3023, false),
    DOWNLOAD_TOO_SLOW(3024, true),

    // Runs
    RUN_FAILED(4001, false),
    RUN_STOPPED(4002, false),

    // Storage
    STORE_UNAVAILABLE(5001, true),
    BLOB_DAMAGED(5002, false),
    LOG_DAMAGED(5003, false),

    // Nodes
    POLICY_FORBIDS(6001, false),
    TRAINER_FAILED(6002, false),
    COORDINATOR_NOT_TRUSTED(6003, false),
    IDENTITY_UNREADABLE(6004, false),

    // Receipts
    RECEIPTS_REFUTED(7001, false),
    RECEIPTS_UNREADABLE(7002, false),
    NO_CHECKPOINT_YET(7003, true),
    LOG_KEY_UNREADABLE(7004, false),
    ANCHOR_LOOKUP_UNAVAILABLE(7005, false),

    // A defect in DALRN itself
    INTERNAL(9001, true);

    private final int number;
    private final boolean retryable;

    ErrorCode(int number, boolean retryable) {
        this.number = number;
        this.retryable = retryable;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** True if the same request may succeed later without change. */
    public boolean retryable() {
        return retryable;
    }

    /** For instance {@code DALRN-3012}: the name of the page. */
    public String label() {
        return "DALRN-" + number;
    }

    /** The code with this number; empty for a number that a newer peer may know. */
    public static Optional<ErrorCode> ofNumber(int number) {
        return Arrays.stream(values()).filter(code -> code.number == number).findFirst();
    }
}
