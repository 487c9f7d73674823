package org.dalrn.server;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of {@code dalrn.yaml}: the one place where their names, defaults and meanings stand. The reader, {@code dalrn
 * server --print-config} and {@code docs/configuration.md} are made from it.
 */
enum ConfigKey {
    DATA_DIRECTORY("data-directory", "dalrn-data", "Where the coordinator keeps everything; one process at a time."),
    DRAIN_TIMEOUT("drain-timeout", "30s", "How long a stop waits for uploads and requests that are under way."),
    NODE_LISTEN(
            "node.listen", "0.0.0.0:9443", "Where nodes connect (gRPC over TLS 1.3); port 0 lets the system choose."),
    NODE_PUBLIC_ADDRESS(
            "node.public-address",
            null,
            "host:port that join files tell nodes; the coordinator's certificate is made out to this host."
                    + " Unset: localhost with the port of node.listen, for trials on one machine."),
    NODE_CERTIFICATE_VALIDITY(
            "node.certificate-validity", "365d", "How long a node's certificate is valid, 1h to 3650d."),
    NODE_TLS_AUTHORITY_CERTIFICATE(
            "node.tls.authority-certificate",
            null,
            "PEM file of the federation's certificate authority. Unset: an authority (ECDSA P-256) is made in"
                    + " the data directory at the first start. Goes with node.tls.authority-key."),
    NODE_TLS_AUTHORITY_KEY(
            "node.tls.authority-key",
            null,
            "PEM file (PKCS#8, elliptic curve, mode 0600) of the authority's private key; it signs node"
                    + " certificates."),
    NODE_TLS_CERTIFICATE(
            "node.tls.certificate",
            null,
            "PEM file of the coordinator's certificate chain, signed by the authority above and made out to"
                    + " the host of node.public-address. Unset: the authority issues one. Goes with"
                    + " node.tls.private-key."),
    NODE_TLS_PRIVATE_KEY(
            "node.tls.private-key",
            null,
            "PEM file (PKCS#8, elliptic curve, mode 0600) of the coordinator's private key."),
    OPERATOR_LISTEN("operator.listen", "127.0.0.1:9480", "Where the operator API listens (HTTP/JSON)."),
    OPERATOR_TOKEN_FILE(
            "operator.token-file",
            null,
            "File with the token that opens the operator API; made at the first start with mode 0600."
                    + " Unset: operator.token in the data directory."),
    OPERATOR_LARGEST_MODEL("operator.largest-model", "1GiB", "The largest initial model that the operator API takes."),
    OPERATOR_TLS_CERTIFICATE(
            "operator.tls.certificate",
            null,
            "PEM file of the operator API's certificate chain; with it the API speaks HTTPS. Goes with"
                    + " operator.tls.private-key."),
    OPERATOR_TLS_PRIVATE_KEY("operator.tls.private-key", null, "PEM file (PKCS#8) of its private key."),
    OPERATOR_INSECURE_ALLOW_PLAINTEXT(
            "operator.insecure-allow-plaintext",
            "false",
            "true lets operator.listen leave the loopback interface without TLS: whoever can read the"
                    + " network can then take the token and the models."),
    UPLOADS_CONCURRENT(
            "uploads.concurrent", "8", "How many updates are received at a time; the others wait, 1 to 1024."),
    UPLOADS_LEAST_PROGRESS(
            "uploads.least-progress",
            "16KiB",
            "Bytes a second below which an upload (DALRN-3016) or download (DALRN-3024) is cut; 0B cuts none."),
    UPLOADS_GRACE(
            "uploads.grace",
            "30s",
            "How long an upload or download may lag behind least-progress before it is cut, 100ms to 1h."),
    DOWNLOADS_CONCURRENT("downloads.concurrent", "32", "How many downloads are served at a time, 1 to 1024."),
    SESSION_RESUME_GRACE(
            "session.resume-grace",
            "30s",
            "How long a node whose connection broke may stay away before it is dropped."),
    RECEIPTS_ORIGIN(
            "receipts.origin",
            null,
            "The federation's name in what the coordinator signs about its runs, for instance"
                    + " example.org/heart: 1 to 200 printable ASCII characters without space and plus sign. Set it"
                    + " before the first start and leave it. Unset: dalrn/ and 16 digits of the key's id."),
    RECEIPTS_KEY_FILE(
            "receipts.key-file",
            null,
            "File with the Ed25519 key (PEM, PKCS#8, mode 0600) that signs it; made at the first start."
                    + " Unset: receipts/log-key.pem in the data directory."),
    RECEIPTS_WITNESSES(
            "receipts.witnesses",
            null,
            "List of {url: URL, key: TEXT}: who is asked to cosign the newest checkpoint of each run, and the key that"
                    + " `dalrn witness` says at its start; at most 16. Unset: nobody.");

    private final String path;
    private final Optional<String> defaultText;
    private final String meaning;

    ConfigKey(String path, @Nullable String defaultText, String meaning) {
        this.path = path;
        this.defaultText = Optional.ofNullable(defaultText);
        this.meaning = meaning;
    }

    String path() {
        return path;
    }

    /** The sections that the key stands in, outermost first. */
    List<String> sections() {
        String[] words = path.split("\\.", -1);
        return Arrays.asList(words).subList(0, words.length - 1);
    }

    /** The last word of the path. */
    String word() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    Optional<String> defaultText() {
        return defaultText;
    }

    String meaning() {
        return meaning;
    }
}
