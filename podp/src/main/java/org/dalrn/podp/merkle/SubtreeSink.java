package org.dalrn.podp.merkle;

import org.dalrn.podp.Sha256Hash;

/** What is told each subtree that a log's growth completes: children before their parent, parents before the next leaf. */
@FunctionalInterface
public interface SubtreeSink {
    /**
     * Takes the root of a subtree that has just become complete; also told of every leaf, at level 0.
     *
     * @param level height of the subtree, from 0 to 62
     * @param index how many subtrees of the same height are to the left of it, from 0
     * @param hash its root
     */
    void complete(int level, long index, Sha256Hash hash);
}
