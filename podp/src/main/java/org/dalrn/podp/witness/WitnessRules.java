package org.dalrn.podp.witness;

import java.util.List;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.NoteCheck;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.note.SplitView;
import org.dalrn.podp.witness.WitnessOutcome.Conflict;
import org.dalrn.podp.witness.WitnessOutcome.Reason;
import org.dalrn.podp.witness.WitnessOutcome.Refused;

/**
 * When a witness may cosign: a function of the request and of what it has cosigned before, in the order of the checks
 * of C2SP tlog-witness, section add-checkpoint.
 */
final class WitnessRules {

    private WitnessRules() {}

    /** Why a checkpoint is not one of a log that is looked after, whatever was cosigned before; empty if it is. */
    static Optional<WitnessOutcome> objectionToSignature(
            Checkpoint checkpoint, SignedNote note, List<NoteVerifier> keysOfTheLog) {
        if (keysOfTheLog.isEmpty()) {
            return refused(
                    Reason.UNKNOWN_LOG,
                    "no log " + MalformedException.excerpt(checkpoint.origin()) + " is looked after here");
        }
        NoteCheck check = note.check(keysOfTheLog);
        if (!check.accepted()) {
            return refused(
                    Reason.NOT_SIGNED,
                    "the checkpoint is not signed by a key that is trusted for this log, or a line of such a key fails");
        }
        return Optional.empty();
    }

    /**
     * Why a signed checkpoint must not be cosigned after another; empty if it may.
     *
     * @param last what was cosigned last of this log
     */
    static Optional<WitnessOutcome> objectionToGrowth(
            AddCheckpointRequest request, Checkpoint checkpoint, Optional<SignedNote> last) {
        if (request.oldSize() > checkpoint.size()) {
            return refused(
                    Reason.MALFORMED,
                    "the old size " + request.oldSize() + " is above the size " + checkpoint.size()
                            + " of the checkpoint");
        }
        Optional<Checkpoint> known = last.map(note -> Checkpoint.parse(note.text()));
        long knownSize = known.map(Checkpoint::size).orElse(0L);
        if (request.oldSize() != knownSize) {
            return Optional.of(new Conflict(knownSize));
        }
        if (checkpoint.size() == 0 && !checkpoint.root().equals(MerkleTree.emptyRoot())) {
            return refused(Reason.INCONSISTENT, "the root of size 0 is not that of the empty tree");
        }
        Optional<SplitView> evidence = last.flatMap(note -> SplitView.between(note, request.note()));
        if (evidence.isPresent()) {
            return Optional.of(new Refused(
                    Reason.INCONSISTENT,
                    "another root of size " + knownSize + " of this log was cosigned before: the log has a split view",
                    evidence));
        }
        try {
            ConsistencyProof proof = new ConsistencyProof(knownSize, checkpoint.size(), request.proof());
            if (proof.proves(known.map(Checkpoint::root).orElse(MerkleTree.emptyRoot()), checkpoint.root())) {
                return Optional.empty();
            }
        } catch (MalformedException otherLength) {
            return refused(Reason.INCONSISTENT, String.valueOf(otherLength.getMessage()));
        }
        return refused(
                Reason.INCONSISTENT,
                "the proof does not lead from the checkpoint of size " + knownSize + " to that of size "
                        + checkpoint.size());
    }

    private static Optional<WitnessOutcome> refused(Reason reason, String detail) {
        return Optional.of(new Refused(reason, detail, Optional.empty()));
    }
}
