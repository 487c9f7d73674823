package org.dalrn.server.gateway;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.RunEvent;

/**
 * What those who take part in a run have contributed and earned, summed up from its events as they come.
 *
 * <p>It repeats what the events say; whether they say the right thing is for a replay to find out. Confined to one thread.
 */
public final class RunEarnings {

    /** The most first; of equal amounts, by points; of equal points, by name. */
    private static final Comparator<Earned> MOST_FIRST = Comparator.comparing(Earned::amount)
            .thenComparing(Earned::points)
            .reversed()
            .thenComparing(Earned::claimant);

    private final Map<NodeId, String> organisations = new HashMap<>();
    private final TreeMap<String, Earned> byClaimant = new TreeMap<>();
    private Optional<IncentivePolicy> policy = Optional.empty();
    private Optional<RunEvent.Allocated> last = Optional.empty();

    /** They count once their round is complete. */
    private Optional<RunEvent.ContributionsMeasured> inProgress = Optional.empty();

    private BigInteger paid = BigInteger.ZERO;
    private int measuredRounds;
    private int unmeasuredRounds;

    /** Nothing yet. */
    public RunEarnings() {}

    /**
     * One claimant's part.
     *
     * @param claimant an organisation's name, or {@code node:} and a node's id
     * @param rounds in how many completed rounds something was measured of it
     * @param value sum of what was measured; may be negative
     * @param points sum of what counts in settlements, 0 or more
     * @param amount sum of what was allocated, in whole units
     * @param share of all that was allocated to anybody, 0 to 1; 0 as long as nothing was
     */
    public record Earned(
            String claimant, int rounds, double value, BigInteger points, BigInteger amount, double share) {

        private Earned plus(InRound round) {
            return new Earned(claimant, rounds + 1, value + round.value(), points.add(round.points()), amount, share);
        }

        private Earned plus(Payout payout) {
            BigInteger more = BigInteger.valueOf(payout.amount());
            return new Earned(claimant, rounds, value, points, amount.add(more), share);
        }

        private Earned of(BigInteger paid) {
            double part = paid.signum() == 0 ? 0 : amount.doubleValue() / paid.doubleValue();
            return new Earned(claimant, rounds, value, points, amount, part);
        }
    }

    /** What one round adds for a claimant: of all its nodes together. */
    public record InRound(String claimant, double value, BigInteger points) {

        private InRound plus(InRound other) {
            return new InRound(claimant, value + other.value, points.add(other.points));
        }
    }

    /** Takes the run's next event; those that concern no incentives change nothing. */
    public void accept(RunEvent event) {
        if (event instanceof RunEvent.Opened opened) {
            policy = opened.spec().incentive();
            policy.ifPresent(agreed -> agreed.organisations().forEach((name, terms) -> {
                terms.nodes().forEach(node -> organisations.put(node, name));
                byClaimant.put(name, nothing(name));
            }));
        } else if (event instanceof RunEvent.ContributionsMeasured measured) {
            inProgress = Optional.of(measured);
        } else if (event instanceof RunEvent.RoundCompleted) {
            inProgress.ifPresent(this::completed);
            inProgress = Optional.empty();
        } else if (event instanceof RunEvent.Allocated allocated) {
            for (Payout payout : allocated.payouts()) {
                change(payout.claimant(), before -> before.plus(payout));
                paid = paid.add(BigInteger.valueOf(payout.amount()));
            }
            last = Optional.of(allocated);
        }
    }

    private void completed(RunEvent.ContributionsMeasured measured) {
        if (measured.contributions().isEmpty()) {
            unmeasuredRounds++;
        } else {
            measuredRounds++;
        }
        of(measured).forEach(round -> change(round.claimant(), before -> before.plus(round)));
    }

    /** A round's contributions by claimant, in the order of their names; nodes that nobody is paid for have none. */
    public List<InRound> of(RunEvent.ContributionsMeasured measured) {
        TreeMap<String, InRound> sums = new TreeMap<>();
        for (NodeContribution each : measured.contributions()) {
            claimantOf(each.node())
                    .ifPresent(claimant -> sums.merge(
                            claimant,
                            new InRound(claimant, each.value(), BigInteger.valueOf(each.points())),
                            InRound::plus));
        }
        return List.copyOf(sums.values());
    }

    private Optional<String> claimantOf(NodeId node) {
        String organisation = organisations.get(node);
        if (organisation != null) {
            return Optional.of(organisation);
        }
        return policy.flatMap(IncentivePolicy::others).map(terms -> IncentivePolicy.NODE_PREFIX + node.value());
    }

    private void change(String claimant, UnaryOperator<Earned> change) {
        byClaimant.compute(claimant, (name, before) -> change.apply(before == null ? nothing(name) : before));
    }

    private static Earned nothing(String claimant) {
        return new Earned(claimant, 0, 0, BigInteger.ZERO, BigInteger.ZERO, 0);
    }

    /** What was agreed; empty if nobody earns anything in this run. */
    public Optional<IncentivePolicy> policy() {
        return policy;
    }

    /** How many claimants there are: all organisations, and each other node that contributed. */
    public int claimants() {
        return byClaimant.size();
    }

    /** The claimants, who got most first. */
    public List<Earned> mostFirst(int most) {
        return byClaimant.values().stream()
                .map(each -> each.of(paid))
                .sorted(MOST_FIRST)
                .limit(most)
                .toList();
    }

    /** The sum of all amounts, in whole units. */
    public BigInteger paid() {
        return paid;
    }

    /** The newest division of a budget. */
    public Optional<RunEvent.Allocated> last() {
        return last;
    }

    /** Completed rounds in which contributions were measured. */
    public int measuredRounds() {
        return measuredRounds;
    }

    /** Completed rounds in which nobody measured what the measure needs. */
    public int unmeasuredRounds() {
        return unmeasuredRounds;
    }
}
