package org.dalrn.podp.witness;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.NoteVerifier;

/**
 * A key whose logs a witness looks after: the log of that origin and all whose origins lie below it.
 *
 * @param prefix an origin; below it lies what continues it with a slash
 * @param key the key that signs their checkpoints
 */
public record TrustedLog(String prefix, Ed25519PublicKey key) {

    /**
     * Creates it.
     *
     * @throws IllegalArgumentException if the prefix cannot be an origin, or ends in a slash
     */
    public TrustedLog {
        requireNonNull(key, "key");
        // Says what an origin is, if this is none.
        NoteVerifier named = new NoteVerifier(prefix, key);
        if (named.name().endsWith("/")) {
            throw new IllegalArgumentException("the prefix " + prefix + " ends in a slash; leave it out");
        }
    }

    /** True if a log of this origin is meant. */
    boolean covers(String origin) {
        return origin.equals(prefix) || origin.startsWith(prefix + "/");
    }

    /** The keys that may sign a checkpoint: those of the longest prefixes that cover its origin; empty if none does. */
    static List<NoteVerifier> keysFor(Checkpoint checkpoint, List<TrustedLog> logs) {
        int longest = logs.stream()
                .filter(log -> log.covers(checkpoint.origin()))
                .mapToInt(log -> log.prefix().length())
                .max()
                .orElse(-1);
        return logs.stream()
                .filter(log -> log.covers(checkpoint.origin()) && log.prefix().length() == longest)
                .map(log -> new NoteVerifier(checkpoint.origin(), log.key()))
                .toList();
    }
}
