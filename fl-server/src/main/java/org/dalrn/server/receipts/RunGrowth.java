package org.dalrn.server.receipts;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.dalrn.core.model.RunId;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;

/**
 * Proofs that the log of one run only grew, for one witness.
 *
 * <p>What lies left of a proof's earlier size is in the right edge of the tree there: a proof that begins where the one before
 * ended reads the events since then only, any other one reads them all. Memory does not grow with the log. Confined to one
 * thread at a time.
 */
final class RunGrowth {
    private record Subtree(int level, long index) {}

    private final ReceiptLog log;
    private final RunId run;
    private RunTree reached;
    private long known;

    RunGrowth(ReceiptLog log, RunId run) {
        this.log = log;
        this.run = run;
        this.reached = log.begin(run);
    }

    /** The size that the witness cosigned last; 0 if that is not known. */
    long known() {
        return known;
    }

    void known(long size) {
        known = size;
    }

    /**
     * The proof between two sizes.
     *
     * @throws org.dalrn.server.store.StoreException {@code STORE_UNAVAILABLE} or {@code LOG_DAMAGED}
     */
    ConsistencyProof proof(long from, long to) {
        Set<Subtree> wanted = new HashSet<>();
        ConsistencyProof trivial = ConsistencyProof.build(from, to, (level, index) -> {
            wanted.add(new Subtree(level, index));
            return MerkleTree.emptyRoot();
        });
        if (wanted.isEmpty()) {
            return trivial;
        }
        RunTree start = reached.frontier().size() <= from ? reached : log.begin(run);
        Map<Subtree, Sha256Hash> found = edge(start.frontier());
        reached = log.grow(run, start, to, (level, index, hash) -> {
            Subtree subtree = new Subtree(level, index);
            if (wanted.contains(subtree)) {
                found.put(subtree, hash);
            }
        });
        return ConsistencyProof.build(
                from, to, (level, index) -> requireNonNull(found.get(new Subtree(level, index)), "subtree"));
    }

    private static Map<Subtree, Sha256Hash> edge(Frontier frontier) {
        Map<Subtree, Sha256Hash> edge = new HashMap<>();
        long leaf = 0;
        for (Sha256Hash hash : frontier.subtrees()) {
            int level = 63 - Long.numberOfLeadingZeros(frontier.size() - leaf);
            edge.put(new Subtree(level, leaf >>> level), hash);
            leaf += 1L << level;
        }
        return edge;
    }
}
