package org.dalrn.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.signing.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK's PKIX validator is the independent judge of what the authority issues. */
class CertificateAuthorityTest {
    private static final Duration VALIDITY = Duration.ofDays(90);
    private static final NodeId ALICE = new NodeId("alice");

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");

    private CertificateAuthority open(Path where) throws IOException {
        return CertificateAuthority.open(where, () -> now, new SecureRandom());
    }

    private void assertPkixTrusts(CertificateAuthority authority, X509Certificate certificate) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
    }

    private CertificateAuthority of(Path ca, Path where) throws IOException {
        return CertificateAuthority.of(
                ca.resolve("ca.crt"), ca.resolve("ca.key"), where, () -> now, new SecureRandom());
    }

    @Test
    void of_filesOfAnAuthority_issuesInItsName() throws Exception {
        X509Certificate own = open(folder.resolve("own")).certificate();
        CertificateAuthority authority = of(folder.resolve("own"), folder.resolve("data"));
        assertThat(authority.certificate()).isEqualTo(own);
        assertPkixTrusts(
                authority,
                authority.serverCertificate(List.of("localhost")).chain().get(0));
        assertPkixTrusts(authority, authority.issue(ALICE, Ed25519.generate().getPublic(), VALIDITY));
        assertThat(folder.resolve("data").resolve("ca.key")).doesNotExist();
    }

    @Test
    void of_wrongFiles_isRefusedByName() throws Exception {
        Path own = folder.resolve("own");
        CertificateAuthority authority = open(own);
        authority.serverCertificate(List.of("localhost"));
        open(folder.resolve("other"));
        Files.createDirectories(folder.resolve("mixed"));
        Files.copy(own.resolve("ca.crt"), folder.resolve("mixed/ca.crt"));
        Files.copy(folder.resolve("other/ca.key"), folder.resolve("mixed/ca.key"));
        assertThatIOException()
                .isThrownBy(() -> of(folder.resolve("mixed"), folder.resolve("data")))
                .withMessageContaining("is not the key of");
        Files.createDirectories(folder.resolve("leaf"));
        Files.copy(own.resolve("server.crt"), folder.resolve("leaf/ca.crt"));
        Files.copy(own.resolve("server.key"), folder.resolve("leaf/ca.key"));
        assertThatIOException()
                .isThrownBy(() -> of(folder.resolve("leaf"), folder.resolve("data")))
                .withMessageContaining("is no authority's");
        now = now.plus(Duration.ofDays(21 * 365));
        assertThatIOException()
                .isThrownBy(() -> of(own, folder.resolve("data")))
                .withMessageContaining("renew it");
    }

    @Test
    void ownCertificate_signedByTheAuthority_isTakenAndOthersAreNot() throws Exception {
        Path own = folder.resolve("own");
        CertificateAuthority authority = open(own);
        ServerCertificate made = authority.serverCertificate(List.of("localhost"));
        Path certificate = own.resolve("server.crt");
        Path key = own.resolve("server.key");
        assertThat(authority.ownCertificate(certificate, key).chain()).isEqualTo(made.chain());
        CertificateAuthority other = open(folder.resolve("other"));
        assertThatIOException()
                .isThrownBy(() -> other.ownCertificate(certificate, key))
                .withMessageContaining("does not lead to the authority");
        assertThatIOException()
                .isThrownBy(() -> authority.ownCertificate(certificate, own.resolve("ca.key")))
                .withMessageContaining("is not the key of");
        assertThatIOException()
                .isThrownBy(() -> authority.ownCertificate(key, key))
                .withMessageContaining("certificate");
        now = now.plus(Duration.ofDays(398));
        assertThatIOException()
                .isThrownBy(() -> authority.ownCertificate(certificate, key))
                .withMessageContaining("renew it");
    }

    @Test
    void open_twice_isTheSameAuthority() throws Exception {
        assertThat(open(folder).certificate()).isEqualTo(open(folder).certificate());
    }

    @Test
    void open_newFolder_keepsTheKeyToTheOwner() throws Exception {
        open(folder);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("ca.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void open_keyThatOthersMayRead_isRefused() throws Exception {
        open(folder);
        Files.setPosixFilePermissions(folder.resolve("ca.key"), PosixFilePermissions.fromString("rw-r-----"));

        assertThatIOException().isThrownBy(() -> open(folder)).withMessageContaining("chmod 600");
    }

    @Test
    void open_halfAnAuthority_isRefusedAndNotReplaced() throws Exception {
        open(folder);
        Files.delete(folder.resolve("ca.crt"));

        assertThatIOException().isThrownBy(() -> open(folder)).withMessageContaining("ca.crt");
    }

    @Test
    void open_lostKeyOfAnAuthorityInUse_isRefused() throws Exception {
        open(folder).serverCertificate(List.of("localhost"));
        Files.delete(folder.resolve("ca.key"));

        assertThatIOException().isThrownBy(() -> open(folder)).withMessageContaining("restore the key");
    }

    @Test
    void open_keyOfAnotherAuthority_isRefused(@TempDir Path other) throws Exception {
        open(folder);
        open(other);
        Files.move(
                other.resolve("ca.crt"), folder.resolve("ca.crt"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThatIOException().isThrownBy(() -> open(folder)).withMessageContaining("is not the key of");
    }

    @Test
    void serverCertificate_namesAndAddresses_areSubjectAlternativeNames() throws Exception {
        CertificateAuthority authority = open(folder);

        X509Certificate certificate = authority
                .serverCertificate(List.of("localhost", "127.0.0.1", "::1"))
                .chain()
                .get(0);

        assertPkixTrusts(authority, certificate);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(2, "localhost"), List.of(7, "127.0.0.1"), List.of(7, "0:0:0:0:0:0:0:1"));
    }

    @Test
    void serverCertificate_again_isKeptUntilThirtyDaysBeforeItsEnd() throws Exception {
        CertificateAuthority authority = open(folder);
        List<String> names = List.of("localhost", "::1");
        X509Certificate first = authority.serverCertificate(names).chain().get(0);
        now = first.getNotAfter().toInstant().minus(Duration.ofDays(31));
        assertThat(open(folder).serverCertificate(names).chain()).containsExactly(first);

        now = first.getNotAfter().toInstant().minus(Duration.ofDays(29));

        assertThat(open(folder).serverCertificate(names).chain()).doesNotContain(first);
    }

    @Test
    void serverCertificate_otherNames_isMadeAnew() throws Exception {
        CertificateAuthority authority = open(folder);
        X509Certificate first =
                authority.serverCertificate(List.of("localhost")).chain().get(0);

        assertThat(authority.serverCertificate(List.of("fl.example.org")).chain())
                .doesNotContain(first);
    }

    @Test
    void issue_nodeCertificate_isTrustedByPkixAndByCheck() throws Exception {
        CertificateAuthority authority = open(folder);
        KeyPair pair = Ed25519.generate();

        X509Certificate certificate = authority.issue(ALICE, pair.getPublic(), VALIDITY);

        assertPkixTrusts(authority, certificate);
        assertThat(authority.check(certificate.getEncoded()))
                .isEqualTo(new CertificateCheck.Trusted(ALICE, pair.getPublic(), now.plus(VALIDITY)));
    }

    @Test
    void issue_keyOfAnotherKind_isRefused() throws Exception {
        CertificateAuthority authority = open(folder);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> authority.issue(ALICE, authority.certificate().getPublicKey(), VALIDITY));
    }

    @Test
    void check_atTheEndOfItsValidity_isExpired() throws Exception {
        CertificateAuthority authority = open(folder);
        byte[] certificate =
                authority.issue(ALICE, Ed25519.generate().getPublic(), VALIDITY).getEncoded();
        Instant end = now.plus(VALIDITY);
        now = end;

        assertThat(authority.check(certificate)).isEqualTo(new CertificateCheck.Expired(ALICE, end));
    }

    @Test
    void check_anythingElse_isNotTrusted(@TempDir Path other) throws Exception {
        CertificateAuthority authority = open(folder);
        KeyPair pair = Ed25519.generate();
        byte[] good = authority.issue(ALICE, pair.getPublic(), VALIDITY).getEncoded();
        byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
        byte[] server =
                authority.serverCertificate(List.of("alice")).chain().get(0).getEncoded();

        for (byte[] bad : List.of(
                new byte[0],
                new byte[9000],
                "hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                longer,
                server,
                authority.certificate().getEncoded(),
                open(other).issue(ALICE, pair.getPublic(), VALIDITY).getEncoded())) {
            assertThat(authority.check(bad)).isInstanceOf(CertificateCheck.NotTrusted.class);
        }
    }

    @Test
    void check_anyByteFlipped_isNotTrusted() throws Exception {
        CertificateAuthority authority = open(folder);
        // A signature that ends with a 0 bit: to call that bit unused is another spelling of the same signature.
        byte[] good;
        do {
            good = authority
                    .issue(ALICE, Ed25519.generate().getPublic(), VALIDITY)
                    .getEncoded();
        } while ((good[good.length - 1] & 1) != 0);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            assertThat(authority.check(bad)).as("byte %d", i).isInstanceOf(CertificateCheck.NotTrusted.class);
        }
    }
}
