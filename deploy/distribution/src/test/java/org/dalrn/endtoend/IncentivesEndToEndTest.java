package org.dalrn.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Protection;
import org.dalrn.core.incentive.CoalitionValue;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.verify.Summary;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.server.gateway.OperatorPort.ReceiptBytes;
import org.dalrn.server.receipts.RunReplayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Groups whose models real clients fetch and measure over TLS. The utility follows from the model's first element, which all
 * nodes measure alike, so every value is known from the definition of federated averaging ({@link SteppingTrainer#expected}).
 */
@Timeout(180)
class IncentivesEndToEndTest {
    private static final long BUDGET = 1_000_003;
    private static final int[] SITES = {1, 2, 3, 4};

    @TempDir
    Path folder;

    private static RunId submit(LoopbackFederation federation, int rounds) throws Exception {
        byte[] zeros = new byte[(int) LoopbackFederation.LAYOUT.byteLength()];
        ContentHash model = federation.operations().storeModel(new ByteArrayInputStream(zeros), zeros.length);
        LoopbackFederation.RunPlan plan = LoopbackFederation.everyone("paid", rounds, SITES.length);
        IncentivePolicy policy = new IncentivePolicy(
                "cents",
                BUDGET,
                Settlement.RUN,
                PayoutRule.NASH,
                new ContributionMeasure.GroupShapley(2, 2, "first", false),
                new TreeMap<>(),
                Optional.of(
                        new Terms(new TreeSet<>(), 1, 0, Terms.UNCAPPED, OptionalLong.empty(), OptionalLong.empty())));
        RunSpec spec = new RunSpec(
                plan.name(),
                LoopbackFederation.LAYOUT,
                model,
                rounds,
                new FedAvg(plan.sampling()),
                plan.policy(),
                LoopbackFederation.WEIGHT_CAP,
                LoopbackFederation.LARGEST_VALUE,
                new TreeMap<>(),
                Optional.of(policy));
        return federation.operations().submit(spec, Optional.of(ContentHash.of(new byte[] {5})));
    }

    private static <T extends RunEvent> List<T> all(LoopbackFederation federation, RunId run, Class<T> type)
            throws InterruptedException {
        return federation.events(run).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** The utility of the model of some sites: less is better, and every site's step is downwards. */
    private static double gain(int... sites) {
        return -SteppingTrainer.expected(1, sites).get(0);
    }

    @Test
    void groupShapley_overRealNodes_valuesAreThoseOfFederatedAveraging() throws Exception {
        try (LoopbackFederation federation = LoopbackFederation.start(folder, "receipts: {origin: example.org/test}")) {
            for (int site : SITES) {
                federation.connect("site-" + site, site);
            }
            RunId run = submit(federation, 1);
            assertThat(federation.end(run).phase()).isEqualTo(Phase.FINISHED);

            RunEvent.ContributionsMeasured measured =
                    all(federation, run, RunEvent.ContributionsMeasured.class).get(0);
            List<Double> values =
                    measured.values().stream().map(CoalitionValue::value).toList();
            // Nobody, one pair, the other pair, all: which pairs is up to the draw.
            assertThat(values).hasSize(4);
            assertThat(values.get(0)).isZero();
            assertThat(values.get(3)).isCloseTo(gain(SITES), within(1e-12));
            List<List<Double>> draws = List.of(
                    List.of(gain(1, 2), gain(3, 4)), List.of(gain(1, 3), gain(2, 4)), List.of(gain(1, 4), gain(2, 3)));
            List<Double> drawn = values.subList(1, 3).stream().sorted().toList();
            assertThat(draws).anySatisfy(pairs -> {
                List<Double> sorted = pairs.stream().sorted().toList();
                assertThat(drawn.get(0)).isCloseTo(sorted.get(0), within(1e-12));
                assertThat(drawn.get(1)).isCloseTo(sorted.get(1), within(1e-12));
            });
            // Efficiency: together the nodes contributed what the model gained.
            assertThat(measured.contributions().stream()
                            .mapToDouble(NodeContribution::value)
                            .sum())
                    .isCloseTo(values.get(3) - values.get(0), within(1e-12));
            RunEvent.Allocated allocated =
                    all(federation, run, RunEvent.Allocated.class).get(0);
            assertThat(measured.contributions())
                    .allSatisfy(node -> assertThat(node.points()).isPositive());
            assertThat(allocated.payouts().stream().mapToLong(Payout::amount).sum())
                    .isEqualTo(BUDGET);
            assertThat(allocated.payouts())
                    .hasSize(4)
                    .allSatisfy(payout -> assertThat(payout.amount()).isPositive());
        }
    }

    @Test
    void groupShapley_oneSiteMeasuresNoOtherModels_countsWithoutItAndReplays() throws Exception {
        try (LoopbackFederation federation = LoopbackFederation.start(folder, "receipts: {origin: example.org/test}")) {
            for (int site : SITES) {
                if (site != 3) {
                    federation.connect("site-" + site, site);
                }
            }
            NodePolicy onlyThePublished = NodePolicy.builder()
                    .allowRuns("*")
                    .maxModelBytes(1 << 20)
                    .maxTaskDuration(Duration.ofMinutes(1))
                    .leastProtection(Protection.PLAIN)
                    .allowEvaluation(true)
                    .build();
            federation.connect("site-3", new SteppingTrainer(3, federation.gate), onlyThePublished);
            RunId run = submit(federation, 2);
            assertThat(federation.end(run).phase()).isEqualTo(Phase.FINISHED);

            List<String> measuredNothingElse = new ArrayList<>();
            for (RunEvent.NodeEvaluated evaluated : all(federation, run, RunEvent.NodeEvaluated.class)) {
                assertThat(evaluated.metrics()).containsKey("first");
                if (evaluated.coalitionMetrics().isEmpty()) {
                    measuredNothingElse.add(evaluated.node().value());
                } else {
                    assertThat(evaluated.coalitionMetrics()).hasSize(3);
                }
            }
            assertThat(measuredNothingElse).containsExactly("site-3", "site-3");
            assertThat(all(federation, run, RunEvent.ContributionsMeasured.class))
                    .hasSize(2)
                    .allSatisfy(round -> assertThat(round.contributions()).hasSize(4));

            Path file = folder.resolve("run.receipts");
            try (ReceiptBytes bundle = federation.operations().openReceipts(run, true);
                    InputStream in = bundle.bytes()) {
                Files.copy(in, file);
            }
            Summary summary = Verifier.trusting(Ed25519PublicKey.parse(
                            federation.operations().receiptsKey().publicKey()))
                    .requiringBlobs()
                    .requiringReplay()
                    .verify(file, List.of(new RunReplayer()))
                    .match(verified -> verified.summary(), refuted -> {
                        throw new AssertionError(refuted.findings());
                    });
            assertThat(summary.types()).containsEntry("dalrn.run.allocated/1", 1L);
        }
    }
}
