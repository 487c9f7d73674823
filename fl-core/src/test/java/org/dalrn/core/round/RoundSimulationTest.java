package org.dalrn.core.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.testing.SimulatedFederation;
import org.dalrn.core.testing.SimulatedFederation.Outcome;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand rounds with crashes, liars and a bad network, each event checked against
 * {@link org.dalrn.core.testing.LogAuditor}, which shares no code with the machine.
 */
class RoundSimulationTest {

    private static final int ROUNDS = 10_000;

    @Test
    void simulate_tenThousandRounds_keepsEveryPromise() {
        int closed = 0;
        int completed = 0;
        int abandoned = 0;
        int crashes = 0;
        long events = 0;
        SortedMap<Phase, Integer> ends = new TreeMap<>();
        SortedMap<Refusal, Integer> refusals = new TreeMap<>();
        Set<ContentHash> logs = new HashSet<>();
        long seed = 0;
        while (completed < ROUNDS) {
            Outcome outcome = run(++seed);
            closed += outcome.roundsClosed();
            completed += outcome.roundsCompleted();
            abandoned += outcome.attemptsAbandoned();
            crashes += outcome.crashes();
            events += outcome.events();
            ends.merge(outcome.phase(), 1, Integer::sum);
            outcome.refusals().forEach((reason, count) -> refusals.merge(reason, count, Integer::sum));
            logs.add(outcome.logHash());
        }
        String summary = seed + " runs, " + closed + " rounds closed, " + completed + " completed, " + abandoned
                + " attempts abandoned, " + crashes + " crashes, " + events + " events, ends " + ends + ", refusals "
                + refusals;
        System.out.println(summary);
        // A simulation in which a fault never happens proves nothing about it.
        assertThat(ends.keySet()).as(summary).containsExactly(Phase.FINISHED, Phase.STOPPED, Phase.FAILED);
        assertThat(refusals.keySet())
                .as(summary)
                .containsAll(EnumSet.of(
                        Refusal.WRONG_ROUND,
                        Refusal.LATE_UPDATE,
                        Refusal.NOT_SELECTED,
                        Refusal.SECOND_UPDATE,
                        Refusal.WEIGHT_INVALID,
                        Refusal.WRONG_BASE_MODEL,
                        Refusal.VALUE_OUT_OF_RANGE,
                        Refusal.METRICS_INVALID,
                        Refusal.RUN_OVER));
        assertThat(abandoned).as(summary).isGreaterThan(100);
        assertThat(crashes).as(summary).isGreaterThan(1000);
        assertThat(logs).as("each seed tells another story").hasSize((int) seed);
    }

    @Test
    void simulate_sameSeed_givesTheSameLog() {
        for (long seed = 1; seed <= 50; seed++) {
            assertThat(run(seed)).as("seed " + seed).isEqualTo(run(seed));
        }
    }

    private static Outcome run(long seed) {
        try {
            return SimulatedFederation.run(seed);
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
        }
    }
}
