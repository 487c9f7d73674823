package org.dalrn.core.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.testing.RealRun;
import org.dalrn.core.testing.SimulatedFederation;
import org.junit.jupiter.api.Test;

/**
 * Histories of simulated federations, with crashes, abandoned attempts, refusals and drops. Their sums and models come from
 * {@link RealRun}, which calculates with BigDecimal and shares no code with the replay.
 */
class RunReplayTest {

    private static final int RUNS = 60;

    /** What only the participants know: a change is found by the log's hashes, not by computing again. */
    private static final SortedSet<String> BELIEVED = new TreeSet<>(List.of(
            "failed.reason",
            "node-dropped.detail",
            "node-dropped.reason",
            "opened.spec.name",
            "stopped.reason",
            "update-accepted.claimedExamples",
            "update-accepted.metrics",
            "update-refused.detail",
            "update-refused.node",
            "update-refused.reason",
            "update-refused.round"));

    /** Times are believed as far as no deadline and no other event of the same decision contradicts them. */
    private static final String TIME = ".at";

    /**
     * What is derived as far as something depends on it: who was connected matters where not everybody is drawn, the seed
     * likewise, who sent an update where a sum is made of it.
     */
    private static final SortedSet<String> BELIEVED_IF_NOTHING_DEPENDS_ON_IT = new TreeSet<>(List.of(
            "evaluation-started.cohort",
            "evaluation-started.passedOver",
            "node-dropped.node",
            "node-evaluated.node",
            "opened.seed",
            "round-started.passedOver",
            "update-accepted.node"));

    private static RealRun run(long seed) {
        return RealRun.of(SimulatedFederation.history(seed));
    }

    private static List<RunReplay.Finding> replay(List<RunEvent> events, RunReplay.Blobs blobs) {
        RunReplay replay = new RunReplay(blobs);
        List<RunReplay.Finding> findings = new ArrayList<>();
        events.forEach(event -> findings.addAll(replay.accept(event).findings()));
        findings.addAll(replay.finish());
        return findings;
    }

    @Test
    void accept_simulatedHistories_findsNothingAndComputesEveryModel() {
        SortedMap<String, Integer> kinds = new TreeMap<>();
        for (long seed = 1; seed <= RUNS; seed++) {
            RealRun run = run(seed);
            RunReplay replay = new RunReplay(run.asBlobs());
            for (RunEvent event : run.events()) {
                assertThat(replay.accept(event))
                        .as("seed %d, %s", seed, event)
                        .isEqualTo(new RunReplay.Step(Optional.of(event), List.of(), Optional.empty()));
                kinds.merge(event.getClass().getSimpleName(), 1, Integer::sum);
            }
            assertThat(replay.finish()).as("seed " + seed).isEmpty();
            assertThat(replay.events()).isEqualTo(run.events().size());
            assertThat(replay.models()).isEqualTo((int) run.events().stream()
                    .filter(RunEvent.ModelPublished.class::isInstance)
                    .count());
            assertThat(replay.updates())
                    .isEqualTo(run.events().stream()
                            .filter(RunEvent.UpdateAccepted.class::isInstance)
                            .count());
        }
        // A history without a kind of event proves nothing about it.
        assertThat(kinds).hasSize(RunEvent.class.getPermittedSubclasses().length);
    }

    @Test
    void accept_everyFieldOfEveryEventChanged_isFoundOrListedAsBelieved() {
        SortedSet<String> found = new TreeSet<>();
        SortedSet<String> missed = new TreeSet<>();
        for (long seed = 1; seed <= 6; seed++) {
            RealRun run = run(seed);
            List<RunEvent> events = run.events();
            for (int i = 0; i < events.size(); i++) {
                for (Changed changed : changes(events.get(i))) {
                    List<RunEvent> tampered = new ArrayList<>(events);
                    tampered.set(i, changed.event());
                    boolean isFound = !replay(tampered, run.asBlobs()).isEmpty();
                    (isFound ? found : missed).add(changed.field());
                }
            }
        }
        missed.removeAll(BELIEVED_IF_NOTHING_DEPENDS_ON_IT);
        missed.removeIf(field -> field.endsWith(TIME));
        assertThat(missed).isSubsetOf(BELIEVED);
        assertThat(found)
                .containsAll(BELIEVED_IF_NOTHING_DEPENDS_ON_IT)
                .contains(
                        "round-started.at",
                        "round-closed.at",
                        "round-started.cohort",
                        "round-started.passedOver",
                        "round-started.target",
                        "round-started.deadline",
                        "update-accepted.update",
                        "update-accepted.l2Norm",
                        "update-accepted.maxAbsoluteValue",
                        "update-accepted.grantedWeight",
                        "round-closed.updates",
                        "round-closed.totalWeight",
                        "round-closed.reason",
                        "model-published.model",
                        "model-published.sumDigest",
                        "model-published.evaluationDeadline",
                        "evaluation-started.cohort",
                        "node-evaluated.examples",
                        "round-completed.metrics",
                        "round-completed.evaluatedExamples",
                        "opened.seed",
                        "finished.model",
                        "contributions-measured.round",
                        "contributions-measured.contributions",
                        "allocated.round",
                        "allocated.budget",
                        "allocated.theta",
                        "allocated.payouts",
                        "allocated.undistributed");
    }

