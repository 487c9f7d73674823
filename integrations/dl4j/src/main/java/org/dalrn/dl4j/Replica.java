package org.dalrn.dl4j;

import java.util.ArrayList;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A copy of the user's network for one task, with a fresh updater and counters at zero.
 *
 * <p>A copy, since DL4J keeps learning rates and counters in the configuration, which users share between networks. One of
 * the two fields is null: DL4J's two kinds of network have no common type for what is needed here. Confined to a thread.
 */
record Replica(@Nullable MultiLayerNetwork layers, @Nullable ComputationGraph graph) implements AutoCloseable {
    static Replica of(Model network) {
        Dl4jModels.layout(network);
        if (network instanceof MultiLayerNetwork given) {
            MultiLayerNetwork copy = given.clone();
            copy.setListeners(new ArrayList<>(given.getListeners()));
            copy.setUpdater(null);
            copy.getLayerWiseConfigurations().setIterationCount(0);
            copy.getLayerWiseConfigurations().setEpochCount(0);
            return new Replica(copy, null);
        }
        if (network instanceof ComputationGraph given) {
            ComputationGraph copy = given.clone();
            copy.setListeners(new ArrayList<>(given.getListeners()));
            copy.setUpdater(null);
            copy.getConfiguration().setIterationCount(0);
            copy.getConfiguration().setEpochCount(0);
            return new Replica(null, copy);
        }
        throw new IllegalArgumentException("the network is a "
                + network.getClass().getName() + "; supply a MultiLayerNetwork or a ComputationGraph");
    }

    /** Both kinds are a {@link Model} and a {@link NeuralNetwork}. */
    Model model() {
        return layers != null ? layers : present();
    }

    NeuralNetwork network() {
        return layers != null ? layers : present();
    }

    Collection<TrainingListener> listeners() {
        return layers != null ? layers.getListeners() : present().getListeners();
    }

    long seed() {
        return layers != null
                ? layers.getDefaultConfiguration().getSeed()
                : present().getConfiguration().getDefaultConfiguration().getSeed();
    }

    int outputs() {
        return layers != null ? 1 : present().getNumOutputArrays();
    }

    /** Not DL4J's {@code setLearningRate}: copies share the updater's settings with the original, which would change too. */
    void learningRate(double rate) {
        for (Layer layer : layers != null ? layers.getLayers() : present().getLayers()) {
            if (layer.conf().getLayer() instanceof BaseLayer settings
                    && settings.getIUpdater() != null
                    && settings.getIUpdater().hasLearningRate()) {
                settings.setIUpdater(settings.getIUpdater().clone());
                settings.getIUpdater().setLrAndSchedule(rate, null);
            }
        }
    }

    void fit(MultiDataSet minibatch) {
        if (layers != null) {
            layers.fit(single(minibatch));
        } else {
            present().fit(minibatch);
        }
    }

    /** The loss without dropout, regularisation included, as the mean over the minibatch. */
    double loss(MultiDataSet minibatch) {
        return layers != null ? layers.score(single(minibatch)) : present().score(minibatch, false);
    }

    void endEpoch() {
        if (layers != null) {
            layers.incrementEpochCount();
        } else {
            present().incrementEpochCount();
        }
    }

    /** Frees native memory at once; DL4J's own {@code close()} would run the collector and drop the thread's workspaces. */
    @Override
    public void close() {
        for (INDArray array :
                new INDArray[] {network().updaterState(), model().getGradientsViewArray(), model().params()}) {
            if (array != null && array.closeable()) {
                array.close();
            }
        }
    }

    private ComputationGraph present() {
        if (graph == null) {
            throw new IllegalStateException("bug: a replica of no network");
        }
        return graph;
    }

    /** Not {@code MultiLayerNetwork.fit(MultiDataSet)}: it drops a label mask that comes without a feature mask. */
    private static DataSet single(MultiDataSet minibatch) {
        if (minibatch.numFeatureArrays() != 1 || minibatch.numLabelsArrays() != 1) {
            throw new IllegalArgumentException("a MultiLayerNetwork takes one array of features and one of labels, not "
                    + minibatch.numFeatureArrays() + " and " + minibatch.numLabelsArrays()
                    + "; use a ComputationGraph");
        }
        return new DataSet(
                minibatch.getFeatures(0),
                minibatch.getLabels(0),
                minibatch.getFeaturesMaskArray(0),
                minibatch.getLabelsMaskArray(0));
    }
}
