package org.dalrn.server.transport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.dalrn.server.transport.Timers.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of a transfer, moved on by each chunk: a transfer that stays above the least rate never meets it.
 *
 * <p>A chunk is seen only when it is whole, so the time that it takes at the least rate is given in advance; it is also
 * the most that can be saved up, beside the grace. At a least rate of 0 there is no deadline. Confined to the
 * call's queue.
 */
final class Pace {
    private final Timers timers;
    private final CallQueue queue;
    private final NodeServerSettings.Transfers limits;
    private final Runnable tooSlow;
    private long deadline;
    private boolean running;
    private @Nullable Timeout timeout;

    Pace(Timers timers, CallQueue queue, NodeServerSettings.Transfers limits, Runnable tooSlow) {
        this.timers = timers;
        this.queue = queue;
        this.limits = limits;
        this.tooSlow = tooSlow;
    }

    /** Starts to count; {@code nextBytes} is the size of the first chunk. */
    void start(long nextBytes) {
        if (limits.leastBytesPerSecond() == 0) {
            return;
        }
        running = true;
        deadline = farthest(nextBytes);
        watch();
    }

    /**
     * A chunk has come.
     *
     * @param bytes its size
     * @param nextBytes the size of the next one
     */
    void progress(long bytes, long nextBytes) {
        if (!running) {
            return;
        }
        long earned = deadline + nanosFor(bytes);
        long farthest = farthest(nextBytes);
        // By difference, as System.nanoTime wants it.
        deadline = earned - farthest < 0 ? earned : farthest;
    }

    void stop() {
        running = false;
        if (timeout != null) {
            timeout.cancel();
        }
    }

    private long farthest(long nextBytes) {
        return timers.nanos() + limits.grace().toNanos() + nanosFor(nextBytes);
    }

    private long nanosFor(long bytes) {
        return (long) (bytes * (double) TimeUnit.SECONDS.toNanos(1) / limits.leastBytesPerSecond());
    }

    private void watch() {
        long left = deadline - timers.nanos();
        timeout = timers.after(Duration.ofNanos(Math.max(left, 1)), () -> queue.later(this::check));
    }

    private void check() {
        if (!running) {
            return;
        }
        if (deadline - timers.nanos() > 0) {
            watch();
        } else {
            stop();
            tooSlow.run();
        }
    }
}
