package org.dalrn.examples.digits;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dalrn.client.training.Trainer;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.Parameters;
import org.dalrn.dl4j.Dl4jModels;
import org.dalrn.dl4j.Dl4jTrainer;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The pieces of the digits run: initial model, settings and one trainer for each node.
 *
 * <p>The training images are divided among the nodes by {@link DirichletSplit}, and each node adds shifted copies of its
 * own, so it reports five examples for each image; of the test images, node {@code i} of
 * {@code n} holds those at the positions {@code i, i + n, i + 2n, ...}, so the mean of the nodes' accuracies, weighted by
 * their examples, is the accuracy over all test images. The same plan, data and seed give the same pieces, in one process
 * or in several. Immutable and thread-safe.
 */
public final class DigitsFederation {
    private static final int LEAST_ROWS = 30;

    private final DigitsPlan plan;
    private final long seed;
    private final DigitsData test;
    private final List<DigitsData> shares;

    private DigitsFederation(DigitsPlan plan, long seed, DigitsData test, List<DigitsData> shares) {
        this.plan = plan;
        this.seed = seed;
        this.test = test;
        this.shares = shares;
    }

    /**
     * The federation over the UCI images.
     *
     * @param seed of the split and of the initial weights
     */
    public static DigitsFederation create(DigitsPlan plan, long seed) {
        return create(plan, DigitsData.train(), DigitsData.test(), seed);
    }

    static DigitsFederation create(DigitsPlan plan, DigitsData train, DigitsData test, long seed) {
        requireNonNull(plan, "plan");
        List<DigitsData> shares =
                DirichletSplit.of(train.digits(), plan.nodes(), plan.concentration(), LEAST_ROWS, seed).stream()
                        .map(train::at)
                        .toList();
        return new DigitsFederation(plan, seed, test, shares);
    }

    /** The plan. */
    public DigitsPlan plan() {
        return plan;
    }

    /** The training images of a node. */
    public DigitsData share(int node) {
        return shares.get(checked(node));
    }

    /** The model that the run starts from. */
    public Parameters initialModel() {
        return DigitsNetwork.initialModel(plan, seed);
    }

    /** What the run tells the trainers: {@code local-epochs} and {@code learning-rate}. */
    public SortedMap<String, ConfigValue> config() {
        return new TreeMap<>(Map.of(
                "local-epochs", ConfigValue.of(plan.localEpochs()),
                "learning-rate", ConfigValue.of(plan.learningRate())));
    }

    /**
     * The trainer of a node.
     *
     * @param node in {@code [0, plan().nodes())}
     * @throws IndexOutOfBoundsException if the node is outside
     */
    public Trainer trainer(int node) {
        List<DataSet> training = minibatches(share(node).withShiftedCopies(seed));
        int[] held = IntStream.iterate(node, row -> row < test.size(), row -> row + plan.nodes())
                .toArray();
        List<DataSet> testing = List.of(test.at(held).toDataSet());
        return Dl4jTrainer.of(
                () -> DigitsNetwork.create(plan, seed),
                () -> new ExistingDataSetIterator(training),
                () -> new ExistingDataSetIterator(testing));
    }

    /** The share of all test images that a model reads rightly, in [0, 1]. */
    public double testAccuracy(Parameters model) {
        MultiLayerNetwork network = DigitsNetwork.create(plan, seed);
        Dl4jModels.applyTo(network, model);
        Evaluation evaluation = new Evaluation(DigitsData.CLASSES);
        DataSet all = test.toDataSet();
        evaluation.eval(all.getLabels(), network.output(all.getFeatures()));
        return evaluation.accuracy();
    }

    private List<DataSet> minibatches(DigitsData share) {
        List<DataSet> minibatches = new ArrayList<>();
        int[] rows = IntStream.range(0, share.size()).toArray();
        for (int from = 0; from < rows.length; from += plan.batchSize()) {
            int to = Math.min(rows.length, from + plan.batchSize());
            minibatches.add(share.at(Arrays.copyOfRange(rows, from, to)).toDataSet());
        }
        return minibatches;
    }

    private int checked(int node) {
        return Objects.checkIndex(node, plan.nodes());
    }
}
