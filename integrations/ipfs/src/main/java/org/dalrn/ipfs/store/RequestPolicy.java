package org.dalrn.ipfs.store;

import java.time.Duration;
import java.util.Objects;

/**
 * How long to wait for an answer, and how often to ask again when none came.
 *
 * <p>Asked again is only what may be asked twice, after a pause that doubles each time. A tenth of a pause to all of it is waited, at
 * random, so that those who failed together do not come back together.
 *
 * @param answerTime until the last byte of an answer, positive
 * @param pinTime the same for pinning, for which a node may fetch blocks from others, positive
 * @param attempts how often a request is made at most, in [1, 20]
 * @param firstPause before the second attempt, not negative
 * @param longestPause at least {@code firstPause}
 */
public record RequestPolicy(
        Duration answerTime, Duration pinTime, int attempts, Duration firstPause, Duration longestPause) {

    /** For one file from the command line: 30 s, 5 min for pinning, 5 attempts within about 4 s. */
    public static final RequestPolicy PATIENT = new RequestPolicy(
            Duration.ofSeconds(30), Duration.ofMinutes(5), 5, Duration.ofMillis(250), Duration.ofSeconds(5));

    /** Checks the ranges. */
    public RequestPolicy {
        requirePositive(answerTime, "answerTime");
        requirePositive(pinTime, "pinTime");
        if (attempts < 1 || attempts > 20) {
            throw new IllegalArgumentException("attempts = " + attempts + " is not in [1, 20]");
        }
        Objects.requireNonNull(firstPause, "firstPause");
        Objects.requireNonNull(longestPause, "longestPause");
        if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("pauses from " + firstPause + " to " + longestPause
                    + " are negative or shrink; allowed is 0 or more, the longest last");
        }
    }

    private static void requirePositive(Duration duration, String name) {
        Objects.requireNonNull(duration, name);
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(name + " = " + duration + " is not positive");
        }
    }

    /**
     * The pause after a failed attempt.
     *
     * @param failed how many attempts failed, at least 1
     * @param chance in [0, 1)
     */
    Duration pauseAfter(int failed, double chance) {
        Duration doubled = firstPause.multipliedBy(1L << (failed - 1));
        Duration pause = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
        return Duration.ofNanos((long) (pause.toNanos() * (0.1 + 0.9 * chance)));
    }
}
