package org.dalrn.podp.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.dalrn.podp.PodpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ed25519KeyPairTest {

    @TempDir
    Path folder;

    @Test
    void writeNewAndRead_freshKey_isTheSameAndOwnerOnly() throws IOException {
        Path file = folder.resolve("log.key");
        Ed25519KeyPair pair = Ed25519KeyPair.generate(new SecureRandom());
        pair.writeNew(file);
        assertThat(Ed25519KeyPair.read(file).publicKey()).isEqualTo(pair.publicKey());
        assertThat(Ed25519KeyPair.read(file).sign(new byte[3])).isEqualTo(pair.sign(new byte[3]));
        if (hasPermissions()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void writeNew_fileThatIsThere_isRefusedAndLeftAsItIs() throws IOException {
        Path file = folder.resolve("log.key");
        Files.writeString(file, "mine");
        Ed25519KeyPair pair = Ed25519KeyPair.generate(new SecureRandom());
        assertThatThrownBy(() -> pair.writeNew(file))
                .isInstanceOf(PodpException.class)
                .hasMessageContaining("a key is never overwritten");
        assertThat(file).hasContent("mine");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void writeNew_folderThatIsNotThere_saysSo() {
        Ed25519KeyPair pair = Ed25519KeyPair.generate(new SecureRandom());
        assertThatThrownBy(() -> pair.writeNew(folder.resolve("none/log.key")))
                .isInstanceOf(PodpException.class)
                .hasMessageContaining("cannot be written");
    }

    /** The PEM of {@code vectors/note/produce.py}: OpenSSL's, by Python's cryptography 48.0.0. */
    @Test
    void read_filesOfOpenssl_areTheSameKeys() throws IOException {
        for (JsonNode key : NoteVectors.read("notes.json").get("keys")) {
            Path file = ownerOnly(key.get("pem").textValue());
            assertThat(Ed25519KeyPair.read(file).publicKey())
                    .hasToString(key.get("public").textValue());
            Files.writeString(file, key.get("pem").textValue().replace("\n", "\r\n"));
            assertThat(Ed25519KeyPair.read(file).publicKey())
                    .hasToString(key.get("public").textValue());
            Files.delete(file);
        }
    }

    @Test
    void read_fileOpenToOthers_isRefusedWithTheFix() throws IOException {
        assumeTrue(hasPermissions());
        Path file = folder.resolve("log.key");
        Ed25519KeyPair.generate(new SecureRandom()).writeNew(file);
        for (String open : new String[] {"rw-r-----", "rw----r--", "rw--w----"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
            assertThatThrownBy(() -> Ed25519KeyPair.read(file))
                    .isInstanceOf(PodpException.class)
                    .hasMessageContaining("is open to others (" + open + "); chmod 600 it");
        }
    }

    @Test
    void read_otherContent_isRefusedWithoutShowingIt() throws IOException {
        String pem =
                NoteVectors.read("notes.json").get("keys").get(0).get("pem").textValue();
        String body = pem.split("\n", -1)[1];
        for (String wrong : new String[] {
            "",
            body,
            pem.replace("PRIVATE", "PUBLIC"),
            pem.replace(body, ""),
            pem.replace(body, body.substring(4)),
            pem.replace(body, "?" + body.substring(1)),
            pem.replace(body, "A" + body.substring(1)),
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
            pem + " ".repeat(5000)
        }) {
            Path file = ownerOnly(wrong);
            assertThatThrownBy(() -> Ed25519KeyPair.read(file))
                    .isInstanceOf(PodpException.class)
                    .hasMessageContaining("is no Ed25519 private key in PKCS#8 and PEM")
                    .hasMessageNotContaining(body.substring(24, 40))
                    .hasNoCause();
            Files.delete(file);
        }
        assertThatThrownBy(() -> Ed25519KeyPair.read(folder.resolve("none")))
                .hasMessageContaining("there is no key file");
    }

    @Test
    void of_privateKeyOfAnotherPair_isTheCallersMistake() throws Exception {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        assertThat(Ed25519KeyPair.of(pair.getPrivate(), Ed25519PublicKey.of(pair.getPublic()))
                        .publicKey())
                .isEqualTo(Ed25519PublicKey.of(pair.getPublic()));
        assertThatThrownBy(() -> Ed25519KeyPair.of(pair.getPrivate(), Ed25519PublicKey.of(other.getPublic())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not belong to the public key");
    }

    @Test
    void toString_ofAPair_doesNotShowThePrivateKey() {
        byte[] seed = HexFormat.of().parseHex("5a".repeat(32));
        assertThat(Ed25519KeyPair.ofSeed(seed).toString()).doesNotContain("5a5a5a5a");
        assertThat(Ed25519KeyPair.ofSeed(seed).signer("log").toString()).doesNotContain("5a5a5a5a");
    }

    private Path ownerOnly(String content) throws IOException {
        Path file = folder.resolve("some.key");
        Files.writeString(file, content, StandardCharsets.ISO_8859_1);
        if (hasPermissions()) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return file;
    }

    private boolean hasPermissions() {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
