package org.dalrn.server.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.bargaining.AllocationRule;
import org.dalrn.core.incentive.bargaining.AuctionOutcome;
import org.dalrn.core.incentive.bargaining.Bid;
import org.dalrn.core.incentive.bargaining.Claim;
import org.dalrn.core.incentive.bargaining.ProportionalShareAuction;
import org.dalrn.core.incentive.effort.EffortEquilibrium;
import org.dalrn.core.incentive.effort.LeastBudget;
import org.dalrn.core.incentive.effort.Participation;
import org.dalrn.core.incentive.effort.TullockContest;
import org.dalrn.core.model.ContentHash;

/**
 * What a rule makes it worth a node's while to do, found by trying: the efforts are those of the equilibrium of a contest, and then
 * each examined node alone does or states something else and is paid by the rule itself. Nothing here is concluded from theory but
 * the efforts to start from.
 *
 * <p>Amounts are divided in millionths of a unit, so that rounding does not look like a gain. Confined to one thread.
 */
final class IncentiveStudy {

    static final int MOST_NODES = 10_000;
    static final long LARGEST_BUDGET = 1_000_000_000_000L;
    /** Each examined node means some 110 divisions among all nodes. */
    static final int MOST_EXAMINED = 50;

    private static final long MICRO = 1_000_000;
    /** Weights of all nodes at equilibrium. */
    private static final double POINTS = 1e12;

