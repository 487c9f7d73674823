package org.dalrn.core.incentive.contribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.core.model.NodeId;

/**
 * Contributions where only sums of groups are opened: the exact Shapley value of each round's random groups as the
 * players, and from many rounds an estimate for each node.
 *
 * <p>In one round nothing tells the members of a group apart: each gets an equal share, {@link GroupRound#shares}. Over
 * rounds with other groups, nodes in good groups stand out. Two estimates of what a node contributed to all rounds:
 *
 * <ul>
 *   <li>the sum of its equal shares. It is drawn towards the mean of all: where values add up, with groups of m among n
 *       nodes, only {@code (n - m) / (m (n - 1))} of a node's distance from the mean is left on average.
 *   <li>{@link #overRounds}, regularised least squares on who was in which group, without that shrinkage as far as
 *       the rounds tell.
 * </ul>
 *
 * <p>On digits (10 nodes, 10 rounds, log-loss; L1 error relative to the exact values, {@code ContributionFigures}) for
 * groups of 2, 3 and 5: shares 0.65, 0.77 and 0.83, least squares 0.49, 0.65 and 0.71, where giving everyone the same is
 * off by 0.87. Both are rough: groups protect nodes by hiding what they contribute.
 *
 * <p>Source: Ma et al., Transparent Contribution Evaluation for Secure Federated Learning on Blockchain, 2021 (groups,
 * equal shares); Henderson, Best Linear Unbiased Estimation and Prediction under a Selection Model, 1975.
 */
public final class GroupShapley {
    /** How many rounds the belief in no differences is worth. */
    private static final double[] PENALTIES = {1, 2, 5, 10, 20, 50, 100, 1000};

    /** The most nodes of {@link #overRounds}: 500; its time grows with their cube. */
    public static final int MOST_NODES = 500;

    private GroupShapley() {}

    /**
     * The contributions of a round's groups.
     *
     * @param utilities of all of {@link NodeGroups#coalitions}, finite
     * @throws IllegalArgumentException if a coalition is missing, or a utility is not finite
     */
    public static GroupRound ofRound(NodeGroups groups, Map<Coalition, Double> utilities) {
        return new GroupRound(groups, ShapleyValue.exact(CoalitionGame.of(groups.count(), utilities)));
    }

