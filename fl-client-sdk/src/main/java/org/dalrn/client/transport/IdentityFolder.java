package org.dalrn.client.transport;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.dalrn.client.node.NodeException;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.protocol.signing.SignedContent;
import org.dalrn.protocol.v1.EnrollRequest;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds a node's identity: {@code node.key} (PKCS#8, PEM, readable by its owner only), {@code node.crt},
 * {@code federation-ca.pem} and {@code coordinator}.
 *
 * <p>The key is made here and never leaves. Each file appears whole or not at all; the certificate comes last, so that a
 * node that dies while enrolling finds its key again and no half identity. Confined to one thread at a time.
 */
public final class IdentityFolder {

    private static final String KEY = "node.key";
    private static final String CERTIFICATE = "node.crt";
    private static final String AUTHORITY = "federation-ca.pem";
    private static final String COORDINATOR = "coordinator";
    private static final long MOST_BYTES = 64 << 10;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path folder;

    public IdentityFolder(Path folder) {
        this.folder = folder;
    }

    /** True if the node was enrolled. */
    public boolean enrolled() {
        return Files.exists(folder.resolve(CERTIFICATE));
    }

    /**
     * The identity.
     *
     * @throws NodeException {@code IDENTITY_UNREADABLE} if a file is missing, damaged, foreign or open to others
     */
    public NodeIdentity load() {
        PrivateKey key = loadKey();
        X509Certificate certificate = certificate(CERTIFICATE);
        X509Certificate authority = certificate(AUTHORITY);
        try {
            NodeId node = checkBinding(certificate, authority, key);
            return new NodeIdentity(
                    node,
                    key,
                    ByteString.copyFrom(certificate.getEncoded()),
                    authority,
                    CoordinatorAddress.parse(text(COORDINATOR).strip()));
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            throw unreadable(CERTIFICATE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** The request that enrols this node; makes the key if there is none yet. */
    EnrollRequest enrolment(JoinFile join) {
        byte[] secret = join.secret();
        try {
            Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
            KeyPair pair = Files.exists(folder.resolve(KEY)) ? existingPair() : newPair();
            return EnrollRequest.newBuilder()
                    .setNodeId(join.node().value())
                    .setJoinSecret(ByteString.copyFrom(secret))
                    .setPublicKey(ByteString.copyFrom(Ed25519.raw(pair.getPublic())))
                    .setProof(ByteString.copyFrom(Ed25519.sign(
                            pair.getPrivate(),
                            SignedContent.ofEnrolment(join.node().value(), secret))))
                    .build();
        } catch (IOException refused) {
            throw unreadable(KEY, "it cannot be written; check the folder's permissions", refused);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Keeps the coordinator's answer. */
    void complete(JoinFile join, byte[] nodeCertificate) {
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(nodeCertificate));
            checkBinding(certificate, join.authority(), loadKey());
            write(AUTHORITY, pem("CERTIFICATE", join.authority().getEncoded()));
            write(COORDINATOR, join.coordinator() + "\n");
            write(CERTIFICATE, pem("CERTIFICATE", nodeCertificate));
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            throw new NodeException(
                    ErrorCode.COORDINATOR_NOT_TRUSTED,
                    "the coordinator's answer holds no certificate of this node by the join file's authority: "
                            + wrong.getMessage(),
                    wrong);
        } catch (IOException refused) {
            throw unreadable(CERTIFICATE, "it cannot be written; check the folder's permissions", refused);
        }
    }

    private KeyPair newPair() throws IOException {
        KeyPair pair = Ed25519.generate();
        write(
                KEY,
                pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                        + pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        return pair;
    }

    /** The public half stands behind the private one: the JDK cannot compute it. */
    private KeyPair existingPair() {
        try {
            byte[] encoded = block(KEY, "PUBLIC KEY");
            byte[] raw =
                    Arrays.copyOfRange(encoded, Math.max(0, encoded.length - Ed25519.PUBLIC_KEY_BYTES), encoded.length);
            return new KeyPair(Ed25519.publicKey(raw), loadKey());
        } catch (InvalidKeyException wrong) {
            throw unreadable(KEY, "it holds no Ed25519 public key", wrong);
        }
    }

    private PrivateKey loadKey() {
        Path file = folder.resolve(KEY);
        try {
            if (isPosix(file)) {
                Set<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
                open.addAll(Files.getPosixFilePermissions(file));
                open.removeAll(EnumSet.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.OWNER_EXECUTE));
                if (!open.isEmpty()) {
                    throw unreadable(KEY, "others may use it (" + open + "); run chmod 600 on it", null);
                }
            }
            return Ed25519.privateKey(block(KEY, "PRIVATE KEY"));
        } catch (InvalidKeyException wrong) {
            throw unreadable(KEY, "it holds no Ed25519 private key", null);
        } catch (IOException missing) {
            throw unreadable(KEY, "it cannot be read; enrol this node again", missing);
        }
    }

    /** The certificate must be the authority's word for the key in this folder. */
    private static NodeId checkBinding(X509Certificate certificate, X509Certificate authority, PrivateKey key)
            throws GeneralSecurityException {
        certificate.verify(authority.getPublicKey());
        PublicKey bound = certificate.getPublicKey();
        byte[] probe = "dalrn-identity-check".getBytes(StandardCharsets.US_ASCII);
        // The raw form makes sure that it is Ed25519 before it is used as such.
        PublicKey checked = Ed25519.publicKey(Ed25519.raw(bound));
        if (!Ed25519.verify(checked, probe, Ed25519.sign(key, probe))) {
            throw new CertificateException("the certificate is for another key than " + KEY);
        }
        return new NodeId(commonName(certificate));
    }

    /** Node names need no escaping, so the text of the subject can be cut. */
    private static String commonName(X509Certificate certificate) throws CertificateException {
        String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
        return Arrays.stream(subject.split(",", -1))
                .filter(part -> part.startsWith("CN="))
                .map(part -> part.substring("CN=".length()))
                .findFirst()
                .orElseThrow(() -> new CertificateException("the certificate's subject has no common name"));
    }

    private X509Certificate certificate(String name) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(text(name).getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException malformed) {
            throw unreadable(name, "it is no PEM certificate; enrol this node again", malformed);
        }
    }

    private String text(String name) {
        Path file = folder.resolve(name);
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw unreadable(name, "it has more than " + MOST_BYTES + " bytes", null);
            }
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException missing) {
            throw unreadable(name, "it cannot be read; enrol this node again", missing);
        }
    }

