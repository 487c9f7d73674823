package org.dalrn.ethereum;

import java.math.BigInteger;
import java.util.Optional;

/**
 * What a transaction offers per unit of gas, in wei: EIP-1559.
 *
 * @param most for base fee and tip together
 * @param tip to whoever makes the block, at most {@code most}
 */
record Fees(BigInteger most, BigInteger tip) {

    /** What nodes ask for at least before they replace a transaction: an eighth more, of both. */
    private static final BigInteger BUMP_NUMERATOR = BigInteger.valueOf(9);

    private static final BigInteger BUMP_DENOMINATOR = BigInteger.valueOf(8);

    Fees {
        if (tip.signum() < 0 || most.compareTo(tip) < 0) {
            throw new IllegalArgumentException(
                    "fees are 0 or more and the tip is part of them, not " + tip + " of " + most);
        }
    }

    /**
     * For a first try: lasts while the base fee doubles, which takes six full blocks.
     *
     * @param cap the most that is ever offered
     * @return empty if the base fee and the tip are above the cap now
     */
    static Optional<Fees> first(BigInteger baseFee, BigInteger tip, BigInteger cap) {
        if (baseFee.add(tip).compareTo(cap) > 0) {
            return Optional.empty();
        }
        return Optional.of(new Fees(baseFee.shiftLeft(1).add(tip).min(cap), tip));
    }

    /**
     * For a transaction in the place of one that is not taken: both an eighth higher at least, rounded up.
     *
     * @return empty if that is above the cap
     */
    Optional<Fees> bumped(BigInteger baseFee, BigInteger tipNow, BigInteger cap) {
        BigInteger tipThen = higher(tip).max(tipNow);
        BigInteger mostThen =
                higher(most).max(baseFee.shiftLeft(1).add(tipThen).min(cap)).max(tipThen);
        return mostThen.compareTo(cap) > 0 ? Optional.empty() : Optional.of(new Fees(mostThen, tipThen));
    }

    private static BigInteger higher(BigInteger fee) {
        return fee.multiply(BUMP_NUMERATOR)
                .add(BUMP_DENOMINATOR)
                .subtract(BigInteger.ONE)
                .divide(BUMP_DENOMINATOR)
                .max(fee.add(BigInteger.ONE));
    }
}