    @Test
    void accept_changedField_isNamedWithBothValues() {
        RealRun run = run(1);
        int at = indexOf(run.events(), RunEvent.ModelPublished.class);
        RunEvent.ModelPublished published =
                (RunEvent.ModelPublished) run.events().get(at);
        ContentHash other = ContentHash.of(new byte[] {1});
        List<RunEvent> tampered = new ArrayList<>(run.events());
        tampered.set(
                at,
                new RunEvent.ModelPublished(
                        published.round(), published.model(), other, published.evaluationDeadline(), published.at()));
        assertThat(replay(tampered, run.asBlobs()))
                .containsExactly(new RunReplay.Finding(
                        at,
                        "model-published",
                        "sumDigest",
                        published.sumDigest().toString(),
                        other.toString()));
    }

    @Test
    void accept_eventLeftOutOrTwice_isFound() {
        RealRun run = run(3);
        List<RunEvent> events = run.events();
        for (int i = 0; i < events.size(); i++) {
            RunEvent event = events.get(i);
            boolean decides = !(event instanceof RunEvent.UpdateRefused
                    || event instanceof RunEvent.NodeDropped
                    || event instanceof RunEvent.Resumed
                    || i == events.size() - 1);
            List<RunEvent> shorter = new ArrayList<>(events);
            shorter.remove(i);
            if (decides) {
                assertThat(replay(shorter, run.asBlobs()))
                        .as("without %d %s", i, event)
                        .isNotEmpty();
            }
            List<RunEvent> longer = new ArrayList<>(events);
            longer.add(i, event);
            if (decides) {
                assertThat(replay(longer, run.asBlobs()))
                        .as("twice %d %s", i, event)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void finish_logThatEndsWithinADecision_namesWhatIsMissing() {
        RealRun run = run(1);
        List<RunEvent> events = run.events();
        assertThat(events.get(events.size() - 1)).isInstanceOf(RunEvent.Finished.class);
        assertThat(replay(events.subList(0, events.size() - 1), run.asBlobs()))
                .containsExactly(
                        new RunReplay.Finding(events.size() - 1, "finished", "type", "finished", "the end of the log"));
        assertThat(replay(List.of(), run.asBlobs()))
                .extracting(RunReplay.Finding::expected)
                .containsExactly("opened");
    }

    @Test
    void accept_blobsThatAreMissingOrOfAnotherLength_areNamed() {
        RealRun run = run(1);
        int at = indexOf(run.events(), RunEvent.UpdateAccepted.class);
        ContentHash update = ((RunEvent.UpdateAccepted) run.events().get(at)).update();
        Map<String, byte[]> bad = new TreeMap<>(Map.of(
                "4 bytes", new byte[4],
                "9 bytes", new byte[9],
                "not a number", new byte[] {0, 0, (byte) 0xc0, 0x7f, 0, 0, 0, 0}));
        bad.forEach((name, bytes) -> {
            Map<ContentHash, byte[]> blobs = new HashMap<>(run.blobs());
            blobs.put(update, bytes);
            assertThat(replay(run.events(), in(blobs))).as(name).anySatisfy(finding -> {
                assertThat(finding.event()).isEqualTo(at);
                assertThat(finding.field()).isEqualTo("update");
            });
        });
        Map<ContentHash, byte[]> blobs = new HashMap<>(run.blobs());
        blobs.remove(update);
        assertThat(replay(run.events(), in(blobs)))
                .contains(new RunReplay.Finding(at, "update-accepted", "update", "the bytes of " + update, "no bytes"))
                .extracting(RunReplay.Finding::type)
                .contains("model-published");
        RunReplay replay = new RunReplay(in(blobs));
        Map<String, Optional<ContentHash>> missing = new TreeMap<>();
        run.events().forEach(event -> {
            Optional<ContentHash> hash = replay.accept(event).missing();
            if (hash.isPresent()) {
                missing.putIfAbsent(event.getClass().getSimpleName(), hash);
            }
        });
        assertThat(missing).containsOnlyKeys("UpdateAccepted", "ModelPublished").containsValue(Optional.of(update));
    }

    @Test
    void accept_otherBytesOfTheSameLength_giveAnotherNormSumAndModel() {
        RealRun run = run(1);
        int at = indexOf(run.events(), RunEvent.UpdateAccepted.class);
        ContentHash update = ((RunEvent.UpdateAccepted) run.events().get(at)).update();
        Map<ContentHash, byte[]> blobs = new HashMap<>(run.blobs());
        blobs.put(update, new byte[8]);
        assertThat(replay(run.events(), in(blobs)))
                .filteredOn(finding -> finding.event() == at)
                .extracting(RunReplay.Finding::field)
                .containsExactly("l2Norm", "maxAbsoluteValue");
    }

    @Test
    void accept_hugeLayoutWithoutItsBytes_allocatesNothing() {
        RealRun run = run(1);
        RunEvent.Opened opened = (RunEvent.Opened) run.events().get(0);
        String huge = EventText.of(opened).replace("\"shape\":[\"2\"]", "\"shape\":[\"2000000000\"]");
        List<RunEvent> tampered = new ArrayList<>(run.events());
        tampered.set(0, EventText.parse(huge));
        assertThat(replay(tampered, run.asBlobs())).isNotEmpty();
    }

    private static RunReplay.Blobs in(Map<ContentHash, byte[]> blobs) {
        return hash -> Optional.ofNullable(blobs.get(hash)).map(bytes -> UpdateBytes.of(ByteBuffer.wrap(bytes)));
    }

    private static int indexOf(List<RunEvent> events, Class<? extends RunEvent> type) {
        for (int i = 0; i < events.size(); i++) {
            if (type.isInstance(events.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no " + type);
    }

    private record Changed(String field, RunEvent event) {}

    /** The event once for each of its fields, that field changed to another readable value. */
    private static List<Changed> changes(RunEvent event) {
        SortedMap<String, Object> tree = EventText.tree(event);
        String type = (String) tree.getOrDefault("type", "");
        List<Changed> changes = new ArrayList<>();
        tree.keySet().stream()
                .filter(key -> !key.equals("type") && !key.equals("v"))
                .forEach(key -> {
                    List<Object> others = others(tree.get(key));
                    for (Object other : others) {
                        TreeMap<String, Object> copy = new TreeMap<>(tree);
                        copy.put(key, other);
                        try {
                            changes.add(new Changed(type + "." + key, EventText.parse(CanonicalJson.write(copy))));
                        } catch (IllegalArgumentException unreadable) {
                            // Another spelling of this kind of value would be read; one of the others is.
                        }
                    }
                });
        return changes;
    }

    private static List<Object> others(Object value) {
        List<Object> others = new ArrayList<>();
        if (value instanceof String text) {
            others.add(text + "0");
            others.add("9" + text);
            if (!text.isEmpty()) {
                int last = text.length() - 1;
                others.add(text.substring(0, last) + (text.charAt(last) == '1' ? '2' : '1'));
            }
            if (text.endsWith("Z")) {
                others.add(Instant.parse(text).plusSeconds(1).toString());
            }
            others.addAll(List.of("DEADLINE", "TARGET_REACHED", "POLICY", "LATE_UPDATE"));
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            others.add(list.subList(1, list.size()));
            others.add(List.of(list.get(0), list.get(0)));
            others.add(List.of());
        } else if (value instanceof SortedMap<?, ?> map && map.containsKey("loss")) {
            others.add(new TreeMap<>(Map.of("loss", "4034000000000000")));
            others.add(new TreeMap<>());
        }
        others.removeIf(value::equals);
        return others;
    }
}
