package org.dalrn.ethereum;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.Checkpoint;

/** A chain with a contract, its administrator, who publishes, and somebody else; each with a journal. */
final class Federation implements AutoCloseable {

    static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);
    static final BigInteger MOST = GWEI.multiply(BigInteger.valueOf(200));

    /** Far more than a test takes: what does not come ends it. */
    private static final int MOST_STEPS = 50;

    final Anvil chain;
    final AccountKey owner = key("owner");
    final AccountKey stranger = key("stranger");
    final CheckpointAnchoring anchoring;
    final EthereumAddress contract;

    private final Path folder;

    Federation(Anvil chain, Path folder) {
        this.chain = chain;
        this.folder = folder;
        chain.fund(owner.address());
        chain.fund(stranger.address());
        anchoring = open(owner, "owner");
        long deployment = anchoring.deploy();
        settle(anchoring, deployment, TransactionStatus.INCLUDED);
        contract = anchoring.deployed(deployment).orElseThrow();
        long publisher = anchoring.addPublisher(contract, owner.address());
        settle(anchoring, publisher, TransactionStatus.INCLUDED);
    }

    /** The key of an account, the same in each run. */
    static AccountKey key(String name) {
        return AccountKey.ofSecret(
                Sha256Hash.of(name.getBytes(StandardCharsets.UTF_8)).toByteArray());
    }

    EthereumSettings settings(String journal) {
        return new EthereumSettings(
                chain.uri(), Anvil.CHAIN, MOST, folder.resolve(journal), 3, 2, Duration.ofSeconds(30));
    }

    CheckpointAnchoring open(AccountKey key, String journal) {
        return CheckpointAnchoring.open(settings(journal), key, InstantSource.fixed(Instant.EPOCH), new Random(1));
    }

    /** Advances until a transaction is at least so far; makes a block whenever it waits for one. */
    static Anchoring settle(Anvil chain, CheckpointAnchoring anchoring, long id, TransactionStatus status) {
        for (int i = 0; i < MOST_STEPS; i++) {
            Anchoring now = anchoring.transaction(id);
            if (now.status().compareTo(status) >= 0) {
                return now;
            }
            if (anchoring.advance().pending() > 0 && status != TransactionStatus.PENDING) {
                chain.mine(1);
            }
        }
        throw new AssertionError("still " + anchoring.transaction(id) + ", " + anchoring.state());
    }

    Anchoring settle(CheckpointAnchoring by, long id, TransactionStatus status) {
        return settle(chain, by, id, status);
    }

    /** Mines what makes everything final. */
    Anchoring finish(long id) {
        settle(anchoring, id, TransactionStatus.INCLUDED);
        chain.mine(4);
        anchoring.advance();
        return anchoring.transaction(id);
    }

    EthereumLookup lookup() {
        return new EthereumLookup(chain.uri(), contract, Duration.ofSeconds(30));
    }

    static Checkpoint checkpoint(String run, long size) {
        return new Checkpoint(
                "example.org/hospitals/" + run,
                size,
                Sha256Hash.of((run + " " + size).getBytes(StandardCharsets.UTF_8)));
    }

    static List<Checkpoint> runs(int count) {
        List<Checkpoint> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(checkpoint("run-" + i, 40 + i));
        }
        return runs;
    }

    @Override
    public void close() {
        anchoring.close();
        chain.close();
    }
}
