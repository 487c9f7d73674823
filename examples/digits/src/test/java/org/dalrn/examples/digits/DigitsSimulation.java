package org.dalrn.examples.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dalrn.client.training.TaskConfig;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;

/** Federated averaging in one process, without coordinator and wire. */
final class DigitsSimulation {
    private DigitsSimulation() {}

    /** Test accuracy after each round. */
    static List<Double> run(DigitsFederation federation, int rounds, int threads) throws Exception {
        DigitsPlan plan = federation.plan();
        List<Trainer> trainers = new ArrayList<>();
        for (int node = 0; node < plan.nodes(); node++) {
            trainers.add(federation.trainer(node));
        }
        ExecutorService pool = Executors.newFixedThreadPool(
                threads,
                task -> new Thread(() -> {
                    task.run();
                }));
        try {
            Parameters global = federation.initialModel();
            List<Double> accuracies = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                TrainingContext context = new Round(round, rounds, TaskConfig.of(federation.config()));
                Parameters model = global;
                List<Future<TrainingResult>> results = new ArrayList<>();
                for (Trainer trainer : trainers) {
                    results.add(pool.submit(() -> trainer.train(model, context)));
                }
                double[] sum = new double[model.layout().elementCount()];
                double weight = 0;
                for (Future<TrainingResult> future : results) {
                    TrainingResult result = future.get();
                    Parameters update = result.trained().minus(model);
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += update.get(i) * (double) result.examples();
                    }
                    weight += result.examples();
                }
                float[] mean = new float[sum.length];
                for (int i = 0; i < mean.length; i++) {
                    mean[i] = (float) (sum[i] / weight);
                }
                global = model.plus(Parameters.copyOf(model.layout(), mean));
                accuracies.add(federation.testAccuracy(global));
            }
            return accuracies;
        } finally {
            pool.shutdownNow();
        }
    }

    /** A round's task that nobody cancels. */
    record Round(int round, int totalRounds, TaskConfig config) implements TrainingContext {
        @Override
        public RunId run() {
            return new RunId("0123456789abcdef0123456789abcdef");
        }

        @Override
        public String runName() {
            return "digits";
        }

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void progress(double fraction, String stage) {
            if (fraction < 0 || fraction > 1) {
                throw new IllegalArgumentException("progress " + fraction);
            }
        }
    }
}
