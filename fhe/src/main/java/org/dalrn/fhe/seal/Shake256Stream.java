package org.dalrn.fhe.seal;

import java.util.Arrays;

/**
 * The SHAKE256 generator of SEAL: block i is 4096 bytes of SHAKE256 of the seed followed by i.
 *
 * <p>The JDK has SHA-3 but no public SHAKE. Confined to one thread. Source: FIPS 202 sections 3 and 6.2; SEAL 4.4.3,
 * randomgen.cpp.
 */
final class Shake256Stream implements WordStream {
    private static final int RATE_WORDS = 17;
    private static final int ROUNDS = 24;

    private static final long[] ROUND_CONSTANTS = roundConstants();

    /** Lane x + 5y goes to lane y + 5(2x + 3y) and is rotated on the way: FIPS 202, steps rho and pi. */
    private static final int[] TARGET = new int[25];

    private static final int[] ROTATION = new int[25];

    static {
        int x = 1;
        int y = 0;
        for (int t = 0; t < 24; t++) {
            ROTATION[x + 5 * y] = (t + 1) * (t + 2) / 2 % 64;
            int next = (2 * x + 3 * y) % 5;
            x = y;
            y = next;
        }
        for (int i = 0; i < 25; i++) {
            TARGET[i] = i / 5 + 5 * ((2 * (i % 5) + 3 * (i / 5)) % 5);
        }
    }

    private final long[] seed;
    private final long[] state = new long[25];
    private final long[] moved = new long[25];
    private final long[] parity = new long[5];

    /**
     * Creates it.
     *
     * @param seed {@code long[8]}, the 64 bytes little-endian
     */
    Shake256Stream(long[] seed) {
        this.seed = seed.clone();
    }

    @Override
    public void block(long counter, long[] target) {
        Arrays.fill(state, 0);
        System.arraycopy(seed, 0, state, 0, 8);
        state[8] = counter;
        // The suffix 1111 of SHAKE with the padding 10*1 around it.
        state[9] = 0x1f;
        state[RATE_WORDS - 1] = 0x80L << 56;
        for (int at = 0; at < BLOCK_WORDS; at += RATE_WORDS) {
            permute();
            System.arraycopy(state, 0, target, at, Math.min(RATE_WORDS, BLOCK_WORDS - at));
        }
    }

    private void permute() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int x = 0; x < 5; x++) {
                parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
            }
            for (int i = 0; i < 25; i++) {
                long mask = parity[(i + 4) % 5] ^ Long.rotateLeft(parity[(i + 1) % 5], 1);
                moved[TARGET[i]] = Long.rotateLeft(state[i] ^ mask, ROTATION[i]);
            }
            for (int y = 0; y < 25; y += 5) {
                for (int x = 0; x < 5; x++) {
                    state[y + x] = moved[y + x] ^ (~moved[y + (x + 1) % 5] & moved[y + (x + 2) % 5]);
                }
            }
            state[0] ^= ROUND_CONSTANTS[round];
        }
    }

    /** The constants from their generator x^8 + x^6 + x^5 + x^4 + 1: FIPS 202, algorithm 5. */
    private static long[] roundConstants() {
        long[] constants = new long[ROUNDS];
        int register = 1;
        for (int round = 0; round < ROUNDS; round++) {
            for (int j = 0; j <= 6; j++) {
                if ((register & 1) != 0) {
                    constants[round] |= 1L << ((1 << j) - 1);
                }
                register <<= 1;
                if ((register & 0x100) != 0) {
                    register ^= 0x171;
                }
            }
        }
        return constants;
    }
}
