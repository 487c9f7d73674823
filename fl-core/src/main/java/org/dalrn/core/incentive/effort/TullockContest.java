package org.dalrn.core.incentive.effort;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The game of nodes that share a budget in proportion to what they contribute, contributing being costly: a Tullock contest.
 *
 * <p>Node i chooses an effort {@code e >= 0} and gets {@code budget * e / (sum of all efforts) - c * e^k / k}, where c is its unit
 * cost and the exponent k is 1 (each unit costs the same) or more (each further unit costs more). There is exactly one equilibrium
 * in pure strategies. With its effort's share s and the level {@code z = budget / E^k} of the total E, a node's first-order
 * condition is {@code z (1 - s) = c s^(k-1)}, so that s grows with z alone and the equilibrium is the z at which the shares sum
 * to 1: one root, in closed form for k = 1. Shares do not depend on the budget; payoffs are in proportion to it, {@code budget * s
 * * (1 - (1 - s) / k)}. Without outside options, therefore, a small budget keeps the same nodes as a large one.
 *
 * <p>An outside option is what a node has if it stays away: the fixed cost of taking part, or what else it could do. It plays no
 * role in {@link #equilibrium()} and decides in {@link #participation()} and {@link #smallestBudget}.
 *
 * <p>Immutable and thread-safe. Results have the same bits on every machine.
 *
 * <p>Source: F. Szidarovszky and K. Okuguchi, Games and Economic Behavior 18 (1997); share functions: R. Cornes and R. Hartley,
 * Economic Theory 26 (2005).
 */
public final class TullockContest {

    /** A contest has at most this many nodes. */
    public static final int MOST_NODES = 1 << 20;

    /** Unit costs are in {@code [1 / LARGEST_UNIT_COST, LARGEST_UNIT_COST]}. */
    public static final double LARGEST_UNIT_COST = 1e9;

    /** Budgets are above 0, outside options 0 or more, and both at most this. */
    public static final double LARGEST_AMOUNT = 1e15;

    /** Exponents are in {@code [1, LARGEST_EXPONENT]}. */
    public static final double LARGEST_EXPONENT = 16;

    /** Bisection alone would take this many steps to the last bit, Newton's take fewer. */
    private static final int MOST_STEPS = 200;

    private static final double SMALLEST_BUDGET = 1e-9;

    private final double budget;
    private final double exponent;
    private final double[] unitCosts;
    private final double[] outside;

    private TullockContest(double budget, double exponent, double[] unitCosts, double[] outside) {
        this.budget = budget;
        this.exponent = exponent;
        this.unitCosts = unitCosts;
        this.outside = outside;
    }

    /**
     * The contest with linear costs and without outside options.
     *
     * @param budget in {@code [1e-9, 1e15]}
     * @param unitCosts {@code [nodes]}, each in {@code [1e-9, 1e9]}; 2 to {@value #MOST_NODES} nodes
     * @throws IllegalArgumentException if a number is outside its bounds, or there are too few or too many nodes
     */
    public static TullockContest of(double budget, double... unitCosts) {
        if (unitCosts.length < 2 || unitCosts.length > MOST_NODES) {
            throw new IllegalArgumentException("a contest has 2 to " + MOST_NODES + " nodes, not " + unitCosts.length
                    + (unitCosts.length == 1 ? "; a single one gets the budget for any effort, however small" : ""));
        }
        double[] copy = unitCosts.clone();
        for (int i = 0; i < copy.length; i++) {
            if (!(copy[i] >= 1 / LARGEST_UNIT_COST && copy[i] <= LARGEST_UNIT_COST)) {
                throw new IllegalArgumentException("the unit cost of node " + i + " is " + copy[i] + ", not in ["
                        + 1 / LARGEST_UNIT_COST + ", " + LARGEST_UNIT_COST + "]; choose another unit of effort");
            }
        }
        return new TullockContest(checkedBudget(budget), 1, copy, new double[copy.length]);
    }

    private static double checkedBudget(double budget) {
        if (!(budget >= SMALLEST_BUDGET && budget <= LARGEST_AMOUNT)) {
            throw new IllegalArgumentException("the budget is " + budget + ", not in [" + SMALLEST_BUDGET + ", "
                    + LARGEST_AMOUNT + "]; choose another unit of money");
        }
        return budget;
    }

    /**
     * The same contest with another budget.
     *
     * @throws IllegalArgumentException if it is outside its bounds
     */
    public TullockContest withBudget(double other) {
        return new TullockContest(checkedBudget(other), exponent, unitCosts, outside);
    }

    /**
     * The same contest with costs {@code c * e^k / k}.
     *
     * @param k in {@code [1, 16]}
     * @throws IllegalArgumentException if it is outside
     */
    public TullockContest withExponent(double k) {
        if (!(k >= 1 && k <= LARGEST_EXPONENT)) {
            throw new IllegalArgumentException("the exponent of the costs is " + k + ", not in [1, " + LARGEST_EXPONENT
                    + "]; below 1 an equilibrium need not exist");
        }
        return new TullockContest(budget, k, unitCosts, outside);
    }

    /**
     * The same contest with what each node has if it stays away.
     *
     * @param options {@code [nodes]}, each in {@code [0, 1e15]}
     * @throws IllegalArgumentException if there are not as many as nodes, or one is outside
     */
    public TullockContest withOutsideOptions(double... options) {
        if (options.length != unitCosts.length) {
            throw new IllegalArgumentException(
                    "there are " + options.length + " outside options for " + unitCosts.length + " nodes");
        }
        double[] copy = options.clone();
        for (int i = 0; i < copy.length; i++) {
            if (!(copy[i] >= 0 && copy[i] <= LARGEST_AMOUNT)) {
                throw new IllegalArgumentException(
                        "the outside option of node " + i + " is " + copy[i] + ", not in [0, " + LARGEST_AMOUNT + "]");
            }
        }
        return new TullockContest(budget, exponent, unitCosts, copy);
    }

    /** Number of nodes. */
    public int nodes() {
        return unitCosts.length;
    }

    /** What is shared. */
    public double budget() {
        return budget;
    }

    /** The k of the costs {@code c * e^k / k}. */
    public double exponent() {
        return exponent;
    }

    /** The c of a node's costs. */
    public double unitCost(int node) {
        return unitCosts[node];
    }

    /** What a node has if it stays away. */
    public double outsideOption(int node) {
        return outside[node];
    }

    /** What an effort costs a node. */
    public double cost(int node, double effort) {
        return exponent == 1 ? unitCosts[node] * effort : unitCosts[node] * StrictMath.pow(effort, exponent) / exponent;
    }

    /**
     * What a node has from an effort, 0 from none.
     *
     * @param effort its own, 0 or more
     * @param others the sum of all others', 0 or more
     */
    public double payoff(int node, double effort, double others) {
        return effort == 0 ? 0 : budget * (effort / (effort + others)) - cost(node, effort);
    }

    /**
     * The payoffs of a node over several efforts, to draw a curve of.
     *
     * @param others the sum of all others' efforts, 0 or more
     * @return {@code [efforts]}
     */
    public double[] payoffs(int node, double others, double... efforts) {
        return Arrays.stream(efforts)
                .map(effort -> payoff(node, effort, others))
                .toArray();
    }

    /**
     * The effort that serves a node best.
     *
     * @param others the sum of all others' efforts, above 0: against none at all every effort is improved by a smaller one
     * @throws IllegalArgumentException if the others do nothing
     */
    public double bestReply(int node, double others) {
        if (!(others > 0)) {
            throw new IllegalArgumentException(
                    "the others' effort is " + others + "; there is a best reply only to an effort above 0");
        }
        double cost = unitCosts[node];
        if (exponent == 1) {
            return Math.max(0, Math.sqrt(budget / cost) * Math.sqrt(others) - others);
        }
        // The marginal payoff falls from above 0 at effort 0 to below 0 where the cost alone exceeds the budget.
        double low = 0;
        double high = StrictMath.pow(exponent * budget / cost, 1 / exponent);
        for (int step = 0; step < MOST_STEPS; step++) {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high) {
                break;
            }
            double part = others / (others + middle);
            double marginal = budget * part / (others + middle) - cost * StrictMath.pow(middle, exponent - 1);
            if (marginal > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** The equilibrium if all nodes take part. Cost: {@code O(n log n)} for linear costs, otherwise some 10 passes. */
    public EffortEquilibrium equilibrium() {
        boolean[] all = new boolean[nodes()];
        Arrays.fill(all, true);
        return equilibrium(all);
    }

    /**
     * The equilibrium if only these nodes are admitted.
     *
     * @param admitted two or more
     * @throws IllegalArgumentException if there are fewer, or one is no node of this contest
     */
    public EffortEquilibrium equilibriumAmong(SortedSet<Integer> admitted) {
        return equilibrium(flags(admitted));
    }

    private boolean[] flags(SortedSet<Integer> nodes) {
        boolean[] flags = new boolean[nodes()];
        for (int node : nodes) {
            if (node < 0 || node >= flags.length) {
                throw new IllegalArgumentException(
                        "node " + node + " is not in the contest; its nodes are 0 to " + (flags.length - 1));
            }
            flags[node] = true;
        }
        if (nodes.size() < 2) {
            throw new IllegalArgumentException("a contest has 2 nodes or more, not " + nodes.size());
        }
        return flags;
    }

    private EffortEquilibrium equilibrium(boolean[] admitted) {
        double level = level(admitted);
        double total = exponent == 1 ? budget / level : StrictMath.pow(budget / level, 1 / exponent);
        double[] efforts = new double[nodes()];
        for (int i = 0; i < efforts.length; i++) {
            efforts[i] = admitted[i] ? total * share(unitCosts[i] / level) : 0;
        }
        return new EffortEquilibrium(this, efforts, admitted);
    }

    /** The z at which the shares sum to 1. */
    private double level(boolean[] admitted) {
        double[] costs = IntStream.range(0, nodes())
                .filter(i -> admitted[i])
                .mapToDouble(i -> unitCosts[i])
                .sorted()
                .toArray();
        return exponent == 1 ? linearLevel(costs) : convexLevel(costs);
    }

    /** The cheapest nodes contribute, as long as the next costs less than the level without it. */
    private static double linearLevel(double[] ascending) {
        double sum = ascending[0] + ascending[1];
        int active = 2;
        while (active < ascending.length && ascending[active] * (active - 1) < sum) {
            sum += ascending[active];
            active++;
        }
        return sum / (active - 1);
    }

    /** Newton's method in the logarithm of z, kept inside a bracket. */
    private double convexLevel(double[] ascending) {
        int n = ascending.length;
        // If all had the cost of the cheapest, each share would be 1 / n at this level.
        double atEqualCosts = StrictMath.log(n) * (2 - exponent) - StrictMath.log(n - 1);
        double low = StrictMath.log(ascending[0]) + atEqualCosts;
        double high = StrictMath.log(ascending[n - 1]) + atEqualCosts;
        double y = (low + high) / 2;
        for (int step = 0; step < MOST_STEPS; step++) {
            double z = StrictMath.exp(y);
            double excess = -1;
            double slope = 0;
            for (double cost : ascending) {
                double s = share(cost / z);
                excess += s;
                slope += s * (1 - s) / (s + (exponent - 1) * (1 - s));
            }
            if (excess > 0) {
                high = Math.min(high, y);
            } else {
                low = Math.max(low, y);
            }
            double next = y - excess / slope;
            if (!(next > low && next < high)) {
                next = (low + high) / 2;
            }
            if (Math.abs(next - y) <= 1e-15 * Math.max(1, Math.abs(y))) {
                break;
            }
            y = next;
        }
        return StrictMath.exp(y);
    }

    /** The share s of a node whose unit cost is {@code ratio} times the level: {@code 1 - s = ratio * s^(k-1)}, or 0. */
    private double share(double ratio) {
        if (exponent == 1) {
            return Math.max(0, 1 - ratio);
        }
        if (exponent == 2) {
            return 1 / (1 + ratio);
        }
        // In t = ln s, ln ratio + (k-1) t - ln(1 - e^t) is convex and increasing.
        double log = StrictMath.log(ratio);
        double low = Double.NEGATIVE_INFINITY;
        double high = 0;
        double t = ratio < 1 ? StrictMath.log1p(-ratio / 2) : -(log + 1) / exponent;
        for (int step = 0; step < MOST_STEPS; step++) {
            double rest = -StrictMath.expm1(t);
            double value = log + (exponent - 1) * t - StrictMath.log(rest);
            if (value > 0) {
                high = Math.min(high, t);
            } else {
                low = Math.max(low, t);
            }
            double next = t - value / (exponent - 1 + (1 - rest) / rest);
            if (!(next > low && next < high)) {
                next = low == Double.NEGATIVE_INFINITY ? 2 * high - 1 : (low + high) / 2;
            }
            if (Math.abs(next - t) <= 1e-16 + 1e-15 * Math.abs(t)) {
                break;
            }
            t = next;
        }
        return StrictMath.exp(t);
    }

    /** A node's part of the budget that its payoff is, if its share of the effort is s. */
    private double worth(double s) {
        return s * (1 - (1 - s) / exponent);
    }

    /** The level at which a node's payoff is its outside option; infinite if no level is enough. */
    private double leastLevel(int node) {
        double worth = outside[node] / budget;
        if (worth >= 1) {
            return Double.POSITIVE_INFINITY;
        }
        double root = Math.sqrt((exponent - 1) * (exponent - 1) + 4 * exponent * worth);
        // (root - (k-1)) / 2 without cancellation
        double s = worth == 0 ? 0 : 2 * exponent * worth / (root + (exponent - 1));
        return unitCosts[node] * StrictMath.pow(s, exponent - 1) / (1 - s);
    }

    /**
     * Who takes part if everyone may: an equilibrium of staying in or out, in which nobody inside would rather have its outside
     * option and nobody outside would gain by coming in as one more. There may be several such sets; this is the one that admits
     * nodes in the order of the level of competition that they can bear, those that bear most first.
     *
     * <p>Who comes in lowers the level {@code budget / E^k} for all, and each node has a least level at which it stays; so
     * nobody who was admitted is driven out by a later one that itself can stay, and nobody who was turned away can come back.
     *
     * <p>Cost: {@code O(n log n)} for linear costs, {@code O(n^2)} otherwise.
     */
    public Participation participation() {
        double[] least =
                IntStream.range(0, nodes()).mapToDouble(this::leastLevel).toArray();
        List<Integer> order = IntStream.range(0, nodes())
                .filter(i -> least[i] < Double.POSITIVE_INFINITY)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> least[i]))
                .toList();
        TreeSet<Integer> in = new TreeSet<>();
        double sum = 0;
        for (int node : order) {
            boolean stays = in.isEmpty()
                    || (exponent == 1
                            ? sum + unitCosts[node] >= least[node] * in.size()
                                    && unitCosts[node] * (in.size() - 1) < sum
                            : sumOfShares(in, node, least[node]) <= 1);
            if (stays) {
                in.add(node);
                sum += unitCosts[node];
            }
        }
        return new Participation(in, in.size() < 2 ? Optional.empty() : Optional.of(equilibriumAmong(in)));
    }

    private double sumOfShares(SortedSet<Integer> in, int another, double level) {
        if (level == 0) {
            return 0;
        }
        double sum = share(unitCosts[another] / level);
        for (int node : in) {
            sum += share(unitCosts[node] / level);
            if (sum > 1) {
                break;
            }
        }
        return sum;
    }

    /**
     * The smallest budget at which each of these nodes, in a contest among exactly them, has its outside option or more: what a
     * coordinator that moves first and chooses whom to admit has to offer (the leader's problem of a Stackelberg game). The budget
     * of this contest plays no role.
     *
     * @param wanted two or more nodes
     * @throws IllegalArgumentException if there are fewer, or one is no node of this contest
     */
    public LeastBudget smallestBudget(SortedSet<Integer> wanted) {
        double level = level(flags(wanted));
        List<Integer> hopeless = new ArrayList<>();
        double least = 0;
        int last = wanted.first();
        for (int node : wanted) {
            double worth = worth(share(unitCosts[node] / level));
            if (worth <= 0 || outside[node] / worth > LARGEST_AMOUNT) {
                hopeless.add(node);
            } else if (outside[node] / worth > least) {
                least = outside[node] / worth;
                last = node;
            }
        }
        return hopeless.isEmpty() ? new LeastBudget.Found(least, last) : new LeastBudget.Impossible(hopeless);
    }
}
