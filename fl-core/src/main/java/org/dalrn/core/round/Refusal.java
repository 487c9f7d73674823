package org.dalrn.core.round;

/** Why an update or an evaluation does not count. */
public enum Refusal {
    /** The run has ended, or was stopped. */
    RUN_OVER,
    /** The message names a round that has not begun, or an earlier one that never wanted it. */
    WRONG_ROUND,
    /** The round has closed. */
    LATE_UPDATE,
    /** The node is not in the round's cohort, or has left it. */
    NOT_SELECTED,
    /** The node has already sent another update, or another evaluation, in this round. */
    SECOND_UPDATE,
    /** The claimed number of examples is below 1. */
    WEIGHT_INVALID,
    /** The update started from another model than the round's. */
    WRONG_BASE_MODEL,
    /** An element is larger than the run allows. */
    VALUE_OUT_OF_RANGE,
    /** An element is NaN or infinite. */
    NON_FINITE_VALUE,
    /** The layout is not the run's. */
    WRONG_LAYOUT,
    /** The length is not the layout's. */
    WRONG_LENGTH,
    /** The bytes do not have the announced hash. */
    WRONG_HASH,
    /** A metric is not finite, or there are too many of them. */
    METRICS_INVALID
}
