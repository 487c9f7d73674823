package org.dalrn.podp.anchor;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.merkle.SubtreeHashes;
import org.dalrn.podp.note.Checkpoint;

/**
 * Checkpoints of different logs under one Merkle root, so that one transaction anchors them all.
 *
 * <p>The tree is that of RFC 6962; the data of a leaf is {@code "dalrn/anchor/v1\n"} and the text of the checkpoint, without
 * signatures. Leaves are sorted by the UTF-8 bytes of the origin, so that a set of checkpoints has one root only. Immutable and
 * thread-safe.
 */
public final class CheckpointBatch {

    /** What the data of every leaf begins with. */
    private static final byte[] DOMAIN = "dalrn/anchor/v1\n".getBytes(StandardCharsets.UTF_8);

    private final List<Checkpoint> checkpoints;

    /** Level by level, the leaves first: the roots of the complete subtrees. */
    private final List<List<Sha256Hash>> subtrees;

    private final Sha256Hash root;

    private CheckpointBatch(List<Checkpoint> sorted) {
        checkpoints = sorted;
        subtrees = new ArrayList<>();
        root = Frontier.EMPTY
                .appendAll(sorted.stream().map(CheckpointBatch::leafHash).toList(), (level, index, hash) -> {
                    if (level == subtrees.size()) {
                        subtrees.add(new ArrayList<>());
                    }
                    subtrees.get(level).add(hash);
                })
                .root();
    }

    /**
     * Makes a batch.
     *
     * @param checkpoints one or more, each of another log, in any order
     * @throws IllegalArgumentException if there is none, or two are of the same log
     */
    public static CheckpointBatch of(Collection<Checkpoint> checkpoints) {
        if (checkpoints.isEmpty()) {
            throw new IllegalArgumentException("a batch has one checkpoint or more, not 0");
        }
        List<Checkpoint> sorted = checkpoints.stream()
                .sorted((a, b) -> Arrays.compareUnsigned(utf8(a.origin()), utf8(b.origin())))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).origin().equals(sorted.get(i - 1).origin())) {
                throw new IllegalArgumentException("two checkpoints of a batch are of the log "
                        + sorted.get(i).origin() + ": leave the older one out");
            }
        }
        return new CheckpointBatch(sorted);
    }

    /** The hash of a checkpoint as a leaf of any batch. */
    public static Sha256Hash leafHash(Checkpoint checkpoint) {
        byte[] text = utf8(checkpoint.text());
        byte[] data = Arrays.copyOf(DOMAIN, DOMAIN.length + text.length);
        System.arraycopy(text, 0, data, DOMAIN.length, text.length);
        return MerkleTree.leafHash(data);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The checkpoints, sorted by the UTF-8 bytes of their origins. */
    public List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    /** What is anchored. */
    public Sha256Hash root() {
        return root;
    }

    /**
     * The proof that a checkpoint is in this batch.
     *
     * @throws IllegalArgumentException if it is not
     */
    public InclusionProof proof(Checkpoint checkpoint) {
        int index = checkpoints.indexOf(requireNonNull(checkpoint, "checkpoint"));
        if (index < 0) {
            throw new IllegalArgumentException(
                    "no checkpoint of " + checkpoint.origin() + " with size " + checkpoint.size() + " and root "
                            + checkpoint.root() + " is in this batch of " + checkpoints.size());
        }
        SubtreeHashes hashes = (level, number) -> subtrees.get(level).get(Math.toIntExact(number));
        return InclusionProof.build(index, checkpoints.size(), hashes);
    }
}
