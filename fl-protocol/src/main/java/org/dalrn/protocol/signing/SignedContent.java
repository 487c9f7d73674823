package org.dalrn.protocol.signing;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import org.dalrn.protocol.v1.SignedRequest;

/** The bytes that signatures are made over: see the section "Signed requests" of {@code docs/wire.md}. */
public final class SignedContent {

    private static final byte[] REQUEST_DOMAIN = "dalrn-request-v1\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENROLL_DOMAIN = "dalrn-enroll-v1\n".getBytes(StandardCharsets.US_ASCII);

    private SignedContent() {}

    /** The bytes that a request's signature covers. */
    public static byte[] ofRequest(SignedMethod method, SignedRequest request) {
        byte[] name = method.wireName().getBytes(StandardCharsets.UTF_8);
        byte[] node = request.getNodeIdBytes().toByteArray();
        byte[] run = request.getRunIdBytes().toByteArray();
        byte[] nonce = request.getNonce().toByteArray();
        ByteBuffer content = ByteBuffer.allocate(
                REQUEST_DOMAIN.length + 4 * 4 + name.length + node.length + run.length + nonce.length + 4 + 32);
        content.put(REQUEST_DOMAIN);
        putPrefixed(content, name);
        putPrefixed(content, node);
        putPrefixed(content, run);
        content.putInt(request.getRound());
        putPrefixed(content, nonce);
        return content.put(sha256(request.getBody())).array();
    }

    /** The bytes that the proof of an enrolment covers. */
    public static byte[] ofEnrolment(String nodeId, byte[] joinSecret) {
        byte[] node = nodeId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(ENROLL_DOMAIN.length + 8 + node.length + joinSecret.length);
        content.put(ENROLL_DOMAIN);
        putPrefixed(content, node);
        putPrefixed(content, joinSecret);
        return content.array();
    }

    /** True if the request was signed by this key for this method. */
    public static boolean verify(PublicKey key, SignedMethod method, SignedRequest request) {
        return Ed25519.verify(
                key, ofRequest(method, request), request.getSignature().toByteArray());
    }

    private static void putPrefixed(ByteBuffer content, byte[] bytes) {
        content.putInt(bytes.length).put(bytes);
    }

    private static byte[] sha256(ByteString body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(body.asReadOnlyByteBuffer());
            return digest.digest();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("bug: every Java runtime has SHA-256", missing);
        }
    }
}
