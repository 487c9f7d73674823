package org.dalrn.core.incentive.contribution;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.dalrn.core.model.ContentHash;

/**
 * Numbers that anyone can draw again from a seed, in any language: the 32-bit words, big-endian, of SHA-256(domain | seed
 * | counter), the counter a big-endian 64-bit number from 0.
 *
 * <p>Confined to one thread.
 */
final class SeededDraw {
    private final byte[] prefix;
    private long counter;
    private ByteBuffer words = ByteBuffer.allocate(0);

    /**
     * Starts at the first word.
     *
     * @param domain what the draw is for, US-ASCII
     */
    SeededDraw(String domain, ContentHash seed) {
        byte[] name = domain.getBytes(StandardCharsets.US_ASCII);
        prefix = ByteBuffer.allocate(name.length + ContentHash.SIZE_BYTES)
                .put(name)
                .put(seed.toByteArray())
                .array();
    }

    /** A number in {@code [0, bound)}, each equally likely: words that would favour small numbers are skipped. */
    int below(int bound) {
        long words = 1L << Integer.SIZE;
        long fair = words - words % bound;
        long word = next();
        while (word >= fair) {
            word = next();
        }
        return (int) (word % bound);
    }

    private long next() {
        if (!words.hasRemaining()) {
            byte[] count = ByteBuffer.allocate(Long.BYTES).putLong(counter++).array();
            words = ByteBuffer.wrap(ContentHash.sha256(prefix, count).toByteArray());
        }
        return Integer.toUnsignedLong(words.getInt());
    }

    /** Brings the elements from an index on into a random order, each equally likely (Fisher and Yates). */
    void shuffle(int[] elements, int from) {
        for (int last = elements.length - 1; last > from; last--) {
            int other = from + below(last - from + 1);
            int kept = elements[last];
            elements[last] = elements[other];
            elements[other] = kept;
        }
    }
}
