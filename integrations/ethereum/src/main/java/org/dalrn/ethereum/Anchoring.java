package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.dalrn.podp.note.Checkpoint;

/**
 * One transaction of a {@link CheckpointAnchoring} or a {@link RewardSettlement} at a moment.
 *
 * @param id its number, from 0 on
 * @param purpose in a few words
 * @param status how far it is
 * @param attempts how often it was signed: more than once if a higher fee was needed
 * @param transaction hash of the try that is in a block, else of the last one
 * @param block number of the block that it is in
 * @param contract address that it went to, or of the contract that it made
 * @param checkpoints what it anchors; none if it is about something else
 * @param note what keeps it from going on
 */
public record Anchoring(
        long id,
        String purpose,
        TransactionStatus status,
        int attempts,
        Optional<String> transaction,
        Optional<Long> block,
        Optional<EthereumAddress> contract,
        List<Checkpoint> checkpoints,
        Optional<String> note) {

    /** Checks and copies. */
    public Anchoring {
        requireNonNull(purpose, "purpose");
        requireNonNull(status, "status");
        checkpoints = List.copyOf(checkpoints);
    }

    static Anchoring of(OutboxEntry entry) {
        return new Anchoring(
                entry.id(),
                entry.memo().path(CheckpointAnchoring.PURPOSE).asText(),
                entry.status(),
                entry.attempts(),
                entry.transaction(),
                entry.block(),
                entry.to().or(entry::made),
                CheckpointAnchoring.checkpoints(entry.memo()),
                entry.note());
    }
}
