package org.dalrn.core.incentive.bargaining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProportionalShareAuctionTest {

    static List<NashOracles.AuctionCase> oracles() {
        return NashOracles.read().auctions();
    }

    @ParameterizedTest
    @MethodSource("oracles")
    void run_oracle_hasItsWinnersAndThresholds(NashOracles.AuctionCase oracle) {
        List<Bid> bids = IntStream.range(0, oracle.bids().size())
                .mapToObj(i -> new Bid(
                        "b" + i,
                        oracle.weights().get(i).numerator().longValueExact(),
                        oracle.bids().get(i).numerator().longValueExact()))
                .toList();
        long budget = oracle.budget().numerator().longValueExact();

        AuctionOutcome outcome = ProportionalShareAuction.run(budget, bids);

        assertThat(outcome.payments())
                .isEqualTo(oracle.winners().stream()
                        .map(i -> new Payment(
                                "b" + i,
                                oracle.payments().get(i).floor().longValueExact(),
                                oracle.payments().get(i)))
                        .toList());
        long paid = outcome.payments().stream().mapToLong(Payment::amount).sum();
        assertThat(outcome.carried()).isEqualTo(budget - paid);
    }

    /** All costs and all lies on a grid, whatever the others bid: no lie gains. */
    @Test
    void run_everySmallAuction_isTruthful_individuallyRational_andWithinTheBudget() {
        int most = 6;
        for (long[] weights : new long[][] {{1, 1, 1}, {1, 2, 3}, {3, 1, 1}, {2, 2, 5}, {0, 1, 2}}) {
            for (long budget : new long[] {0, 1, 5, 8, 13}) {
                for (int second = 0; second <= most; second++) {
                    for (int third = 0; third <= most; third++) {
                        for (int liar = 0; liar < 3; liar++) {
                            long[] paid = new long[most + 1];
                            boolean[] wins = new boolean[most + 1];
                            for (int bid = 0; bid <= most; bid++) {
                                long[] bids = others(liar, bid, second, third);
                                AuctionOutcome outcome = run(budget, weights, bids);
                                paid[bid] = outcome.paid("b" + liar);
                                String name = "b" + liar;
                                wins[bid] = outcome.payments().stream()
                                        .anyMatch(payment -> payment.claimant().equals(name));
                                requireRational(outcome, bids);
                            }
                            for (int cost = 0; cost <= most; cost++) {
                                long truth = wins[cost] ? paid[cost] - cost : 0;
                                for (int lie = 0; lie <= most; lie++) {
                                    assertThat(wins[lie] ? paid[lie] - cost : 0)
                                            .as("cost %s, bid %s, others %s and %s", cost, lie, second, third)
                                            .isLessThanOrEqualTo(truth);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static long[] others(int liar, long bid, long second, long third) {
        return switch (liar) {
            case 0 -> new long[] {bid, second, third};
            case 1 -> new long[] {second, bid, third};
            default -> new long[] {second, third, bid};
        };
    }

    private static AuctionOutcome run(long budget, long[] weights, long[] bids) {
        List<Bid> all = new ArrayList<>();
        for (int i = 0; i < bids.length; i++) {
            all.add(new Bid("b" + i, weights[i], bids[i]));
        }
        return ProportionalShareAuction.run(budget, all);
    }

    private static void requireRational(AuctionOutcome outcome, long[] bids) {
        assertThat(outcome.carried()).isNotNegative();
        for (Payment payment : outcome.payments()) {
            assertThat(payment.amount())
                    .isGreaterThanOrEqualTo(
                            bids[Integer.parseInt(payment.claimant().substring(1))]);
        }
    }

    /** A winner wins with every bid below its threshold and with none above. */
    @Test
    void threshold_isWhereWinningEnds() {
        SplittableRandom random = new SplittableRandom(12);
        for (int trial = 0; trial < 300; trial++) {
            int n = random.nextInt(1, 7);
            long[] weights = random.longs(n, 1, 6).toArray();
            long[] bids = random.longs(n, 0, 20).toArray();
            long budget = random.nextLong(60);
            for (Payment payment : run(budget, weights, bids).payments()) {
                int winner = Integer.parseInt(payment.claimant().substring(1));
                for (long bid = 0; bid <= budget + 1; bid++) {
                    long[] changed = bids.clone();
                    changed[winner] = bid;
                    boolean wins = run(budget, weights, changed).payments().stream()
                            .anyMatch(other -> other.claimant().equals(payment.claimant()));
                    int toThreshold = Fraction.of(bid).compareTo(payment.threshold());
                    if (toThreshold != 0) {
                        assertThat(wins).isEqualTo(toThreshold < 0);
                    }
                }
            }
        }
    }

    @Test
    void order_ofTheBids_changesNothing() {
        List<Bid> bids = new ArrayList<>(
                List.of(new Bid("a", 2, 4), new Bid("b", 1, 2), new Bid("c", 3, 6), new Bid("d", 1, 9)));
        AuctionOutcome outcome = ProportionalShareAuction.run(12, bids);
        Collections.reverse(bids);
        AuctionOutcome reversed = ProportionalShareAuction.run(12, bids);
        assertThat(reversed.payments()).containsExactlyInAnyOrderElementsOf(outcome.payments());
        assertThat(reversed.carried()).isEqualTo(outcome.carried());
    }

    @Test
    void largestNumbers_doNotOverflow() {
        AuctionOutcome outcome = ProportionalShareAuction.run(
                Long.MAX_VALUE,
                List.of(new Bid("a", Long.MAX_VALUE - 1, Long.MAX_VALUE - 1), new Bid("b", 1, Long.MAX_VALUE)));
        assertThat(outcome)
                .isEqualTo(
                        new AuctionOutcome(List.of(new Payment("a", Long.MAX_VALUE, Fraction.of(Long.MAX_VALUE))), 0));
    }

    @Test
    void badBids_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProportionalShareAuction.run(-5, List.of()))
                .withMessage("the budget is -5; it must be 0 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProportionalShareAuction.run(5, List.of(new Bid("a", 1, 1), new Bid("a", 1, 2))))
                .withMessage("'a' bids twice; keep one of its bids");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ProportionalShareAuction.run(5, List.of(new Bid("a", Long.MAX_VALUE, 1), new Bid("b", 1, 2))))
                .withMessageStartingWith("the weights sum to more than 9223372036854775807 at 'b'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bid("a", 1, -1))
                .withMessage("the bid of 'a' is -1; it must be 0 or more");
    }
}
