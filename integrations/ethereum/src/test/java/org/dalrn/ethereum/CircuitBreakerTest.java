package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void failures_doubleTheWaitUpToFiveMinutesLessHalfByChance() {
        for (int seed = 0; seed < 50; seed++) {
            CircuitBreaker breaker = new CircuitBreaker(new Random(seed));
            assertThat(breaker.lets(NOW)).isTrue();
            for (int i = 0; i < 40; i++) {
                breaker.failed(NOW);
                Duration most = Duration.ofSeconds(i < 9 ? Math.min(300, 1L << i) : 300);
                assertThat(Duration.between(NOW, breaker.next())).isBetween(most.dividedBy(2), most);
                assertThat(breaker.lets(NOW)).isFalse();
                assertThat(breaker.lets(breaker.next())).isTrue();
            }
        }
    }

    @Test
    void fiveFailures_openItAndOneSuccessClosesIt() {
        CircuitBreaker breaker = new CircuitBreaker(new Random(1));
        for (int i = 1; i <= 5; i++) {
            assertThat(breaker.isOpen()).isFalse();
            breaker.failed(NOW);
        }
        assertThat(breaker.isOpen()).isTrue();
        breaker.succeeded();
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.lets(NOW)).isTrue();
    }
}
