package org.dalrn.podp.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.NoteCheck;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;

/** What happens when a log is opened: what is stored is compared with what was signed, and mended where a crash explains it. */
final class LogOpening {
    static final String NEXT_CHECKPOINT = "state/checkpoint.next";

    /** A log that can go on. */
    record Opened(Journal journal, StoredTree tree, Optional<SignedNote> note, LogRecovery recovery) {}

    private final LogFiles files;
    private final long fullEntries;
    private final String origin;
    private final Collection<NoteVerifier> trusted;
    private final Collection<Checkpoint> retained;
    private final List<String> rewritten = new ArrayList<>();
    private Optional<SignedNote> note = Optional.empty();

    LogOpening(
            LogFiles files,
            long fullEntries,
            String origin,
            Collection<NoteVerifier> trusted,
            Collection<Checkpoint> retained) {
        this.files = files;
        this.fullEntries = fullEntries;
        this.origin = origin;
        this.trusted = trusted;
        this.retained = retained;
    }

    Opened run() throws IOException {
        Journal journal = journal();
        try {
            return run(journal);
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private Journal journal() throws IOException {
        if (files.exists(Journal.NAME)) {
            Journal journal = Journal.open(files, fullEntries);
            String found = journal.head().origin();
            if (!found.equals(origin)) {
                journal.close();
                throw new LogCorruptException("this is another log", Journal.NAME + ", origin,", origin, found);
            }
            return journal;
        }
        // The journal is the first file of a log, and on the disk before there is another.
        for (String name : List.of(TilePath.CHECKPOINT, "tile", StoredTree.NODES)) {
            if (files.exists(name)) {
                throw new LogCorruptException(
                        "the journal of the log is missing", Journal.NAME, "there, as " + name + " is", "not there");
            }
        }
        files.forceNames("");
        return Journal.create(
                files, fullEntries, new Journal.Head(origin, Frontier.EMPTY, Optional.empty()), List.of());
    }

    private Opened run(Journal journal) throws IOException {
        Frontier start = journal.head().start();
        StoredTree tree = StoredTree.open(files, start, rewritten);
        try {
            requireTiles(tree, start);
            note = journal.head().note();
            tree.tiles().startReplay();
            Journal.Tail tail = journal.replay(new Journal.Reader() {
                @Override
                public void entries(long size, List<byte[]> entries) throws IOException {
                    tree.grow(entries);
                }

                @Override
                public void note(long size, SignedNote published) {
                    note = Optional.of(published);
                }
            });
            Optional<Checkpoint> last = Optional.empty();
            if (note.isPresent()) {
                last = Optional.of(checkpoint(Journal.NAME + ", checkpoint,", note.get()));
                requirePrefix(tree, last.get(), Journal.NAME + ", checkpoint,");
            }
            boolean mend = checkpointIsBehind(journal, tree, last);
            for (Checkpoint known : retained) {
                requireOrigin("the retained checkpoint", known);
                requirePrefix(tree, known, "the retained checkpoint");
            }
            // Nothing is cut off a journal that contradicts a checkpoint: it is evidence.
            journal.settle(tail);
            if (last.isPresent()) {
                tree.tiles().writePartial(last.get().size());
            }
            if (mend) {
                rewritten.add(TilePath.CHECKPOINT);
                writeCheckpoint(files, note.orElseThrow());
            }
            rewritten.addAll(tree.tiles().endReplay());
            long size = tree.frontier().size();
            return new Opened(journal, tree, note, new LogRecovery(size, tail.bytes(), tail.toSize(), rewritten));
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    static void writeCheckpoint(LogFiles files, SignedNote note) throws IOException {
        files.write(NEXT_CHECKPOINT, ByteBuffer.wrap(note.toByteArray()));
        files.rename(NEXT_CHECKPOINT, TilePath.CHECKPOINT);
    }

    /** Whether the checkpoint's file is one that a crash kept from becoming the journal's. */
    private boolean checkpointIsBehind(Journal journal, StoredTree tree, Optional<Checkpoint> last) throws IOException {
        Optional<byte[]> stored = files.read(TilePath.CHECKPOINT, SignedNote.MOST_BYTES);
        if (last.isEmpty() && stored.isEmpty()) {
            return false;
        }
        if (last.isEmpty()) {
            throw new LogCorruptException(
                    "there is a checkpoint that the journal does not have", TilePath.CHECKPOINT, "not there", "there");
        }
        String expected = "of size " + last.get().size();
        // What was published before the journal began, or before the log was closed, was forced.
        long least = journal.closed()
                ? last.get().size()
                : journal.head().note().isPresent()
                        ? Checkpoint.parse(journal.head().note().get().text()).size()
                        : -1;
        if (stored.isEmpty()) {
            if (least >= 0) {
                throw new LogCorruptException("the checkpoint is missing", TilePath.CHECKPOINT, expected, "not there");
            }
            return true;
        }
        if (Arrays.equals(stored.get(), note.orElseThrow().toByteArray())) {
            return false;
        }
        SignedNote found;
        try {
            found = SignedNote.parse(stored.get());
        } catch (MalformedException e) {
            if (journal.closed()) {
                throw new LogCorruptException(
                        "the checkpoint is damaged",
                        TilePath.CHECKPOINT,
                        expected + ", as published last",
                        "no note: " + e.getMessage());
            }
            return true;
        }
        Checkpoint checkpoint = checkpoint(TilePath.CHECKPOINT, found);
        if (checkpoint.size() > last.get().size()) {
            throw new LogCorruptException(
                    "the journal was rolled back behind the checkpoint",
                    Journal.NAME + ", size of the last checkpoint,",
                    String.valueOf(checkpoint.size()),
                    String.valueOf(last.get().size()));
        }
        requirePrefix(tree, checkpoint, TilePath.CHECKPOINT);
        if (checkpoint.size() < least || journal.closed()) {
            throw new LogCorruptException(
                    "the checkpoint was rolled back",
                    TilePath.CHECKPOINT,
                    expected + ", as published last",
                    checkpoint.size() < last.get().size()
                            ? "of size " + checkpoint.size()
                            : "the same with other signature lines");
        }
        return true;
    }

    private Checkpoint checkpoint(String where, SignedNote signed) {
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.parse(signed.text());
        } catch (MalformedException e) {
            throw new LogCorruptException(
                    "a checkpoint is none", where, "a checkpoint of " + origin, "none: " + e.getMessage());
        }
        requireOrigin(where, checkpoint);
        NoteCheck check = signed.check(trusted);
        if (!check.accepted()) {
            throw new LogCorruptException(
                    "a checkpoint is not signed by the log's owner",
                    where + ", signature,",
                    "by one of " + trusted,
                    check.lines().toString());
        }
        return checkpoint;
    }

    private void requireOrigin(String where, Checkpoint checkpoint) {
        if (!checkpoint.origin().equals(origin)) {
            throw new LogCorruptException(
                    "a checkpoint is that of another log", where + ", origin,", origin, checkpoint.origin());
        }
    }

    private static void requirePrefix(StoredTree tree, Checkpoint checkpoint, String where) {
        long size = tree.frontier().size();
        if (checkpoint.size() > size) {
            throw new LogCorruptException(
                    "the log is shorter than its checkpoint",
                    "the log's size, by " + where,
                    "at least " + checkpoint.size(),
                    String.valueOf(size));
        }
        Sha256Hash root = Frontier.read(checkpoint.size(), tree.nodes()).root();
        if (!root.equals(checkpoint.root())) {
            throw new LogCorruptException(
                    "the log is not the one that its checkpoint was signed for",
                    "the root at size " + checkpoint.size() + ", by " + where,
                    String.valueOf(checkpoint.root()),
                    String.valueOf(root));
        }
    }

    /** Compares the tiles that the journal goes on from with its head: all of a small log, the right edge of a large one. */
    private void requireTiles(StoredTree tree, Frontier start) throws IOException {
        long size = start.size();
        TileSource source = new CompletedTiles(new FileTiles(files), tree.nodes());
        Checkpoint whole = new Checkpoint(origin, size, start.root());
        if (size <= TileLog.CHECKED_WHOLE) {
            LogCheck check = LogCheck.run(source, whole);
            if (!check.clean()) {
                LogCheck.Finding first = check.findings().get(0);
                throw new LogCorruptException(
                        "the log contradicts itself",
                        "entry " + first.firstEntry() + " of " + size + " that were forced",
                        "as it was appended",
                        "another: " + first.message());
            }
            return;
        }
        TileReader reader = TileReader.open(source, whole);
        for (int level = 0; size >>> (TilePath.HEIGHT * (level + 1)) > 0; level++) {
            reader.hash(TilePath.HEIGHT * level, ((size >>> (TilePath.HEIGHT * (level + 1))) << TilePath.HEIGHT) - 1);
        }
        reader.entries(size / TilePath.WIDTH - 1);
    }

    /** Tiles of a folder, and those at the right edge from the file of nodes: they are not stored unless they were published. */
    private record CompletedTiles(TileSource stored, NodeFile nodes) implements TileSource {
        @Override
        public Optional<byte[]> tile(int level, long n, int width) throws IOException {
            if (width == TilePath.WIDTH) {
                return stored.tile(level, n, width);
            }
            byte[] bytes = new byte[width * Sha256Hash.SIZE_BYTES];
            for (int i = 0; i < width; i++) {
                nodes.hash(TilePath.HEIGHT * level, n * TilePath.WIDTH + i).copyTo(bytes, i * Sha256Hash.SIZE_BYTES);
            }
            return Optional.of(bytes);
        }

        @Override
        public Optional<byte[]> entries(long n, int width) throws IOException {
            return stored.entries(n, width);
        }
    }
}
