package org.dalrn.server.identity;

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
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Keys and certificates in PEM files (RFC 7468), written whole or not at all. */
final class PemFile {
    private static final String KEY_LABEL = "PRIVATE KEY";
    private static final String CERTIFICATE_LABEL = "CERTIFICATE";

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private PemFile() {}

    static void writeKey(Path file, PrivateKey key) throws IOException {
        write(file, KEY_LABEL, key.getEncoded(), true);
    }

    static void writeCertificate(Path file, X509Certificate certificate) throws IOException {
        try {
            write(file, CERTIFICATE_LABEL, certificate.getEncoded(), false);
        } catch (CertificateException unencodable) {
            throw new IllegalStateException("bug: a certificate that was just made cannot be encoded", unencodable);
        }
    }

    /**
     * Reads an elliptic-curve key.
     *
     * @throws IOException if it is none, or others than the owner may read it
     */
    static PrivateKey readKey(Path file) throws IOException {
        if (isPosix(file) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException("private key " + file + " has the permissions "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    + ", only the owner may read it: chmod 600");
        }
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(read(file, KEY_LABEL)));
        } catch (GeneralSecurityException invalid) {
            throw new IOException(file + " is no PKCS#8 elliptic-curve key; restore it from a backup", invalid);
        }
    }

    static X509Certificate readCertificate(Path file) throws IOException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(read(file, CERTIFICATE_LABEL)));
        } catch (CertificateException invalid) {
            throw new IOException(file + " is no X.509 certificate; restore it from a backup", invalid);
        }
    }

    /** All certificates of a file, at least one, in its order. */
    static List<X509Certificate> readChain(Path file) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))) {
                chain.add((X509Certificate) certificate);
            }
        } catch (CertificateException invalid) {
            throw new IOException(file + " is no chain of X.509 certificates: " + invalid.getMessage(), invalid);
        }
        if (chain.isEmpty()) {
            throw new IOException(file + " holds no certificate in PEM form");
        }
        return chain;
    }

    private static byte[] read(Path file, String label) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        int begin = text.indexOf("-----BEGIN " + label + "-----");
        int end = text.indexOf("-----END " + label + "-----");
        if (begin < 0 || end < begin) {
            throw new IOException(file + " holds no PEM block \"" + label + "\"; restore it from a backup");
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(text.indexOf('\n', begin), end));
        } catch (IllegalArgumentException notBase64) {
            throw new IOException(file + " holds a damaged PEM block \"" + label + "\"", notBase64);
        }
    }

    private static void write(Path file, String label, byte[] der, boolean secret) throws IOException {
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.deleteIfExists(unfinished);
        FileAttribute<?>[] attributes = secret && isPosix(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        try (FileChannel channel = FileChannel.open(
                unfinished, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
