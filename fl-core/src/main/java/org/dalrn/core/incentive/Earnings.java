package org.dalrn.core.incentive;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.incentive.bargaining.Allocation;
import org.dalrn.core.incentive.bargaining.AllocationRule;
import org.dalrn.core.incentive.bargaining.AuctionOutcome;
import org.dalrn.core.incentive.bargaining.Bid;
import org.dalrn.core.incentive.bargaining.Claim;
import org.dalrn.core.incentive.bargaining.Payment;
import org.dalrn.core.incentive.bargaining.ProportionalShareAuction;
import org.dalrn.core.incentive.bargaining.Share;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;

/**
 * The ledger of a run's earnings: what was contributed and is not settled yet. What was paid stands in the events.
 * Immutable and thread-safe.
 *
 * @param measuredRound the last round whose contributions were measured; 0 for none
 * @param measured its contributions; they count once the round is complete
 * @param points of completed rounds that are not settled, by claimant; whoever had an accepted update is there, if only
 *     with 0
 * @param settledRound the last round that was paid for; 0 for none
 * @param carried what the last settlement left over
 */
public record Earnings(
        int measuredRound,
        List<NodeContribution> measured,
        SortedMap<String, BigInteger> points,
        int settledRound,
        long carried) {
    private static final byte[] SALT = "dalrn-settlement-v1".getBytes(StandardCharsets.US_ASCII);

    /** The sum of all weights of a settlement has fewer bits than this: it fits a long, with one to spare. */
    private static final int MOST_WEIGHT_BITS = 62;

    /**
     * The most claimants of one settlement, and the most nodes of one round: with the longest names and numbers, they fit
     * the 16 MiB of one entry of a log.
     */
    public static final int MOST_CLAIMANTS = 80_000;

    /** Copies. */
    public Earnings {
        measured = List.copyOf(measured);
        points = Collections.unmodifiableSortedMap(new TreeMap<>(points));
    }

    /** Before the first round. */
    public static Earnings none() {
        return new Earnings(0, List.of(), Collections.emptySortedMap(), 0, 0);
    }

    /** A round's contributions were measured. */
    public Earnings withMeasured(int round, List<NodeContribution> contributions) {
        return new Earnings(round, contributions, points, settledRound, carried);
    }

    /**
     * A round is complete: what it contributed counts.
     *
     * @param nodes with an accepted update in it; each is a claimant, even if nothing of it was measured
     */
    public Earnings withCompleted(IncentivePolicy policy, int round, Collection<NodeId> nodes) {
        Map<NodeId, Long> pointsOf = new HashMap<>();
        if (round == measuredRound) {
            measured.forEach(contribution -> pointsOf.put(contribution.node(), contribution.points()));
        }
        Map<NodeId, String> owners = policy.owners();
        SortedMap<String, BigInteger> more = new TreeMap<>(points);
        for (NodeId node : nodes) {
            claimant(policy, owners, node)
                    .ifPresent(claimant ->
                            more.merge(claimant, BigInteger.valueOf(pointsOf.getOrDefault(node, 0L)), BigInteger::add));
        }
        return new Earnings(measuredRound, measured, more, settledRound, carried);
    }

    private static Optional<String> claimant(IncentivePolicy policy, Map<NodeId, String> owners, NodeId node) {
        return Optional.ofNullable(owners.get(node))
                .or(() -> policy.others().map(terms -> IncentivePolicy.NODE_PREFIX + node.value()));
    }

    /** How many claimants the next settlement has if these nodes, too, have an accepted update before it. */
    public int claimantsWith(IncentivePolicy policy, Collection<NodeId> nodes) {
        Map<NodeId, String> owners = policy.owners();
        Set<String> claimants = new HashSet<>(points.keySet());
        nodes.forEach(node -> claimant(policy, owners, node).ifPresent(claimants::add));
        return claimants.size();
    }

    /**
     * A settlement paid for the rounds until this one.
     *
     * @param undistributed what it left over
     */
    public Earnings withPaid(int round, long undistributed) {
        return new Earnings(measuredRound, measured, Collections.emptySortedMap(), round, undistributed);
    }

    /**
     * What a settlement now gives to whom.
     *
     * <p>Settled by round, there is the policy's budget and what the last settlement left over. Settled once, a run that
     * completed c of its r rounds has {@code c/r} of the budget, and each reservation and cap counts for as much,
     * rounded down. A claim's weight is the policy's weight times the points; if all weights together exceed 62 bits, all
     * are divided by the least power of two that prevents it, rounded down.
     *
     * <p>There is always a division: the reservations in a policy do not exceed its budget, only organisations have one,
     * and rounding down keeps both.
     *
     * @param completedRounds until which is settled, 1 or more
     * @param rounds of the whole run
     */
    public Allotment allot(IncentivePolicy policy, RunId run, int completedRounds, int rounds) {
        boolean whole = policy.settlement() == Settlement.ROUND;
        long part = whole ? 1 : completedRounds;
        long of = whole ? 1 : rounds;
        long budget = partOf(policy.budget(), part, of) + carried;
        List<Claim> claims = new ArrayList<>();
        weights(policy).forEach((claimant, weight) -> {
            Terms terms = policy.termsOf(claimant);
            claims.add(new Claim(
                    claimant,
                    weight,
                    partOf(policy.rule() == PayoutRule.AUCTION ? terms.bid().orElse(0) : terms.reservation(), part, of),
                    terms.isCapped() ? partOf(terms.cap(), part, of) : Claim.UNCAPPED));
        });
        if (policy.rule() == PayoutRule.AUCTION) {
            return auction(budget, claims);
        }
        return rule(policy.rule())
                .allocate(budget, claims, salt(run, completedRounds))
                .match(Earnings::allotment, infeasible -> {
                    throw new IllegalStateException(
                            "bug: reservations exceed budget " + budget + " by " + infeasible.shortfall());
                });
    }

    private static long partOf(long amount, long part, long of) {
        return part == of
                ? amount
                : BigInteger.valueOf(amount)
                        .multiply(BigInteger.valueOf(part))
                        .divide(BigInteger.valueOf(of))
                        .longValueExact();
    }

    private SortedMap<String, Long> weights(IncentivePolicy policy) {
        SortedMap<String, BigInteger> exact = new TreeMap<>();
        points.forEach((claimant, count) -> exact.put(
                claimant,
                count.multiply(BigInteger.valueOf(policy.termsOf(claimant).weight()))));
        BigInteger sum = exact.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
        int shift = Math.max(0, sum.bitLength() - MOST_WEIGHT_BITS);
        SortedMap<String, Long> weights = new TreeMap<>();
        exact.forEach((claimant, weight) ->
                weights.put(claimant, weight.shiftRight(shift).longValueExact()));
        return weights;
    }

    private static AllocationRule rule(PayoutRule rule) {
        return switch (rule) {
            case NASH -> AllocationRule.NASH;
            case EGALITARIAN -> AllocationRule.EGALITARIAN;
            case KALAI_SMORODINSKY -> AllocationRule.KALAI_SMORODINSKY;
            case PROPORTIONAL -> AllocationRule.PROPORTIONAL;
            case AUCTION -> throw new IllegalStateException("bug: an auction is no rule of bargaining");
        };
    }

    private static Allotment allotment(Allocation allocation) {
        List<Payout> payouts = new ArrayList<>();
        for (Share share : allocation.shares()) {
            payouts.add(payout(share.claim(), share.amount()));
        }
        return new Allotment(allocation.budget(), allocation.theta(), payouts, allocation.undistributed());
    }

    private static Payout payout(Claim claim, long amount) {
        return new Payout(claim.claimant(), claim.weight(), claim.reservation(), claim.cap(), amount);
    }

    private static Allotment auction(long budget, List<Claim> claims) {
        AuctionOutcome outcome = ProportionalShareAuction.run(
                budget,
                claims.stream()
                        .map(claim -> new Bid(claim.claimant(), claim.weight(), claim.reservation()))
                        .toList());
        Map<String, Payment> payments = new HashMap<>();
        outcome.payments().forEach(payment -> payments.put(payment.claimant(), payment));
        Fraction price = Fraction.ZERO;
        List<Payout> payouts = new ArrayList<>();
        for (Claim claim : claims) {
            Payment payment = payments.get(claim.claimant());
            payouts.add(payout(claim, payment == null ? 0 : payment.amount()));
            if (payment != null) {
                price = payment.threshold().over(Fraction.of(claim.weight()));
            }
        }
        return new Allotment(budget, price, payouts, outcome.carried());
    }

    /** SHA-256("dalrn-settlement-v1" | run id | line feed | round): by it the last units are drawn among equals. */
    private static ContentHash salt(RunId run, int round) {
        requireNonNull(run, "run");
        return ContentHash.sha256(
                SALT,
                (run.value() + "\n").getBytes(StandardCharsets.US_ASCII),
                ByteBuffer.allocate(Integer.BYTES).putInt(round).array());
    }
}
