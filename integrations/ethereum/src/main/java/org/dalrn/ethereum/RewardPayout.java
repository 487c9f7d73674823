package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;

/**
 * What one account may claim.
 *
 * @param account who gets it
 * @param amount in wei, from 0 to below 2^128
 */
public record RewardPayout(EthereumAddress account, BigInteger amount) {

    private static final int MOST_BITS = 128;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the amount is out of its range
     */
    public RewardPayout {
        requireNonNull(account, "account");
        if (amount.signum() < 0 || amount.bitLength() > MOST_BITS) {
            throw new IllegalArgumentException("a payout is 0 or more and less than 2^128 wei, not " + amount);
        }
    }
}
