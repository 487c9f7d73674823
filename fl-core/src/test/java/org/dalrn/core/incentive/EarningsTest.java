package org.dalrn.core.incentive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dalrn.core.testing.Policies.bid;
import static org.dalrn.core.testing.Policies.policy;
import static org.dalrn.core.testing.Policies.terms;
import static org.dalrn.core.testing.Runs.node;
import static org.dalrn.core.testing.Runs.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.junit.jupiter.api.Test;

/** Amounts are computed by hand from the formulas of docs/incentives: {@code min(cap, reservation + weight * theta)}. */
class EarningsTest {
    private static final RunId RUN = new RunId("run");
    private static final ContributionMeasure PARTICIPATION = new ContributionMeasure.Participation();

    private static Earnings measured(IncentivePolicy policy, int round, Map<String, Long> points) {
        List<NodeContribution> contributions = points.entrySet().stream()
                .map(entry -> new NodeContribution(node(entry.getKey()), 0, entry.getValue()))
                .sorted((a, b) -> a.node().compareTo(b.node()))
                .toList();
        return Earnings.none()
                .withMeasured(round, contributions)
                .withCompleted(
                        policy,
                        round,
                        contributions.stream().map(NodeContribution::node).toList());
    }

    @Test
    void allot_nashByRound_raisesAllAboveTheirReservationsByTheirWeights() {
        IncentivePolicy policy = policy(
                1000,
                Settlement.ROUND,
                PayoutRule.NASH,
                PARTICIPATION,
                Map.of("x", terms(2, 100, Terms.UNCAPPED, "a", "b"), "y", terms(1, 0, 250, "c")),
                Optional.of(terms(1)));
        // Weights: x 2 * (1 + 3) = 8, y 1 * 4 = 4, node:d 1 * 8 = 8. Without caps theta = 900 / 20 = 45, y gets 180.
        Allotment allotment =
                measured(policy, 1, Map.of("a", 1L, "b", 3L, "c", 4L, "d", 8L)).allot(policy, RUN, 1, 5);
        assertThat(allotment.theta()).isEqualTo(Fraction.of(45));
        assertThat(allotment.payouts())
                .containsExactly(
                        new Payout("node:d", 8, 0, Terms.UNCAPPED, 360),
                        new Payout("x", 8, 100, Terms.UNCAPPED, 460),
                        new Payout("y", 4, 0, 250, 180));
        assertThat(allotment.undistributed()).isZero();
    }

    /** An organisation may be called as a node is: they are told apart. */
    @Test
    void withCompleted_organisationOtherOrNobody_isTheClaimant() {
        Map<String, Terms> organisations = Map.of("x", terms(1, "a", "b"));
        IncentivePolicy with =
                policy(1, Settlement.RUN, PayoutRule.NASH, PARTICIPATION, organisations, Optional.of(terms(1)));
        assertThat(Earnings.none()
                        .withCompleted(with, 1, nodes("a", "b", "x"))
                        .points()
                        .keySet())
                .containsExactly("node:x", "x");
        assertThat(Earnings.none().claimantsWith(with, nodes("a", "b", "x", "y")))
                .isEqualTo(3);
        IncentivePolicy without =
                policy(1, Settlement.RUN, PayoutRule.NASH, PARTICIPATION, organisations, Optional.empty());
        assertThat(Earnings.none()
                        .withCompleted(without, 1, nodes("b", "x"))
                        .points()
                        .keySet())
                .containsExactly("x");
    }

    @Test
    void allot_onlyCappedClaims_leavesTheRestForTheNextRound() {
        IncentivePolicy policy = policy(
                1000,
                Settlement.ROUND,
                PayoutRule.NASH,
                PARTICIPATION,
                Map.of("x", terms(1, 0, 300, "a")),
                Optional.empty());
        Earnings earned = measured(policy, 1, Map.of("a", 5L));
        Allotment first = earned.allot(policy, RUN, 1, 3);
        assertThat(first.payouts()).containsExactly(new Payout("x", 5, 0, 300, 300));
        assertThat(first.undistributed()).isEqualTo(700);
        Earnings paid = earned.withPaid(1, first.undistributed());
        assertThat(paid.points()).isEmpty();
        Allotment second = paid.withCompleted(policy, 2, nodes("a")).allot(policy, RUN, 2, 3);
        assertThat(second.budget()).isEqualTo(1700);
    }

    @Test
    void allot_nothingMeasured_paysReservationsOfThoseWhoTookPart() {
        IncentivePolicy policy = policy(
                1000,
                Settlement.ROUND,
                PayoutRule.NASH,
                PARTICIPATION,
                Map.of("x", terms(1, 70, 300, "a"), "y", terms(1, 80, 300, "b")),
                Optional.empty());
        Allotment allotment =
                Earnings.none().withCompleted(policy, 1, nodes("a")).allot(policy, RUN, 1, 3);
        assertThat(allotment.payouts()).containsExactly(new Payout("x", 0, 70, 300, 70));
        assertThat(allotment.undistributed()).isEqualTo(930);
    }

