package org.dalrn.server.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dalrn.server.rounds.ScriptedFederation.NODES;
import static org.dalrn.server.rounds.ScriptedFederation.RUN;
import static org.dalrn.server.rounds.ScriptedFederation.SEED;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.UpdateVisibility;
import org.dalrn.core.incentive.contribution.GtgShapley;
import org.dalrn.core.incentive.contribution.ModelUtility;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunReplay;
import org.dalrn.core.round.RunSpec;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.BlobMissingException;
import org.dalrn.podp.verify.Blobs;
import org.dalrn.podp.verify.Finding;
import org.dalrn.podp.verify.Replayer;
import org.dalrn.podp.verify.Summary;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.server.receipts.LogKey;
import org.dalrn.server.receipts.ReceiptExport;
import org.dalrn.server.receipts.ReceiptLog;
import org.dalrn.server.receipts.RunReceipts;
import org.dalrn.server.receipts.RunReplayer;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.DataDirectory;
import org.dalrn.server.store.Database;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.store.StoredEvent;
import org.dalrn.server.utility.Utilities;
import org.dalrn.server.utility.UtilityProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs that pay, from the coordinator through its log and bundle to the verdict of an auditor. */
class PaidRunTest {
    private static final Utilities UTILITIES = Utilities.of(List.of(new NearToTarget()));

    @TempDir
    Path folder;

    private DataDirectory directory;
    private Database database;
    private BlobStore blobs;
    private Ed25519KeyPair pair;
    private ReceiptLog log;

    /** Minus the squared distance of a model's elements from a number. */
    private static final class NearToTarget implements UtilityProvider {
        @Override
        public String name() {
            return "near-to-target";
        }

        @Override
        public ModelUtility open(ParameterLayout layout, SortedMap<String, ConfigValue> settings) {
            ConfigValue target = settings.get("target");
            if (target == null) {
                throw new IllegalArgumentException("setting 'target' is missing; write target: 0.5");
            }
            double wanted = target.match(text -> 0.0, number -> number, integer -> (double) integer, flag -> 0.0);
            return model -> {
                double sum = 0;
                for (float element : model.toArray()) {
                    sum -= (element - wanted) * (element - wanted);
                }
                return sum;
            };
        }
    }

    @BeforeEach
    void open() throws IOException {
        directory = DataDirectory.open(folder.resolve("data"));
        database = Database.open(directory.database());
        blobs = BlobStore.open(directory);
        pair = Ed25519KeyPair.generate(new SecureRandom());
        log = ReceiptLog.open(new EventStore(database), LogKey.of(pair, Optional.of("example.org/test")));
    }

    @AfterEach
    void close() {
        database.close();
        directory.close();
    }

    private static ContributionMeasure heldOut(ContributionMeasure.Method method) {
        return new ContributionMeasure.HeldOut(
                method,
                "near-to-target",
                new TreeMap<>(Map.of("target", ConfigValue.of(0.25))),
                method == ContributionMeasure.Method.GTG_SHAPLEY
                        ? Optional.of(new GtgShapley(0, 0, 0.05, 100))
                        : Optional.empty());
    }

    static Stream<ContributionMeasure> measures() {
        return Stream.of(
                new ContributionMeasure.Participation(),
                new ContributionMeasure.Examples(),
                new ContributionMeasure.Alignment(),
                heldOut(ContributionMeasure.Method.LEAVE_ONE_OUT),
                heldOut(ContributionMeasure.Method.SHAPLEY),
                heldOut(ContributionMeasure.Method.GTG_SHAPLEY),
                new ContributionMeasure.GroupShapley(3, 1, "loss", false));
    }

    private RunSpec paid(ContributionMeasure measure, Settlement settlement) throws IOException {
        SortedMap<String, Terms> organisations = new TreeMap<>();
        organisations.put("first", terms(2, 100, NODES.get(0)));
        organisations.put("second", terms(1, 50, NODES.get(1)));
        Terms others = new Terms(new TreeSet<>(), 1, 0, 400, OptionalLong.empty(), OptionalLong.empty());
        RunSpec spec = ScriptedFederation.spec(blobs, 3, 3);
        return new RunSpec(
                spec.name(),
                spec.layout(),
                spec.initialModel(),
                spec.rounds(),
                spec.strategy(),
                spec.policy(),
                spec.maxExamplesPerNode(),
                spec.maxAbsoluteValue(),
                spec.config(),
                Optional.of(new IncentivePolicy(
                        "cent", 1000, settlement, PayoutRule.NASH, measure, organisations, Optional.of(others))));
    }

