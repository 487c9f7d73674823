package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.time.Instant;
import org.dalrn.podp.Sha256Hash;

/**
 * One distribution of a contract RewardClaims at a moment.
 *
 * @param number from 0 on
 * @param funder who paid for it, and gets back what is left
 * @param root of the tree over the payouts
 * @param size number of payouts
 * @param remaining what is not paid out yet, in wei
 * @param deadline until when claims are paid
 */
public record RewardDistribution(
        long number, EthereumAddress funder, Sha256Hash root, long size, BigInteger remaining, Instant deadline) {

    /** Checks. */
    public RewardDistribution {
        requireNonNull(funder, "funder");
        requireNonNull(root, "root");
        requireNonNull(remaining, "remaining");
        requireNonNull(deadline, "deadline");
    }

    /** Whether it is for these payouts, in this order. */
    public boolean isOf(RewardTree payouts) {
        return root.equals(payouts.root()) && size == payouts.payouts().size();
    }
}
