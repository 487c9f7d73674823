package org.dalrn.core.round;

/** Why a round takes no more updates. */
public enum CloseReason {
    /** As many updates as were wanted are in. */
    TARGET_REACHED,
    /** Every selected node has delivered or dropped out, and the quorum is in. */
    ALL_SETTLED,
    /** Time is over and the quorum is in. */
    DEADLINE
}
