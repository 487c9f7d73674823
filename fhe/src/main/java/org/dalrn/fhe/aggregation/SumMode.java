package org.dalrn.fhe.aggregation;

/** Whose key hides an update in the sum, and therefore who can open what. */
public enum SumMode {
    /**
     * Each client draws a key for one round and deals it to a committee; only the sum of the keys is ever put together. One
     * polynomial for each block, the mask expanded from the round. The default.
     */
    ONE_TIME_KEY(1),
    /**
     * All clients hold one key that the server lacks. One polynomial for each block and a seed for each update. A client that
     * colludes with the server opens everyone's update.
     */
    SHARED_KEY(2),
    /** All clients encrypt under one public key. Two polynomials for each block. */
    COLLECTIVE_KEY(3);

    private final int code;

    SumMode(int code) {
        this.code = code;
    }

    /** The byte that stands for it in plans and messages. */
    int code() {
        return code;
    }

    static SumMode ofCode(int code) {
        for (SumMode mode : values()) {
            if (mode.code == code) {
                return mode;
            }
        }
        throw new SumFormatException("mode " + code + " is unknown; this version knows 1 (one-time key), 2 (shared key)"
                + " and 3 (collective key)");
    }
}