    private static Terms terms(long weight, long reservation, NodeId node) {
        return new Terms(
                new TreeSet<>(List.of(node)),
                weight,
                reservation,
                Terms.UNCAPPED,
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private ScriptedFederation started(ContributionMeasure measure, Settlement settlement) throws IOException {
        ScriptedFederation federation = new ScriptedFederation(log, blobs, UTILITIES);
        federation.connectAll();
        federation.conductor.open(RUN, paid(measure, settlement), SEED);
        return federation;
    }

    private void play(ContributionMeasure measure, Settlement settlement) throws IOException {
        ScriptedFederation federation = started(measure, settlement);
        federation.settle();
        federation.pass(Duration.ofMinutes(30));
        assertThat(federation.pushedTooEarly).isEmpty();
        assertThat(federation.conductor.state(RUN).orElseThrow().phase()).isEqualTo(Phase.FINISHED);
    }

    private List<RunEvent> events() {
        return log.read(RUN, 0, 10_000).stream()
                .map(StoredEvent::text)
                .map(EventText::parse)
                .toList();
    }

    private <E extends RunEvent> List<E> all(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private Path export(boolean withBlobs) {
        Path file = folder.resolve("run.tar");
        new ReceiptExport(log, blobs).write(RUN, withBlobs, file);
        return file;
    }

    private Summary replayed() {
        return Verifier.trusting(pair.publicKey())
                .requiringBlobs()
                .requiringReplay()
                .verify(export(true), List.of(new RunReplayer()))
                .match(Verification.Verified::summary, refuted -> {
                    throw new AssertionError(refuted.findings());
                });
    }

    @ParameterizedTest
    @MethodSource("measures")
    void run_ofEachMeasure_paysVerifiesAndReplays(ContributionMeasure measure) throws IOException {
        play(measure, Settlement.ROUND);
        Summary summary = replayed();
        assertThat(summary.types())
                .containsEntry("dalrn.run.contributions-measured/1", 3L)
                .containsEntry("dalrn.run.allocated/1", 3L);
        assertThat(summary.missingBlobs()).isZero();
        long carried = 0;
        for (RunEvent.Allocated allocated : all(RunEvent.Allocated.class)) {
            assertThat(allocated.budget()).isEqualTo(1000 + carried);
            carried = allocated.undistributed();
            long paid = allocated.payouts().stream()
                    .mapToLong(payout -> payout.amount())
                    .sum();
            assertThat(paid + carried).isEqualTo(allocated.budget());
        }
        assertThat(all(RunEvent.ContributionsMeasured.class)).allSatisfy(measured -> {
            assertThat(measured.contributions()).hasSize(3);
            assertThat(measured.contributions())
                    .anySatisfy(one -> assertThat(one.points()).isPositive());
        });
    }

    @ParameterizedTest
    @MethodSource("measures")
    void run_settledOnce_paysAtItsEndAndReplays(ContributionMeasure measure) throws IOException {
        play(measure, Settlement.RUN);
        assertThat(replayed().types()).containsEntry("dalrn.run.allocated/1", 1L);
        List<RunEvent> events = events();
        assertThat(events.get(events.size() - 2)).isInstanceOf(RunEvent.Allocated.class);
    }

    /** Those of which the coordinator's work is lost if it stops in the midst of it. */
    static Stream<ContributionMeasure> measuredByTheCoordinator() {
        return measures()
                .filter(measure -> measure.needs() != UpdateVisibility.METADATA_ONLY
                        && !measure.label().equals("leave-one-out")
                        && !measure.label().equals("gtg-shapley"));
    }

    /** The coordinator is started again from its log and its blobs, at every second event. */
    @ParameterizedTest
    @MethodSource("measuredByTheCoordinator")
    void run_restartedAtManyEvents_paysTheSame(ContributionMeasure measure) throws IOException {
        play(measure, Settlement.ROUND);
        List<RunEvent.Allocated> wanted = all(RunEvent.Allocated.class);
        List<String> texts =
                log.read(RUN, 0, 10_000).stream().map(StoredEvent::text).toList();
        for (int kept = 2; kept < texts.size(); kept += 2) {
            Path other = folder.resolve("again-" + kept);
            try (DataDirectory place = DataDirectory.open(other);
                    Database cut = Database.open(place.database())) {
                EventStore store = new EventStore(cut);
                List<StoredEvent> events = new ArrayList<>();
                for (int i = 0; i < kept; i++) {
                    events.add(new StoredEvent(RUN, i + 1L, texts.get(i)));
                }
                store.append(events);
                ScriptedFederation federation = new ScriptedFederation(store, blobs, UTILITIES);
                federation.connectAll();
                federation.pass(Duration.ofMinutes(60));
                List<RunEvent.Allocated> paid = store.read(RUN, 0, 10_000).stream()
                        .map(stored -> EventText.parse(stored.text()))
                        .filter(RunEvent.Allocated.class::isInstance)
                        .map(RunEvent.Allocated.class::cast)
                        .toList();
                assertThat(paid).hasSameSizeAs(wanted);
                for (int i = 0; i < paid.size(); i++) {
                    assertThat(paid.get(i).payouts()).isEqualTo(wanted.get(i).payouts());
                    assertThat(paid.get(i).theta()).isEqualTo(wanted.get(i).theta());
                }
            }
        }
    }

    @Test
    void open_utilityThatIsNotInstalledOrWronglySet_isRefusedAtTheDoor() throws IOException {
        RunSpec spec = paid(heldOut(ContributionMeasure.Method.SHAPLEY), Settlement.ROUND);
        ScriptedFederation without = new ScriptedFederation(log, blobs);
        assertThatThrownBy(() -> without.conductor
                        .open(RUN, spec, SEED)
                        .toCompletableFuture()
                        .join())
                .hasMessageContaining("incentive: utility 'near-to-target' is not installed at this coordinator;"
                        + " installed are none");
        ScriptedFederation with = new ScriptedFederation(log, blobs, UTILITIES);
        RunSpec unset = paid(
                new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.SHAPLEY, "near-to-target", new TreeMap<>(), Optional.empty()),
                Settlement.ROUND);
        assertThatThrownBy(() -> with.conductor
                        .open(RUN, unset, SEED)
                        .toCompletableFuture()
                        .join())
                .hasMessageContaining("utility 'near-to-target': setting 'target' is missing; write target: 0.5");
        RunSpec unknown = paid(
                new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.SHAPLEY, "nearest", new TreeMap<>(), Optional.empty()),
                Settlement.ROUND);
        assertThatThrownBy(() -> with.conductor
                        .open(RUN, unknown, SEED)
                        .toCompletableFuture()
                        .join())
                .hasMessageContaining(
                        "utility 'nearest' is not installed at this coordinator; installed are" + " near-to-target");
    }

    private static UtilityProvider provider(Supplier<ModelUtility> opened) {
        return new UtilityProvider() {
            @Override
            public String name() {
                return "near-to-target";
            }

            @Override
            public ModelUtility open(ParameterLayout layout, SortedMap<String, ConfigValue> settings) {
                return opened.get();
            }
        };
    }

    static Stream<Arguments> brokenUtilities() {
        return Stream.of(
                Arguments.of(
                        (ModelUtility) model -> {
                            throw new IllegalStateException("no labels");
                        },
                        "utility 'near-to-target' failed: java.lang.IllegalStateException: no labels"),
                // Longer than an entry of the log may be.
                Arguments.of(
                        (ModelUtility) model -> {
                            throw new IllegalStateException("x".repeat(20_000_000));
                        },
                        "utility 'near-to-target' failed: java.lang.IllegalStateException: xxx"),
                Arguments.of((ModelUtility) model -> Double.NaN, "the value of coalition {} is NaN"),
                Arguments.of(
                        (ModelUtility) model -> Double.NEGATIVE_INFINITY, "the value of coalition {} is -Infinity"));
    }

    @ParameterizedTest
    @MethodSource("brokenUtilities")
    void run_utilityThatFails_endsAndSaysWhy(ModelUtility broken, String why) throws IOException {
        ScriptedFederation federation =
                new ScriptedFederation(log, blobs, Utilities.of(List.of(provider(() -> broken))));
        federation.connectAll();
        federation.conductor.open(RUN, paid(heldOut(ContributionMeasure.Method.SHAPLEY), Settlement.RUN), SEED);
        federation.settle();
        assertThat(federation.conductor.state(RUN).orElseThrow().phase()).isEqualTo(Phase.FAILED);
        String reason = all(RunEvent.Failed.class).get(0).reason();
        assertThat(reason)
                .startsWith("the updates of round 1 cannot be combined: ")
                .contains(why)
                .hasSizeLessThan(1_100);
    }

    @Test
    void open_utilityThatCannotBeOpened_isRefusedAtTheDoor() throws IOException {
        UtilityProvider broken = provider(() -> {
            throw new IllegalStateException("no licence");
        });
        ScriptedFederation federation = new ScriptedFederation(log, blobs, Utilities.of(List.of(broken)));
        RunSpec spec = paid(heldOut(ContributionMeasure.Method.SHAPLEY), Settlement.ROUND);
        assertThatThrownBy(() -> federation
                        .conductor
                        .open(RUN, spec, SEED)
                        .toCompletableFuture()
                        .join())
                .hasMessageContaining(
                        "utility 'near-to-target' cannot be opened: java.lang.IllegalStateException: no licence");
    }

    // ------------------------------------------------------------------------------------------------------- lies

    private List<RunReplay.Finding> replay(List<RunEvent> events, boolean withBlobs) {
        RunReplay replay = new RunReplay(hash -> withBlobs ? Optional.of(bytes(hash)) : Optional.empty());
        List<RunReplay.Finding> findings = new ArrayList<>();
        events.forEach(event -> findings.addAll(replay.accept(event).findings()));
        findings.addAll(replay.finish());
        return findings;
    }

    private UpdateBytes bytes(ContentHash hash) {
        try (var blob = blobs.open(hash).orElseThrow()) {
            byte[] bytes = new byte[(int) blob.length()];
            blob.read(0, bytes, 0, bytes.length);
            return UpdateBytes.of(ByteBuffer.wrap(bytes));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private List<RunEvent> lie(String kind, UnaryOperator<String> change) {
        List<RunEvent> lie = new ArrayList<>();
        boolean changed = false;
        for (RunEvent event : events()) {
            String text = EventText.of(event);
            boolean here = !changed && text.contains("\"type\":\"" + kind + "\"");
            String other = here ? change.apply(text) : text;
            changed |= !other.equals(text);
            lie.add(EventText.parse(other));
        }
        assertThat(changed).as("the lie changes something").isTrue();
        return lie;
    }

    @Test
    void replay_alignmentsThatTheUpdatesDoNotHave_areFoundWithTheBlobs() throws IOException {
        play(new ContributionMeasure.Alignment(), Settlement.ROUND);
        assertThat(replay(events(), true)).isEmpty();
        // The first node's alignment and points are exchanged with the second one's: consistent with each other.
        RunEvent.ContributionsMeasured measured =
                all(RunEvent.ContributionsMeasured.class).get(0);
        List<NodeContribution> swapped = new ArrayList<>(measured.contributions());
        var first = swapped.get(0);
        var second = swapped.get(1);
        swapped.set(0, new NodeContribution(first.node(), second.value(), second.points()));
        swapped.set(1, new NodeContribution(second.node(), first.value(), first.points()));
        List<RunEvent> lie = new ArrayList<>(events());
        int at = lie.indexOf(measured);
        lie.set(at, new RunEvent.ContributionsMeasured(measured.round(), measured.values(), swapped, measured.at()));
        assertThat(replay(lie, true))
                .filteredOn(finding -> finding.event() == at)
                .extracting(RunReplay.Finding::field)
                .contains("contributions.0.value", "contributions.1.points");
        // Without the blobs they are believed, which is said; but then the amounts do not follow.
        assertThat(replay(lie, false)).anySatisfy(finding -> {
            assertThat(finding.type()).isEqualTo("allocated");
            assertThat(finding.field()).startsWith("payouts.");
        });
        assertThat(replay(events(), false)).noneMatch(finding -> finding.type().equals("allocated"));
    }

    @Test
    void replay_modelsOfCoalitionsOrTheirMetrics_areComputedAgain() throws IOException {
        play(new ContributionMeasure.GroupShapley(3, 1, "loss", false), Settlement.ROUND);
        assertThat(replay(events(), true)).isEmpty();
        List<RunEvent> otherModel = lie(
                "model-published",
                text -> text.replaceFirst(
                        "\"members\":\"1\",\"model\":\"[0-9a-f]{64}",
                        "\"members\":\"1\",\"model\":\"" + "0".repeat(64)));
        assertThat(replay(otherModel, true))
                .extracting(finding -> finding.type() + "." + finding.field())
                .contains("model-published.coalitions.1.model");
        List<RunEvent> fewer = lie(
                "evaluation-started", text -> text.replaceFirst("\"coalitions\":\\[.*?\\],\"cohort\"", "\"cohort\""));
        assertThat(replay(fewer, true))
                .extracting(finding -> finding.type() + "." + finding.field())
                .contains("evaluation-started.coalitions.0.model");
    }

    @Test
    void verify_receiptsAlone_findAChangedAmount() throws IOException {
        play(new ContributionMeasure.Alignment(), Settlement.ROUND);
        assertThat(
                        replay(
                                        lie(
                                                "allocated",
                                                text -> text.replaceFirst("\"amount\":\"(\\d)", "\"amount\":\"9$1")),
                                        false)
                                .stream()
                                .filter(finding -> finding.type().equals("allocated"))
                                .map(RunReplay.Finding::field))
                .containsExactly("payouts.0.amount");
        // The bundle without blobs: everything but what needs bytes is replayed.
        Verification verification =
                Verifier.trusting(pair.publicKey()).requiringReplay().verify(export(false), List.of(new RunReplayer()));
        List<Finding> findings = verification.match(
                verified -> {
                    throw new AssertionError("verified");
                },
                Verification.Refuted::findings);
        assertThat(findings).allSatisfy(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.NOT_REPLAYED));
    }

    /** A replay of receipts, for which no blob is at hand: the kinds of those whose step gives something else. */
    private List<String> refutedWithoutBlobs(List<RunEvent> events) {
        Blobs none = new Blobs() {
            @Override
            public OptionalLong size(Sha256Hash hash) {
                return OptionalLong.empty();
            }

            @Override
            public InputStream open(Sha256Hash hash) {
                throw new BlobMissingException(hash);
            }
        };
        String origin = "example.org/test/" + RUN;
        RunReceipts receipts = RunReceipts.begin(origin, pair.publicKey().keyId());
        Replayer.Session session = new RunReplayer().begin(origin);
        List<String> refuted = new ArrayList<>();
        for (RunEvent event : events) {
            Receipt receipt = receipts.receiptOf(EventText.of(event));
            receipts = receipts.with(receipt, receipt.replayDigest());
            try {
                Replayer.Outcome outcome = session.replay(receipt, none);
                if (!(outcome instanceof Replayer.Remade remade)
                        || !remade.facts().equals(receipt.facts())) {
                    refuted.add(RunReceipts.kindOf(receipt).orElseThrow());
                }
            } catch (BlobMissingException notReplayed) {
                assertThat(event)
                        .isInstanceOfAny(
                                RunEvent.UpdateAccepted.class,
                                RunEvent.ContributionsMeasured.class,
                                RunEvent.ModelPublished.class);
            }
        }
        return refuted;
    }

    @Test
    void replayer_receiptsAlone_refutesPointsWeightsAndAmounts() throws IOException {
        play(new ContributionMeasure.Alignment(), Settlement.ROUND);
        assertThat(refutedWithoutBlobs(events())).isEmpty();
        assertThat(refutedWithoutBlobs(lie(
                        "contributions-measured", text -> text.replaceFirst("\"points\":\"(\\d)", "\"points\":\"1$1"))))
                .contains("contributions-measured", "allocated");
        assertThat(refutedWithoutBlobs(
                        lie("allocated", text -> text.replaceFirst("\"weight\":\"(\\d)", "\"weight\":\"1$1"))))
                .containsExactly("allocated");
        assertThat(refutedWithoutBlobs(
                        lie("allocated", text -> text.replaceFirst("\"amount\":\"(\\d)", "\"amount\":\"9$1"))))
                .containsExactly("allocated");
        assertThat(refutedWithoutBlobs(
                        lie("allocated", text -> text.replace("\"claimant\":\"first\"", "\"claimant\":\"thief\""))))
                .contains("allocated");
    }
}
