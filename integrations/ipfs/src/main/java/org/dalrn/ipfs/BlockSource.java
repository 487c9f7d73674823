package org.dalrn.ipfs;

import java.io.IOException;

/** Where blocks come from: an archive, a node, a gateway. None of them needs to be trusted. */
@FunctionalInterface
public interface BlockSource {
    /**
     * The block of that name.
     *
     * @throws BlockMissingException if it is not there
     * @throws BlockMismatchException if what is there is something else
     * @throws IpfsException if the store does not answer or answers nonsense
     * @throws IOException if a disk or stream fails
     */
    Block get(Cid cid) throws IOException;
}
