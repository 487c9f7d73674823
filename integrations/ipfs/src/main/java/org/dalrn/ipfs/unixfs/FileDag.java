package org.dalrn.ipfs.unixfs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.dalrn.ipfs.BlockSink;
import org.dalrn.ipfs.BlockSource;
import org.dalrn.ipfs.Cid;

/**
 * A file that was cut into blocks.
 *
 * @param root the file's CID
 * @param sizeBytes of the file
 * @param blocks how many the sink got, repeated ones counted again
 */
public record FileDag(Cid root, long sizeBytes, long blocks) {
    /** Checks the ranges. */
    public FileDag {
        Objects.requireNonNull(root, "root");
        if (sizeBytes < 0 || blocks < 1) {
            throw new IllegalArgumentException("a file has no " + sizeBytes + " bytes in " + blocks + " blocks");
        }
    }

    /**
     * Cuts a file into blocks. The children of a block go to the sink before it, the root last.
     *
     * <p>Needs memory for one chunk and, for each level, the links of one node: at most four levels below 200 TB.
     *
     * @param in read to its end, not closed
     * @throws IOException if {@code in} or the sink fails
     */
    public static FileDag build(InputStream in, FileLayout layout, BlockSink sink) throws IOException {
        return new FileDagBuilder(layout, sink).build(in);
    }

    /**
     * Cuts a file into blocks. The root goes to the sink first, then what is below it in the order of the file, each block once.
     *
     * <p>Reads the file twice. Needs memory for the inner nodes and the names of the chunks, about a thousandth of the file's size.
     *
     * @param sink is asked for once, when the root is known
     * @throws IOException if the file or the sink fails, or the file changes meanwhile
     */
    public static FileDag buildRootFirst(Path file, FileLayout layout, SinkOfRoot sink) throws IOException {
        return new RootFirstBuilder(file, layout).build(sink);
    }

    /** Makes a sink for the blocks below a root. */
    @FunctionalInterface
    public interface SinkOfRoot {
        /**
         * The sink that will get the root and what is below it.
         *
         * @throws IOException if a disk or stream fails
         */
        BlockSink open(Cid root) throws IOException;
    }

    /**
     * Puts a file together again. Only bytes that were verified reach {@code out}; if this throws, what it got is to be discarded.
     *
     * <p>Reads files of any layout whose inner nodes carry no content. Fetches the blocks one by one, in the file's order.
     *
     * @return size of the file, in bytes
     * @throws org.dalrn.ipfs.IpfsFormatException if there is no file, its sizes contradict each other, or a limit is exceeded
     * @throws org.dalrn.ipfs.IpfsException if the source does not give a block
     * @throws IOException if {@code out} or the source fails
     */
    public static long read(Cid root, BlockSource source, ReadLimits limits, OutputStream out) throws IOException {
        return new FileDagReader(source, limits, out).read(root);
    }
}
