package org.dalrn.ethereum;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.merkle.MerkleTree;

/**
 * Payouts under one Merkle root, as the contract RewardClaims pays them.
 *
 * <p>The tree is that of RFC 6962; the data of leaf {@code i} is {@code "dalrn/claim/v1\n"}, then {@code i} in 8 bytes, the account in
 * 20 and the amount in 32, big-endian. Immutable and thread-safe.
 */
public final class RewardTree {

    private static final byte[] DOMAIN = "dalrn/claim/v1\n".getBytes(StandardCharsets.US_ASCII);

    private final List<RewardPayout> payouts;
    private final List<List<Sha256Hash>> subtrees = new ArrayList<>();
    private final Sha256Hash root;

    private RewardTree(List<RewardPayout> payouts) {
        this.payouts = List.copyOf(payouts);
        List<Sha256Hash> leaves = new ArrayList<>(payouts.size());
        for (int i = 0; i < payouts.size(); i++) {
            leaves.add(leafHash(i, payouts.get(i)));
        }
        root = Frontier.EMPTY
                .appendAll(leaves, (level, index, hash) -> {
                    if (level == subtrees.size()) {
                        subtrees.add(new ArrayList<>());
                    }
                    subtrees.get(level).add(hash);
                })
                .root();
    }

    /**
     * Makes the tree.
     *
     * @param payouts one or more; their order numbers them
     * @throws IllegalArgumentException if there is none
     */
    public static RewardTree of(List<RewardPayout> payouts) {
        if (payouts.isEmpty()) {
            throw new IllegalArgumentException("a tree has one payout or more, not 0");
        }
        return new RewardTree(payouts);
    }

    /** The hash of a payout as a leaf. */
    public static Sha256Hash leafHash(long index, RewardPayout payout) {
        ByteBuffer data = ByteBuffer.allocate(DOMAIN.length + Long.BYTES + 20 + Sha256Hash.SIZE_BYTES);
        data.put(DOMAIN)
                .putLong(index)
                .put(HexFormat.of().parseHex(payout.account().text().substring(2)))
                .put(Quantity.hash(payout.amount()).toByteArray());
        return MerkleTree.leafHash(data.array());
    }

    /** The payouts in their order. */
    public List<RewardPayout> payouts() {
        return payouts;
    }

    /** What a distribution is funded for. */
    public Sha256Hash root() {
        return root;
    }

    /** The sum of all payouts, in wei: what a distribution has to be funded with. */
    public BigInteger total() {
        return payouts.stream().map(RewardPayout::amount).reduce(BigInteger.ZERO, BigInteger::add);
    }

    /**
     * What an account claims with.
     *
     * @throws IllegalArgumentException if there is no payout with this number
     */
    public InclusionProof proof(int index) {
        return InclusionProof.build(
                index, payouts.size(), (level, number) -> subtrees.get(level).get(Math.toIntExact(number)));
    }
}