    private byte[] block(String name, String label) {
        String text = text(name);
        String begin = "-----BEGIN " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + label + "-----");
        if (from < 0 || to < from) {
            throw unreadable(name, "it has no block \"" + label + "\"; enrol this node again", null);
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        } catch (IllegalArgumentException malformed) {
            throw unreadable(name, "its block \"" + label + "\" is no base64; enrol this node again", null);
        }
    }

    private static String pem(String label, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Path fresh = folder.resolve("." + name + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                ownerOnly(folder, PosixFilePermissions.toString(OWNER_ONLY)))) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isPosix(Path path) throws IOException {
        return Files.getFileStore(path).supportsFileAttributeView("posix");
    }

    private static FileAttribute<?>[] ownerOnly(Path folder, String permissions) throws IOException {
        Path existing = folder.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing != null && isPosix(existing)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private NodeException unreadable(String name, String what, @Nullable Throwable cause) {
        String message = "identity file " + folder.resolve(name) + ": " + what;
        return cause == null
                ? new NodeException(ErrorCode.IDENTITY_UNREADABLE, message)
                : new NodeException(ErrorCode.IDENTITY_UNREADABLE, message, cause);
    }

    @Override
    public String toString() {
        return "IdentityFolder[" + folder + "]";
    }
}
