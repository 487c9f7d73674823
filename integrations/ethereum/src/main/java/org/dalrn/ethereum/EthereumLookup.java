package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorLookup;
import org.dalrn.podp.anchor.AnchorOutcome;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.anchor.CheckpointBatch;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.note.Checkpoint;
import org.web3j.crypto.Hash;

/**
 * Asks a CheckpointAnchor contract about checkpoints.
 *
 * <p>Believed are the node that is asked and the contract that is named; nothing that a proof says. That the contract is the compiled
 * one, byte for byte, is checked. Not thread-safe.
 */
final class EthereumLookup implements AnchorLookup {

    private static final String FINALIZED = "finalized";
    private static final String LATEST = "latest";
    private static final int HEAD_WORDS = 4;

    /** The year 9999: a clock beyond is no clock. */
    private static final BigInteger LAST_SECOND = BigInteger.valueOf(253_402_300_799L);

    private static final String ANCHORED_EVENT =
            Quantity.text(Hash.sha3("CheckpointAnchored(bytes32,uint56,bytes32)".getBytes(StandardCharsets.US_ASCII)));

    private final JsonRpc rpc;
    private final EthereumAddress contract;
    private Optional<String> chain = Optional.empty();

    EthereumLookup(URI node, EthereumAddress contract, Duration timeout) {
        this.rpc = new JsonRpc(node, timeout);
        this.contract = contract;
    }

    @Override
    public AnchorOutcome find(Checkpoint checkpoint, Optional<AnchorProof> proof) {
        requireNonNull(checkpoint, "checkpoint");
        try {
            return ask(checkpoint, proof);
        } catch (ChainException nothing) {
            return new AnchorOutcome.Unreachable(String.valueOf(nothing.getMessage()));
        }
    }

    private AnchorOutcome ask(Checkpoint checkpoint, Optional<AnchorProof> proof) {
        if (checkpoint.size() > AnchorCalls.LARGEST_SIZE) {
            return new AnchorOutcome.Absent(
                    "a log of " + checkpoint.size() + " entries is larger than the contract can hold");
        }
        String name = chain();
        if (!isOurs()) {
            return new AnchorOutcome.Absent("at " + contract + " of chain " + name
                    + " is not the contract CheckpointAnchor that this version knows");
        }
        Optional<AnchorOutcome> newest = newest(checkpoint);
        if (newest.isPresent() && !(newest.orElseThrow() instanceof AnchorOutcome.NotFinal && proof.isPresent())) {
            return newest.orElseThrow();
        }
        if (proof.isEmpty()) {
            return new AnchorOutcome.Absent("the newest checkpoint that the contract holds for " + checkpoint.origin()
                    + " is not of size " + checkpoint.size() + ", and no proof says where else to look");
        }
        AnchorProof where = proof.orElseThrow();
        if (!where.chain().equals(name) || !where.contract().equals(contract.text())) {
            return new AnchorOutcome.Absent("the proof is for contract " + where.contract() + " of chain "
                    + where.chain() + ", asked was " + contract + " of " + name);
        }
        AnchorOutcome proved = where.batch()
                .map(path -> inBatch(checkpoint, where, path))
                .orElseGet(() -> byItself(checkpoint, where));
        return proved instanceof AnchorOutcome.Absent ? newest.orElse(proved) : proved;
    }

    private String chain() {
        if (chain.isEmpty()) {
            chain = Optional.of("eip155:" + Quantity.number(rpc.call("eth_chainId"), "its chain's number"));
        }
        return chain.orElseThrow();
    }

    private boolean isOurs() {
        return Arrays.equals(
                Quantity.bytes(rpc.call("eth_getCode", contract.text(), LATEST), "the contract's code"),
                CompiledContract.CHECKPOINT_ANCHOR.runtime());
    }

    /** What the newest checkpoint of the same log says; empty if it is of another size. */
    private Optional<AnchorOutcome> newest(Checkpoint checkpoint) {
        String call = AnchorCalls.head(checkpoint.origin());
        for (String when : new String[] {FINALIZED, LATEST}) {
            Optional<BigInteger[]> head = read(call, when, HEAD_WORDS, "head");
            if (head.isPresent()
                    && head.orElseThrow()[1].equals(BigInteger.valueOf(checkpoint.size()))
                    && head.orElseThrow()[2].signum() != 0) {
                BigInteger[] words = head.orElseThrow();
                Sha256Hash root = Quantity.hash(words[3]);
                return Optional.of(
                        root.equals(checkpoint.root())
                                ? found(when.equals(FINALIZED), time(words[2]), "as the newest of its log")
                                : contradicted(checkpoint, root));
            }
        }
        return Optional.empty();
    }

