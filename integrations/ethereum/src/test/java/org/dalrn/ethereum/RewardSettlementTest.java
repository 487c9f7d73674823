package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.dalrn.ethereum.RewardLookup.Payment;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.verify.Verifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rewards on a chain of this test's own, through crashes: whatever happens, the total is paid in once and each payout out once. */
class RewardSettlementTest {

    private static final BigInteger WEI = BigInteger.TEN.pow(12);

    @TempDir
    Path folder;

    private Federation federation;
    private RewardSettlement rewards;
    private PayoutStatement payouts;
    private EthereumAddress contract;
    private Instant deadline;

    @BeforeEach
    void start() {
        federation = new Federation(Anvil.start(), folder);
        rewards = open();
        long id = rewards.deploy();
        settle(id, TransactionStatus.INCLUDED);
        contract = rewards.deployed(id).orElseThrow();
        payouts = payouts(WEI);
        deadline = now().plusSeconds(200_000);
    }

    private PayoutStatement payouts(BigInteger wei) {
        SettledRun run = SettledRun.twoRounds();
        return PayoutStatement.of(
                RunRewards.read(
                        run.write(folder.resolve("run.bundle")), Verifier.trusting(run.key.publicKey()), List.of()),
                PayoutAccounts.parse(
                        SettledRun.accounts("clinic", "hospital", "lab").getBytes(StandardCharsets.UTF_8)),
                wei);
    }

    @AfterEach
    void stop() {
        if (federation != null) {
            rewards.close();
            federation.close();
        }
    }

    private RewardSettlement open() {
        return RewardSettlement.open(
                federation.settings("rewards"), federation.stranger, InstantSource.fixed(Instant.EPOCH), new Random(1));
    }

    private void restart() {
        rewards.close();
        rewards = open();
    }

    private Instant now() {
        return Instant.ofEpochSecond(Quantity.small(
                federation.chain.call("eth_getBlockByNumber", "latest", false).path("timestamp"), "time"));
    }

    private Anchoring settle(long id, TransactionStatus status) {
        for (int i = 0; i < 50; i++) {
            Anchoring now = rewards.transaction(id);
            if (now.status().compareTo(status) >= 0) {
                return now;
            }
            if (rewards.advance().pending() > 0 && status != TransactionStatus.PENDING) {
                federation.chain.mine(1);
            } else if (status == TransactionStatus.FINAL) {
                federation.chain.mine(1);
            }
        }
        throw new AssertionError("still " + rewards.transaction(id) + ", " + rewards.state());
    }

    private long fund() {
        return rewards.fund(contract, payouts, deadline, false);
    }

    private RewardLookup lookup() {
        return RewardLookup.at(federation.chain.uri(), contract);
    }

    private void assertFundedOnce() {
        assertThat(federation.chain.balance(contract)).isEqualTo(WEI.multiply(BigInteger.valueOf(200)));
        assertThat(lookup().distribution(0)).isPresent();
        assertThat(lookup().distribution(1)).isEmpty();
    }

    @Test
    void fund_askedAgainAfterACrashAtAnyPoint_paysOnce() {
        long id = fund();
        // Noted, nothing signed.
        restart();
        assertThat(fund()).isEqualTo(id);
        settle(id, TransactionStatus.PENDING);
        String sent = rewards.transaction(id).transaction().orElseThrow();
        // Signed and sent, in no block; the node forgets it.
        federation.chain.call("anvil_dropTransaction", sent);
        restart();
        assertThat(fund()).isEqualTo(id);
        settle(id, TransactionStatus.INCLUDED);
        assertThat(rewards.transaction(id).transaction()).hasValue(sent);
        assertThat(rewards.transaction(id).attempts()).isEqualTo(1);
        // In a block, and nobody was told.
        restart();
        assertThat(fund()).isEqualTo(id);
        rewards.advance();
        assertThat(rewards.distribution(id)).hasValue(0);
        settle(id, TransactionStatus.FINAL);
        restart();
        assertThat(fund()).isEqualTo(id);
        assertThat(rewards.distribution(id)).hasValue(0);
        assertThat(rewards.transactions()).hasSize(2);
        assertFundedOnce();
    }

