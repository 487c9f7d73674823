package org.dalrn.client.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dalrn.client.node.NodeException;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What an operator hands to a site so that its node can enrol once: name, address, authority and a one-time secret.
 *
 * <p>Text, UTF-8, {@code key: value} lines, {@code #} begins a comment line. Immutable; never shows its secret.
 */
public final class JoinFile {

    private static final int SECRET_BYTES = 32;
    private static final long MOST_BYTES = 64 << 10;
    private static final List<String> KEYS = List.of("node", "coordinator", "secret", "expires", "ca");

    private final NodeId node;
    private final CoordinatorAddress coordinator;
    private final byte[] secret;
    private final X509Certificate authority;

    private JoinFile(NodeId node, CoordinatorAddress coordinator, byte[] secret, X509Certificate authority) {
        this.node = node;
        this.coordinator = coordinator;
        this.secret = secret;
        this.authority = authority;
    }

    /**
     * Reads a join file.
     *
     * @throws NodeException {@code JOIN_FILE_INVALID} if it cannot be read, or holds something else
     */
    public static JoinFile read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw invalid(file, "has " + Files.size(file) + " bytes, a join file has at most " + MOST_BYTES, null);
            }
            return parse(file, Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw invalid(file, "cannot be read; check the path and its permissions", unreadable);
        }
    }

    private static JoinFile parse(Path file, String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String key = colon < 0 ? "" : line.substring(0, colon).strip();
            if (!KEYS.contains(key)) {
                // The line is not shown: it may hold the secret.
                throw invalid(file, "has a line that begins with none of " + KEYS + "; take the operator's file", null);
            }
            if (values.put(key, line.substring(colon + 1).strip()) != null) {
                throw invalid(file, "names \"" + key + "\" twice; take the operator's file unchanged", null);
            }
        }
        List<String> missing =
                KEYS.stream().filter(key -> !values.containsKey(key)).toList();
        if (!missing.isEmpty()) {
            throw invalid(file, "lacks " + missing + "; take the operator's file unchanged", null);
        }
        return new JoinFile(
                field(file, values, "node", NodeId::new),
                field(file, values, "coordinator", CoordinatorAddress::parse),
                field(file, values, "secret", JoinFile::parseSecret),
                field(file, values, "ca", JoinFile::parseAuthority));
    }

    private static <T> T field(Path file, Map<String, String> values, String key, Function<String, T> parser) {
        try {
            return parser.apply(values.getOrDefault(key, ""));
        } catch (IllegalArgumentException wrong) {
            throw invalid(file, "has a wrong \"" + key + "\": " + wrong.getMessage(), null);
        }
    }

    private static byte[] parseSecret(String hex) {
        if (hex.length() != 2 * SECRET_BYTES || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("it is not 64 hexadecimal digits");
        }
        return HexFormat.of().parseHex(hex);
    }

    private static X509Certificate parseAuthority(String base64) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
        } catch (CertificateException malformed) {
            throw new IllegalArgumentException("it is not the base64 of a DER certificate", malformed);
        }
    }

    private static NodeException invalid(Path file, String what, @Nullable Throwable cause) {
        String message = "join file " + file + " " + what;
        return cause == null
                ? new NodeException(ErrorCode.JOIN_FILE_INVALID, message)
                : new NodeException(ErrorCode.JOIN_FILE_INVALID, message, cause);
    }

    /** The node's name. */
    public NodeId node() {
        return node;
    }

    /** Where the coordinator listens. */
    public CoordinatorAddress coordinator() {
        return coordinator;
    }

    /** The certificate of the federation's authority. */
    public X509Certificate authority() {
        return authority;
    }

    byte[] secret() {
        return secret.clone();
    }

    @Override
    public String toString() {
        return "JoinFile[" + node + " at " + coordinator + "]";
    }
}
