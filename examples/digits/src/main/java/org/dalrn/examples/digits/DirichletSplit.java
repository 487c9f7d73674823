package org.dalrn.examples.digits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A seeded division of labelled rows among nodes, in which each class goes to the nodes in shares of a symmetric
 * Dirichlet distribution.
 *
 * <p>The lower the concentration, the more uneven: at 0.5 a node holds most of some digits and next to nothing of
 * others. Each row goes to exactly one node; rows are drawn again, with the next numbers of the generator, until
 * each node has the least number of rows. The same arguments give the same split on every JDK: the generator is the specified
 * {@link Random}, and logarithms and powers are {@link StrictMath}.
 *
 * <p>Source: Hsu, Qi and Brown, Measuring the Effects of Non-Identical Data Distribution for Federated Visual
 * Classification, 2019, in the variant of Yurochkin et al. 2019 (shares per class, not per node).
 */
public final class DirichletSplit {
    private static final int MOST_ATTEMPTS = 1000;

    private DirichletSplit() {}

    /**
     * Divides the rows.
     *
     * @param labels the class of each row, each at least 0
     * @param nodes how many nodes, at least 1
     * @param concentration the Dirichlet distribution's parameter for every node, positive
     * @param leastRows what each node gets at least, from 1
     * @return for each node its positions in a random order
     * @throws IllegalArgumentException if an argument is outside its range, or 1,000 draws do not give each node its least
     *     number of rows
     */
    public static List<int[]> of(int[] labels, int nodes, double concentration, int leastRows, long seed) {
        if (nodes < 1 || leastRows < 1 || (long) nodes * leastRows > labels.length) {
            throw new IllegalArgumentException(nodes + " nodes with at least " + leastRows + " rows each do not fit "
                    + labels.length + " rows; both must be at least 1 and their product at most the rows");
        }
        if (!(concentration > 0) || !Double.isFinite(concentration)) {
            throw new IllegalArgumentException(
                    "concentration " + concentration + " is not positive and finite; use 0.5 for a strong skew");
        }
        int classes = Arrays.stream(labels).max().orElseThrow() + 1;
        Random random = new Random(seed);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            List<List<Integer>> split = draw(labels, classes, nodes, concentration, random);
            if (split.stream().allMatch(rows -> rows.size() >= leastRows)) {
                return split.stream().map(rows -> shuffled(rows, random)).toList();
            }
        }
        throw new IllegalArgumentException("no split of " + labels.length + " rows over " + nodes
                + " nodes at concentration " + concentration + " gave each at least " + leastRows + " rows in "
                + MOST_ATTEMPTS + " draws; lower the least number or raise the concentration");
    }

    private static List<List<Integer>> draw(int[] labels, int classes, int nodes, double concentration, Random random) {
        List<List<Integer>> split = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            split.add(new ArrayList<>());
        }
        for (int label = 0; label < classes; label++) {
            List<Integer> rows = new ArrayList<>();
            for (int row = 0; row < labels.length; row++) {
                if (labels[row] == label) {
                    rows.add(row);
                }
            }
            int[] order = shuffled(rows, random);
            double[] shares = dirichlet(nodes, concentration, random);
            double upTo = 0;
            int from = 0;
            for (int node = 0; node < nodes; node++) {
                upTo += shares[node];
                int to = node == nodes - 1
                        ? order.length
                        : (int) Math.min(order.length, Math.round(upTo * order.length));
                for (int i = from; i < to; i++) {
                    split.get(node).add(order[i]);
                }
                from = Math.max(from, to);
            }
        }
        return split;
    }

    private static int[] shuffled(List<Integer> rows, Random random) {
        int[] order = rows.stream().mapToInt(Integer::intValue).toArray();
        shuffle(order, random);
        return order;
    }

    static void shuffle(int[] order, Random random) {
        for (int last = order.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int kept = order[last];
            order[last] = order[other];
            order[other] = kept;
        }
    }

    /** One draw of shares: gamma variates over their sum. */
    static double[] dirichlet(int shares, double concentration, Random random) {
        double[] drawn = new double[shares];
        double sum = 0;
        for (int i = 0; i < shares; i++) {
            drawn[i] = gamma(concentration, random);
            sum += drawn[i];
        }
        for (int i = 0; i < shares; i++) {
            drawn[i] /= sum;
        }
        return drawn;
    }

    /**
     * A gamma variate of scale 1, by Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, ACM TOMS 26,
     * 2000; below shape 1 by their boost, section 6.
     */
    static double gamma(double shape, Random random) {
        if (shape < 1) {
            return gamma(shape + 1, random) * StrictMath.pow(1 - random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
            double u = 1 - random.nextDouble();
            if (v > 0 && StrictMath.log(u) < x * x / 2 + d - d * v + d * StrictMath.log(v)) {
                return d * v;
            }
        }
    }
}
