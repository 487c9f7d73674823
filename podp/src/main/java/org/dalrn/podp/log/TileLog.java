package org.dalrn.podp.log;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;

/*
 * Durability. A batch is one record of state/journal, forced before append returns. Everything else - tiles, bundles, state/nodes - is
 * written without forcing and follows from the journal; once the journal is long, all of it is forced and the journal is replaced, at
 * one stroke, by one that begins there. So there are two kinds of files: those below the journal's start, which are on the disk, and
 * those above, which opening compares with the journal and writes again where they differ. A checkpoint is in the journal before it is
 * in the file of that name. When the log is closed that file is forced, and the journal says so.
 */
/**
 * The log of one owner in a folder: entries are appended in durable batches, and everybody can read it as C2SP tlog-tiles.
 *
 * <p>In the folder are {@code checkpoint} and {@code tile/}, which are public, and {@code state/}, which is not needed by readers. What
 * {@link #append} and {@link #publish} have returned from is on the disk. After a crash at any point the log opens at the last batch that
 * was acknowledged, or at one whose acknowledgement the crash prevented; {@link #recovery} says what was mended. A log that contradicts
 * what its owner signed does not open. Who may write to the folder can still replace all of it by an older state of its own: only a
 * checkpoint that is retained elsewhere shows that, see {@link #open(Path, NoteSigner, Collection, Collection)}.
 *
 * <p>Memory: a path, 255 entries and 255 hashes for each 8 levels, whatever the size. One process at a time can have it open.
 * Thread-safe: one call at a time is served.
 *
 * <p>Sources: C2SP tlog-tiles; RFC 9162, section 2.1; docs/receipts.md, section 3.
 */
public final class TileLog implements Closeable {
    private static final Logger LOGGER = System.getLogger(TileLog.class.getName());

    /** Longest entry, in bytes. */
    public static final int LONGEST_ENTRY = TilePath.LONGEST_ENTRY;

    /** Most entries of a batch. */
    public static final int MOST_ENTRIES = Journal.MOST_ENTRIES;

    /** Largest batch, in bytes, with two for the length of each entry. */
    public static final int LARGEST_BATCH = Journal.LARGEST_BATCH;

    /** A log of at most so many entries is checked as a whole when it is opened, a larger one at its right edge. */
    public static final long CHECKED_WHOLE = 65_536;

    private static final int LONGEST_ORIGIN = 1024;

    private static final String STATE = "state";
    private static final String LOCK = "state/lock";

    private final LogFiles files;
    private final NoteSigner owner;
    private final Set<NoteVerifier> trusted;
    private final Closeable lock;
    private final LogRecovery recovery;
    private final StoredTree tree;
    private Journal journal;
    private Optional<SignedNote> note;

    /** The root of the size for which something was proved last. */
    private long provenSize;

    private Sha256Hash provenRoot;

    private boolean usable = true;
    private boolean closed;

    private TileLog(
            LogFiles files, NoteSigner owner, Set<NoteVerifier> trusted, Closeable lock, LogOpening.Opened opened) {
        this.files = files;
        this.owner = owner;
        this.trusted = trusted;
        this.lock = lock;
        recovery = opened.recovery();
        tree = opened.tree();
        journal = opened.journal();
        note = opened.note();
        provenSize = tree.frontier().size();
        provenRoot = tree.frontier().root();
    }

    /**
     * Opens the log in a folder, or makes an empty one.
     *
     * @param folder is created if it is not there; the folder above it must be
     * @param owner signs the checkpoints; its name is the log's origin
     * @throws LogCorruptException if what is stored contradicts a checkpoint, or itself, in a way that no crash explains
     * @throws LogStorageException if the disk fails, or the log is open already
     * @throws IllegalArgumentException if the origin is longer than 1,024 bytes in UTF-8
     */
    public static TileLog open(Path folder, NoteSigner owner) {
        return open(folder, owner, List.of(), List.of());
    }

