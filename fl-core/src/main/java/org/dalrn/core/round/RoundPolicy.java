package org.dalrn.core.round;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When a round ends, and what happens when too few updates came.
 *
 * @param trainDeadline time from the start of a round after which no update is taken
 * @param evaluateDeadline time from the start of an evaluation after which no measurement is taken; a published model
 *     waits as long for enough nodes to be connected before its round is completed without evaluation
 * @param quorum the least number of accepted updates that make a round; with fewer it is abandoned and tried again
 * @param overSelection factor of nodes asked above the number of updates wanted, in [1, 10]; the round closes as soon as
 *     the wanted number is in
 * @param maxAttempts how often a round is tried before the run fails, at least 1
 */
public record RoundPolicy(
        Duration trainDeadline, Duration evaluateDeadline, int quorum, double overSelection, int maxAttempts) {

    private static final Duration LONGEST = Duration.ofDays(7);

    public RoundPolicy {
        List<String> faults = new ArrayList<>();
        checkDeadline("train-deadline", trainDeadline, faults);
        checkDeadline("evaluate-deadline", evaluateDeadline, faults);
        if (quorum < 1) {
            faults.add("quorum " + quorum + " is below 1");
        }
        if (!(overSelection >= 1 && overSelection <= 10)) {
            faults.add(
                    "over-selection " + overSelection + " is not in [1, 10]; 1.3 asks 30 % more nodes than are wanted");
        }
        if (maxAttempts < 1) {
            faults.add("max-attempts " + maxAttempts + " is below 1");
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
    }

    private static void checkDeadline(String name, Duration value, List<String> faults) {
        requireNonNull(value, name);
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            faults.add(name + " " + value + " is not in (0, 7 days]");
        }
    }
}
