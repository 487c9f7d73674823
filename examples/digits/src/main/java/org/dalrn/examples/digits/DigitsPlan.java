package org.dalrn.examples.digits;

/**
 * The hyperparameters of a run.
 *
 * @param nodes how many nodes share the training data, at least 1
 * @param concentration of the Dirichlet split, positive
 * @param rounds rounds of the federation, at least 1
 * @param localEpochs epochs a node trains in each round, at least 1
 * @param hiddenUnits width of the hidden layer, at least 1
 * @param learningRate step length, positive
 * @param momentum Nesterov's, in [0, 1)
 * @param l2 weight of half the squared weights in the loss, at least 0
 * @param batchSize rows a step, at least 1
 */
public record DigitsPlan(
        int nodes,
        double concentration,
        int rounds,
        int localEpochs,
        int hiddenUnits,
        double learningRate,
        double momentum,
        double l2,
        int batchSize) {
    public static final DigitsPlan DEMO = new DigitsPlan(10, 0.5, 30, 3, 256, 0.2, 0.9, 5e-4, 16);

    public DigitsPlan {
        if (nodes < 1 || rounds < 1 || localEpochs < 1 || hiddenUnits < 1 || batchSize < 1) {
            throw new IllegalArgumentException("nodes " + nodes + ", rounds " + rounds + ", local epochs " + localEpochs
                    + ", hidden units " + hiddenUnits + " and batch size " + batchSize + " must each be at least 1");
        }
        boolean ranges = concentration > 0 && learningRate > 0 && momentum >= 0 && momentum < 1 && l2 >= 0;
        if (!ranges || !Double.isFinite(concentration + learningRate + l2)) {
            throw new IllegalArgumentException("concentration " + concentration + " and learning rate " + learningRate
                    + " must be positive, momentum " + momentum + " in [0, 1), l2 " + l2 + " at least 0, all finite");
        }
    }
}
