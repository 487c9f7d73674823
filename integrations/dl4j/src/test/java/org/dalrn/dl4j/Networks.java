package org.dalrn.dl4j;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks and data of the tests; data come from the fixed generator {@code index -> sin}. */
final class Networks {
    private Networks() {}

    /** Convolution, batch normalisation, dense, LSTM and output: every memory order that DL4J has. */
    static MultiLayerNetwork convolutional(DataType type, long seed) {
        MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(type)
                .updater(new Adam(0.01))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 2).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new DenseLayer.Builder()
                        .nOut(7)
                        .activation(Activation.RELU)
                        .build())
                .layer(new LSTM.Builder().nOut(5).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(8, 8, 1))
                .inputPreProcessor(3, new FeedForwardToRnnPreProcessor())
                .build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network;
    }

    static INDArray images(DataType type, int count) {
        return wave(count * 64, 1.0).reshape(count, 1, 8, 8).castTo(type);
    }

    /** Two inputs of 3 and 2 columns, merged; declared in another order than the topological one. */
    static ComputationGraph merging(long seed) {
        ComputationGraphConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("left", "right")
                .addLayer("answer", output(9, 2), "merged")
                .addLayer("wide", new DenseLayer.Builder().nIn(2).nOut(5).build(), "right")
                .addLayer("narrow", new DenseLayer.Builder().nIn(3).nOut(4).build(), "left")
                .addVertex("merged", new MergeVertex(), "narrow", "wide")
                .setOutputs("answer")
                .build();
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        return network;
    }

    static MultiDataSet pairs(int count) {
        INDArray left = wave(count * 3, 1.0).reshape(count, 3);
        INDArray right = wave(count * 2, 2.0).reshape(count, 2);
        return new MultiDataSet(new INDArray[] {left, right}, new INDArray[] {labels(left.getColumn(0), 2)});
    }

    /** A perceptron of 4 inputs, 6 hidden units and 2 classes. */
    static MultiLayerNetwork perceptron(long seed) {
        return perceptron(seed, 1.0);
    }

    static MultiLayerNetwork perceptron(long seed, double retain) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(0.05))
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(4)
                        .nOut(6)
                        .activation(Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(6)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .dropOut(retain)
                        .build())
                .build());
        network.init();
        return network;
    }

    static DataSet rows(int count) {
        INDArray features = wave(count * 4, 1.0).reshape(count, 4);
        return new DataSet(features, labels(features.getColumn(0), 2));
    }

    private static OutputLayer output(int in, int classes) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(in)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static INDArray labels(INDArray column, int classes) {
        INDArray labels = Nd4j.zeros(DataType.FLOAT, column.length(), classes);
        for (int row = 0; row < column.length(); row++) {
            labels.putScalar(row, column.getFloat(row) > 0 ? 1 : 0, 1.0);
        }
        return labels;
    }

    private static INDArray wave(int count, double frequency) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) StrictMath.sin(frequency * i * i + 0.5);
        }
        return Nd4j.createFromArray(values);
    }
}
