package org.dalrn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.Parameters;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Source of truth: DL4J's own {@code fit}, {@code evaluate} and {@code score} on the same network and data. */
class Dl4jTrainerTest {
    private static final Parameters GLOBAL = Dl4jModels.initialParameters(Networks.perceptron(100));

    private static DataSetIterator minibatches() {
        return new ListDataSetIterator<>(Networks.rows(40).asList(), 16);
    }

    private static Dl4jTrainer perceptron() {
        return Dl4jTrainer.of(() -> Networks.perceptron(1), Dl4jTrainerTest::minibatches, Dl4jTrainerTest::minibatches);
    }

    @Nested
    class Train {
        @Test
        void train_layers_givesTheBitsOfFittingTheNetworkDirectly() {
            MultiLayerNetwork direct = Networks.perceptron(2);
            Dl4jModels.applyTo(direct, GLOBAL);
            direct.fit(minibatches(), 3);

            TrainingResult result = perceptron().train(GLOBAL, Task.ofEpochs(3));

            assertThat(result.trained().toArray()).isEqualTo(direct.params().toFloatVector());
            assertThat(result.trained()).isNotEqualTo(GLOBAL);
            assertThat(result.examples()).isEqualTo(40);
            assertThat(result.metrics()).containsOnlyKeys("loss");
        }

        @Test
        void train_graphOfTwoInputs_givesTheBitsOfFittingTheGraphDirectly() {
            MultiDataSet data = Networks.pairs(12);
            ComputationGraph direct = Networks.merging(2);
            Parameters global = Dl4jModels.initialParameters(direct);
            direct.fit(new SingletonMultiDataSetIterator(data), 4);
            Dl4jTrainer trainer = Dl4jTrainer.ofMultiData(
                    () -> Networks.merging(3),
                    () -> new SingletonMultiDataSetIterator(data),
                    () -> new SingletonMultiDataSetIterator(data));

            TrainingResult result = trainer.train(global, Task.ofEpochs(4));

            assertThat(result.trained().toArray()).isEqualTo(direct.params().toFloatVector());
            assertThat(result.examples()).isEqualTo(12);
        }

        @Test
        void train_learningRateGiven_replacesTheNetworks() {
            MultiLayerNetwork direct = Networks.perceptron(2);
            Dl4jModels.applyTo(direct, GLOBAL);
            direct.setLearningRate(0.003);
            direct.fit(minibatches());
            Task task =
                    Task.ofRound(1, Map.of("local-epochs", ConfigValue.of(1), "learning-rate", ConfigValue.of(0.003)));

            assertThat(perceptron().train(GLOBAL, task).trained().toArray())
                    .isEqualTo(direct.params().toFloatVector());
        }

        @Test
        void train_networksOfOneSharedConfiguration_startsAfreshEachRound() {
            MultiLayerConfiguration shared = Networks.perceptron(1).getLayerWiseConfigurations();
            Dl4jTrainer trainer = Dl4jTrainer.of(
                    () -> {
                        MultiLayerNetwork network = new MultiLayerNetwork(shared);
                        network.init();
                        return network;
                    },
                    Dl4jTrainerTest::minibatches,
                    Dl4jTrainerTest::minibatches);
            Task hasty =
                    Task.ofRound(1, Map.of("local-epochs", ConfigValue.of(2), "learning-rate", ConfigValue.of(0.9)));

            Parameters first = trainer.train(GLOBAL, Task.ofEpochs(2)).trained();
            trainer.train(GLOBAL, hasty);

            assertThat(trainer.train(GLOBAL, Task.ofEpochs(2)).trained()).isEqualTo(first);
        }

        @Test
        void train_oneTrainedNetworkSupplied_leavesItAloneAndIgnoresItsUpdater() {
            MultiLayerNetwork own = Networks.perceptron(4);
            own.fit(minibatches(), 2);
            float[] before = own.params().toFloatVector();
            Dl4jTrainer trainer = Dl4jTrainer.of(() -> own, Dl4jTrainerTest::minibatches, Dl4jTrainerTest::minibatches);

            Parameters trained = trainer.train(GLOBAL, Task.ofEpochs(2)).trained();

            assertThat(trained)
                    .isEqualTo(perceptron().train(GLOBAL, Task.ofEpochs(2)).trained());
            assertThat(own.params().toFloatVector()).isEqualTo(before);
        }

        @Test
        void train_dropout_drawsAnewInEachRoundAndTheSameInARepeatedOne() {
            Dl4jTrainer trainer = Dl4jTrainer.of(
                    () -> Networks.perceptron(1, 0.5), Dl4jTrainerTest::minibatches, Dl4jTrainerTest::minibatches);
            Map<String, ConfigValue> config = Map.of("local-epochs", ConfigValue.of(1));

            Parameters first = trainer.train(GLOBAL, Task.ofRound(1, config)).trained();

            assertThat(trainer.train(GLOBAL, Task.ofRound(1, config)).trained()).isEqualTo(first);
            assertThat(trainer.train(GLOBAL, Task.ofRound(2, config)).trained()).isNotEqualTo(first);
        }

