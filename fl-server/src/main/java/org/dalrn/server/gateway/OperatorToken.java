package org.dalrn.server.gateway;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import org.dalrn.core.model.ContentHash;

/** The secret that opens the operator API. Immutable; {@link #toString} does not show it. */
public final class OperatorToken {

    private static final Set<StandardOpenOption> NEW_FILE =
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final int RANDOM_BYTES = 32;
    private static final int LEAST_CHARACTERS = 32;

    private final String text;

    private OperatorToken(String text) {
        this.text = text;
    }

    /**
     * A token.
     *
     * @param text 32 to 512 printable ASCII characters without spaces
     * @throws IllegalArgumentException if it is not, without the text in the message
     */
    public static OperatorToken of(String text) {
        if (text.length() < LEAST_CHARACTERS || !text.matches("[\\x21-\\x7e]{1,512}")) {
            throw new IllegalArgumentException("an operator token has 32 to 512 printable ASCII characters without"
                    + " spaces, not these " + text.length()
                    + "; delete the file, and the coordinator makes a new one at its next start");
        }
        return new OperatorToken(text);
    }

    /**
     * The token of a file.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if what is in it is no token
     */
    public static OperatorToken read(Path file) throws IOException {
        return of(Files.readString(file, StandardCharsets.US_ASCII).strip());
    }

    /**
     * The token of a file, which is made with a random token if it is not there: readable by its owner only.
     *
     * @throws IOException if the file can be neither read nor made
     */
    public static OperatorToken readOrCreate(Path file, SecureRandom random) throws IOException {
        requireNonNull(random, "random");
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try (SeekableByteChannel channel = Files.newByteChannel(file, NEW_FILE, ownerOnly(file))) {
            ByteBuffer line = ByteBuffer.wrap((fresh + "\n").getBytes(StandardCharsets.US_ASCII));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            return of(fresh);
        } catch (FileAlreadyExistsException notTheFirstStart) {
            return read(file);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(
                    EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
        };
    }

    /** True if the text is this token; takes the same time wherever they differ. */
    public boolean matches(String presented) {
        return MessageDigest.isEqual(digest(text), digest(presented));
    }

    // Of equal length, so that the comparison does not tell the token's length.
    private static byte[] digest(String text) {
        return ContentHash.of(text.getBytes(StandardCharsets.UTF_8)).toByteArray();
    }

    /** What goes into the header {@code Authorization}. */
    public String authorization() {
        return "Bearer " + text;
    }

    @Override
    public String toString() {
        return "OperatorToken[" + text.length() + " characters]";
    }
}
