package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dalrn.podp.MalformedException;

/**
 * Which witnesses somebody believes, and how many of them must have cosigned a checkpoint.
 *
 * <p>Two histories of a log both find {@code required} of {@code n} cosignatures only if at least
 * {@code 2 * required - n} witnesses cosigned both, which an honest one never does.
 *
 * @param witnesses keys of witnesses; several keys of one name are one witness, one key has one name only
 * @param required from 1 to the number of names
 */
public record CosignaturePolicy(List<NoteVerifier> witnesses, int required) {

    /**
     * What a checkpoint's lines amount to.
     *
     * @param policy what was asked
     * @param cosignatures those that count, at most one for each witness: its latest
     * @param objections what is wrong with lines of known witnesses, in words
     * @param failed true if a line names a known witness that did not sign it, which spoils the note
     */
    public record Verdict(
            CosignaturePolicy policy, List<Cosignature> cosignatures, List<String> objections, boolean failed) {
        /** Creates it. */
        public Verdict {
            requireNonNull(policy, "policy");
            cosignatures = List.copyOf(cosignatures);
            objections = List.copyOf(objections);
        }

        /** True if enough witnesses cosigned and no line of a known witness fails. */
        public boolean satisfied() {
            return !failed && cosignatures.size() >= policy.required();
        }
    }

    /**
     * Creates it.
     *
     * @throws IllegalArgumentException if a key is not a witness's, stands under two names or twice, or if the number
     *     is not from 1 to that of the witnesses
     */
    public CosignaturePolicy {
        witnesses = List.copyOf(witnesses);
        Set<String> names = new HashSet<>();
        Set<Ed25519PublicKey> keys = new HashSet<>();
        for (NoteVerifier witness : witnesses) {
            if (witness.algorithm() != NoteAlgorithm.COSIGNATURE_V1) {
                throw new IllegalArgumentException(witness + " is no key of a witness; use NoteVerifier.ofWitness");
            }
            // cosignature/v1 does not sign the witness's name: one key under two names would count twice.
            if (!keys.add(witness.key())) {
                throw new IllegalArgumentException("the key of the witness " + witness.name() + " is there twice");
            }
            names.add(witness.name());
        }
        if (required < 1 || required > names.size()) {
            throw new IllegalArgumentException(
                    required + " cosignatures cannot be asked of " + names.size() + " witnesses; ask for 1 to all");
        }
    }

    /**
     * Counts the witnesses that cosigned a checkpoint. Lines of others are passed over; the owner's signature is not
     * looked at.
     *
     * @param note the checkpoint
     * @param notAfter the latest time of a cosignature that is believed: now, and what clocks may differ by
     */
    public Verdict check(SignedNote note, Instant notAfter) {
        requireNonNull(notAfter, "notAfter");
        try {
            Checkpoint.parse(note.text());
        } catch (MalformedException malformed) {
            return new Verdict(this, List.of(), List.of("the note is no checkpoint: " + malformed.getMessage()), true);
        }
        Map<String, Cosignature> latest = new HashMap<>();
        List<String> objections = new ArrayList<>();
        boolean failed = false;
        for (NoteCheck.Line line : note.check(witnesses).lines()) {
            if (line.key().isEmpty()) {
                continue;
            }
            NoteVerifier witness = line.key().get();
            String which = "signature line " + line.number() + " of the witness " + witness.name();
            if (line.status() == NoteCheck.Status.FAILED) {
                failed = true;
                objections.add(which + " is not its signature of this checkpoint");
                continue;
            }
            long seconds = ByteBuffer.wrap(line.signature().signature()).getLong();
            if (seconds <= 0 || seconds > notAfter.getEpochSecond()) {
                objections.add(which + " is of second " + seconds + "; believed are 1 to " + notAfter.getEpochSecond());
                continue;
            }
            Cosignature cosignature = new Cosignature(witness, Instant.ofEpochSecond(seconds));
            latest.merge(witness.name(), cosignature, (one, other) -> one.time().isBefore(other.time()) ? other : one);
        }
        List<Cosignature> inOrder = witnesses.stream()
                .map(NoteVerifier::name)
                .distinct()
                .filter(latest::containsKey)
                .map(latest::get)
                .toList();
        return new Verdict(this, inOrder, objections, failed);
    }
}
