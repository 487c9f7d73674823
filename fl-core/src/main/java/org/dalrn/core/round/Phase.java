package org.dalrn.core.round;

/** Where a run stands. */
public enum Phase {
    /** A round is due and waits for enough connected nodes. */
    WAITING,
    /** A cohort trains. */
    TRAINING,
    /** The accepted updates are fixed; the shell sums them and steps the model. */
    AGGREGATING,
    /** The round's model is published; its evaluation is due. */
    PUBLISHED,
    /** A cohort evaluates the published model. */
    EVALUATING,
    /** All rounds are done. */
    FINISHED,
    /** An operator ended the run. */
    STOPPED,
    /** The run could not go on. */
    FAILED;

    /** True if nothing will happen any more. */
    public boolean isOver() {
        return this == FINISHED || this == STOPPED || this == FAILED;
    }
}
