package org.dalrn.core.round;

/** Why a selected node delivers nothing. */
public enum DropReason {
    /** The node's own policy forbids the task. */
    POLICY,
    /** The node's trainer failed. */
    TRAINER_FAILED,
    /** The node could not get the model. */
    MODEL_UNAVAILABLE,
    /** The node was asked to stop, or stopped by itself. */
    CANCELLED,
    /** The node's session ended and did not come back in time. */
    CONNECTION_LOST,
    /** The node's certificate was revoked. */
    REVOKED
}
