package org.dalrn.server.rounds;

import java.time.Duration;

/** The passing of time, as the conductor sees it. Thread-safe; not moved by changes of the wall clock. */
public interface RoundTimers {

    /**
     * Runs a short, non-blocking task once.
     *
     * @return drops the task if it has not begun
     */
    Runnable after(Duration delay, Runnable task);
}
