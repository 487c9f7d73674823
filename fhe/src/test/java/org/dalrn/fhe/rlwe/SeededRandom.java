package org.dalrn.fhe.rlwe;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Randomness that is the same in each run. */
public final class SeededRandom {
    private SeededRandom() {}

    /** A source that only the seed decides. */
    public static SecureRandom of(long seed) {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(seed);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
