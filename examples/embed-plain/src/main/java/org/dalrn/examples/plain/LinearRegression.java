package org.dalrn.examples.plain;

import java.util.Map;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.Parameters;

/** Least squares by gradient descent; a row is features, then the target. The model has a weight each and a bias. */
final class LinearRegression implements Trainer {

    private final double[][] rows;

    LinearRegression(double[][] rows) {
        this.rows = rows;
    }

    @Override
    public TrainingResult train(Parameters global, TrainingContext context) {
        long epochs = context.config().integer("local-epochs", 5);
        double rate = context.config().number("learning-rate", 0.1);
        float[] model = global.toArray();
        for (int epoch = 0; epoch < epochs; epoch++) {
            context.throwIfCancelled();
            double[] slope = new double[model.length];
            for (double[] row : rows) {
                double error = predict(model, row) - row[row.length - 1];
                for (int i = 0; i < model.length; i++) {
                    slope[i] += error * feature(row, i);
                }
            }
            for (int i = 0; i < model.length; i++) {
                model[i] -= (float) (rate * slope[i] / rows.length);
            }
            context.progress((epoch + 1.0) / epochs, "training");
        }
        return TrainingResult.of(Parameters.copyOf(global.layout(), model), rows.length);
    }

    @Override
    public EvaluationResult evaluate(Parameters global, TrainingContext context) {
        float[] model = global.toArray();
        double squares = 0;
        for (double[] row : rows) {
            squares += Math.pow(predict(model, row) - row[row.length - 1], 2);
        }
        return EvaluationResult.of(rows.length, Map.of("mse", squares / rows.length));
    }

    private static double predict(float[] model, double[] row) {
        if (model.length != row.length) {
            throw new IllegalArgumentException("model of " + model.length + " elements, these rows need " + row.length);
        }
        double sum = 0;
        for (int i = 0; i < model.length; i++) {
            sum += model[i] * feature(row, i);
        }
        return sum;
    }

    /** The last place, where the row has its target, is the bias. */
    private static double feature(double[] row, int index) {
        return index < row.length - 1 ? row[index] : 1;
    }
}
