package org.dalrn.core.strategy;

import java.util.ArrayList;
import java.util.List;

/**
 * How many of the connected nodes are asked to train and to evaluate. Names and defaults are Flower's (serverapp
 * strategies, 1.28).
 *
 * @param fractionTrain share of the connected nodes that train, in (0, 1]
 * @param minTrainNodes the least number of nodes that train, at least 1
 * @param fractionEvaluate share of the connected nodes that evaluate the new model, in [0, 1]; 0 skips evaluation
 * @param minEvaluateNodes the least number of nodes that evaluate, at least 1
 * @param minAvailableNodes no round starts while fewer nodes are connected, at least 1
 */
public record Sampling(
        double fractionTrain, int minTrainNodes, double fractionEvaluate, int minEvaluateNodes, int minAvailableNodes) {

    public Sampling {
        List<String> faults = new ArrayList<>();
        if (!(fractionTrain > 0 && fractionTrain <= 1)) {
            faults.add("fraction-train " + fractionTrain + " is not in (0, 1]; use 1 to ask every node");
        }
        if (!(fractionEvaluate >= 0 && fractionEvaluate <= 1)) {
            faults.add("fraction-evaluate " + fractionEvaluate + " is not in [0, 1]; use 0 to skip evaluation");
        }
        checkPositive("min-train-nodes", minTrainNodes, faults);
        checkPositive("min-evaluate-nodes", minEvaluateNodes, faults);
        checkPositive("min-available-nodes", minAvailableNodes, faults);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
    }

    /** Everybody trains and evaluates, at least 2 nodes: Flower's defaults. */
    public static Sampling defaults() {
        return new Sampling(1.0, 2, 1.0, 2, 2);
    }

    /** True if a round may start with so many connected nodes. */
    public boolean mayStart(int available) {
        return available >= Math.max(minAvailableNodes, minTrainNodes);
    }

    /** The number of updates that a round wants: max(floor(fraction * available), minimum), never above available. */
    public int trainNodes(int available) {
        return Math.min(available, Math.max((int) Math.floor(fractionTrain * available), minTrainNodes));
    }

    /** The number of nodes that evaluate; 0 if evaluation is skipped. */
    public int evaluateNodes(int available) {
        return fractionEvaluate == 0
                ? 0
                : Math.min(available, Math.max((int) Math.floor(fractionEvaluate * available), minEvaluateNodes));
    }

    private static void checkPositive(String name, int value, List<String> faults) {
        if (value < 1) {
            faults.add(name + " " + value + " is below 1");
        }
    }
}
