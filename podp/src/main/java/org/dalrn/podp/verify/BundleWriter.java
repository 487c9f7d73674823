package org.dalrn.podp.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Entry;

/**
 * Writes a {@link Bundle}: the same bytes for the same contents.
 *
 * <p>Entries and blobs are streamed. A bundle whose entries are not those of its checkpoints, or whose blobs are not those of
 * their names, is not written; signatures are not verified. Confined to one thread.
 *
 * <p>Source: docs/receipts.md, "Bundle".
 */
public final class BundleWriter {

    /** Where the bytes of a blob come from. */
    @FunctionalInterface
    public interface BlobSource {
        /**
         * Opens the blob; it is read once to its end and closed.
         *
         * @throws IOException if it cannot be read
         */
        InputStream open() throws IOException;
    }

    private final SignedNote newest;
    private final Checkpoint checkpoint;
    private final NavigableMap<Long, SignedNote> earlier = new TreeMap<>();
    private final NavigableMap<String, byte[]> anchors = new TreeMap<>();
    private final Set<Long> anchoredSizes = new TreeSet<>();
    private final NavigableMap<Sha256Hash, BlobSource> blobs = new TreeMap<>();

    private BundleWriter(SignedNote newest) {
        this.newest = newest;
        this.checkpoint = Checkpoint.parse(newest.text());
    }

    /**
     * A bundle of the log as of a checkpoint.
     *
     * @throws MalformedException if the note is no checkpoint
     */
    public static BundleWriter of(SignedNote checkpoint) {
        return new BundleWriter(Objects.requireNonNull(checkpoint, "checkpoint"));
    }

    /**
     * Adds an earlier checkpoint of the log.
     *
     * @throws MalformedException if the note is no checkpoint
     * @throws IllegalArgumentException if it is of another log or of a larger one, or there is one of its size already
     */
    public BundleWriter earlier(SignedNote note) {
        Checkpoint before = Checkpoint.parse(note.text());
        if (!before.origin().equals(checkpoint.origin()) || before.size() > checkpoint.size()) {
            throw new IllegalArgumentException("a checkpoint of size " + before.size() + " of "
                    + MalformedException.excerpt(before.origin()) + "; allowed are those of at most "
                    + checkpoint.size()
                    + " of " + MalformedException.excerpt(checkpoint.origin()));
        }
        if (earlier.putIfAbsent(before.size(), note) != null) {
            throw new IllegalArgumentException("two checkpoints of size " + before.size() + "; one is enough");
        }
        return this;
    }

    /**
     * Adds where a checkpoint was anchored.
     *
     * @param size of the newest or an earlier checkpoint of this bundle
     * @param proof where to look for it
     */
    public BundleWriter anchor(long size, AnchorProof proof) {
        byte[] text = proof.text();
        anchors.put(BundleName.ofAnchor(size, Sha256Hash.of(text)), text);
        anchoredSizes.add(size);
        return this;
    }

    /**
     * Adds a blob; one that was added already is not added again.
     *
     * @param hash its SHA-256
     * @param source its bytes
     */
    public BundleWriter blob(Sha256Hash hash, BlobSource source) {
        blobs.putIfAbsent(Objects.requireNonNull(hash, "hash"), Objects.requireNonNull(source, "source"));
        return this;
    }

