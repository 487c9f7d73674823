package org.dalrn.podp.verify;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.podp.Sha256Hash;

/**
 * The facts of a verified bundle.
 *
 * @param origin name of the log
 * @param size number of receipts
 * @param root root of the tree
 * @param lastReplayDigest the digest that stands for the whole history; empty in an empty log
 * @param types number of receipts by type; beyond 256 types the rest under {@code others}
 * @param signedByActors number of receipts that other actors than the owner signed
 * @param checkpoints number of checkpoints
 * @param witnesses names of the trusted witnesses whose cosignatures of the newest checkpoint are right
 * @param blobs number of blobs in the bundle
 * @param blobBytes their length, in bytes
 * @param missingBlobs how often receipts name a blob that is not in the bundle
 * @param unnamedBlobs number of blobs that no receipt names
 * @param anchors what was found about each anchor, a sentence each; empty if nobody was asked
 * @param replay what was run again; empty if that was not asked for
 */
public record Summary(
        String origin,
        long size,
        Sha256Hash root,
        Optional<Sha256Hash> lastReplayDigest,
        SortedMap<String, Long> types,
        long signedByActors,
        long checkpoints,
        List<String> witnesses,
        long blobs,
        long blobBytes,
        long missingBlobs,
        long unnamedBlobs,
        List<String> anchors,
        Optional<Replay> replay) {

    /** Copies. */
    public Summary {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(lastReplayDigest, "lastReplayDigest");
        types = Collections.unmodifiableSortedMap(new TreeMap<>(types));
        witnesses = List.copyOf(witnesses);
        anchors = List.copyOf(anchors);
        Objects.requireNonNull(replay, "replay");
    }

    Summary with(Replay made) {
        return new Summary(
                origin,
                size,
                root,
                lastReplayDigest,
                types,
                signedByActors,
                checkpoints,
                witnesses,
                blobs,
                blobBytes,
                missingBlobs,
                unnamedBlobs,
                anchors,
                Optional.of(made));
    }

    /**
     * What was run again.
     *
     * @param replayed number of receipts whose steps ran again and gave the same replay digest
     * @param unknownTypes number of receipts that nobody could run again, by type
     * @param notReplayable number of receipts whose steps were known but could not run, by the reason; the first 100 reasons
     */
    public record Replay(long replayed, SortedMap<String, Long> unknownTypes, SortedMap<String, Long> notReplayable) {
        /** Copies. */
        public Replay {
            unknownTypes = Collections.unmodifiableSortedMap(new TreeMap<>(unknownTypes));
            notReplayable = Collections.unmodifiableSortedMap(new TreeMap<>(notReplayable));
        }

        /** Whether every receipt was run again. */
        public boolean isComplete() {
            return unknownTypes.isEmpty() && notReplayable.isEmpty();
        }
    }
}
