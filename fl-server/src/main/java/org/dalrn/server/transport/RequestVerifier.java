package org.dalrn.server.transport;

import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.Optional;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.SignedContent;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.server.transport.NodeDirectory.Member;

/** Proves who sent a signed request, and that it was not sent before. Thread-safe. */
final class RequestVerifier {
    private final Sessions sessions;
    private final NodeDirectory nodes;
    private final InstantSource clock;

    RequestVerifier(Sessions sessions, NodeDirectory nodes, InstantSource clock) {
        this.sessions = sessions;
        this.nodes = nodes;
        this.clock = clock;
    }

    /**
     * A request whose sender is proved.
     *
     * @param runId as sent, not yet checked
     * @param round as sent, an unsigned 32-bit number
     */
    record Caller(LiveSession session, String runId, int round, ByteString body) {
        NodeId node() {
            return session.node();
        }
    }

    Checked<Caller> check(SignedMethod method, SignedRequest request) {
        Optional<NodeId> name = nodeId(request);
        if (name.isEmpty()) {
            return Checked.failed(ErrorCode.UNKNOWN_NODE, "the request names no valid node; enrol the node first");
        }
        NodeId node = name.get();
        Optional<LiveSession> live = sessions.find(node);
        if (live.isEmpty()) {
            return withoutSession(node);
        }
        LiveSession session = live.get();
        byte[] nonce = request.getNonce().toByteArray();
        if (!session.owns(nonce)) {
            return Checked.failed(
                    ErrorCode.UNKNOWN_SESSION,
                    "the nonce is not of the live session of node " + node + "; connect and sign anew");
        }
        // Before the signature is proved nothing is remembered: else anybody could use up a node's nonces.
        if (!SignedContent.verify(session.key(), method, request)) {
            return Checked.failed(
                    ErrorCode.BAD_SIGNATURE,
                    "the signature is not by node " + node + " over this " + method.wireName() + " request");
        }
        if (!clock.instant().isBefore(session.certificateExpires())) {
            return Checked.failed(
                    ErrorCode.CERTIFICATE_EXPIRED,
                    "the certificate of node " + node + " expired at " + session.certificateExpires()
                            + "; enrol the node again");
        }
        Optional<Member> member = nodes.find(node);
        if (member.isEmpty() || member.get().revoked()) {
            return Checked.failed(ErrorCode.NODE_REVOKED, "node " + node + " was revoked by the operator");
        }
        return switch (session.judge(nonce)) {
            case FRESH ->
                Checked.passed(new Caller(session, request.getRunId(), request.getRound(), request.getBody()));
            case REPLAYED ->
                Checked.failed(
                        ErrorCode.REPLAYED_NONCE, "the nonce was used before, or is too old; use each counter once");
            case FOREIGN -> Checked.failed(ErrorCode.UNKNOWN_SESSION, "the counter of the nonce is not positive");
        };
    }

    private Checked<Caller> withoutSession(NodeId node) {
        Optional<Member> member = nodes.find(node);
        if (member.isEmpty()) {
            return Checked.failed(ErrorCode.UNKNOWN_NODE, "no node " + node + " is enrolled; enrol it first");
        }
        if (member.get().revoked()) {
            return Checked.failed(ErrorCode.NODE_REVOKED, "node " + node + " was revoked by the operator");
        }
        return Checked.failed(ErrorCode.UNKNOWN_SESSION, "node " + node + " has no live session; connect first");
    }

    static Optional<NodeId> nodeId(SignedRequest request) {
        try {
            return Optional.of(new NodeId(request.getNodeId()));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
