package org.dalrn.examples.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.dalrn.client.training.TaskConfig;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.junit.jupiter.api.Test;

class LinearRegressionTest {

    /** A task of five thousand steps. */
    private static final TrainingContext CONTEXT = new TrainingContext() {
        @Override
        public RunId run() {
            return new RunId("prices-1");
        }

        @Override
        public String runName() {
            return "prices-1";
        }

        @Override
        public int round() {
            return 1;
        }

        @Override
        public int totalRounds() {
            return 1;
        }

        @Override
        public TaskConfig config() {
            return TaskConfig.of(Map.of("local-epochs", ConfigValue.of(5000L), "learning-rate", ConfigValue.of(0.5)));
        }

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void progress(double fraction, String stage) {
            assertThat(fraction).isBetween(0.0, 1.0);
        }
    };

    @Test
    void train_rowsOnAPlane_findsThePlane() {
        double[][] rows = PriceNode.parse("0,0,1\n1,0,3\n0,1,0\n1,1,2\n");
        LinearRegression trainer = new LinearRegression(rows);
        ParameterLayout layout = ParameterLayout.of(new TensorSpec("model", List.of(3)));
        TrainingResult result = trainer.train(Parameters.zeros(layout), CONTEXT);
        // The plane 1 + 2 x - y, from which the rows were written down.
        assertThat(result.trained().get(0)).isCloseTo(2, within(1e-3f));
        assertThat(result.trained().get(1)).isCloseTo(-1, within(1e-3f));
        assertThat(result.trained().get(2)).isCloseTo(1, within(1e-3f));
        assertThat(result.examples()).isEqualTo(4);
        assertThat(trainer.evaluate(result.trained(), CONTEXT).metrics().get("mse"))
                .isLessThan(1e-6);
    }
}
