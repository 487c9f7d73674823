package org.dalrn.podp.merkle;

import org.dalrn.podp.Sha256Hash;

/**
 * Where the hashes of a log's complete subtrees are read from: what roots and proofs of any earlier size are built from.
 *
 * <p>The subtree {@code (level, index)} has the {@code 2^level} leaves from {@code index * 2^level} on; {@code (0, i)} is leaf
 * {@code i}. Only subtrees all of whose leaves are in the log are asked for.
 */
@FunctionalInterface
public interface SubtreeHashes {
    /**
     * The root of a complete subtree.
     *
     * @param level height of the subtree, from 0 to 62
     * @param index how many subtrees of the same height are to the left of it, from 0
     */
    Sha256Hash hash(int level, long index);
}
