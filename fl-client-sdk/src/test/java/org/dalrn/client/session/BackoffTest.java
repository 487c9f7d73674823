package org.dalrn.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** Draws the largest value there is: shows the bound. */
    private static final class Largest implements RandomGenerator {
        @Override
        public long nextLong() {
            throw new AssertionError("only bounded draws are expected");
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    }

    @Test
    void next_largestDraws_doublesUpToTheLongest() {
        Backoff backoff = new Backoff(FIRST, LONGEST, new Largest());
        for (int i = 0; i < 9; i++) {
            long bound = FIRST.toNanos() << i;
            assertThat(backoff.next().toNanos()).isEqualTo(Math.min(bound, LONGEST.toNanos()) - 1);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(backoff.next().toNanos()).isEqualTo(LONGEST.toNanos() - 1);
        }
    }

    @Test
    void next_manyDraws_useTheWholeRange() {
        RandomGenerator random = new SplittableRandom(42);
        double sum = 0;
        for (int i = 0; i < 10_000; i++) {
            Backoff backoff = new Backoff(FIRST, LONGEST, random);
            Duration pause = backoff.next();
            assertThat(pause).isBetween(Duration.ZERO, FIRST);
            sum += pause.toNanos();
        }
        // The mean of a uniform draw; its standard error here is 0.3 % of the range.
        assertThat(sum / 10_000 / FIRST.toNanos()).isBetween(0.48, 0.52);
    }

    @Test
    void reset_afterManyTries_beginsWithTheFirst() {
        Backoff backoff = new Backoff(FIRST, LONGEST, new Largest());
        for (int i = 0; i < 20; i++) {
            backoff.next();
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThan(FIRST);
    }
}
