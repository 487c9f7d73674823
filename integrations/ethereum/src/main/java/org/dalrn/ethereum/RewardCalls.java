package org.dalrn.ethereum;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.dalrn.podp.merkle.InclusionProof;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;

/**
 * What the functions of the contract RewardClaims are given: data of transactions, {@code 0x} and hexadecimal, for whatever wallet or
 * service sends them.
 */
public final class RewardCalls {

    private RewardCalls() {}

    /** The data of the transaction that makes the contract. */
    public static String deploy() {
        return Quantity.text(CompiledContract.REWARD_CLAIMS.creation());
    }

    /**
     * Opens a distribution; the transaction carries {@link RewardTree#total}.
     *
     * @param deadline from when on the rest goes back; a day away or more
     */
    public static String fund(RewardTree tree, Instant deadline) {
        return AnchorCalls.call(
                "fund",
                AnchorCalls.bytes32(tree.root()),
                new Uint64(BigInteger.valueOf(tree.payouts().size())),
                new Uint64(BigInteger.valueOf(deadline.getEpochSecond())));
    }

    /**
     * Pays one payout to its account; anybody may send it.
     *
     * @param distribution its number, from 0 on
     * @param payout the leaf of which {@code proof} is
     */
    public static String claim(long distribution, RewardPayout payout, InclusionProof proof) {
        List<Bytes32> path = proof.path().stream().map(AnchorCalls::bytes32).toList();
        return AnchorCalls.call(
                "claim",
                number(distribution),
                new Uint64(BigInteger.valueOf(proof.index())),
                new Address(payout.account().text()),
                new Uint256(payout.amount()),
                new DynamicArray<>(Bytes32.class, path));
    }

    /** Gives the funder back what nobody claimed before the deadline. */
    public static String takeBack(long distribution) {
        return AnchorCalls.call("takeBack", number(distribution));
    }

    /** Asks whether a payout is paid. */
    public static String isClaimed(long distribution, long index) {
        return AnchorCalls.call("isClaimed", number(distribution), new Uint64(BigInteger.valueOf(index)));
    }

    /** Asks what a distribution is for, and what is left of it. */
    static String distributionOf(long distribution) {
        return AnchorCalls.call("distributionOf", number(distribution));
    }

    private static Uint256 number(long distribution) {
        if (distribution < 0) {
            throw new IllegalArgumentException("distributions are numbered from 0 on, there is no " + distribution);
        }
        return new Uint256(BigInteger.valueOf(distribution));
    }
}
