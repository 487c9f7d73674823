package org.dalrn.ipfs.unixfs;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockSink;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;

/** Cuts one file into blocks, the root first. Confined to one thread. */
final class RootFirstBuilder {
    private final Path path;
    private final FileLayout layout;
    private final Map<Cid, Block> nodes = new HashMap<>();
    private final Set<Cid> given = new HashSet<>();

    RootFirstBuilder(Path path, FileLayout layout) {
        this.path = Objects.requireNonNull(path, "path");
        this.layout = Objects.requireNonNull(layout, "layout");
    }

    FileDag build(FileDag.SinkOfRoot sinks) throws IOException {
        FileDag dag;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            dag = FileDag.build(in, layout, block -> {
                if (block.cid().codec() == Codec.DAG_PB) {
                    nodes.put(block.cid(), block);
                }
            });
        }
        BlockSink sink = sinks.open(dag.root());
        try (FileChannel file = FileChannel.open(path)) {
            give(dag.root(), file, 0, dag.sizeBytes(), sink);
        }
        return new FileDag(dag.root(), dag.sizeBytes(), given.size());
    }

    /**
     * Gives a block and what is below it, unless it was given before.
     *
     * @param from where in the file its part begins
     * @param bytes how long that is
     */
    private void give(Cid cid, FileChannel file, long from, long bytes, BlockSink sink) throws IOException {
        if (!given.add(cid)) {
            return;
        }
        Block node = nodes.get(cid);
        if (node == null) {
            sink.put(chunk(cid, file, from, (int) bytes));
            return;
        }
        sink.put(node);
        DagPbNode children = DagPbNode.decode(node.bytes());
        UnixFsData sizes = UnixFsData.decode(children.data());
        long at = from;
        for (int i = 0; i < sizes.parts(); i++) {
            give(children.links().get(i).cid(), file, at, sizes.blockSize(i), sink);
            at += sizes.blockSize(i);
        }
    }

    private Block chunk(Cid cid, FileChannel file, long from, int bytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(bytes);
        while (chunk.hasRemaining() && file.read(chunk, from + chunk.position()) >= 0) {
            // As much as the disk gives at once.
        }
        Block block = Block.of(Codec.RAW, chunk.array());
        if (chunk.hasRemaining() || !block.cid().equals(cid)) {
            throw new IOException(
                    path + " changed while it was read, at byte " + from + "; try again when nobody writes it");
        }
        return block;
    }
}
