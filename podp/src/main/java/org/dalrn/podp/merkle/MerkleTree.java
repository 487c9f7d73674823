package org.dalrn.podp.merkle;

import java.security.MessageDigest;
import java.util.Objects;
import org.dalrn.podp.Sha256Hash;

/**
 * The three hashes of which a log's tree is made.
 *
 * <p>Leaves and nodes are hashed with different first bytes: what is a leaf's data can never be taken for a node.
 *
 * <p>Source: RFC 9162, section 2.1.1.
 */
public final class MerkleTree {
    private static final byte LEAF = 0x00;
    private static final byte NODE = 0x01;

    private static final Sha256Hash EMPTY_ROOT = Sha256Hash.of();

    private MerkleTree() {}

    /** The hash of a leaf: SHA-256 of {@code 0x00 || data}. */
    public static Sha256Hash leafHash(byte[] data) {
        Objects.requireNonNull(data, "data");
        MessageDigest digest = Sha256Hash.newDigest();
        digest.update(LEAF);
        digest.update(data);
        return Sha256Hash.finish(digest);
    }

    /** The hash of an inner node: SHA-256 of {@code 0x01 || left || right}. */
    public static Sha256Hash nodeHash(Sha256Hash left, Sha256Hash right) {
        return node(Sha256Hash.newDigest(), left, right);
    }

    /** The root of the tree without leaves: SHA-256 of nothing. */
    public static Sha256Hash emptyRoot() {
        return EMPTY_ROOT;
    }

    /** A node's hash by a computation that is used again. */
    static Sha256Hash node(MessageDigest digest, Sha256Hash left, Sha256Hash right) {
        digest.update(NODE);
        left.update(digest);
        right.update(digest);
        return Sha256Hash.finish(digest);
    }
}
