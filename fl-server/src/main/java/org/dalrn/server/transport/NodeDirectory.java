package org.dalrn.server.transport;

import java.security.PublicKey;
import java.util.Optional;
import org.dalrn.core.model.NodeId;

/** Who belongs to the federation. Thread-safe. */
public interface NodeDirectory {

    /**
     * An enrolled node.
     *
     * @param publicKey its Ed25519 key
     * @param revoked true if it may not take part any more
     */
    record Member(NodeId node, PublicKey publicKey, boolean revoked) {}

    /** The member of that name, revoked or not. */
    Optional<Member> find(NodeId node);

    /**
     * Uses up a join secret and records the node's key, in one transaction.
     *
     * @param publicKey raw, 32 bytes, possession already proved
     * @return {@link Verdict.Accepted}, or refused: the secret is unknown, used, expired or another node's
     */
    Verdict enroll(NodeId node, byte[] joinSecret, byte[] publicKey);
}
