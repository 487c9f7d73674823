package org.dalrn.integrations.seal;

import com.sun.jna.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The folder that {@code integrations/seal/peers/install} fills, or a skipped test that says where it was looked for. With
 * {@code -Ddalrn.peers.required=true} its absence is a failure instead.
 */
final class Peers {
    private static final Path HOME = home();
    private static final Optional<SealLibrary> LIBRARY = findLibrary();

    private Peers() {}

    private static Path home() {
        String named = System.getProperty("dalrn.peers", "");
        if (!named.isBlank()) {
            return Path.of(named);
        }
        String root = System.getenv("DALRN_PEERS");
        return (root == null
                        ? Path.of(System.getProperty("user.home"), ".cache", "dalrn", "seal-peers")
                        : Path.of(root))
                .resolve("current");
    }

    private static Optional<SealLibrary> findLibrary() {
        Optional<SealLibrary> named = SealLibrary.find();
        if (named.isPresent()) {
            return named;
        }
        Path file = HOME.resolve("lib").resolve(Platform.isMac() ? "libsealc.dylib" : "libsealc.so");
        return Files.isRegularFile(file) ? Optional.of(SealLibrary.load(file)) : Optional.empty();
    }

    /** The folder, or a skipped test. */
    static Path folder() {
        require(Files.isRegularFile(HOME.resolve("complete")), "no peers in " + HOME);
        return HOME;
    }

    /** SEAL, or a skipped test. */
    static SealLibrary library() {
        require(LIBRARY.isPresent(), "no libsealc in " + HOME + " and " + SealLibrary.PATH_PROPERTY + " is not set");
        return LIBRARY.orElseThrow();
    }

    private static void require(boolean present, String what) {
        String message = what + "; run integrations/seal/peers/install";
        if (!present && Boolean.getBoolean("dalrn.peers.required")) {
            throw new AssertionError(message);
        }
        if (!present) {
            System.err.println("SKIPPED: " + message);
        }
        Assumptions.assumeTrue(present, message);
    }
}
