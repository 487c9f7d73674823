package org.dalrn.podp.log;

import java.io.IOException;
import java.util.Optional;
import org.dalrn.podp.Sha256Hash;

/** The tiles among files. */
record FileTiles(LogFiles files) implements TileSource {
    @Override
    public Optional<byte[]> tile(int level, long n, int width) throws IOException {
        return files.read(TilePath.tile(level, n, width), width * Sha256Hash.SIZE_BYTES);
    }

    @Override
    public Optional<byte[]> entries(long n, int width) throws IOException {
        return files.read(TilePath.entries(n, width), width * (2 + TilePath.LONGEST_ENTRY));
    }
}
