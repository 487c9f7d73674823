package org.dalrn.server.receipts;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.dalrn.core.model.RunId;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.StoreException;

/**
 * The key with which a coordinator signs what it says about its runs, and the name of the federation. A run's log is named
 * {@code <origin>/<run>}.
 *
 * <p>Immutable and thread-safe; shows the public half only.
 */
public final class LogKey {
    private static final String DEFAULT_ORIGIN = "dalrn/";
    private static final int DEFAULT_ORIGIN_DIGITS = 16;

    private final Ed25519KeyPair pair;
    private final String origin;

    private LogKey(Ed25519KeyPair pair, String origin) {
        this.pair = pair;
        this.origin = origin;
    }

    /**
     * A key under a name.
     *
     * @param origin empty: {@code dalrn/} and the first 16 digits of the key's id
     */
    public static LogKey of(Ed25519KeyPair pair, Optional<String> origin) {
        requireNonNull(pair, "pair");
        return new LogKey(pair, origin.orElseGet(() -> defaultOrigin(pair.publicKey())));
    }

    /** What the log is called if nobody gave it a name. */
    public static String defaultOrigin(Ed25519PublicKey key) {
        return DEFAULT_ORIGIN + key.keyId().toString().substring(0, DEFAULT_ORIGIN_DIGITS);
    }

    /**
     * Reads the key, or makes it where it is missing.
     *
     * @param mayBeMade false if something was signed with a key that should be here
     * @throws StoreException {@code LOG_KEY_UNREADABLE}
     */
    public static LogKey open(Path file, Optional<String> origin, boolean mayBeMade, SecureRandom random) {
        try {
            if (Files.notExists(file) && mayBeMade) {
                Path folder = file.toAbsolutePath().getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
                Ed25519KeyPair.generate(random).writeNew(file);
            }
            return of(Ed25519KeyPair.read(file), origin);
        } catch (PodpException | IOException unusable) {
            throw new StoreException(
                    ErrorCode.LOG_KEY_UNREADABLE,
                    "the key of the receipts cannot be used: " + unusable.getMessage()
                            + "; bring the file back, or name it with receipts.key-file",
                    unusable);
        }
    }

    /** By this key others verify. */
    public Ed25519PublicKey publicKey() {
        return pair.publicKey();
    }

    /** The federation's name. */
    public String origin() {
        return origin;
    }

    /** The name of a run's log. */
    public String originOf(RunId run) {
        return origin + "/" + run.value();
    }

    /**
     * A checkpoint as a signed note.
     *
     * <p>Unlike {@link Checkpoint#sign} it does not verify what it has just signed, which would double the cost of a small
     * round: the key is in memory, and the next start verifies the newest signature of each run.
     */
    String sign(Checkpoint checkpoint) {
        byte[] signature = pair.sign(checkpoint.text().getBytes(StandardCharsets.UTF_8));
        byte[] line = ByteBuffer.allocate(Integer.BYTES + signature.length)
                .putInt(new NoteVerifier(checkpoint.origin(), publicKey()).keyId())
                .put(signature)
                .array();
        return checkpoint.text() + "\n\u2014 " + checkpoint.origin() + " "
                + Base64.getEncoder().encodeToString(line) + "\n";
    }

    @Override
    public String toString() {
        return "LogKey[" + origin + ", " + pair.publicKey() + "]";
    }
}
