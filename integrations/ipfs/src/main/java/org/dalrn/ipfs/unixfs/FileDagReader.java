package org.dalrn.ipfs.unixfs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMismatchException;
import org.dalrn.ipfs.BlockSource;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.IpfsFormatException;

/**
 * Puts one file together. Confined to one thread.
 *
 * <p>A cycle would need a block that contains its own hash. What is bounded instead is depth, and the work of a graph whose nodes
 * point to the same child many times: by the sizes, which must add up, and by the number of blocks.
 */
final class FileDagReader {
    /** Two children each are enough for 2^32 chunks. */
    static final int MAX_DEPTH = 32;

    private final BlockSource source;
    private final ReadLimits limits;
    private final OutputStream out;
    private long blocks;

    FileDagReader(BlockSource source, ReadLimits limits, OutputStream out) {
        this.source = Objects.requireNonNull(source, "source");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.out = Objects.requireNonNull(out, "out");
    }

    long read(Cid root) throws IOException {
        return copy(root, -1, 0);
    }

    /**
     * Writes the part of the file that is below a block.
     *
     * @param expected its size as the parent says, in bytes; -1 for the root
     */
    private long copy(Cid cid, long expected, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IpfsFormatException("the file's graph is deeper than " + MAX_DEPTH + " nodes at " + cid);
        }
        Block block = fetch(cid);
        if (cid.codec() == Codec.RAW) {
            check(cid, block.sizeBytes(), expected);
            block.writeTo(out);
            return block.sizeBytes();
        }
        DagPbNode node = DagPbNode.decode(block.bytes());
        UnixFsData data = UnixFsData.decode(node.data());
        List<DagPbLink> links = node.links();
        check(cid, data.size(), expected);
        if (links.size() != data.parts()) {
            throw new IpfsFormatException(
                    "node " + cid + " has " + links.size() + " links, but sizes of " + data.parts() + " parts");
        }
        byte[] content = data.content();
        if (content.length > 0 && !links.isEmpty()) {
            throw new IpfsFormatException(
                    "node " + cid + " has both content and links; a file's inner nodes have links only");
        }
        out.write(content);
        for (int i = 0; i < links.size(); i++) {
            if (!links.get(i).name().isEmpty()) {
                throw new IpfsFormatException("node " + cid + " names its links; in a file they have no names");
            }
            if (data.blockSize(i) == 0) {
                throw new IpfsFormatException("node " + cid + " has a part of 0 bytes; a file has none");
            }
            copy(links.get(i).cid(), data.blockSize(i), depth + 1);
        }
        return data.size();
    }

    private void check(Cid cid, long size, long expected) {
        if (expected >= 0 && size != expected) {
            throw new IpfsFormatException(
                    "block " + cid + " stands for " + size + " bytes of the file, but its parent says " + expected);
        }
        if (size > limits.maxBytes()) {
            throw new IpfsFormatException(
                    "file " + cid + " has " + size + " bytes; at most " + limits.maxBytes() + " are allowed here");
        }
    }

    private Block fetch(Cid cid) throws IOException {
        if (blocks == limits.maxBlocks()) {
            throw new IpfsFormatException(
                    "the file has more than " + limits.maxBlocks() + " blocks, which are allowed here");
        }
        blocks++;
        Block block = source.get(cid);
        if (!block.cid().equals(cid)) {
            throw new BlockMismatchException("block " + cid + " was asked for, " + block.cid() + " came");
        }
        return block;
    }
}
