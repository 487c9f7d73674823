package org.dalrn.ipfs.unixfs;

/**
 * How much a file from a store that is not trusted may cost.
 *
 * @param maxBytes the largest file that is read, at least 0
 * @param maxBlocks the most blocks that are fetched for it, repeated ones counted again, at least 1
 */
public record ReadLimits(long maxBytes, long maxBlocks) {
    /** Checks the ranges. */
    public ReadLimits {
        if (maxBytes < 0 || maxBlocks < 1) {
            throw new IllegalArgumentException(
                    "limits of " + maxBytes + " bytes and " + maxBlocks + " blocks allow nothing; at least 0 and 1");
        }
    }

    /** Enough for any file of that size whose chunks have 4 KiB or more. */
    public static ReadLimits ofFile(long maxBytes) {
        // Nodes have two children or more, so that there are fewer of them than of chunks, but for the right edge.
        return new ReadLimits(maxBytes, 64 + maxBytes / (4 << 10) * 2);
    }
}
