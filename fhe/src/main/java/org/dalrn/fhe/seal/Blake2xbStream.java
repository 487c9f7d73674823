package org.dalrn.fhe.seal;

/**
 * The Blake2xb generator of SEAL: block i is BLAKE2Xb with the seed as key and i as message.
 *
 * <p>Confined to one thread. Source: "BLAKE2X" (Aumasson et al., 2016), section 2; SEAL 4.4.3, randomgen.cpp.
 */
final class Blake2xbStream implements WordStream {
    /** Digest 64, key 64, fanout 1, depth 1, no leaf. */
    private static final long ROOT = 0x01014040L;
    /** Digest 64, no key, fanout 0, depth 0, leaf 64. */
    private static final long NODE = 0x40L | (64L << 32);
    /** Inner length 64, in the second byte. */
    private static final long NODE_INNER = 64L << 8;

    private static final long XOF_LENGTH = ((long) BLOCK_WORDS * Long.BYTES) << 32;

    private final Blake2b hash = new Blake2b();
    private final long[] key;
    private final long[] message = new long[Blake2b.BLOCK_WORDS];

    /**
     * Creates it.
     *
     * @param seed {@code long[8]}, the 64 bytes little-endian
     */
    Blake2xbStream(long[] seed) {
        key = java.util.Arrays.copyOf(seed, Blake2b.BLOCK_WORDS);
    }

    @Override
    public void block(long counter, long[] target) {
        hash.start(ROOT, XOF_LENGTH, 0);
        hash.absorb(key, 128, false);
        java.util.Arrays.fill(message, 0);
        message[0] = counter;
        hash.absorb(message, 136, true);
        hash.copyTo(message, 0, 8);
        for (int node = 0; node < BLOCK_WORDS / 8; node++) {
            hash.start(NODE, XOF_LENGTH | node, NODE_INNER);
            hash.absorb(message, 64, true);
            hash.copyTo(target, node * 8, 8);
        }
    }
}
