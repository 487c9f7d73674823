package org.dalrn.server.transport;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.protocol.signing.SignedContent;
import org.dalrn.protocol.v1.EnrollReply;
import org.dalrn.protocol.v1.EnrollRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers calls of {@code Enroll}: a join secret and a proved key for a node certificate. Thread-safe. */
final class Enrolment {
    private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);
    private static final int SECRET_BYTES = 32;

    private final Wiring wiring;

    Enrolment(Wiring wiring) {
        this.wiring = wiring;
    }

    void enroll(EnrollRequest request, StreamObserver<EnrollReply> answer) {
        answer.onNext(decide(request));
        answer.onCompleted();
    }

    private EnrollReply decide(EnrollRequest request) {
        NodeId node;
        PublicKey key;
        try {
            node = new NodeId(request.getNodeId());
            key = Ed25519.publicKey(request.getPublicKey().toByteArray());
        } catch (IllegalArgumentException | InvalidKeyException malformed) {
            return refused(ErrorCode.MALFORMED_MESSAGE, String.valueOf(malformed.getMessage()));
        }
        byte[] secret = request.getJoinSecret().toByteArray();
        if (secret.length != SECRET_BYTES) {
            return refused(
                    ErrorCode.JOIN_SECRET_REFUSED,
                    "a join secret has " + SECRET_BYTES + " bytes, this one has " + secret.length);
        }
        byte[] proof = request.getProof().toByteArray();
        if (!Ed25519.verify(key, SignedContent.ofEnrolment(node.value(), secret), proof)) {
            return refused(ErrorCode.BAD_SIGNATURE, "the proof is not by the key that is to be enrolled");
        }
        return wiring.ports()
                .nodes()
                .enroll(node, secret, request.getPublicKey().toByteArray())
                .match(accepted -> certified(node, key), refused -> refused(refused.code(), refused.detail()));
    }

    private EnrollReply certified(NodeId node, PublicKey key) {
        LOG.info("node enrolled node={}", node);
        try {
            byte[] certificate = wiring.authority()
                    .issue(node, key, wiring.settings().nodeCertificateValidity())
                    .getEncoded();
            return EnrollReply.newBuilder()
                    .setNodeCertificate(ByteString.copyFrom(certificate))
                    .build();
        } catch (CertificateEncodingException unencodable) {
            throw new IllegalStateException("bug: a certificate that was just made cannot be encoded", unencodable);
        }
    }

    private static EnrollReply refused(ErrorCode code, String detail) {
        LOG.info("enrolment refused code={}", code);
        return EnrollReply.newBuilder().setRefused(Refusals.of(code, detail)).build();
    }
}
