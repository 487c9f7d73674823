package org.dalrn.podp.merkle;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.dalrn.podp.Sha256Hash;

/**
 * The right edge of a log's tree: the roots of its largest complete subtrees, one for each one-bit of the size.
 *
 * <p>It is all that appending and the root need: at most 63 hashes. Immutable and thread-safe.
 *
 * <p>Cost: a leaf costs two hashes on average, the root at most 62. Source: RFC 9162, section 2.1.2 (its stack of roots).
 */
public final class Frontier {
    /** The frontier of the tree without leaves. */
    public static final Frontier EMPTY = new Frontier(0, new Sha256Hash[0]);

    private final long size;

    /** The largest subtree first; never written to. */
    private final Sha256Hash[] subtrees;

    private Frontier(long size, Sha256Hash[] subtrees) {
        this.size = size;
        this.subtrees = subtrees;
    }

    /**
     * The frontier made of known subtrees.
     *
     * @param size number of leaves, 0 or more
     * @param subtrees the roots of the complete subtrees, the largest first, one for each one-bit of the size
     * @throws IllegalArgumentException if the size is negative or the number of subtrees another
     */
    public static Frontier of(long size, List<Sha256Hash> subtrees) {
        requireSize(size);
        if (subtrees.size() != Long.bitCount(size)) {
            throw new IllegalArgumentException("a tree of " + size + " leaves has " + Long.bitCount(size)
                    + " largest complete subtrees, not " + subtrees.size());
        }
        return new Frontier(size, List.copyOf(subtrees).toArray(Sha256Hash[]::new));
    }

    /**
     * The frontier that a log had at a size.
     *
     * @param size number of leaves, 0 or more
     * @param hashes where at least so many leaves are stored
     * @throws IllegalArgumentException if the size is negative
     */
    public static Frontier read(long size, SubtreeHashes hashes) {
        requireSize(size);
        return new Frontier(size, Subtrees.covering(0, size, hashes).toArray(Sha256Hash[]::new));
    }

    private static void requireSize(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("a tree has 0 or more leaves, not " + size);
        }
    }

    /**
     * The frontier with one more leaf.
     *
     * @throws IllegalStateException if there are 2^63 - 1 leaves already
     */
    public Frontier append(Sha256Hash leafHash) {
        return appendAll(List.of(leafHash), (level, index, hash) -> {});
    }

    /**
     * The frontier with more leaves, which costs less than one at a time.
     *
     * @param leafHashes hashes of the new leaves in their order
     * @param sink is told every subtree that becomes complete, the leaves among them
     * @throws IllegalStateException if there would be more than 2^63 - 1 leaves
     */
    public Frontier appendAll(List<Sha256Hash> leafHashes, SubtreeSink sink) {
        Objects.requireNonNull(sink, "sink");
        if (leafHashes.size() > Long.MAX_VALUE - size) {
            throw new IllegalStateException("a tree of " + size + " leaves cannot take " + leafHashes.size()
                    + " more: the most is " + Long.MAX_VALUE);
        }
        MessageDigest digest = Sha256Hash.newDigest();
        Sha256Hash[] roots = Arrays.copyOf(subtrees, Long.SIZE);
        int count = subtrees.length;
        long leaf = size;
        for (Sha256Hash leafHash : leafHashes) {
            Sha256Hash hash = Objects.requireNonNull(leafHash, "leafHash");
            sink.complete(0, leaf, hash);
            // Each low one-bit of the size is a complete subtree that this leaf makes into the left half of a larger
            // one.
            int level = 0;
            for (long index = leaf; (index & 1) == 1; index >>>= 1) {
                hash = MerkleTree.node(digest, roots[--count], hash);
                sink.complete(++level, index >>> 1, hash);
            }
            roots[count++] = hash;
            leaf++;
        }
        return new Frontier(leaf, Arrays.copyOf(roots, count));
    }

    /** Number of leaves. */
    public long size() {
        return size;
    }

    /** The roots of the complete subtrees, the largest first, one for each one-bit of the size. */
    public List<Sha256Hash> subtrees() {
        return List.of(subtrees);
    }

    /** The root of the tree. */
    public Sha256Hash root() {
        return size == 0 ? MerkleTree.emptyRoot() : Subtrees.fold(List.of(subtrees));
    }

    /** Equal are frontiers of the same size and subtrees. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Frontier that && size == that.size && Arrays.equals(subtrees, that.subtrees);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size) * 31 + Arrays.hashCode(subtrees);
    }

    /** Returns the size and the root. */
    @Override
    public String toString() {
        return "Frontier[size=" + size + ", root=" + root() + "]";
    }
}
