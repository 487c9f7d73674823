package org.dalrn.server.transport;

import java.time.Duration;

/** The passing of time, as the transport sees it. Thread-safe. */
interface Timers {

    /** Nanoseconds from some fixed instant on; never goes back. */
    long nanos();

    /** Runs a short, non-blocking task once. */
    Timeout after(Duration delay, Runnable task);

    /** A task to come. */
    interface Timeout {
        /** Drops the task if it has not begun. */
        void cancel();
    }
}