    private static final ContentHash SALT =
            ContentHash.of("dalrn incentives simulate".getBytes(StandardCharsets.US_ASCII));
    private static final double[] EFFORTS = {0, 0.25, 0.5, 0.75, 0.9, 1.1, 1.25, 1.5, 2, 4};
    private static final int NARROWINGS = 24;
    private static final double[] FROM_NO_EFFORT = {0.001, 0.01, 0.05, 0.1, 0.25, 0.5};
    private static final double[] VALUES = {0, 0.5, 0.9, 1.1, 1.5, 2, 5, 10};
    private static final double[] OF_BUDGET = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1};
    private static final double[] COUNTS = {0.5, 0.9, 1.1, 1.5, 2, 5, 10};

    /**
     * What a node is and what it is granted.
     *
     * @param outside what it has if it stays away, in units
     * @param reservation what it is sure to get, in units
     * @param cap the most it can get, in units; {@link Claim#UNCAPPED} for no limit
     */
    record Node(double unitCost, long outside, long reservation, long cap) {}

    /**
     * The answer to one question, with the example that decided it.
     *
     * @param holds true if no examined node gains by it
     * @param gain the most that a node was found to gain, in units, 0 or more
     * @param node who, counted from 1; 0 if nobody
     * @param instead what it does instead of the truth
     * @param tried what was tried
     */
    record Finding(String question, boolean holds, double gain, int node, String instead, String tried) {}

    private final SimulatedRule rule;
    private final long budget;
    private final List<Node> nodes;
    private final TullockContest contest;
    private final EffortEquilibrium equilibrium;
    private final List<Claim> claims = new ArrayList<>();
    private final List<Bid> bids = new ArrayList<>();
    private final double[] payoffs;
    private final double[] amounts;
    private final double[] bestEfforts;
    private final int[] examined;

    /**
     * Computes the equilibrium and what each node has from it.
     *
     * @throws IllegalArgumentException if a number is outside its bounds, or the reservations leave nothing of the budget
     */
    IncentiveStudy(SimulatedRule rule, long budget, double exponent, List<Node> nodes) {
        this.rule = rule;
        this.budget = budget;
        this.nodes = List.copyOf(nodes);
        long reserved = 0;
        for (Node node : nodes) {
            reserved += Math.min(node.reservation(), LARGEST_BUDGET);
        }
        if (reserved >= budget) {
            throw new IllegalArgumentException(
                    "the reservations sum to " + reserved + " or more and leave nothing of the" + " budget " + budget
                            + " to compete for; raise the budget or lower them");
        }
        boolean onTop = rule != SimulatedRule.PROPORTIONAL && rule != SimulatedRule.AUCTION;
        this.contest = TullockContest.of(
                        (double) (onTop ? budget - reserved : budget),
                        nodes.stream().mapToDouble(Node::unitCost).toArray())
                .withExponent(exponent)
                .withOutsideOptions(nodes.stream()
                        .mapToDouble(node -> onTop ? Math.max(0, node.outside() - node.reservation()) : node.outside())
                        .toArray());
        this.equilibrium = contest.equilibrium();
        for (int i = 0; i < nodes.size(); i++) {
            claims.add(
                    claim(i, points(equilibrium.effort(i)), micro(nodes.get(i).reservation())));
            bids.add(new Bid(name(i), points(equilibrium.effort(i)), trueAsk(i, equilibrium.effort(i))));
        }
        this.payoffs = new double[nodes.size()];
        this.amounts = new double[nodes.size()];
        long[] paid = paid(-1, claims, bids);
        for (int i = 0; i < paid.length; i++) {
            amounts[i] = Math.max(0, paid[i]) / (double) MICRO;
            payoffs[i] = payoff(i, equilibrium.effort(i), paid[i]);
        }
        this.bestEfforts =
                IntStream.range(0, paid.length).mapToDouble(equilibrium::effort).toArray();
        int count = Math.min(MOST_EXAMINED, nodes.size());
        List<Integer> byCost = IntStream.range(0, nodes.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> nodes.get(i).unitCost()))
                .toList();
        this.examined = IntStream.range(0, count)
                .map(k -> byCost.get((int) ((long) k * (byCost.size() - 1) / Math.max(1, count - 1))))
                .sorted()
                .toArray();
    }

    private static String name(int node) {
        return "node-" + (node + 1);
    }

    private static long micro(long units) {
        return Math.min(units, LARGEST_BUDGET) * MICRO;
    }

    private long points(double effort) {
        return Math.round(effort / equilibrium.totalEffort() * POINTS);
    }

    private Claim claim(int node, long weight, long reservation) {
        long cap = nodes.get(node).cap();
        return new Claim(name(node), weight, reservation, cap == Claim.UNCAPPED ? cap : micro(cap));
    }

    /** What a node must get to have as much as if it stayed away, in millionths, rounded up. */
    private long trueAsk(int node, double effort) {
        return (long) Math.ceil(Math.min(
                        LARGEST_BUDGET,
                        contest.cost(node, effort) + nodes.get(node).outside())
                * MICRO);
    }

    /** {@code [nodes]} in millionths; -1 for who takes no part in the round. */
    private long[] paid(int another, List<Claim> stated, List<Bid> asked) {
        int n = nodes.size();
        long[] paid = new long[n];
        Arrays.fill(paid, -1);
        if (rule == SimulatedRule.AUCTION) {
            AuctionOutcome outcome = ProportionalShareAuction.run(budget * MICRO, asked);
            outcome.payments().forEach(payment -> add(paid, another, payment.claimant(), payment.amount()));
        } else {
            AllocationRule divided = rule.allocationRule().orElseThrow();
            divided.allocate(budget * MICRO, stated, SALT)
                    .match(
                            allocation -> {
                                allocation
                                        .shares()
                                        .forEach(share ->
                                                add(paid, another, share.claim().claimant(), share.amount()));
                                return paid;
                            },
                            infeasible -> paid);
        }
        return paid;
    }

    /** A node's second name is that of the node after the last. */
    private void add(long[] paid, int another, String name, long amount) {
        int number = Integer.parseInt(name.substring(name.indexOf('-') + 1)) - 1;
        int node = number == nodes.size() ? another : number;
        paid[node] = Math.max(0, paid[node]) + amount;
    }

    /** What a node has beyond its outside option; 0 if it stays out. */
    private double payoff(int node, double effort, long paidMicro) {
        return paidMicro < 0
                ? 0
                : paidMicro / (double) MICRO
                        - contest.cost(node, effort)
                        - nodes.get(node).outside();
    }

    /** What a node has if it alone makes this effort, states this weight and this reservation (or asks this in an auction). */
    private double ifAlone(int node, double effort, long weight, long value) {
        if (rule == SimulatedRule.AUCTION) {
            List<Bid> changed = new ArrayList<>(bids);
            changed.set(node, new Bid(name(node), weight, value));
            return payoff(node, effort, paid(node, claims, changed)[node]);
        }
        List<Claim> changed = new ArrayList<>(claims);
        changed.set(node, claim(node, weight, value));
        return payoff(node, effort, paid(node, changed, bids)[node]);
    }

    private double ifSplit(int node) {
        double effort = equilibrium.effort(node);
        long weight = points(effort);
        if (rule == SimulatedRule.AUCTION) {
            List<Bid> changed = new ArrayList<>(bids);
            long ask = bids.get(node).bid();
            changed.set(node, new Bid(name(node), weight - weight / 2, ask - ask / 2));
            changed.add(new Bid(name(nodes.size()), weight / 2, ask / 2));
            return payoff(node, effort, paid(node, claims, changed)[node]);
        }
        List<Claim> changed = new ArrayList<>(claims);
        Claim whole = claims.get(node);
        long reservation = whole.reservation();
        changed.set(node, new Claim(name(node), weight - weight / 2, reservation - reservation / 2, whole.cap()));
        changed.add(new Claim(name(nodes.size()), weight / 2, reservation / 2, whole.cap()));
        return payoff(node, effort, paid(node, changed, bids)[node]);
    }

    /** What a node has from an effort of its own while the others stay at equilibrium. */
    double payoff(int node, double effort) {
        long value = rule == SimulatedRule.AUCTION
                ? trueAsk(node, effort)
                : claims.get(node).reservation();
        return ifAlone(node, effort, points(effort), value);
    }

    /** All findings, in the order in which they are told. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(ofEffort());
        findings.add(ofValue());
        findings.add(ofCounts(false));
        findings.add(ofCounts(true));
        findings.add(ofNames());
        findings.add(ofStaying());
        return findings;
    }

    private double tolerance() {
        return 1e-9 * budget + 4.0 / MICRO;
    }

    /** Keeps the largest gain. */
    private final class Search {
        private double gain;
        private int node;
        private String instead = "";

        boolean offer(int candidate, double payoff, String what) {
            double more = payoff - payoffs[candidate];
            if (more <= tolerance() || more <= gain) {
                return false;
            }
            gain = more;
            node = candidate + 1;
            instead = what;
            return true;
        }

        Finding finding(String question, String tried) {
            return new Finding(question, node == 0, gain, node, instead, tried);
        }
    }

    private Finding ofEffort() {
        Search search = new Search();
        for (int i : examined) {
            double own = equilibrium.effort(i);
            TreeMap<Double, Double> tried = new TreeMap<>(Map.of(own, payoffs[i]));
            for (double factor : own > 0 ? EFFORTS : FROM_NO_EFFORT) {
                double effort = factor * (own > 0 ? own : equilibrium.totalEffort());
                tried.put(effort, payoff(i, effort));
            }
            double best = best(tried);
            for (int step = 0; step < NARROWINGS; step++) {
                for (Double beside : Arrays.asList(tried.lowerKey(best), tried.higherKey(best))) {
                    if (beside != null) {
                        double between = (best + beside) / 2;
                        tried.put(between, payoff(i, between));
                    }
                }
                best = best(tried);
            }
            double payoff = tried.getOrDefault(best, payoffs[i]);
            if (search.offer(i, payoff, "an effort of " + number(best) + " instead of " + number(own))
                    || payoff > payoffs[i] + tolerance()) {
                bestEfforts[i] = best;
            }
        }
        return search.finding(
                "effort of the equilibrium",
                "its effort times " + list(EFFORTS) + "; from none, " + list(FROM_NO_EFFORT)
                        + " of the total; then between the best and its neighbours, " + NARROWINGS + " times");
    }

    private static double best(Map<Double, Double> payoffOfEffort) {
        return payoffOfEffort.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private Finding ofValue() {
        Search search = new Search();
        boolean auction = rule == SimulatedRule.AUCTION;
        for (int i : examined) {
            double effort = equilibrium.effort(i);
            long truth = auction ? bids.get(i).bid() : claims.get(i).reservation();
            long most = auction ? budget * MICRO : Math.min(claims.get(i).cap(), budget * MICRO);
            TreeSet<Long> values = new TreeSet<>();
            for (double factor : VALUES) {
                values.add(Math.min(most, (long) (truth * factor)));
            }
            for (double part : OF_BUDGET) {
                values.add(Math.min(most, truth + (long) (part * Math.max(0, most - truth))));
                values.add(Math.min(most, truth + (long) (part * contest.budget() * MICRO)));
            }
            if (!auction) {
                // No lie gets more than the largest that leaves the others theirs.
                long reserved = claims.stream().mapToLong(Claim::reservation).sum() - truth;
                values.add(Math.min(most, budget * MICRO - reserved));
            }
            for (long value : values) {
                search.offer(
                        i,
                        ifAlone(i, effort, points(effort), value),
                        "stating " + number(value / (double) MICRO) + " instead of " + number(truth / (double) MICRO));
            }
        }
        return search.finding(
                auction ? "true costs as bid" : "true reservation value, if nodes state it",
                "the true value times " + list(VALUES) + ", and raised by " + list(OF_BUDGET)
                        + " of what is above it and of what is competed for"
                        + (auction ? "" : ", and to all that the others' leave"));
    }

    private Finding ofCounts(boolean verified) {
        Search search = new Search();
        for (int i : examined) {
            double effort = equilibrium.effort(i);
            long truth = points(effort);
            TreeSet<Long> counts = new TreeSet<>();
            for (double factor : COUNTS) {
                counts.add(Math.round(truth * factor));
                counts.add(Math.round(truth + (factor - 0.5) / 20 * POINTS));
            }
            long value = rule == SimulatedRule.AUCTION
                    ? bids.get(i).bid()
                    : claims.get(i).reservation();
            for (long count : counts) {
                // A verified count is the most that is granted.
                long granted = verified ? Math.min(count, truth) : count;
                search.offer(
                        i,
                        ifAlone(i, effort, granted, value),
                        truth == 0
                                ? "stating a count without any effort"
                                : "stating " + number(count / (double) truth) + " times its count");
            }
        }
        return search.finding(
                verified ? "true sample count, if counts are verified" : "true sample count, if counts are believed",
                "the count times " + list(COUNTS) + ", and raised by up to half of all");
    }

    private Finding ofNames() {
        Search search = new Search();
        for (int i : examined) {
            search.offer(i, ifSplit(i), "claiming under two names, half of everything each but the cap");
        }
        return search.finding("one name for each node", "two names of one half each, with the whole cap for both");
    }

    private Finding ofStaying() {
        Search search = new Search();
        int leaving = 0;
        for (int i = 0; i < payoffs.length; i++) {
            leaving += payoffs[i] < -tolerance() ? 1 : 0;
            search.offer(i, 0, "staying away");
        }
        return search.finding(
                "staying in", "leaving, for all " + payoffs.length + " nodes; " + leaving + " would leave");
    }

    /** The smallest budget that keeps all nodes in, where pay follows effort. */
    Optional<LeastBudget> smallestBudget() {
        boolean followsEffort = rule == SimulatedRule.NASH || rule == SimulatedRule.PROPORTIONAL;
        boolean bounded = nodes.stream()
                .anyMatch(node ->
                        node.cap() != Claim.UNCAPPED || (rule == SimulatedRule.PROPORTIONAL && node.reservation() > 0));
        return followsEffort && !bounded
                ? Optional.of(contest.smallestBudget(
                        new TreeSet<>(IntStream.range(0, nodes.size()).boxed().toList())))
                : Optional.empty();
    }

    /** Who takes part if everyone may stay away, where that is a plain contest. */
    Optional<Participation> participation() {
        boolean plain = (rule == SimulatedRule.NASH || rule == SimulatedRule.PROPORTIONAL)
                && nodes.stream().allMatch(node -> node.reservation() == 0 && node.cap() == Claim.UNCAPPED)
                && (contest.exponent() == 1 || nodes.size() <= 1000);
        return plain ? Optional.of(contest.participation()) : Optional.empty();
    }

    /** What the reservations take of the budget before it is competed for. */
    double reservedAhead() {
        return budget - contest.budget();
    }

    long budget() {
        return budget;
    }

    SimulatedRule rule() {
        return rule;
    }

    List<Node> nodes() {
        return nodes;
    }

    EffortEquilibrium equilibrium() {
        return equilibrium;
    }

    int[] examined() {
        return examined.clone();
    }

    double amount(int node) {
        return amounts[node];
    }

    double payoff(int node) {
        return payoffs[node];
    }

    /** The best of the efforts tried; right after {@link #findings}. */
    double bestEffort(int node) {
        return bestEfforts[node];
    }

    private static String list(double... values) {
        List<String> words =
                Arrays.stream(values).mapToObj(IncentiveStudy::number).toList();
        return String.join(", ", words);
    }

    /** With five digits that say something. */
    static String number(double value) {
        return value == 0
                ? "0"
                : new BigDecimal(value)
                        .round(new MathContext(5))
                        .stripTrailingZeros()
                        .toPlainString();
    }
}
