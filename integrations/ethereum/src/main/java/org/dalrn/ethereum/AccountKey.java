package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.KeyParameter;
import org.dalrn.podp.MalformedException;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Keys;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.TransactionEncoder;

/**
 * The secp256k1 key of an account, kept in a file encrypted with a password. Never shown, neither by {@link #toString} nor in errors.
 *
 * <p>The file is a keystore of version 3 (Web3 Secret Storage Definition), as geth and others write it; only its owner may be able to
 * read it. Thread-safe.
 */
public final class AccountKey {

    private static final int MOST_FILE_BYTES = 1 << 16;
    private static final int MOST_PASSWORD_BYTES = 4096;
    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 16;
    private static final int SALT_BYTES = 32;

    /** What geth takes: 256 MiB and about a second. */
    private static final int SCRYPT_N = 1 << 18;

    private static final int SCRYPT_R = 8;
    private static final long MOST_SCRYPT_BYTES = 1L << 30;
    private static final int MOST_ITERATIONS = 10_000_000;
    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2})*");
    private static final String CIPHER = "aes-128-ctr";

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final ECKeyPair pair;
    private final EthereumAddress address;

    private AccountKey(ECKeyPair pair) {
        this.pair = pair;
        this.address = new EthereumAddress("0x" + Keys.getAddress(pair));
    }

    /**
     * Makes a new account and writes its file, which only its owner can read.
     *
     * @param file must not be there
     * @param password not empty; the caller clears it
     * @param random decides the key
     */
    public static AccountKey create(Path file, char[] password, SecureRandom random) {
        requirePassword(password);
        byte[] secret = new byte[KEY_BYTES];
        do {
            random.nextBytes(secret);
        } while (!isKey(new BigInteger(1, secret)));
        AccountKey key = ofSecret(secret);
        key.write(file, password, SCRYPT_N, random);
        Arrays.fill(secret, (byte) 0);
        return key;
    }

    static AccountKey ofSecret(byte[] secret) {
        return new AccountKey(ECKeyPair.create(new BigInteger(1, secret)));
    }

    private static boolean isKey(BigInteger secret) {
        return secret.signum() > 0 && secret.compareTo(Sign.CURVE_PARAMS.getN()) < 0;
    }

    /**
     * Opens a file.
     *
     * @param file a keystore that nobody but its owner may read
     * @param password of the file; the caller clears it
     * @throws MalformedException if it is no keystore, others may read it, or the password is another
     */
    public static AccountKey read(Path file, char[] password) {
        requirePassword(password);
        byte[] text = readPrivate(file, MOST_FILE_BYTES);
        try {
            JsonNode keystore = JsonRpc.MAPPER.readTree(text);
            byte[] secret = decrypt(file, keystore.path("crypto"), password);
            if (keystore.path("version").asInt() != 3
                    || secret.length != KEY_BYTES
                    || !isKey(new BigInteger(1, secret))) {
                throw new MalformedException(file + " is no keystore of version 3 with a key of 32 bytes");
            }
            AccountKey key = ofSecret(secret);
            Arrays.fill(secret, (byte) 0);
            return key;
        } catch (JsonProcessingException notJson) {
            // Without the cause: it would show part of the file.
            throw new MalformedException(file + " is no keystore: it is not JSON");
        } catch (IOException impossible) {
            throw new IllegalStateException("bug: nothing is read here but memory", impossible);
        }
    }

    /**
     * The bytes of a file with a password.
     *
     * @param file nobody but its owner may read it; at most 4096 bytes
     * @throws MalformedException if others may read it, or it is larger
     */
    public static byte[] readPasswordFile(Path file) {
        return readPrivate(file, MOST_PASSWORD_BYTES);
    }

    private static byte[] readPrivate(Path file, int most) {
        try {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
                if (!java.util.Collections.disjoint(permissions, OTHERS)) {
                    throw new MalformedException(file + " can be read or written by others ("
                            + PosixFilePermissions.toString(permissions) + "): `chmod 600` it");
                }
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(most + 1);
                if (bytes.length > most) {
                    throw new MalformedException(file + " has more than " + most + " bytes");
                }
                return bytes;
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " cannot be read", unreadable);
        }
    }

    private static void requirePassword(char[] password) {
        if (password.length == 0) {
            throw new IllegalArgumentException("an account's file needs a password of one character or more");
        }
    }

    private static byte[] decrypt(Path file, JsonNode crypto, char[] password) {
        if (!crypto.path("cipher").asText().equals(CIPHER)) {
            throw new MalformedException(file + " is encrypted with '"
                    + Quantity.excerpt(crypto.path("cipher").asText()) + "', not with " + CIPHER);
        }
        byte[] encrypted = hex(file, crypto.path("ciphertext"), KEY_BYTES);
        byte[] vector = hex(file, crypto.path("cipherparams").path("iv"), IV_BYTES);
        byte[] mac = hex(file, crypto.path("mac"), KEY_BYTES);
        byte[] derived = derive(file, crypto, password);
        if (!MessageDigest.isEqual(mac, mac(derived, encrypted))) {
            throw new MalformedException(file + " does not open with this password");
        }
        byte[] secret = cipher(Cipher.DECRYPT_MODE, derived, vector, encrypted);
        Arrays.fill(derived, (byte) 0);
        return secret;
    }

    private static byte[] derive(Path file, JsonNode crypto, char[] password) {
        JsonNode parameters = crypto.path("kdfparams");
        byte[] salt = hex(file, parameters.path("salt"), -1);
        if (parameters.path("dklen").asInt() != KEY_BYTES) {
            throw new MalformedException(file + " derives a key of another length than 32 bytes");
        }
        byte[] words = utf8(password);
        try {
            switch (crypto.path("kdf").asText()) {
                case "scrypt" -> {
                    int n = parameters.path("n").asInt();
                    int r = parameters.path("r").asInt();
                    int p = parameters.path("p").asInt();
                    if (n < 2
                            || Integer.bitCount(n) != 1
                            || (r == 1 && n >= 1 << 16)
                            || r < 1
                            || r > 64
                            || p < 1
                            || p > 16
                            || 128L * n * r > MOST_SCRYPT_BYTES) {
                        throw new MalformedException(
                                file + " takes scrypt with n " + n + ", r " + r + ", p " + p
                                        + "; n is a power of two, below 65536 for r = 1, r at most 64, p at most 16 and 128 n r at most 1 GiB");
                    }
                    return SCrypt.generate(words, salt, n, r, p, KEY_BYTES);
                }
                case "pbkdf2" -> {
                    int count = parameters.path("c").asInt();
                    if (count < 1
                            || count > MOST_ITERATIONS
                            || !parameters.path("prf").asText().equals("hmac-sha256")) {
                        throw new MalformedException(file + " takes PBKDF2 with " + count
                                + " iterations or without hmac-sha256; 1 to " + MOST_ITERATIONS + " are read");
                    }
                    PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA256Digest());
                    generator.init(words, salt, count);
                    return ((KeyParameter) generator.generateDerivedMacParameters(8 * KEY_BYTES)).getKey();
                }
                default ->
                    throw new MalformedException(file + " derives its key with '"
                            + Quantity.excerpt(crypto.path("kdf").asText()) + "', neither scrypt nor pbkdf2");
            }
        } finally {
            Arrays.fill(words, (byte) 0);
        }
    }

    private static byte[] utf8(char[] password) {
        // No buffer of a library, which nobody would clear.
        byte[] most = new byte[3 * password.length];
        ByteBuffer encoded = ByteBuffer.wrap(most);
        CoderResult end = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(password), encoded, true);
        if (end.isError()) {
            throw new IllegalArgumentException("a password is Unicode text; this one has half of a surrogate pair");
        }
        byte[] words = Arrays.copyOf(most, encoded.position());
        Arrays.fill(most, (byte) 0);
        return words;
    }

    private static byte[] mac(byte[] derived, byte[] encrypted) {
        byte[] input = Arrays.copyOf(Arrays.copyOfRange(derived, 16, 32), 16 + encrypted.length);
        System.arraycopy(encrypted, 0, input, 16, encrypted.length);
        return Hash.sha3(input);
    }

    private static byte[] cipher(int mode, byte[] derived, byte[] vector, byte[] bytes) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(mode, new SecretKeySpec(derived, 0, 16, "AES"), new IvParameterSpec(vector));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("bug: every Java platform has AES in counter mode", missing);
        }
    }

    private static byte[] hex(Path file, JsonNode value, int length) {
        String text = value.asText();
        if (!value.isTextual() || !HEX.matcher(text).matches() || (length >= 0 && text.length() != 2 * length)) {
            throw new MalformedException(file + " is no keystore: a field is not " + (length < 0 ? "" : length + " ")
                    + "bytes in hexadecimal");
        }
        return HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT));
    }

    /** Writes the file. */
    void write(Path file, char[] password, int scryptN, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] vector = new byte[IV_BYTES];
        random.nextBytes(salt);
        random.nextBytes(vector);
        byte[] words = utf8(password);
        byte[] derived = SCrypt.generate(words, salt, scryptN, SCRYPT_R, 1, KEY_BYTES);
        byte[] secret = Quantity.hash(pair.getPrivateKey()).toByteArray();
        byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, derived, vector, secret);
        HexFormat hex = HexFormat.of();
        ObjectNode keystore = JsonRpc.MAPPER.createObjectNode();
        keystore.put("version", 3);
        byte[] id = new byte[16];
        random.nextBytes(id);
        keystore.put("id", UUID.nameUUIDFromBytes(id).toString());
        keystore.put("address", address.text().substring(2));
        ObjectNode crypto = keystore.putObject("crypto");
        crypto.put("cipher", CIPHER);
        crypto.putObject("cipherparams").put("iv", hex.formatHex(vector));
        crypto.put("ciphertext", hex.formatHex(encrypted));
        crypto.put("kdf", "scrypt");
        crypto.putObject("kdfparams")
                .put("dklen", KEY_BYTES)
                .put("n", scryptN)
                .put("r", SCRYPT_R)
                .put("p", 1)
                .put("salt", hex.formatHex(salt));
        crypto.put("mac", hex.formatHex(mac(derived, encrypted)));
        Arrays.fill(words, (byte) 0);
        Arrays.fill(derived, (byte) 0);
        Arrays.fill(secret, (byte) 0);
        FileAttribute<?>[] ownerOnly =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            ByteBuffer text = ByteBuffer.wrap(keystore.toString().getBytes(StandardCharsets.UTF_8));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the account's file " + file + " cannot be made", unwritable);
        }
    }

    /** Signs a transaction of a chain. */
    byte[] sign(RawTransaction transaction) {
        return TransactionEncoder.signMessage(
                requireNonNull(transaction, "transaction"), org.web3j.crypto.Credentials.create(pair));
    }

    /** The account. */
    public EthereumAddress address() {
        return address;
    }

    /** The account, nothing of the key. */
    @Override
    public String toString() {
        return "AccountKey[" + address + "]";
    }
}
