package org.dalrn.ethereum;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.anchor.CheckpointBatch;
import org.dalrn.podp.note.Checkpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Anchors checkpoints in a contract, from one account, whether the chain answers or not.
 *
 * <p>Whatever is asked for is durable on return and sent later, in order, by {@link #advance} or by {@link #advanceOn}'s thread: nothing
 * here waits for the chain but that thread. See {@code docs/anchoring.md} for what is sent twice (nothing), how fees rise, and what
 * counts as final.
 *
 * <p>Thread-safe; {@link #advance} by one thread at a time.
 */
public final class CheckpointAnchoring implements Transactions, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointAnchoring.class);

    static final String PURPOSE = "purpose";
    private static final String CHECKPOINTS = "checkpoints";
    static final String BATCH = "anchor a batch";
    static final String SINGLE = "anchor a checkpoint";

    private final EthereumSettings settings;
    private final Outbox outbox;

    private CheckpointAnchoring(EthereumSettings settings, Outbox outbox) {
        this.settings = settings;
        this.outbox = outbox;
    }

    /**
     * Opens the journal and goes on where it ends; the chain is not asked.
     *
     * @param key of the account that pays
     * @param clock decides when a chain that is down is asked again
     * @param random spreads those times
     * @throws JournalDamagedException if the journal was changed
     * @throws IllegalArgumentException if it belongs to another account or chain
     * @throws IllegalStateException if another process has it
     */
    public static CheckpointAnchoring open(
            EthereumSettings settings, AccountKey key, InstantSource clock, RandomGenerator random) {
        return new CheckpointAnchoring(
                settings, Outbox.open(settings, key, clock, random, RewardRepetition.ofAccount(key.address())));
    }

    /** The account that pays. */
    public EthereumAddress account() {
        return outbox.account();
    }

    /**
     * Makes a contract; this account is its administrator.
     *
     * @return number of the transaction, as with all that follow
     */
    public long deploy() {
        return outbox.add(
                Optional.empty(),
                Quantity.text(CompiledContract.CHECKPOINT_ANCHOR.creation()),
                BigInteger.ZERO,
                memo("deploy the contract"));
    }

    /** As the administrator: gives an origin, once, to the account that will anchor for it. */
    public long register(EthereumAddress contract, String origin, EthereumAddress owner) {
        return call(contract, AnchorCalls.register(origin, owner), memo("register " + origin + " for " + owner));
    }

    /** As the owner of an origin: names a successor, who has to accept it. */
    public long offerOrigin(EthereumAddress contract, String origin, EthereumAddress successor) {
        return call(contract, AnchorCalls.offerOrigin(origin, successor), memo("offer " + origin + " to " + successor));
    }

    /** As the named successor: takes an origin over. */
    public long acceptOrigin(EthereumAddress contract, String origin) {
        return call(contract, AnchorCalls.acceptOrigin(origin), memo("accept " + origin));
    }

    /** As the administrator: lets the batches of an account count from then on. */
    public long addPublisher(EthereumAddress contract, EthereumAddress publisher) {
        return call(contract, AnchorCalls.addPublisher(publisher), memo("let " + publisher + " publish batches"));
    }

    /** As the administrator: lets the batches of an account count no longer, for good. */
    public long revokePublisher(EthereumAddress contract, EthereumAddress publisher) {
        return call(contract, AnchorCalls.revokePublisher(publisher), memo("revoke publisher " + publisher));
    }

    /**
     * As the owner of its origin: anchors one checkpoint, larger than the one before.
     *
     * @throws IllegalArgumentException if the log is empty, or larger than 2^56 - 1
     */
    public long anchor(EthereumAddress contract, Checkpoint checkpoint) {
        if (checkpoint.size() < 1 || checkpoint.size() > AnchorCalls.LARGEST_SIZE) {
            throw new IllegalArgumentException("a log of 1 to " + AnchorCalls.LARGEST_SIZE
                    + " entries can be anchored, not of " + checkpoint.size());
        }
        ObjectNode memo = memo(SINGLE);
        memo.putArray(CHECKPOINTS).add(checkpoint.text());
        return call(contract, AnchorCalls.anchor(checkpoint), memo);
    }

    /**
     * As a publisher: anchors many checkpoints at once.
     *
     * @param checkpoints one or more, each of another log
     * @throws IllegalArgumentException if there is none, or two are of the same log
     */
    public long anchorBatch(EthereumAddress contract, Collection<Checkpoint> checkpoints) {
        CheckpointBatch batch = CheckpointBatch.of(checkpoints);
        ObjectNode memo = memo(BATCH);
        ArrayNode texts = memo.putArray(CHECKPOINTS);
        batch.checkpoints().forEach(checkpoint -> texts.add(checkpoint.text()));
        return call(contract, AnchorCalls.anchorBatch(batch.root()), memo);
    }

    private static ObjectNode memo(String purpose) {
        return JsonRpc.MAPPER.createObjectNode().put(PURPOSE, purpose);
    }

    private long call(EthereumAddress contract, String data, ObjectNode memo) {
        return outbox.add(Optional.of(contract), data, BigInteger.ZERO, memo);
    }

    @Override
    public AnchorState advance() {
        return outbox.advance();
    }

    /**
     * Advances again and again.
     *
     * @param executor whose thread waits for the chain
     * @param pause between two looks at the chain
     * @return what ends it
     */
    public ScheduledFuture<?> advanceOn(ScheduledExecutorService executor, Duration pause) {
        return executor.scheduleWithFixedDelay(this::advanceSafely, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** An exception would end the schedule without a word. */
    private void advanceSafely() {
        try {
            advance();
        } catch (RuntimeException failure) {
            LOG.error("anchoring cannot go on until somebody has looked", failure);
        }
    }

    @Override
    public AnchorState state() {
        return outbox.state();
    }

    @Override
    public List<Anchoring> transactions() {
        return outbox.entries().stream().map(Anchoring::of).toList();
    }

    static List<Checkpoint> checkpoints(JsonNode memo) {
        List<Checkpoint> checkpoints = new ArrayList<>();
        memo.path(CHECKPOINTS).forEach(text -> checkpoints.add(Checkpoint.parse(text.asText())));
        return checkpoints;
    }

    /**
     * Where a checkpoint is anchored for good.
     *
     * @return empty as long as no transaction with it is final, and the node has its receipt
     */
    public Optional<AnchorProof> proof(Checkpoint checkpoint) {
        for (Anchoring anchoring : transactions()) {
            boolean here = anchoring.status() == TransactionStatus.FINAL
                    && anchoring.block().isPresent()
                    && anchoring.checkpoints().contains(checkpoint);
            if (here) {
                return Optional.of(new AnchorProof(
                        "eip155:" + settings.chainId(),
                        anchoring.contract().orElseThrow().text(),
                        account().text(),
                        anchoring.transaction().orElseThrow(),
                        anchoring.block().orElseThrow(),
                        anchoring.purpose().equals(BATCH)
                                ? Optional.of(CheckpointBatch.of(anchoring.checkpoints())
                                        .proof(checkpoint))
                                : Optional.empty()));
            }
        }
        return Optional.empty();
    }

    /**
     * A contract that a transaction of this account made, once its code is there.
     *
     * @throws ChainException if the chain does not answer
     * @throws PodpException if the code is not the compiled contract's
     */
    public Optional<EthereumAddress> deployed(long id) {
        Optional<EthereumAddress> made = transaction(id).contract();
        made.ifPresent(address -> {
            byte[] code =
                    Quantity.bytes(outbox.rpc().call("eth_getCode", address.text(), "latest"), "the contract's code");
            if (!java.util.Arrays.equals(code, CompiledContract.CHECKPOINT_ANCHOR.runtime())) {
                throw new PodpException("at " + address + " is other code than was deployed: ask another node");
            }
        });
        return made;
    }

    /** Closes the journal; what is under way goes on at the next start. */
    @Override
    public void close() {
        outbox.close();
    }
}
