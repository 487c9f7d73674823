package org.dalrn.examples.digits;

import org.dalrn.core.model.Parameters;
import org.dalrn.dl4j.Dl4jModels;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The perceptron of the example: 64 pixels, one hidden layer, 10 digits. */
public final class DigitsNetwork {
    private DigitsNetwork() {}

    /**
     * A new network.
     *
     * @param seed of the initial weights
     */
    public static MultiLayerNetwork create(DigitsPlan plan, long seed) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .weightInit(WeightInit.RELU)
                .updater(new Nesterovs(plan.learningRate(), plan.momentum()))
                .l2(plan.l2())
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(DigitsData.PIXELS)
                        .nOut(plan.hiddenUnits())
                        .activation(Activation.RELU)
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(plan.hiddenUnits())
                        .nOut(DigitsData.CLASSES)
                        .weightInit(WeightInit.XAVIER)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
        network.init();
        return network;
    }

    /** The model that a run starts from. */
    public static Parameters initialModel(DigitsPlan plan, long seed) {
        return Dl4jModels.initialParameters(create(plan, seed));
    }
}
