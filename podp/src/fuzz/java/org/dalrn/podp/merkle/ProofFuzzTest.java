package org.dalrn.podp.merkle;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.AllocationBudget;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/** Any proof either has the form that its sizes demand or is refused, and proves nothing that is not so. */
class ProofFuzzTest {
    private static final long BUDGET = 1L << 20;

    /** Leaves of a log that a proof may try to be of. */
    private static final int LEAVES = 100;

    private static final RecursiveTree TREE = new RecursiveTree(RecursiveTree.someLeaves(LEAVES));

    @FuzzTest(maxDuration = "30s")
    void proves_ofAnyProof_isTrueOnlyForWhatIsSo(FuzzedDataProvider data) {
        boolean inclusion = data.consumeBoolean();
        boolean genuine = data.consumeBoolean();
        long first = genuine ? data.consumeInt(0, LEAVES) : data.consumeLong();
        long size = genuine ? data.consumeInt(0, LEAVES) : data.consumeLong();
        List<Sha256Hash> path = new ArrayList<>();
        if (genuine && first < size && first > 0) {
            path.addAll(
                    inclusion
                            ? TREE.path((int) first, 0, (int) size)
                            : TREE.subproof((int) first, 0, (int) size, true));
        }
        for (int changes = data.consumeInt(0, 70); changes > 0; changes--) {
            Sha256Hash hash = data.consumeBoolean()
                    ? TREE.root(0, data.consumeInt(1, LEAVES))
                    : Sha256Hash.of(data.consumeBytes(4));
            if (path.isEmpty() || data.consumeBoolean()) {
                path.add(hash);
            } else {
                path.set(data.consumeInt(0, path.size() - 1), hash);
            }
        }
        int leaf = data.consumeInt(0, LEAVES - 1);
        int from = data.consumeInt(0, LEAVES);
        int to = data.consumeInt(0, LEAVES);
        Sha256Hash leafHash = TREE.root(leaf, leaf + 1);
        Sha256Hash fromRoot = TREE.root(0, from);
        Sha256Hash toRoot = TREE.root(0, to);
        AllocationBudget.require(BUDGET, () -> {
            try {
                if (inclusion) {
                    // A root says its size only together with it, so what is claimed is compared for that size alone.
                    boolean proved = new InclusionProof(first, size, path).proves(leafHash, toRoot);
                    if (proved && size == to && first != leaf) {
                        throw new AssertionError("leaf " + leaf + " proved at " + first + " of " + size);
                    }
                } else {
                    boolean proved = new ConsistencyProof(first, size, path).proves(fromRoot, toRoot);
                    if (proved && size == to && first != from) {
                        throw new AssertionError("size " + from + " proved to be " + first + " of " + size);
                    }
                }
            } catch (MalformedException expected) {
                // Refused: the other allowed outcome.
            }
        });
    }
}
