package org.dalrn.server.cli;

import org.dalrn.protocol.ErrorCode;

/** What {@code dalrn} tells the shell; documented in {@code docs/errors/README.md}. */
public enum ExitCode {
    /** Done. */
    OK(0),
    /** A defect in DALRN. */
    INTERNAL(1),
    /** The command line is wrong. */
    USAGE(2),
    /** The coordinator, or a node's own policy, said no. */
    REFUSED(3),
    /** Nobody answers. */
    UNREACHABLE(4),
    /** A configuration or another file cannot be used. */
    FILE_INVALID(5),
    /** The run that was waited for failed or was stopped. */
    RUN_ENDED_BADLY(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The number that the process ends with. */
    public int number() {
        return number;
    }

    /** How the process ends after an error of this code. */
    public static ExitCode of(ErrorCode code) {
        return switch (code) {
            case CONFIG_INVALID,
                    RUN_FILE_INVALID,
                    DATA_DIRECTORY_IN_USE,
                    JOIN_FILE_INVALID,
                    IDENTITY_UNREADABLE,
                    RECEIPTS_UNREADABLE,
                    LOG_KEY_UNREADABLE -> FILE_INVALID;
            case COORDINATOR_UNREACHABLE, ANCHOR_LOOKUP_UNAVAILABLE -> UNREACHABLE;
            case RUN_FAILED, RUN_STOPPED -> RUN_ENDED_BADLY;
            case INTERNAL, STORE_UNAVAILABLE, BLOB_DAMAGED, LOG_DAMAGED -> INTERNAL;
            default -> REFUSED;
        };
    }
}
