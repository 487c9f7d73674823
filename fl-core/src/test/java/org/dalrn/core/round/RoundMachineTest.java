package org.dalrn.core.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dalrn.core.testing.Runs.EVALUATE;
import static org.dalrn.core.testing.Runs.INITIAL;
import static org.dalrn.core.testing.Runs.TRAIN;
import static org.dalrn.core.testing.Runs.hash;
import static org.dalrn.core.testing.Runs.metrics;
import static org.dalrn.core.testing.Runs.node;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.core.testing.Runs;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Source of truth: the Javadoc of RoundPolicy, Refusal, CloseReason and Phase, and docs/wire.md. */
class RoundMachineTest {

    private static final Duration MOMENT = Duration.ofMillis(1);

    private static Runs training() {
        return Runs.of(Runs.spec()).tick("a", "b", "c");
    }

    private static Runs evaluating() {
        Runs run = training();
        run.submit("a", "u-a");
        run.submit("b", "u-b");
        run.submit("c", "u-c");
        return run.publish("m1").tick("a", "b", "c");
    }

    private static void assertRefused(RunReply reply, Refusal reason, String... words) {
        assertThat(reply).isInstanceOf(RunReply.Refused.class);
        RunReply.Refused refused = (RunReply.Refused) reply;
        assertThat(refused.reason()).isEqualTo(reason);
        for (String word : words) {
            assertThat(refused.detail()).contains(word);
        }
    }

