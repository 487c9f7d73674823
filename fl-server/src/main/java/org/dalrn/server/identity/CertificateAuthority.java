package org.dalrn.server.identity;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;
import org.dalrn.core.model.NodeId;

/**
 * The one issuer that the nodes of a federation and their coordinator trust.
 *
 * <p>Unless it is given, its key (ECDSA P-256) lies in {@code ca.key}, readable by the owner only, its self-signed certificate in {@code
 * ca.crt}. Who has the key can make members; who loses it has to enrol every node again. It issues the coordinator's
 * certificate (P-256, {@code serverAuth}) and node certificates (Ed25519, {@code clientAuth}, subject {@code CN=<node
 * id>}). Revocation is not in the certificates: the register of nodes knows it.
 *
 * <p>Thread-safe. Source: RFC 5280.
 */
public final class CertificateAuthority {

    /** The server certificate is made anew when it has less than this left. */
    public static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(20 * 365);
    private static final Duration SERVER_VALIDITY = Duration.ofDays(397);

    /** Certificates start in the past, because the clocks of the nodes are not ours. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    /** A node certificate has about 500 bytes. */
    private static final int MAX_CERTIFICATE_BYTES = 8 << 10;

    /** Its place in the bits of the key usage (RFC 5280, 4.2.1.3). */
    private static final int KEY_CERT_SIGN = 5;

    private static final String SIGNATURE = "SHA256withECDSA";

    private final Path folder;
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final InstantSource clock;
    private final SecureRandom random;

    private CertificateAuthority(
            Path folder, PrivateKey key, X509Certificate certificate, InstantSource clock, SecureRandom random) {
        this.folder = folder;
        this.key = key;
        this.certificate = certificate;
        this.clock = clock;
        this.random = random;
    }

    /**
     * The authority of a folder, made if the folder has none.
     *
     * @param folder made if it is missing; confined to this process
     * @throws IOException if the folder cannot be read or written, or holds half an authority
     */
    public static CertificateAuthority open(Path folder, InstantSource clock, SecureRandom random) throws IOException {
        requireNonNull(clock, "clock");
        requireNonNull(random, "random");
        Files.createDirectories(folder);
        Path keyFile = folder.resolve("ca.key");
        Path certificateFile = folder.resolve("ca.crt");
        // The certificate is written first and says nothing without its key: a first start that dies between the two
        // has issued nothing, so it may begin again. A lost certificate beside a key is another matter.
        if (!Files.exists(keyFile)) {
            if (Files.exists(certificateFile) && Files.exists(folder.resolve("server.crt"))) {
                throw new IOException("the authority's key " + keyFile + " is missing, its certificate is there;"
                        + " restore the key from a backup, or delete the folder and enrol every node again");
            }
            KeyPair pair = newKeyPair(random);
            PemFile.writeCertificate(certificateFile, selfSigned(pair, clock.instant(), random));
            PemFile.writeKey(keyFile, pair.getPrivate());
        }
        if (!Files.exists(certificateFile)) {
            throw new IOException("the authority's certificate " + certificateFile + " is missing, its key is there;"
                    + " restore the certificate from a backup or from a join file");
        }
        PrivateKey key = PemFile.readKey(keyFile);
        X509Certificate certificate = PemFile.readCertificate(certificateFile);
        requirePair(key, certificate, keyFile, certificateFile);
        return new CertificateAuthority(folder, key, certificate, clock, random);
    }

    /**
     * An authority of one's own.
     *
     * @param certificateFile PEM; a CA certificate that is valid now and may sign certificates
     * @param keyFile PEM (PKCS#8), readable by its owner only; an elliptic-curve key
     * @param folder where the coordinator's certificate is kept; made if it is missing
     * @throws IOException if a file cannot be read or is not what it should be
     */
    public static CertificateAuthority of(
            Path certificateFile, Path keyFile, Path folder, InstantSource clock, SecureRandom random)
            throws IOException {
        X509Certificate certificate = PemFile.readCertificate(certificateFile);
        PrivateKey key = PemFile.readKey(keyFile);
        requirePair(key, certificate, keyFile, certificateFile);
        boolean[] usage = certificate.getKeyUsage();
        if (certificate.getBasicConstraints() < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
            throw new IOException(
                    certificateFile + " is no authority's: it may not sign certificates (basic constraint CA,"
                            + " key usage keyCertSign); name the authority's certificate");
        }
        requireValid(certificateFile, certificate, clock.instant());
        Files.createDirectories(folder);
        return new CertificateAuthority(folder, key, certificate, clock, requireNonNull(random, "random"));
    }

    private static void requireValid(Path file, X509Certificate certificate, Instant now) throws IOException {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        if (now.isBefore(from) || !now.isBefore(to)) {
            throw new IOException(file + " is valid from " + from + " to " + to + ", it is " + now + "; renew it");
        }
    }

