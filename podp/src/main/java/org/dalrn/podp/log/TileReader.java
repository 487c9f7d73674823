package org.dalrn.podp.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.merkle.SubtreeHashes;
import org.dalrn.podp.note.Checkpoint;

/**
 * A log that is read from tiles nobody vouches for: every tile and entry is checked against a trusted checkpoint before it is used.
 *
 * <p>Of what is asked for, at most 8 tiles above it are read, whatever the tiles hold. At most 8 tiles are remembered. Confined to one
 * thread at a time.
 *
 * <p>Sources: C2SP tlog-tiles; RFC 9162, section 2.1.
 */
public final class TileReader implements SubtreeHashes {
    private record Tile(int level, long n, List<Sha256Hash> hashes) {
        /** The root of a complete subtree inside the tile. */
        Sha256Hash fold(int from, int count) {
            return Frontier.EMPTY
                    .appendAll(hashes.subList(from, from + count), (level, index, hash) -> {})
                    .root();
        }
    }

    private final TileSource source;
    private final long size;
    private final Sha256Hash root;

    /** For each level the tile at the right edge, if there are hashes in it. */
    private final List<Optional<Tile>> edge;

    /** For each level the full tile that was read last. */
    private final List<Optional<Tile>> last = new ArrayList<>();

    private TileReader(TileSource source, Checkpoint checkpoint) throws IOException {
        this.source = source;
        this.size = checkpoint.size();
        this.root = checkpoint.root();
        List<Optional<Tile>> read = new ArrayList<>();
        for (int level = 0; level < TilePath.LEVELS; level++) {
            last.add(Optional.empty());
            long hashes = size >>> (TilePath.HEIGHT * level);
            int width = (int) (hashes & (TilePath.WIDTH - 1));
            read.add(width == 0 ? Optional.empty() : Optional.of(read(level, hashes >>> TilePath.HEIGHT, width)));
        }
        edge = List.copyOf(read);
        requireRoot();
    }

    /**
     * Reads the right edge of a log and checks it.
     *
     * @param checkpoint size and root of the log, which the caller trusts: its signatures are verified already
     * @throws LogCorruptException if a tile is missing, or these do not have the checkpoint's root
     * @throws MalformedException if a tile is not of the size it must be
     * @throws IOException if a tile cannot be read
     */
    public static TileReader open(TileSource source, Checkpoint checkpoint) throws IOException {
        Objects.requireNonNull(source, "source");
        return new TileReader(source, checkpoint);
    }

