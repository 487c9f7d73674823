package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dalrn.ethereum.Federation.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.dalrn.podp.anchor.AnchorOutcome;
import org.dalrn.podp.note.Checkpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions on a chain that forgets, refuses, stands still or is not there. */
class TroubledChainTest {

    @TempDir
    Path folder;

    private Federation federation;

    @BeforeEach
    void start() {
        federation = new Federation(Anvil.start(), folder);
    }

    @AfterEach
    void stop() {
        if (federation != null) {
            federation.close();
        }
    }

    private long batch(String... runs) {
        return federation.anchoring.anchorBatch(
                federation.contract,
                List.of(runs).stream().map(run -> checkpoint(run, 5)).toList());
    }

    private long nonce() {
        return federation.chain.nonce(federation.owner.address());
    }

    private AnchorOutcome find(String run) {
        Checkpoint checkpoint = checkpoint(run, 5);
        return federation.lookup().find(checkpoint, federation.anchoring.proof(checkpoint));
    }

    @Test
    void confirmations_areCountedUntilTheBlockIsFinal() {
        long id = batch("depth");
        assertThat(federation
                        .settle(federation.anchoring, id, TransactionStatus.INCLUDED)
                        .status())
                .isEqualTo(TransactionStatus.INCLUDED);
        assertThat(federation.anchoring.state().included()).isPositive();
        federation.chain.mine(4);
        federation.anchoring.advance();
        assertThat(federation.anchoring.transaction(id).status()).isEqualTo(TransactionStatus.FINAL);
        assertThat(federation.anchoring.state().isIdle()).isTrue();
        assertThat(federation.anchoring.state().done()).isEqualTo(3);
    }

    @Test
    void reorganisation_thatLosesTheTransaction_itIsSentAgainAndLandsOnce() {
        federation.chain.mine(4);
        federation.anchoring.advance();
        String before = federation.chain.call("evm_snapshot").asText();
        long id = batch("reorg");
        Anchoring first = federation.settle(federation.anchoring, id, TransactionStatus.INCLUDED);
        long nonce = nonce();
        assertThat(federation.chain.call("evm_revert", before).asBoolean()).isTrue();
        assertThat(nonce()).isEqualTo(nonce - 1);
        // Other blocks in the place of its own.
        federation.chain.mine(1);
        federation.anchoring.advance();
        assertThat(federation.anchoring.transaction(id).status()).isEqualTo(TransactionStatus.PENDING);
        Anchoring second = federation.finish(id);
        assertThat(second.status()).isEqualTo(TransactionStatus.FINAL);
        assertThat(second.transaction()).isEqualTo(first.transaction());
        assertThat(second.block().orElseThrow()).isGreaterThan(first.block().orElseThrow());
        assertThat(nonce()).isEqualTo(nonce);
        assertThat(find("reorg")).isInstanceOf(AnchorOutcome.Final.class);
    }

    @Test
    void reorganisation_byTheNode_movesTheTransactionToAnotherBlock() {
        federation.chain.mine(4);
        federation.anchoring.advance();
        long id = batch("moved");
        Anchoring first = federation.settle(federation.anchoring, id, TransactionStatus.INCLUDED);
        federation.chain.call("anvil_reorg", 1, List.of());
        federation.anchoring.advance();
        Anchoring second = federation.finish(id);
        assertThat(second.status()).isEqualTo(TransactionStatus.FINAL);
        assertThat(second.transaction()).isEqualTo(first.transaction());
        assertThat(find("moved")).isInstanceOf(AnchorOutcome.Final.class);
    }

