package org.dalrn.server.transport;

import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.signing.Nonces;

/** A node that said Hello and was welcomed: the key and the nonces that its requests are judged by. Thread-safe. */
final class LiveSession {
    private final NodeId node;
    private final PublicKey key;
    private final Instant certificateExpires;
    private final byte[] sessionId;
    private final Nonces.Window nonces;
    private final Session stream;

    LiveSession(NodeId node, PublicKey key, Instant certificateExpires, byte[] sessionId, Session stream) {
        this.node = node;
        this.key = key;
        this.certificateExpires = certificateExpires;
        this.sessionId = sessionId.clone();
        this.nonces = new Nonces.Window(sessionId);
        this.stream = stream;
    }

    NodeId node() {
        return node;
    }

    PublicKey key() {
        return key;
    }

    Instant certificateExpires() {
        return certificateExpires;
    }

    Session stream() {
        return stream;
    }

    /** Whether a nonce belongs to this session; remembers nothing. */
    boolean owns(byte[] nonce) {
        return nonce.length == Nonces.NONCE_BYTES
                && Arrays.equals(nonce, 0, sessionId.length, sessionId, 0, sessionId.length);
    }

    /** Uses a nonce up. */
    Nonces.Verdict judge(byte[] nonce) {
        return nonces.judge(nonce);
    }
}
