package org.dalrn.ethereum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.dalrn.podp.note.Checkpoint;

/**
 * Prints what the contracts cost, in gas, on a local chain: the table of docs/anchoring.md on standard error, and on standard output the
 * figure {@code gas_per_run_batch_10} as a JSON line.
 *
 * <p>Run its {@code main} with the test class path of this module, once {@code integrations/ethereum/peers/install} has put the chain in
 * place. Not a test: that the figure is reached is asserted in {@link CheckpointAnchoringTest}.
 */
final class GasFigures {

    private static final int RUNS = 10;

    /** A zero byte in a root costs less than others: the figure is the dearest. */
    private static final int BATCHES = 20;

    private final Federation federation;

    private GasFigures(Federation federation) {
        this.federation = federation;
    }

    /**
     * Prints them.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("dalrn-gas");
        try (Federation federation = new Federation(Anvil.start(), folder)) {
            new GasFigures(federation).print();
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException undeletable) {
                    throw new UncheckedIOException(undeletable);
                }
            });
        }
    }

    private void print() {
        row("deploy CheckpointAnchor", gas(0));
        row("addPublisher", gas(1));
        CheckpointAnchoring anchoring = federation.anchoring;
        Checkpoint single = Federation.checkpoint("single", 123_456);
        row(
                "register an origin",
                gas(anchoring.register(federation.contract, single.origin(), federation.owner.address())));
        row("anchor, first of an origin", gas(anchoring.anchor(federation.contract, single)));
        row("anchor, later", gas(anchoring.anchor(federation.contract, Federation.checkpoint("single", 7_654_321))));
        long most = 0;
        for (int i = 0; i < BATCHES; i++) {
            most = Math.max(most, gas(anchoring.anchorBatch(federation.contract, runs(RUNS, i))));
        }
        row("anchorBatch of 10 runs, dearest of " + BATCHES, most);
        row("anchorBatch of 1,000 runs", gas(anchoring.anchorBatch(federation.contract, runs(1000, 1))));
        rewards();
        System.out.printf(
                Locale.ROOT,
                "{\"suite\":\"podp\",\"name\":\"gas_per_run_batch_10\",\"params\":{\"runs\":10},\"value\":%d,\"unit\":\"gas\"}%n",
                (most + RUNS - 1) / RUNS);
    }

    private static List<Checkpoint> runs(int count, int round) {
        List<Checkpoint> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(Federation.checkpoint("run-" + i, 100L * round + 40));
        }
        return runs;
    }

    private long gas(long id) {
        Anchoring settled = federation.settle(federation.anchoring, id, TransactionStatus.INCLUDED);
        return federation.chain.gas(settled.transaction().orElseThrow());
    }

    private void rewards() {
        Random random = new Random(3);
        List<RewardPayout> payouts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            byte[] account = new byte[20];
            random.nextBytes(account);
            payouts.add(new RewardPayout(
                    new EthereumAddress("0x" + HexFormat.of().formatHex(account)), BigInteger.TEN.pow(15)));
        }
        RewardTree tree = RewardTree.of(payouts);
        try (Outbox outbox = Outbox.open(
                federation.settings("rewards"),
                federation.stranger,
                () -> Instant.EPOCH,
                new Random(4),
                Repetition.NEVER)) {
            OutboxEntry made = sent(outbox, Optional.empty(), RewardCalls.deploy(), BigInteger.ZERO);
            row("deploy RewardClaims", federation.chain.gas(made.transaction().orElseThrow()));
            Optional<EthereumAddress> contract = made.made();
            Instant deadline = Instant.ofEpochSecond(4_000_000_000L);
            row("fund", rewardGas(outbox, contract, RewardCalls.fund(tree, deadline), tree.total()));
            row(
                    "claim, first of 256, 100 payouts, new account",
                    rewardGas(outbox, contract, RewardCalls.claim(0, payouts.get(0), tree.proof(0)), BigInteger.ZERO));
            row(
                    "claim, later",
                    rewardGas(outbox, contract, RewardCalls.claim(0, payouts.get(1), tree.proof(1)), BigInteger.ZERO));
        }
    }

    private long rewardGas(Outbox outbox, Optional<EthereumAddress> to, String data, BigInteger value) {
        return federation.chain.gas(sent(outbox, to, data, value).transaction().orElseThrow());
    }

    private OutboxEntry sent(Outbox outbox, Optional<EthereumAddress> to, String data, BigInteger value) {
        long id = outbox.add(to, data, value, JsonRpc.MAPPER.createObjectNode());
        outbox.advance();
        federation.chain.mine(1);
        outbox.advance();
        OutboxEntry entry = outbox.entries().get(Math.toIntExact(id));
        if (entry.status().compareTo(TransactionStatus.INCLUDED) < 0 || entry.status() == TransactionStatus.REFUSED) {
            throw new IllegalStateException("not in a block: " + entry);
        }
        return entry;
    }

    private static void row(String what, long gas) {
        System.err.printf(Locale.ROOT, "| %s | %,d |%n", what, gas);
    }
}