    /** What nodes trust: it stands in their join files. */
    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * The coordinator's certificate, from {@code server.key} and {@code server.crt}; made anew if there is none, it
     * expires within {@link #RENEW_BEFORE}, or it was made for other names.
     *
     * @param names the host names and IP addresses by which nodes reach the coordinator, at least one
     * @throws IOException if the folder cannot be read or written
     */
    public ServerCertificate serverCertificate(Collection<String> names) throws IOException {
        Set<String> wanted = new TreeSet<>(names);
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException(
                    "a server certificate for no name; give the host names by which nodes reach the coordinator");
        }
        Path keyFile = folder.resolve("server.key");
        Path certificateFile = folder.resolve("server.crt");
        if (Files.exists(keyFile) && Files.exists(certificateFile)) {
            X509Certificate present = PemFile.readCertificate(certificateFile);
            PrivateKey presentKey = PemFile.readKey(keyFile);
            if (isGood(present, wanted) && isPair(presentKey, present.getPublicKey())) {
                return ServerCertificate.of(presentKey, List.of(present));
            }
        }
        KeyPair pair = newKeyPair(random);
        X509Certificate made = issueServer(pair.getPublic(), wanted);
        PemFile.writeKey(keyFile, pair.getPrivate());
        PemFile.writeCertificate(certificateFile, made);
        return ServerCertificate.of(pair.getPrivate(), List.of(made));
    }

    /**
     * A coordinator's certificate of one's own; nothing renews it.
     *
     * @param certificateFile PEM; a chain that leads to this authority, the coordinator's own first, for the names by which nodes
     *     reach it
     * @param keyFile PEM (PKCS#8), readable by its owner only; an elliptic-curve key
     * @throws IOException if a file cannot be read or is not what it should be
     */
    public ServerCertificate ownCertificate(Path certificateFile, Path keyFile) throws IOException {
        List<X509Certificate> chain = PemFile.readChain(certificateFile);
        X509Certificate own = chain.get(0);
        PrivateKey ownKey = PemFile.readKey(keyFile);
        requirePair(ownKey, own, keyFile, certificateFile);
        for (X509Certificate each : chain) {
            requireValid(certificateFile, each, clock.instant());
        }
        try {
            List<String> purposes = own.getExtendedKeyUsage();
            if (purposes != null && !purposes.contains(KeyPurposeId.id_kp_serverAuth.getId())) {
                throw new IOException(certificateFile + " is not made out to a server (extended key usage serverAuth)");
            }
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            List<X509Certificate> below =
                    chain.stream().filter(each -> !each.equals(certificate)).toList();
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
        } catch (GeneralSecurityException foreign) {
            throw new IOException(
                    certificateFile + " does not lead to the authority " + certificate.getSubjectX500Principal() + ": "
                            + foreign.getMessage() + "; have the authority sign it, intermediate certificates after it",
                    foreign);
        }
        return ServerCertificate.of(ownKey, chain);
    }

    /**
     * A node certificate.
     *
     * @param publicKey the node's Ed25519 key, possession already proved
     * @param validity from now on, positive
     */
    public X509Certificate issue(NodeId node, PublicKey publicKey, Duration validity) {
        requireNonNull(node, "node");
        requireEd25519(publicKey);
        if (validity.isNegative() || validity.isZero()) {
            throw new IllegalArgumentException("a validity of " + validity + " is not positive");
        }
        Instant now = clock.instant();
        X509v3CertificateBuilder builder = builder(commonName(node.value()), publicKey, now, now.plus(validity));
        return sign(builder, publicKey, KeyPurposeId.id_kp_clientAuth);
    }

    /**
     * Whether bytes are a node certificate of this authority, valid now.
     *
     * @param der from the network: anything
     */
    public CertificateCheck check(byte[] der) {
        if (der.length == 0 || der.length > MAX_CERTIFICATE_BYTES) {
            return new CertificateCheck.NotTrusted("a node certificate has 1 to " + MAX_CERTIFICATE_BYTES
                    + " bytes, this one has " + der.length + "; send the one from enrolment");
        }
        X509Certificate candidate;
        try {
            candidate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            if (candidate == null || !Arrays.equals(candidate.getEncoded(), der)) {
                return new CertificateCheck.NotTrusted("the bytes are not exactly one X.509 certificate");
            }
            // The JDK ignores the bits that a bit string calls unused: a second spelling of the same certificate.
            if (Certificate.getInstance(der).getSignature().getPadBits() != 0) {
                return new CertificateCheck.NotTrusted("the signature of the certificate is no whole number of bytes");
            }
            candidate.verify(certificate.getPublicKey());
        } catch (CertificateException | IllegalArgumentException malformed) {
            return new CertificateCheck.NotTrusted("the bytes are no X.509 certificate");
        } catch (GeneralSecurityException foreign) {
            return new CertificateCheck.NotTrusted(
                    "the certificate was not signed by this federation's authority; enrol the node here");
        }
        return checkSigned(candidate);
    }

