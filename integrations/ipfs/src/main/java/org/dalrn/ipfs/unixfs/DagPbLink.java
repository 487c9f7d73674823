package org.dalrn.ipfs.unixfs;

import java.util.Objects;
import org.dalrn.ipfs.Cid;

/**
 * A reference from a node to a block below it.
 *
 * @param cid of the block
 * @param name empty in files
 * @param cumulativeBytes sizes of all blocks from there down, at least 0; said by the node, not verified
 */
record DagPbLink(Cid cid, String name, long cumulativeBytes) {
    DagPbLink {
        Objects.requireNonNull(cid, "cid");
        Objects.requireNonNull(name, "name");
        if (cumulativeBytes < 0) {
            throw new IllegalArgumentException("a cumulative size is not negative: " + cumulativeBytes);
        }
    }
}
