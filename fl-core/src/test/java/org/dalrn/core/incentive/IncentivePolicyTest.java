package org.dalrn.core.incentive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.dalrn.core.testing.Policies.bid;
import static org.dalrn.core.testing.Policies.heldOut;
import static org.dalrn.core.testing.Policies.policy;
import static org.dalrn.core.testing.Policies.terms;
import static org.dalrn.core.testing.Policies.verified;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.core.incentive.contribution.GtgShapley;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.testing.Runs;
import org.junit.jupiter.api.Test;

class IncentivePolicyTest {
    private static final ContributionMeasure PARTICIPATION = new ContributionMeasure.Participation();

    private static IncentivePolicy of(PayoutRule rule, ContributionMeasure measure, Map<String, Terms> organisations) {
        return policy(100, Settlement.ROUND, rule, measure, organisations, Optional.empty());
    }

    @Test
    void policy_severalFaults_namesAllAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IncentivePolicy(
                        "a b",
                        0,
                        Settlement.RUN,
                        PayoutRule.NASH,
                        PARTICIPATION,
                        new TreeMap<>(Map.of("X", terms(1, 60, 60, "a"), "y", terms(1, 41, 41, "a"))),
                        Optional.of(terms(1, 5, 5))))
                .withMessageContaining("unit has 3 characters, allowed are 1 to 16 without spaces")
                .withMessageContaining("budget 0 is not in [1, 1000000000000000000]")
                .withMessageContaining("organisation 'X' has a name that is not 1 to 63 characters of [a-z0-9._-]")
                .withMessageContaining("node a is in two organisations, 'X' and 'y'; leave it in one")
                .withMessageContaining("the reservations sum to 101, above the budget 0 (X 60, y 41)")
                .withMessageContaining("others has the reservation 5; whoever joins under many names");
    }

    @Test
    void policy_nobodyOrNoNodes_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(PayoutRule.NASH, PARTICIPATION, Map.of()))
                .withMessage("nobody can be paid; name organisations, or the terms of others");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(PayoutRule.NASH, PARTICIPATION, Map.of("x", terms(1))))
                .withMessageContaining("organisation 'x' has no nodes");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        policy(1, Settlement.RUN, PayoutRule.NASH, PARTICIPATION, Map.of(), Optional.of(terms(1, "a"))))
                .withMessage("others names nodes; they are those that no organisation names");
    }

    @Test
    void policy_bidsAndRule_belongTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(PayoutRule.NASH, PARTICIPATION, Map.of("x", bid(3, "a"))))
                .withMessage("organisations.x has a bid, but the rule is nash; bids are for the rule auction");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(PayoutRule.AUCTION, PARTICIPATION, Map.of("x", terms(1, 2, 3, "a"))))
                .withMessageContaining("organisations.x has no bid, but the rule is auction")
                .withMessageContaining("organisations.x has a reservation or a cap, which an auction does not use");
    }

    @Test
    void policy_verifiedExamplesForAnotherMeasure_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(PayoutRule.NASH, PARTICIPATION, Map.of("x", verified(3, "a"))))
                .withMessage("organisations.x has verified-examples, but the measure is participation; they are for the"
                        + " measure examples");
    }

    @Test
    void terms_faults_areNamedWithTheirValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Terms(new TreeSet<>(), 0, -1, -2, OptionalLong.of(0), OptionalLong.of(-3)))
                .withMessage(
                        "weight 0 is not in [1, 1000000]; reservation -1 is below 0; cap -2 is below the reservation"
                                + " -1; raise the cap; verified-examples 0 is below 1; leave it out if nothing was verified;"
                                + " bid -3 is below 0");
    }

    @Test
    void refusalUnder_eachVisibility_allowsOnlyMeasuresThatNeedNoMore() {
        Map<ContributionMeasure, UpdateVisibility> needs = Map.of(
                PARTICIPATION,
                UpdateVisibility.METADATA_ONLY,
                new ContributionMeasure.Examples(),
                UpdateVisibility.METADATA_ONLY,
                new ContributionMeasure.GroupShapley(2, 2, "auc", true),
                UpdateVisibility.GROUP_SUMS,
                new ContributionMeasure.Alignment(),
                UpdateVisibility.EACH_UPDATE,
                heldOut(ContributionMeasure.Method.SHAPLEY),
                UpdateVisibility.EACH_UPDATE,
                heldOut(ContributionMeasure.Method.LEAVE_ONE_OUT),
                UpdateVisibility.EACH_UPDATE);
        needs.forEach((measure, needed) -> {
            IncentivePolicy policy = of(PayoutRule.NASH, measure, Map.of("x", terms(1, "a")));
            for (UpdateVisibility shown : UpdateVisibility.values()) {
                boolean enough = shown == UpdateVisibility.EACH_UPDATE
                        || shown == needed
                        || needed == UpdateVisibility.METADATA_ONLY;
                assertThat(policy.refusalUnder(shown).isEmpty())
                        .as("%s under %s", measure.label(), shown)
                        .isEqualTo(enough);
            }
        });
        assertThat(of(PayoutRule.NASH, new ContributionMeasure.Alignment(), Map.of("x", terms(1, "a")))
                        .refusalUnder(UpdateVisibility.GROUP_SUMS))
                .contains(
                        "measure alignment needs each update, but the run's protection shows the coordinator only sums"
                                + " of groups; use participation or examples, or group-shapley");
    }

    @Test
    void refusalFor_budgetsBeyondTheRule_namesTheirSum() {
        IncentivePolicy large = policy(
                1L << 40,
                Settlement.ROUND,
                PayoutRule.KALAI_SMORODINSKY,
                PARTICIPATION,
                Map.of("x", terms(1, "a")),
                Optional.empty());
        assertThat(large.refusalFor(7)).isEmpty();
        assertThat(large.refusalFor(8))
                .contains("the budgets of the run sum to 8796093022208, above 8796093022207, the most that rule"
                        + " kalai-smorodinsky divides; state the budget in larger units");
    }

    @Test
    void measure_faults_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ContributionMeasure.GroupShapley(7, 0, " ", true))
                .withMessage("groups 7 is not in [2, 6]; group-size 0 is below 1; metric ' ' is not 1 to 64 characters"
                        + " long");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.GTG_SHAPLEY, "No", new TreeMap<>(), Optional.empty()))
                .withMessageContaining("utility 'No' is no name")
                .withMessageContaining("measure gtg-shapley needs to know how it samples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.SHAPLEY,
                        "u",
                        new TreeMap<>(),
                        Optional.of(new GtgShapley(0, 0, 0, 60_000))))
                .withMessageContaining("measure shapley samples nothing")
                .withMessageContaining("most-evaluations 60000 is above 50000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContributionMeasure.Method.parse("luck"))
                .withMessageContaining("'luck' is no measure; measures are participation, examples, alignment");
    }

    @Test
    void runSpec_groupShapleyWithoutEvaluation_isRefused() {
        IncentivePolicy policy = of(
                PayoutRule.NASH, new ContributionMeasure.GroupShapley(2, 1, "auc", true), Map.of("x", terms(1, "a")));
        var plain = Runs.spec(
                new org.dalrn.core.strategy.Sampling(1, 2, 0, 1, 2),
                new org.dalrn.core.round.RoundPolicy(Runs.TRAIN, Runs.EVALUATE, 2, 1, 2),
                2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Runs.paid(plain, policy))
                .withMessage(
                        "incentive: measure group-shapley is measured by evaluating nodes, but fraction-evaluate is 0;"
                                + " raise fraction-evaluate or use another measure");
    }

    /** Such a text cannot stand in a receipt: the run's first event could never be written. */
    @Test
    void runSpec_halfOfASurrogatePair_isRefused() {
        for (ContributionMeasure measure : List.of(
                new ContributionMeasure.GroupShapley(2, 1, "auc\ud800", true),
                utilityWith("key\ud800", ConfigValue.of(1)),
                utilityWith("key", ConfigValue.of("\udc00")))) {
            IncentivePolicy policy = of(PayoutRule.NASH, measure, Map.of("x", terms(1, "a")));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Runs.paid(Runs.spec(), policy))
                    .withMessage(
                            "incentive: metric, or utility setting or its value, has half of a surrogate pair; write"
                                    + " well-formed Unicode");
        }
    }

    private static ContributionMeasure utilityWith(String key, ConfigValue value) {
        return new ContributionMeasure.HeldOut(
                ContributionMeasure.Method.SHAPLEY, "u", new TreeMap<>(Map.of(key, value)), Optional.empty());
    }
}