    private CertificateCheck checkSigned(X509Certificate candidate) {
        NodeId node;
        try {
            List<String> purposes = candidate.getExtendedKeyUsage();
            if (candidate.getBasicConstraints() >= 0
                    || purposes == null
                    || !purposes.contains(KeyPurposeId.id_kp_clientAuth.getId())) {
                return new CertificateCheck.NotTrusted("the certificate is not a node's; send the one from enrolment");
            }
            node = new NodeId(subject(candidate));
            requireEd25519(candidate.getPublicKey());
        } catch (CertificateParsingException | IllegalArgumentException other) {
            return new CertificateCheck.NotTrusted("the certificate names no node or holds no Ed25519 key");
        }
        Instant now = clock.instant();
        Instant expires = candidate.getNotAfter().toInstant();
        if (now.isBefore(candidate.getNotBefore().toInstant())) {
            return new CertificateCheck.NotTrusted("the certificate is valid only from "
                    + candidate.getNotBefore().toInstant() + ", it is " + now);
        }
        return now.isBefore(expires)
                ? new CertificateCheck.Trusted(node, candidate.getPublicKey(), expires)
                : new CertificateCheck.Expired(node, expires);
    }

    private boolean isGood(X509Certificate present, Set<String> wanted) throws IOException {
        try {
            present.verify(certificate.getPublicKey());
            Collection<List<?>> alternatives = present.getSubjectAlternativeNames();
            Set<String> names = new TreeSet<>();
            if (alternatives != null) {
                alternatives.forEach(entry -> names.add(String.valueOf(entry.get(1))));
            }
            return names.equals(canonical(wanted))
                    && clock.instant()
                            .plus(RENEW_BEFORE)
                            .isBefore(present.getNotAfter().toInstant());
        } catch (GeneralSecurityException foreign) {
            // Another authority's: a new one is made.
            return false;
        }
    }

    /** The names as {@code X509Certificate} gives them back: it spells IPv6 addresses its own way. */
    private static Set<String> canonical(Set<String> names) throws IOException {
        Set<String> canonical = new TreeSet<>();
        for (String name : names) {
            // A literal address is parsed here, never looked up.
            canonical.add(
                    IPAddress.isValid(name)
                            ? java.net.InetAddress.getByName(name).getHostAddress()
                            : name);
        }
        return canonical;
    }

    private X509Certificate issueServer(PublicKey publicKey, Set<String> names) {
        Instant now = clock.instant();
        X509v3CertificateBuilder builder =
                builder(commonName("DALRN coordinator"), publicKey, now, now.plus(SERVER_VALIDITY));
        GeneralName[] alternatives = names.stream()
                .map(name ->
                        new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        try {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
        } catch (CertIOException unencodable) {
            throw new IllegalArgumentException("the names " + names + " do not fit a certificate", unencodable);
        }
        return sign(builder, publicKey, KeyPurposeId.id_kp_serverAuth);
    }

    private X509v3CertificateBuilder builder(X500Name subject, PublicKey publicKey, Instant now, Instant expires) {
        return new JcaX509v3CertificateBuilder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                serial(random),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(expires),
                subject,
                publicKey);
    }

    private X509Certificate sign(X509v3CertificateBuilder builder, PublicKey publicKey, KeyPurposeId purpose) {
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()))
                    .addExtension(
                            Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(publicKey));
            return finish(builder, key);
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException impossible) {
            throw new IllegalStateException("bug: a certificate could not be made", impossible);
        }
    }

    private static X509Certificate selfSigned(KeyPair pair, Instant now, SecureRandom random) {
        X500Name name = commonName("DALRN federation " + Long.toHexString(random.nextLong()));
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                serial(random),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(AUTHORITY_VALIDITY)),
                name,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return finish(builder, pair.getPrivate());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException impossible) {
            throw new IllegalStateException("bug: the authority's certificate could not be made", impossible);
        }
    }

    private static X509Certificate finish(X509v3CertificateBuilder builder, PrivateKey issuerKey)
            throws OperatorCreationException, CertificateException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(issuerKey)));
    }

    private static KeyPair newKeyPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException missing) {
            throw new IllegalStateException("this Java runtime has no P-256; use JDK 17 or newer", missing);
        }
    }

    private static void requirePair(PrivateKey key, X509Certificate certificate, Path keyFile, Path certificateFile)
            throws IOException {
        if (!isPair(key, certificate.getPublicKey())) {
            throw new IOException(
                    keyFile + " is not the key of " + certificateFile + "; restore both from the same backup");
        }
    }

    private static boolean isPair(PrivateKey key, PublicKey publicKey) {
        byte[] probe = {1, 2, 3};
        try {
            java.security.Signature signature = java.security.Signature.getInstance(SIGNATURE);
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException other) {
            return false;
        }
    }

    private static void requireEd25519(PublicKey key) {
        // The JDK names such keys EdDSA; their encoding tells Ed25519 from Ed448.
        org.dalrn.protocol.signing.Ed25519.raw(key);
    }

    private static String subject(X509Certificate certificate) {
        var names = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())
                .getRDNs(BCStyle.CN);
        return names.length == 1 ? IETFUtils.valueToString(names[0].getFirst().getValue()) : "";
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(127, random).setBit(126);
    }
}
