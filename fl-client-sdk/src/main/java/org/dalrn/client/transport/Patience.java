package org.dalrn.client.transport;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a transfer may go on: until its deadline, or until its task is given up. Thread-safe.
 */
public final class Patience {

    private final LongSupplier nanoTime;
    private final long deadlineNanos;
    private final Object lock = new Object();
    // Both guarded by lock.
    private boolean over;
    private @Nullable Runnable interruption;

    /**
     * @param nanoTime as {@link System#nanoTime()}
     * @param deadlineNanos on that clock
     */
    public Patience(LongSupplier nanoTime, long deadlineNanos) {
        this.nanoTime = nanoTime;
        this.deadlineNanos = deadlineNanos;
    }

    /** Time left, 0 at the deadline or when given up. */
    public long nanosLeft() {
        return givenUp() ? 0 : Math.max(0, deadlineNanos - nanoTime.getAsLong());
    }

    /** True after {@link #giveUp()}. */
    public boolean givenUp() {
        synchronized (lock) {
            return over;
        }
    }

    /** Ends what is going on, and everything after it. */
    public void giveUp() {
        Runnable now;
        synchronized (lock) {
            over = true;
            now = interruption;
        }
        if (now != null) {
            now.run();
        }
    }

    /** What ends the thing that begins now; null when it is over. */
    public void onGiveUp(@Nullable Runnable interrupt) {
        boolean already;
        synchronized (lock) {
            interruption = interrupt;
            already = over;
        }
        if (already && interrupt != null) {
            interrupt.run();
        }
    }
}
