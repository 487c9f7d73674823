package org.dalrn.client.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A session's clock and alarm. Thread-safe. */
public interface Ticker {

    /** As {@link System#nanoTime()}. */
    long nanoTime();

    /** Runs the action once, later. */
    void after(Duration delay, Runnable action);

    /** The machine's clock; the JDK's own timer thread serves all clients, so none of them has one. */
    static Ticker system() {
        Executor direct = Runnable::run;
        return new Ticker() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void after(Duration delay, Runnable action) {
                CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, direct)
                        .execute(action);
            }
        };
    }
}