    /**
     * Writes the file; one that is there already is replaced when all was written.
     *
     * @param file where to; beside it a file of the same name and {@code .part} is used meanwhile
     * @param entries all entries of the log in their order, as many as the checkpoint says
     * @throws IllegalArgumentException if the entries are not those of each checkpoint, a blob is not the one of its hash, or
     *     there are more files or larger ones than a bundle takes
     * @throws PodpException if something cannot be read or written
     */
    public void write(Path file, Iterator<Entry> entries) {
        anchoredSizes.stream()
                .filter(size -> size != checkpoint.size() && !earlier.containsKey(size))
                .findFirst()
                .ifPresent(size -> {
                    throw new IllegalArgumentException("an anchor of the checkpoint of size " + size
                            + ", which is not in the bundle; add that checkpoint");
                });
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                new Output(channel).bundle(entries);
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new PodpException("bundle " + file + " cannot be written", e);
        } finally {
            deleteIfThere(part);
        }
    }

    private static void deleteIfThere(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new PodpException("unfinished bundle " + part + " cannot be deleted; delete it", e);
        }
    }

    private List<String> namesInManifest() {
        List<String> names = new ArrayList<>();
        names.add(BundleName.CHECKPOINT);
        earlier.keySet().forEach(size -> names.add(BundleName.ofCheckpoint(size)));
        names.add(BundleName.LEAVES);
        names.add(BundleName.RECEIPTS);
        names.addAll(anchors.keySet());
        blobs.keySet().forEach(hash -> names.add(BundleName.ofBlob(hash)));
        return names;
    }

    /** The archive while it is written; headers, manifest and leaves are put into room left for them. */
    private final class Output {
        private final FileChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocate(Slice.BUFFER_BYTES);
        private final StringBuilder manifest = new StringBuilder();
        private long written;

        Output(FileChannel channel) {
            this.channel = channel;
        }

        void bundle(Iterator<Entry> entries) throws IOException {
            List<String> names = namesInManifest();
            if (names.size() + 2 > Bundle.MAX_FILES) {
                throw new IllegalArgumentException("a bundle of " + (names.size() + 2) + " files; allowed are at most "
                        + Bundle.MAX_FILES + ": leave blobs out, or write a bundle of an earlier checkpoint");
            }
            file(BundleName.README, BundleText.readme());
            long manifestAt = position();
            long manifestSize =
                    names.stream().mapToLong(name -> 64 + 2 + name.length() + 1).sum();
            skip(Ustar.BLOCK_BYTES + manifestSize + Ustar.padding(manifestSize));
            inManifest(BundleName.CHECKPOINT, newest.toByteArray());
            for (Map.Entry<Long, SignedNote> note : earlier.entrySet()) {
                inManifest(
                        BundleName.ofCheckpoint(note.getKey()), note.getValue().toByteArray());
            }
            log(entries);
            for (Map.Entry<String, byte[]> anchor : anchors.entrySet()) {
                inManifest(anchor.getKey(), anchor.getValue());
            }
            for (Map.Entry<Sha256Hash, BlobSource> blob : blobs.entrySet()) {
                blob(blob.getKey(), blob.getValue());
            }
            put(new byte[2 * Ustar.BLOCK_BYTES]);
            flush();
            putAt(manifestAt, Ustar.header(BundleName.MANIFEST, manifestSize));
            putAt(manifestAt + Ustar.BLOCK_BYTES, manifest.toString().getBytes(StandardCharsets.US_ASCII));
        }

        private void log(Iterator<Entry> entries) throws IOException {
            long leavesSize = Math.multiplyExact(checkpoint.size(), Sha256Hash.SIZE_BYTES);
            put(Ustar.header(BundleName.LEAVES, leavesSize));
            long leavesAt = position();
            skip(leavesSize + Ustar.padding(leavesSize));
            long receiptsAt = position();
            skip(Ustar.BLOCK_BYTES);
            MessageDigest leaves = Sha256Hash.newDigest();
            MessageDigest receipts = Sha256Hash.newDigest();
            ByteBuffer hashes = ByteBuffer.allocate(Slice.BUFFER_BYTES);
            Frontier frontier = Frontier.EMPTY;
            check(frontier);
            while (entries.hasNext()) {
                if (frontier.size() == checkpoint.size()) {
                    throw new IllegalArgumentException(
                            "more entries than the " + checkpoint.size() + " of the checkpoint");
                }
                Entry entry = entries.next();
                byte[] line = entry.line();
                put(line);
                put(new byte[] {'\n'});
                receipts.update(line);
                receipts.update((byte) '\n');
                Sha256Hash leaf = MerkleTree.leafHash(entry.leafData());
                leaf.update(leaves);
                if (!hashes.hasRemaining()) {
                    leavesAt = putHashes(leavesAt, hashes);
                }
                leaf.copyTo(hashes);
                frontier = frontier.append(leaf);
                check(frontier);
            }
            if (frontier.size() != checkpoint.size()) {
                throw new IllegalArgumentException(
                        frontier.size() + " entries; the checkpoint says " + checkpoint.size());
            }
            putHashes(leavesAt, hashes);
            long receiptsSize = position() - receiptsAt - Ustar.BLOCK_BYTES;
            put(new byte[Ustar.padding(receiptsSize)]);
            flush();
            putAt(receiptsAt, Ustar.header(BundleName.RECEIPTS, receiptsSize));
            manifest(BundleName.LEAVES, Sha256Hash.finish(leaves));
            manifest(BundleName.RECEIPTS, Sha256Hash.finish(receipts));
        }

        private void check(Frontier frontier) {
            SignedNote note = earlier.get(frontier.size());
            if (note != null) {
                check(frontier, Checkpoint.parse(note.text()));
            }
            if (frontier.size() == checkpoint.size()) {
                check(frontier, checkpoint);
            }
        }

        private void check(Frontier frontier, Checkpoint signed) {
            if (!frontier.root().equals(signed.root())) {
                throw new IllegalArgumentException("the first " + frontier.size() + " entries have the root "
                        + frontier.root() + "; the checkpoint says " + signed.root());
            }
        }

        private long putHashes(long at, ByteBuffer hashes) throws IOException {
            hashes.flip();
            long end = at + hashes.remaining();
            while (hashes.hasRemaining()) {
                channel.write(hashes, end - hashes.remaining());
            }
            hashes.clear();
            return end;
        }

        private void blob(Sha256Hash hash, BlobSource source) throws IOException {
            long headerAt = position();
            skip(Ustar.BLOCK_BYTES);
            MessageDigest digest = Sha256Hash.newDigest();
            byte[] piece = new byte[1 << 13];
            long size = 0;
            try (InputStream in = source.open()) {
                for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                    digest.update(piece, 0, read);
                    put(ByteBuffer.wrap(piece, 0, read));
                    size += read;
                }
            }
            Sha256Hash found = Sha256Hash.finish(digest);
            if (!found.equals(hash)) {
                throw new IllegalArgumentException("the blob of " + hash + " has the hash " + found);
            }
            put(new byte[Ustar.padding(size)]);
            flush();
            putAt(headerAt, Ustar.header(BundleName.ofBlob(hash), size));
            manifest(BundleName.ofBlob(hash), hash);
        }

        private void inManifest(String name, byte[] content) throws IOException {
            file(name, content);
            manifest(name, Sha256Hash.of(content));
        }

        private void file(String name, byte[] content) throws IOException {
            put(Ustar.header(name, content.length));
            put(content);
            put(new byte[Ustar.padding(content.length)]);
        }

        private void manifest(String name, Sha256Hash hash) {
            manifest.append(hash).append("  ").append(name).append('\n');
        }

        private long position() {
            return written + buffer.position();
        }

        private void skip(long bytes) throws IOException {
            flush();
            written += bytes;
        }

        private void put(byte[] bytes) throws IOException {
            put(ByteBuffer.wrap(bytes));
        }

        private void put(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                if (!buffer.hasRemaining()) {
                    flush();
                }
                int count = Math.min(buffer.remaining(), bytes.remaining());
                buffer.put(bytes.slice().limit(count));
                bytes.position(bytes.position() + count);
            }
        }

        private void flush() throws IOException {
            buffer.flip();
            while (buffer.hasRemaining()) {
                written += channel.write(buffer, written);
            }
            buffer.clear();
        }

        private void putAt(long at, byte[] bytes) throws IOException {
            ByteBuffer all = ByteBuffer.wrap(bytes);
            while (all.hasRemaining()) {
                channel.write(all, at + all.position());
            }
        }
    }
}
