package org.dalrn.podp.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where tiles and bundles come from that nobody vouches for: a folder, a mirror, a peer.
 *
 * <p>Source: C2SP tlog-tiles.
 */
public interface TileSource {
    /**
     * The bytes of a tile.
     *
     * @param level level of tiles, from 0 to 7
     * @param n place of the tile on its level, from 0
     * @param width number of hashes of 32 bytes that are wanted, from 1 to 256; fewer than 256 name the partial tile
     * @return at most {@code 32 * width} bytes; empty if there is no such tile
     * @throws IOException if it cannot be read, or is longer
     */
    Optional<byte[]> tile(int level, long n, int width) throws IOException;

    /**
     * The bytes of a bundle of entries.
     *
     * @param n place of the bundle, from 0
     * @param width number of entries that are wanted, from 1 to 256; fewer than 256 name the partial bundle
     * @return at most {@code 65,537 * width} bytes; empty if there is no such bundle
     * @throws IOException if it cannot be read, or is longer
     */
    Optional<byte[]> entries(long n, int width) throws IOException;

    /** The tiles in a folder, laid out as C2SP tlog-tiles says. */
    static TileSource ofFolder(Path folder) {
        return new FileTiles(new DiskFiles(folder));
    }
}
