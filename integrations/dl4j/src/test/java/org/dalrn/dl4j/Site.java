package org.dalrn.dl4j;

import java.nio.file.Path;
import org.dalrn.client.FederationClient;
import org.dalrn.client.training.NodePolicy;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The snippet of the README, letter by letter. */
public final class Site {
    private Site() {}

    public static FederationClient join(Path joinFile, Path identity, NodePolicy policy, DataSet train, DataSet test) {
        Dl4jTrainer trainer = Dl4jTrainer.of(
                Site::network,
                () -> new ListDataSetIterator<>(train.asList(), 32),
                () -> new ListDataSetIterator<>(test.asList(), 256));
        return FederationClient.builder()
                .join(joinFile)
                .identity(identity)
                .policy(policy)
                .trainer(trainer)
                .build();
    }

    public static MultiLayerNetwork network() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.01))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(16).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(16)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
        network.init();
        return network;
    }
}
