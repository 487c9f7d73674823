package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.dalrn.podp.PodpException;

/**
 * An Ed25519 private key with its public key.
 *
 * <p>In a file it is PKCS#8 in PEM ({@code BEGIN PRIVATE KEY}, as {@code openssl genpkey -algorithm ed25519} writes
 * it), readable by its owner only; where a file system has permissions, a file that others can read is refused.
 *
 * <p>Immutable and thread-safe. {@link #toString()} shows the public key only.
 */
public final class Ed25519KeyPair {

    /** RFC 8410: version 0, the algorithm, and an octet string in an octet string. The 32 bytes of the seed follow. */
    private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final int SEED_BYTES = 32;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----\n";
    private static final String END = "\n-----END PRIVATE KEY-----\n";
    private static final int LARGEST_FILE_BYTES = 4096;

    private final PrivateKey privateKey;
    private final Ed25519PublicKey publicKey;

    private Ed25519KeyPair(PrivateKey privateKey, Ed25519PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** A new key pair. */
    public static Ed25519KeyPair generate(SecureRandom random) {
        requireNonNull(random, "random");
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(Ed25519PublicKey.ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, random);
            KeyPair pair = generator.generateKeyPair();
            return of(pair.getPrivate(), Ed25519PublicKey.of(pair.getPublic()));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java runtime has no Ed25519; use JDK 17 or newer", missing);
        }
    }

    /**
     * A key of the Java security API, also one that a security module keeps to itself.
     *
     * @param privateKey a key with which {@code Signature.getInstance("Ed25519")} signs
     * @param publicKey its public key
     * @throws IllegalArgumentException if the two do not belong together
     */
    public static Ed25519KeyPair of(PrivateKey privateKey, Ed25519PublicKey publicKey) {
        Ed25519KeyPair pair =
                new Ed25519KeyPair(requireNonNull(privateKey, "privateKey"), requireNonNull(publicKey, "publicKey"));
        byte[] trial = "dalrn/key-pair-trial/v1\n".getBytes(StandardCharsets.US_ASCII);
        if (!publicKey.verify(trial, pair.sign(trial))) {
            throw new IllegalArgumentException("the private key does not belong to the public key " + publicKey);
        }
        return pair;
    }

