package org.dalrn.examples.heart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.junit.jupiter.api.Test;

/** Two runs of two rounds whose numbers stand here; means and deviations by hand. */
class PaymentTableTest {
    private static final Instant AT = Instant.parse("2026-11-23T08:00:00Z");

    private static final List<Hospital> HOSPITALS = List.of(Hospital.values());

    private static final Reward ALIGNMENT = Reward.parse("alignment").orElseThrow();

    private static RunEvent.Opened opened(Reward reward) {
        RunSpec spec = new RunSpec(
                "heart",
                HeartTrainer.LAYOUT,
                ContentHash.of(new byte[1]),
                2,
                new FedAvg(new Sampling(1.0, 4, 1.0, 4, 4)),
                new RoundPolicy(Duration.ofSeconds(30), Duration.ofSeconds(30), 4, 1.0, 3),
                1_000,
                64,
                HeartTrainer.config(TrainingPlan.DEMO, 0),
                Optional.of(reward.policy(0)));
        return new RunEvent.Opened(new RunId("heart-1"), spec, ContentHash.of(new byte[2]), AT);
    }

    private static RunEvent measured(int round, double... values) {
        List<NodeContribution> contributions = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            NodeId node = new NodeId(HOSPITALS.get(i).id());
            contributions.add(new NodeContribution(node, values[i], Math.max(0, Math.round(values[i] * 1_000_000))));
        }
        return new RunEvent.ContributionsMeasured(round, List.of(), contributions, AT);
    }

    private static RunEvent completed(int round) {
        return new RunEvent.RoundCompleted(round, 0, new TreeMap<>(), AT);
    }

    private static RunEvent allocated(long... cents) {
        List<Payout> payouts = new ArrayList<>();
        for (int i = 0; i < cents.length; i++) {
            payouts.add(new Payout(HOSPITALS.get(i).id(), 1, Reward.RESERVATION_CENTS, Terms.UNCAPPED, cents[i]));
        }
        return new RunEvent.Allocated(2, Reward.BUDGET_CENTS, Fraction.ONE, payouts, 0, AT);
    }

    private static Payments payments(Reward reward) {
        Payments payments = new Payments();
        Payments.OfRun first = payments.begin();
        first.accept(opened(reward));
        first.accept(measured(1, 0.9, 0.8, -0.2, 0.5));
        first.accept(completed(1));
        first.accept(measured(2, 0.7, 0.8, -0.4, 0.1));
        first.accept(completed(2));
        first.accept(allocated(400_000, 350_000, 50_000, 200_000));
        first.close();
        Payments.OfRun second = payments.begin();
        second.accept(opened(reward));
        second.accept(measured(1, 0.6, 0.8, 0.2, 0.4));
        second.accept(completed(1));
        second.accept(measured(2, 0.6, 0.8, 0.0, -0.2));
        second.accept(completed(2));
        second.accept(allocated(300_000, 450_000, 150_000, 100_000));
        second.close();
        return payments;
    }

    private static String printed(long recomputed) {
        Reward reward = ALIGNMENT;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PaymentTable.print(
                payments(reward), reward, 2, 4, recomputed, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void print_twoRuns_givesMeansWithSpreadAndExplainsWhatIsBelowZero() {
        assertThat(printed(2))
                .contains("Cleveland            303  0.700 ± 0.141    35.0 ± 7.1 %      3,500.00")
                .contains("Hungary              261  0.800 ± 0.000    40.0 ± 7.1 %      4,000.00")
                .contains("Switzerland           46  -0.100 ± 0.283   10.0 ± 7.1 %      1,000.00")
                .contains("Long Beach VA        130  0.200 ± 0.141    15.0 ± 7.1 %      1,500.00")
                .contains("computed all 2 divisions again, to the same cents")
                .contains("Below zero: Switzerland in 2, Long Beach VA in 1 of 4 rounds,\n"
                        + "  each counted as zero: its update");
        assertThat(printed(2).lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
    }

    @Test
    void print_everyHospitalBelowZeroInManyRounds_fitsTheTerminal() {
        for (Reward reward : Reward.ALL) {
            Payments payments = new Payments();
            Payments.OfRun run = payments.begin();
            run.accept(opened(reward));
            for (int round = 1; round <= 100; round++) {
                run.accept(measured(round, -0.1, -0.2, -0.3, -0.4));
                run.accept(completed(round));
            }
            run.accept(allocated(250_000, 250_000, 250_000, 250_000));
            run.close();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            PaymentTable.print(payments, reward, 1, 100, 1, new PrintStream(bytes, true, StandardCharsets.UTF_8));
            assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
        }
    }

    @Test
    void print_notAllDivisionsRecomputed_doesNotClaimIt() {
        assertThat(printed(1)).doesNotContain("to the same cents");
    }

    @Test
    @SuppressWarnings("unchecked")
    void tree_hasTheSameNumbers() {
        Map<String, Object> tree = PaymentTable.tree(payments(ALIGNMENT), ALIGNMENT, 2);
        Map<String, Object> hospitals = (Map<String, Object>) tree.get("hospitals");
        Map<String, Object> va = (Map<String, Object>) hospitals.get("va");
        assertThat((Map<String, Object>) va.get("cents")).containsEntry("mean", 150_000.0);
        assertThat(va).containsEntry("roundsBelowZero", 1).containsEntry("records", 130);
    }

    @Test
    void policy_ofEachMeasure_isWhatTheCommandLineCallsIt() {
        for (Reward reward : Reward.ALL) {
            assertThat(Reward.parse(reward.label())).contains(reward);
            assertThat(reward.policy(0).organisations()).hasSize(4);
        }
        assertThat(Reward.parse("shapley")).isEmpty();
        Terms cleveland =
                Reward.parse("examples").orElseThrow().policy(0).organisations().get("cleveland");
        assertThat(cleveland.verifiedExamples()).hasValue(199);
    }
}
