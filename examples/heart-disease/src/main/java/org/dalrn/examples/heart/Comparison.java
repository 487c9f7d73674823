package org.dalrn.examples.heart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Three ways to the same classifier, measured on the same test rows over several splits: each hospital alone, the
 * federation, and all records in one place. Confined to one thread.
 */
final class Comparison {

    /** The three ways. */
    enum Way {
        /** Each hospital trains on its own rows and is tested on its own rows; pooled: each on its own. */
        LOCAL,
        /** The published model of the federation. */
        FEDERATED,
        /** All training rows in one place. */
        POOLED_TRAINING
    }

    /** A test set and what is measured on it. */
    private record Cell(Way way, Optional<Hospital> hospital) {}

    private final Map<Cell, List<Evaluation>> results = new HashMap<>();

    /** Adds one split's results, given the federation's final slopes. */
    void add(long splitSeed, TrainingPlan plan, float[] federatedSlopes) {
        Map<Hospital, HospitalData> data = new EnumMap<>(Hospital.class);
        for (Hospital hospital : Hospital.values()) {
            data.put(hospital, HospitalData.prepare(hospital, splitSeed));
        }
        List<HospitalData> all = List.copyOf(data.values());
        float[] pooledSlopes =
                HeartModel.trainPooled(all.stream().map(HospitalData::train).toList(), plan);
        List<double[]> scores = new ArrayList<>();
        data.forEach((hospital, own) -> {
            float[] alone = HeartModel.trainAlone(own.train(), plan, splitSeed);
            record(Way.LOCAL, Optional.of(hospital), HeartModel.evaluate(alone, own));
            record(Way.FEDERATED, Optional.of(hospital), HeartModel.evaluate(federatedSlopes, own));
            record(Way.POOLED_TRAINING, Optional.of(hospital), HeartModel.evaluate(pooledSlopes, own));
            scores.add(LogisticRegression.logOdds(HeartModel.personalize(alone, own.train()), own.test()));
        });
        double[] aloneScores = scores.stream().flatMapToDouble(Arrays::stream).toArray();
        int[] labels = all.stream()
                .flatMapToInt(own -> Arrays.stream(own.test().labels()))
                .toArray();
        record(Way.LOCAL, Optional.empty(), Evaluation.of(aloneScores, labels));
        record(Way.FEDERATED, Optional.empty(), HeartModel.evaluatePooled(federatedSlopes, all));
        record(Way.POOLED_TRAINING, Optional.empty(), HeartModel.evaluatePooled(pooledSlopes, all));
    }

    private void record(Way way, Optional<Hospital> hospital, Evaluation evaluation) {
        results.computeIfAbsent(new Cell(way, hospital), cell -> new ArrayList<>())
                .add(evaluation);
    }

    /** Accuracy over the splits; the pooled test rows if no hospital is named. */
    Spread accuracy(Way way, Optional<Hospital> hospital) {
        return Spread.of(values(way, hospital, evaluation -> Optional.of(evaluation.accuracy())));
    }

    /** Area under the ROC curve over the splits on which it is defined; empty if there is none. */
    Optional<Spread> auc(Way way, Optional<Hospital> hospital) {
        List<Double> values = values(
                way,
                hospital,
                evaluation -> evaluation.auc().isPresent()
                        ? Optional.of(evaluation.auc().getAsDouble())
                        : Optional.empty());
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    private List<Double> values(Way way, Optional<Hospital> hospital, Function<Evaluation, Optional<Double>> measure) {
        return results.getOrDefault(new Cell(way, hospital), List.of()).stream()
                .map(measure)
                .flatMap(Optional::stream)
                .toList();
    }
}