    /**
     * The key pair of a 32-byte private key of RFC 8032.
     *
     * @param seed 32 bytes; copied
     */
    static Ed25519KeyPair ofSeed(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("an Ed25519 private key has 32 bytes, not " + seed.length);
        }
        byte[] encoded = Arrays.copyOf(PKCS8_PREFIX, PKCS8_PREFIX.length + SEED_BYTES);
        System.arraycopy(seed, 0, encoded, PKCS8_PREFIX.length, SEED_BYTES);
        try {
            PrivateKey privateKey = KeyFactory.getInstance(Ed25519PublicKey.ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            // The JDK has no way from a private to its public key but to generate the pair from the same 32 bytes.
            KeyPairGenerator generator = KeyPairGenerator.getInstance(Ed25519PublicKey.ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, new FixedBytes(seed));
            return of(
                    privateKey, Ed25519PublicKey.of(generator.generateKeyPair().getPublic()));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java runtime has no Ed25519; use JDK 17 or newer", missing);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /**
     * Reads a key file.
     *
     * @throws PodpException if it is not there, can be read by others than its owner, or is no Ed25519 key in PKCS#8
     *     and PEM; the message never holds a part of the content
     */
    public static Ed25519KeyPair read(Path file) {
        byte[] content;
        try {
            refuseIfOthersCanRead(file);
            try (InputStream in = Files.newInputStream(file)) {
                content = in.readNBytes(LARGEST_FILE_BYTES + 1);
            }
        } catch (NoSuchFileException missing) {
            throw new PodpException("there is no key file " + file, missing);
        } catch (IOException unreadable) {
            throw new PodpException("the key file " + file + " cannot be read: " + unreadable, unreadable);
        }
        byte[] seed = new byte[0];
        try {
            seed = seed(file, content);
            return ofSeed(seed);
        } finally {
            Arrays.fill(content, (byte) 0);
            Arrays.fill(seed, (byte) 0);
        }
    }

    /**
     * Writes the key into a new file, readable by its owner only from its first moment on; it is on the disk when this
     * returns.
     *
     * @throws PodpException if the file is already there (it is left as it is) or cannot be written
     * @throws IllegalStateException if the key is one that its security module does not give away
     */
    public void writeNew(Path file) {
        byte[] encoded = privateKey.getEncoded();
        if (encoded == null || encoded.length != PKCS8_PREFIX.length + SEED_BYTES) {
            throw new IllegalStateException("this private key has no PKCS#8 form of 48 bytes: keep it where it is");
        }
        byte[] text = (BEGIN + Base64.getEncoder().encodeToString(encoded) + END).getBytes(StandardCharsets.US_ASCII);
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new PodpException("the key file " + file + " cannot be the root of a file system");
        }
        // Written beside its place and then linked there: nobody ever sees half a key, and nothing is overwritten.
        Path draft = folder.resolve(file.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    draft, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(file))) {
                ByteBuffer bytes = ByteBuffer.wrap(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            try {
                putInPlace(draft, file);
                DurableFiles.syncFolder(folder);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (FileAlreadyExistsException there) {
            throw new PodpException(
                    "the key file " + file + " is already there; a key is never overwritten, move it away first",
                    there);
        } catch (IOException unwritable) {
            throw new PodpException("the key file " + file + " cannot be written: " + unwritable, unwritable);
        } finally {
            Arrays.fill(encoded, (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }

    /** The public key. */
    public Ed25519PublicKey publicKey() {
        return publicKey;
    }

    /**
     * The 64-byte signature of a message.
     *
     * @throws PodpException if the security module that keeps the key refuses
     */
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(Ed25519PublicKey.ALGORITHM);
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException refused) {
            throw new PodpException("the private key of " + publicKey + " does not sign: " + refused, refused);
        }
    }

    /**
     * This key under a name.
     *
     * @param name not empty, no white space, no plus sign
     * @throws IllegalArgumentException if the name is another
     */
    public NoteSigner signer(String name) {
        NoteText.requireKeyName(name);
        return new NoteSigner() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Ed25519PublicKey publicKey() {
                return publicKey;
            }

            @Override
            public byte[] sign(byte[] message) {
                return Ed25519KeyPair.this.sign(message);
            }

            @Override
            public String toString() {
                return name + " with " + publicKey;
            }
        };
    }

    @Override
    public String toString() {
        return "Ed25519KeyPair of " + publicKey;
    }

    private static void putInPlace(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException there) {
            throw there;
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            // Some file systems have no links. Not atomic against a second writer, but it does not replace a file.
            Files.move(draft, file);
        }
    }

    private static void refuseIfOthersCanRead(Path file) throws IOException {
        if (!hasPermissions(file)) {
            return;
        }
        Set<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
        open.addAll(Files.getPosixFilePermissions(file));
        open.removeAll(EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        if (!open.isEmpty()) {
            throw new PodpException("the key file " + file + " is open to others ("
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + "); chmod 600 it");
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return hasPermissions(file)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean hasPermissions(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static byte[] seed(Path file, byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
        byte[] encoded = new byte[0];
        if (content.length <= LARGEST_FILE_BYTES && text.startsWith(BEGIN) && text.endsWith(END)) {
            int end = text.length() - END.length();
            if (end >= BEGIN.length()) {
                try {
                    encoded = Base64.getDecoder()
                            .decode(text.substring(BEGIN.length(), end).replace("\n", ""));
                } catch (IllegalArgumentException noBase64) {
                    // Said below, without the cause: its message would hold characters of the key.
                    encoded = new byte[0];
                }
            }
        }
        try {
            if (encoded.length != PKCS8_PREFIX.length + SEED_BYTES
                    || !Arrays.equals(encoded, 0, PKCS8_PREFIX.length, PKCS8_PREFIX, 0, PKCS8_PREFIX.length)) {
                throw new PodpException(
                        "the key file " + file
                                + " is no Ed25519 private key in PKCS#8 and PEM (BEGIN PRIVATE KEY, 48 bytes, END PRIVATE KEY)");
            }
            return Arrays.copyOfRange(encoded, PKCS8_PREFIX.length, encoded.length);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /** The source of "randomness" from which the JDK makes the pair of a known private key. */
    private static final class FixedBytes extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // never serialized
        private final byte[] bytes;

        FixedBytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] target) {
            if (target.length != bytes.length) {
                throw new IllegalStateException("bug: the JDK asks for " + target.length + " bytes of a private key");
            }
            System.arraycopy(bytes, 0, target, 0, bytes.length);
        }
    }
}
