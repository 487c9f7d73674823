package org.dalrn.client.transport;

import com.google.protobuf.ByteString;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.signing.RequestSigner;

/** An enrolled node: who it is, how it signs, whom it trusts. Immutable and thread-safe; never shows its key. */
public final class NodeIdentity {

    private final NodeId node;
    private final RequestSigner signer;
    private final ByteString certificate;
    private final X509Certificate authority;
    private final CoordinatorAddress coordinator;

    NodeIdentity(
            NodeId node,
            PrivateKey key,
            ByteString certificate,
            X509Certificate authority,
            CoordinatorAddress coordinator) {
        this.node = node;
        this.signer = new RequestSigner(node.value(), key);
        this.certificate = certificate;
        this.authority = authority;
        this.coordinator = coordinator;
    }

    /** The node's name. */
    public NodeId node() {
        return node;
    }

    /** Signs the node's requests. */
    public RequestSigner signer() {
        return signer;
    }

    /** The node certificate, X.509, DER. */
    public ByteString certificate() {
        return certificate;
    }

    /** The one authority that the node trusts. */
    public X509Certificate authority() {
        return authority;
    }

    /** Where the coordinator listens. */
    public CoordinatorAddress coordinator() {
        return coordinator;
    }

    @Override
    public String toString() {
        return "NodeIdentity[" + node + " at " + coordinator + "]";
    }
}
