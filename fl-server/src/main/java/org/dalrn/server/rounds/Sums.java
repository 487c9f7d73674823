package org.dalrn.server.rounds;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RoundState;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunState;
import org.dalrn.server.combine.Combined;
import org.dalrn.server.combine.PlainCombiner;
import org.dalrn.server.combine.RoundSum;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sums of the rounds under way, from the first update to the published model. Owned by the conductor's thread. */
final class Sums {
    private static final Logger LOG = LoggerFactory.getLogger(Sums.class);

    private static final int MOST_WORDS = 1_000;

    private final PlainCombiner combiner;
    private final RoundTimers timers;
    private final Inbox inbox;
    private final Map<RunId, String> troubles = new ConcurrentHashMap<>();

    Sums(PlainCombiner combiner, RoundTimers timers, Inbox inbox) {
        this.combiner = combiner;
        this.timers = timers;
        this.inbox = inbox;
    }

    /** What is tried again and again, if anything is. Any thread may ask. */
    Optional<String> trouble() {
        return troubles.values().stream().findFirst();
    }

    /** Starts the sum of a round with what was accepted so far. */
    void begin(Desk desk, RoundState round) {
        desk.sum = Optional.of(sumOf(desk, round));
    }

    private RoundSum sumOf(Desk desk, RoundState round) {
        RoundSum sum = combiner.begin(
                desk.state.run(),
                desk.state.spec(),
                round.number(),
                round.cohort().size());
        round.accepted().forEach((node, accepted) -> sum.add(node, accepted.update(), accepted.grantedWeight()));
        return sum;
    }

    void discard(Desk desk) {
        desk.sum.ifPresent(RoundSum::discard);
        desk.sum = Optional.empty();
    }

    /** The run does not need its sum any more. */
    void published(Desk desk) {
        desk.sum = Optional.empty();
        troubles.remove(desk.state.run());
    }

    void ended(Desk desk) {
        troubles.remove(desk.state.run());
        discard(desk);
    }

    /** Ends the sum of a closed round; what comes of it is an input of its own. */
    void combine(Desk desk, RoundState round) {
        RunId run = desk.state.run();
        RoundSum sum = desk.sum.orElseGet(() -> sumOf(desk, round));
        desk.sum = Optional.of(sum);
        sum.finish(round.baseModel(), round.players(desk.state.seed()))
                .whenComplete((combined, failure) -> inbox.tell(batch -> {
                    if (isAggregating(batch.state(run), round)) {
                        if (failure == null) {
                            batch.decide(run, publication(round, combined, batch.now));
                        } else {
                            failed(batch, desk, round, unwrap(failure));
                        }
                    }
                }));
    }

    private static RunCommand.Publish publication(RoundState round, Combined combined, Instant now) {
        return new RunCommand.Publish(
                round.number(), round.attempt(), combined.model(), combined.sumDigest(), combined.measurement(), now);
    }

    private static boolean isAggregating(Optional<RunState> state, RoundState round) {
        return state.filter(run -> run.phase() == Phase.AGGREGATING)
                .flatMap(RunState::current)
                .filter(current -> current.number() == round.number() && current.attempt() == round.attempt())
                .isPresent();
    }

    private void failed(Batch batch, Desk desk, RoundState round, Throwable failure) {
        RunId run = desk.state.run();
        if (!(failure instanceof UncheckedIOException)) {
            batch.decide(
                    run,
                    new RunCommand.Fail(
                            "the updates of round " + round.number() + " cannot be combined: " + words(failure),
                            batch.now));
            return;
        }
        Duration delay = Delays.afterFailures(desk.failedCombinations++);
        troubles.put(run, words(failure));
        LOG.error(
                "run={} round={} cannot be combined, next try in {} ms: {}",
                run,
                round.number(),
                delay.toMillis(),
                failure.getMessage());
        timers.after(
                delay,
                () -> inbox.tell(later -> {
                    if (isAggregating(later.state(run), round)) {
                        discard(desk);
                        combine(desk, round);
                    }
                }));
    }

    /** What a plug-in throws may say more than an entry of the log can hold. */
    private static String words(Throwable failure) {
        String words = failure.toString();
        return words.length() <= MOST_WORDS ? words : words.substring(0, MOST_WORDS) + "...";
    }

    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