    private static List<String> kinds(List<RunEvent> events) {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    @Nested
    class Submit {

        @Test
        void submit_claimAboveCap_isGrantedTheCapAndTheClaimIsLogged() {
            Runs run = training();
            assertThat(run.submit("a", 1, "u", Long.MAX_VALUE)).isEqualTo(new RunReply.Accepted(100, false));
            RunEvent.UpdateAccepted event = (RunEvent.UpdateAccepted) run.last().get(0);
            assertThat(event.claimedExamples()).isEqualTo(Long.MAX_VALUE);
            assertThat(event.grantedWeight()).isEqualTo(100);
        }

        @Test
        void submit_sameBytesAgain_isAlreadyAcceptedWithoutEvent() {
            Runs run = training();
            run.submit("a", "u");
            assertThat(run.submit("a", 1, "u", 77)).isEqualTo(new RunReply.Accepted(10, true));
            assertThat(run.last()).isEmpty();
        }

        @Test
        void submit_sameBytesAfterTheNextRoundBegan_isAlreadyAccepted() {
            Runs run = evaluating().after(EVALUATE).tick("a", "b", "c").tick("a", "b", "c");
            assertThat(run.state().roundNumber()).isEqualTo(2);
            assertThat(run.state().phase()).isEqualTo(Phase.TRAINING);
            assertThat(run.submit("a", 1, "u-a", 10)).isEqualTo(new RunReply.Accepted(10, true));
            assertRefused(run.submit("a", 1, "other", 10), Refusal.LATE_UPDATE, "round 1 has closed", "at round 2");
        }

        @Test
        void submit_beforeTheFirstRound_isWrongRound() {
            Runs run = Runs.of(Runs.spec());
            assertRefused(run.submit("a", 1, "u", 10), Refusal.WRONG_ROUND, "round 1 has not begun");
            assertThat(run.last()).isEmpty();
        }

        @Test
        void submit_roundsThatAreNone_areWrongRound() {
            for (int round : new int[] {0, -1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertRefused(
                        training().submit("a", round, "u", 10), Refusal.WRONG_ROUND, "round " + round, "at round 1");
            }
        }

        @Test
        void submit_secondDifferentUpdate_isRefusedAndNamesTheFirst() {
            Runs run = training();
            run.submit("a", "u");
            assertRefused(run.submit("a", "v"), Refusal.SECOND_UPDATE, hash("u").toString(), "one update a round");
            assertThat(kinds(run.last())).containsExactly("UpdateRefused");
        }

        @Test
        void submit_strangerToTheCohort_isNotSelected() {
            assertRefused(training().submit("z", "u"), Refusal.NOT_SELECTED, "node z", "round 1");
        }

        @Test
        void submit_afterClosing_isLate() {
            Runs run = training();
            run.submit("a", "u");
            run.submit("b", "v");
            run.drop("c");
            assertThat(run.state().phase()).isEqualTo(Phase.AGGREGATING);
            assertRefused(run.submit("c", "w"), Refusal.LATE_UPDATE, "round 1 has closed", "AGGREGATING");
        }

        @Test
        void submit_otherBaseModel_isRefusedWithBoth() {
            assertRefused(
                    training().submit("a", 1, "u", hash("other"), 10, 1, new TreeMap<>()),
                    Refusal.WRONG_BASE_MODEL,
                    hash("other").toString(),
                    INITIAL.toString());
        }

        @Test
        void submit_weightBelowOne_isRefused() {
            for (long claimed : new long[] {0, -1, Long.MIN_VALUE}) {
                assertRefused(
                        training().submit("a", 1, "u", claimed),
                        Refusal.WEIGHT_INVALID,
                        "claimed examples " + claimed + " is below 1");
            }
        }

        @Test
        void submit_valueAboveTheBoundOrNaN_isRefusedWithoutTheValue() {
            for (double largest : new double[] {4.5, Double.POSITIVE_INFINITY, Double.NaN}) {
                RunReply reply = training().submit("a", 1, "u", INITIAL, 10, largest, new TreeMap<>());
                assertRefused(reply, Refusal.VALUE_OUT_OF_RANGE, "max-absolute-value 4.0");
                assertThat(((RunReply.Refused) reply).detail()).doesNotContain("4.5");
            }
            assertThat(training().submit("a", 1, "u", INITIAL, 10, 4.0, new TreeMap<>()))
                    .isInstanceOf(RunReply.Accepted.class);
        }

        @Test
        void submit_badMetrics_areRefusedByName() {
            SortedMap<String, Double> many = new TreeMap<>();
            IntStream.range(0, 65).forEach(i -> many.put("m" + i, 1.0));
            assertRefused(
                    training().submit("a", 1, "u", INITIAL, 10, 1, many), Refusal.METRICS_INVALID, "65 metrics", "64");
            assertRefused(
                    training().submit("a", 1, "u", INITIAL, 10, 1, metrics("loss", Double.NaN)),
                    Refusal.METRICS_INVALID,
                    "'loss' is not finite");
            assertRefused(
                    training().submit("a", 1, "u", INITIAL, 10, 1, metrics("x".repeat(65), 1)),
                    Refusal.METRICS_INVALID,
                    "65 characters");
            assertRefused(
                    training().submit("a", 1, "u", INITIAL, 10, 1, metrics("  ", 1)),
                    Refusal.METRICS_INVALID,
                    "1 to 64");
        }

        @Test
        void submit_afterTheEnd_isRunOverWithoutEvent() {
            Runs run = training();
            run.send(new RunCommand.Stop("enough", run.now()));
            assertRefused(run.submit("a", "u"), Refusal.RUN_OVER, "STOPPED");
            assertThat(run.last()).isEmpty();
        }

        @Test
        void submit_manyRefusals_areLoggedSixteenTimesAndAnsweredAlways() {
            Runs run = training();
            for (int i = 0; i < 40; i++) {
                assertRefused(run.submit("a", 1, "u", 0), Refusal.WEIGHT_INVALID);
                assertThat(run.last()).hasSize(i < RoundMachine.MOST_REFUSALS_LOGGED ? 1 : 0);
            }
            assertRefused(run.submit("b", 1, "u", 0), Refusal.WEIGHT_INVALID);
            assertThat(run.last()).as("another node has its own count").hasSize(1);
            assertThat(run.submit("a", "u")).isInstanceOf(RunReply.Accepted.class);
        }

        @Test
        void submit_atTheDeadline_closesTheRoundThenIsLate() {
            Runs run = training();
            run.submit("a", "u");
            run.submit("b", "v");
            run.after(TRAIN);
            assertRefused(run.submit("c", "w"), Refusal.LATE_UPDATE, "round 1 has closed");
            assertThat(kinds(run.last())).containsExactly("RoundClosed", "UpdateRefused");
        }

        @Test
        void submit_aMomentBeforeTheDeadline_counts() {
            Runs run = training().after(TRAIN.minus(MOMENT));
            assertThat(run.submit("a", "u")).isInstanceOf(RunReply.Accepted.class);
        }

        @Test
        void submit_updateOfAnAbandonedAttempt_isNotAlreadyAccepted() {
            Runs run = training();
            run.submit("a", "u");
            run.after(TRAIN).tick("a", "b", "c");
            assertThat(kinds(run.last())).containsExactly("RoundAbandoned");
            assertRefused(run.submit("a", "u"), Refusal.LATE_UPDATE);
            run.tick("a", "b", "c");
            assertThat(run.submit("a", "u")).isEqualTo(new RunReply.Accepted(10, false));
        }

        @Test
        void submit_droppedNodeThatDeliversInTime_countsAgain() {
            Runs run = training().drop("a");
            assertThat(run.submit("a", "u")).isInstanceOf(RunReply.Accepted.class);
            assertThat(run.state().current().orElseThrow().dropped()).isEmpty();
        }
    }

    @Nested
    class Closing {

        @Test
        void close_targetReached_namesSortedUpdatesAndWeight() {
            Runs run = training();
            run.submit("a", 1, "1", 7);
            run.submit("b", 1, "2", 1000);
            run.submit("c", 1, "3", 1);
            RunEvent.RoundClosed closed = (RunEvent.RoundClosed) run.last().get(1);
            assertThat(closed.reason()).isEqualTo(CloseReason.TARGET_REACHED);
            assertThat(closed.totalWeight()).isEqualTo(7 + 100 + 1);
            assertThat(closed.updates()).isSorted().containsExactlyInAnyOrder(hash("1"), hash("2"), hash("3"));
        }

        @Test
        void close_overSelection_closesAtTheWantedNumber() {
            Sampling half = new Sampling(0.5, 2, 0, 2, 2);
            Runs run = Runs.of(Runs.spec(half, new RoundPolicy(TRAIN, EVALUATE, 2, 1.5, 1), 1))
                    .tick("a", "b", "c", "d");
            RoundState round = run.state().current().orElseThrow();
            assertThat(round.cohort()).hasSize(3);
            assertThat(round.target()).isEqualTo(2);
            List<NodeId> cohort = List.copyOf(round.cohort());
            run.submit(cohort.get(0).value(), "u");
            run.submit(cohort.get(1).value(), "v");
            assertThat(run.state().phase()).isEqualTo(Phase.AGGREGATING);
        }

        @Test
        void close_everyoneSettledAboveQuorum_closes() {
            Runs run = training();
            run.submit("a", "u");
            run.submit("b", "v");
            run.drop("c");
            assertThat(kinds(run.last())).containsExactly("NodeDropped", "RoundClosed");
            assertThat(((RunEvent.RoundClosed) run.last().get(1)).reason()).isEqualTo(CloseReason.ALL_SETTLED);
        }

        @Test
        void close_deadlineAboveQuorum_closesNotBefore() {
            Runs run = training();
            run.submit("a", "u");
            run.submit("b", "v");
            run.after(TRAIN.minus(MOMENT)).tick();
            assertThat(run.last()).isEmpty();
            run.after(MOMENT).tick();
            assertThat(((RunEvent.RoundClosed) run.last().get(0)).reason()).isEqualTo(CloseReason.DEADLINE);
        }

        @Test
        void abandon_quorumOutOfReach_comesAtOnce() {
            Runs run = training().drop("a").drop("b");
            assertThat(kinds(run.last())).containsExactly("NodeDropped", "RoundAbandoned");
            assertThat(run.state().phase()).isEqualTo(Phase.WAITING);
            assertThat(run.state().nextAttempt()).isEqualTo(2);
        }

        @Test
        void abandon_lastAttempt_failsTheRunWithTheNumbers() {
            Runs run = training().after(TRAIN).tick("a", "b").tick("a", "b");
            run.submit("a", "u");
            run.after(TRAIN).tick();
            assertThat(kinds(run.last())).containsExactly("RoundAbandoned", "Failed");
            assertThat(((RunEvent.Failed) run.last().get(1)).reason())
                    .isEqualTo("round 1 got 1 of 2 updates in its last of 2 attempts");
        }

        @Test
        void drop_unknownSettledOrOtherRound_doesNothing() {
            Runs run = training();
            run.submit("a", "u");
            run.drop("a");
            assertThat(run.last()).isEmpty();
            run.drop("z");
            assertThat(run.last()).isEmpty();
            run.drop("b").drop("b");
            assertThat(run.last()).isEmpty();
            run.send(new RunCommand.Drop(node("c"), 2, DropReason.POLICY, "", run.now()));
            assertThat(run.last()).isEmpty();
        }
    }

    @Nested
    class Starting {

        @Test
        void tick_tooFewNodes_waits() {
            assertThat(Runs.of(Runs.spec()).tick("a").last()).isEmpty();
            Runs quorum = Runs.of(Runs.spec(Sampling.defaults(), new RoundPolicy(TRAIN, EVALUATE, 3, 1, 1), 1));
            assertThat(quorum.tick("a", "b").last()).isEmpty();
            assertThat(kinds(quorum.tick("a", "b", "c").last())).containsExactly("RoundStarted");
        }
    }

    @Nested
    class Publishing {

        @Test
        void publish_otherAttemptRoundOrPhase_doesNothing() {
            Runs run = training();
            run.send(new RunCommand.Publish(1, 1, hash("m"), hash("s"), run.now()));
            assertThat(run.last()).isEmpty();
            run.submit("a", "u");
            run.submit("b", "v");
            run.submit("c", "w");
            run.send(new RunCommand.Publish(1, 2, hash("m"), hash("s"), run.now()));
            assertThat(run.last()).isEmpty();
            run.send(new RunCommand.Publish(2, 1, hash("m"), hash("s"), run.now()));
            assertThat(run.last()).isEmpty();
            run.publish("m");
            assertThat(kinds(run.last())).containsExactly("ModelPublished");
            run.publish("m");
            assertThat(run.last()).isEmpty();
            assertThat(run.state().model()).isEqualTo(hash("m"));
        }

        @Test
        void tick_evaluationOff_completesAtOnce() {
            Runs run = Runs.of(Runs.spec(new Sampling(1, 2, 0, 2, 2), new RoundPolicy(TRAIN, EVALUATE, 2, 1, 1), 1))
                    .tick("a", "b");
            run.submit("a", "u");
            run.submit("b", "v");
            run.publish("m").tick("a", "b");
            assertThat(kinds(run.last())).containsExactly("RoundCompleted", "Finished");
        }

        @Test
        void tick_tooFewEvaluatorsUntilTheDeadline_completesWithout() {
            Runs run = training();
            run.submit("a", "u");
            run.submit("b", "v");
            run.submit("c", "w");
            run.publish("m").tick("a");
            assertThat(run.last()).isEmpty();
            run.after(EVALUATE).tick("a");
            RunEvent.RoundCompleted completed =
                    (RunEvent.RoundCompleted) run.last().get(0);
            assertThat(completed.evaluatedExamples()).isZero();
            assertThat(completed.metrics()).isEmpty();
        }
    }

    @Nested
    class Evaluating {

        @Test
        void report_all_completesWithWeightedMeansOverThoseWhoReportedTheMetric() {
            Runs run = evaluating();
            SortedMap<String, Double> both = metrics("loss", 1.0);
            both.put("auc", 0.5);
            run.evaluate("a", 1, hash("m1"), 1, both);
            run.evaluate("b", 1, hash("m1"), 3, metrics("loss", 5.0));
            run.evaluate("c", 1, hash("m1"), 4, metrics("loss", -1.0));
            RunEvent.RoundCompleted completed =
                    (RunEvent.RoundCompleted) run.last().get(1);
            assertThat(completed.evaluatedExamples()).isEqualTo(8);
            // (1*1 + 3*5 - 4*1) / 8 = 1.5
            assertThat(completed.metrics())
                    .containsEntry("loss", 1.5)
                    .containsEntry("auc", 0.5)
                    .hasSize(2);
        }

        @Test
        void report_inAnyOrder_givesTheSameBits() {
            Runs one = evaluating();
            one.evaluate("a", 1, hash("m1"), 3, metrics("x", 0.1));
            one.evaluate("b", 1, hash("m1"), 7, metrics("x", 1e16));
            one.evaluate("c", 1, hash("m1"), 9, metrics("x", -0.7));
            Runs other = evaluating();
            other.evaluate("c", 1, hash("m1"), 9, metrics("x", -0.7));
            other.evaluate("a", 1, hash("m1"), 3, metrics("x", 0.1));
            other.evaluate("b", 1, hash("m1"), 7, metrics("x", 1e16));
            assertThat(other.last().get(1)).isEqualTo(one.last().get(1));
        }

        @Test
        void report_moreExamplesThanTheCap_countAsTheCapAndDoNotOwnTheMean() {
            Runs run = evaluating();
            // The cap of the run is 100.
            assertThat(run.evaluate("a", 1, hash("m1"), Long.MAX_VALUE, metrics("loss", 1)))
                    .isEqualTo(new RunReply.Accepted(100, false));
            assertThat(run.last())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            RunEvent.NodeEvaluated.class,
                            event -> assertThat(event.examples()).isEqualTo(100));
            run.evaluate("b", 1, hash("m1"), 100, metrics("loss", 3));
            run.evaluate("c", 1, hash("m1"), 50, metrics("loss", 5));
            RunEvent.RoundCompleted completed =
                    (RunEvent.RoundCompleted) run.last().get(1);
            assertThat(completed.evaluatedExamples()).isEqualTo(250);
            // (100*1 + 100*3 + 50*5) / 250 = 2.6
            assertThat(completed.metrics()).containsEntry("loss", 2.6);
        }

        @Test
        void report_againWithAnotherClaimAboveTheCap_isTheSame() {
            Runs run = evaluating();
            run.evaluate("a", 1, hash("m1"), Long.MAX_VALUE, metrics("x", 1));
            assertThat(run.evaluate("a", 1, hash("m1"), 101, metrics("x", 1)))
                    .isEqualTo(new RunReply.Accepted(100, true));
            assertRefused(
                    run.evaluate("a", 1, hash("m1"), 99, metrics("x", 1)), Refusal.SECOND_UPDATE, "one evaluation");
        }

        @Test
        void report_infiniteMean_isLeftOut() {
            Runs run = evaluating();
            run.evaluate("a", 1, hash("m1"), 100, metrics("x", Double.MAX_VALUE));
            run.evaluate("b", 1, hash("m1"), 100, metrics("y", 2));
            run.drop("c");
            RunEvent.RoundCompleted completed =
                    (RunEvent.RoundCompleted) run.last().get(1);
            assertThat(completed.metrics()).containsOnlyKeys("y");
        }

        @Test
        void report_wrongOnes_areRefusedOneByOne() {
            Runs run = evaluating();
            assertRefused(
                    run.evaluate("z", 1, hash("m1"), 1, metrics("x", 1)), Refusal.NOT_SELECTED, "node z", "round 1");
            assertRefused(
                    run.evaluate("a", 1, INITIAL, 1, metrics("x", 1)),
                    Refusal.WRONG_BASE_MODEL,
                    INITIAL.toString(),
                    hash("m1").toString());
            assertRefused(
                    run.evaluate("a", 1, hash("m1"), 0, metrics("x", 1)), Refusal.WEIGHT_INVALID, "examples 0", "1");
            assertRefused(
                    run.evaluate("a", 1, hash("m1"), 1, metrics("x", Double.NaN)), Refusal.METRICS_INVALID, "'x'");
            assertRefused(
                    run.evaluate("a", 2, hash("m1"), 1, metrics("x", 1)), Refusal.LATE_UPDATE, "round 2", "EVALUATING");
        }

        @Test
        void report_again_isAcceptedIfSameAndRefusedIfNot() {
            Runs run = evaluating();
            run.evaluate("a", 1, hash("m1"), 5, metrics("x", 1));
            assertThat(run.evaluate("a", 1, hash("m1"), 5, metrics("x", 1))).isEqualTo(new RunReply.Accepted(5, true));
            assertRefused(
                    run.evaluate("a", 1, hash("m1"), 6, metrics("x", 1)), Refusal.SECOND_UPDATE, "one evaluation");
            run.after(EVALUATE).tick("a", "b", "c").tick("a", "b", "c");
            assertThat(run.state().roundNumber()).isEqualTo(2);
            assertThat(run.evaluate("a", 1, hash("m1"), 5, metrics("x", 1))).isEqualTo(new RunReply.Accepted(5, true));
        }

        @Test
        void report_atTheDeadline_completesThenIsLate() {
            Runs run = evaluating().after(EVALUATE);
            assertRefused(run.evaluate("a", 1, hash("m1"), 5, metrics("x", 1)), Refusal.LATE_UPDATE, "round 1");
            assertThat(kinds(run.last())).containsExactly("RoundCompleted");
        }
    }

    @Nested
    class Ending {

        @Test
        void resume_training_beginsTheDeadlineAnew() {
            Runs run = training().after(TRAIN.multipliedBy(3)).resume();
            assertThat(kinds(run.last())).containsExactly("Resumed");
            assertThat(run.state().current().orElseThrow().deadline())
                    .isEqualTo(run.now().plus(TRAIN));
            assertThat(run.submit("a", "u")).isInstanceOf(RunReply.Accepted.class);
        }

        @Test
        void resume_evaluating_beginsTheEvaluationDeadlineAnew() {
            Runs run = evaluating().after(TRAIN).resume();
            assertThat(run.state().current().orElseThrow().deadline())
                    .isEqualTo(run.now().plus(EVALUATE));
        }

        @Test
        void resume_waitingAggregatingOrOver_writesNothing() {
            assertThat(Runs.of(Runs.spec()).resume().last()).isEmpty();
            Runs run = training();
            run.submit("a", "u");
            run.submit("b", "v");
            run.submit("c", "w");
            assertThat(run.resume().last()).isEmpty();
            run.send(new RunCommand.Stop("x", run.now()));
            assertThat(run.resume().last()).isEmpty();
        }

        @Test
        void stop_anyPhase_endsOnceAndForAll() {
            for (Runs run : List.of(Runs.of(Runs.spec()), training(), evaluating())) {
                run.send(new RunCommand.Stop("enough", run.now()));
                assertThat(run.state().phase()).isEqualTo(Phase.STOPPED);
                run.send(new RunCommand.Stop("again", run.now()));
                assertThat(run.last()).isEmpty();
                run.send(new RunCommand.Fail("late", run.now()));
                assertThat(run.last()).isEmpty();
                run.after(TRAIN).tick("a", "b", "c");
                assertThat(run.last()).isEmpty();
            }
        }

        @Test
        void open_again_doesNothing() {
            Runs run = training();
            run.send(new RunCommand.Open(run.state().run(), run.state().spec(), Runs.SEED, run.now()));
            assertThat(run.last()).isEmpty();
        }
    }
}
