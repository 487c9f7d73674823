package org.dalrn.core.incentive.game;

import java.util.Arrays;

/**
 * Distinct sets of labels, each as a few words of bits, numbered in the order in which they came.
 *
 * <p>Not thread-safe.
 */
final class LabelSets {

    private static final int FIRST_SLOTS = 64;

    /** Words of a set. */
    final int words;

    private long[] bits = new long[0];
    private int size;
    /** Open addressing: number of the set, or -1; at most half full. */
    private int[] slots = new int[FIRST_SLOTS];

    /** No sets of some of the labels {@code 0 .. labels - 1}. */
    LabelSets(int labels) {
        words = words(labels);
        Arrays.fill(slots, -1);
    }

    static int words(int labels) {
        return (labels + Long.SIZE - 1) / Long.SIZE;
    }

    static boolean has(long[] set, int label) {
        return (set[label >> 6] & (1L << label)) != 0;
    }

    static void flip(long[] set, int label) {
        set[label >> 6] ^= 1L << label;
    }

    static int count(long[] set) {
        int count = 0;
        for (long word : set) {
            count += Long.bitCount(word);
        }
        return count;
    }

    int size() {
        return size;
    }

    boolean has(int number, int label) {
        return (bits[number * words + (label >> 6)] & (1L << label)) != 0;
    }

    void get(int number, long[] into) {
        System.arraycopy(bits, number * words, into, 0, words);
    }

    boolean containsAll(int number, long[] wanted) {
        for (int word = 0; word < words; word++) {
            if ((wanted[word] & ~bits[number * words + word]) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The number of this set, or -1 if it is not here. */
    int find(long[] set) {
        return slots[slot(set)];
    }

    /** The number of this set; if it was here before, its complement {@code ~number}, which is below 0. */
    int add(long[] set) {
        int slot = slot(set);
        if (slots[slot] >= 0) {
            return ~slots[slot];
        }
        if ((size + 1) * words > bits.length) {
            bits = Arrays.copyOf(bits, Math.max(FIRST_SLOTS, 2 * size) * words);
        }
        System.arraycopy(set, 0, bits, size * words, words);
        slots[slot] = size++;
        if (2 * size > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        Arrays.fill(slots, -1);
        long[] set = new long[words];
        for (int number = 0; number < size; number++) {
            get(number, set);
            slots[slot(set)] = number;
        }
    }

    /** Where the set is, or the free slot where it belongs. */
    private int slot(long[] set) {
        long hash = 0;
        for (long word : set) {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        int mask = slots.length - 1;
        int slot = (int) (hash >>> 7) & mask;
        while (slots[slot] >= 0 && !equals(slots[slot], set)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean equals(int number, long[] set) {
        for (int word = 0; word < words; word++) {
            if (bits[number * words + word] != set[word]) {
                return false;
            }
        }
        return true;
    }
}
