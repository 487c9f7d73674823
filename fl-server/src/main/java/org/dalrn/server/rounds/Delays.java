package org.dalrn.server.rounds;

import java.time.Duration;

/** How long is waited before something is done again. */
final class Delays {
    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    private Delays() {}

    /** Doubled by each failure before, up to 30 s. */
    static Duration afterFailures(int failures) {
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 10));
        return delay.compareTo(LONGEST_RETRY) < 0 ? delay : LONGEST_RETRY;
    }

    /** What a timer can wait for: 1 ms at least. */
    static Duration positive(Duration duration) {
        return duration.isNegative() || duration.isZero() ? Duration.ofMillis(1) : duration;
    }
}
