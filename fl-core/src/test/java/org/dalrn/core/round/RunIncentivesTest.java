package org.dalrn.core.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.dalrn.core.testing.Policies.heldOut;
import static org.dalrn.core.testing.Policies.policy;
import static org.dalrn.core.testing.Policies.terms;
import static org.dalrn.core.testing.Policies.verified;
import static org.dalrn.core.testing.Runs.EVALUATE;
import static org.dalrn.core.testing.Runs.TRAIN;
import static org.dalrn.core.testing.Runs.hash;
import static org.dalrn.core.testing.Runs.metrics;
import static org.dalrn.core.testing.Runs.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.CoalitionModel;
import org.dalrn.core.incentive.CoalitionValue;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.Earnings;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.RoundPlayers;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.incentive.contribution.GtgShapley;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.testing.Runs;
import org.junit.jupiter.api.Test;

/** What the machine writes down of contributions and amounts, and when. Numbers are computed by hand. */
class RunIncentivesTest {
    private static final Map<String, Terms> THREE = Map.of("x", terms(1, "a"), "y", terms(1, "b"), "z", terms(1, "c"));

    private static IncentivePolicy paying(long budget, Settlement settlement, ContributionMeasure measure) {
        return policy(budget, settlement, PayoutRule.NASH, measure, THREE, Optional.empty());
    }

    private static Runs open(IncentivePolicy policy) {
        return Runs.of(Runs.paid(Runs.spec(), policy));
    }

    /** Starts a round in which a, b and c deliver 10, 20 and 30 examples. */
    private static Runs closed(Runs run) {
        run.tick("a", "b", "c");
        int round = run.state().roundNumber();
        run.submit("a", round, "a" + round, 10);
        run.submit("b", round, "b" + round, 20);
        run.submit("c", round, "c" + round, 30);
        assertThat(run.state().phase()).isEqualTo(Phase.AGGREGATING);
        return run;
    }

    private static void publish(Runs run, RunCommand.Measurement measurement) {
        RoundState round = run.state().current().orElseThrow();
        run.send(new RunCommand.Publish(
                round.number(), round.attempt(), hash("m" + round.number()), hash("sum"), measurement, run.now()));
    }

    private static void evaluated(Runs run) {
        run.tick("a", "b", "c");
        for (String name : List.of("a", "b", "c")) {
            run.evaluate(name, run.state().roundNumber(), run.state().model(), 5, metrics("loss", 1));
        }
    }

