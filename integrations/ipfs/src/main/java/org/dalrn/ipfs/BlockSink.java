package org.dalrn.ipfs;

import java.io.IOException;

/** Where blocks go: an archive, a node, a count. */
@FunctionalInterface
public interface BlockSink {
    /**
     * Takes a block; the same one may come again.
     *
     * @throws IOException if a disk or stream fails
     * @throws IpfsException if a store does not take it
     */
    void put(Block block) throws IOException;
}
