package org.dalrn.core.round;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.dalrn.core.testing.Runs.EVALUATE;
import static org.dalrn.core.testing.Runs.TRAIN;

import java.time.Duration;
import java.util.TreeMap;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.testing.Runs;
import org.junit.jupiter.api.Test;

/** Source of truth: the Javadoc of RunSpec and RoundPolicy. */
class RunSpecTest {

    @Test
    void create_severalFaults_namesAllWithTheirValues() {
        RunSpec good = Runs.spec();
        TreeMap<String, ConfigValue> config = new TreeMap<>();
        for (int i = 0; i < 257; i++) {
            config.put("k" + i, ConfigValue.of(i));
        }
        config.put(" ", ConfigValue.of(true));
        RoundPolicy quorum = new RoundPolicy(TRAIN, EVALUATE, RunSpec.LARGEST_COHORT + 1, 1, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RunSpec(
                        "n".repeat(101),
                        good.layout(),
                        good.initialModel(),
                        0,
                        good.strategy(),
                        quorum,
                        0,
                        Double.NaN,
                        config))
                .withMessageContaining("name has 101 characters")
                .withMessageContaining("rounds 0 is not in [1, 1000000]")
                .withMessageContaining("max-examples-per-node 0 is not in [1, 536870912]")
                .withMessageContaining("max-absolute-value NaN is not a positive float")
                .withMessageContaining("config has 258 entries")
                .withMessageContaining("config key ' '")
                .withMessageContaining("quorum 131073 is above 131072");
    }

    @Test
    void create_policyWithSeveralFaults_namesAllWithTheirValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RoundPolicy(Duration.ZERO, Duration.ofDays(8), 0, 0.5, 0))
                .withMessageContaining("train-deadline PT0S is not in (0, 7 days]")
                .withMessageContaining("evaluate-deadline PT192H is not in (0, 7 days]")
                .withMessageContaining("quorum 0 is below 1")
                .withMessageContaining("over-selection 0.5 is not in [1, 10]")
                .withMessageContaining("max-attempts 0 is below 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RoundPolicy(TRAIN, EVALUATE, 1, Double.NaN, 1))
                .withMessageContaining("over-selection NaN");
    }
}
