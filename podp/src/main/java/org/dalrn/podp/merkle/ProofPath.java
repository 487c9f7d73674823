package org.dalrn.podp.merkle;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/*
 * The way from a node up to the root of a tree with `size` leaves has two parts. Below level INNER = bits(index xor (size - 1)) the way of
 * this leaf and that of the last leaf are apart: on each level there is a sibling, on either side; the topmost of them may be an
 * incomplete subtree. From there on the way runs along the right edge, where only complete left siblings count: one for each one-bit of
 * the index above INNER. So index and size alone say how long a path is (RFC 9162, 2.1.3.1, seen from below).
 */
/** The siblings on the way from a leaf, or from a complete subtree that ends with it, up to the root. */
final class ProofPath {
    private ProofPath() {}

    /** Up to this level every node on the way has a sibling. */
    static int inner(long leaf, long size) {
        return Long.SIZE - Long.numberOfLeadingZeros(leaf ^ (size - 1));
    }

    /** Number of siblings above {@link #inner}. */
    static int border(long leaf, int inner) {
        return Long.bitCount(leaf >>> inner);
    }

    /** Reads the siblings of the node at {@code level} above the leaf, from below. */
    static List<Sha256Hash> build(long leaf, int level, long size, SubtreeHashes hashes) {
        int inner = inner(leaf, size);
        List<Sha256Hash> path = new ArrayList<>(inner - level + border(leaf, inner));
        for (int l = level; l < inner; l++) {
            long sibling = (leaf >>> l) ^ 1;
            boolean complete = sibling < size >>> l;
            path.add(complete ? hashes.hash(l, sibling) : Subtrees.fold(Subtrees.covering(sibling << l, size, hashes)));
        }
        for (int l = inner; l < Long.SIZE - 1 && leaf >>> l != 0; l++) {
            if ((leaf >>> l & 1) == 1) {
                path.add(hashes.hash(l, (leaf >>> l) - 1));
            }
        }
        return path;
    }

    /** The root of the tree that the path leads to. */
    static Sha256Hash climb(
            MessageDigest digest, Sha256Hash start, long leaf, int level, int inner, List<Sha256Hash> path) {
        Sha256Hash hash = start;
        int next = 0;
        for (int l = level; l < inner; l++) {
            Sha256Hash sibling = path.get(next++);
            hash = (leaf >>> l & 1) == 0
                    ? MerkleTree.node(digest, hash, sibling)
                    : MerkleTree.node(digest, sibling, hash);
        }
        return alongEdge(digest, hash, path, next);
    }

    /** The root that the left siblings of a path alone lead to: that of the tree whose last leaf this is. */
    static Sha256Hash climbLeft(
            MessageDigest digest, Sha256Hash start, long leaf, int level, int inner, List<Sha256Hash> path) {
        Sha256Hash hash = start;
        int next = 0;
        for (int l = level; l < inner; l++) {
            Sha256Hash sibling = path.get(next++);
            if ((leaf >>> l & 1) == 1) {
                hash = MerkleTree.node(digest, sibling, hash);
            }
        }
        return alongEdge(digest, hash, path, next);
    }

    private static Sha256Hash alongEdge(MessageDigest digest, Sha256Hash start, List<Sha256Hash> path, int from) {
        Sha256Hash hash = start;
        for (int i = from; i < path.size(); i++) {
            hash = MerkleTree.node(digest, path.get(i), hash);
        }
        return hash;
    }

    /** Refuses a path of another length than index and size demand, before it is copied. */
    static void requireLength(List<Sha256Hash> path, int length, String proof) {
        if (path.size() != length) {
            throw new MalformedException(
                    "the path of " + proof + " has " + path.size() + " hashes; it takes exactly " + length);
        }
    }
}