    private AnchorOutcome inBatch(Checkpoint checkpoint, AnchorProof where, InclusionProof path) {
        EthereumAddress publisher;
        try {
            publisher = new EthereumAddress(where.account());
        } catch (IllegalArgumentException foreign) {
            return new AnchorOutcome.Absent(
                    "the proof names no account of this kind of chain: " + foreign.getMessage());
        }
        Sha256Hash root = path.rootFor(CheckpointBatch.leafHash(checkpoint));
        String call = AnchorCalls.batch(publisher, root);
        boolean written = false;
        for (String when : new String[] {FINALIZED, LATEST}) {
            Optional<BigInteger[]> batch = read(call, when, 2, "batch");
            if (batch.isPresent() && batch.orElseThrow()[0].signum() != 0) {
                BigInteger[] words = batch.orElseThrow();
                if (words[1].equals(BigInteger.ONE)) {
                    return found(
                            when.equals(FINALIZED),
                            time(words[0]),
                            "as number " + path.index() + " of a batch of " + path.size() + " of " + publisher);
                }
                written = true;
            }
        }
        return new AnchorOutcome.Absent(
                written
                        ? "batch " + root + " was anchored by " + publisher
                                + ", who was no publisher of the contract then"
                        : "batch " + root + ", to which the proof leads, was not anchored by " + publisher);
    }

    /** A checkpoint that is no longer the newest: the event in the block that the proof names. */
    private AnchorOutcome byItself(Checkpoint checkpoint, AnchorProof where) {
        JsonNode finalized = block(FINALIZED);
        JsonNode block = rpc.call("eth_getBlockByNumber", Quantity.text(where.block()), false);
        if (!block.isObject()) {
            return new AnchorOutcome.Absent("the chain has no block " + where.block() + ", which the proof names");
        }
        ObjectNode filter = JsonRpc.MAPPER
                .createObjectNode()
                .put("address", contract.text())
                .put("fromBlock", Quantity.text(where.block()))
                .put("toBlock", Quantity.text(where.block()));
        filter.putArray("topics")
                .add(ANCHORED_EVENT)
                .add("0x" + AnchorCalls.origin(checkpoint.origin()))
                .add("0x" + Quantity.hash(BigInteger.valueOf(checkpoint.size())));
        JsonNode logs = rpc.call("eth_getLogs", filter);
        if (!logs.isArray() || logs.isEmpty()) {
            return new AnchorOutcome.Absent("block " + where.block() + " holds no checkpoint of " + checkpoint.origin()
                    + " with size " + checkpoint.size());
        }
        JsonNode log = logs.path(0);
        if (!log.path("address").asText().equalsIgnoreCase(contract.text())) {
            throw new ChainUnavailableException(rpc.name() + " answered with an event of another contract");
        }
        Sha256Hash root = Quantity.hash(Quantity.words(log.path("data"), 1, "the event")[0]);
        if (!root.equals(checkpoint.root())) {
            return contradicted(checkpoint, root);
        }
        boolean isFinal = finalized.isObject()
                && Quantity.small(finalized.path("number"), "the finalized block's number") >= where.block();
        return found(
                isFinal,
                time(Quantity.number(block.path("timestamp"), "the time of a block")),
                "in block " + where.block());
    }

    private JsonNode block(String when) {
        try {
            return rpc.call("eth_getBlockByNumber", when, false);
        } catch (ChainRefusalException unknown) {
            return JsonRpc.MAPPER.nullNode();
        }
    }

    /** What a function returns at a block; empty if there is no such block yet, or the contract was made after it. */
    private Optional<BigInteger[]> read(String call, String when, int words, String what) {
        ObjectNode to =
                JsonRpc.MAPPER.createObjectNode().put("to", contract.text()).put("data", call);
        try {
            JsonNode answer = rpc.call("eth_call", to, when);
            boolean noContract = answer.asText().equals("0x");
            return noContract ? Optional.empty() : Optional.of(Quantity.words(answer, words, what));
        } catch (ChainRefusalException refusal) {
            if (when.equals(FINALIZED)) {
                return Optional.empty();
            }
            throw refusal;
        }
    }

    private static Instant time(BigInteger seconds) {
        if (seconds.compareTo(LAST_SECOND) > 0) {
            throw new ChainUnavailableException("the contract answered with second " + seconds + ", which is no time");
        }
        return Instant.ofEpochSecond(seconds.longValueExact());
    }

    private static AnchorOutcome found(boolean isFinal, Instant time, String how) {
        return isFinal
                ? new AnchorOutcome.Final(time, "anchored at " + time + " " + how + "; final")
                : new AnchorOutcome.NotFinal(
                        time, "anchored at " + time + " " + how + "; the chain can still take it back");
    }

    private static AnchorOutcome contradicted(Checkpoint checkpoint, Sha256Hash anchored) {
        return new AnchorOutcome.Contradicted(
                anchored,
                "the contract holds root " + anchored + " for " + checkpoint.origin() + " with size "
                        + checkpoint.size() + ", the checkpoint says " + checkpoint.root()
                        + ": its owner has shown two histories");
    }

    @Override
    public void close() {
        // The JDK's client lets go of idle connections by itself.
    }
}
