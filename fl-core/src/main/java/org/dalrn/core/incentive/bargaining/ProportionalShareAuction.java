package org.dalrn.core.incentive.bargaining;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * The proportional-share auction: buys contributions of known weights from parties whose costs only they know.
 *
 * <p>Bids are ordered by bid per weight; the longest beginning is accepted in which each bid is at most its part of the budget,
 * {@code weight * budget / weights so far}. A winner gets its threshold, the bid up to which it would have won, rounded down.
 *
 * <p>Truthful: for whole costs no bid serves a party better than its cost, whatever the others bid. Individually rational: a
 * winner gets its bid or more. Budget-feasible: the payments sum to the budget or less. It is not efficient in general (part of
 * the budget may be carried), does not resist bidders who agree on their bids, and is truthful in bids only: a weight that a party
 * states itself must be verified.
 *
 * <p>Weight 0 never wins. Equal bids per weight are ordered by name, which nobody gains from: who is at the border is paid what
 * it bid.
 *
 * <p>Source: Y. Singer, Budget feasible mechanisms, FOCS 2010, the proportional share mechanism for additive values.
 */
public final class ProportionalShareAuction {

    private ProportionalShareAuction() {}

    /**
     * Runs the auction. Cost: {@code O(n log n)}.
     *
     * @param budget 0 or more, in whole units
     * @param bids at most {@link AllocationRule#MOST_CLAIMS}, each claimant once, weights of sum {@link Long#MAX_VALUE} or less
     * @throws IllegalArgumentException if the budget is negative, there are too many bids, a claimant comes twice or the weights
     *     sum to too much
     */
    public static AuctionOutcome run(long budget, List<Bid> bids) {
        List<Bid> checked = checked(budget, bids);
        int[] order = IntStream.range(0, checked.size())
                .filter(i -> checked.get(i).weight() > 0)
                .boxed()
                .sorted(Comparator.comparing(checked::get, ProportionalShareAuction::byPrice))
                .mapToInt(i -> i)
                .toArray();
        int winners = 0;
        long sum = 0;
        while (winners < order.length) {
            Bid next = checked.get(order[winners]);
            if (Wide.compareProducts(next.bid(), sum + next.weight(), next.weight(), budget) > 0) {
                break;
            }
            sum += next.weight();
            winners++;
        }
        boolean[] wins = new boolean[checked.size()];
        for (int k = 0; k < winners; k++) {
            wins[order[k]] = true;
        }
        // What a unit of weight is paid: the equal part of the budget, or the price of the first who lost.
        Fraction price = winners == 0 ? Fraction.ZERO : Fraction.of(budget, sum);
        if (winners > 0 && winners < order.length) {
            Bid loser = checked.get(order[winners]);
            price = price.min(Fraction.of(loser.bid(), loser.weight()));
        }
        List<Payment> payments = new ArrayList<>();
        long carried = budget;
        for (int i = 0; i < wins.length; i++) {
            if (wins[i]) {
                Bid bid = checked.get(i);
                Fraction threshold =
                        Fraction.of(price.numerator().multiply(BigInteger.valueOf(bid.weight())), price.denominator());
                long amount = threshold.floor().longValueExact();
                payments.add(new Payment(bid.claimant(), amount, threshold));
                carried -= amount;
            }
        }
        return new AuctionOutcome(payments, carried);
    }

    private static List<Bid> checked(long budget, List<Bid> bids) {
        if (budget < 0) {
            throw new IllegalArgumentException("the budget is " + budget + "; it must be 0 or more");
        }
        if (bids.size() > AllocationRule.MOST_CLAIMS) {
            throw new IllegalArgumentException("there are " + bids.size() + " bids, more than "
                    + AllocationRule.MOST_CLAIMS + "; auction the budget among groups first");
        }
        List<Bid> copy = List.copyOf(bids);
        Set<String> claimants = new HashSet<>(2 * copy.size());
        long sum = 0;
        for (Bid bid : copy) {
            if (!claimants.add(bid.claimant())) {
                throw new IllegalArgumentException("'" + bid.claimant() + "' bids twice; keep one of its bids");
            }
            sum += bid.weight();
            if (sum < 0) {
                throw new IllegalArgumentException("the weights sum to more than " + Long.MAX_VALUE + " at '"
                        + bid.claimant() + "'; divide all weights by the same number");
            }
        }
        return copy;
    }

    private static int byPrice(Bid left, Bid right) {
        int byPrice = Wide.compareProducts(left.bid(), right.weight(), right.bid(), left.weight());
        return byPrice != 0 ? byPrice : left.claimant().compareTo(right.claimant());
    }
}
