package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.dalrn.podp.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;

class AccountKeyTest {

    /** The key 7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d of the vectors. */
    private static final String ADDRESS = "0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b";

    private static final char[] PASSWORD = "testpassword".toCharArray();

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        Path file = folder.resolve("key.json");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static String vector(String name) throws IOException {
        try (InputStream in = AccountKeyTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"keystore-pbkdf2.json", "keystore-scrypt.json"})
    void read_vectorsOfTheDefinition_giveTheirAccount(String name) throws IOException {
        assertThat(AccountKey.read(file(vector(name)), PASSWORD).address()).hasToString(ADDRESS);
    }

    @Test
    void read_wrongPassword_isRefusedWithoutTellingMore() throws IOException {
        Path file = file(vector("keystore-pbkdf2.json"));
        assertThatThrownBy(() -> AccountKey.read(file, "testpassword ".toCharArray()))
                .isInstanceOf(MalformedException.class)
                .hasMessage(file + " does not open with this password")
                .hasNoCause();
    }

    @Test
    void read_fileThatOthersCanRead_isRefused() throws IOException {
        Path file = file(vector("keystore-pbkdf2.json"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> AccountKey.read(file, PASSWORD))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("can be read or written by others (rw-r-----): `chmod 600` it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "262144        | 2000000000     | PBKDF2 with 2000000000 iterations",
                "262144        | 0              | PBKDF2 with 0 iterations",
                "hmac-sha256   | hmac-sha1      | without hmac-sha256",
                "aes-128-ctr   | aes-128-cbc    | is encrypted with 'aes-128-cbc'",
                "\"pbkdf2\"    | \"argon2\"     | derives its key with 'argon2'",
                "\"dklen\": 32 | \"dklen\": 31  | of another length than 32",
                "6087dab2      | 6087da         | a field is not 16 bytes in hexadecimal",
                "5318b4d5      | zz18b4d5       | a field is not 32 bytes in hexadecimal",
                "\"version\": 3 | \"version\": 1 | is no keystore of version 3",
                "\"producer\"  | producer       | it is not JSON",
            })
    void read_anythingElse_isRefused(String from, String to, String why) throws IOException {
        String text = vector("keystore-pbkdf2.json");
        assertThat(text).contains(from);
        Path file = file(text.replace(from, to));
        assertThatThrownBy(() -> AccountKey.read(file, PASSWORD))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"n\": 4096', '\"n\": 2097152', 'n 2097152, r 8'",
        "'\"n\": 4096', '\"n\": 4095', 'n 4095, r 8'",
        "'\"r\": 8', '\"r\": 65', 'n 4096, r 65'",
        "'\"p\": 1', '\"p\": 17', 'p 17'",
    })
    void read_scryptThatTakesTooMuch_isRefused(String from, String to, String why) throws IOException {
        String text = vector("keystore-scrypt.json");
        assertThat(text).contains(from);
        Path file = file(text.replace(from, to));
        assertThatThrownBy(() -> AccountKey.read(file, PASSWORD))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("128 n r at most 1 GiB");
    }

    @Test
    void read_scryptThatItsRfcForbids_isRefused() throws IOException {
        Path file = file(vector("keystore-scrypt.json").replace("4096", "65536").replace("\"r\": 8", "\"r\": 1"));
        assertThatThrownBy(() -> AccountKey.read(file, PASSWORD))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("below 65536 for r = 1");
    }

    @Test
    void write_thenRead_isTheSameAccount() throws IOException {
        AccountKey key = Federation.key("somebody");
        Path file = folder.resolve("new.json");
        key.write(file, "p\u00e4ssword".toCharArray(), 1 << 10, new SecureRandom());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(AccountKey.read(file, "p\u00e4ssword".toCharArray()).address())
                .isEqualTo(key.address());
        assertThatThrownBy(() -> key.write(file, PASSWORD, 1 << 10, new SecureRandom()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot be made");
    }

    @Test
    void toString_tellsNothingOfTheKey() {
        AccountKey key = Federation.key("somebody");
        assertThat(key).hasToString("AccountKey[" + key.address() + "]");
    }

    @Test
    void emptyPassword_isRefused() {
        assertThatThrownBy(() -> AccountKey.create(folder.resolve("k"), new char[0], new SecureRandom()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs a password");
    }

    @Test
    void sign_namesTheChain() {
        AccountKey key = Federation.key("somebody");
        byte[] raw = key.sign(RawTransaction.createTransaction(
                11155111,
                BigInteger.ONE,
                BigInteger.valueOf(21_000),
                key.address().text(),
                BigInteger.ZERO,
                "0x",
                BigInteger.ONE,
                BigInteger.TWO));
        SignedRawTransaction read = (SignedRawTransaction) TransactionDecoder.decode(Quantity.text(raw));
        // 2, then the list of fields: the number of the chain first (EIP-1559).
        assertThat(Quantity.text(raw)).startsWith("0x02").contains("83aa36a7");
        assertThat(read.getTransaction().getNonce()).isEqualTo(BigInteger.ONE);
    }
}
