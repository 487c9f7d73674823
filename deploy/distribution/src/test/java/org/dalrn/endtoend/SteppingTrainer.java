package org.dalrn.endtoend;

import java.util.Map;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.Parameters;

/** A trainer whose result depends on its site, the model and the round alone. */
record SteppingTrainer(int site, Gate gate) implements Trainer {

    static long examples(int site, int round) {
        return 100L + 10L * site + round;
    }

    static float step(int site, int round, int element) {
        return Math.scalb((float) ((element * 31 + round * 17 + site * 7) % 101 - 50), -9);
    }

    @Override
    public TrainingResult train(Parameters global, TrainingContext task) throws InterruptedException {
        gate.pass(task);
        float[] values = global.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += step(site, task.round(), i);
        }
        return TrainingResult.of(Parameters.copyOf(global.layout(), values), examples(site, task.round()));
    }

    @Override
    public EvaluationResult evaluate(Parameters model, TrainingContext task) {
        return EvaluationResult.of(examples(site, task.round()), Map.of("first", (double) model.get(0)));
    }

    /**
     * The model after so many rounds from zeros with these sites: written down from the definition of federated averaging.
     * Every product and sum here has less than 53 bits, so double arithmetic is exact up to the one division.
     */
    static Parameters expected(int rounds, int... sites) {
        int elements = LoopbackFederation.LAYOUT.elementCount();
        float[] model = new float[elements];
        for (int round = 1; round <= rounds; round++) {
            double weight = 0;
            for (int site : sites) {
                weight += examples(site, round);
            }
            for (int i = 0; i < elements; i++) {
                double sum = 0;
                for (int site : sites) {
                    float update = (model[i] + step(site, round, i)) - model[i];
                    sum += (double) update * examples(site, round);
                }
                model[i] += (float) (sum / weight);
            }
        }
        return Parameters.copyOf(LoopbackFederation.LAYOUT, model);
    }
}
