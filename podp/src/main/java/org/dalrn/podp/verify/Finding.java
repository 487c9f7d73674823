package org.dalrn.podp.verify;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * Something that is not as a verified bundle has it.
 *
 * <p>All texts are printable ASCII and bounded, whatever the bundle holds.
 *
 * @param kind what kind of fault
 * @param where in which file, and where in it
 * @param expected what should be there
 * @param found what is there
 * @param message the same in a sentence
 */
public record Finding(Kind kind, Where where, String expected, String found, String message) {

    /** Kinds of faults. */
    public enum Kind {
        /** The archive is not the canonical one of its files: a header, padding, the order, the end. */
        ARCHIVE,
        /** A file that a bundle does not have, or that the manifest does not name. */
        UNKNOWN_FILE,
        /** A file that is not there although the format or the manifest wants it. */
        MISSING_FILE,
        /** The manifest is malformed, or a file has another hash than the manifest says. */
        MANIFEST,
        /** The text for people is not the one of the format. */
        README,
        /** A checkpoint is malformed, or in a file of another name. */
        CHECKPOINT,
        /** A checkpoint is of another log. */
        ORIGIN,
        /** A checkpoint is not signed by the owner of the log, or a signature is wrong. */
        CHECKPOINT_SIGNATURE,
        /** A checkpoint has another root than the leaves at its size. */
        ROOT,
        /** Two checkpoints of one log contradict each other: the owner signed two histories. */
        SPLIT_VIEW,
        /** The number of leaves or receipts is not that of the checkpoint. */
        SIZE,
        /** A receipt has another hash than its leaf. */
        LEAF_HASH,
        /** A receipt is missing. */
        LEAF_MISSING,
        /** A line where the log has no receipt. */
        LEAF_EXTRA,
        /** A line is no canonical text, or what follows it is no signature. */
        CANONICAL,
        /** A field is missing, unknown or of the wrong form. */
        SCHEMA,
        /** A receipt belongs to another log. */
        LOG,
        /** A receipt says that it has another place in the log. */
        SEQ,
        /** A receipt does not follow the one before it. */
        PREV,
        /** A receipt is by somebody whose key is not known. */
        ACTOR,
        /** A receipt changes the keys of the log and may not. */
        KEY,
        /** The signature of a receipt is missing, superfluous or wrong. */
        RECEIPT_SIGNATURE,
        /** A blob has another hash than its name. */
        BLOB,
        /** A receipt names a blob that is not there, and blobs were demanded. */
        BLOB_MISSING,
        /** Too few witnesses signed. */
        COSIGNATURES,
        /** An anchor is malformed, of a checkpoint that is not there, or not where it says. */
        ANCHOR,
        /** Running a step again gave something else. */
        REPLAY,
        /** A step could not be run again, and that was demanded. */
        NOT_REPLAYED
    }

    /**
     * A place in a bundle.
     *
     * @param file name of the file; empty for the archive as a whole
     * @param leaf index of the leaf, or of the line of the manifest, from 0
     * @param field path of the field in a receipt, names and indices joined by dots; empty for the whole
     */
    public record Where(String file, OptionalLong leaf, String field) {
        /** Refuses nulls. */
        public Where {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(leaf, "leaf");
            Objects.requireNonNull(field, "field");
        }

        static Where file(String name) {
            return new Where(name, OptionalLong.empty(), "");
        }

        static Where line(String name, long index) {
            return new Where(name, OptionalLong.of(index), "");
        }

        static Where field(long leaf, String path) {
            return new Where(BundleName.RECEIPTS, OptionalLong.of(leaf), path);
        }

        /** The file, and if they are known the index and the field. */
        @Override
        public String toString() {
            return (file.isEmpty() ? "archive" : file)
                    + (leaf.isPresent() ? " #" + leaf.getAsLong() : "")
                    + (field.isEmpty() ? "" : " " + field);
        }
    }

    /** Refuses nulls. */
    public Finding {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(found, "found");
        Objects.requireNonNull(message, "message");
    }

    /** One line. */
    @Override
    public String toString() {
        return kind + " at " + where + ": " + message + " (expected " + expected + ", found " + found + ")";
    }
}
