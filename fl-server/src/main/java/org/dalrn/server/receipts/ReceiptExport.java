package org.dalrn.server.receipts;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.NoteSignature;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Artifact;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.verify.Bundle;
import org.dalrn.podp.verify.BundleWriter;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.BlobStream;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredCheckpoint;

/**
 * Writes what a run left behind into one file that others can verify: its receipts up to the newest checkpoint, the
 * checkpoints, what witnesses put below the newest one, and the blobs that the receipts name. Thread-safe.
 */
public final class ReceiptExport {

    /** Beside blobs and checkpoints a bundle has four files. */
    private static final int MOST_FILES_BESIDE = Bundle.MAX_FILES - 4;

    private final ReceiptLog log;
    private final BlobStore blobs;

    /** An export from these stores. */
    public ReceiptExport(ReceiptLog log, BlobStore blobs) {
        this.log = requireNonNull(log, "log");
        this.blobs = requireNonNull(blobs, "blobs");
    }

    /**
     * Writes a bundle.
     *
     * @param withBlobs false leaves updates and models out: then receipts can be verified, but not replayed
     * @throws StoreException {@code NO_CHECKPOINT_YET}; {@code REQUEST_INVALID} if there are more blobs than a bundle takes;
     *     {@code BLOB_DAMAGED} or {@code LOG_DAMAGED} if what is stored is not what was signed; {@code STORE_UNAVAILABLE} if
     *     something cannot be read or written
     */
    public void write(RunId run, boolean withBlobs, Path file) {
        List<StoredCheckpoint> checkpoints = log.checkpoints(run);
        if (checkpoints.isEmpty()) {
            throw new StoreException(
                    ErrorCode.NO_CHECKPOINT_YET,
                    "nothing is signed yet of run " + run + "; the first checkpoint comes with the end of its first"
                            + " round",
                    null);
        }
        StoredCheckpoint newest = checkpoints.get(checkpoints.size() - 1);
        Set<Sha256Hash> named = Set.of();
        try {
            BundleWriter writer = BundleWriter.of(cosigned(newest));
            checkpoints.subList(0, checkpoints.size() - 1).forEach(earlier -> writer.earlier(note(earlier)));
            if (withBlobs) {
                named = blobs(run, newest.size(), MOST_FILES_BESIDE - checkpoints.size());
                for (Sha256Hash hash : named) {
                    writer.blob(hash, () -> open(name(hash)));
                }
            }
            writer.write(file, log.entries(run, newest.size()));
        } catch (IllegalArgumentException contradiction) {
            throw damaged(run, named, contradiction);
        } catch (IOException | PodpException failure) {
            throw new StoreException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "the receipts of run " + run + " cannot be written: " + failure.getMessage()
                            + "; check the disk's free space",
                    failure);
        }
    }

    /** The note with what witnesses put below it, as far as a note takes lines. */
    private SignedNote cosigned(StoredCheckpoint checkpoint) {
        SignedNote note = note(checkpoint);
        for (String line : log.cosignatures(checkpoint.run(), checkpoint.size())) {
            if (note.signatures().size() < SignedNote.MOST_SIGNATURES) {
                note = note.with(NoteSignature.parse(line));
            }
        }
        return note;
    }

    private static SignedNote note(StoredCheckpoint checkpoint) {
        return SignedNote.parse(checkpoint.note().getBytes(StandardCharsets.UTF_8));
    }

    /** What is stored is not what was signed: says what. */
    private StoreException damaged(RunId run, Set<Sha256Hash> named, IllegalArgumentException contradiction) {
        try {
            for (Sha256Hash hash : named) {
                blobs.verify(name(hash));
            }
        } catch (StoreException damaged) {
            return damaged;
        } catch (IOException unreadable) {
            contradiction.addSuppressed(unreadable);
        }
        return new StoreException(
                ErrorCode.LOG_DAMAGED,
                "the receipts of run " + run + " are not those that were signed: " + contradiction.getMessage()
                        + "; bring the data directory back from a backup",
                contradiction);
    }

    /** The blobs that are there of those that receipts name. */
    private Set<Sha256Hash> blobs(RunId run, long size, int most) throws IOException {
        TreeSet<Sha256Hash> there = new TreeSet<>();
        Iterator<Entry> entries = log.entries(run, size);
        while (entries.hasNext()) {
            Facts facts = entries.next().receipt().facts();
            for (List<Artifact> artifacts : List.of(facts.inputs(), facts.outputs())) {
                for (Artifact artifact : artifacts) {
                    Sha256Hash hash = artifact.sha256();
                    if (!there.contains(hash) && blobs.length(name(hash)).isPresent()) {
                        there.add(hash);
                    }
                }
            }
            if (there.size() > most) {
                throw new StoreException(
                        ErrorCode.REQUEST_INVALID,
                        "run " + run + " has more updates and models than a file of receipts takes, " + most
                                + "; leave them out with --without-blobs",
                        null);
            }
        }
        return there;
    }

    private static ContentHash name(Sha256Hash hash) {
        return ContentHash.ofBytes(hash.toByteArray());
    }

    private InputStream open(ContentHash hash) throws IOException {
        return new BlobStream(blobs.open(hash).orElseThrow(() -> new EOFException("blob " + hash + " has gone")));
    }

    /** The entries of a run, read in pages. */
    abstract static class Paged implements Iterator<Entry> {
        private Iterator<Entry> page = List.<Entry>of().iterator();

        /** The next entries; empty at the end. */
        abstract List<Entry> nextPage();

        @Override
        public boolean hasNext() {
            if (!page.hasNext()) {
                page = nextPage().iterator();
            }
            return page.hasNext();
        }

        @Override
        public Entry next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more entries");
            }
            return page.next();
        }
    }
}
