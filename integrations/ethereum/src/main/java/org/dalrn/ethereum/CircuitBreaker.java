package org.dalrn.ethereum;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Says when a chain that does not answer may be asked again: each failure in a row doubles the wait, from a second to five minutes, and
 * chance takes up to half of it away, so that many servers do not come back at once. Not thread-safe.
 */
final class CircuitBreaker {

    static final Duration SHORTEST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** So many failures in a row are no accident. */
    static final int OPEN_AFTER = 5;

    private final RandomGenerator random;
    private int failures;
    private Instant next = Instant.MIN;

    CircuitBreaker(RandomGenerator random) {
        this.random = random;
    }

    /** Whether a try is due; one try decides whether more follow. */
    boolean lets(Instant now) {
        return !now.isBefore(next);
    }

    void succeeded() {
        failures = 0;
        next = Instant.MIN;
    }

    void failed(Instant now) {
        failures++;
        long wait = LONGEST.toMillis();
        // 2^9 seconds are more than the longest wait.
        if (failures < 10) {
            wait = Math.min(wait, SHORTEST.toMillis() << (failures - 1));
        }
        next = now.plusMillis(wait - random.nextLong(wait / 2 + 1));
    }

    int failures() {
        return failures;
    }

    /** Whether the chain counts as down. */
    boolean isOpen() {
        return failures >= OPEN_AFTER;
    }

    /** When the next try is due; long ago if nothing failed. */
    Instant next() {
        return next;
    }
}
