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
import java.util.OptionalLong;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.web3j.crypto.Hash;

/**
 * Asks a contract RewardClaims what it holds and what it paid.
 *
 * <p>Believed is the node that is asked. That the contract is the compiled one, byte for byte, is checked. Thread-safe.
 */
public final class RewardLookup {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final String FINALIZED = "finalized";
    private static final String LATEST = "latest";
    private static final int WORDS = 5;

    /** The year 9999: a deadline beyond it is not shown as a date. */
    private static final BigInteger LAST_SECOND = BigInteger.valueOf(253_402_300_799L);

    /** A distribution beyond it could be funded, but not be asked about. */
    static final Instant LAST_DEADLINE = Instant.ofEpochSecond(LAST_SECOND.longValueExact());

    private static final String FUNDED_EVENT = Quantity.text(
            Hash.sha3("Funded(uint256,address,bytes32,uint64,uint256,uint64)".getBytes(StandardCharsets.US_ASCII)));

    /** Whether a payout was paid. */
    public enum Payment {
        /** Nobody claimed it. */
        OPEN,
        /** In a block that a reorganisation of the chain can still take away. */
        PAID_NOT_FINAL,
        /** For good. */
        PAID
    }

    private final JsonRpc rpc;
    private final EthereumAddress contract;

    RewardLookup(JsonRpc rpc, EthereumAddress contract) {
        this.rpc = rpc;
        this.contract = requireNonNull(contract, "contract");
    }

    /**
     * Asks at one node; nothing is asked yet.
     *
     * @param node http or https
     * @throws IllegalArgumentException if it is another kind of address
     */
    public static RewardLookup at(URI node, EthereumAddress contract) {
        return new RewardLookup(new JsonRpc(node, TIMEOUT), contract);
    }

    /**
     * Makes sure that the contract is the compiled one: money sent to any other address may be lost.
     *
     * @throws PodpException if other code is there, or none
     * @throws ChainException if the chain does not answer
     */
    public void requireContract() {
        byte[] code = Quantity.bytes(rpc.call("eth_getCode", contract.text(), LATEST), "the contract's code");
        if (!Arrays.equals(code, CompiledContract.REWARD_CLAIMS.runtime())) {
            throw new PodpException("at " + contract + " is "
                    + (code.length == 0 ? "no contract" : "other code than that of RewardClaims")
                    + ": nothing is sent there; `dalrn rewards deploy` makes the contract");
        }
    }

    /**
     * The time of the newest block, by which the contract decides whether a deadline has passed.
     *
     * @throws ChainException if the chain does not answer
     */
    public Instant time() {
        JsonNode block = rpc.call("eth_getBlockByNumber", LATEST, false);
        BigInteger seconds = Quantity.number(block.path("timestamp"), "the time of the newest block");
        if (seconds.compareTo(LAST_SECOND) > 0) {
            throw new ChainUnavailableException(
                    rpc.name() + " says that the newest block is of second " + seconds + ", beyond the year 9999");
        }
        return Instant.ofEpochSecond(seconds.longValueExact());
    }

    /**
     * What the contract says about a distribution now.
     *
     * @return empty if there is none with this number
     * @throws ChainException if the chain does not answer
     */
    public Optional<RewardDistribution> distribution(long number) {
        return distribution(number, LATEST);
    }

    /**
     * Whether a distribution was opened in or below the finalized block, and not only in one that a reorganisation of the chain can
     * still take away.
     *
     * @throws ChainException if the chain does not answer
     */
    public boolean isFinal(RewardDistribution distribution) {
        try {
            return distribution(distribution.number(), FINALIZED)
                    .filter(then -> then.root().equals(distribution.root())
                            && then.size() == distribution.size()
                            && then.deadline().equals(distribution.deadline()))
                    .isPresent();
        } catch (ChainRefusalException noSuchBlock) {
            return false;
        }
    }

    private Optional<RewardDistribution> distribution(long number, String block) {
        BigInteger[] words;
        try {
            JsonNode answer = call(RewardCalls.distributionOf(number), block);
            if (answer.asText().equals("0x") && block.equals(FINALIZED)) {
                // The contract was not there yet at that block.
                return Optional.empty();
            }
            words = Quantity.words(answer, WORDS, "a distribution");
        } catch (ChainRefusalException refusal) {
            if (refusal.says("nodistribution")) {
                return Optional.empty();
            }
            throw refusal;
        }
        if (words[2].bitLength() >= Long.SIZE || words[4].compareTo(LAST_SECOND) > 0) {
            throw new ChainUnavailableException("the contract answered with " + words[2] + " payouts until second "
                    + words[4] + ", which no distribution of ours has");
        }
        return Optional.of(new RewardDistribution(
                number,
                Quantity.address(words[0]),
                Quantity.hash(words[1]),
                words[2].longValueExact(),
                words[3],
                Instant.ofEpochSecond(words[4].longValueExact())));
    }

    /**
     * Whether a payout was paid, at the newest and at the finalized block.
     *
     * @throws ChainException if the chain does not answer
     */
    public Payment payment(long distribution, long index) {
        String call = RewardCalls.isClaimed(distribution, index);
        if (!isSet(call(call, LATEST))) {
            return Payment.OPEN;
        }
        try {
            JsonNode answer = call(call, FINALIZED);
            // Without an answer the contract was not there yet at that block.
            return !answer.asText().equals("0x") && isSet(answer) ? Payment.PAID : Payment.PAID_NOT_FINAL;
        } catch (ChainRefusalException noSuchBlock) {
            return Payment.PAID_NOT_FINAL;
        }
    }

    /** Whether it was paid at a block. */
    boolean isPaid(long distribution, long index, long block) {
        JsonNode answer = call(RewardCalls.isClaimed(distribution, index), Quantity.text(block));
        return !answer.asText().equals("0x") && isSet(answer);
    }

    private static boolean isSet(JsonNode answer) {
        return Quantity.words(answer, 1, "whether a payout was claimed")[0].equals(BigInteger.ONE);
    }

    private JsonNode call(String data, String when) {
        ObjectNode to =
                JsonRpc.MAPPER.createObjectNode().put("to", contract.text()).put("data", data);
        return rpc.call("eth_call", to, when);
    }

    /** The number of the distribution that a transaction in a block opened for a root; empty if the node has no receipt. */
    OptionalLong opened(String transaction, Sha256Hash root) {
        JsonNode receipt = rpc.call("eth_getTransactionReceipt", transaction);
        for (JsonNode log : receipt.path("logs")) {
            JsonNode topics = log.path("topics");
            boolean ours = log.path("address").asText().equalsIgnoreCase(contract.text())
                    && topics.path(0).asText().equals(FUNDED_EVENT)
                    && topics.path(3).asText().equals("0x" + root);
            if (ours) {
                BigInteger number = new BigInteger(
                        Quantity.hash(topics.path(1), "the number of a distribution")
                                .substring(2),
                        16);
                if (number.bitLength() >= Long.SIZE) {
                    throw new ChainUnavailableException(
                            rpc.name() + " says that distribution " + number + " was opened, more than 2^63 - 1");
                }
                return OptionalLong.of(number.longValueExact());
            }
        }
        return OptionalLong.empty();
    }
}
