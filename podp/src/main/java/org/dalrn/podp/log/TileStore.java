package org.dalrn.podp.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.SubtreeHashes;

/**
 * The tiles and bundles of a log: full ones are written as soon as they are, those at the right edge are kept in memory.
 *
 * <p>At most 8 rows of 255 hashes and 255 entries are kept between calls. Confined to one thread at a time.
 */
final class TileStore {
    private final LogFiles files;

    /** For each level of tiles the hashes that are not in a full tile yet. */
    private final List<List<Sha256Hash>> rows = new ArrayList<>();

    private final long[] fullTiles = new long[TilePath.LEVELS];
    private List<byte[]> entries = new ArrayList<>();
    private long fullBundles;

    /** Files that were written since the last {@link #force}, and the folders that got names. */
    private final Set<String> unforced = new LinkedHashSet<>();

    private final Set<String> unforcedFolders = new TreeSet<>();

    /** Folders that there are: most files go where the one before them went. */
    private final Set<String> knownFolders = new LinkedHashSet<>();

    /** Folders of partial tiles that are not full yet. */
    private final Set<String> partFolders = new LinkedHashSet<>();

    /** While the journal is read again, files are only written if they are not what they should be. */
    private boolean replaying;

    private final List<String> rewritten = new ArrayList<>();

    private TileStore(LogFiles files) {
        this.files = files;
        for (int level = 0; level < TilePath.LEVELS; level++) {
            rows.add(new ArrayList<>());
        }
    }

    /** The tiles of a log whose size is a multiple of 256. */
    static TileStore at(LogFiles files, long size, SubtreeHashes nodes) {
        TileStore store = new TileStore(files);
        store.fullBundles = size >>> TilePath.HEIGHT;
        for (int level = 0; level < TilePath.LEVELS; level++) {
            long hashes = size >>> (TilePath.HEIGHT * level);
            store.fullTiles[level] = hashes >>> TilePath.HEIGHT;
            for (long index = hashes & -TilePath.WIDTH; index < hashes; index++) {
                store.rows.get(level).add(nodes.hash(TilePath.HEIGHT * level, index));
            }
        }
        return store;
    }

    /** The frontier that the kept hashes make. */
    Frontier frontier() {
        List<Sha256Hash> subtrees = new ArrayList<>();
        long size = 0;
        for (int level = TilePath.LEVELS - 1; level >= 0; level--) {
            List<Sha256Hash> row = rows.get(level);
            subtrees.addAll(
                    Frontier.EMPTY.appendAll(row, (l, index, hash) -> {}).subtrees());
            size += (long) row.size() << (TilePath.HEIGHT * level);
        }
        return Frontier.of(size, subtrees);
    }

    void startReplay() {
        replaying = true;
    }

    /** Ends it; returns the files that had to be written again. */
    List<String> endReplay() throws IOException {
        replaying = false;
        rememberParts(TilePath.entries(fullBundles, TilePath.WIDTH) + TilePath.PARTS);
        for (int level = 0; level < TilePath.LEVELS; level++) {
            rememberParts(TilePath.tile(level, fullTiles[level], TilePath.WIDTH) + TilePath.PARTS);
        }
        return List.copyOf(rewritten);
    }

    private void rememberParts(String folder) throws IOException {
        if (files.exists(folder)) {
            partFolders.add(folder);
        }
    }

    /** Takes a subtree that became complete. */
    void complete(int level, Sha256Hash hash) {
        if (level % TilePath.HEIGHT == 0) {
            rows.get(level / TilePath.HEIGHT).add(hash);
        }
    }

    /** Takes entries whose subtrees were taken, and writes what is full. */
    void append(List<byte[]> more) throws IOException {
        entries.addAll(more);
        int from = 0;
        for (; entries.size() - from >= TilePath.WIDTH; from += TilePath.WIDTH) {
            List<byte[]> bundle = entries.subList(from, from + TilePath.WIDTH);
            putFull(TilePath.entries(fullBundles, TilePath.WIDTH), EntryBundle.format(bundle));
            fullBundles++;
        }
        entries = new ArrayList<>(entries.subList(from, entries.size()));
        for (int level = 0; level < TilePath.LEVELS; level++) {
            List<Sha256Hash> row = rows.get(level);
            int written = 0;
            for (; row.size() - written >= TilePath.WIDTH; written += TilePath.WIDTH) {
                List<Sha256Hash> tile = row.subList(written, written + TilePath.WIDTH);
                putFull(TilePath.tile(level, fullTiles[level], TilePath.WIDTH), format(tile));
                fullTiles[level]++;
            }
            row.subList(0, written).clear();
        }
    }

