package org.dalrn.examples.heart;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.TaskConfig;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;

/**
 * One hospital's part in the federation: logistic regression on its own records.
 *
 * <p>The run's config names the {@code split-seed}, {@code rounds}, {@code local-epochs}, {@code learning-rate} and {@code
 * l2}; what is shared is one tensor {@code slopes}, see {@link HeartModel}. Thread-safe.
 */
public final class HeartTrainer implements Trainer {

    /** The shared model: one slope for each feature. */
    public static final ParameterLayout LAYOUT =
            ParameterLayout.of(new TensorSpec("slopes", List.of(HeartDataset.FEATURE_NAMES.size())));

    private final Hospital hospital;
    private final Map<Long, HospitalData> splits = new ConcurrentHashMap<>();

    public HeartTrainer(Hospital hospital) {
        this.hospital = requireNonNull(hospital, "hospital");
    }

    /** The config of a run of this trainer. */
    public static SortedMap<String, ConfigValue> config(TrainingPlan plan, long splitSeed) {
        return new TreeMap<>(Map.of(
                "split-seed", ConfigValue.of(splitSeed),
                "rounds", ConfigValue.of(plan.rounds()),
                "local-epochs", ConfigValue.of(plan.localEpochs()),
                "learning-rate", ConfigValue.of(plan.learningRate()),
                "l2", ConfigValue.of(plan.l2())));
    }

    @Override
    public TrainingResult train(Parameters global, TrainingContext context) {
        TaskConfig config = context.config();
        TrainingPlan plan = new TrainingPlan(
                Math.toIntExact(config.integer("rounds")),
                Math.toIntExact(config.integer("local-epochs")),
                config.number("learning-rate"),
                config.number("l2"),
                Integer.MAX_VALUE);
        LabelledRows rows = data(config).train();
        float[] slopes = HeartModel.trainRound(global.toArray(), rows, plan, context.round());
        return TrainingResult.of(Parameters.copyOf(LAYOUT, slopes), rows.size());
    }

    @Override
    public EvaluationResult evaluate(Parameters model, TrainingContext context) {
        Evaluation result = HeartModel.evaluate(model.toArray(), data(context.config()));
        Map<String, Double> metrics =
                new TreeMap<>(Map.of("accuracy", result.accuracy(), "log-loss", result.logLoss()));
        // Undefined where the test rows are all of one class.
        result.auc().ifPresent(auc -> metrics.put("auc", auc));
        return EvaluationResult.of(result.examples(), metrics);
    }

    private HospitalData data(TaskConfig config) {
        return splits.computeIfAbsent(config.integer("split-seed"), seed -> HospitalData.prepare(hospital, seed));
    }
}
