package org.dalrn.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Options that name the key whose receipts are believed, one of them: {@code --key} or {@code --key-file}. There is no default for
 * whom to trust. For a command's argument group of multiplicity 1.
 */
public final class TrustedKey {

    private static final int MOST_BYTES = 1 << 10;

    @Option(
            names = "--key",
            paramLabel = "HEX",
            description = "The coordinator's public key: 64 hexadecimal digits, from elsewhere than the file.")
    @Nullable
    String hex;

    @Option(names = "--key-file", paramLabel = "FILE", description = "File that holds nothing but that key.")
    @Nullable
    Path file;

    /** Names none yet. */
    public TrustedKey() {}

    /**
     * The key.
     *
     * @param folder in which a relative file name is looked up
     * @throws CliException if it cannot be read or is none
     */
    public Ed25519PublicKey read(Path folder) {
        return parse(hex != null ? hex : text(folder.resolve(file == null ? Path.of("") : file)));
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new CliException(
                        ErrorCode.RECEIPTS_UNREADABLE,
                        file + " has more than the " + MOST_BYTES + " bytes that are read");
            }
            return new String(bytes, StandardCharsets.US_ASCII).strip();
        } catch (IOException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, "the key cannot be read: " + unreadable, unreadable);
        }
    }

    static Ed25519PublicKey parse(String hex) {
        try {
            return Ed25519PublicKey.parse(hex);
        } catch (PodpException none) {
            throw new CliException(
                    ErrorCode.RECEIPTS_UNREADABLE,
                    none.getMessage() + "; `dalrn receipts key` on the coordinator prints it",
                    none);
        }
    }
}
