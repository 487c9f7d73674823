package org.dalrn.ipfs.unixfs;

import org.dalrn.ipfs.Block;

/**
 * How a file is cut into blocks; another layout gives the same file another CID. Chunks are raw blocks, the graph is balanced.
 *
 * @param chunkBytes size of all chunks but the last, in [1, 2 MiB]
 * @param maxLinks how many children a node has at most, in [2, 8192]
 */
public record FileLayout(int chunkBytes, int maxLinks) {
    /** The most children of a node that are read or written. */
    public static final int MOST_LINKS = 8192;

    /** What {@code ipfs add --cid-version=1} does unless configured: 256 KiB and 174. */
    public static final FileLayout KUBO_DEFAULT = new FileLayout(256 << 10, 174);

    /** What Kubo's profile {@code unixfs-v1-2025} (IPIP-499) does: 1 MiB and 1024. */
    public static final FileLayout UNIXFS_V1_2025 = new FileLayout(1 << 20, 1024);

    /** Checks the ranges. */
    public FileLayout {
        if (chunkBytes < 1 || chunkBytes > Block.MAX_SIZE_BYTES) {
            throw new IllegalArgumentException(
                    "chunks of " + chunkBytes + " bytes are not in [1, " + Block.MAX_SIZE_BYTES + "]; use 262144");
        }
        if (maxLinks < 2 || maxLinks > MOST_LINKS) {
            throw new IllegalArgumentException(
                    maxLinks + " children of a node are not in [2, " + MOST_LINKS + "]; use 174");
        }
    }
}
