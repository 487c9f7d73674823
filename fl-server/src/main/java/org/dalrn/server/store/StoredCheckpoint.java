package org.dalrn.server.store;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;

/**
 * A signed statement about the first events of a run.
 *
 * @param size how many events, at least 1
 * @param root of the Merkle tree of their receipts
 * @param note the signed text, see docs/receipts.md, section 4
 */
public record StoredCheckpoint(RunId run, long size, ContentHash root, String note) {
    public StoredCheckpoint {
        requireNonNull(run, "run");
        requireNonNull(root, "root");
        requireNonNull(note, "note");
        if (size < 1) {
            throw new IllegalArgumentException("size " + size + " is below 1; a run has at least one event");
        }
    }
}
