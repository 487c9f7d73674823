package org.dalrn.fhe.seal;

/** An endless pseudorandom sequence of 64-bit words, made in blocks of 4096 bytes from a public seed and a counter. */
interface WordStream {
    /** Words of one block. */
    int BLOCK_WORDS = 512;

    /**
     * Writes one block.
     *
     * @param counter the number of the block, from 0
     * @param target {@code long[512]}, overwritten
     */
    void block(long counter, long[] target);
}