        @Test
        void train_cancelledAfterTwoMinibatches_stopsBeforeTheThird() {
            int[] iterations = {0};
            Dl4jTrainer trainer = Dl4jTrainer.of(
                    () -> listening(iterations), Dl4jTrainerTest::minibatches, Dl4jTrainerTest::minibatches);

            assertThatThrownBy(() -> trainer.train(GLOBAL, Task.ofEpochs(5).cancelledAfter(2)))
                    .isInstanceOf(CancellationException.class);
            assertThat(iterations[0]).isEqualTo(2);
        }

        @Test
        void train_ofTwoEpochs_reportsProgressThatEndsAtOne() {
            Task task = Task.ofEpochs(2);

            perceptron().train(GLOBAL, task);

            // The first epoch does not know its length yet.
            assertThat(task.reports).hasSize(6).isSorted().endsWith(1.0).startsWith(0.0);
        }

        @Test
        void train_badSettings_areRefusedByName() {
            assertThatThrownBy(() -> perceptron().train(GLOBAL, Task.ofEpochs(0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("local-epochs 0 must be at least 1");
            assertThatThrownBy(() -> perceptron().train(GLOBAL, Task.ofRound(1, Map.of())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("local-epochs");
            Map<String, ConfigValue> backwards =
                    Map.of("local-epochs", ConfigValue.of(1), "learning-rate", ConfigValue.of(-1.0));
            assertThatThrownBy(() -> perceptron().train(GLOBAL, Task.ofRound(1, backwards)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("learning-rate -1.0");
        }

        @Test
        void train_exhaustedIterator_isRefused() {
            DataSetIterator exhausted = minibatches();
            while (exhausted.hasNext()) {
                exhausted.next();
            }
            Dl4jTrainer trainer =
                    Dl4jTrainer.of(() -> Networks.perceptron(1), () -> exhausted, Dl4jTrainerTest::minibatches);

            assertThatThrownBy(() -> trainer.train(GLOBAL, Task.ofEpochs(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no data");
        }

        @Test
        void train_modelThatIsNotANumber_isRefused() {
            Parameters broken = Parameters.create(GLOBAL.layout(), buffer -> buffer.put(0, Float.NaN));

            assertThatThrownBy(() -> perceptron().train(broken, Task.ofEpochs(1)))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("lower the learning rate");
        }

        private Model listening(int[] iterations) {
            MultiLayerNetwork network = Networks.perceptron(1);
            network.setListeners(new BaseTrainingListener() {
                @Override
                public void iterationDone(Model model, int iteration, int epoch) {
                    iterations[0]++;
                }
            });
            return network;
        }
    }

    @Nested
    class Evaluate {
        @Test
        void evaluate_classifier_agreesWithTheNetworksOwnEvaluation() {
            MultiLayerNetwork direct = Networks.perceptron(5);
            Parameters model = Dl4jModels.initialParameters(direct);

            EvaluationResult result = perceptron().evaluate(model, Task.ofEpochs(1));

            assertThat(result.examples()).isEqualTo(40);
            assertThat(result.metrics().get("accuracy"))
                    .isEqualTo(direct.evaluate(minibatches()).accuracy());
            assertThat(result.metrics().get("loss")).isCloseTo(direct.score(Networks.rows(40)), within(1e-6));
        }

        @Test
        void evaluate_lossOnly_leavesAccuracyOut() {
            assertThat(perceptron()
                            .lossOnly()
                            .evaluate(GLOBAL, Task.ofEpochs(1))
                            .metrics())
                    .containsOnlyKeys("loss");
        }

        @Test
        void evaluate_graphOfTwoInputs_agreesWithTheGraphsOwnOutput() {
            MultiDataSet data = Networks.pairs(12);
            ComputationGraph direct = Networks.merging(6);
            Dl4jTrainer trainer = Dl4jTrainer.ofMultiData(
                    () -> Networks.merging(7),
                    () -> new SingletonMultiDataSetIterator(data),
                    () -> new SingletonMultiDataSetIterator(data));

            EvaluationResult result = trainer.evaluate(Dl4jModels.initialParameters(direct), Task.ofEpochs(1));

            INDArray answers = direct.output(data.getFeatures())[0].argMax(1);
            long right = 0;
            for (int row = 0; row < 12; row++) {
                right += data.getLabels(0).argMax(1).getInt(row) == answers.getInt(row) ? 1 : 0;
            }
            assertThat(result.metrics().get("accuracy")).isCloseTo(right / 12.0, within(1e-12));
            assertThat(result.metrics().get("loss")).isCloseTo(direct.score(data), within(1e-6));
        }

        @Test
        void evaluate_cancelledTask_stops() {
            assertThatThrownBy(
                            () -> perceptron().evaluate(GLOBAL, Task.ofEpochs(1).cancelledAfter(0)))
                    .isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void train_parametersOfAnotherNetwork_areRefused() {
        Parameters other = Dl4jModels.initialParameters(Networks.merging(1));

        assertThat(List.of(other.layout())).doesNotContain(GLOBAL.layout());
        assertThatThrownBy(() -> perceptron().train(other, Task.ofEpochs(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not of this network");
    }
}
