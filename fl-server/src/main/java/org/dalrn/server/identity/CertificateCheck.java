package org.dalrn.server.identity;

import java.security.PublicKey;
import java.time.Instant;
import java.util.function.Function;
import org.dalrn.core.model.NodeId;

/** What the authority makes of bytes that are said to be a node certificate. */
public sealed interface CertificateCheck {

    <R> R match(
            Function<? super Trusted, ? extends R> trusted,
            Function<? super Expired, ? extends R> expired,
            Function<? super NotTrusted, ? extends R> notTrusted);

    /**
     * This authority issued it to this node, and it is valid now.
     *
     * @param key the node's Ed25519 key
     * @param expires from this instant on it is not valid
     */
    record Trusted(NodeId node, PublicKey key, Instant expires) implements CertificateCheck {
        @Override
        public <R> R match(
                Function<? super Trusted, ? extends R> trusted,
                Function<? super Expired, ? extends R> expired,
                Function<? super NotTrusted, ? extends R> notTrusted) {
            return trusted.apply(this);
        }
    }

    /** This authority issued it to this node, and it is not valid any more. */
    record Expired(NodeId node, Instant expired) implements CertificateCheck {
        @Override
        public <R> R match(
                Function<? super Trusted, ? extends R> trusted,
                Function<? super Expired, ? extends R> expired,
                Function<? super NotTrusted, ? extends R> notTrusted) {
            return expired.apply(this);
        }
    }

    /**
     * It is no node certificate of this authority.
     *
     * @param reason a sentence for people
     */
    record NotTrusted(String reason) implements CertificateCheck {
        @Override
        public <R> R match(
                Function<? super Trusted, ? extends R> trusted,
                Function<? super Expired, ? extends R> expired,
                Function<? super NotTrusted, ? extends R> notTrusted) {
            return notTrusted.apply(this);
        }
    }
}
