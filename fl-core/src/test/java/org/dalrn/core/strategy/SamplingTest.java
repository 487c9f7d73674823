package org.dalrn.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.TreeMap;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;
import org.junit.jupiter.api.Test;

/** Source of truth: Flower's max(int(fraction * n), minimum), and the definition of federated averaging. */
class SamplingTest {

    @Test
    void create_severalFaults_namesAllWithTheirValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sampling(0, 0, 1.5, -1, 0))
                .withMessageContaining("fraction-train 0.0 is not in (0, 1]")
                .withMessageContaining("fraction-evaluate 1.5 is not in [0, 1]")
                .withMessageContaining("min-train-nodes 0 is below 1")
                .withMessageContaining("min-evaluate-nodes -1 is below 1")
                .withMessageContaining("min-available-nodes 0 is below 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sampling(Double.NaN, 1, Double.NaN, 1, 1))
                .withMessageContaining("fraction-train NaN")
                .withMessageContaining("fraction-evaluate NaN");
    }

    @Test
    void trainNodes_allSizes_areFloorOfTheShareButAtLeastTheMinimum() {
        Sampling sampling = new Sampling(0.3, 2, 0.5, 3, 2);
        int[] train = {0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3};
        int[] evaluate = {0, 1, 2, 3, 3, 3, 3, 3, 4, 4, 5, 5};
        for (int n = 0; n < train.length; n++) {
            assertThat(sampling.trainNodes(n)).as("train of " + n).isEqualTo(train[n]);
            assertThat(sampling.evaluateNodes(n)).as("evaluate of " + n).isEqualTo(evaluate[n]);
            assertThat(sampling.mayStart(n)).isEqualTo(n >= 2);
        }
        assertThat(new Sampling(1, 1, 0, 5, 1).evaluateNodes(10)).isZero();
        assertThat(new Sampling(1, 4, 1, 1, 2).mayStart(3)).isFalse();
    }

    @Test
    void step_fedAvg_isTheGlobalModelPlusTheMean() {
        ParameterLayout layout = ParameterLayout.of(new TensorSpec("w", java.util.List.of(3)));
        Parameters global = Parameters.copyOf(layout, new float[] {1f, -2f, 0.5f});
        Parameters mean = Parameters.copyOf(layout, new float[] {0.25f, 2f, -1f});
        FedAvg fedAvg = new FedAvg(Sampling.defaults());
        assertThat(fedAvg.step(global, mean)).isEqualTo(Parameters.copyOf(layout, new float[] {1.25f, 0f, -0.5f}));
        assertThat(fedAvg.trainConfig(7)).containsOnly(java.util.Map.entry("server-round", ConfigValue.of(7L)));
    }

    @Test
    void of_nameAndSettings_areReadBackOrRefused() {
        FedAvg fedAvg = new FedAvg(Sampling.defaults());
        assertThat(Strategy.of(fedAvg.name(), fedAvg.sampling(), fedAvg.settings()))
                .isEqualTo(fedAvg);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Strategy.of("fedavgg", Sampling.defaults(), new TreeMap<>()))
                .withMessage("strategy 'fedavgg' is unknown; allowed: fedavg");
        TreeMap<String, ConfigValue> settings = new TreeMap<>();
        settings.put("eta", ConfigValue.of(1.0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Strategy.of("fedavg", Sampling.defaults(), settings))
                .withMessageContaining("no setting 'eta'");
    }
}
