package org.dalrn.server.identity;

import static java.util.Objects.requireNonNull;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** What the coordinator shows to a node in the TLS handshake. Immutable and thread-safe; never prints its key. */
public final class ServerCertificate {
    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private ServerCertificate(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = chain;
    }

    /**
     * A certificate from elsewhere, for instance the operator's own PEM files.
     *
     * @param key belongs to the first certificate
     * @param chain the coordinator's own certificate first
     */
    public static ServerCertificate of(PrivateKey key, List<X509Certificate> chain) {
        List<X509Certificate> copy = List.copyOf(chain);
        if (copy.isEmpty()) {
            throw new IllegalArgumentException("a chain of 0 certificates; give at least the coordinator's own");
        }
        return new ServerCertificate(requireNonNull(key, "key"), copy);
    }

    /** The private key, for the TLS context only. */
    public PrivateKey key() {
        return key;
    }

    /** The coordinator's own certificate, then those that lead to the authority. */
    public List<X509Certificate> chain() {
        return chain;
    }

    @Override
    public String toString() {
        return "ServerCertificate[" + chain.get(0).getSubjectX500Principal() + "]";
    }
}
