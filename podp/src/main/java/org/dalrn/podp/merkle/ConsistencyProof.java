package org.dalrn.podp.merkle;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/**
 * The evidence that a log only grew: that its first leaves are all those of an earlier size, in the same order.
 *
 * <p>A proof that can be built has a form that the two sizes allow; whether it proves anything is for {@link #proves} to say. Checking
 * costs at most 126 hashes, whoever made the proof. Immutable and thread-safe.
 *
 * <p>Source: RFC 9162, sections 2.1.4.1 and 2.1.4.2. Those leave open what is trivial: between equal sizes and from size 0 the path is
 * empty; equal sizes need equal roots, and size 0 has the root {@link MerkleTree#emptyRoot}.
 *
 * @param from earlier size, 0 or more
 * @param to later size, at least {@code from}
 * @param path hashes of subtrees; exactly as many as the sizes demand, at most 64
 */
public record ConsistencyProof(long from, long to, List<Sha256Hash> path) {
    /**
     * Checks and copies.
     *
     * @throws MalformedException if the sizes are not {@code 0 <= from <= to}, or the path has another length than it must
     */
    public ConsistencyProof {
        if (from < 0 || from > to) {
            throw new MalformedException("a log does not grow from size " + from + " to size " + to
                    + "; a consistency proof takes 0 <= from <= to");
        }
        ProofPath.requireLength(path, pathLength(from, to), "a consistency proof from size " + from + " to size " + to);
        path = List.copyOf(path);
    }

    /**
     * Number of hashes in the path between two sizes.
     *
     * @param from earlier size, 0 or more
     * @param to later size
     * @throws IllegalArgumentException if the sizes are not {@code 0 <= from <= to}
     */
    public static int pathLength(long from, long to) {
        requireSizes(from, to);
        if (from == 0 || from == to) {
            return 0;
        }
        int inner = ProofPath.inner(from - 1, to);
        int first = startsAtRoot(from) ? 0 : 1;
        return first + inner - Long.numberOfTrailingZeros(from) + ProofPath.border(from - 1, inner);
    }

    /**
     * Builds the proof between two sizes.
     *
     * @param from earlier size, 0 or more
     * @param to later size
     * @param hashes where at least so many leaves are stored
     * @throws IllegalArgumentException if the sizes are not {@code 0 <= from <= to}
     */
    public static ConsistencyProof build(long from, long to, SubtreeHashes hashes) {
        requireSizes(from, to);
        if (from == 0 || from == to) {
            return new ConsistencyProof(from, to, List.of());
        }
        int level = Long.numberOfTrailingZeros(from);
        List<Sha256Hash> path = new ArrayList<>();
        if (!startsAtRoot(from)) {
            path.add(hashes.hash(level, (from - 1) >>> level));
        }
        path.addAll(ProofPath.build(from - 1, level, to, hashes));
        return new ConsistencyProof(from, to, path);
    }

    private static void requireSizes(long from, long to) {
        if (from < 0 || from > to) {
            throw new IllegalArgumentException(
                    "a log does not grow from size " + from + " to size " + to + "; ask for 0 <= from <= to");
        }
    }

    /** Whether the earlier tree is one complete subtree: then its root, which the verifier has, is where the way begins. */
    private static boolean startsAtRoot(long from) {
        return Long.bitCount(from) == 1;
    }

    /** Whether every log of size {@link #to} with the root {@code toRoot} had the root {@code fromRoot} at size {@link #from}. */
    public boolean proves(Sha256Hash fromRoot, Sha256Hash toRoot) {
        Objects.requireNonNull(fromRoot, "fromRoot");
        Objects.requireNonNull(toRoot, "toRoot");
        if (from == 0) {
            return fromRoot.equals(MerkleTree.emptyRoot()) && (to > 0 || toRoot.equals(fromRoot));
        }
        if (from == to) {
            return fromRoot.equals(toRoot);
        }
        MessageDigest digest = Sha256Hash.newDigest();
        boolean startsAtRoot = startsAtRoot(from);
        Sha256Hash start = startsAtRoot ? fromRoot : path.get(0);
        List<Sha256Hash> siblings = startsAtRoot ? path : path.subList(1, path.size());
        long leaf = from - 1;
        int level = Long.numberOfTrailingZeros(from);
        int inner = ProofPath.inner(leaf, to);
        return ProofPath.climbLeft(digest, start, leaf, level, inner, siblings).equals(fromRoot)
                && ProofPath.climb(digest, start, leaf, level, inner, siblings).equals(toRoot);
    }
}
