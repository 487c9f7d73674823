package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Which chain transactions go to, and what they may cost.
 *
 * @param node of the chain, asked by JSON-RPC; http or https
 * @param chainId number of the chain, 1 or more; signed into every transaction, so that a node cannot pass it on to another chain
 * @param maxFeePerGas the most that is ever offered per unit of gas, in wei, 1 or more
 * @param journal folder of the journal of transactions; belongs to one account of one chain
 * @param confirmations number of blocks, its own among them, after which a transaction counts as confirmed, 1 to 10,000
 * @param resendAfterBlocks number of blocks without a transaction after which it is sent again with a higher fee, 1 to 10,000
 * @param timeout for each answer of the node
 */
public record EthereumSettings(
        URI node,
        long chainId,
        BigInteger maxFeePerGas,
        Path journal,
        int confirmations,
        int resendAfterBlocks,
        Duration timeout) {

    /** Blocks that {@link #of} waits for. */
    public static final int USUAL_CONFIRMATIONS = 12;

    /** Blocks after which {@link #of} resends: a minute on the main chain. */
    public static final int USUAL_RESEND_AFTER = 5;

    private static final int MOST_BLOCKS = 10_000;
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(15);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public EthereumSettings {
        if (!JsonRpc.isHttp(node)) {
            throw new IllegalArgumentException(
                    "a node has an http or https address with a host, not one of scheme " + node.getScheme());
        }
        requireNonNull(journal, "journal");
        if (chainId < 1) {
            throw new IllegalArgumentException("a chain has a number from 1 on, not " + chainId);
        }
        if (maxFeePerGas.signum() <= 0) {
            throw new IllegalArgumentException("the most to offer per gas is 1 wei or more, not " + maxFeePerGas);
        }
        requireBlocks(confirmations, "confirmations");
        requireBlocks(resendAfterBlocks, "blocks before a resend");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a node gets some time to answer, not " + timeout);
        }
    }

    private static void requireBlocks(int blocks, String what) {
        if (blocks < 1 || blocks > MOST_BLOCKS) {
            throw new IllegalArgumentException(what + " are 1 to " + MOST_BLOCKS + ", not " + blocks);
        }
    }

    /** With the usual 12 confirmations, a resend after 5 blocks and 15 seconds for an answer. */
    public static EthereumSettings of(URI node, long chainId, BigInteger maxFeePerGas, Path journal) {
        return new EthereumSettings(
                node, chainId, maxFeePerGas, journal, USUAL_CONFIRMATIONS, USUAL_RESEND_AFTER, USUAL_TIMEOUT);
    }
}