    private void requireRoot() {
        List<Sha256Hash> subtrees = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int level = TilePath.LEVELS - 1; level >= 0; level--) {
            edge.get(level).ifPresent(tile -> {
                subtrees.addAll(Frontier.EMPTY
                        .appendAll(tile.hashes(), (l, index, hash) -> {})
                        .subtrees());
                names.add(TilePath.tile(tile.level(), tile.n(), tile.hashes().size()));
            });
        }
        Sha256Hash found = Frontier.of(size, subtrees).root();
        if (!found.equals(root)) {
            throw new LogCorruptException(
                    "the right edge of the log is not that of its checkpoint",
                    "the root over " + (names.isEmpty() ? "no tiles" : String.join(", ", names)),
                    String.valueOf(root),
                    String.valueOf(found));
        }
    }

    /** Reads a tile without checking what is in it. */
    private Tile read(int level, long n, int width) throws IOException {
        String name = TilePath.tile(level, n, width);
        Optional<byte[]> found = source.tile(level, n, width);
        int length = width * Sha256Hash.SIZE_BYTES;
        if (found.isEmpty() && width < TilePath.WIDTH) {
            // The log has grown since: the full tile begins with the same hashes.
            found = source.tile(level, n, TilePath.WIDTH);
            length = TilePath.WIDTH * Sha256Hash.SIZE_BYTES;
        }
        byte[] bytes =
                found.orElseThrow(() -> new LogCorruptException("a tile is missing", name, "there", "not there"));
        if (bytes.length != length) {
            throw new MalformedException(name + " has " + bytes.length + " bytes; it takes exactly " + length);
        }
        List<Sha256Hash> hashes = new ArrayList<>(width);
        for (int i = 0; i < width; i++) {
            hashes.add(Sha256Hash.ofBytes(bytes, i * Sha256Hash.SIZE_BYTES));
        }
        return new Tile(level, n, List.copyOf(hashes));
    }

    /** Number of entries, by the checkpoint. */
    public long size() {
        return size;
    }

    /** The tile that holds a complete subtree of its level, checked. */
    private Tile tile(int level, long n) throws IOException {
        Optional<Tile> atEdge = edge.get(level);
        if (atEdge.isPresent() && atEdge.get().n() == n) {
            return atEdge.get();
        }
        Optional<Tile> remembered = last.get(level);
        if (remembered.isPresent() && remembered.get().n() == n) {
            return remembered.get();
        }
        // A full tile's root is a hash of the tile above it; on the topmost level of tiles none can be full.
        Tile above = tile(level + 1, n >>> TilePath.HEIGHT);
        Tile tile = read(level, n, TilePath.WIDTH);
        Sha256Hash expected = above.hashes().get((int) (n & (TilePath.WIDTH - 1)));
        Sha256Hash found = tile.fold(0, TilePath.WIDTH);
        if (!found.equals(expected)) {
            throw new LogCorruptException(
                    "a tile is not that of the checkpoint",
                    TilePath.tile(level, n, TilePath.WIDTH) + ", its root,",
                    String.valueOf(expected),
                    String.valueOf(found));
        }
        last.set(level, Optional.of(tile));
        return tile;
    }

    /**
     * The checked root of a complete subtree.
     *
     * @throws IndexOutOfBoundsException if the log of the checkpoint has no such subtree
     * @throws LogCorruptException if a tile is missing or contradicts the checkpoint
     * @throws MalformedException if a tile is not of the size it must be
     * @throws LogStorageException if a tile cannot be read
     */
    @Override
    public Sha256Hash hash(int level, long index) {
        Objects.checkIndex(level, Long.SIZE - 1);
        Objects.checkIndex(index, size >>> level);
        int tileLevel = level / TilePath.HEIGHT;
        int height = level % TilePath.HEIGHT;
        long first = index << height;
        try {
            return tile(tileLevel, first >>> TilePath.HEIGHT).fold((int) (first & (TilePath.WIDTH - 1)), 1 << height);
        } catch (IOException e) {
            throw new LogStorageException("subtree (" + level + ", " + index + ") cannot be read from tiles", e);
        }
    }

    /**
     * The checked entries of a bundle.
     *
     * @param bundle place of the bundle: its first entry is {@code 256 * bundle}
     * @return 256 entries, or those up to the checkpoint's size
     * @throws IndexOutOfBoundsException if the log of the checkpoint has no such bundle
     * @throws LogCorruptException if the bundle or a tile is missing or contradicts the checkpoint
     * @throws MalformedException if the bundle or a tile is not of the form it must be
     * @throws IOException if one of them cannot be read
     */
    public List<byte[]> entries(long bundle) throws IOException {
        Objects.checkIndex(bundle, (size + TilePath.WIDTH - 1) >>> TilePath.HEIGHT);
        int width = width(bundle);
        List<Sha256Hash> hashes = tile(0, bundle).hashes();
        List<byte[]> entries = uncheckedEntries(bundle);
        for (int i = 0; i < width; i++) {
            Sha256Hash found = MerkleTree.leafHash(entries.get(i));
            if (!found.equals(hashes.get(i))) {
                throw wrongEntry(bundle, i, hashes.get(i), found);
            }
        }
        return entries;
    }

    /** The checked hashes of a bundle's entries. */
    List<Sha256Hash> leafHashes(long bundle) throws IOException {
        return tile(0, bundle).hashes();
    }

    static LogCorruptException wrongEntry(long bundle, int place, Sha256Hash expected, Sha256Hash found) {
        return new LogCorruptException(
                "an entry is not that of the checkpoint",
                "entry " + (bundle * TilePath.WIDTH + place) + " in bundle " + bundle + ", its leaf hash,",
                String.valueOf(expected),
                String.valueOf(found));
    }

    private int width(long bundle) {
        return (int) Math.min(TilePath.WIDTH, size - bundle * TilePath.WIDTH);
    }

    /** The entries of a bundle as they are. */
    List<byte[]> uncheckedEntries(long bundle) throws IOException {
        int width = width(bundle);
        int present = width;
        Optional<byte[]> found = source.entries(bundle, width);
        if (found.isEmpty() && width < TilePath.WIDTH) {
            found = source.entries(bundle, TilePath.WIDTH);
            present = TilePath.WIDTH;
        }
        String name = TilePath.entries(bundle, width);
        byte[] bytes =
                found.orElseThrow(() -> new LogCorruptException("a bundle is missing", name, "there", "not there"));
        try {
            return EntryBundle.parse(bytes, present, TilePath.WIDTH).subList(0, width);
        } catch (MalformedException e) {
            throw new MalformedException(name + " is no bundle of " + present + " entries: " + e.getMessage(), e);
        }
    }

    /**
     * The checked data of an entry.
     *
     * @throws IndexOutOfBoundsException if the log of the checkpoint has no such entry
     * @throws LogCorruptException if a bundle or a tile is missing or contradicts the checkpoint
     * @throws MalformedException if a bundle or a tile is not of the form it must be
     * @throws IOException if one of them cannot be read
     */
    public byte[] entry(long index) throws IOException {
        Objects.checkIndex(index, size);
        long bundle = index >>> TilePath.HEIGHT;
        int place = (int) (index & (TilePath.WIDTH - 1));
        Sha256Hash expected = tile(0, bundle).hashes().get(place);
        byte[] entry = uncheckedEntries(bundle).get(place);
        Sha256Hash found = MerkleTree.leafHash(entry);
        if (!found.equals(expected)) {
            throw wrongEntry(bundle, place, expected, found);
        }
        return entry;
    }

    /**
     * The proof that an entry is in the log of the checkpoint.
     *
     * @throws IllegalArgumentException if it has no such entry
     * @throws org.dalrn.podp.PodpException if a tile is missing, malformed, unreadable or contradicts the checkpoint
     */
    public InclusionProof inclusionProof(long index) {
        return InclusionProof.build(index, size, this);
    }

    /**
     * The proof that the log of the checkpoint grew from an earlier size.
     *
     * @throws IllegalArgumentException if it never had that size
     * @throws org.dalrn.podp.PodpException if a tile is missing, malformed, unreadable or contradicts the checkpoint
     */
    public ConsistencyProof consistencyProof(long from) {
        return ConsistencyProof.build(from, size, this);
    }
}
