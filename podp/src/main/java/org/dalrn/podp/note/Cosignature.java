package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A witness's statement that at a time a checkpoint was the largest consistent one of its log that the witness had
 * seen.
 *
 * <p>Source: C2SP tlog-cosignature, cosignature/v1.
 *
 * @param witness whose statement it is
 * @param time when; fractions of a second are dropped
 */
public record Cosignature(NoteVerifier witness, Instant time) {

    /**
     * Creates it.
     *
     * @throws IllegalArgumentException if the key is not a witness's or the time is not after 1970
     */
    public Cosignature {
        requireNonNull(time, "time");
        if (witness.algorithm() != NoteAlgorithm.COSIGNATURE_V1) {
            throw new IllegalArgumentException(witness + " is no key of a witness; use NoteVerifier.ofWitness");
        }
        requireSeconds(time);
        time = Instant.ofEpochSecond(time.getEpochSecond());
    }

    /**
     * Cosigns.
     *
     * @param checkpoint what the witness vouches for; whether it may is for the witness to know
     * @param time when; fractions of a second are dropped
     * @param witness the witness's key
     * @return the line that goes to the others of the checkpoint's note
     * @throws IllegalArgumentException if the time is not after 1970
     * @throws IllegalStateException if the signer signs wrongly
     */
    public static NoteSignature sign(Checkpoint checkpoint, Instant time, NoteSigner witness) {
        requireSeconds(time);
        NoteVerifier verifier = NoteVerifier.ofWitness(witness.name(), witness.publicKey());
        long seconds = time.getEpochSecond();
        byte[] timed = ByteBuffer.allocate(NoteAlgorithm.COSIGNATURE_V1.signatureBytes())
                .putLong(seconds)
                .put(SignedNote.signature(witness, message(seconds, checkpoint.text())))
                .array();
        return NoteSignature.of(witness.name(), verifier.keyId(), timed);
    }

    /** What is signed: a line that tells the kind, a line with the time, and the text of the checkpoint. */
    static byte[] message(long seconds, String text) {
        return ("cosignature/v1\ntime " + seconds + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }

    private static void requireSeconds(Instant time) {
        if (time.getEpochSecond() <= 0) {
            throw new IllegalArgumentException("a witness cannot cosign at " + time + ", only after 1970");
        }
    }
}
