package org.dalrn.client.training;

import java.util.concurrent.CancellationException;
import org.dalrn.core.model.RunId;

/** What a trainer knows of its task and can tell about it. Thread-safe. */
public interface TrainingContext {

    /** The run that the task belongs to. */
    RunId run();

    /** The run's name, for people. */
    String runName();

    /** The round, from 1. */
    int round();

    /** The run's number of rounds. */
    int totalRounds();

    /** What the run's author tells trainers. */
    TaskConfig config();

    /** True when the result is not wanted any more: cancelled, late, or the client closes. */
    boolean cancelled();

    /**
     * Leaves a training that is not wanted any more.
     *
     * @throws CancellationException if {@link #cancelled()}
     */
    default void throwIfCancelled() {
        if (cancelled()) {
            throw new CancellationException("the task is not wanted any more");
        }
    }

    /**
     * Tells people how far the training is. Cheap: most calls are dropped, at most four a second are sent.
     *
     * @param fraction in [0, 1]
     * @param stage a word, at most 80 characters; never data
     * @throws IllegalArgumentException if the fraction is outside
     */
    void progress(double fraction, String stage);
}
