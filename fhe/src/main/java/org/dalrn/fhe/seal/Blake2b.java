package org.dalrn.fhe.seal;

/**
 * The BLAKE2b compression function (RFC 7693) under a raw parameter block, on 64-bit words instead of bytes.
 *
 * <p>Words, because everything that SEAL hashes is a sequence of little-endian 64-bit words; a raw parameter block, because
 * the tree nodes of BLAKE2X (depth 0, leaf length 64) are outside what the usual interfaces accept.
 *
 * <p>Confined to one thread: it holds the working state. Source: RFC 7693 section 3.2; "BLAKE2X" (Aumasson et al., 2016) for
 * the parameter block.
 */
final class Blake2b {
    /** Words of one message block. */
    static final int BLOCK_WORDS = 16;

    private static final long[] IV = {
        0x6a09e667f3bcc908L, 0xbb67ae8584caa73bL, 0x3c6ef372fe94f82bL, 0xa54ff53a5f1d36f1L,
        0x510e527fade682d1L, 0x9b05688c2b3e6c1fL, 0x1f83d9abfb41bd6bL, 0x5be0cd19137e2179L
    };

    /** The message schedule of the ten different rounds, one row each. */
    private static final byte[] SIGMA = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, //
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3, //
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4, //
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8, //
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13, //
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9, //
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11, //
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10, //
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5, //
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0
    };

    private static final int ROUNDS = 12;

    private final long[] chain = new long[8];
    private final long[] work = new long[16];

    /**
     * Starts a hash.
     *
     * @param first bytes 0 to 7 of the parameter block: digest and key length, fanout, depth, leaf length
     * @param second bytes 8 to 15: node offset and XOF length
     * @param third bytes 16 to 23: node depth and inner length; the remaining bytes (salt, personal) are 0
     */
    void start(long first, long second, long third) {
        System.arraycopy(IV, 0, chain, 0, 8);
        chain[0] ^= first;
        chain[1] ^= second;
        chain[2] ^= third;
    }

    /**
     * Absorbs one block.
     *
     * @param message {@code long[16]}, zero-padded
     * @param bytesSoFar message bytes up to and including this block, without padding
     * @param last whether it is the final block
     */
    void absorb(long[] message, long bytesSoFar, boolean last) {
        long[] v = work;
        System.arraycopy(chain, 0, v, 0, 8);
        System.arraycopy(IV, 0, v, 8, 8);
        v[12] ^= bytesSoFar;
        if (last) {
            v[14] = ~v[14];
        }
        for (int round = 0; round < ROUNDS; round++) {
            int s = round % 10 * 16;
            mix(v, 0, 4, 8, 12, message[SIGMA[s]], message[SIGMA[s + 1]]);
            mix(v, 1, 5, 9, 13, message[SIGMA[s + 2]], message[SIGMA[s + 3]]);
            mix(v, 2, 6, 10, 14, message[SIGMA[s + 4]], message[SIGMA[s + 5]]);
            mix(v, 3, 7, 11, 15, message[SIGMA[s + 6]], message[SIGMA[s + 7]]);
            mix(v, 0, 5, 10, 15, message[SIGMA[s + 8]], message[SIGMA[s + 9]]);
            mix(v, 1, 6, 11, 12, message[SIGMA[s + 10]], message[SIGMA[s + 11]]);
            mix(v, 2, 7, 8, 13, message[SIGMA[s + 12]], message[SIGMA[s + 13]]);
            mix(v, 3, 4, 9, 14, message[SIGMA[s + 14]], message[SIGMA[s + 15]]);
        }
        for (int i = 0; i < 8; i++) {
            chain[i] ^= v[i] ^ v[i + 8];
        }
    }

    private static void mix(long[] v, int a, int b, int c, int d, long x, long y) {
        long va = v[a] + v[b] + x;
        long vd = Long.rotateRight(v[d] ^ va, 32);
        long vc = v[c] + vd;
        long vb = Long.rotateRight(v[b] ^ vc, 24);
        va += vb + y;
        vd = Long.rotateRight(vd ^ va, 16);
        vc += vd;
        v[a] = va;
        v[b] = Long.rotateRight(vb ^ vc, 63);
        v[c] = vc;
        v[d] = vd;
    }

    /**
     * Copies the chaining value, which after the last block is the digest.
     *
     * @param target where to
     * @param offset the first index to write
     * @param words how many words of it, at most 8
     */
    void copyTo(long[] target, int offset, int words) {
        System.arraycopy(chain, 0, target, offset, words);
    }

    /**
     * Hashes words without a key.
     *
     * @param message words, little-endian bytes of which are the message
     * @param digestWords length of the digest in words, 1 to 8
     * @return {@code long[digestWords]}
     */
    static long[] hash(long[] message, int digestWords) {
        Blake2b hash = new Blake2b();
        hash.start(0x01010000L | digestWords * 8L, 0, 0);
        long[] block = new long[BLOCK_WORDS];
        int at = 0;
        do {
            int words = Math.min(BLOCK_WORDS, message.length - at);
            java.util.Arrays.fill(block, 0);
            System.arraycopy(message, at, block, 0, words);
            at += words;
            hash.absorb(block, at * 8L, at == message.length);
        } while (at < message.length);
        long[] digest = new long[digestWords];
        hash.copyTo(digest, 0, digestWords);
        return digest;
    }
}
