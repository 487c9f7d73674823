package org.dalrn.server.gateway;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dalrn.core.model.NodeId;
import org.dalrn.server.settings.HostPort;

/**
 * What a node needs to join, once: who it is, where the coordinator is, whom to trust, and a secret.
 *
 * <p>Text of {@code key: value} lines in UTF-8; lines that start with {@code #} are comments. Immutable. {@link #toString}
 * leaves the secret out, {@link #text} does not.
 */
public final class JoinFile {

    /** Length of the secret. */
    public static final int SECRET_BYTES = 32;

    private static final List<String> KEYS = List.of("node", "coordinator", "secret", "expires", "ca");

    private final NodeId node;
    private final HostPort coordinator;
    private final byte[] secret;
    private final Instant expires;
    private final X509Certificate authority;

    private JoinFile(NodeId node, HostPort coordinator, byte[] secret, Instant expires, X509Certificate authority) {
        this.node = requireNonNull(node, "node");
        this.coordinator = requireNonNull(coordinator, "coordinator");
        this.secret = secret.clone();
        this.expires = requireNonNull(expires, "expires");
        this.authority = requireNonNull(authority, "authority");
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("join secret has " + secret.length + " bytes, not " + SECRET_BYTES);
        }
        if (coordinator.port() == 0) {
            throw new IllegalArgumentException("coordinator " + coordinator + " has port 0; name the port that it has");
        }
    }

    /**
     * A join file.
     *
     * @param secret 32 random bytes; copied
     * @param authority the federation's certificate authority
     */
    public static JoinFile of(
            NodeId node, HostPort coordinator, byte[] secret, Instant expires, X509Certificate authority) {
        return new JoinFile(node, coordinator, secret, expires, authority);
    }

    /**
     * The join file that a text is.
     *
     * @throws IllegalArgumentException if the text is none, with the line and the key, never with the secret
     */
    public static JoinFile parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String key = colon < 0 ? "" : line.substring(0, colon).strip();
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("line " + (i + 1) + " has none of the keys " + KEYS);
            }
            if (values.putIfAbsent(key, line.substring(colon + 1).strip()) != null) {
                throw new IllegalArgumentException("line " + (i + 1) + " repeats the key '" + key + "'");
            }
        }
        List<String> missing = new ArrayList<>(KEYS);
        missing.removeAll(values.keySet());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "join file lacks " + missing + "; make a new one with `dalrn node enroll`");
        }
        return new JoinFile(
                new NodeId(get(values, "node")),
                HostPort.parse(get(values, "coordinator")),
                secret(get(values, "secret")),
                instant(get(values, "expires")),
                certificate(get(values, "ca")));
    }

    private static String get(Map<String, String> values, String key) {
        return requireNonNull(values.get(key), key);
    }

    private static byte[] secret(String hex) {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("secret has " + hex.length() + " characters, not 64 hexadecimal digits");
        }
        return HexFormat.of().parseHex(hex);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException wrong) {
            throw new IllegalArgumentException(
                    "expires '" + text + "' is no time; write for instance 2026-12-01T00:00:00Z", wrong);
        }
    }

    private static X509Certificate certificate(String base64) {
        try {
            byte[] der = Base64.getDecoder().decode(base64);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (IllegalArgumentException | CertificateException wrong) {
            throw new IllegalArgumentException("ca is no X.509 certificate in DER and base64", wrong);
        }
    }

    /** Who may use the file. */
    public NodeId node() {
        return node;
    }

    /** Where the coordinator is. */
    public HostPort coordinator() {
        return coordinator;
    }

    /** A copy of the secret, 32 bytes. */
    public byte[] secret() {
        return secret.clone();
    }

    /** From when on the secret is worth nothing. */
    public Instant expires() {
        return expires;
    }

    /** The federation's certificate authority. */
    public X509Certificate authority() {
        return authority;
    }

    /** The file, with the secret in it. */
    public String text() {
        try {
            return """
                    # DALRN join file: keep it secret, it works once.
                    node: %s
                    coordinator: %s
                    secret: %s
                    expires: %s
                    ca: %s
                    """.formatted(
                            node,
                            coordinator,
                            HexFormat.of().formatHex(secret),
                            expires,
                            Base64.getEncoder().encodeToString(authority.getEncoded()));
        } catch (CertificateEncodingException bug) {
            throw new IllegalStateException("bug: a certificate without DER form", bug);
        }
    }

    @Override
    public String toString() {
        return "JoinFile[" + node + " at " + coordinator + " until " + expires + "]";
    }
}