    @Test
    void allot_endedEarly_scalesBudgetReservationsAndCapsAlike() {
        IncentivePolicy policy = policy(
                1001,
                Settlement.RUN,
                PayoutRule.NASH,
                PARTICIPATION,
                Map.of("x", terms(1, 700, 701, "a"), "y", terms(1, 301, Terms.UNCAPPED, "b")),
                Optional.empty());
        // A third of everything, rounded down: 333, 233 to 233, 100 and more.
        Allotment allotment = measured(policy, 1, Map.of("a", 9L, "b", 1L)).allot(policy, RUN, 1, 3);
        assertThat(allotment.budget()).isEqualTo(333);
        assertThat(allotment.payouts())
                .containsExactly(new Payout("x", 9, 233, 233, 233), new Payout("y", 1, 100, Terms.UNCAPPED, 100));
    }

    /** Why a division always exists: for each part of a run, the reservations rounded down fit the budget rounded down. */
    @Test
    void allot_everyPartOfEveryRun_isFeasible() {
        for (int rounds = 1; rounds <= 24; rounds++) {
            for (int completed = 1; completed <= rounds; completed++) {
                IncentivePolicy policy = policy(
                        101,
                        Settlement.RUN,
                        PayoutRule.NASH,
                        PARTICIPATION,
                        Map.of("x", terms(1, 33, 33, "a"), "y", terms(1, 67, 99, "b"), "z", terms(3, 1, 7, "c")),
                        Optional.empty());
                Allotment allotment =
                        measured(policy, 1, Map.of("a", 1L, "b", 1L, "c", 0L)).allot(policy, RUN, completed, rounds);
                long sum = allotment.undistributed()
                        + allotment.payouts().stream().mapToLong(Payout::amount).sum();
                assertThat(sum).isEqualTo(101L * completed / rounds);
            }
        }
    }

    @Test
    void allot_auction_paysTheThresholdAndCarriesTheRest() {
        IncentivePolicy policy = policy(
                100,
                Settlement.ROUND,
                PayoutRule.AUCTION,
                PARTICIPATION,
                Map.of("x", bid(10, "a"), "y", bid(20, "b"), "z", bid(60, "c")),
                Optional.empty());
        // Equal weights: 10 <= 100, 20 <= 50, 60 > 33; the winners get min(100 / 2, 60) each.
        Allotment allotment =
                measured(policy, 1, Map.of("a", 4L, "b", 4L, "c", 4L)).allot(policy, RUN, 1, 1);
        assertThat(allotment.payouts().stream().map(Payout::amount)).containsExactly(50L, 50L, 0L);
        assertThat(allotment.payouts().stream().map(Payout::reservation)).containsExactly(10L, 20L, 60L);
        assertThat(allotment.theta()).isEqualTo(Fraction.of(100, 8));
        assertThat(allotment.undistributed()).isZero();
    }

    @Test
    void allot_weightsBeyond62Bits_areHalvedTogether() {
        IncentivePolicy policy = policy(
                1000,
                Settlement.ROUND,
                PayoutRule.NASH,
                PARTICIPATION,
                Map.of("x", terms(1_000_000, "a"), "y", terms(500_000, "b")),
                Optional.empty());
        Allotment allotment = measured(policy, 1, Map.of("a", Long.MAX_VALUE, "b", Long.MAX_VALUE))
                .allot(policy, RUN, 1, 1);
        long x = allotment.payouts().get(0).weight();
        long y = allotment.payouts().get(1).weight();
        assertThat(x + y).isBetween(1L << 61, 1L << 62);
        assertThat(x).isBetween(2 * y, 2 * y + 1);
        assertThat(allotment.payouts().stream().map(Payout::amount)).containsExactly(667L, 333L);
    }

    @Test
    void allot_equalClaims_drawTheLastUnitByRunAndRound() {
        IncentivePolicy policy = policy(
                100,
                Settlement.ROUND,
                PayoutRule.NASH,
                PARTICIPATION,
                Map.of("x", terms(1, "a"), "y", terms(1, "b"), "z", terms(1, "c")),
                Optional.empty());
        Earnings earned = measured(policy, 1, Map.of("a", 1L, "b", 1L, "c", 1L));
        List<String> lucky = new ArrayList<>();
        for (int round = 1; round <= 40; round++) {
            lucky.add(earned.allot(policy, RUN, round, 40).payouts().stream()
                    .filter(payout -> payout.amount() == 34)
                    .map(Payout::claimant)
                    .reduce("", String::concat));
        }
        assertThat(lucky).contains("x", "y", "z").containsOnly("x", "y", "z");
    }

    @Test
    void withCompleted_contributionsOfAnotherRound_doNotCount() {
        IncentivePolicy policy = policy(
                10, Settlement.RUN, PayoutRule.NASH, PARTICIPATION, Map.of("x", terms(1, "a")), Optional.empty());
        Earnings earned = Earnings.none()
                .withMeasured(1, List.of(new NodeContribution(new NodeId("a"), 1, 7)))
                .withCompleted(policy, 1, nodes("a"))
                .withCompleted(policy, 2, nodes("a", "b"));
        assertThat(earned.points()).containsOnlyKeys("x");
        assertThat(earned.points().get("x").longValueExact()).isEqualTo(7);
    }
}
