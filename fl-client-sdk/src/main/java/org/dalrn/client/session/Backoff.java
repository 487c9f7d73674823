package org.dalrn.client.session;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pauses between tries: exponential with full jitter, so that a thousand nodes do not come back at once. Confined to
 * one thread.
 *
 * <p>Source: M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), variant "full jitter".
 */
final class Backoff {

    private final long firstNanos;
    private final long longestNanos;
    private final RandomGenerator random;
    private int tries;

    /**
     * @param first the first pause is drawn from [0, first)
     * @param longest no pause is longer
     */
    Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.longestNanos = longest.toNanos();
        this.random = random;
    }

    /** The next pause. */
    Duration next() {
        // 2^30 times the smallest pause is above any longest one that makes sense; more would overflow.
        int doublings = Math.min(tries, 30);
        long bound = firstNanos > longestNanos >> doublings ? longestNanos : firstNanos << doublings;
        tries++;
        // A client's two backoffs, of its line and of its transfers, draw from one generator.
        synchronized (random) {
            return Duration.ofNanos(random.nextLong(Math.max(1, bound)));
        }
    }

    /** Begins anew with the first pause. */
    void reset() {
        tries = 0;
    }
}
