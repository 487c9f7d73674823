package org.dalrn.core.incentive.effort;

/**
 * What each node of a contest contributes at equilibrium and what it has from it, with its certificate: the largest gain of a node
 * that alone did something else, computed from the contest and not from what the solver believed.
 *
 * <p>Nodes are numbered as in the contest; one that is not admitted has zeros. Immutable and thread-safe.
 */
public final class EffortEquilibrium {

    private final double[] efforts;
    private final double[] payoffs;
    private final double[] bestReplies;
    private final double[] gains;
    private final double totalEffort;
    private final double largestGain;

    EffortEquilibrium(TullockContest contest, double[] efforts, boolean[] admitted) {
        int n = efforts.length;
        this.efforts = efforts;
        this.payoffs = new double[n];
        this.bestReplies = new double[n];
        this.gains = new double[n];
        // The others' sums from both ends: subtracting a node's effort from the total would lose what a large one
        // hides.
        double[] after = new double[n + 1];
        for (int i = n - 1; i >= 0; i--) {
            after[i] = after[i + 1] + efforts[i];
        }
        this.totalEffort = after[0];
        double before = 0;
        double largest = 0;
        for (int i = 0; i < n; i++) {
            if (admitted[i]) {
                double others = before + after[i + 1];
                payoffs[i] = contest.payoff(i, efforts[i], others);
                bestReplies[i] = contest.bestReply(i, others);
                gains[i] = Math.max(0, contest.payoff(i, bestReplies[i], others) - payoffs[i]);
                largest = Math.max(largest, gains[i]);
            }
            before += efforts[i];
        }
        this.largestGain = largest;
    }

    /** Number of nodes of the contest. */
    public int nodes() {
        return efforts.length;
    }

    /** What a node contributes, 0 or more. */
    public double effort(int node) {
        return efforts[node];
    }

    /** A node's part of the budget, in {@code [0, 1]}. */
    public double share(int node) {
        return efforts[node] / totalEffort;
    }

    /** What a node has from it: its part of the budget less its cost; not less its outside option. */
    public double payoff(int node) {
        return payoffs[node];
    }

    /** The contribution that would serve a node best while the others do as they do. */
    public double bestReply(int node) {
        return bestReplies[node];
    }

    /** What a node would gain by its best reply, 0 up to rounding. */
    public double gain(int node) {
        return gains[node];
    }

    /** The contributions of all nodes together, above 0. */
    public double totalEffort() {
        return totalEffort;
    }

    /** Number of nodes that contribute anything. */
    public int active() {
        int active = 0;
        for (double effort : efforts) {
            active += effort > 0 ? 1 : 0;
        }
        return active;
    }

    /** The most that any node would gain by its best reply: an equilibrium up to this number. */
    public double largestGain() {
        return largestGain;
    }

    @Override
    public String toString() {
        return active() + " of " + efforts.length + " nodes contribute " + totalEffort
                + " in all; none gains more than " + largestGain + " by doing otherwise";
    }
}
