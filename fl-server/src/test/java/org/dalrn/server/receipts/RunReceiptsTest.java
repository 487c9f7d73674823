package org.dalrn.server.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.CoalitionModel;
import org.dalrn.core.incentive.CoalitionValue;
import org.dalrn.core.incentive.Earnings;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.CloseReason;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.Refusal;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.CanonicalJson;
import org.dalrn.podp.receipt.Artifact;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.server.testing.ScriptedRun;
import org.junit.jupiter.api.Test;

class RunReceiptsTest {
    private static final Instant AT = Instant.parse("2026-11-23T06:00:00.123Z");
    private static final Instant LATER = AT.plusSeconds(600);
    private static final Sha256Hash ACTOR = Sha256Hash.of(new byte[] {1});
    private static final NodeId NODE = new NodeId("cleveland");

    private static ContentHash hash(String text) {
        return ContentHash.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Sha256Hash podp(ContentHash hash) {
        return Sha256Hash.ofBytes(hash.toByteArray());
    }

    /** A log with an event of every kind; its order is that of a run, but for the many ends. */
    private static List<RunEvent> everyKind() {
        RunSpec plain = ScriptedRun.opened().spec();
        TreeMap<String, ConfigValue> config = new TreeMap<>(Map.of(
                "model",
                ConfigValue.of("\" \\ \u0007 \ud83d\ude00"),
                "at",
                ConfigValue.of(-0.0),
                "obs",
                ConfigValue.of(true)));
        RunSpec spec = new RunSpec(
                "deadline",
                plain.layout(),
                plain.initialModel(),
                3,
                plain.strategy(),
                plain.policy(),
                plain.maxExamplesPerNode(),
                0.1,
                config);
        TreeMap<String, Double> metrics = new TreeMap<>(Map.of("update", Double.MIN_VALUE, "loss", 1e300));
        return List.of(
                new RunEvent.Opened(new RunId("heart-1"), spec, hash("seed"), AT),
                new RunEvent.RoundStarted(
                        1, 2, plain.initialModel(), List.of(NODE), List.of(new NodeId("zurich")), 1, LATER, AT),
                new RunEvent.Resumed(LATER, AT),
                new RunEvent.UpdateRefused(1, NODE, Refusal.WRONG_HASH, "detail \n", AT),
                new RunEvent.NodeDropped(1, NODE, DropReason.CANCELLED, "", AT),
                new RunEvent.UpdateAccepted(1, NODE, hash("u"), Long.MAX_VALUE, 7, 0.1, 3.5, metrics, AT),
                new RunEvent.RoundClosed(1, 2, List.of(hash("u"), hash("v")), 7, CloseReason.DEADLINE, AT),
                new RunEvent.RoundAbandoned(1, 1, 0, 2, AT),
                new RunEvent.ModelPublished(1, hash("m"), hash("sum"), LATER, AT),
                new RunEvent.EvaluationStarted(1, hash("m"), List.of(NODE), List.of(), LATER, AT),
                new RunEvent.NodeEvaluated(1, NODE, 9, metrics, AT),
                new RunEvent.RoundCompleted(1, 9, metrics, AT),
                new RunEvent.Finished(hash("m"), AT),
                new RunEvent.Stopped("reason", AT),
                new RunEvent.Failed("", AT),
                new RunEvent.ModelPublished(2, hash("m"), hash("sum"), LATER, coalitions(), AT),
                new RunEvent.EvaluationStarted(2, hash("m"), List.of(NODE), List.of(), LATER, coalitions(), AT),
                new RunEvent.NodeEvaluated(2, NODE, 9, metrics, List.of(0.5, -0.0), AT),
                new RunEvent.ContributionsMeasured(
                        2,
                        List.of(new CoalitionValue(Coalition.all(70), 0.5)),
                        List.of(new NodeContribution(NODE, -0.5, 0)),
                        AT),
                new RunEvent.Allocated(
                        2,
                        100,
                        Fraction.of(100, 7),
                        List.of(new Payout("clinic", 7, 0, Terms.UNCAPPED, 100), new Payout("node:b", 0, 0, 5, 0)),
                        0,
                        AT));
    }

    private static List<CoalitionModel> coalitions() {
        return List.of(
                new CoalitionModel(Coalition.empty(), hash("0")), new CoalitionModel(Coalition.of(0, 2), hash("5")));
    }

    @Test
    void receiptOf_coalitions_namesTheirModelsAsBlobs() {
        List<RunEvent> events = everyKind();
        List<Receipt> receipts = receipts(events);
        Receipt published = receipts.get(
                events.indexOf(new RunEvent.ModelPublished(2, hash("m"), hash("sum"), LATER, coalitions(), AT)));
        assertThat(published.facts().outputs())
                .containsExactly(
                        new Artifact("model", podp(hash("m"))),
                        new Artifact("coalition", podp(hash("0"))),
                        new Artifact("coalition", podp(hash("5"))));
        assertThat(published.facts().parameters()).containsEntry("coalitions", List.of("0", "5"));
        Receipt more = published.withFacts(new Facts(
                published.facts().type(),
                published.facts().inputs(),
                published.facts().outputs().subList(0, 2),
                published.facts().parameters()));
        assertThatThrownBy(() -> RunReceipts.eventOf(more))
                .hasMessage("a receipt has 1 hashes of role 'coalition', but names 2 coalitions");
    }

    private static List<Receipt> receipts(List<RunEvent> events) {
        RunReceipts run = RunReceipts.begin("example.org/heart-1", ACTOR);
        List<Receipt> receipts = new ArrayList<>();
        for (RunEvent event : events) {
            Receipt receipt = run.receiptOf(EventText.of(event));
            run = run.with(receipt, receipt.replayDigest());
            receipts.add(receipt);
        }
        return receipts;
    }

    @Test
    void eventOf_receiptOfEveryKind_isTheEvent() {
        List<RunEvent> events = everyKind();
        assertThat(events.stream().map(Object::getClass).distinct().count())
                .isEqualTo(RunEvent.class.getPermittedSubclasses().length);
        List<Receipt> receipts = receipts(events);
        for (int i = 0; i < events.size(); i++) {
            Receipt read = Receipt.parse(receipts.get(i).canonicalText());
            assertThat(read).isEqualTo(receipts.get(i));
            assertThat(RunReceipts.eventTextOf(read)).isEqualTo(EventText.of(events.get(i)));
            assertThat(RunReceipts.eventOf(read)).isEqualTo(events.get(i));
        }
    }

    @Test
    void receiptOf_eachEvent_isChainedToTheOneBefore() {
        List<Receipt> receipts = receipts(everyKind());
        for (int i = 0; i < receipts.size(); i++) {
            assertThat(receipts.get(i).seq()).isEqualTo(i);
            assertThat(receipts.get(i).log()).isEqualTo("example.org/heart-1");
            assertThat(receipts.get(i).actor()).isEqualTo(ACTOR);
            assertThat(receipts.get(i).prev())
                    .isEqualTo(
                            i == 0
                                    ? Optional.empty()
                                    : Optional.of(receipts.get(i - 1).replayDigest()));
        }
    }

    @Test
    void receiptOf_timesAlone_changeNoReplayDigest() {
        List<RunEvent> events = everyKind();
        List<Receipt> receipts = receipts(events);
        List<Receipt> others = receipts(events.stream()
                .map(event -> EventText.parse(EventText.of(event)
                        .replace(AT.toString(), "2027-01-01T00:00:00Z")
                        .replace(LATER.toString(), "2027-01-01T00:10:00Z")))
                .toList());
        assertThat(others).isNotEqualTo(receipts);
        assertThat(others.stream().map(Receipt::replayDigest).toList())
                .isEqualTo(receipts.stream().map(Receipt::replayDigest).toList());
        assertThat(others).allSatisfy(receipt -> assertThat(receipt.obs()).containsKey("at"));
    }

    @Test
    void receiptOf_hashes_standInInputsAndOutputsByRole() {
        List<Receipt> receipts = receipts(everyKind());
        Sha256Hash initial = podp(ScriptedRun.opened().spec().initialModel());
        assertThat(receipts.get(0).facts().inputs()).containsExactly(new Artifact("initial-model", initial));
        assertThat(receipts.get(1).facts().inputs()).containsExactly(new Artifact("model", initial));
        assertThat(receipts.get(5).facts().inputs()).containsExactly(new Artifact("update", podp(hash("u"))));
        assertThat(receipts.get(6).facts().inputs())
                .containsExactly(new Artifact("update", podp(hash("u"))), new Artifact("update", podp(hash("v"))));
        Facts published = receipts.get(8).facts();
        assertThat(published.type()).isEqualTo("dalrn.run.model-published/1");
        assertThat(published.inputs()).containsExactly(new Artifact("base-model", initial));
        assertThat(published.outputs()).containsExactly(new Artifact("model", podp(hash("m"))));
        assertThat(published.parameters())
                .isEqualTo(Map.of(
                        "round",
                        "1",
                        "closedRound",
                        receipts.get(6).replayDigest().toString(),
                        "sumDigest",
                        hash("sum").toString()));
        assertThat(receipts.get(12).facts().outputs()).containsExactly(new Artifact("model", podp(hash("m"))));
    }

    /** The largest settlement that there is, with the longest names and numbers: a receipt must take it. */
    @Test
    void receiptOf_theLargestSettlement_fitsAnEntry() {
        List<NodeContribution> contributions = new ArrayList<>();
        List<Payout> payouts = new ArrayList<>();
        for (int i = 0; i < Earnings.MOST_CLAIMANTS; i++) {
            NodeId node = new NodeId("x".repeat(56) + (1_000_000 + i));
            contributions.add(new NodeContribution(node, -0.1, Long.MAX_VALUE));
            payouts.add(new Payout("node:" + node, Long.MAX_VALUE, 0, Long.MAX_VALUE - 1, Long.MAX_VALUE));
        }
        List<RunEvent> events = List.of(
                new RunEvent.ContributionsMeasured(1, List.of(), contributions, AT),
                new RunEvent.Allocated(1, Long.MAX_VALUE, Fraction.of(1, 3), payouts, 0, AT));
        for (Receipt receipt : receipts(events)) {
            assertThat(receipt.canonicalText().length).isBetween(8 << 20, CanonicalJson.MAX_BYTES);
        }
    }

    /** The largest round that there is: a receipt must take it. */
    @Test
    void receiptOf_theLargestCohort_fitsAnEntry() {
        List<NodeId> nodes = IntStream.range(0, RunSpec.LARGEST_COHORT)
                .mapToObj(i -> new NodeId("hospital-" + (1_000_000 + i)))
                .toList();
        List<ContentHash> updates =
                nodes.stream().map(node -> hash(node.value())).toList();
        List<RunEvent> events = List.of(
                everyKind().get(0),
                new RunEvent.RoundStarted(
                        1, 1, ScriptedRun.opened().spec().initialModel(), nodes, List.of(), 1, LATER, AT),
                new RunEvent.RoundClosed(1, 1, updates, 7, CloseReason.TARGET_REACHED, AT));
        for (Receipt receipt : receipts(events)) {
            assertThat(Entry.parse(Entry.ofOwner(receipt).line()).receipt()).isEqualTo(receipt);
        }
    }

    @Test
    void eventOf_foreignReceipts_isMalformed() {
        Receipt closed = receipts(everyKind()).get(9);
        Facts facts = closed.facts();
        List<Facts> foreign = List.of(
                new Facts("dalrn.run.evaluation-started/2", facts.inputs(), facts.outputs(), facts.parameters()),
                new Facts("other/1", facts.inputs(), facts.outputs(), facts.parameters()),
                new Facts(facts.type(), List.of(), facts.outputs(), facts.parameters()),
                new Facts(facts.type(), facts.inputs(), facts.outputs(), new TreeMap<>()),
                new Facts(facts.type(), facts.inputs(), facts.outputs(), new TreeMap<>(Map.of("at", "x"))));
        for (Facts wrong : foreign) {
            Receipt receipt = new Receipt(closed.log(), closed.seq(), closed.prev(), ACTOR, wrong, closed.obs());
            assertThatThrownBy(() -> RunReceipts.eventOf(receipt)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void receiptOf_textThatIsNoEvent_isMalformed() {
        RunReceipts run = RunReceipts.begin("example.org/heart-1", ACTOR);
        for (String text : List.of("", "[]", "{}", "{\"type\":\"opened\",\"v\":\"2\"}", "{\"type\":[],\"v\":\"1\"}")) {
            assertThatThrownBy(() -> run.receiptOf(text)).isInstanceOf(MalformedException.class);
        }
        String published = EventText.of(everyKind().get(8));
        assertThatThrownBy(() -> run.receiptOf(published))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("before a round was started");
    }
}
