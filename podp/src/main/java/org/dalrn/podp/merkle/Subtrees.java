package org.dalrn.podp.merkle;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.Sha256Hash;

/** The complete subtrees that lie side by side at the right edge of a tree. */
final class Subtrees {
    private Subtrees() {}

    /**
     * The fewest complete subtrees with exactly the leaves from {@code from} to below {@code to}, the leftmost, largest first.
     *
     * @param from a multiple of the largest power of two up to {@code to - from}
     */
    static List<Sha256Hash> covering(long from, long to, SubtreeHashes hashes) {
        List<Sha256Hash> covering = new ArrayList<>(Long.bitCount(to - from));
        long start = from;
        while (start < to) {
            int level = 63 - Long.numberOfLeadingZeros(to - start);
            covering.add(hashes.hash(level, start >>> level));
            start += 1L << level;
        }
        return covering;
    }

    /** The root over subtrees side by side, the smallest last; one at least. */
    static Sha256Hash fold(List<Sha256Hash> subtrees) {
        MessageDigest digest = Sha256Hash.newDigest();
        Sha256Hash root = subtrees.get(subtrees.size() - 1);
        for (int i = subtrees.size() - 2; i >= 0; i--) {
            root = MerkleTree.node(digest, subtrees.get(i), root);
        }
        return root;
    }
}
