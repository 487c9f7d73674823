package org.dalrn.examples.heart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The comparison of the demo without network and coordinator: federated averaging in a loop, over seeded splits. */
final class FederatedSimulation {
    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    static FederatedSimulation run(long firstSeed, int seeds, TrainingPlan plan) {
        FederatedSimulation simulation = new FederatedSimulation();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            simulation.compare(seed, plan);
        }
        return simulation;
    }

    private void compare(long seed, TrainingPlan plan) {
        List<HospitalData> hospitals = Arrays.stream(Hospital.values())
                .map(hospital -> HospitalData.prepare(hospital, seed))
                .toList();
        float[] federated = federate(hospitals, plan, seed);
        float[] pooled = HeartModel.trainPooled(
                hospitals.stream().map(HospitalData::train).toList(), plan);
        double aloneCorrect = 0;
        int tested = 0;
        for (HospitalData data : hospitals) {
            float[] alone = HeartModel.trainAlone(data.train(), plan, seed);
            String id = data.hospital().id();
            Evaluation local = HeartModel.evaluate(alone, data);
            record("local." + id, local);
            record("federated." + id, HeartModel.evaluate(federated, data));
            record("pooledTraining." + id, HeartModel.evaluate(pooled, data));
            aloneCorrect += local.accuracy() * local.examples();
            tested += local.examples();
        }
        add("accuracy.local.pooled", aloneCorrect / tested);
        record("federated.pooled", HeartModel.evaluatePooled(federated, hospitals));
        record("pooledTraining.pooled", HeartModel.evaluatePooled(pooled, hospitals));
        oneInterceptForAll(hospitals, plan, seed);
    }

    /** Global slopes move by the mean of the hospitals' changes, weighted by their training rows. */
    private static float[] federate(List<HospitalData> hospitals, TrainingPlan plan, long seed) {
        float[] slopes = HeartModel.initialSlopes();
        for (int round = 0; round < plan.rounds(); round++) {
            double[] change = new double[slopes.length];
            double rows = 0;
            for (HospitalData data : hospitals) {
                float[] trained = HeartModel.trainRound(slopes, data.train(), plan, seed + round);
                rows += data.train().size();
                for (int i = 0; i < slopes.length; i++) {
                    change[i] += data.train().size() * ((double) trained[i] - slopes[i]);
                }
            }
            for (int i = 0; i < slopes.length; i++) {
                slopes[i] = (float) (slopes[i] + change[i] / rows);
            }
        }
        return slopes;
    }

    /** The same data with one intercept: why {@link HeartModel} lets each hospital keep its own. */
    private void oneInterceptForAll(List<HospitalData> hospitals, TrainingPlan plan, long seed) {
        LabelledRows train =
                LabelledRows.concat(hospitals.stream().map(HospitalData::train).toList());
        LabelledRows test =
                LabelledRows.concat(hospitals.stream().map(HospitalData::test).toList());
        float[] weights = LogisticRegression.train(
                LogisticRegression.initialWeights(train.width()),
                train,
                plan.totalEpochs(),
                plan.learningRate(),
                plan.l2(),
                plan.batchSize(),
                seed);
        record("oneIntercept.pooled", LogisticRegression.evaluate(weights, test));
    }

    private void record(String name, Evaluation evaluation) {
        add("accuracy." + name, evaluation.accuracy());
        OptionalDouble auc = evaluation.auc();
        if (auc.isPresent()) {
            add("auc." + name, auc.getAsDouble());
        }
    }

    private void add(String name, double value) {
        values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    List<Double> values(String name) {
        return values.getOrDefault(name, List.of());
    }

    double mean(String name) {
        return values(name).stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** Sample standard deviation over the seeds. */
    double sd(String name) {
        double mean = mean(name);
        double squares = values(name).stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return Math.sqrt(squares / (values(name).size() - 1));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.keySet().stream()
                .sorted()
                .forEach(name -> text.append(String.format("%-36s %.4f ± %.4f%n", name, mean(name), sd(name))));
        return text.toString();
    }
}