    /**
     * Opens the log in a folder, or makes an empty one, and compares it with what is known of it elsewhere.
     *
     * @param folder is created if it is not there; the folder above it must be
     * @param owner signs the checkpoints; its name is the log's origin
     * @param formerKeys keys that signed checkpoints of this log before, under the same name
     * @param retained checkpoints of this log that were kept outside the folder, by a witness for example; the log must have grown from
     *     each of them
     * @throws LogCorruptException if what is stored contradicts a checkpoint, or itself, in a way that no crash explains
     * @throws LogStorageException if the disk fails, or the log is open already
     * @throws IllegalArgumentException if the origin is longer than 1,024 bytes in UTF-8
     */
    public static TileLog open(
            Path folder, NoteSigner owner, Collection<NoteVerifier> formerKeys, Collection<Checkpoint> retained) {
        try {
            DiskFiles files = DiskFiles.create(folder);
            TileLog log = open(files, Journal.FULL_ENTRIES, owner, formerKeys, retained);
            if (!log.recovery().clean()) {
                LOGGER.log(Level.WARNING, "log={0} {1}", log.origin(), log.recovery());
            }
            return log;
        } catch (IOException e) {
            throw new LogStorageException("the log " + owner.name() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    static TileLog open(
            LogFiles files,
            long fullEntries,
            NoteSigner owner,
            Collection<NoteVerifier> formerKeys,
            Collection<Checkpoint> retained)
            throws IOException {
        String origin = owner.name();
        int length = origin.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_ORIGIN) {
            throw new IllegalArgumentException(
                    "an origin of " + length + " bytes; at most " + LONGEST_ORIGIN + " are allowed");
        }
        Set<NoteVerifier> trusted = new LinkedHashSet<>(formerKeys);
        trusted.add(new NoteVerifier(origin, owner.publicKey()));
        files.createFolder(STATE);
        Closeable lock;
        try {
            lock = files.lock(LOCK);
        } catch (IOException e) {
            throw new LogStorageException(
                    "the log " + origin + " cannot be opened for writing: " + e.getMessage()
                            + "; close it there, or read it with TileReader",
                    e);
        }
        try {
            LogOpening.Opened opened = new LogOpening(files, fullEntries, origin, trusted, List.copyOf(retained)).run();
            return new TileLog(files, owner, trusted, lock, opened);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** The log's name. */
    public String origin() {
        return owner.name();
    }

    /** What opening it found and mended. */
    public LogRecovery recovery() {
        return recovery;
    }

    /** Number of entries. */
    public synchronized long size() {
        return tree.frontier().size();
    }

    /** The root of all entries. */
    public synchronized Sha256Hash root() {
        return tree.frontier().root();
    }

    /**
     * The root that the log had at a size.
     *
     * @throws IllegalArgumentException if it never had that size
     * @throws IllegalStateException if it is closed or a call failed before
     */
    public synchronized Sha256Hash root(long size) {
        requireOpen();
        if (size < 0 || size > size()) {
            throw new IllegalArgumentException(
                    "the log " + origin() + " never had the size " + size + "; it has " + size());
        }
        if (provenSize != size) {
            Frontier then = size == size() ? tree.frontier() : Frontier.read(size, tree.nodes());
            provenSize = size;
            provenRoot = then.root();
        }
        return provenRoot;
    }

    /** The checkpoint that was published last, with its signatures. */
    public synchronized Optional<SignedNote> published() {
        return note;
    }

    /**
     * Appends a batch: all of it is on the disk when this returns.
     *
     * @param entries the data of leaves, in their order; at most {@value #MOST_ENTRIES}, each of at most {@value #LONGEST_ENTRY} bytes,
     *     together at most 64 MiB with two bytes for each entry's length
     * @return the index of the first of them
     * @throws IllegalArgumentException if the batch is larger
     * @throws IllegalStateException if the log is closed or a call failed before
     * @throws LogStorageException if the disk fails: the log must be opened again, and may then have the batch or not
     */
    public synchronized long append(List<byte[]> entries) {
        requireOpen();
        List<byte[]> batch = checked(entries);
        long first = size();
        if (batch.isEmpty()) {
            return first;
        }
        change("append " + batch.size() + " entries", () -> {
            journal.append(first, batch);
            tree.grow(batch);
            if (journal.full()) {
                replaceJournal();
            }
        });
        return first;
    }

    private static List<byte[]> checked(List<byte[]> entries) {
        if (entries.size() > MOST_ENTRIES) {
            throw new IllegalArgumentException("a batch of " + entries.size() + " entries; at most " + MOST_ENTRIES
                    + " are allowed: append it in parts");
        }
        List<byte[]> batch = new ArrayList<>(entries.size());
        for (byte[] entry : entries) {
            if (entry.length > LONGEST_ENTRY) {
                throw new IllegalArgumentException("entry " + batch.size() + " of the batch has " + entry.length
                        + " bytes; at most " + LONGEST_ENTRY + " are allowed");
            }
            batch.add(entry.clone());
        }
        long bytes = Journal.payloadBytes(batch);
        if (bytes > LARGEST_BATCH) {
            throw new IllegalArgumentException(
                    "a batch of " + bytes + " bytes; at most " + LARGEST_BATCH + " are allowed: append it in parts");
        }
        return batch;
    }

    /** Forces all that the journal stands for, and begins another. */
    private void replaceJournal() throws IOException {
        tree.force();
        if (note.isPresent()) {
            forceCheckpoint();
        }
        journal = journal.replace(
                new Journal.Head(origin(), tree.fullFrontier(), note),
                tree.tiles().pending());
    }

    private void forceCheckpoint() throws IOException {
        files.force(List.of(TilePath.CHECKPOINT));
        files.forceNames("");
    }

    /**
     * Signs a checkpoint of all entries and publishes it: it is on the disk when this returns, and readers find it with all the tiles that
     * they need. If nothing was appended since the last one, and the owner's present key signed it, that one is returned.
     *
     * @throws IllegalStateException if the log is closed or a call failed before, or the signer signs wrongly
     * @throws LogStorageException if the disk fails: the log must be opened again
     */
    public synchronized SignedNote publish() {
        requireOpen();
        if (note.isPresent() && isCurrent(note.get())) {
            return note.get();
        }
        SignedNote signed = new Checkpoint(origin(), size(), root()).sign(owner);
        publishNote(signed);
        return signed;
    }

    private boolean isCurrent(SignedNote last) {
        NoteVerifier key = new NoteVerifier(origin(), owner.publicKey());
        return Checkpoint.parse(last.text()).size() == size()
                && last.check(List.of(key)).isSignedBy(key);
    }

    /**
     * Publishes the last checkpoint with more signatures, those of witnesses for example.
     *
     * @param cosigned the note that was published last with more signature lines; the owner's is still among them
     * @throws IllegalArgumentException if it has another text, or lacks a signature that the published one has
     * @throws IllegalStateException if nothing was published, the log is closed or a call failed before
     * @throws LogStorageException if the disk fails: the log must be opened again
     */
    public synchronized void publishCosigned(SignedNote cosigned) {
        requireOpen();
        SignedNote last = note.orElseThrow(
                () -> new IllegalStateException("the log " + origin() + " has no checkpoint; publish one first"));
        if (!cosigned.text().equals(last.text())) {
            throw new IllegalArgumentException("cosigned is not the checkpoint that was published last, of size "
                    + Checkpoint.parse(last.text()).size());
        }
        if (!cosigned.signatures().containsAll(last.signatures())) {
            throw new IllegalArgumentException("a signature of the published checkpoint is missing; add lines to it");
        }
        if (!cosigned.check(trusted).accepted()) {
            throw new IllegalArgumentException("a line in the name of the log's owner is not the owner's signature");
        }
        if (!cosigned.equals(last)) {
            publishNote(cosigned);
        }
    }

    private void publishNote(SignedNote signed) {
        change("publish a checkpoint", () -> {
            tree.tiles().writePartial(size());
            journal.append(size(), signed);
            LogOpening.writeCheckpoint(files, signed);
            note = Optional.of(signed);
        });
    }

    /**
     * The proof that an entry is in the log at a size.
     *
     * @param index place of the entry, from 0 to below {@code size}
     * @param size a size that the log has or had
     * @throws IllegalArgumentException if there is no such entry or the log never had that size
     * @throws IllegalStateException if the log is closed or a call failed before
     * @throws LogCorruptException if the stored hashes do not lead to the log's root
     * @throws LogStorageException if the disk fails
     */
    public synchronized InclusionProof inclusionProof(long index, long size) {
        requireOpen();
        Sha256Hash root = root(size);
        InclusionProof proof = InclusionProof.build(index, size, tree.nodes());
        Sha256Hash found = proof.rootFor(tree.nodes().hash(0, index));
        if (!found.equals(root)) {
            throw wrongNodes("the proof of entry " + index + " at size " + size, root, found);
        }
        return proof;
    }

    /**
     * The proof that the log grew from one size to another.
     *
     * @param from a size that the log has or had
     * @param to a size that the log has or had later
     * @throws IllegalArgumentException if the log never had these sizes in this order
     * @throws IllegalStateException if the log is closed or a call failed before
     * @throws LogCorruptException if the stored hashes do not lead to the log's roots
     * @throws LogStorageException if the disk fails
     */
    public synchronized ConsistencyProof consistencyProof(long from, long to) {
        requireOpen();
        Sha256Hash toRoot = root(to);
        ConsistencyProof proof = ConsistencyProof.build(from, to, tree.nodes());
        Sha256Hash fromRoot = Frontier.read(from, tree.nodes()).root();
        if (!proof.proves(fromRoot, toRoot)) {
            throw wrongNodes("the proof from size " + from + " to " + to, toRoot, fromRoot);
        }
        return proof;
    }

    private static LogCorruptException wrongNodes(String what, Sha256Hash expected, Sha256Hash found) {
        return new LogCorruptException(
                what + " fails: close the log and delete " + StoredTree.NODES + ", which opening it computes again",
                "the root that " + StoredTree.NODES + " leads to",
                String.valueOf(expected),
                String.valueOf(found));
    }

    /**
     * The data of an entry, as it was appended.
     *
     * @param index place of the entry, from 0 to below {@link #size}
     * @throws IllegalArgumentException if there is no such entry
     * @throws IllegalStateException if the log is closed or a call failed before
     * @throws LogCorruptException if the stored entry is not the one that was appended
     * @throws LogStorageException if the disk fails
     */
    public synchronized byte[] entry(long index) {
        requireOpen();
        if (index < 0 || index >= size()) {
            throw new IllegalArgumentException(
                    "there is no entry " + index + " in the log " + origin() + " of size " + size());
        }
        byte[] entry;
        try {
            entry = tree.tiles().entry(index);
        } catch (IOException e) {
            throw new LogStorageException("entry " + index + " of the log " + origin() + " cannot be read", e);
        }
        Sha256Hash expected = tree.nodes().hash(0, index);
        Sha256Hash found = MerkleTree.leafHash(entry);
        if (!found.equals(expected)) {
            throw new LogCorruptException(
                    "an entry is not the one that was appended",
                    "entry " + index + ", its leaf hash,",
                    String.valueOf(expected),
                    String.valueOf(found));
        }
        return entry;
    }

    @FunctionalInterface
    private interface Change {
        void run() throws IOException;
    }

    /** What fails half-way may have left anything on the disk: only opening can say what. */
    private void change(String what, Change change) {
        usable = false;
        try {
            change.run();
        } catch (IOException e) {
            throw new LogStorageException(
                    "the log " + origin() + " could not " + what + " at size " + size() + ": " + e.getMessage()
                            + "; close it and open it again",
                    e);
        }
        usable = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the log " + origin() + " is closed");
        }
        if (!usable) {
            throw new IllegalStateException(
                    "a call to the log " + origin() + " failed before; close it and open it again");
        }
    }

    /**
     * Closes the log for others to open. Nothing that was acknowledged depends on it.
     *
     * @throws LogStorageException if the disk fails
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            try {
                if (usable && !journal.closed()) {
                    if (note.isPresent()) {
                        forceCheckpoint();
                    }
                    journal.appendClosed(size());
                }
            } finally {
                closeAll(journal, tree, lock);
            }
        } catch (IOException e) {
            throw new LogStorageException("the log " + origin() + " could not be closed: " + e.getMessage(), e);
        }
    }

    private static void closeAll(Closeable first, Closeable second, Closeable last) throws IOException {
        try {
            first.close();
        } finally {
            try {
                second.close();
            } finally {
                last.close();
            }
        }
    }
}
