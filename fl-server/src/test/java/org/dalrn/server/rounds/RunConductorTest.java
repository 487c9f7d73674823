package org.dalrn.server.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dalrn.server.rounds.ScriptedFederation.GRACE;
import static org.dalrn.server.rounds.ScriptedFederation.NODES;
import static org.dalrn.server.rounds.ScriptedFederation.RUN;
import static org.dalrn.server.rounds.ScriptedFederation.SEED;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RunState;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.v1.Task;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.DataDirectory;
import org.dalrn.server.store.Database;
import org.dalrn.server.store.EventLog;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredEvent;
import org.dalrn.server.testing.MemoryLog;
import org.dalrn.server.transport.Announcement;
import org.dalrn.server.transport.UpdateFacts;
import org.dalrn.server.transport.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunConductorTest {
    private static final NodeId A = NODES.get(0);
    private static final NodeId B = NODES.get(1);
    private static final NodeId C = NODES.get(2);

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private BlobStore blobs;
    private EventLog log;
    private int databases;

    @BeforeEach
    void openStores() {
        DataDirectory directory = DataDirectory.open(folder);
        open.add(directory);
        blobs = BlobStore.open(directory);
        log = new MemoryLog();
    }

    /** A log on the disk; the others are in memory, because most of what is tested here does not depend on it. */
    private EventStore logOnDisk() {
        Database database = Database.open(folder.resolve("log-" + databases++ + ".db"));
        open.add(database);
        return new EventStore(database);
    }

    @AfterEach
    void closeStores() throws Exception {
        for (AutoCloseable store : open) {
            store.close();
        }
    }

    private ScriptedFederation begin(EventLog on, int rounds) throws IOException {
        ScriptedFederation federation = new ScriptedFederation(on, blobs);
        begin(federation, rounds, 3);
        return federation;
    }

    private void begin(ScriptedFederation federation, int rounds, int attempts) throws IOException {
        federation.conductor.open(RUN, ScriptedFederation.spec(blobs, rounds, attempts), SEED);
        federation.settle();
    }

    private static RunState state(ScriptedFederation federation) {
        return federation.conductor.state(RUN).orElseThrow();
    }

    @Test
    void push_task_comesWhenTheNodeMayFetchItsModel() throws IOException {
        ScriptedFederation federation = begin(log, 3);
        federation.connectAll();
        assertThat(federation.pushed).hasSize(18);
        assertThat(federation.pushedTooEarly).isEmpty();
    }

    @Test
    void run_obedientNodes_finishesAndTellsThemEachTaskOnce() throws IOException {
        ScriptedFederation federation = begin(logOnDisk(), 3);
        assertThat(state(federation).phase()).isEqualTo(Phase.WAITING);
        federation.connectAll();
        assertThat(state(federation).phase()).isEqualTo(Phase.FINISHED);
        assertThat(state(federation).completedRounds()).isEqualTo(3);
        assertThat(federation.pushed)
                .hasSize(18)
                .doesNotHaveDuplicates()
                .startsWith("heart/1/1/train/a", "heart/1/1/train/b", "heart/1/1/train/c", "heart/1/1/evaluate/a");
        assertThat(federation.cancelled).isEmpty();
        assertThat(federation.verdicts).hasSize(18).allMatch(Verdict.Accepted.class::isInstance);
        blobs.verify(state(federation).model());
        assertThat(federation.conductor.progress(RUN)).isEmpty();
    }

    @Test
    void start_logCutAtEveryEvent_endsWithTheSameModelAndTheSameTail() throws IOException {
        ScriptedFederation undisturbed = begin(log, 2);
        undisturbed.connectAll();
        List<StoredEvent> events = log.read(RUN, 0, 1000);
        assertThat(events).hasSizeGreaterThan(16);
        for (int cut = 1; cut <= events.size(); cut++) {
            EventLog shorter = cut % 8 == 0 ? logOnDisk() : new MemoryLog();
            shorter.append(events.subList(0, cut));
            ScriptedFederation restarted = new ScriptedFederation(shorter, blobs);
            restarted.connectAll();
            assertThat(state(restarted)).as("cut after event %d", cut).satisfies(state -> {
                assertThat(state.phase()).isEqualTo(Phase.FINISHED);
                assertThat(state.model()).isEqualTo(state(undisturbed).model());
            });
            List<String> tail = texts(shorter.read(RUN, cut, 1000)).stream()
                    .filter(text -> !text.contains("\"type\":\"resumed\""))
                    .toList();
            assertThat(tail).as("cut after event %d", cut).isEqualTo(texts(events.subList(cut, events.size())));
        }
    }

    private static List<String> texts(List<StoredEvent> events) {
        return events.stream().map(StoredEvent::text).toList();
    }

    /** Fails one append, before or after it wrote; in the second case the caller cannot know that it is there. */
    private static final class FailingLog implements EventLog {
        private final EventLog log;
        private final int failing;
        private final boolean afterWriting;
        int appends;

        FailingLog(EventLog log, int failing, boolean afterWriting) {
            this.log = log;
            this.failing = failing;
            this.afterWriting = afterWriting;
        }

        @Override
        public void append(List<StoredEvent> events) {
            boolean fails = !events.isEmpty() && ++appends == failing;
            if (!fails || afterWriting) {
                log.append(events);
            }
            if (fails) {
                throw new StoreException(ErrorCode.STORE_UNAVAILABLE, "the disk is full", null);
            }
        }

        @Override
        public List<StoredEvent> read(RunId run, long afterSeq, int limit) {
            return log.read(run, afterSeq, limit);
        }

        @Override
        public List<RunId> runs() {
            return log.runs();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void append_failsOnceAtAnyPlace_changesNoBit(boolean afterWriting) throws IOException {
        ScriptedFederation undisturbed = begin(log, 2);
        undisturbed.connectAll();
        int places = 0;
        for (int place = 2; ; place++) {
            FailingLog failing = new FailingLog(place == 4 ? logOnDisk() : new MemoryLog(), place, afterWriting);
            ScriptedFederation federation = begin(failing, 2);
            federation.connectAll();
            federation.pass(Duration.ofSeconds(20));
            assertThat(state(federation).phase()).as("append %d", place).isEqualTo(Phase.FINISHED);
            assertThat(state(federation).model()).isEqualTo(state(undisturbed).model());
            assertThat(federation.conductor.trouble()).isEmpty();
            if (failing.appends < place) {
                break;
            }
            places++;
        }
        assertThat(places).isGreaterThan(5);
    }

    @Test
    void submit_appendFails_tellsNobodyAndKeepsTheState() throws IOException {
        // The third append is that of the first update: opened, started, accepted.
        FailingLog failing = new FailingLog(log, 3, false);
        ScriptedFederation federation = begin(failing, 1);
        NODES.forEach(node -> federation.obedient.put(node, false));
        federation.connectAll();
        RunState before = state(federation);
        assertThat(before.phase()).isEqualTo(Phase.TRAINING);
        federation.release(A);
        assertThat(federation.verdicts).singleElement().isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(refused.code().retryable()).isTrue();
        });
        assertThat(state(federation)).isEqualTo(before);
        assertThat(federation.conductor.trouble())
                .hasValueSatisfying(text -> assertThat(text).contains("disk is full"));
        federation.pass(Duration.ofSeconds(2));
        assertThat(state(federation).current().orElseThrow().accepted()).containsOnlyKeys(A);
    }

    @Test
    void submit_sameBytesAgain_isAcceptedOnceAlsoInTheNextRound() throws IOException {
        ScriptedFederation federation = heldFederation(2);
        Task task = federation.held.get("heart/1/1/train/a");
        UpdateFacts facts = federation.facts(A, task);
        assertThat(federation.conductor.announce(facts)).isInstanceOf(Announcement.Expected.class);
        federation.release(A);
        long events = state(federation).eventCount();
        assertThat(federation.conductor.announce(facts))
                .isEqualTo(new Announcement.Known(ScriptedFederation.examples(A)));
        Verdict again = verdict(federation, facts);
        assertThat(again).isEqualTo(new Verdict.Accepted(ScriptedFederation.examples(A), true));
        assertThat(state(federation).eventCount()).isEqualTo(events);
        federation.release(B);
        federation.release(C);
        assertThat(verdict(federation, facts)).isEqualTo(again);
        UpdateFacts other = federation.facts(A, task, 1);
        assertThat(verdict(federation, other))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.SECOND_UPDATE));
    }

    @Test
    void deadline_quorumIsIn_closesWithoutTheSlowNodeAndRefusesItLater() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        UpdateFacts late = federation.facts(C, federation.held.get("heart/1/1/train/c"));
        federation.release(A);
        federation.release(B);
        assertThat(state(federation).phase()).isEqualTo(Phase.TRAINING);
        federation.pass(Duration.ofMinutes(10));
        assertThat(state(federation).phase()).isEqualTo(Phase.EVALUATING);
        assertThat(federation.cancelled).containsExactly("heart/1/1/train/c: round 1 has closed");
        assertThat(verdict(federation, late))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.LATE_UPDATE));
        assertThat(federation.conductor.announce(late)).isInstanceOf(Announcement.Refused.class);
        federation.pass(Duration.ofMinutes(2));
        assertThat(state(federation).phase()).isEqualTo(Phase.FINISHED);
    }

    @Test
    void disconnected_longerThanTheGrace_isDroppedAndTheRoundGoesOn() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        federation.release(A);
        federation.release(B);
        federation.conductor.disconnected(C);
        federation.settle();
        federation.pass(GRACE.minusMillis(1));
        assertThat(state(federation).phase()).isEqualTo(Phase.TRAINING);
        federation.pass(Duration.ofMillis(1));
        assertThat(state(federation).phase()).isEqualTo(Phase.EVALUATING);
        assertThat(state(federation).current().orElseThrow().evaluators()).containsExactly(A, B);
    }

    @Test
    void connected_backWithinTheGrace_getsOnlyWhatItDoesNotHold() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        federation.conductor.disconnected(C);
        federation.settle();
        federation.pass(GRACE.dividedBy(2));
        federation.pushed.clear();
        federation.conductor.connected(C, List.of("heart/1/1/train/c", "heart/0/9/train/c"));
        federation.settle();
        assertThat(federation.pushed).isEmpty();
        assertThat(federation.cancelled).containsExactly("heart/0/9/train/c: the task is not wanted any more");
        federation.conductor.connected(C, List.of());
        federation.settle();
        assertThat(federation.pushed).containsExactly("heart/1/1/train/c");
        federation.pass(GRACE.multipliedBy(3));
        assertThat(state(federation).current().orElseThrow().dropped()).isEmpty();
    }

    @Test
    void start_nodesDoNotComeBack_areDroppedAfterTwiceTheGrace() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        federation.release(A);
        ScriptedFederation restarted = new ScriptedFederation(log, blobs);
        restarted.conductor.connected(B, List.of());
        restarted.settle();
        assertThat(restarted.pushed).contains("heart/1/1/train/b").doesNotContain("heart/1/1/train/a");
        restarted.pass(GRACE.multipliedBy(2).minusMillis(1));
        assertThat(state(restarted).phase()).isEqualTo(Phase.TRAINING);
        restarted.pass(Duration.ofMillis(1));
        assertThat(state(restarted).current().orElseThrow().accepted()).containsOnlyKeys(A, B);
        assertThat(state(restarted).phase()).isNotEqualTo(Phase.TRAINING);
    }

    @Test
    void declined_openTask_dropsTheNodeAndOtherTasksAreIgnored() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        federation.conductor.declined(C, RUN, 1, "heart/1/7/train/c", DropReason.POLICY, "another attempt");
        federation.settle();
        assertThat(state(federation).current().orElseThrow().dropped()).isEmpty();
        federation.conductor.declined(C, RUN, 1, "heart/1/1/train/c", DropReason.POLICY, "not this run");
        federation.settle();
        assertThat(state(federation).current().orElseThrow().dropped()).containsOnlyKeys(C);
    }

    @Test
    void revoked_nodeOfTheCohort_isDroppedAndNotAskedAgain() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        federation.release(A);
        federation.release(B);
        federation.conductor.revoked(C);
        federation.settle();
        assertThat(state(federation).current().orElseThrow().evaluators()).containsExactly(A, B);
    }

    @Test
    void round_tooFewUpdatesInEveryAttempt_failsTheRun() throws IOException {
        ScriptedFederation federation = new ScriptedFederation(log, blobs);
        begin(federation, 1, 2);
        NODES.forEach(node -> federation.obedient.put(node, false));
        federation.connectAll();
        federation.release(A);
        federation.pass(Duration.ofMinutes(10));
        assertThat(state(federation).phase()).isEqualTo(Phase.TRAINING);
        assertThat(federation.pushed).contains("heart/1/2/train/a");
        federation.pass(Duration.ofMinutes(10));
        assertThat(state(federation).phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    void combine_updateIsDamaged_failsTheRunWithTheReason() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        UpdateFacts lost = federation.facts(A, federation.held.get("heart/1/1/train/a"));
        String name = lost.update().toString();
        federation.held.remove("heart/1/1/train/a");
        Files.delete(folder.resolve("blobs").resolve(name.substring(0, 2)).resolve(name));
        verdict(federation, lost);
        federation.release(B);
        federation.release(C);
        assertThat(state(federation).phase()).isEqualTo(Phase.FAILED);
        assertThat(texts(log.read(RUN, state(federation).eventCount() - 1, 1)).get(0))
                .contains("cannot be combined")
                .contains("is missing");
    }

    @Test
    void combine_diskRefusesForAWhile_isTriedAgainUntilItWorks() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        federation.release(A);
        federation.release(B);
        // The spool folder is away: no model can be written.
        Path spool = folder.resolve("spool");
        UpdateFacts last = federation.facts(C, federation.held.get("heart/1/1/train/c"));
        federation.held.clear();
        Files.move(spool, folder.resolve("away"));
        verdict(federation, last);
        federation.pass(Duration.ofMinutes(1));
        assertThat(state(federation).phase()).isEqualTo(Phase.AGGREGATING);
        assertThat(federation.conductor.trouble()).isPresent();
        Files.move(folder.resolve("away"), spool);
        federation.pass(Duration.ofMinutes(1));
        assertThat(state(federation).completedRounds()
                        + state(federation).current().orElseThrow().number())
                .isPositive();
        assertThat(state(federation).phase()).isNotEqualTo(Phase.AGGREGATING);
        assertThat(federation.conductor.trouble()).isEmpty();
    }

    @Test
    void announce_wrongShapes_areRefusedByName() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        UpdateFacts good = federation.facts(A, federation.held.get("heart/1/1/train/a"));
        assertRefused(
                federation,
                with(good, new RunId("nowhere"), good.updateBytes(), good.metrics()),
                ErrorCode.UNKNOWN_RUN);
        assertRefused(federation, with(good, RUN, 4, good.metrics()), ErrorCode.WRONG_LENGTH);
        TreeMap<String, Double> metrics = new TreeMap<>();
        metrics.put("loss", Double.NaN);
        assertRefused(federation, with(good, RUN, good.updateBytes(), metrics), ErrorCode.METRICS_INVALID);
        assertThat(federation.conductor.mayDownload(A, RUN, good.baseModel())).isTrue();
        assertThat(federation.conductor.mayDownload(new NodeId("stranger"), RUN, good.baseModel()))
                .isFalse();
        assertThat(federation.conductor.mayDownload(A, RUN, good.update())).isFalse();
        assertThat(federation.conductor.mayDownload(A, new RunId("nowhere"), good.baseModel()))
                .isFalse();
    }

    private static UpdateFacts with(UpdateFacts facts, RunId run, long bytes, SortedMap<String, Double> metrics) {
        return new UpdateFacts(
                facts.node(),
                run,
                facts.round(),
                facts.taskId(),
                facts.update(),
                bytes,
                facts.layoutDigest(),
                facts.baseModel(),
                facts.claimedExamples(),
                metrics);
    }

    private static void assertRefused(ScriptedFederation federation, UpdateFacts facts, ErrorCode code) {
        assertThat(federation.conductor.announce(facts))
                .isInstanceOfSatisfying(
                        Announcement.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void stop_running_cancelsTasksAndEndsForGood() throws IOException {
        ScriptedFederation federation = heldFederation(1);
        federation.conductor.stop(RUN, "enough");
        federation.settle();
        assertThat(state(federation).phase()).isEqualTo(Phase.STOPPED);
        assertThat(federation.cancelled).hasSize(3).allMatch(text -> text.endsWith("the run was stopped"));
        UpdateFacts late = federation.facts(
                A,
                Task.newBuilder()
                        .setRunId("heart")
                        .setRound(1)
                        .setModelHash(com.google.protobuf.ByteString.copyFrom(new byte[32]))
                        .build());
        assertThat(verdict(federation, late))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.RUN_OVER));
    }

    @Test
    void open_existingRunOrMissingModel_isRefused() throws IOException {
        ScriptedFederation federation = begin(log, 1);
        var again = federation
                .conductor
                .open(RUN, ScriptedFederation.spec(blobs, 1, 1), SEED)
                .toCompletableFuture();
        federation.settle();
        assertThatThrownBy(again::join).hasMessageContaining("run heart exists");
        var spec = ScriptedFederation.spec(blobs, 1, 1);
        String zeros = spec.initialModel().toString();
        Files.delete(folder.resolve("blobs").resolve(zeros.substring(0, 2)).resolve(zeros));
        var without = federation.conductor.open(new RunId("other"), spec, SEED).toCompletableFuture();
        assertThatThrownBy(without::join).hasMessageContaining("is not in the store");
    }

    @Test
    void start_damagedLog_saysWhereItIs() {
        log.append(List.of(new StoredEvent(RUN, 1, "{\"type\":\"nonsense\"}")));
        assertThatThrownBy(() -> new ScriptedFederation(log, blobs))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED))
                .hasMessageContaining("event 1 of run heart");
    }

    @Test
    void events_someAreThere_areGivenAtOnceAndNoneAfterTheEnd() throws Exception {
        ScriptedFederation federation = begin(log, 1);
        assertThat(federation.conductor.events(RUN, 0, 10, Duration.ofHours(1))).hasSize(1);
        federation.connectAll();
        long count = state(federation).eventCount();
        assertThat(federation.conductor.events(RUN, count, 10, Duration.ofHours(1)))
                .isEmpty();
    }

    @Test
    void events_writtenButNotYetInTheStates_areNotToldYet() throws Exception {
        ScriptedFederation federation = begin(log, 1);
        assertThat(state(federation).eventCount()).isEqualTo(1);
        log.append(List.of(new StoredEvent(RUN, 2, "{\"type\":\"of a batch being written\"}")));
        assertThat(federation.conductor.events(RUN, 0, 10, Duration.ZERO)).hasSize(1);
        assertThat(federation.conductor.events(RUN, 1, 10, Duration.ZERO)).isEmpty();
        assertThat(federation.conductor.events(new RunId("unknown"), 0, 10, Duration.ZERO))
                .isEmpty();
    }

    private ScriptedFederation heldFederation(int rounds) throws IOException {
        ScriptedFederation federation = begin(log, rounds);
        NODES.forEach(node -> federation.obedient.put(node, false));
        federation.connectAll();
        assertThat(federation.held).hasSize(3);
        return federation;
    }

    private static Verdict verdict(ScriptedFederation federation, UpdateFacts facts) {
        var stage = federation.conductor.submit(facts, 1.0, 1.0).toCompletableFuture();
        federation.settle();
        return stage.join();
    }
}
