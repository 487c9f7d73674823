package org.dalrn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sources of truth: DL4J's {@code params()} element by element, its {@code getParam} by index, and its {@code output}. */
class Dl4jModelsTest {
    @Nested
    class Layout {
        @Test
        void layout_layersOfEveryKind_namesTensorsInMemoryOrderWithRowMajorShapes() {
            ParameterLayout layout = Dl4jModels.layout(Networks.convolutional(DataType.FLOAT, 1));

            assertThat(layout.tensors())
                    .containsExactlyInAnyOrder(
                            new TensorSpec("0_W", List.of(4, 1, 3, 2)),
                            new TensorSpec("0_b", List.of(4)),
                            new TensorSpec("1_gamma", List.of(4)),
                            new TensorSpec("1_beta", List.of(4)),
                            new TensorSpec("1_mean", List.of(4)),
                            new TensorSpec("1_log10stdev", List.of(4)),
                            new TensorSpec("2_W", List.of(7, 168)),
                            new TensorSpec("2_b", List.of(7)),
                            new TensorSpec("3_W", List.of(20, 7)),
                            new TensorSpec("3_RW", List.of(20, 5)),
                            new TensorSpec("3_b", List.of(20)),
                            new TensorSpec("4_W", List.of(3, 5)),
                            new TensorSpec("4_b", List.of(3)));
        }

        @Test
        void layout_differentSeeds_isTheSame() {
            assertThat(Dl4jModels.layout(Networks.merging(1))).isEqualTo(Dl4jModels.layout(Networks.merging(2)));
        }

        @Test
        void layout_graphDeclaredInAnotherOrder_locatesEachTensorWhereTheGraphHasIt() {
            ComputationGraph graph = Networks.merging(3);
            Parameters parameters = Dl4jModels.initialParameters(graph);

            assertTensorsAreThoseOf(graph, parameters);
            assertThat(parameters.layout().tensors())
                    .extracting(TensorSpec::name)
                    .contains("answer_W", "wide_b");
        }

        @Test
        void layout_everyLayer_locatesEachTensorWhereTheNetworkHasIt() {
            MultiLayerNetwork network = Networks.convolutional(DataType.FLOAT, 4);

            assertTensorsAreThoseOf(network, Dl4jModels.initialParameters(network));
        }

        @Test
        void layout_uninitialisedNetwork_isRefused() {
            MultiLayerNetwork network =
                    new MultiLayerNetwork(Networks.perceptron(1).getLayerWiseConfigurations());

            assertThatThrownBy(() -> Dl4jModels.layout(network))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("call its init()");
        }

        /** The row-major index of a tensor whose shape is reversed is the index of DL4J's element, reversed. */
        private void assertTensorsAreThoseOf(Model network, Parameters parameters) {
            network.paramTable().forEach((name, tensor) -> {
                List<Integer> shape = parameters.layout().tensor(name).shape();
                boolean reversed = !shape.equals(java.util.Arrays.stream(tensor.shape())
                        .mapToObj(Math::toIntExact)
                        .toList());
                for (int i = 0; i < tensor.length(); i++) {
                    long[] index = new long[shape.size()];
                    int rest = i;
                    for (int d = shape.size() - 1; d >= 0; d--) {
                        index[reversed ? shape.size() - 1 - d : d] = rest % shape.get(d);
                        rest /= shape.get(d);
                    }
                    assertThat(parameters.tensor(name).get(i)).isEqualTo(tensor.getFloat(index));
                }
            });
        }
    }

    @Nested
    class Copies {
        @Test
        void initialParameters_floatNetwork_areItsParamsBitForBit() {
            for (Model network : List.of(Networks.convolutional(DataType.FLOAT, 5), Networks.merging(5))) {
                Parameters parameters = Dl4jModels.initialParameters(network);

                assertThat(parameters.layout().elementCount()).isEqualTo(Math.toIntExact(network.numParams()));
                assertThat(parameters.toArray()).isEqualTo(network.params().toFloatVector());
            }
        }

        @Test
        void applyTo_networkOfAnotherSeed_givesTheSameOutput() {
            MultiLayerNetwork source = Networks.convolutional(DataType.FLOAT, 6);
            MultiLayerNetwork target = Networks.convolutional(DataType.FLOAT, 7);
            INDArray images = Networks.images(DataType.FLOAT, 3);
            assertThat(target.output(images)).isNotEqualTo(source.output(images));

            Dl4jModels.applyTo(target, Dl4jModels.initialParameters(source));

            assertThat(target.output(images)).isEqualTo(source.output(images));
            assertThat(target.params().toFloatVector())
                    .isEqualTo(source.params().toFloatVector());
        }

        @Test
        void applyTo_graphOfAnotherSeed_givesTheSameOutput() {
            ComputationGraph source = Networks.merging(6);
            ComputationGraph target = Networks.merging(7);
            INDArray[] inputs = Networks.pairs(5).getFeatures();
            assertThat(target.output(inputs)[0]).isNotEqualTo(source.output(inputs)[0]);

            Dl4jModels.applyTo(target, Dl4jModels.initialParameters(source));

            assertThat(target.output(inputs)[0]).isEqualTo(source.output(inputs)[0]);
        }

        @Test
        void applyTo_doubleNetwork_roundsToFloatOnceAndThenKeepsTheBits() {
            MultiLayerNetwork network = Networks.convolutional(DataType.DOUBLE, 8);
            double[] exact = network.params().toDoubleVector();
            Parameters rounded = Dl4jModels.initialParameters(network);

            Dl4jModels.applyTo(network, rounded);

            double[] after = network.params().toDoubleVector();
            for (int i = 0; i < exact.length; i++) {
                assertThat(after[i]).isEqualTo((float) exact[i]);
            }
            assertThat(Dl4jModels.initialParameters(network)).isEqualTo(rounded);
            assertThat(network.params().dataType()).isEqualTo(DataType.DOUBLE);
        }

        @Test
        void applyTo_parametersOfAnotherNetwork_isRefusedAndChangesNothing() {
            MultiLayerNetwork network = Networks.perceptron(9);
            float[] before = network.params().toFloatVector();

            assertThatThrownBy(() -> Dl4jModels.applyTo(network, Dl4jModels.initialParameters(Networks.merging(9))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not of this network")
                    .hasMessageContaining("0_W");
            assertThat(network.params().toFloatVector()).isEqualTo(before);
        }

        @Test
        void initialParameters_networkTrainedAfterwards_stayAsTheyWere() {
            MultiLayerNetwork network = Networks.perceptron(10);
            Parameters parameters = Dl4jModels.initialParameters(network);
            float[] before = parameters.toArray();

            network.fit(Networks.rows(16));

            assertThat(network.params().toFloatVector()).isNotEqualTo(before);
            assertThat(parameters.toArray()).isEqualTo(before);
        }
    }
}