    @Test
    void fund_whoseJournalEndsInTheMidstOfALine_paysOnce() throws IOException {
        long id = fund();
        // A crash while the signed transaction is noted: it was not sent yet, so the cut line is as good as none.
        Path journal = folder.resolve("rewards").resolve(Journal.FILE_NAME);
        byte[] before = Files.readAllBytes(journal);
        settle(id, TransactionStatus.PENDING);
        federation.chain.call(
                "anvil_dropTransaction", rewards.transaction(id).transaction().orElseThrow());
        rewards.close();
        byte[] after = Files.readAllBytes(journal);
        for (int cut :
                new int[] {before.length, before.length + 1, (before.length + after.length) / 2, after.length - 1}) {
            Files.write(journal, java.util.Arrays.copyOf(after, cut));
            rewards = open();
            assertThat(rewards.transaction(id).status()).isEqualTo(TransactionStatus.QUEUED);
            assertThat(fund()).isEqualTo(id);
            rewards.close();
        }
        rewards = open();
        settle(id, TransactionStatus.FINAL);
        assertFundedOnce();
    }

    @Test
    void fund_ofNonceThatSomebodyElseUsed_isUnclearAndNeverPaidAgain() {
        long id = fund();
        settle(id, TransactionStatus.PENDING);
        federation.chain.call(
                "anvil_dropTransaction", rewards.transaction(id).transaction().orElseThrow());
        spendNonce();
        federation.chain.mine(4);
        rewards.advance();
        assertThat(rewards.transaction(id).status()).isEqualTo(TransactionStatus.UNCLEAR);
        restart();
        assertThat(fund()).isEqualTo(id);
        rewards.advance();
        assertThat(federation.chain.balance(contract)).isZero();
        // Somebody has looked, and says so.
        long second = rewards.fund(contract, payouts, deadline, true);
        settle(second, TransactionStatus.FINAL);
        assertFundedOnce();
        assertThat(fund()).as("the newest one counts").isEqualTo(second);
    }

    private void spendNonce() {
        federation.chain.call(
                "anvil_impersonateAccount", federation.stranger.address().text());
        ObjectNode transaction = JsonRpc.MAPPER
                .createObjectNode()
                .put("from", federation.stranger.address().text())
                .put("to", federation.owner.address().text())
                .put("value", "0x1");
        federation.chain.call("eth_sendTransaction", transaction);
    }

    @Test
    void fund_fromAnAccountWithTooLittle_waitsAndSaysSo() {
        BigInteger poor = WEI.multiply(BigInteger.valueOf(199));
        federation.chain.call("anvil_setBalance", federation.stranger.address().text(), Quantity.text(poor));
        long id = fund();
        AnchorState state = rewards.advance();
        assertThat(rewards.transaction(id).status()).isEqualTo(TransactionStatus.QUEUED);
        assertThat(state.trouble().orElseThrow()).containsIgnoringCase("insufficient funds");
        restart();
        federation.chain.fund(federation.stranger.address());
        settle(id, TransactionStatus.FINAL);
        assertFundedOnce();
    }

    @Test
    void fund_thatTheContractRefused_canBeTriedAgain() {
        long refused = rewards.fund(contract, payouts, now().plusSeconds(60), false);
        settle(refused, TransactionStatus.REFUSED);
        assertThat(rewards.transaction(refused).note().orElseThrow()).contains("DeadlineTooEarly");
        long id = fund();
        assertThat(id).isNotEqualTo(refused);
        settle(id, TransactionStatus.FINAL);
        assertFundedOnce();
    }

