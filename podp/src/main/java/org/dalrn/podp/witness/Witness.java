package org.dalrn.podp.witness;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Cosignature;
import org.dalrn.podp.note.NoteSignature;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.witness.WitnessOutcome.Cosigned;
import org.dalrn.podp.witness.WitnessOutcome.Reason;
import org.dalrn.podp.witness.WitnessOutcome.Refused;

/**
 * Somebody who cosigns checkpoints of logs that do nothing but grow.
 *
 * <p>It never cosigns two roots of one size of a log, nor a smaller size after a larger one: what it cosigned last is
 * on the disk before the cosignature leaves it, and look-up, decision and replacement are one step, so that of two
 * requests at once only one can win. It says nothing about what is in the log.
 *
 * <p>Thread-safe. What it holds in memory does not depend on the number of logs.
 */
public final class Witness implements AutoCloseable {

    private final NoteSigner signer;
    private final NoteVerifier self;
    private final List<TrustedLog> logs;
    private final InstantSource clock;
    private final WitnessState state;
    private final Object turn = new Object();

    private Witness(NoteSigner signer, List<TrustedLog> logs, InstantSource clock, WitnessState state) {
        this.signer = signer;
        this.self = NoteVerifier.ofWitness(signer.name(), signer.publicKey());
        this.logs = logs;
        this.clock = clock;
        this.state = state;
    }

    /**
     * Opens the witness of a folder.
     *
     * @param folder its state; made if it is not there, locked until {@link #close}
     * @param signer its name and key, the same each time; the key is used for nothing else
     * @param logs whose checkpoints it cosigns; at least one
     * @param clock for the times in cosignatures
     * @throws IllegalArgumentException if there is no log, or a log's key is the witness's own
     * @throws PodpException if the folder is in use or cannot be used
     */
    public static Witness open(Path folder, NoteSigner signer, List<TrustedLog> logs, InstantSource clock) {
        requireNonNull(clock, "clock");
        if (logs.isEmpty()) {
            throw new IllegalArgumentException("a witness looks after one log at least");
        }
        Set<TrustedLog> distinct = new HashSet<>();
        for (TrustedLog log : logs) {
            if (log.key().equals(signer.publicKey())) {
                throw new IllegalArgumentException("the key of the log " + log.prefix()
                        + " is the witness's own; a witness needs a key of its own");
            }
            if (!distinct.add(log)) {
                throw new IllegalArgumentException("the log " + log.prefix() + " is there twice with one key");
            }
        }
        NoteVerifier self = NoteVerifier.ofWitness(signer.name(), signer.publicKey());
        return new Witness(signer, List.copyOf(logs), clock, WitnessState.open(folder, self));
    }

    /** The key by which others verify its cosignatures. */
    public NoteVerifier verifier() {
        return self;
    }

    /**
     * Answers a request.
     *
     * @param body of a request {@code add-checkpoint}
     * @throws PodpException if the witness's own files or its key fail; then nothing is cosigned
     */
    public WitnessOutcome addCheckpoint(byte[] body) {
        AddCheckpointRequest request;
        Checkpoint checkpoint;
        try {
            request = AddCheckpointRequest.parse(body);
            checkpoint = Checkpoint.parse(request.note().text());
        } catch (MalformedException malformed) {
            return new Refused(Reason.MALFORMED, String.valueOf(malformed.getMessage()), Optional.empty());
        }
        List<NoteVerifier> keys = TrustedLog.keysFor(checkpoint, logs);
        // Outside the lock: whoever is nobody here does not make others wait.
        Optional<WitnessOutcome> stranger = WitnessRules.objectionToSignature(checkpoint, request.note(), keys);
        if (stranger.isPresent()) {
            return stranger.get();
        }
        synchronized (turn) {
            Optional<SignedNote> last = state.last(checkpoint.origin());
            Optional<WitnessOutcome> objection = WitnessRules.objectionToGrowth(request, checkpoint, last);
            if (objection.isPresent()) {
                if (objection.get() instanceof Refused refused) {
                    refused.evidence().ifPresent(state::keep);
                }
                return objection.get();
            }
            NoteSignature line = Cosignature.sign(checkpoint, time(last), signer);
            // Only the owner's lines are kept: others are not verified and not for this witness to hand on.
            SignedNote cosigned;
            try {
                cosigned = request.note().signedBy(keys).with(line);
            } catch (IllegalArgumentException full) {
                return new Refused(Reason.MALFORMED, "with a cosignature the note is too large", Optional.empty());
            }
            state.keep(checkpoint.origin(), cosigned);
            return new Cosigned(line);
        }
    }

    /**
     * What was cosigned last of the log whose origin has this SHA-256, with the owner's and this witness's signatures.
     *
     * @throws PodpException if the file cannot be read or is damaged
     */
    public Optional<SignedNote> latest(Sha256Hash originHash) {
        synchronized (turn) {
            return state.lastByHash(originHash);
        }
    }

    /** A clock that was set back must not give a later checkpoint an earlier time. */
    private Instant time(Optional<SignedNote> last) {
        long now = clock.instant().getEpochSecond();
        long before = last.stream()
                .flatMap(note -> note.signatures().stream().filter(line -> self.verify(note.text(), line)))
                .mapToLong(line -> ByteBuffer.wrap(line.signature()).getLong())
                .max()
                .orElse(0);
        return Instant.ofEpochSecond(Math.max(now, before));
    }

    /** Releases the folder. */
    @Override
    public void close() {
        synchronized (turn) {
            state.close();
        }
    }
}
