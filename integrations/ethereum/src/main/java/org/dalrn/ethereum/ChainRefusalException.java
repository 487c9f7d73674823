package org.dalrn.ethereum;

import java.util.Locale;

/** The chain's node answered with an error. */
public final class ChainRefusalException extends ChainException {
    private static final long serialVersionUID = 1L;

    /** What nodes use when a contract says no. */
    private static final int EXECUTION_REVERTED = 3;

    private final int number;

    ChainRefusalException(int number, String message) {
        super(message);
        this.number = number;
    }

    /** The number of the JSON-RPC error. */
    public int number() {
        return number;
    }

    /** True if the contract said no, so that the same call is refused until the contract's state is another. */
    boolean isRevert() {
        return number == EXECUTION_REVERTED || says("revert");
    }

    boolean says(String words) {
        return String.valueOf(getMessage()).toLowerCase(Locale.ROOT).contains(words);
    }
}
