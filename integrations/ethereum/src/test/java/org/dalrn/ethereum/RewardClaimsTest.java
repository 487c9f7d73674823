package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.InclusionProof;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint64;

/** RewardClaims.sol on a chain of its own; what it is given comes from {@link RewardCalls}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RewardClaimsTest {

    private static final long DAY = 86_400;
    private static final BigInteger WEI = BigInteger.TEN.pow(15);

    private Anvil chain;
    private EthereumAddress funder;
    private EthereumAddress anybody;
    private EthereumAddress contract;
    private RewardTree tree;
    private long distribution;

    @BeforeAll
    void start() throws IOException {
        chain = Anvil.start();
        funder = account("funder");
        anybody = account("anybody");
        contract = made(send(funder, null, RewardCalls.deploy(), BigInteger.ZERO));
    }

    @AfterAll
    void stop() {
        if (chain != null) {
            chain.close();
        }
    }

    /** Five partners, paid 1, 2, 3, 4 and 5 finneys. */
    @BeforeEach
    void fund() {
        List<RewardPayout> payouts = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            payouts.add(new RewardPayout(fresh("partner " + i), WEI.multiply(BigInteger.valueOf(i))));
        }
        tree = RewardTree.of(payouts);
        distribution = open(tree, tree.total());
    }

    private long distributions;
    private int accounts;

    private EthereumAddress fresh(String name) {
        return Federation.key(name + " " + accounts++).address();
    }

    private EthereumAddress account(String name) {
        EthereumAddress address = fresh(name);
        chain.fund(address);
        chain.call("anvil_impersonateAccount", address.text());
        return address;
    }

    private long open(RewardTree payouts, BigInteger funds) {
        succeed(send(funder, contract, RewardCalls.fund(payouts, now().plusSeconds(DAY + 60)), funds));
        return distributions++;
    }

    private Instant now() {
        return Instant.ofEpochSecond(Quantity.small(
                chain.call("eth_getBlockByNumber", "latest", false).path("timestamp"), "time"));
    }

    private JsonNode send(EthereumAddress from, EthereumAddress to, String data, BigInteger value) {
        ObjectNode transaction = JsonRpc.MAPPER
                .createObjectNode()
                .put("from", from.text())
                .put("data", data)
                .put("value", Quantity.text(value))
                .put("gas", "0x2dc6c0");
        if (to != null) {
            transaction.put("to", to.text());
        }
        String hash = chain.call("eth_sendTransaction", transaction).asText();
        chain.mine(1);
        return chain.call("eth_getTransactionReceipt", hash);
    }

    private static EthereumAddress made(JsonNode receipt) {
        succeed(receipt);
        return EthereumAddress.parse(receipt.path("contractAddress").asText());
    }

    private static long succeed(JsonNode receipt) {
        assertThat(receipt.path("status").asText()).isEqualTo("0x1");
        return Quantity.small(receipt.path("gasUsed"), "gas");
    }

    /** A call that is only tried, as wallets do before they send. */
    private JsonNode tryCall(String data) {
        ObjectNode call = JsonRpc.MAPPER
                .createObjectNode()
                .put("from", anybody.text())
                .put("to", contract.text())
                .put("data", data);
        return chain.call("eth_call", call, "latest");
    }

    private void assertRefused(String data, String error) {
        assertThatThrownBy(() -> tryCall(data))
                .isInstanceOf(ChainRefusalException.class)
                .hasMessageContaining(error);
    }

    private String claim(int index) {
        return RewardCalls.claim(distribution, tree.payouts().get(index), tree.proof(index));
    }

    @Test
    void claim_byAnybody_paysTheAccountOfTheLeaf() {
        for (int i = 0; i < tree.payouts().size(); i++) {
            RewardPayout payout = tree.payouts().get(i);
            assertThat(tryCall(RewardCalls.isClaimed(distribution, i)).asText()).endsWith("0");
            succeed(send(anybody, contract, claim(i), BigInteger.ZERO));
            assertThat(chain.balance(payout.account())).isEqualTo(payout.amount());
            assertThat(tryCall(RewardCalls.isClaimed(distribution, i)).asText()).endsWith("1");
        }
    }

    @Test
    void claim_twice_isRefused() {
        succeed(send(anybody, contract, claim(2), BigInteger.ZERO));
        assertRefused(claim(2), "AlreadyClaimed");
        assertThat(send(anybody, contract, claim(2), BigInteger.ZERO)
                        .path("status")
                        .asText())
                .isEqualTo("0x0");
    }

    @Test
    void claim_withAnotherAmountAccountIndexOrPath_isRefused() {
        RewardPayout payout = tree.payouts().get(1);
        InclusionProof proof = tree.proof(1);
        RewardPayout more = new RewardPayout(payout.account(), payout.amount().add(BigInteger.ONE));
        RewardPayout mine = new RewardPayout(anybody, payout.amount());
        assertRefused(RewardCalls.claim(distribution, more, proof), "WrongProof");
        assertRefused(RewardCalls.claim(distribution, mine, proof), "WrongProof");
        assertRefused(RewardCalls.claim(distribution, payout, tree.proof(0)), "WrongProof");
        List<Sha256Hash> bent = new ArrayList<>(proof.path());
        bent.set(1, Sha256Hash.of());
        assertRefused(RewardCalls.claim(distribution, payout, new InclusionProof(1, 5, bent)), "WrongProof");
        assertRefused(RewardCalls.claim(distributions, payout, proof), "NoDistribution");
    }

    @Test
    void claim_ofMoreThanWasFunded_isRefused() {
        distribution = open(tree, WEI);
        assertRefused(claim(4), "NotEnoughLeft");
        succeed(send(anybody, contract, claim(0), BigInteger.ZERO));
        assertRefused(claim(1), "NotEnoughLeft");
    }

    @Test
    void claim_againstOneDistribution_leavesOthersAlone() {
        long other = open(tree, tree.total());
        succeed(send(anybody, contract, claim(3), BigInteger.ZERO));
        assertThat(tryCall(RewardCalls.isClaimed(other, 3)).asText()).endsWith("0");
        succeed(send(
                anybody, contract, RewardCalls.claim(other, tree.payouts().get(3), tree.proof(3)), BigInteger.ZERO));
        assertThat(chain.balance(tree.payouts().get(3).account()))
                .isEqualTo(tree.payouts().get(3).amount().shiftLeft(1));
    }

    @Test
    void claim_byAReceiverThatCallsBack_paysOnce() throws IOException {
        EthereumAddress greedy = receiver("GreedyReceiver");
        RewardTree both = RewardTree.of(List.of(
                new RewardPayout(greedy, WEI), new RewardPayout(fresh("honest"), WEI.multiply(BigInteger.TEN))));
        distribution = open(both, both.total());
        String claim = RewardCalls.claim(distribution, both.payouts().get(0), both.proof(0));
        prepare(greedy, claim);
        succeed(send(anybody, contract, claim, BigInteger.ZERO));
        assertThat(chain.balance(greedy)).isEqualTo(WEI);
        assertThat(word(greedy, "attempts")).isEqualTo(BigInteger.ONE);
        assertThat(word(greedy, "successes")).isEqualTo(BigInteger.ZERO);
        // The other one's money is still there.
        succeed(send(
                anybody,
                contract,
                RewardCalls.claim(distribution, both.payouts().get(1), both.proof(1)),
                BigInteger.ZERO));
    }

    @Test
    void takeBack_byAFunderThatCallsBack_returnsOnce() throws IOException {
        EthereumAddress greedy = receiver("GreedyReceiver");
        String fund = RewardCalls.fund(tree, now().plusSeconds(DAY + 60));
        succeed(send(anybody, greedy, AnchorCalls.call("act", new DynamicBytes(bytes(fund))), tree.total()));
        distribution = distributions++;
        String takeBack = RewardCalls.takeBack(distribution);
        prepare(greedy, takeBack);
        pass(DAY + 120);
        BigInteger others = chain.balance(contract).subtract(tree.total());
        succeed(send(anybody, greedy, AnchorCalls.call("act", new DynamicBytes(bytes(takeBack))), BigInteger.ZERO));
        // What it calls while it is paid is not refused, but returns the nothing that is left.
        assertThat(word(greedy, "attempts")).isPositive();
        assertThat(word(greedy, "received")).isEqualTo(tree.total());
        assertThat(chain.balance(contract)).isEqualTo(others);
    }

    @Test
    void claim_byAReceiverThatRefusesMoney_isRefusedAndStaysOpen() throws IOException {
        EthereumAddress refusing = receiver("RefusingReceiver");
        tree = RewardTree.of(List.of(new RewardPayout(refusing, WEI)));
        distribution = open(tree, WEI);
        assertRefused(claim(0), "PaymentRefused");
        assertThat(tryCall(RewardCalls.isClaimed(distribution, 0)).asText()).endsWith("0");
    }

    @Test
    void deadline_endsClaimsAndReturnsTheRestToTheFunderOnly() {
        succeed(send(anybody, contract, claim(0), BigInteger.ZERO));
        assertRefused(RewardCalls.takeBack(distribution), "NotFunder");
        JsonNode early = send(funder, contract, RewardCalls.takeBack(distribution), BigInteger.ZERO);
        assertThat(early.path("status").asText()).isEqualTo("0x0");
        pass(DAY + 120);
        assertRefused(claim(1), "DeadlinePassed");
        BigInteger before = chain.balance(contract);
        succeed(send(funder, contract, RewardCalls.takeBack(distribution), BigInteger.ZERO));
        assertThat(before.subtract(chain.balance(contract)))
                .isEqualTo(tree.total().subtract(tree.payouts().get(0).amount()));
        succeed(send(funder, contract, RewardCalls.takeBack(distribution), BigInteger.ZERO));
        assertThat(before.subtract(chain.balance(contract)))
                .as("a second time there is nothing")
                .isEqualTo(tree.total().subtract(tree.payouts().get(0).amount()));
    }

    @Test
    void fund_withoutMoneyOrTime_isRefused() {
        assertRefused(RewardCalls.fund(tree, now().plusSeconds(2 * DAY)), "NothingFunded");
        JsonNode hurried = send(funder, contract, RewardCalls.fund(tree, now().plusSeconds(DAY - 60)), tree.total());
        assertThat(hurried.path("status").asText()).isEqualTo("0x0");
    }

    /** Sizes 1 to 33, each index, right and wrong paths: the contract and {@link InclusionProof} say the same. */
    @Test
    void proves_isInclusionProofsAnswer() {
        Random random = new Random(33);
        int accepted = 0;
        int refused = 0;
        for (int size = 1; size <= 33; size++) {
            List<RewardPayout> payouts = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                payouts.add(new RewardPayout(anybody, BigInteger.valueOf(i)));
            }
            RewardTree payable = RewardTree.of(payouts);
            for (int i = 0; i < size; i++) {
                InclusionProof proof = payable.proof(i);
                Sha256Hash leaf = RewardTree.leafHash(i, payouts.get(i));
                assertThat(proof.proves(leaf, payable.root())).isTrue();
                assertThat(proves(leaf, i, size, proof.path(), payable.root())).isTrue();
                accepted++;
                // Another index or size, of the same path: Java refuses the length or finds another root.
                int otherIndex = random.nextInt(size + 1);
                int otherSize = 1 + random.nextInt(34);
                boolean same = expected(leaf, otherIndex, otherSize, proof.path(), payable.root());
                assertThat(proves(leaf, otherIndex, otherSize, proof.path(), payable.root()))
                        .as("%d of %d as %d of %d", i, size, otherIndex, otherSize)
                        .isEqualTo(same);
                refused += same ? 0 : 1;
                List<Sha256Hash> longer = new ArrayList<>(proof.path());
                longer.add(payable.root());
                assertThat(proves(leaf, i, size, longer, payable.root())).isFalse();
                if (!proof.path().isEmpty()) {
                    List<Sha256Hash> shorter =
                            proof.path().subList(1, proof.path().size());
                    assertThat(proves(leaf, i, size, shorter, payable.root())).isFalse();
                }
            }
        }
        assertThat(accepted).isEqualTo(33 * 34 / 2);
        assertThat(refused).isGreaterThan(400);
    }

    private static boolean expected(Sha256Hash leaf, long index, long size, List<Sha256Hash> path, Sha256Hash root) {
        if (index >= size || InclusionProof.pathLength(index, size) != path.size()) {
            return false;
        }
        return new InclusionProof(index, size, path).proves(leaf, root);
    }

    private boolean proves(Sha256Hash leaf, long index, long size, List<Sha256Hash> path, Sha256Hash root) {
        List<Bytes32> hashes = path.stream().map(AnchorCalls::bytes32).toList();
        String call = AnchorCalls.call(
                "proves",
                AnchorCalls.bytes32(leaf),
                new Uint64(index),
                new Uint64(size),
                new DynamicArray<>(Bytes32.class, hashes),
                AnchorCalls.bytes32(root));
        return Quantity.words(tryCall(call), 1, "proves")[0].equals(BigInteger.ONE);
    }

    private EthereumAddress receiver(String name) throws IOException {
        try (InputStream in = RewardClaimsTest.class.getResourceAsStream("receivers.json")) {
            String creation =
                    JsonRpc.MAPPER.readTree(in).path(name).path("creation").asText();
            String argument = name.equals("GreedyReceiver")
                    ? "0".repeat(24) + contract.text().substring(2)
                    : "";
            return made(send(anybody, null, "0x" + creation + argument, BigInteger.ZERO));
        }
    }

    private void prepare(EthereumAddress greedy, String call) {
        succeed(send(anybody, greedy, AnchorCalls.call("prepare", new DynamicBytes(bytes(call))), BigInteger.ZERO));
    }

    private BigInteger word(EthereumAddress at, String function) {
        ObjectNode call =
                JsonRpc.MAPPER.createObjectNode().put("to", at.text()).put("data", AnchorCalls.call(function));
        return Quantity.words(chain.call("eth_call", call, "latest"), 1, function)[0];
    }

    private void pass(long seconds) {
        chain.call("evm_increaseTime", seconds);
        chain.mine(1);
    }

    private static byte[] bytes(String data) {
        return HexFormat.of().parseHex(data.substring(2));
    }
}