    private static ByteBuffer format(List<Sha256Hash> hashes) {
        ByteBuffer out = ByteBuffer.allocate(hashes.size() * Sha256Hash.SIZE_BYTES);
        hashes.forEach(hash -> hash.copyTo(out));
        return out.flip();
    }

    /** Writes those partial tiles and the partial bundle that a reader of the log at a size needs, if they are not full by now. */
    void writePartial(long size) throws IOException {
        for (int level = 0; level < TilePath.LEVELS; level++) {
            long hashes = size >>> (TilePath.HEIGHT * level);
            int width = (int) (hashes & (TilePath.WIDTH - 1));
            long n = hashes >>> TilePath.HEIGHT;
            if (width > 0 && n == fullTiles[level]) {
                putPartial(
                        TilePath.tile(level, n, width), format(rows.get(level).subList(0, width)));
            }
            if (level == 0 && width > 0 && n == fullBundles) {
                putPartial(TilePath.entries(n, width), EntryBundle.format(entries.subList(0, width)));
            }
        }
    }

    private void putFull(String name, ByteBuffer bytes) throws IOException {
        put(name, bytes);
        unforced.add(name);
        unforcedFolders.add(TilePath.folder(name));
        // Nobody needs parts of a tile that is full: who has an older checkpoint reads the full one.
        String parts = name + TilePath.PARTS;
        if (replaying ? files.exists(parts) : partFolders.remove(parts)) {
            for (String part : files.list(parts)) {
                files.delete(parts + "/" + part);
            }
            files.delete(parts);
            knownFolders.remove(parts);
        }
    }

    /** Partial tiles are not forced: those of the last checkpoint are written again from the journal if a crash takes them. */
    private void putPartial(String name, ByteBuffer bytes) throws IOException {
        put(name, bytes);
        partFolders.add(TilePath.folder(name));
    }

    private void put(String name, ByteBuffer bytes) throws IOException {
        createFolder(TilePath.folder(name));
        if (replaying) {
            Optional<byte[]> present = sameLength(name, bytes.remaining());
            if (present.isPresent() && bytes.equals(ByteBuffer.wrap(present.get()))) {
                return;
            }
            rewritten.add(name);
        }
        files.write(name, bytes);
    }

    private Optional<byte[]> sameLength(String name, int length) {
        try {
            return files.read(name, length);
        } catch (IOException unreadable) {
            // Longer than it should be, or not readable: written again as well.
            return Optional.empty();
        }
    }

    private void createFolder(String name) throws IOException {
        if (name.isEmpty() || knownFolders.contains(name)) {
            return;
        }
        String parent = TilePath.folder(name);
        createFolder(parent);
        files.createFolder(name);
        unforcedFolders.add(parent);
        if (knownFolders.size() > 64) {
            knownFolders.clear();
        }
        knownFolders.add(name);
    }

    /** Returns when all that was written is on the disk. */
    void force() throws IOException {
        if (!unforced.isEmpty()) {
            files.force(unforced);
        }
        for (String folder : unforcedFolders) {
            files.forceNames(folder);
        }
        unforced.clear();
        unforcedFolders.clear();
    }

    /** The entries that are not in a full bundle. */
    List<byte[]> pending() {
        return List.copyOf(entries);
    }

    /** The data of an entry that there is. */
    byte[] entry(long index) throws IOException {
        long bundle = index >>> TilePath.HEIGHT;
        int place = (int) (index & (TilePath.WIDTH - 1));
        if (bundle == fullBundles) {
            return entries.get(place).clone();
        }
        String name = TilePath.entries(bundle, TilePath.WIDTH);
        byte[] bytes = files.read(name, TilePath.LARGEST_BUNDLE)
                .orElseThrow(() -> new LogCorruptException("a bundle is missing", name, "there", "not there"));
        return EntryBundle.parse(bytes, TilePath.WIDTH, TilePath.WIDTH).get(place);
    }
}
