package org.dalrn.dl4j;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.TaskConfig;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.Parameters;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A site's DL4J network as a trainer of a federation.
 *
 * <p>Settings of the run: {@code local-epochs} (whole number, at least 1, required) and {@code learning-rate} (positive;
 * replaces that of every layer and its schedule; the network's own where missing). Metrics: {@code loss} of a training,
 * the mean over its last epoch; {@code loss} and {@code accuracy} of an evaluation.
 *
 * <p><b>The updater starts afresh in every round</b>: momentum and the like are zero, iterations and epochs count from 0,
 * so learning-rate schedules run within a round (decay across rounds by {@code learning-rate}). The state of an earlier
 * round belongs to a model that the average has replaced, and for a node that is drawn seldom it would be rounds old.
 * Without it a training is a function of model, data, settings and round alone: a node that restarts sends the same bits.
 * Dropout and other draws of ND4J's generator are seeded with the network's seed plus the round.
 *
 * <p>Each task works on a copy, so the supplied network is never changed and may be the same each time, if nobody trains
 * it meanwhile. Iterators are asked for once per task, on its thread, and reset between epochs. Cancellation is seen
 * between minibatches. Thread-safe if the suppliers are.
 */
public final class Dl4jTrainer implements Trainer {
    private final Supplier<? extends Model> network;
    private final Supplier<? extends MultiDataSetIterator> training;
    private final Supplier<? extends MultiDataSetIterator> evaluation;
    private final boolean accuracy;

    private Dl4jTrainer(
            Supplier<? extends Model> network,
            Supplier<? extends MultiDataSetIterator> training,
            Supplier<? extends MultiDataSetIterator> evaluation,
            boolean accuracy) {
        this.network = requireNonNull(network, "network");
        this.training = requireNonNull(training, "training");
        this.evaluation = requireNonNull(evaluation, "evaluation");
        this.accuracy = accuracy;
    }

    /** A trainer of a {@code MultiLayerNetwork}, or of a {@code ComputationGraph} with one input and one output. */
    public static Dl4jTrainer of(
            Supplier<? extends Model> network,
            Supplier<? extends DataSetIterator> training,
            Supplier<? extends DataSetIterator> evaluation) {
        requireNonNull(training, "training");
        requireNonNull(evaluation, "evaluation");
        return ofMultiData(
                network,
                () -> new MultiDataSetIteratorAdapter(training.get()),
                () -> new MultiDataSetIteratorAdapter(evaluation.get()));
    }

    /** A trainer of a {@code ComputationGraph} with any inputs and outputs. */
    public static Dl4jTrainer ofMultiData(
            Supplier<? extends Model> network,
            Supplier<? extends MultiDataSetIterator> training,
            Supplier<? extends MultiDataSetIterator> evaluation) {
        return new Dl4jTrainer(network, training, evaluation, true);
    }

    /** The same trainer without accuracy: for networks that do not classify, or have several outputs. */
    public Dl4jTrainer lossOnly() {
        return new Dl4jTrainer(network, training, evaluation, false);
    }

    /**
     * Trains a copy of the network for the run's number of epochs.
     *
     * @throws IllegalArgumentException if the model is not of this network, a setting is missing or out of range, or
     *     there are no data
     * @throws ArithmeticException if the loss of an epoch is not finite
     */
    @Override
    public TrainingResult train(Parameters global, TrainingContext context) {
        TaskConfig config = context.config();
        long epochs = config.integer("local-epochs");
        double rate = config.number("learning-rate", Double.MIN_VALUE);
        if (epochs < 1 || !(rate > 0)) {
            throw new IllegalArgumentException("local-epochs " + epochs + " must be at least 1 and learning-rate "
                    + rate + " positive; correct the run's config");
        }
        try (Replica replica = Replica.of(network.get())) {
            Dl4jModels.applyTo(replica.model(), global);
            if (config.keys().contains("learning-rate")) {
                replica.learningRate(rate);
            }
            Nd4j.getRandom().setSeed(replica.seed() + context.round());
            MultiDataSetIterator data = training.get();
            Tally tally = new Tally();
            for (long epoch = 0; epoch < epochs; epoch++) {
                long expected = tally.examples;
                tally = new Tally();
                if (epoch > 0) {
                    data.reset();
                }
                replica.listeners().forEach(listener -> listener.onEpochStart(replica.model()));
                while (data.hasNext()) {
                    context.throwIfCancelled();
                    MultiDataSet minibatch = data.next();
                    replica.fit(minibatch);
                    tally.add(minibatch, replica.model().score());
                    double within = expected == 0 ? 0 : Math.min(1, (double) tally.examples / expected);
                    context.progress((epoch + within) / epochs, "training");
                }
                replica.listeners().forEach(listener -> listener.onEpochEnd(replica.model()));
                replica.endEpoch();
                tally.requireFinite();
            }
            Parameters trained = Dl4jModels.read(replica.model(), global.layout());
            return TrainingResult.of(trained, tally.examples, Map.of("loss", tally.mean()));
        }
    }

    /**
     * Measures the loss and, unless {@link #lossOnly()}, the accuracy of a model.
     *
     * @throws IllegalArgumentException if the model is not of this network, there are no data, or accuracy is asked of
     *     several outputs
     * @throws ArithmeticException if the loss is not finite
     */
    @Override
    public EvaluationResult evaluate(Parameters model, TrainingContext context) {
        try (Replica replica = Replica.of(network.get())) {
            Dl4jModels.applyTo(replica.model(), model);
            if (accuracy && replica.outputs() != 1) {
                throw new IllegalArgumentException(
                        "accuracy of a graph with " + replica.outputs() + " outputs is not defined; use lossOnly()");
            }
            Evaluation classes = new Evaluation();
            Tally tally = new Tally();
            MultiDataSetIterator data = evaluation.get();
            while (data.hasNext()) {
                context.throwIfCancelled();
                MultiDataSet minibatch = data.next();
                tally.add(minibatch, replica.loss(minibatch));
                if (accuracy) {
                    replica.network().doEvaluation(new SingletonMultiDataSetIterator(minibatch), classes);
                }
            }
            tally.requireFinite();
            Map<String, Double> metrics = new TreeMap<>(Map.of("loss", tally.mean()));
            if (accuracy) {
                metrics.put("accuracy", classes.accuracy());
            }
            return EvaluationResult.of(tally.examples, metrics);
        }
    }

    /** The losses of the minibatches so far, each weighted by its examples. */
    private static final class Tally {
        private long examples;
        private double loss;

        void add(MultiDataSet minibatch, double meanLoss) {
            long count = minibatch.getFeatures(0).size(0);
            examples += count;
            loss += meanLoss * count;
        }

        double mean() {
            return loss / examples;
        }

        void requireFinite() {
            if (examples == 0) {
                throw new IllegalArgumentException(
                        "the iterator has no data; decline the run, or supply a new iterator,"
                                + " at its start, for each task");
            }
            if (!Double.isFinite(loss)) {
                throw new ArithmeticException("the loss is " + loss + "; lower the learning rate or clip gradients");
            }
        }
    }
}
