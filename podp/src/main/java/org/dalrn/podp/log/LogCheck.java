package org.dalrn.podp.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;

/**
 * The comparison of every entry and every tile of a log with a trusted checkpoint of it.
 *
 * <p>It goes from the checkpoint's root down: a tile is right if its root stands in the tile above it, an entry if its hash stands in its
 * tile. So what is named is what differs, not all that stands above or below it. At most 8 tiles and a bundle are in memory.
 *
 * @param checked number of entries that were compared with the checkpoint and are right
 * @param findings what is wrong, in the order of the log; at most {@link #MOST_FINDINGS}
 */
public record LogCheck(long checked, List<Finding> findings) {
    /** So many findings end the comparison. */
    public static final int MOST_FINDINGS = 100;

    /** Copies. */
    public LogCheck {
        findings = List.copyOf(findings);
    }

    /**
     * One thing that is wrong.
     *
     * @param firstEntry the entry that is wrong, or the first that could not be compared
     * @param entries number of entries from there on that are wrong or could not be compared
     * @param message what is wrong and where, what is expected and what was found
     */
    public record Finding(long firstEntry, long entries, String message) {
        /** Checks. */
        public Finding {
            Objects.requireNonNull(message, "message");
        }
    }

    /** Whether every entry is that of the checkpoint. */
    public boolean clean() {
        return findings.isEmpty();
    }

    /**
     * Compares all of a log.
     *
     * @param checkpoint size and root of the log, which the caller trusts: its signatures are verified already
     */
    public static LogCheck run(TileSource source, Checkpoint checkpoint) {
        List<Finding> findings = new ArrayList<>();
        long checked = 0;
        TileReader reader;
        try {
            reader = TileReader.open(source, checkpoint);
        } catch (PodpException | IOException e) {
            return new LogCheck(0, List.of(new Finding(0, checkpoint.size(), message(e))));
        }
        long size = checkpoint.size();
        for (long first = 0; first < size && findings.size() < MOST_FINDINGS; first += TilePath.WIDTH) {
            long bundle = first / TilePath.WIDTH;
            int width = (int) Math.min(TilePath.WIDTH, size - first);
            try {
                List<Sha256Hash> expected = reader.leafHashes(bundle);
                List<byte[]> entries = reader.uncheckedEntries(bundle);
                for (int i = 0; i < width && findings.size() < MOST_FINDINGS; i++) {
                    Sha256Hash found = MerkleTree.leafHash(entries.get(i));
                    if (found.equals(expected.get(i))) {
                        checked++;
                    } else {
                        findings.add(new Finding(
                                first + i, 1, message(TileReader.wrongEntry(bundle, i, expected.get(i), found))));
                    }
                }
            } catch (PodpException | IOException e) {
                findings.add(new Finding(first, width, message(e)));
            }
        }
        return new LogCheck(checked, findings);
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    }
}