    @Test
    void stuckTransaction_isReplacedWithAHigherFeeAndExactlyOneLands() {
        long nonce = nonce();
        long id = batch("stuck");
        Anchoring sent = federation.settle(federation.anchoring, id, TransactionStatus.PENDING);
        BigInteger offered = fee(sent.transaction().orElseThrow());
        // Dearer than the transaction offers: blocks go by without it.
        for (int i = 0; i < 2; i++) {
            assertThat(federation.anchoring.transaction(id).attempts()).isEqualTo(1);
            federation.chain.call("anvil_setNextBlockBaseFeePerGas", Quantity.text(offered.shiftLeft(1)));
            federation.chain.mine(1);
            federation.anchoring.advance();
        }
        Anchoring again = federation.anchoring.transaction(id);
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.status()).isEqualTo(TransactionStatus.PENDING);
        assertThat(again.transaction()).isNotEqualTo(sent.transaction());
        BigInteger higher = fee(again.transaction().orElseThrow());
        assertThat(higher.multiply(BigInteger.valueOf(8)))
                .isGreaterThanOrEqualTo(offered.multiply(BigInteger.valueOf(9)));
        Anchoring landed = federation.finish(mined(id));
        assertThat(landed.status()).isEqualTo(TransactionStatus.FINAL);
        assertThat(nonce()).isEqualTo(nonce + 1);
        assertThat(federation
                        .chain
                        .call("eth_getTransactionReceipt", sent.transaction().orElseThrow())
                        .isNull())
                .isTrue();
        assertThat(find("stuck")).isInstanceOf(AnchorOutcome.Final.class);
    }

    private long mined(long id) {
        federation.chain.mine(1);
        return id;
    }

    private BigInteger fee(String transaction) {
        JsonNode found = federation.chain.call("eth_getTransactionByHash", transaction);
        return Quantity.number(found.path("maxFeePerGas"), "fee");
    }

    @Test
    void gasDearerThanAllowed_waitsAndSaysSo() {
        federation.chain.call("anvil_setNextBlockBaseFeePerGas", Quantity.text(Federation.MOST.shiftLeft(1)));
        federation.chain.mine(1);
        long id = batch("dear");
        AnchorState state = federation.anchoring.advance();
        assertThat(state.queued()).isEqualTo(1);
        assertThat(state.trouble().orElseThrow()).contains("gas is too dear").contains(Federation.MOST.toString());
        federation.chain.call("anvil_setNextBlockBaseFeePerGas", Quantity.text(Federation.GWEI));
        federation.chain.mine(1);
        federation.settle(federation.anchoring, id, TransactionStatus.PENDING);
        assertThat(federation.finish(mined(id)).status()).isEqualTo(TransactionStatus.FINAL);
    }

    @Test
    void manyTransactions_landInTheirOrderWithNoncesInARow() {
        long nonce = nonce();
        long first = batch("a");
        long second = batch("b");
        long third = batch("c");
        assertThat(federation.anchoring.state().queued()).isEqualTo(3);
        federation.settle(federation.anchoring, third, TransactionStatus.INCLUDED);
        federation.chain.mine(4);
        federation.anchoring.advance();
        long[] blocks = {first, second, third};
        for (int i = 0; i < 3; i++) {
            Anchoring anchored = federation.anchoring.transaction(blocks[i]);
            assertThat(anchored.status()).isEqualTo(TransactionStatus.FINAL);
            JsonNode transaction = federation.chain.call(
                    "eth_getTransactionByHash", anchored.transaction().orElseThrow());
            assertThat(Quantity.small(transaction.path("nonce"), "nonce")).isEqualTo(nonce + i);
        }
    }

    @Test
    void restart_withPendingTransactions_sendsNothingTwice() {
        long nonce = nonce();
        long pending = batch("pending");
        long queued = batch("queued");
        Anchoring sent = federation.settle(federation.anchoring, pending, TransactionStatus.PENDING);
        federation.anchoring.close();
        try (CheckpointAnchoring after = federation.open(federation.owner, "owner")) {
            Anchoring found = after.transaction(pending);
            assertThat(found.status()).isEqualTo(TransactionStatus.PENDING);
            assertThat(found.transaction()).isEqualTo(sent.transaction());
            after.advance();
            after.advance();
            federation.chain.mine(1);
            federation.settle(after, queued, TransactionStatus.PENDING);
            federation.chain.mine(5);
            federation.settle(after, queued, TransactionStatus.FINAL);
            assertThat(after.transaction(pending).transaction()).isEqualTo(sent.transaction());
            assertThat(after.transaction(pending).attempts()).isEqualTo(1);
            assertThat(nonce()).isEqualTo(nonce + 2);
        }
    }

    @Test
    void restart_beforeTheTransactionLeft_sendsTheVeryBytesOfTheJournal() {
        long id = batch("crash");
        Anchoring sent = federation.settle(federation.anchoring, id, TransactionStatus.PENDING);
        federation.anchoring.close();
        // As if the process had ended between journal and node.
        federation.chain.call("anvil_dropTransaction", sent.transaction().orElseThrow());
        assertThat(federation
                        .chain
                        .call("eth_getTransactionByHash", sent.transaction().orElseThrow())
                        .isNull())
                .isTrue();
        try (CheckpointAnchoring after = federation.open(federation.owner, "owner")) {
            after.advance();
            federation.chain.mine(5);
            Anchoring landed = federation.settle(after, id, TransactionStatus.FINAL);
            assertThat(landed.transaction()).isEqualTo(sent.transaction());
        }
    }

    @Test
    void nonceTakenBySomebodyElse_getsAnotherOnceThatIsFinal() {
        long id = batch("taken");
        Anchoring sent = federation.settle(federation.anchoring, id, TransactionStatus.PENDING);
        takeNonce(sent.transaction().orElseThrow());
        federation.anchoring.advance();
        assertThat(federation.anchoring.transaction(id).transaction())
                .as("not final")
                .isEqualTo(sent.transaction());
        federation.chain.mine(1);
        federation.chain.mine(4);
        federation.anchoring.advance();
        federation.anchoring.advance();
        Anchoring again = federation.anchoring.transaction(id);
        assertThat(again.transaction()).isNotEqualTo(sent.transaction());
        assertThat(federation.finish(mined(id)).status()).isEqualTo(TransactionStatus.FINAL);
        assertThat(find("taken")).isInstanceOf(AnchorOutcome.Final.class);
    }

    @Test
    void chainDown_anchorsWaitAndLandWhenItIsBack() {
        federation.chain.mine(4);
        federation.anchoring.advance();
        federation.anchoring.close();
        JsonNode dump = federation.chain.call("anvil_dumpState");
        int port = federation.chain.port();
        federation.chain.close();
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (CheckpointAnchoring anchoring =
                CheckpointAnchoring.open(federation.settings("owner"), federation.owner, now::get, new Random(2))) {
            Checkpoint run = checkpoint("down", 5);
            long id = anchoring.anchorBatch(federation.contract, List.of(run));
            assertThat(anchoring.state().chain()).isEqualTo(AnchorState.Chain.UNKNOWN);
            assertThat(anchoring.advance().chain()).isEqualTo(AnchorState.Chain.FAILING);
            assertThat(anchoring.advance().failures())
                    .as("not asked before its time")
                    .isEqualTo(1);
            for (int i = 0; i < CircuitBreaker.OPEN_AFTER - 1; i++) {
                now.set(anchoring.state().nextTry().orElseThrow());
                anchoring.advance();
            }
            AnchorState down = anchoring.state();
            assertThat(down.chain()).isEqualTo(AnchorState.Chain.DOWN);
            assertThat(down.queued()).isEqualTo(1);
            assertThat(down.trouble().orElseThrow()).contains("http://127.0.0.1:" + port + " did not answer");
            assertThat(anchoring.transaction(id).status()).isEqualTo(TransactionStatus.QUEUED);
            assertThat(federation.lookup().find(run, Optional.empty())).isInstanceOf(AnchorOutcome.Unreachable.class);

            try (Anvil back = Anvil.start(port)) {
                back.call("anvil_loadState", dump.asText());
                assertThat(anchoring.advance().chain())
                        .as("not asked before its time")
                        .isEqualTo(AnchorState.Chain.DOWN);
                now.set(down.nextTry().orElseThrow().plus(Duration.ofMillis(1)));
                Federation.settle(back, anchoring, id, TransactionStatus.INCLUDED);
                back.mine(4);
                assertThat(Federation.settle(back, anchoring, id, TransactionStatus.FINAL)
                                .status())
                        .isEqualTo(TransactionStatus.FINAL);
                assertThat(anchoring.state().chain()).isEqualTo(AnchorState.Chain.UP);
                assertThat(federation.lookup().find(run, anchoring.proof(run))).isInstanceOf(AnchorOutcome.Final.class);
            }
        }
    }

    /** Answers as the chain does, but for what a test changes. */
    private HttpServer front(Function<JsonNode, Optional<JsonNode>> changed) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        front.createContext("/", exchange -> {
            try (exchange) {
                JsonNode question = JsonRpc.MAPPER.readTree(exchange.getRequestBody());
                ObjectNode answer = JsonRpc.MAPPER
                        .createObjectNode()
                        .put("id", question.path("id").asLong());
                try {
                    answer.set(
                            "result",
                            changed.apply(question)
                                    .orElseGet(() -> federation.chain.call(
                                            question.path("method").asText(),
                                            JsonRpc.MAPPER.convertValue(question.path("params"), Object[].class))));
                } catch (ChainRefusalException refusal) {
                    answer.putObject("error").put("code", refusal.number()).put("message", refusal.getMessage());
                }
                byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        front.start();
        return front;
    }

    private EthereumSettings through(HttpServer front) {
        return new EthereumSettings(
                URI.create("http://127.0.0.1:" + front.getAddress().getPort()),
                Anvil.CHAIN,
                Federation.MOST,
                folder.resolve("owner"),
                3,
                2,
                Duration.ofSeconds(30));
    }

    private CheckpointAnchoring openThrough(HttpServer front) {
        return CheckpointAnchoring.open(through(front), federation.owner, () -> Instant.EPOCH, new Random(5));
    }

    private static boolean asks(JsonNode question, String method, int parameter, String value) {
        return question.path("method").asText().equals(method)
                && question.path("params").path(parameter).asText().equals(value);
    }

    private static Function<JsonNode, Optional<JsonNode>> pendingAlways(long nonce, List<String> sent) {
        return question -> {
            if (question.path("method").asText().equals("eth_sendRawTransaction")) {
                sent.add(question.path("params").path(0).asText());
            }
            return asks(question, "eth_getTransactionCount", 1, "pending")
                    ? Optional.of(new TextNode(Quantity.text(nonce)))
                    : Optional.empty();
        };
    }

    /** Of the nodes behind one address one may not have heard of the newest block yet. */
    @Test
    void nodeThatLags_getsNoNonceTwiceAndNoGap() throws IOException {
        long nonce = nonce();
        List<String> sent = new CopyOnWriteArrayList<>();
        HttpServer front = front(pendingAlways(nonce, sent));
        federation.anchoring.close();
        try (CheckpointAnchoring anchoring = openThrough(front)) {
            long first = anchoring.anchorBatch(federation.contract, List.of(checkpoint("lag-1", 5)));
            long second = anchoring.anchorBatch(federation.contract, List.of(checkpoint("lag-2", 5)));
            federation.settle(anchoring, first, TransactionStatus.INCLUDED);
            assertThat(federation
                            .settle(anchoring, second, TransactionStatus.INCLUDED)
                            .attempts())
                    .isEqualTo(1);
            assertThat(nonce()).isEqualTo(nonce + 2);
            // The lagging node was told of the first again before the second, which it could not have taken.
            assertThat(sent).hasSize(3);
            assertThat(sent.get(1)).isEqualTo(sent.get(0));
            assertThat(sent.get(2)).isNotEqualTo(sent.get(0));
        } finally {
            front.stop(0);
        }
    }

    @Test
    void nodeThatLags_afterARestart_getsNoNonceThatSomebodyElseTook() throws IOException {
        long nonce = nonce();
        long id = batch("lag-taken");
        federation.settle(federation.anchoring, id, TransactionStatus.PENDING);
        takeNonce(federation.anchoring.transaction(id).transaction().orElseThrow());
        federation.chain.mine(5);
        federation.anchoring.advance();
        assertThat(federation.anchoring.transaction(id).status()).isEqualTo(TransactionStatus.QUEUED);
        federation.anchoring.close();
        HttpServer front = front(pendingAlways(nonce, new CopyOnWriteArrayList<>()));
        try (CheckpointAnchoring anchoring = openThrough(front)) {
            assertThat(federation
                            .settle(anchoring, id, TransactionStatus.INCLUDED)
                            .attempts())
                    .isEqualTo(1);
            assertThat(nonce()).isEqualTo(nonce + 2);
        } finally {
            front.stop(0);
        }
    }

    /** Somebody else with the same key is faster. */
    private void takeNonce(String transaction) {
        federation.chain.call("anvil_dropTransaction", transaction);
        federation.chain.call(
                "anvil_impersonateAccount", federation.owner.address().text());
        federation.chain.call(
                "eth_sendTransaction",
                JsonRpc.MAPPER
                        .createObjectNode()
                        .put("from", federation.owner.address().text())
                        .put("to", federation.stranger.address().text())
                        .put("value", "0x1"));
        federation.chain.mine(1);
    }

    private void everythingFinal() {
        federation.chain.mine(4);
        assertThat(federation.anchoring.advance().isIdle()).isTrue();
    }

    /** A node that keeps no receipts once it is told so. */
    private HttpServer forgetful(AtomicBoolean forgets) throws IOException {
        return front(
                question -> forgets.get() && question.path("method").asText().equals("eth_getTransactionReceipt")
                        ? Optional.of(NullNode.getInstance())
                        : Optional.empty());
    }

    @Test
    void nodeThatForgetsReceipts_anchorsThatLanded_areFinalAndSentOnce() throws IOException {
        String origin = checkpoint("single", 5).origin();
        federation.finish(federation.anchoring.register(federation.contract, origin, federation.owner.address()));
        federation.anchoring.close();
        long nonce = nonce();
        AtomicBoolean forgets = new AtomicBoolean();
        HttpServer front = forgetful(forgets);
        try (CheckpointAnchoring anchoring = openThrough(front)) {
            long batch = anchoring.anchorBatch(federation.contract, List.of(checkpoint("batch", 5)));
            long single = anchoring.anchor(federation.contract, checkpoint("single", 5));
            for (long id : new long[] {batch, single}) {
                federation.settle(anchoring, id, TransactionStatus.PENDING);
                forgets.set(true);
                federation.chain.mine(5);
                anchoring.advance();
                assertThat(anchoring.transaction(id).status()).isEqualTo(TransactionStatus.FINAL);
                assertThat(anchoring.transaction(id).note().orElseThrow()).contains("has no receipt");
                forgets.set(false);
            }
            assertThat(nonce()).isEqualTo(nonce + 2);
        }
        forgets.set(true);
        try (CheckpointAnchoring after = openThrough(front)) {
            assertThat(after.state().isIdle()).isTrue();
            after.advance();
            assertThat(after.proof(checkpoint("single", 5))).isEmpty();
            forgets.set(false);
            after.advance();
            assertThat(federation.lookup().find(checkpoint("batch", 5), after.proof(checkpoint("batch", 5))))
                    .isInstanceOf(AnchorOutcome.Final.class);
            assertThat(after.proof(checkpoint("single", 5))).isPresent();
            assertThat(nonce()).isEqualTo(nonce + 2);
        } finally {
            front.stop(0);
        }
    }

    @Test
    void nodeThatForgetsReceipts_aDeployment_isUnclearAndHoldsNothingUp() throws IOException {
        everythingFinal();
        federation.anchoring.close();
        long nonce = nonce();
        AtomicBoolean forgets = new AtomicBoolean();
        HttpServer front = forgetful(forgets);
        try (CheckpointAnchoring anchoring = openThrough(front)) {
            long deployment = anchoring.deploy();
            long batch = anchoring.anchorBatch(federation.contract, List.of(checkpoint("after", 5)));
            federation.settle(anchoring, deployment, TransactionStatus.PENDING);
            forgets.set(true);
            federation.chain.mine(5);
            AnchorState state = anchoring.advance();
            assertThat(anchoring.transaction(deployment).status()).isEqualTo(TransactionStatus.UNCLEAR);
            assertThat(state.unclear()).isEqualTo(1);
            assertThat(state.trouble().orElseThrow()).contains("nonce " + nonce + " is used");
            federation.settle(anchoring, batch, TransactionStatus.PENDING);
            assertThat(anchoring.transaction(deployment).attempts()).isEqualTo(1);
            // A node that has the receipt clears it up.
            forgets.set(false);
            federation.chain.mine(5);
            anchoring.advance();
            assertThat(anchoring.transaction(deployment).status()).isEqualTo(TransactionStatus.FINAL);
            assertThat(anchoring.transaction(batch).status()).isEqualTo(TransactionStatus.FINAL);
            assertThat(anchoring.state().unclear()).isZero();
            assertThat(nonce()).isEqualTo(nonce + 2);
        } finally {
            front.stop(0);
        }
    }

    @Test
    void nodeThatForgetsReceipts_aPayment_isNeverMadeTwice() throws IOException {
        everythingFinal();
        federation.anchoring.close();
        AtomicBoolean forgets = new AtomicBoolean();
        HttpServer front = forgetful(forgets);
        BigInteger before = federation.chain.balance(federation.stranger.address());
        Repetition always = (entry, finalized, rpc) -> Repetition.Answer.ALLOWED;
        try {
            try (Outbox outbox =
                    Outbox.open(through(front), federation.owner, () -> Instant.EPOCH, new Random(6), always)) {
                long id = outbox.add(
                        Optional.of(federation.stranger.address()),
                        "0x",
                        BigInteger.TEN,
                        JsonRpc.MAPPER.createObjectNode());
                outbox.advance();
                assertThat(outbox.state().pending()).isEqualTo(1);
                forgets.set(true);
                federation.chain.mine(5);
                assertThat(outbox.advance().unclear()).isEqualTo(1);
                assertThat(outbox.entries().get(Math.toIntExact(id)).status()).isEqualTo(TransactionStatus.UNCLEAR);
            }
            try (Outbox outbox =
                    Outbox.open(through(front), federation.owner, () -> Instant.EPOCH, new Random(6), always)) {
                assertThat(outbox.advance().unclear()).isEqualTo(1);
                federation.chain.mine(5);
                assertThat(outbox.advance().trouble().orElseThrow()).contains("not sent again");
            }
        } finally {
            front.stop(0);
        }
        assertThat(federation.chain.balance(federation.stranger.address()).subtract(before))
                .isEqualTo(BigInteger.TEN);
    }

    @Test
    void otherChainThanNamed_nothingIsSent() {
        EthereumSettings settings = new EthereumSettings(
                federation.chain.uri(), 1, Federation.MOST, folder.resolve("mainnet"), 3, 2, Duration.ofSeconds(30));
        try (CheckpointAnchoring anchoring =
                CheckpointAnchoring.open(settings, federation.owner, () -> Instant.EPOCH, new Random(3))) {
            long id = anchoring.deploy();
            assertThat(anchoring.advance().trouble().orElseThrow()).contains("is a node of chain 31337, not of 1");
            assertThat(anchoring.transaction(id).status()).isEqualTo(TransactionStatus.QUEUED);
        }
    }

    @Test
    void journalOfAnotherAccountOrInUse_isRefused() {
        assertThatThrownBy(() -> federation.open(federation.owner, "owner"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is in use");
        federation.anchoring.close();
        assertThatThrownBy(() -> federation.open(federation.stranger, "owner"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("belongs to account " + federation.owner.address())
                .hasMessageContaining("not to " + federation.stranger.address());
    }
}
