package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.dalrn.core.incentive.NodeContribution;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.server.receipts.RunReplayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Amounts are computed by hand, lots by Python's hashlib from the rule in docs/incentives.md. */
class RunRewardsTest {

    @TempDir
    Path folder;

    private RunRewards read(SettledRun run) {
        return RunRewards.read(
                run.write(folder.resolve("run.bundle")), Verifier.trusting(run.key.publicKey()), List.of());
    }

    private void assertRefuted(SettledRun run, String message) {
        assertThatThrownBy(() -> read(run))
                .isInstanceOf(RunRewards.RefutedException.class)
                .hasMessageContaining(message);
    }

    private void assertMalformed(SettledRun run, String message) {
        assertThatThrownBy(() -> read(run))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    /** Changes the first event of a kind. */
    private static <E extends RunEvent> SettledRun changed(SettledRun run, Class<E> kind, UnaryOperator<E> change) {
        int place = run.places(kind).get(0);
        run.events.set(place, change.apply(kind.cast(run.events.get(place))));
        return run;
    }

    private static SettledRun changed(UnaryOperator<RunEvent.Allocated> change) {
        return changed(SettledRun.twoRounds(), RunEvent.Allocated.class, change);
    }

    private static SettledRun payouts(SettledRun run, UnaryOperator<List<Payout>> change) {
        return changed(run, RunEvent.Allocated.class, event -> with(event, change));
    }

    private static RunEvent.Allocated with(RunEvent.Allocated event, UnaryOperator<List<Payout>> change) {
        return new RunEvent.Allocated(
                event.round(),
                event.budget(),
                event.theta(),
                change.apply(new ArrayList<>(event.payouts())),
                event.undistributed(),
                event.at());
    }

    private static Payout amount(Payout payout, long amount) {
        return new Payout(payout.claimant(), payout.weight(), payout.reservation(), payout.cap(), amount);
    }

    @Test
    void read_runOfTwoSettledRounds_sumsUpWhatEachClaimantGot() {
        SettledRun run = SettledRun.twoRounds();
        RunRewards rewards = read(run);
        assertThat(rewards.amounts())
                .isEqualTo(new TreeMap<>(Map.of(
                        "clinic", BigInteger.valueOf(28 + 33),
                        "hospital", BigInteger.valueOf(20),
                        "lab", BigInteger.valueOf(52 + 67))));
        assertThat(rewards.log()).isEqualTo(SettledRun.ORIGIN);
        assertThat(rewards.unit()).isEqualTo("cent");
        assertThat(rewards.receipts()).isEqualTo(run.events.size());
        assertThat(rewards.allocations()).isEqualTo(2);
    }

    @Test
    void read_organisationThatNeverTookPart_isThereWithNothing() {
        SettledRun run = SettledRun.of(PayoutRule.NASH, Settlement.ROUND)
                .round("n1", "n3")
                .stopped();
        assertThat(read(run).amounts()).containsEntry("hospital", BigInteger.ZERO);
    }

    @Test
    void read_runSettledOnceThatStoppedAfterFourOfTenRounds_isFourTenthsOfTheBudget() {
        SettledRun run = SettledRun.of(PayoutRule.NASH, Settlement.RUN);
        for (int i = 0; i < 4; i++) {
            run.round("n1", "n2", "n3");
        }
        // Of 40: the clinic keeps 4, the hospital is full at 8, the rest is 28 for weights 1 and 3.
        assertThat(read(run.stopped()).amounts())
                .isEqualTo(new TreeMap<>(Map.of(
                        "clinic", BigInteger.valueOf(11),
                        "hospital", BigInteger.valueOf(8),
                        "lab", BigInteger.valueOf(21))));
    }

    @Test
    void read_auction_isWhatTheWinnersArePaid() {
        // Per weight 20, 5 and 30 are asked. The hospital wins, 10 <= 2 * 100 / 2; the clinic, 20 <= 100 / 3; the lab
        // does not,
        // 90 > 3 * 100 / 6. A unit of weight is paid min(100 / 3, 30).
        SettledRun run = SettledRun.of(PayoutRule.AUCTION, Settlement.ROUND)
                .round("n1", "n2", "n3")
                .stopped();
        assertThat(read(run).amounts())
                .isEqualTo(new TreeMap<>(Map.of(
                        "clinic", BigInteger.valueOf(30),
                        "hospital", BigInteger.valueOf(60),
                        "lab", BigInteger.ZERO)));
    }

    @ParameterizedTest
    @EnumSource(PayoutRule.class)
    void read_everyRule_isDividedAgain(PayoutRule rule) {
        SettledRun run = SettledRun.of(rule, Settlement.ROUND)
                .round("n1", "n2", "n3")
                .round("n2")
                .round("n1", "n3")
                .stopped();
        RunRewards rewards = read(run);
        assertThat(rewards.allocations()).isEqualTo(3);
        RunEvent.Allocated last = (RunEvent.Allocated)
                run.events.get(run.places(RunEvent.Allocated.class).get(2));
        BigInteger sum = rewards.amounts().values().stream().reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(sum).isEqualTo(BigInteger.valueOf(300 - last.undistributed()));
        assertRefuted(
                payouts(run, payouts -> {
                    Payout from = payouts.get(1);
                    Payout to = payouts.get(0);
                    return List.of(amount(to, to.amount() + 1), amount(from, from.amount() - 1), payouts.get(2));
                }),
                "payouts.0.amount of allocated: the receipts give ");
    }

    @Test
    void read_halfCentToWhoLostTheLot_isRefuted() {
        assertRefuted(
                payouts(
                        SettledRun.twoRounds(),
                        payouts -> List.of(amount(payouts.get(0), 27), payouts.get(1), amount(payouts.get(2), 53))),
                "payouts.0.amount of allocated: the receipts give 28, not 27");
    }

    @Test
    void read_otherBudgetOrTermsThanThePolicys_isRefuted() {
        assertRefuted(
                changed(event -> new RunEvent.Allocated(
                        event.round(), 110, event.theta(), event.payouts(), event.undistributed(), event.at())),
                "budget of allocated: the receipts give 100, not 110");
        assertRefuted(
                payouts(SettledRun.twoRounds(), payouts -> {
                    payouts.set(0, new Payout("clinic", 1_000_000, 11, Terms.UNCAPPED, 28));
                    return payouts;
                }),
                "payouts.0.reservation of allocated: the receipts give 10, not 11");
        assertRefuted(
                payouts(SettledRun.twoRounds(), payouts -> {
                    payouts.set(1, new Payout("hospital", 2_000_000, 0, 30, 20));
                    return payouts;
                }),
                "payouts.1.cap of allocated: the receipts give 20, not 30");
    }

    /** Each of them adds up, under the rule and by the policy. */
    @Test
    void read_divisionOfOtherClaims_isRefuted() {
        assertRefuted(
                changed(event -> new RunEvent.Allocated(
                        event.round(),
                        100,
                        Fraction.of(70, 10_000_000),
                        List.of(
                                new Payout("clinic", 10_000_000, 10, Terms.UNCAPPED, 80),
                                new Payout("hospital", 20_000_000, 0, 20, 20),
                                new Payout("lab", 0, 0, Terms.UNCAPPED, 0)),
                        0,
                        event.at())),
                "payouts.0.amount of allocated: the receipts give 28, not 80");
        // Without the hospital.
        assertRefuted(
                changed(event -> new RunEvent.Allocated(
                        event.round(),
                        100,
                        Fraction.of(90, 4_000_000),
                        List.of(
                                new Payout("clinic", 1_000_000, 10, Terms.UNCAPPED, 33),
                                new Payout("lab", 3_000_000, 0, Terms.UNCAPPED, 67)),
                        0,
                        event.at())),
                "of allocated: the receipts give");
    }

    @Test
    void read_pointsThatWereMadeUp_areRefuted() {
        assertRefuted(
                changed(
                        SettledRun.twoRounds(),
                        RunEvent.ContributionsMeasured.class,
                        event -> new RunEvent.ContributionsMeasured(
                                event.round(),
                                event.values(),
                                event.contributions().stream()
                                        .map(each -> new NodeContribution(each.node(), 2, 2_000_000))
                                        .toList(),
                                event.at())),
                "contributions.0.points of contributions-measured: the receipts give 1000000, not 2000000");
    }

    @Test
    void read_allocationThatIsLeftOut_isRefuted() {
        SettledRun last = SettledRun.twoRounds();
        last.events.remove((int) last.places(RunEvent.Allocated.class).get(1));
        assertRefuted(last, "type of stopped: the receipts give allocated, not stopped");
        SettledRun atTheEnd = SettledRun.of(PayoutRule.NASH, Settlement.RUN)
                .round("n1", "n2", "n3")
                .stopped();
        atTheEnd.events.remove((int) atTheEnd.places(RunEvent.Allocated.class).get(0));
        assertRefuted(atTheEnd, "type of stopped: the receipts give allocated, not stopped");
    }

    @Test
    void read_leftOverOfTheRoundBefore_isInTheBudgetOfTheNext() {
        SettledRun run = SettledRun.of(PayoutRule.NASH, Settlement.ROUND)
                .round("n2")
                .round("n1", "n3")
                .stopped();
        // The hospital's cap leaves 80.
        assertThat(read(run).amounts().values().stream().reduce(BigInteger.ZERO, BigInteger::add))
                .isEqualTo(BigInteger.valueOf(200));
    }

    @Test
    void read_sameRoundDividedTwice_isRefuted() {
        SettledRun run = SettledRun.twoRounds();
        int place = run.places(RunEvent.Allocated.class).get(1);
        run.events.add(place, run.events.get(place));
        assertRefuted(run, "the receipts do not follow from each other: receipt " + (place + 1));
    }

    @Test
    void read_runThatIsNotOver_isNotPaid() {
        assertMalformed(SettledRun.of(PayoutRule.NASH, Settlement.ROUND).round("n1"), "the run is not over");
        SettledRun settled =
                SettledRun.of(PayoutRule.NASH, Settlement.RUN).round("n1").stopped();
        settled.events.remove(settled.events.size() - 1);
        assertMalformed(settled, "the run is not over");
    }

    @Test
    void read_receiptsAfterTheEnd_areRefuted() {
        SettledRun run = SettledRun.twoRounds();
        run.events.add(run.events.get(run.places(RunEvent.Allocated.class).get(1)));
        assertRefuted(run, "receipt " + (run.events.size() - 1));
    }

    @Test
    void read_runWithoutIncentives_isNotPaid() {
        assertMalformed(SettledRun.withoutIncentives(), "the run has no incentives");
    }

    @Test
    void read_logThatOpensNoRunOrTwo_isRefuted() {
        SettledRun none = SettledRun.twoRounds();
        none.events.remove(0);
        assertRefuted(none, "receipt 0: type of round-started: the receipts give opened");
        SettledRun two = SettledRun.twoRounds();
        two.events.add(1, two.events.get(0));
        assertRefuted(two, "receipt 1");
    }

    @Test
    void read_ofAnotherCoordinator_isRefuted() {
        Path file = SettledRun.twoRounds().write(folder.resolve("run.bundle"));
        Ed25519KeyPair other = Ed25519KeyPair.generate(new SecureRandom());
        assertThatThrownBy(() -> RunRewards.read(file, Verifier.trusting(other.publicKey()), List.of()))
                .isInstanceOf(RunRewards.RefutedException.class)
                .hasMessageContaining("the receipts do not hold");
    }

    @Test
    void read_amountChangedAfterSigning_isRefuted() throws IOException {
        SettledRun run = SettledRun.twoRounds();
        Path file = run.write(folder.resolve("run.bundle"));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        String more = text.replace("\"amount\":\"28\"", "\"amount\":\"29\"");
        assertThat(more).isNotEqualTo(text);
        Files.writeString(file, more, StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> RunRewards.read(file, Verifier.trusting(run.key.publicKey()), List.of()))
                .isInstanceOf(RunRewards.RefutedException.class)
                .hasMessageContaining("the receipts do not hold")
                .hasMessageContaining("more findings");
    }

    @Test
    void read_withReplayOfARunThatNeverTrained_isRefuted() {
        SettledRun run = SettledRun.twoRounds();
        Path file = run.write(folder.resolve("run.bundle"));
        Verifier verifier = Verifier.trusting(run.key.publicKey()).requiringReplay();
        assertThatThrownBy(() -> RunRewards.read(file, verifier, List.of(new RunReplayer())))
                .isInstanceOf(RunRewards.RefutedException.class);
    }

    @Test
    void read_noBundle_isAnError() {
        Path none = folder.resolve("none.bundle");
        Verifier verifier =
                Verifier.trusting(Ed25519KeyPair.generate(new SecureRandom()).publicKey());
        assertThatThrownBy(() -> RunRewards.read(none, verifier, List.of()))
                .isInstanceOf(PodpException.class)
                .hasMessageContaining("cannot be read");
    }
}
