package org.dalrn.podp.witness;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.note.SignedNote;

/** A log in memory that can be told to go on differently from an entry on. */
final class TwoFacedLog {

    private final NoteSigner owner;
    private final List<Sha256Hash> leaves = new ArrayList<>();

    private TwoFacedLog(NoteSigner owner) {
        this.owner = owner;
    }

    /** Entries {@code 0} to {@code size - 1}; from {@code split} on they are those of another face. */
    static TwoFacedLog of(NoteSigner owner, int size, int split, String face) {
        TwoFacedLog log = new TwoFacedLog(owner);
        for (int i = 0; i < size; i++) {
            String entry = i < split ? "entry " + i : face + " " + i;
            log.leaves.add(MerkleTree.leafHash(entry.getBytes(StandardCharsets.UTF_8)));
        }
        return log;
    }

    static TwoFacedLog of(NoteSigner owner, int size) {
        return of(owner, size, size, "");
    }

    Checkpoint checkpoint(int size) {
        return new Checkpoint(owner.name(), size, root(0, size));
    }

    SignedNote signed(int size) {
        return checkpoint(size).sign(owner);
    }

    List<Sha256Hash> proof(int from, int to) {
        return ConsistencyProof.build(from, to, this::subtree).path();
    }

    byte[] request(int from, int to) {
        return new AddCheckpointRequest(from, proof(from, to), signed(to)).toByteArray();
    }

    private Sha256Hash subtree(int level, long index) {
        int width = 1 << level;
        return root((int) index * width, (int) (index + 1) * width);
    }

    /** The definition of RFC 6962, section 2.1, as it stands. */
    private Sha256Hash root(int from, int to) {
        if (to == from) {
            return MerkleTree.emptyRoot();
        }
        if (to - from == 1) {
            return leaves.get(from);
        }
        int left = Integer.highestOneBit(to - from - 1);
        return MerkleTree.nodeHash(root(from, from + left), root(from + left, to));
    }
}
