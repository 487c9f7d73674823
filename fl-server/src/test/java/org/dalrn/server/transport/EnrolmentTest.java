package org.dalrn.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.protocol.signing.SignedContent;
import org.dalrn.protocol.v1.EnrollReply;
import org.dalrn.protocol.v1.EnrollRequest;
import org.dalrn.server.transport.Node.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@code Enroll}. */
class EnrolmentTest {
    @TempDir
    Path folder;

    private Federation federation;
    private final KeyPair pair = Ed25519.generate();

    @BeforeEach
    void start() throws Exception {
        federation = new Federation(folder);
    }

    @AfterEach
    void stop() {
        federation.close();
    }

    private EnrollRequest.Builder request(String name) {
        return EnrollRequest.newBuilder()
                .setNodeId(name)
                .setJoinSecret(ByteString.copyFrom(Federation.JOIN_SECRET))
                .setPublicKey(ByteString.copyFrom(Ed25519.raw(pair.getPublic())))
                .setProof(ByteString.copyFrom(
                        Ed25519.sign(pair.getPrivate(), SignedContent.ofEnrolment(name, Federation.JOIN_SECRET))));
    }

    private EnrollReply enroll(EnrollRequest request) throws Exception {
        Call<EnrollRequest, EnrollReply> call = new Call<>(federation.channel(), GeneratedMarshaller.ENROLL, 2);
        call.send(request);
        call.call.halfClose();
        return call.next();
    }

    private void assertRefused(EnrollRequest request, ErrorCode code) throws Exception {
        EnrollReply reply = enroll(request);
        assertThat(reply.getRefused().getCode()).as("%s", reply).isEqualTo(code.number());
        assertThat(federation.members).isEmpty();
    }

    @Test
    void enroll_provedKeyAndGoodSecret_getsACertificateThatConnects() throws Exception {
        EnrollReply reply = enroll(request("alice").build());

        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(reply.getNodeCertificate().toByteArray()));
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=alice");
        assertThat(certificate.getPublicKey()).isEqualTo(pair.getPublic());
        Node node = federation.stranger("alice", pair);
        node.certificate = certificate;
        node.connect();
        assertThat(federation.server.connected()).containsExactly(new NodeId("alice"));
    }

    @Test
    void enroll_unprovedKey_isRefusedBeforeTheSecretIsUsed() throws Exception {
        assertRefused(request("alice").setNodeId("bob").build(), ErrorCode.BAD_SIGNATURE);
    }

    @Test
    void enroll_wrongSecret_isRefused() throws Exception {
        byte[] wrong = new byte[32];
        wrong[0] = 1;
        assertRefused(
                request("alice")
                        .setJoinSecret(ByteString.copyFrom(wrong))
                        .setProof(ByteString.copyFrom(
                                Ed25519.sign(pair.getPrivate(), SignedContent.ofEnrolment("alice", wrong))))
                        .build(),
                ErrorCode.JOIN_SECRET_REFUSED);
        assertRefused(request("alice").clearJoinSecret().build(), ErrorCode.JOIN_SECRET_REFUSED);
    }

    @Test
    void enroll_malformedNameOrKey_isRefused() throws Exception {
        assertRefused(request("Not A Name").build(), ErrorCode.MALFORMED_MESSAGE);
        assertRefused(
                request("alice").setPublicKey(ByteString.copyFrom(new byte[31])).build(), ErrorCode.MALFORMED_MESSAGE);
    }
}
