package org.dalrn.ipfs.unixfs;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockSink;
import org.dalrn.ipfs.Codec;

/** Cuts one file into blocks. Confined to one thread. */
final class FileDagBuilder {
    /**
     * A finished block.
     *
     * @param link to it
     * @param fileBytes how much of the file it stands for
     */
    private record Part(DagPbLink link, long fileBytes) {}

    private final FileLayout layout;
    private final BlockSink sink;
    /** The parts at each height that have no parent yet: at most {@code maxLinks} each. */
    private final List<List<Part>> open = new ArrayList<>();

    private long blocks;

    FileDagBuilder(FileLayout layout, BlockSink sink) {
        this.layout = Objects.requireNonNull(layout, "layout");
        this.sink = Objects.requireNonNull(sink, "sink");
    }

    FileDag build(InputStream in) throws IOException {
        do {
            byte[] chunk = in.readNBytes(layout.chunkBytes());
            // Only an empty file has an empty chunk.
            if (chunk.length == 0 && blocks > 0) {
                break;
            }
            add(0, put(Codec.RAW, chunk, chunk.length, 0));
            if (chunk.length < layout.chunkBytes()) {
                break;
            }
        } while (true);
        // All chunks are at the same depth: a last node with one child stays.
        for (int height = 0; height < open.size() - 1 || open.get(height).size() > 1; height++) {
            add(height + 1, parent(height));
        }
        Part root = open.get(open.size() - 1).get(0);
        return new FileDag(root.link().cid(), root.fileBytes(), blocks);
    }

    private void add(int height, Part part) throws IOException {
        if (height == open.size()) {
            open.add(new ArrayList<>());
        }
        // Only now, because a file that ends with a full node has that node as its root or last one.
        if (open.get(height).size() == layout.maxLinks()) {
            add(height + 1, parent(height));
        }
        open.get(height).add(part);
    }

    /** The node above the open parts at a height, which are closed. */
    private Part parent(int height) throws IOException {
        List<Part> parts = open.get(height);
        long[] sizes = parts.stream().mapToLong(Part::fileBytes).toArray();
        List<DagPbLink> links = parts.stream().map(Part::link).toList();
        parts.clear();
        UnixFsData data = UnixFsData.ofParts(sizes);
        long below = links.stream().mapToLong(DagPbLink::cumulativeBytes).sum();
        return put(Codec.DAG_PB, DagPbNode.of(links, data.encode()).encode(), data.size(), below);
    }

    private Part put(Codec codec, byte[] bytes, long fileBytes, long below) throws IOException {
        Block block = Block.of(codec, bytes);
        blocks++;
        sink.put(block);
        return new Part(new DagPbLink(block.cid(), "", block.sizeBytes() + below), fileBytes);
    }
}
