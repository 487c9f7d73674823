package org.dalrn.examples.springboot;

import java.util.List;
import java.util.Map;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.Parameters;
import org.springframework.stereotype.Component;

/** The smallest model there is: one number that moves towards this shop's average price. */
@Component
class AveragePriceTrainer implements Trainer {

    /** In a real application, from its repository. */
    private final List<Double> prices = List.of(9.5, 12.0, 10.25, 11.75);

    @Override
    public TrainingResult train(Parameters global, TrainingContext context) {
        double rate = context.config().number("learning-rate", 0.5);
        float step = (float) (rate * (average() - global.get(0)));
        return TrainingResult.of(
                Parameters.create(global.layout(), model -> model.put(global.get(0) + step)), prices.size());
    }

    @Override
    public EvaluationResult evaluate(Parameters model, TrainingContext context) {
        return EvaluationResult.of(prices.size(), Map.of("error", Math.abs(average() - model.get(0))));
    }

    private double average() {
        return prices.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