    @Test
    void fund_withAnotherDeadline_isRefusedAndOfAnotherRunIsNot() {
        long id = fund();
        assertThatThrownBy(() -> rewards.fund(contract, payouts, deadline.plusSeconds(1), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("transaction " + id + " funds these payouts already, until "
                        + Instant.ofEpochSecond(deadline.getEpochSecond()) + ", not " + deadline.plusSeconds(1)
                        + ": name that deadline to go on with it");
        // The same amounts to the same accounts, for another run.
        PayoutStatement other = PayoutStatement.parse(new String(payouts.text(), StandardCharsets.UTF_8)
                .replace("heart-1", "heart-2")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(other.tree().root()).isEqualTo(payouts.tree().root());
        long second = rewards.fund(contract, other, deadline, false);
        assertThat(second).isNotEqualTo(id);
        settle(second, TransactionStatus.INCLUDED);
        assertThat(rewards.distribution(id)).hasValue(0);
        assertThat(rewards.distribution(second)).hasValue(1);
    }

    @Test
    void fund_ofOtherPayoutsOfTheSameRun_paysOnlyIfToldSo() {
        long id = fund();
        PayoutStatement twice = payouts(WEI.shiftLeft(1));
        assertThatThrownBy(() -> rewards.fund(contract, twice, deadline, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("transaction " + id + " funds other payouts of the run " + SettledRun.ORIGIN
                        + " already, with root " + payouts.tree().root() + " in the contract " + contract)
                .hasMessageContaining("--again");
        long deployed = rewards.deploy();
        settle(deployed, TransactionStatus.INCLUDED);
        EthereumAddress second = rewards.deployed(deployed).orElseThrow();
        assertThatThrownBy(() -> rewards.fund(second, payouts, deadline, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in the contract " + contract);
        settle(rewards.fund(contract, twice, deadline, true), TransactionStatus.INCLUDED);
        assertThat(federation.chain.balance(contract)).isEqualTo(WEI.multiply(BigInteger.valueOf(600)));
        assertThat(fund()).isEqualTo(id);
    }

    @Test
    void fund_untilAYearThatCannotBeShown_isRefused() {
        for (String wrong : List.of("1969-12-31T23:59:59Z", "+10000-01-01T00:00:00Z")) {
            assertThatThrownBy(() -> rewards.fund(contract, payouts, Instant.parse(wrong), false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the deadline " + wrong + " is not between 1970-01-01T00:00:00Z and"
                            + " 9999-12-31T23:59:59Z");
        }
        assertThat(rewards.transactions()).hasSize(1);
    }

    @Test
    void claim_askedAgainAfterACrash_isSentOnceAndPaysTheClaimant() {
        settle(fund(), TransactionStatus.INCLUDED);
        EthereumAddress lab = payouts.lines().get(2).payout().account();
        long id = rewards.claim(contract, 0, payouts, 2);
        restart();
        assertThat(rewards.claim(contract, 0, payouts, 2)).isEqualTo(id);
        settle(id, TransactionStatus.PENDING);
        federation.chain.call(
                "anvil_dropTransaction", rewards.transaction(id).transaction().orElseThrow());
        restart();
        assertThat(rewards.claim(contract, 0, payouts, 2)).isEqualTo(id);
        settle(id, TransactionStatus.INCLUDED);
        assertThat(lookup().payment(0, 2)).isEqualTo(Payment.PAID_NOT_FINAL);
        settle(id, TransactionStatus.FINAL);
        restart();
        assertThat(rewards.claim(contract, 0, payouts, 2)).isEqualTo(id);
        assertThat(federation.chain.balance(lab)).isEqualTo(WEI.multiply(BigInteger.valueOf(119)));
        assertThat(lookup().payment(0, 2)).isEqualTo(Payment.PAID);
        assertThat(lookup().payment(0, 0)).isEqualTo(Payment.OPEN);
    }

    @Test
    void claim_ofNonceThatSomebodyElseUsed_isSentAgainOnlyIfItIsNotPaid() {
        settle(fund(), TransactionStatus.FINAL);
        long open = rewards.claim(contract, 0, payouts, 0);
        settle(open, TransactionStatus.PENDING);
        federation.chain.call(
                "anvil_dropTransaction", rewards.transaction(open).transaction().orElseThrow());
        spendNonce();
        federation.chain.mine(4);
        settle(open, TransactionStatus.FINAL);
        EthereumAddress clinic = payouts.lines().get(0).payout().account();
        assertThat(federation.chain.balance(clinic)).isEqualTo(WEI.multiply(BigInteger.valueOf(61)));

        long paid = rewards.claim(contract, 0, payouts, 1);
        settle(paid, TransactionStatus.PENDING);
        federation.chain.call(
                "anvil_dropTransaction", rewards.transaction(paid).transaction().orElseThrow());
        spendNonce();
        // The hospital claims it itself.
        federation.chain.call(
                "anvil_impersonateAccount", federation.owner.address().text());
        federation.chain.call(
                "eth_sendTransaction",
                JsonRpc.MAPPER
                        .createObjectNode()
                        .put("from", federation.owner.address().text())
                        .put("to", contract.text())
                        .put(
                                "data",
                                RewardCalls.claim(
                                        0,
                                        payouts.tree().payouts().get(1),
                                        payouts.tree().proof(1))));
        federation.chain.mine(5);
        rewards.advance();
        assertThat(rewards.transaction(paid).status()).isEqualTo(TransactionStatus.FINAL);
        assertThat(rewards.transaction(paid).note().orElseThrow()).contains("the contract holds it");
        EthereumAddress hospital = payouts.lines().get(1).payout().account();
        assertThat(federation.chain.balance(hospital)).isEqualTo(WEI.multiply(BigInteger.valueOf(20)));
    }

    @Test
    void claim_thatSomebodyElseMadeBefore_isRefusedByTheContract() {
        settle(fund(), TransactionStatus.INCLUDED);
        settle(rewards.claim(contract, 0, payouts, 0), TransactionStatus.INCLUDED);
        // From another account, with another journal.
        try (RewardSettlement other = RewardSettlement.open(
                federation.settings("other"),
                Federation.key("third"),
                InstantSource.fixed(Instant.EPOCH),
                new Random(1))) {
            federation.chain.fund(other.account());
            long id = other.claim(contract, 0, payouts, 0);
            other.advance();
            assertThat(other.transaction(id).status()).isEqualTo(TransactionStatus.REFUSED);
            assertThat(other.transaction(id).note().orElseThrow()).contains("AlreadyClaimed");
        }
        EthereumAddress clinic = payouts.lines().get(0).payout().account();
        assertThat(federation.chain.balance(clinic)).isEqualTo(WEI.multiply(BigInteger.valueOf(61)));
    }

    @Test
    void takeBack_twice_isOneTransactionAndReturnsTheRest() {
        settle(fund(), TransactionStatus.INCLUDED);
        settle(rewards.claim(contract, 0, payouts, 1), TransactionStatus.INCLUDED);
        federation.chain.call("evm_increaseTime", 200_060);
        federation.chain.mine(1);
        long id = rewards.takeBack(contract, 0);
        restart();
        assertThat(rewards.takeBack(contract, 0)).isEqualTo(id);
        settle(id, TransactionStatus.FINAL);
        assertThat(federation.chain.balance(contract)).isZero();
    }

    @Test
    void anchorsAndRewards_ofOneAccount_shareAJournal() {
        rewards.close();
        try (CheckpointAnchoring anchoring = federation.open(federation.stranger, "rewards")) {
            assertThat(anchoring.transactions())
                    .extracting(Anchoring::purpose)
                    .containsExactly("deploy the contract for rewards");
            anchoring.anchorBatch(federation.contract, Federation.runs(2));
        }
        rewards = open();
        long id = fund();
        assertThat(id).isEqualTo(2);
        settle(id, TransactionStatus.INCLUDED);
        assertThat(rewards.transaction(1).checkpoints()).hasSize(2);
        assertFundedOnce();
    }

    @Test
    void everything_whereNoContractIs_isRefusedBeforeAnythingIsNoted() {
        EthereumAddress nobody = new EthereumAddress("0x" + "ab".repeat(20));
        int before = rewards.transactions().size();
        assertThatThrownBy(() -> rewards.fund(nobody, payouts, deadline, false))
                .isInstanceOf(PodpException.class)
                .hasMessageContaining("at " + nobody + " is no contract: nothing is sent there");
        assertThatThrownBy(() -> rewards.fund(federation.contract, payouts, deadline, false))
                .hasMessageContaining("is other code than that of RewardClaims");
        assertThatThrownBy(() -> rewards.claim(nobody, 0, payouts, 0)).hasMessageContaining("is no contract");
        assertThatThrownBy(() -> rewards.claim(contract, 0, payouts, 3))
                .hasMessage("there is no payout 3, there are 3, numbered from 0 on");
        assertThatThrownBy(() -> rewards.claim(contract, 5, payouts, 0)).hasMessageContaining("has no distribution 5");
        assertThatThrownBy(() -> rewards.takeBack(nobody, 0)).hasMessageContaining("is no contract");
        assertThatThrownBy(() -> rewards.distribution(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("transaction 0 funds no distribution");
        assertThat(rewards.transactions()).hasSize(before);
    }
}
