package org.dalrn.podp.merkle;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.Sha256Hash;

/** The tree by the recursive definitions of RFC 9162, slow and obvious: the oracle of these tests. */
public final class RecursiveTree {
    private final List<byte[]> leaves;

    public RecursiveTree(List<byte[]> leaves) {
        this.leaves = List.copyOf(leaves);
    }

    /** So many leaves, all different. */
    public static List<byte[]> someLeaves(int count) {
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(("leaf " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return leaves;
    }

    /** MTH(D[from:to]). */
    public Sha256Hash root(int from, int to) {
        if (from == to) {
            return sha();
        }
        if (to - from == 1) {
            return sha(new byte[] {0}, leaves.get(from));
        }
        int k = split(to - from);
        return sha(
                new byte[] {1},
                root(from, from + k).toByteArray(),
                root(from + k, to).toByteArray());
    }

    /** PATH(m, D[from:to]). */
    public List<Sha256Hash> path(int m, int from, int to) {
        if (to - from == 1) {
            return new ArrayList<>();
        }
        int k = split(to - from);
        List<Sha256Hash> path = m < k ? path(m, from, from + k) : path(m - k, from + k, to);
        path.add(m < k ? root(from + k, to) : root(from, from + k));
        return path;
    }

    /** SUBPROOF(m, D[from:to], b). */
    public List<Sha256Hash> subproof(int m, int from, int to, boolean b) {
        if (m == to - from) {
            List<Sha256Hash> end = new ArrayList<>();
            if (!b) {
                end.add(root(from, to));
            }
            return end;
        }
        int k = split(to - from);
        List<Sha256Hash> path = m <= k ? subproof(m, from, from + k, b) : subproof(m - k, from + k, to, false);
        path.add(m <= k ? root(from + k, to) : root(from, from + k));
        return path;
    }

    /** Subtrees of these leaves, for which alone it may be asked. */
    public SubtreeHashes hashes() {
        return (level, index) -> {
            long to = (index + 1) << level;
            if (level < 0 || index < 0 || to > leaves.size()) {
                throw new AssertionError("asked for subtree (" + level + ", " + index + ") of " + leaves.size());
            }
            return root((int) (index << level), (int) to);
        };
    }

    private static int split(int n) {
        int k = 1;
        while (2 * k < n) {
            k *= 2;
        }
        return k;
    }

    private static Sha256Hash sha(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        try {
            return Sha256Hash.ofBytes(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