    private static List<String> kinds(List<RunEvent> events) {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    private static <E extends RunEvent> List<E> all(Runs run, Class<E> kind) {
        return run.events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<Long> amounts(RunEvent.Allocated event) {
        return event.payouts().stream().map(Payout::amount).toList();
    }

    private static RunCommand.Measurement values(double... byCoalition) {
        return new RunCommand.Measurement(
                Collections.emptySortedMap(),
                IntStream.range(0, byCoalition.length)
                        .mapToObj(set -> new CoalitionValue(Coalition.ofBits(set), byCoalition[set]))
                        .toList(),
                List.of());
    }

    @Test
    void round_ofParticipation_isMeasuredBeforeItsModelAndPaidAfterItsEnd() {
        Runs run = closed(open(paying(100, Settlement.ROUND, new ContributionMeasure.Participation())));
        run.publish("m1");
        assertThat(kinds(run.last())).containsExactly("ContributionsMeasured", "ModelPublished");
        evaluated(run);
        assertThat(kinds(run.last())).containsExactly("NodeEvaluated", "RoundCompleted", "Allocated");
        RunEvent.Allocated first = all(run, RunEvent.Allocated.class).get(0);
        assertThat(amounts(first)).containsExactlyInAnyOrder(33L, 33L, 34L);
        closed(run).publish("m2");
        evaluated(run);
        assertThat(kinds(run.last())).containsExactly("NodeEvaluated", "RoundCompleted", "Allocated", "Finished");
        assertThat(all(run, RunEvent.Allocated.class).stream()
                        .flatMap(event -> amounts(event).stream())
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(200);
    }

    @Test
    void round_ofExamples_countsNoMoreThanWereVerified() {
        IncentivePolicy policy = policy(
                90,
                Settlement.ROUND,
                PayoutRule.NASH,
                new ContributionMeasure.Examples(),
                Map.of("x", verified(25, "a", "b"), "y", verified(1000, "c")),
                Optional.empty());
        Runs run = closed(open(policy)).publish("m1");
        assertThat(all(run, RunEvent.ContributionsMeasured.class).get(0).contributions())
                .containsExactly(
                        new NodeContribution(node("a"), 10, 10_000_000),
                        new NodeContribution(node("b"), 15, 15_000_000),
                        new NodeContribution(node("c"), 30, 30_000_000));
        evaluated(run);
        // 25 : 30 of 90.
        assertThat(amounts(all(run, RunEvent.Allocated.class).get(0))).containsExactly(41L, 49L);
    }

    @Test
    void round_ofShapley_derivesContributionsFromUtilities() {
        Runs run = closed(open(paying(60, Settlement.ROUND, heldOut(ContributionMeasure.Method.SHAPLEY))));
        // The glove game: a has a left glove, b and c a right one each. Shapley: 2/3, 1/6, 1/6.
        publish(run, values(0, 0, 0, 1, 0, 1, 0, 1));
        RunEvent.ContributionsMeasured measured =
                all(run, RunEvent.ContributionsMeasured.class).get(0);
        assertThat(measured.values()).hasSize(8);
        assertThat(measured.contributions().stream().map(NodeContribution::points))
                .containsExactly(666_667L, 166_667L, 166_667L);
        evaluated(run);
        assertThat(amounts(all(run, RunEvent.Allocated.class).get(0))).containsExactly(40L, 10L, 10L);
    }

    @Test
    void round_ofLeaveOneOut_asksForAllAndAllButOne() {
        Runs run = closed(open(paying(60, Settlement.ROUND, heldOut(ContributionMeasure.Method.LEAVE_ONE_OUT))));
        // Without a 0.5, without b 0.75, without c 1.25: 0.5, 0.25 and, below 0, nothing.
        publish(
                run,
                new RunCommand.Measurement(
                        Collections.emptySortedMap(),
                        List.of(
                                new CoalitionValue(Coalition.of(0, 1), 1.25),
                                new CoalitionValue(Coalition.of(0, 2), 0.75),
                                new CoalitionValue(Coalition.of(1, 2), 0.5),
                                new CoalitionValue(Coalition.of(0, 1, 2), 1)),
                        List.of()));
        assertThat(all(run, RunEvent.ContributionsMeasured.class).get(0).contributions())
                .containsExactly(
                        new NodeContribution(node("a"), 0.5, 500_000),
                        new NodeContribution(node("b"), 0.25, 250_000),
                        new NodeContribution(node("c"), -0.25, 0));
        evaluated(run);
        assertThat(amounts(all(run, RunEvent.Allocated.class).get(0))).containsExactly(40L, 20L, 0L);
    }

    @Test
    void round_ofGtgShapley_repeatsTheDrawOfItsCoalitions() {
        ContributionMeasure.HeldOut measure = new ContributionMeasure.HeldOut(
                ContributionMeasure.Method.GTG_SHAPLEY,
                "u",
                new TreeMap<>(),
                Optional.of(new GtgShapley(0, 0, 0.01, 100)));
        Runs run = closed(open(paying(60, Settlement.ROUND, measure)));
        RoundPlayers players =
                run.state().current().orElseThrow().players(run.state().seed());
        List<CoalitionValue> values =
                players.evaluate(measure, new org.dalrn.core.incentive.contribution.CoalitionGame() {
                    @Override
                    public int players() {
                        return 3;
                    }

                    @Override
                    public double value(Coalition coalition) {
                        // Additive: each player adds its number and 1, whatever the order.
                        return coalition.players().map(player -> player + 1).sum();
                    }
                });
        publish(run, new RunCommand.Measurement(Collections.emptySortedMap(), values, List.of()));
        assertThat(all(run, RunEvent.ContributionsMeasured.class).get(0).contributions().stream()
                        .map(NodeContribution::points))
                .containsExactly(1_000_000L, 2_000_000L, 3_000_000L);
        evaluated(run);
        assertThat(amounts(all(run, RunEvent.Allocated.class).get(0))).containsExactly(10L, 20L, 30L);
    }

    @Test
    void publish_measurementThatDoesNotFit_failsTheRunAndSaysWhy() {
        Runs few = closed(open(paying(60, Settlement.ROUND, heldOut(ContributionMeasure.Method.SHAPLEY))));
        publish(few, values(0, 1));
        assertThat(few.state().phase()).isEqualTo(Phase.FAILED);
        assertThat(all(few, RunEvent.Failed.class).get(0).reason())
                .contains("the contributions to round 1 cannot be computed")
                .contains("is none of the 2 whose value was measured");
        Runs many = closed(open(paying(60, Settlement.ROUND, heldOut(ContributionMeasure.Method.LEAVE_ONE_OUT))));
        publish(many, values(0, 0, 0, 1, 0, 1, 0, 1));
        assertThat(all(many, RunEvent.Failed.class).get(0).reason())
                .contains("8 coalitions were measured, but leave-one-out asks for 4");
        Runs alignment = closed(open(paying(60, Settlement.ROUND, new ContributionMeasure.Alignment())));
        alignment.publish("m1");
        assertThat(all(alignment, RunEvent.Failed.class).get(0).reason())
                .contains("alignments of 0 nodes do not fit the 3 of round 1");
        Runs unasked = closed(open(paying(60, Settlement.ROUND, new ContributionMeasure.Participation())));
        publish(
                unasked,
                new RunCommand.Measurement(
                        Collections.emptySortedMap(),
                        List.of(),
                        List.of(new CoalitionModel(Coalition.empty(), hash("m")))));
        assertThat(all(unasked, RunEvent.Failed.class).get(0).reason())
                .contains("1 models of coalitions came, but there are 0 coalitions");
    }

    // ------------------------------------------------------------------------------------------------ group-shapley

    private static final ContributionMeasure.GroupShapley GROUPS =
            new ContributionMeasure.GroupShapley(2, 1, "loss", false);

    private static Runs modelled(Settlement settlement) {
        Runs run = closed(open(paying(60, settlement, GROUPS)));
        List<CoalitionModel> models = new ArrayList<>();
        for (Coalition members :
                run.state().current().orElseThrow().players(run.state().seed()).coalitionsToModel(GROUPS)) {
            models.add(new CoalitionModel(members, members.isEmpty() ? Runs.INITIAL : hash("coalition " + members)));
        }
        assertThat(models).hasSize(3);
        publish(run, new RunCommand.Measurement(Collections.emptySortedMap(), List.of(), models));
        return run;
    }

    private static RunReply measure(Runs run, String node, long examples, double all, double... others) {
        SortedMap<ContentHash, Double> extras = new TreeMap<>();
        List<ContentHash> models = run.state().current().orElseThrow().extraModels();
        for (int i = 0; i < others.length; i++) {
            extras.put(models.get(i), others[i]);
        }
        return run.send(new RunCommand.ReportEvaluation(
                node(node), 1, run.state().model(), examples, metrics("loss", all), extras, run.now()));
    }

    @Test
    void round_ofGroups_isMeasuredByTheNodesThatEvaluateIt() {
        Runs run = modelled(Settlement.ROUND);
        assertThat(kinds(run.last())).containsExactly("ModelPublished");
        run.tick("a", "b", "c");
        assertThat(((RunEvent.EvaluationStarted) run.last().get(0)).coalitions())
                .hasSize(3);
        // Losses of nobody, group 0, group 1; the weighted means are 8, 5, 6 and 2 for all; c says too little.
        measure(run, "a", 10, 1, 10, 4, 6);
        assertThat(measure(run, "a", 10, 1, 10, 4, 6)).isEqualTo(new RunReply.Accepted(10, true));
        assertThat(measure(run, "a", 10, 1, 10, 4, 5)).isInstanceOf(RunReply.Refused.class);
        measure(run, "b", 30, 7 / 3.0, 22 / 3.0, 16 / 3.0, 6);
        measure(run, "c", 20, 100);
        assertThat(kinds(run.last()))
                .containsExactly("NodeEvaluated", "ContributionsMeasured", "RoundCompleted", "Allocated");
        RunEvent.ContributionsMeasured measured =
                all(run, RunEvent.ContributionsMeasured.class).get(0);
        assertThat(measured.values()).extracting(CoalitionValue::value).satisfies(values -> {
            assertThat(values.get(0)).isEqualTo(-8);
            assertThat(values.get(1)).isEqualTo(-5);
            assertThat(values.get(2)).isEqualTo(-6);
            assertThat(values.get(3)).isEqualTo(-2);
        });
        // Shapley: group 0 ((8-5) + (6-2)) / 2 = 3.5, group 1 ((8-6) + (5-2)) / 2 = 2.5, shared equally within.
        List<List<org.dalrn.core.model.NodeId>> groups = run.state()
                .current()
                .orElseThrow()
                .players(run.state().seed())
                .groups(GROUPS)
                .orElseThrow()
                .groups();
        for (NodeContribution one : measured.contributions()) {
            int group = groups.get(0).contains(one.node()) ? 0 : 1;
            assertThat(one.value())
                    .isEqualTo((group == 0 ? 3.5 : 2.5) / groups.get(group).size());
        }
    }

    @Test
    void round_ofGroupsThatNobodyMeasured_saysSoAndPaysReservationsOnly() {
        Runs run = modelled(Settlement.ROUND);
        run.tick("a", "b", "c");
        measure(run, "a", 10, 1);
        measure(run, "b", 10, 1, 2, 3);
        measure(run, "c", 10, 1, 2);
        RunEvent.ContributionsMeasured measured =
                all(run, RunEvent.ContributionsMeasured.class).get(0);
        assertThat(measured.values()).isEmpty();
        assertThat(measured.contributions()).isEmpty();
        RunEvent.Allocated allocated = all(run, RunEvent.Allocated.class).get(0);
        assertThat(amounts(allocated)).containsExactly(0L, 0L, 0L);
        assertThat(allocated.undistributed()).isEqualTo(60);
        assertThat(run.state().earnings().orElseThrow().carried()).isEqualTo(60);
    }

    @Test
    void replay_ofGroupsByTheirEvents_findsWhatDoesNotFollow() {
        Runs run = modelled(Settlement.ROUND);
        run.tick("a", "b", "c");
        measure(run, "a", 10, 1, 10, 4, 6);
        measure(run, "b", 30, 2, 7, 5, 6);
        measure(run, "c", 20, 3, 7, 5, 6);
        List<RunEvent> events = run.events();
        assertThat(fieldsFound(events)).containsExactly("model-published.sumDigest");
        int at = kinds(events).indexOf("NodeEvaluated");
        RunEvent.NodeEvaluated evaluated = (RunEvent.NodeEvaluated) events.get(at);
        List<RunEvent> lie = new ArrayList<>(events);
        lie.set(
                at,
                new RunEvent.NodeEvaluated(
                        1, evaluated.node(), 10, evaluated.metrics(), List.of(10.0, 4.5, 6.0), evaluated.at()));
        assertThat(fieldsFound(lie))
                .contains("contributions-measured.values.1.value")
                .contains("contributions-measured.contributions.0.value");
    }

    /** Without any blob: what is told of the updates themselves is left out. */
    private static List<String> fieldsFound(List<RunEvent> events) {
        RunReplay replay = new RunReplay(hash -> Optional.empty());
        List<String> fields = new ArrayList<>();
        for (RunEvent event : events) {
            replay.accept(event).findings().forEach(finding -> fields.add(finding.type() + "." + finding.field()));
        }
        replay.finish().forEach(finding -> fields.add("end." + finding.expected()));
        fields.removeIf(field -> field.equals("update-accepted.update"));
        return fields;
    }

    // --------------------------------------------------------------------------------------- settled once, early ends

    private static Runs oneRound(Settlement settlement) {
        Runs run = closed(open(policy(
                        600,
                        settlement,
                        PayoutRule.NASH,
                        new ContributionMeasure.Participation(),
                        Map.of("x", terms(1, 100, 200, "a"), "y", terms(1, "b"), "z", terms(4, 50, 60, "d")),
                        Optional.empty())))
                .publish("m1");
        evaluated(run);
        return run;
    }

    @Test
    void run_settledOnce_isPaidBeforeItFinishes() {
        Runs run = oneRound(Settlement.RUN);
        assertThat(all(run, RunEvent.Allocated.class)).isEmpty();
        closed(run).publish("m2");
        evaluated(run);
        assertThat(kinds(run.last())).containsExactly("NodeEvaluated", "RoundCompleted", "Allocated", "Finished");
        RunEvent.Allocated allocated = all(run, RunEvent.Allocated.class).get(0);
        // c has no organisation and there are no others; d never delivered.
        assertThat(allocated.payouts())
                .containsExactly(
                        new Payout("x", 2_000_000, 100, 200, 200), new Payout("y", 2_000_000, 0, Terms.UNCAPPED, 400));
    }

    @Test
    void run_stopped_isPaidForItsCompletedRounds() {
        Runs run = oneRound(Settlement.RUN);
        closed(run).publish("m2");
        run.send(new RunCommand.Stop("enough", run.now()));
        assertThat(kinds(run.last())).containsExactly("Allocated", "Stopped");
        RunEvent.Allocated allocated = all(run, RunEvent.Allocated.class).get(0);
        assertThat(allocated.round()).isEqualTo(1);
        assertThat(allocated.budget()).isEqualTo(300);
        assertThat(amounts(allocated)).containsExactly(100L, 200L);
        assertThat(fieldsFound(run.events())).containsOnly("model-published.sumDigest");
    }

    @Test
    void run_failedForLackOfUpdates_isPaidForItsCompletedRounds() {
        Runs run = oneRound(Settlement.RUN);
        for (int attempt = 1; attempt <= 2; attempt++) {
            run.tick("a", "b", "c").after(TRAIN).tick("a", "b", "c");
        }
        assertThat(kinds(run.last())).containsExactly("RoundAbandoned", "Allocated", "Failed");
        assertThat(fieldsFound(run.events())).containsOnly("model-published.sumDigest");
    }

    @Test
    void run_stoppedBeforeAnyRound_paysNothing() {
        Runs run = closed(open(paying(60, Settlement.RUN, new ContributionMeasure.Participation())));
        run.send(new RunCommand.Stop("", run.now()));
        assertThat(kinds(run.last())).containsExactly("Stopped");
        assertThat(all(run, RunEvent.Allocated.class)).isEmpty();
    }

    @Test
    void run_settledByRoundAndStopped_paysNothingForTheRoundInProgress() {
        Runs run = oneRound(Settlement.ROUND);
        closed(run).publish("m2");
        run.send(new RunCommand.Stop("", run.now()));
        assertThat(kinds(run.last())).containsExactly("Stopped");
        assertThat(all(run, RunEvent.Allocated.class)).hasSize(1);
    }

    @Test
    void run_logCutBetweenItsSettlementAndItsEnd_failsInsteadOfGoingOn() {
        Runs run = oneRound(Settlement.RUN);
        closed(run);
        Decision stop = RoundMachine.decide(run.state(), new RunCommand.Stop("", run.now()));
        RunState cut = run.state().apply(stop.events().get(0));
        Decision next = RoundMachine.decide(cut, new RunCommand.Tick(Runs.nodes("a", "b", "c"), run.now()));
        assertThat(kinds(next.events())).containsExactly("Failed");
        assertThat(((RunEvent.Failed) next.events().get(0)).reason())
                .isEqualTo("the run was settled after 1 of 2 rounds, but why it ended was lost");
        List<RunEvent> log = new ArrayList<>(run.events());
        log.add(stop.events().get(0));
        assertThat(fieldsFound(log)).contains("end.stopped or failed");
    }

    @Test
    void run_stoppedWhereItsLogWasCutBeforeAPayment_paysTheCompletedRound() {
        Runs run = oneRound(Settlement.ROUND);
        List<RunEvent> events = run.events();
        RunState cut = RunState.opened((RunEvent.Opened) events.get(0));
        for (RunEvent event : events.subList(1, kinds(events).indexOf("Allocated"))) {
            cut = cut.apply(event);
        }
        assertThat(kinds(RoundMachine.decide(cut, new RunCommand.Stop("enough", run.now()))
                        .events()))
                .containsExactly("Allocated", "Stopped");
        assertThat(kinds(RoundMachine.decide(cut, new RunCommand.Fail("no disk", run.now()))
                        .events()))
                .containsExactly("Allocated", "Failed");
    }

    @Test
    void round_ofMoreNodesThanTheMeasureTakes_failsBeforeAnybodyTrains() {
        Runs run = open(paying(60, Settlement.ROUND, heldOut(ContributionMeasure.Method.SHAPLEY)));
        run.tick(IntStream.range(0, 13).mapToObj(i -> "n" + i).toArray(String[]::new));
        assertThat(all(run, RunEvent.Failed.class).get(0).reason())
                .isEqualTo(
                        "measure shapley takes at most 12 nodes in a round, but 13 were drawn; lower fraction-train or use"
                                + " another measure");
    }

    @Test
    void round_ofNodesThatAreClaimantsAlready_isNotCountedTwice() {
        Runs run = open(policy(
                100,
                Settlement.RUN,
                PayoutRule.NASH,
                new ContributionMeasure.Participation(),
                Map.of(),
                Optional.of(terms(1))));
        String[] most = IntStream.range(0, Earnings.MOST_CLAIMANTS)
                .mapToObj(i -> "n" + i)
                .toArray(String[]::new);
        run.tick(most);
        run.submit("n0", "u0");
        run.submit("n1", "u1");
        run.after(TRAIN).tick(most).publish("m1").tick(most).after(EVALUATE).tick(most);
        assertThat(run.state().completedRounds()).isEqualTo(1);
        assertThat(run.state().earnings().orElseThrow().points()).hasSize(2);
        String[] others = most.clone();
        others[0] = "stranger";
        assertThat(failureOfNextRound(run, others))
                .contains("a settlement has at most 80000 claimants, and this round could make it 80001; settle by"
                        + " round, or name organisations");
        assertThat(failureOfNextRound(run, most)).isEmpty();
        String[] more = Arrays.copyOf(most, most.length + 1);
        more[most.length] = "stranger";
        assertThat(failureOfNextRound(run, more))
                .contains("measure participation takes at most 80000 nodes in a round, but 80001 were drawn; lower"
                        + " fraction-train or use another measure");
    }

    private static Optional<String> failureOfNextRound(Runs run, String... available) {
        return RoundMachine.decide(run.state(), new RunCommand.Tick(Runs.nodes(available), run.now())).events().stream()
                .filter(RunEvent.Failed.class::isInstance)
                .map(event -> ((RunEvent.Failed) event).reason())
                .findFirst();
    }

    @Test
    void apply_paymentOutOfTurn_isADamagedLog() {
        Runs run = oneRound(Settlement.ROUND);
        RunEvent.Allocated again = all(run, RunEvent.Allocated.class).get(0);
        assertThatIllegalStateException()
                .isThrownBy(() -> run.state().apply(again))
                .withMessageContaining("the log is damaged");
        Runs free = closed(Runs.of(Runs.spec()));
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        free.state().apply(new RunEvent.ContributionsMeasured(1, List.of(), List.of(), free.now())));
    }

    /** Every change that a coordinator could want to make is found without a single blob. */
    @Test
    void replay_ofAmountsByTheEventsAlone_findsEveryLie() {
        Runs run = oneRound(Settlement.ROUND);
        List<RunEvent> events = run.events();
        int at = kinds(events).indexOf("Allocated");
        RunEvent.Allocated paid = (RunEvent.Allocated) events.get(at);
        List<Payout> payouts = paid.payouts();
        Payout x = payouts.get(0);
        Payout y = payouts.get(1);
        Map<String, List<Payout>> lies = Map.of(
                "payouts.0.amount",
                List.of(
                        new Payout("x", x.weight(), x.reservation(), x.cap(), x.amount() + 1),
                        new Payout("y", y.weight(), y.reservation(), y.cap(), y.amount() - 1)),
                "payouts.1.weight",
                List.of(x, new Payout("y", y.weight() + 1, y.reservation(), y.cap(), y.amount())),
                "payouts.1.claimant",
                List.of(x, new Payout("z", y.weight(), y.reservation(), y.cap(), y.amount())),
                "payouts.0.claimant",
                List.of(y, x),
                "payouts.0.reservation",
                List.of(new Payout("x", x.weight(), x.reservation() + 1, x.cap(), x.amount()), y),
                "payouts.0.cap",
                List.of(new Payout("x", x.weight(), x.reservation(), x.cap() + 1, x.amount()), y));
        lies.forEach((field, changed) -> {
            List<RunEvent> lie = new ArrayList<>(events);
            lie.set(
                    at,
                    new RunEvent.Allocated(
                            paid.round(), paid.budget(), paid.theta(), changed, paid.undistributed(), paid.at()));
            assertThat(fieldsFound(lie)).as(field).contains("allocated." + field);
        });
        int measuredAt = kinds(events).indexOf("ContributionsMeasured");
        RunEvent.ContributionsMeasured measured = (RunEvent.ContributionsMeasured) events.get(measuredAt);
        List<NodeContribution> more = new ArrayList<>(measured.contributions());
        more.set(0, new NodeContribution(node("a"), 1, 2_000_000));
        List<RunEvent> lie = new ArrayList<>(events);
        lie.set(measuredAt, new RunEvent.ContributionsMeasured(1, List.of(), more, measured.at()));
        assertThat(fieldsFound(lie)).contains("contributions-measured.contributions.0.points");
    }

    @Test
    void replay_numbersThatNoComputationTakes_areFindingsAndNoExceptions() {
        List<RunEvent> paid = oneRound(Settlement.ROUND).events();
        Runs second = closed(oneRound(Settlement.ROUND)).publish("m2");
        evaluated(second);
        int at = kinds(paid).indexOf("Allocated");
        RunEvent.Allocated first = (RunEvent.Allocated) paid.get(at);
        for (long undistributed : new long[] {Long.MIN_VALUE, -1_000, Long.MAX_VALUE}) {
            List<RunEvent> lie = new ArrayList<>(second.events());
            lie.set(
                    at,
                    new RunEvent.Allocated(
                            1, first.budget(), first.theta(), first.payouts(), undistributed, first.at()));
            assertThat(fieldsFound(lie)).contains("allocated.undistributed");
        }
        Runs run = modelled(Settlement.ROUND);
        run.tick("a", "b", "c");
        measure(run, "a", 10, 1, 10, 4, 6);
        measure(run, "b", 30, 2, 7, 5, 6);
        measure(run, "c", 20, 3, 7, 5, 6);
        List<RunEvent> groups = new ArrayList<>(run.events());
        int published = kinds(groups).indexOf("ModelPublished");
        RunEvent.ModelPublished model = (RunEvent.ModelPublished) groups.get(published);
        List<CoalitionModel> swapped = new ArrayList<>(model.coalitions());
        Collections.swap(swapped, 0, 1);
        groups.set(
                published,
                new RunEvent.ModelPublished(
                        1, model.model(), model.sumDigest(), model.evaluationDeadline(), swapped, model.at()));
        assertThat(fieldsFound(groups)).contains("model-published.type", "node-evaluated.type");
    }

    /** A cosine is at most 1, whoever has the updates or not. */
    @Test
    void replay_alignmentBeyondOne_isFoundWithoutTheUpdates() {
        Runs run = closed(open(paying(60, Settlement.ROUND, new ContributionMeasure.Alignment())));
        SortedMap<NodeId, Double> alignments = new TreeMap<>(Map.of(node("a"), 1.0, node("b"), 0.5, node("c"), -1.0));
        publish(run, new RunCommand.Measurement(alignments, List.of(), List.of()));
        int at = kinds(run.events()).indexOf("ContributionsMeasured");
        List<RunEvent> lie = new ArrayList<>(run.events().subList(0, at + 1));
        assertThat(fieldsFound(lie)).containsExactly("contributions-measured.contributions");
        List<NodeContribution> more = new ArrayList<>(((RunEvent.ContributionsMeasured) lie.get(at)).contributions());
        more.set(0, new NodeContribution(node("a"), 2, 2_000_000));
        lie.set(at, new RunEvent.ContributionsMeasured(1, List.of(), more, run.now()));
        assertThat(fieldsFound(lie)).contains("contributions-measured.type");
    }

    /** A lie in both places is consistent with itself, but not with the update that was accepted. */
    @Test
    void replay_ofUtilities_believesThemAndDerivesTheRest() {
        Runs run = closed(open(paying(60, Settlement.ROUND, heldOut(ContributionMeasure.Method.SHAPLEY))));
        publish(run, values(0, 0, 0, 1, 0, 1, 0, 1));
        List<RunEvent> events = run.events();
        int at = kinds(events).indexOf("ContributionsMeasured");
        RunEvent.ContributionsMeasured measured = (RunEvent.ContributionsMeasured) events.get(at);
        assertThat(fieldsFound(events)).containsExactly("model-published.sumDigest");
        List<CoalitionValue> values = new ArrayList<>(measured.values());
        values.set(1, new CoalitionValue(Coalition.of(0), 0.25));
        List<RunEvent> lie = new ArrayList<>(events);
        lie.set(at, new RunEvent.ContributionsMeasured(1, values, measured.contributions(), measured.at()));
        assertThat(fieldsFound(lie)).contains("contributions-measured.contributions.0.value");
        lie.set(
                at,
                new RunEvent.ContributionsMeasured(1, values.subList(0, 7), measured.contributions(), measured.at()));
        assertThat(fieldsFound(lie)).contains("contributions-measured.type");
    }
}
