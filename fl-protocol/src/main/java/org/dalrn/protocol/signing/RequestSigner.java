package org.dalrn.protocol.signing;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.security.PrivateKey;
import org.dalrn.protocol.v1.SignedRequest;

/** A node's hand under its requests. Holds the private key, never shows it. Thread-safe. */
public final class RequestSigner {

    private final String nodeId;
    private final PrivateKey key;

    public RequestSigner(String nodeId, PrivateKey key) {
        this.nodeId = requireNonNull(nodeId, "nodeId");
        this.key = requireNonNull(key, "key");
    }

    /**
     * A signed request.
     *
     * @param runId empty where the request concerns no run
     * @param round 0 where it concerns no round
     * @param nonce 24 bytes, see {@link Nonces}
     */
    public SignedRequest sign(SignedMethod method, String runId, int round, byte[] nonce, MessageLite body) {
        if (nonce.length != Nonces.NONCE_BYTES) {
            throw new IllegalArgumentException(
                    "a nonce has " + Nonces.NONCE_BYTES + " bytes, this one has " + nonce.length);
        }
        SignedRequest unsigned = SignedRequest.newBuilder()
                .setNodeId(nodeId)
                .setRunId(runId)
                .setRound(round)
                .setNonce(ByteString.copyFrom(nonce))
                .setBody(body.toByteString())
                .build();
        byte[] signature = Ed25519.sign(key, SignedContent.ofRequest(method, unsigned));
        return unsigned.toBuilder().setSignature(ByteString.copyFrom(signature)).build();
    }

    @Override
    public String toString() {
        return "RequestSigner[" + nodeId + "]";
    }
}
