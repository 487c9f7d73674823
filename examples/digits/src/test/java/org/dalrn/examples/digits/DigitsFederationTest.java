package org.dalrn.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.TaskConfig;
import org.dalrn.core.model.Parameters;
import org.junit.jupiter.api.Test;

/** Source of truth: a network's own accuracy over all test images; the full run is the demo's, this is a short one. */
class DigitsFederationTest {
    private static final DigitsFederation FEDERATION =
            DigitsFederation.create(new DigitsPlan(10, 0.5, 3, 1, 32, 0.1, 0.9, 0, 32), 1);

    @Test
    void trainers_accuraciesWeightedByExamples_areTheAccuracyOfAllTestImages() throws Exception {
        Parameters model = FEDERATION.initialModel();
        double right = 0;
        long examples = 0;
        for (int node = 0; node < 10; node++) {
            EvaluationResult result = FEDERATION
                    .trainer(node)
                    .evaluate(model, new DigitsSimulation.Round(1, 1, TaskConfig.of(FEDERATION.config())));
            right += result.metrics().get("accuracy") * result.examples();
            examples += result.examples();
        }

        assertThat(examples).isEqualTo(1797);
        assertThat(right / examples).isCloseTo(FEDERATION.testAccuracy(model), within(1e-9));
    }

    @Test
    void run_ofThreeRounds_learnsAndIsTheSameOnAnyNumberOfThreads() throws Exception {
        List<Double> accuracies = DigitsSimulation.run(FEDERATION, 3, 2);

        assertThat(accuracies.get(2)).isGreaterThan(0.75);
        assertThat(DigitsSimulation.run(FEDERATION, 3, 1)).isEqualTo(accuracies);
    }
}
