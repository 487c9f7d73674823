package org.dalrn.podp.merkle;

import java.util.List;
import java.util.Objects;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/**
 * The evidence that a leaf is in a log of a given size: the siblings on the way from the leaf up to the root.
 *
 * <p>A proof that can be built has a form that index and size allow; whether it proves anything is for {@link #proves} to say. Checking
 * costs at most 63 hashes, whoever made the proof. Immutable and thread-safe.
 *
 * <p>Source: RFC 9162, sections 2.1.3.1 and 2.1.3.2.
 *
 * @param index place of the leaf, from 0 to below {@code size}
 * @param size number of leaves of the log, 1 or more
 * @param path siblings from the leaf's up; exactly as many as index and size demand, at most 63
 */
public record InclusionProof(long index, long size, List<Sha256Hash> path) {
    /**
     * Checks and copies.
     *
     * @throws MalformedException if there is no such leaf in a log of this size, or the path has another length than it must
     */
    public InclusionProof {
        if (index < 0 || index >= size) {
            throw new MalformedException("there is no leaf " + index + " in a log of size " + size
                    + "; an inclusion proof takes 0 <= index < size");
        }
        ProofPath.requireLength(
                path, pathLength(index, size), "an inclusion proof of leaf " + index + " in a log of size " + size);
        path = List.copyOf(path);
    }

    /**
     * Number of hashes in the path of a leaf.
     *
     * @param index place of the leaf, from 0 to below {@code size}
     * @param size number of leaves of the log
     * @throws IllegalArgumentException if there is no such leaf
     */
    public static int pathLength(long index, long size) {
        requireLeaf(index, size);
        int inner = ProofPath.inner(index, size);
        return inner + ProofPath.border(index, inner);
    }

    /**
     * Builds the proof of a leaf.
     *
     * @param index place of the leaf, from 0 to below {@code size}
     * @param size number of leaves of the log for whose root the proof is
     * @param hashes where at least so many leaves are stored
     * @throws IllegalArgumentException if there is no such leaf
     */
    public static InclusionProof build(long index, long size, SubtreeHashes hashes) {
        requireLeaf(index, size);
        return new InclusionProof(index, size, ProofPath.build(index, 0, size, hashes));
    }

    private static void requireLeaf(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException(
                    "there is no leaf " + index + " in a log of size " + size + "; ask for 0 <= index < size");
        }
    }

    /** Whether a log with this root has, at {@link #index}, a leaf with this hash. */
    public boolean proves(Sha256Hash leafHash, Sha256Hash root) {
        Objects.requireNonNull(leafHash, "leafHash");
        Objects.requireNonNull(root, "root");
        return rootFor(leafHash).equals(root);
    }

    /** The only root of a log for which this is the proof of a leaf with this hash. */
    public Sha256Hash rootFor(Sha256Hash leafHash) {
        return ProofPath.climb(Sha256Hash.newDigest(), leafHash, index, 0, ProofPath.inner(index, size), path);
    }
}
