package org.dalrn.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

    /** 10 s of grace, and a chunk of 1,000 bytes takes 100 s at 10 bytes a second. */
    @ParameterizedTest
    @CsvSource({"10, 109, 0", "10, 111, 1", "0, 111, 0", "0, 100000000, 0"})
    void start_nothingComes_cutsAfterTheGraceUnlessTheRateIsZero(long leastRate, long seconds, int cuts) {
        ManualTimers timers = new ManualTimers();
        AtomicInteger cut = new AtomicInteger();
        CallQueue queue = new CallQueue(Runnable::run, thrown -> {
            throw new AssertionError(thrown);
        });
        Pace pace = new Pace(
                timers,
                queue,
                new NodeServerSettings.Transfers(1, 1, leastRate, Duration.ofSeconds(10)),
                cut::incrementAndGet);
        pace.start(1_000);
        timers.advance(Duration.ofSeconds(seconds));
        assertThat(cut).hasValue(cuts);
        pace.progress(1_000, 1_000);
        assertThat(cut).hasValue(cuts);
    }
}
