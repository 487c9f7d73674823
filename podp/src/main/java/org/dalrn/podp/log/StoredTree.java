package org.dalrn.podp.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;

/**
 * The tree of a log with all that is stored of it but the journal.
 *
 * <p>Confined to one thread at a time.
 */
final class StoredTree implements Closeable {
    static final String NODES = "state/nodes";

    private final NodeFile nodes;
    private final TileStore tiles;
    private Frontier frontier;
    private ByteBuffer completed = ByteBuffer.allocateDirect(1 << 15);

    private StoredTree(NodeFile nodes, TileStore tiles, Frontier frontier) {
        this.nodes = nodes;
        this.tiles = tiles;
        this.frontier = frontier;
    }

    /**
     * The tree at a size up to which all its tiles are on the disk.
     *
     * @param start a multiple of 256 leaves
     * @param rewritten is told the name of the file of nodes if it had to be made again
     * @throws LogCorruptException if the tiles do not lead to this frontier
     */
    static StoredTree open(LogFiles files, Frontier start, List<String> rewritten) throws IOException {
        boolean present = files.exists(NODES);
        NodeFile nodes = new NodeFile(files.open(NODES));
        try {
            if (!present) {
                files.forceNames(TilePath.folder(NODES));
            }
            long size = start.size();
            boolean fits = nodes.covers(size)
                    && TileStore.at(files, size, nodes).frontier().equals(start);
            if (!fits) {
                rewritten.add(NODES);
                rebuild(files, nodes, start);
            }
            nodes.truncate(size);
            return new StoredTree(nodes, TileStore.at(files, size, nodes), start);
        } catch (IOException | RuntimeException e) {
            nodes.close();
            throw e;
        }
    }

    /** Computes all nodes from the tiles of level 0 again. */
    private static void rebuild(LogFiles files, NodeFile nodes, Frontier start) throws IOException {
        ByteBuffer out =
                ByteBuffer.allocate(2 * TilePath.WIDTH * Sha256Hash.SIZE_BYTES + Long.SIZE * Sha256Hash.SIZE_BYTES);
        Frontier frontier = Frontier.EMPTY;
        for (long n = 0; n < start.size() / TilePath.WIDTH; n++) {
            String name = TilePath.tile(0, n, TilePath.WIDTH);
            int length = TilePath.WIDTH * Sha256Hash.SIZE_BYTES;
            byte[] bytes = files.read(name, length).orElse(new byte[0]);
            if (bytes.length != length) {
                throw new LogCorruptException(
                        "a tile is damaged", name + ", its length,", "" + length, "" + bytes.length);
            }
            List<Sha256Hash> hashes = new ArrayList<>(TilePath.WIDTH);
            for (int i = 0; i < TilePath.WIDTH; i++) {
                hashes.add(Sha256Hash.ofBytes(bytes, i * Sha256Hash.SIZE_BYTES));
            }
            out.clear();
            Frontier next = frontier.appendAll(hashes, (level, index, hash) -> hash.copyTo(out));
            nodes.append(frontier.size(), out.flip());
            frontier = next;
        }
        if (!frontier.equals(start)) {
            throw new LogCorruptException(
                    "the tiles are not those that the journal goes on from",
                    "the root over the first " + start.size() + " hashes of tile/0/",
                    String.valueOf(start.root()),
                    String.valueOf(frontier.root()));
        }
        nodes.force();
    }

    Frontier frontier() {
        return frontier;
    }

    NodeFile nodes() {
        return nodes;
    }

    TileStore tiles() {
        return tiles;
    }

    /** Takes entries: their hashes, tiles and bundles are written, but not forced. */
    void grow(List<byte[]> entries) throws IOException {
        List<Sha256Hash> leaves = new ArrayList<>(entries.size());
        for (byte[] entry : entries) {
            leaves.add(MerkleTree.leafHash(entry));
        }
        // A batch completes less than two subtrees for each leaf, and up to 63 on the way up.
        int most = (2 * entries.size() + Long.SIZE) * Sha256Hash.SIZE_BYTES;
        if (completed.capacity() < most) {
            completed = ByteBuffer.allocateDirect(most);
        }
        ByteBuffer out = completed.clear();
        Frontier next = frontier.appendAll(leaves, (level, index, hash) -> {
            hash.copyTo(out);
            tiles.complete(level, hash);
        });
        nodes.append(frontier.size(), out.flip());
        tiles.append(entries);
        frontier = next;
    }

    /** Returns when all that was written is on the disk. */
    void force() throws IOException {
        tiles.force();
        nodes.force();
    }

    /** The frontier at the last multiple of 256 leaves. */
    Frontier fullFrontier() {
        long size = frontier.size() & -TilePath.WIDTH;
        return Frontier.of(size, frontier.subtrees().subList(0, Long.bitCount(size)));
    }

    @Override
    public void close() throws IOException {
        nodes.close();
    }
}
