package org.dalrn.core.round;

import java.util.Optional;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.Earnings;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;

/**
 * Where a run stands: the fold of its events. Immutable.
 *
 * @param seed fixed when the run was opened; cohorts are drawn from it
 * @param phase what is going on
 * @param model the newest global model
 * @param completedRounds how many rounds are over
 * @param nextAttempt which try of the next round a start would be, 1 for the first
 * @param current the round in progress, or the last one tried; empty before the first
 * @param previous the round before it
 * @param earnings what was contributed and is not paid for yet; present exactly if the run has incentives
 * @param eventCount how many events led here
 */
public record RunState(
        RunId run,
        RunSpec spec,
        ContentHash seed,
        Phase phase,
        ContentHash model,
        int completedRounds,
        int nextAttempt,
        Optional<RoundState> current,
        Optional<RoundState> previous,
        Optional<Earnings> earnings,
        long eventCount) {

    /** The state after a run's first event. */
    public static RunState opened(RunEvent.Opened event) {
        return new RunState(
                event.run(),
                event.spec(),
                event.seed(),
                Phase.WAITING,
                event.spec().initialModel(),
                0,
                1,
                Optional.empty(),
                Optional.empty(),
                event.spec().incentive().map(policy -> Earnings.none()),
                1);
    }

    /**
     * The state after one more event.
     *
     * @throws IllegalStateException if the event cannot follow: the log is damaged
     */
    public RunState apply(RunEvent event) {
        return event.accept(new Transition(this));
    }

    /** The round that a message may name now: the current one, or the next if none is under way. */
    public int roundNumber() {
        return phase == Phase.WAITING
                ? completedRounds + 1
                : current.map(RoundState::number).orElse(1);
    }

    /** True if the last round that was tried got too few updates: what it had accepted is void. */
    boolean isLastAttemptVoid() {
        return current.filter(round -> round.attempt() < nextAttempt).isPresent();
    }

    /** What is paid, in a run with incentives. */
    IncentivePolicy policy() {
        return spec.incentive().orElseThrow();
    }

    /** True if nodes measure contributions when they evaluate. */
    boolean isMeasuredByEvaluation() {
        return spec.incentive()
                .map(IncentivePolicy::measure)
                .filter(ContributionMeasure.GroupShapley.class::isInstance)
                .isPresent();
    }

    /** True if the contributions to the round in progress are in the log, or nobody wants to know them. */
    boolean isMeasured() {
        return earnings.isEmpty()
                || earnings.get().measuredRound()
                        == current.map(RoundState::number).orElse(0);
    }

    /** True if there are completed rounds that were not paid for; in a run that is settled once, at any time before its end. */
    boolean isSettlementPossible() {
        return !phase.isOver()
                && earnings.filter(earned -> earned.settledRound() < completedRounds)
                        .isPresent()
                && (phase == Phase.WAITING || policy().settlement() == Settlement.RUN);
    }

    /** True if the run was paid for as a whole and not all of its rounds are done: it has to end. */
    boolean isSettledEarly() {
        return !phase.isOver()
                && completedRounds < spec.rounds()
                && earnings.filter(earned -> earned.settledRound() > 0).isPresent()
                && policy().settlement() == Settlement.RUN;
    }

    private RunState with(Optional<Earnings> newEarnings) {
        return new RunState(
                run,
                spec,
                seed,
                phase,
                model,
                completedRounds,
                nextAttempt,
                current,
                previous,
                newEarnings,
                eventCount + 1);
    }

    private RunState with(Phase newPhase, RoundState round) {
        return new RunState(
                run,
                spec,
                seed,
                newPhase,
                model,
                completedRounds,
                nextAttempt,
                Optional.of(round),
                previous,
                earnings,
                eventCount + 1);
    }

    private RunState over(Phase newPhase) {
        return new RunState(
                run,
                spec,
                seed,
                newPhase,
                model,
                completedRounds,
                nextAttempt,
                current,
                previous,
                earnings,
                eventCount + 1);
    }

    /** One event's effect on one state. */
    private record Transition(RunState before) implements RunEvent.Visitor<RunState> {

        @Override
        public RunState opened(RunEvent.Opened event) {
            throw damaged(event);
        }

        @Override
        public RunState resumed(RunEvent.Resumed event) {
            require(
                    event,
                    before.phase == Phase.TRAINING
                            || before.phase == Phase.PUBLISHED
                            || before.phase == Phase.EVALUATING);
            RoundState round = before.current.orElseThrow(() -> damaged(event));
            return before.with(before.phase, round.withDeadline(event.deadline()));
        }

        @Override
        public RunState roundStarted(RunEvent.RoundStarted event) {
            require(
                    event,
                    before.phase == Phase.WAITING
                            && event.round() == before.completedRounds + 1
                            && event.attempt() == before.nextAttempt
                            && event.model().equals(before.model));
            return new RunState(
                    before.run,
                    before.spec,
                    before.seed,
                    Phase.TRAINING,
                    before.model,
                    before.completedRounds,
                    before.nextAttempt,
                    Optional.of(RoundState.started(event)),
                    // A round that is tried again does not hide the one before it.
                    before.nextAttempt == 1 ? before.current : before.previous,
                    before.earnings,
                    before.eventCount + 1);
        }

        @Override
        public RunState updateAccepted(RunEvent.UpdateAccepted event) {
            RoundState round = round(event, Phase.TRAINING);
            require(
                    event,
                    event.round() == round.number()
                            && round.cohort().contains(event.node())
                            && !round.accepted().containsKey(event.node())
                            && event.grantedWeight() >= 1
                            && event.grantedWeight() <= before.spec.maxExamplesPerNode());
            return before.with(before.phase, round.withAccepted(event));
        }

        @Override
        public RunState updateRefused(RunEvent.UpdateRefused event) {
            require(event, !before.phase.isOver());
            return before.current
                    .map(round -> before.with(before.phase, round.withRefused(event)))
                    .orElseGet(() -> before.over(before.phase));
        }

        @Override
        public RunState nodeDropped(RunEvent.NodeDropped event) {
            RoundState round = before.current.orElseThrow(() -> damaged(event));
            require(
                    event,
                    (before.phase == Phase.TRAINING || before.phase == Phase.EVALUATING)
                            && event.round() == round.number());
            return before.with(before.phase, round.withDropped(event));
        }

        @Override
        public RunState roundClosed(RunEvent.RoundClosed event) {
            RoundState round = round(event, Phase.TRAINING);
            require(
                    event,
                    event.round() == round.number()
                            && event.attempt() == round.attempt()
                            && event.updates().size() == round.accepted().size());
            return before.with(Phase.AGGREGATING, round.withClosed(event));
        }

        @Override
        public RunState roundAbandoned(RunEvent.RoundAbandoned event) {
            RoundState round = round(event, Phase.TRAINING);
            require(event, event.round() == round.number() && event.attempt() == round.attempt());
            return new RunState(
                    before.run,
                    before.spec,
                    before.seed,
                    Phase.WAITING,
                    before.model,
                    before.completedRounds,
                    round.attempt() + 1,
                    before.current,
                    before.previous,
                    before.earnings,
                    before.eventCount + 1);
        }

        @Override
        public RunState modelPublished(RunEvent.ModelPublished event) {
            RoundState round = round(event, Phase.AGGREGATING);
            require(event, event.round() == round.number());
            return new RunState(
                    before.run,
                    before.spec,
                    before.seed,
                    Phase.PUBLISHED,
                    event.model(),
                    before.completedRounds,
                    before.nextAttempt,
                    Optional.of(round.withPublished(event)),
                    before.previous,
                    before.earnings,
                    before.eventCount + 1);
        }

        @Override
        public RunState evaluationStarted(RunEvent.EvaluationStarted event) {
            RoundState round = round(event, Phase.PUBLISHED);
            require(event, event.round() == round.number() && event.model().equals(before.model));
            return before.with(Phase.EVALUATING, round.withEvaluationStarted(event));
        }

        @Override
        public RunState nodeEvaluated(RunEvent.NodeEvaluated event) {
            RoundState round = round(event, Phase.EVALUATING);
            require(
                    event,
                    event.round() == round.number()
                            && round.evaluators().contains(event.node())
                            && !round.evaluated().containsKey(event.node()));
            return before.with(before.phase, round.withEvaluated(event));
        }

        @Override
        public RunState roundCompleted(RunEvent.RoundCompleted event) {
            require(
                    event,
                    (before.phase == Phase.PUBLISHED || before.phase == Phase.EVALUATING)
                            && event.round() == before.completedRounds + 1);
            return new RunState(
                    before.run,
                    before.spec,
                    before.seed,
                    Phase.WAITING,
                    before.model,
                    event.round(),
                    1,
                    before.current,
                    before.previous,
                    before.earnings.map(earned -> earned.withCompleted(
                            before.policy(),
                            event.round(),
                            before.current
                                    .orElseThrow(() -> damaged(event))
                                    .accepted()
                                    .keySet())),
                    before.eventCount + 1);
        }

        @Override
        public RunState contributionsMeasured(RunEvent.ContributionsMeasured event) {
            RoundState round = before.current.orElseThrow(() -> damaged(event));
            boolean byEvaluation = before.isMeasuredByEvaluation();
            boolean now = byEvaluation
                    ? before.phase == Phase.PUBLISHED || before.phase == Phase.EVALUATING
                    : before.phase == Phase.AGGREGATING;
            require(
                    event,
                    now
                            && event.round() == round.number()
                            && before.earnings
                                    .filter(earned -> earned.measuredRound() < event.round())
                                    .isPresent());
            return before.with(
                    before.earnings.map(earned -> earned.withMeasured(event.round(), event.contributions())));
        }

        @Override
        public RunState allocated(RunEvent.Allocated event) {
            require(event, before.isSettlementPossible() && event.round() == before.completedRounds);
            return before.with(before.earnings.map(earned -> earned.withPaid(event.round(), event.undistributed())));
        }

        @Override
        public RunState finished(RunEvent.Finished event) {
            require(
                    event,
                    before.phase == Phase.WAITING
                            && before.completedRounds == before.spec.rounds()
                            && event.model().equals(before.model));
            return before.over(Phase.FINISHED);
        }

        @Override
        public RunState stopped(RunEvent.Stopped event) {
            require(event, !before.phase.isOver());
            return before.over(Phase.STOPPED);
        }

        @Override
        public RunState failed(RunEvent.Failed event) {
            require(event, !before.phase.isOver());
            return before.over(Phase.FAILED);
        }

        private RoundState round(RunEvent event, Phase expected) {
            require(event, before.phase == expected);
            return before.current.orElseThrow(() -> damaged(event));
        }

        private void require(RunEvent event, boolean holds) {
            if (!holds) {
                throw damaged(event);
            }
        }

        private IllegalStateException damaged(RunEvent event) {
            return new IllegalStateException("event " + event.getClass().getSimpleName() + " at position "
                    + before.eventCount + " of run " + before.run.value() + " cannot follow phase " + before.phase
                    + " of round " + before.roundNumber() + "; the log is damaged");
        }
    }
}
