package org.dalrn.podp.log;

import java.util.List;
import java.util.OptionalLong;

/**
 * What opening a log found of an earlier crash, and mended.
 *
 * <p>Nothing that was acknowledged is among it: what was cut off are the bytes of a batch or a checkpoint
 * whose {@code append} or {@code publish} had not returned.
 *
 * @param size number of entries of the log as it was opened
 * @param cutBytes bytes of an unfinished record that were cut off the journal; 0 if there were none
 * @param cutToSize the size that the unfinished record would have led to, if it was a batch and that much of it could be read
 * @param rewritten files of the log's folder that had not reached the disk and were written again from the journal
 */
public record LogRecovery(long size, long cutBytes, OptionalLong cutToSize, List<String> rewritten) {
    /** Copies. */
    public LogRecovery {
        rewritten = List.copyOf(rewritten);
    }

    /** Whether there was nothing to mend. */
    public boolean clean() {
        return cutBytes == 0 && rewritten.isEmpty();
    }

    /** Returns one sentence for people. */
    @Override
    public String toString() {
        if (clean()) {
            return "opened at size " + size + " without anything to mend";
        }
        StringBuilder text = new StringBuilder("healed to size ").append(size);
        if (cutBytes > 0) {
            text.append("; cut off ").append(cutBytes).append(" bytes of a record that was never acknowledged");
            cutToSize.ifPresent(to ->
                    text.append(", from size ").append(size).append(" to ").append(to));
        }
        if (!rewritten.isEmpty()) {
            text.append("; wrote again ")
                    .append(rewritten.size())
                    .append(" files, the first ")
                    .append(rewritten.get(0));
        }
        return text.toString();
    }
}
