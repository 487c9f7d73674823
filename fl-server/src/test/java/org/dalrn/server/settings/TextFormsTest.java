package org.dalrn.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormsTest {

    @ParameterizedTest
    @CsvSource({"250ms,PT0.25S", "30s,PT30S", "90s,PT1M30S", "10m,PT10M", "36h,PT36H", "7d,P7D", "0s,PT0S"})
    void duration_parsedAndWritten_isTheSame(String text, Duration duration) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
        assertThat(DurationText.of(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-1s", "1.5h", "3 weeks", "9999999999s"})
    void duration_otherText_isRefused(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is no duration");
    }

    @ParameterizedTest
    @CsvSource({"0B,0", "1000B,1000", "1KiB,1024", "64MiB,67108864", "1GiB,1073741824", "3TiB,3298534883328"})
    void size_parsedAndWritten_isTheSame(String text, long bytes) {
        assertThat(SizeText.parse(text)).isEqualTo(bytes);
        assertThat(SizeText.of(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "64MB", "-1KiB", "1.5GiB"})
    void size_otherText_isRefused(String text) {
        assertThatThrownBy(() -> SizeText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is no size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1", "0.0.0.0:9443", "[::1]:65535", "fl.example.org:0"})
    void hostPort_parsedAndWritten_isTheSame(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9443", ":9443", "host", "host:", "host:70000", "::1:80", "a b:1", "http://x:1"})
    void hostPort_otherText_isRefused(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hostPort_loopback_isToldFromOpen() {
        assertThat(HostPort.parse("127.0.0.1:1").isLoopback()).isTrue();
        assertThat(HostPort.parse("[::1]:1").isLoopback()).isTrue();
        assertThat(HostPort.parse("0.0.0.0:1").isLoopback()).isFalse();
        assertThat(HostPort.parse("no-such-host.invalid:1").isLoopback()).isFalse();
    }

    /** Distances by hand: kitten to sitting is the textbook's 3. */
    @Test
    void nearestKey_slip_isFoundAndStrangeWordIsNot() {
        assertThat(NearestKey.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(NearestKey.of("lisen", List.of("listen", "tls"))).contains("listen");
        assertThat(NearestKey.of("zebra", List.of("listen", "tls"))).isEmpty();
    }
}