    /**
     * What each node contributed to all rounds, estimated.
     *
     * <p>A round of gain D and n nodes is modelled as {@code value of group = sum over members of (D/n + sqrt|D| (d_i -
     * mean of d in the round)) + error}: everyone's equal part of the gain, and a node's own difference. The differences
     * are those of least squares with a penalty on their squares, which is worth 1 to 1,000 rounds, whichever is
     * likeliest. A node's estimate is its part summed over the rounds in which it took part; the estimates sum to the
     * gains of all rounds. On digits the scale sqrt|D| was better than 1 and than |D|.
     *
     * <p>Half widths are 1.96 posterior standard deviations under that model; they are unknown until there are more groups
     * than nodes. Without a penalty the differences are identifiable only once the matrix of who was in which group, less
     * its row means, has rank n - 1; two nodes that were always in the same group get the same estimate, but for
     * roundings, for ever.
     *
     * @param rounds 1 or more
     * @throws IllegalArgumentException if there is no round, or more than {@link #MOST_NODES} nodes
     */
    public static GroupEstimates overRounds(List<GroupRound> rounds) {
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("there is no round to estimate from");
        }
        TreeSet<NodeId> nodes = new TreeSet<>();
        rounds.forEach(round -> nodes.addAll(round.groups().nodes()));
        if (nodes.size() > MOST_NODES) {
            throw new IllegalArgumentException(
                    nodes.size() + " nodes are more than the " + MOST_NODES + " that are estimated together");
        }
        Map<NodeId, Integer> index = new HashMap<>();
        nodes.forEach(node -> index.put(node, index.size()));
        return new Fit(index, rounds).estimates(nodes);
    }

    /** The normal equations of all rounds, and their solution. Confined to one thread. */
    private static final class Fit {
        private final int count;
        private final int rounds;
        private final double[] equalParts;
        /** What the differences of all count in a node's estimate: {@code [node][node]}. */
        private final double[][] parts;
        /** The sum of row^T row. */
        private final double[][] products;

        /** The sum of row^T target. */
        private final double[] right;

        private final List<double[]> designRows = new ArrayList<>();
        private final List<Double> targets = new ArrayList<>();

        Fit(Map<NodeId, Integer> index, List<GroupRound> rounds) {
            count = index.size();
            this.rounds = rounds.size();
            equalParts = new double[count];
            parts = new double[count][count];
            products = new double[count][count];
            right = new double[count];
            for (GroupRound round : rounds) {
                add(index, round);
            }
        }

        private void add(Map<NodeId, Integer> index, GroupRound round) {
            double gain = round.contributions().sum();
            double scale = Math.sqrt(Math.abs(gain));
            List<NodeId> all = round.groups().nodes();
            int[] present =
                    all.stream().mapToInt(node -> index.getOrDefault(node, 0)).toArray();
            for (int node : present) {
                equalParts[node] += gain / present.length;
                parts[node][node] += scale;
                for (int other : present) {
                    parts[node][other] -= scale / present.length;
                }
            }
            for (int group = 0; group < round.groups().count(); group++) {
                List<NodeId> members = round.groups().groups().get(group);
                double[] row = new double[count];
                for (int node : present) {
                    row[node] -= scale * members.size() / present.length;
                }
                for (NodeId member : members) {
                    row[index.getOrDefault(member, 0)] += scale;
                }
                double target = round.contributions().value(group) - gain * members.size() / present.length;
                for (int i : present) {
                    right[i] += row[i] * target;
                    for (int j : present) {
                        products[i][j] += row[i] * row[j];
                    }
                }
                designRows.add(row);
                targets.add(target);
            }
        }

        GroupEstimates estimates(Set<NodeId> nodes) {
            double trace = 0;
            for (int i = 0; i < count; i++) {
                trace += products[i][i];
            }
            double[] differences = new double[count];
            double[] variances = new double[count];
            if (trace > 0) {
                double best = Double.POSITIVE_INFINITY;
                double[][] factor = {};
                double variance = 0;
                for (double penalty : PENALTIES) {
                    double ridge = penalty * trace / count / rounds;
                    double[][] cholesky = cholesky(ridge);
                    double[] solution = solve(cholesky, right);
                    double squares = 0;
                    for (int k = 0; k < targets.size(); k++) {
                        double residual = targets.get(k) - dot(designRows.get(k), solution);
                        squares += residual * targets.get(k);
                    }
                    squares = Math.max(squares, 0);
                    double logDeterminant = 0;
                    for (int i = 0; i < count; i++) {
                        logDeterminant += 2 * StrictMath.log(cholesky[i][i]) - StrictMath.log(ridge);
                    }
                    double unlikely =
                            targets.size() * StrictMath.log(Math.max(squares, Double.MIN_NORMAL) / targets.size())
                                    + logDeterminant;
                    if (unlikely < best) {
                        best = unlikely;
                        differences = solution;
                        factor = cholesky;
                        variance = squares / targets.size();
                    }
                }
                variances = variances(factor, variance);
            }
            SortedMap<NodeId, GroupEstimates.Estimate> estimates = new TreeMap<>();
            boolean enough = targets.size() > count;
            int i = 0;
            for (NodeId node : nodes) {
                double value = equalParts[i] + dot(parts[i], differences);
                double width = enough ? StudentT.NORMAL * Math.sqrt(variances[i]) : Double.NaN;
                estimates.put(node, new GroupEstimates.Estimate(value, width));
                i++;
            }
            return new GroupEstimates(Collections.unmodifiableSortedMap(estimates), targets.size());
        }

        private double[] variances(double[][] factor, double variance) {
            double[] variances = new double[count];
            for (int i = 0; i < count; i++) {
                variances[i] = Math.max(0, variance * dot(parts[i], solve(factor, parts[i])));
            }
            return variances;
        }

        private static double dot(double[] left, double[] right) {
            double sum = 0;
            for (int i = 0; i < left.length; i++) {
                sum += left[i] * right[i];
            }
            return sum;
        }

        private double[][] cholesky(double ridge) {
            double[][] factor = new double[count][count];
            for (int i = 0; i < count; i++) {
                for (int j = 0; j <= i; j++) {
                    double sum = products[i][j] + (i == j ? ridge : 0);
                    for (int k = 0; k < j; k++) {
                        sum -= factor[i][k] * factor[j][k];
                    }
                    factor[i][j] = i == j ? Math.sqrt(Math.max(sum, Double.MIN_NORMAL)) : sum / factor[j][j];
                }
            }
            return factor;
        }

        private double[] solve(double[][] factor, double[] rightHandSide) {
            double[] solution = Arrays.copyOf(rightHandSide, count);
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < i; j++) {
                    solution[i] -= factor[i][j] * solution[j];
                }
                solution[i] /= factor[i][i];
            }
            for (int i = count - 1; i >= 0; i--) {
                solution[i] /= factor[i][i];
                for (int j = 0; j < i; j++) {
                    solution[j] -= factor[i][j] * solution[i];
                }
            }
            return solution;
        }
    }
}
