package org.dalrn.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dalrn.client.training.TaskConfig;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.RunId;

/** A task of a run, cancelled after a number of progress reports. */
final class Task implements TrainingContext {
    private final int round;
    private final TaskConfig config;
    private final int reportsUntilCancelled;
    final List<Double> reports = new ArrayList<>();

    private Task(int round, TaskConfig config, int reportsUntilCancelled) {
        this.round = round;
        this.config = config;
        this.reportsUntilCancelled = reportsUntilCancelled;
    }

    static Task ofRound(int round, Map<String, ConfigValue> config) {
        return new Task(round, TaskConfig.of(config), Integer.MAX_VALUE);
    }

    static Task ofEpochs(int localEpochs) {
        return ofRound(1, Map.of("local-epochs", ConfigValue.of(localEpochs)));
    }

    Task cancelledAfter(int reports) {
        return new Task(round, config, reports);
    }

    @Override
    public RunId run() {
        return new RunId("0123456789abcdef0123456789abcdef");
    }

    @Override
    public String runName() {
        return "test";
    }

    @Override
    public int round() {
        return round;
    }

    @Override
    public int totalRounds() {
        return 3;
    }

    @Override
    public TaskConfig config() {
        return config;
    }

    @Override
    public boolean cancelled() {
        return reports.size() >= reportsUntilCancelled;
    }

    @Override
    public void progress(double fraction, String stage) {
        reports.add(fraction);
    }
}
