package org.dalrn.podp.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.note.SignedNote;
import org.jspecify.annotations.Nullable;

/*
 * Head:   "dalrn-podp-journal/v1\n", 4 bytes length of the head, 16 bytes nonce, 2 + n bytes origin, 8 bytes start, 32 bytes for each
 *         one-bit of start (the frontier there), 4 + n bytes the checkpoint published last (n = 0: none), SHA-256 of all this.
 * Record: 8 bytes the start of the nonce, 4 bytes kind, 4 bytes count, 8 bytes size of the log before it, 4 bytes length of the
 *         payload, SHA-256(nonce || these 28 bytes || payload), payload.
 * Big-endian. A record is on the disk before the next is written, so only the last one can be torn: a valid record behind a broken one
 * means damage. The nonce keeps whoever chooses entries from writing what looks like a record.
 */
/**
 * The part of a log since the last point at which all its tiles were forced to the disk: what makes appending durable with one write.
 *
 * <p>Confined to one thread at a time.
 */
final class Journal implements Closeable {
    static final String NAME = "state/journal";
    private static final String NEXT_NAME = "state/journal.next";

    /** Most entries of a batch. */
    static final int MOST_ENTRIES = 65_536;

    /** Largest batch, in bytes, with two for the length of each entry; also the largest payload. */
    static final int LARGEST_BATCH = 64 << 20;

    private static final byte[] MAGIC = "dalrn-podp-journal/v1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_BYTES = 16;
    private static final int LARGEST_HEAD = 1 << 20;
    private static final int LENGTHS_BYTES = 28;
    private static final int RECORD_HEAD = LENGTHS_BYTES + Sha256Hash.SIZE_BYTES;

    private static final int ENTRIES = 1;
    private static final int NOTE = 2;
    private static final int CLOSED = 3;

    /** From so many bytes or entries of it on a journal is worth replacing. */
    private static final long FULL_BYTES = 16 << 20;

    static final long FULL_ENTRIES = 65_536;

    /** What a journal begins with. */
    record Head(String origin, Frontier start, Optional<SignedNote> note) {}

    /** What is told each record in its order. */
    interface Reader {
        void entries(long size, List<byte[]> entries) throws IOException;

        void note(long size, SignedNote note) throws IOException;
    }

    private final LogFiles files;
    private final long fullEntries;
    private final LogFiles.OpenFile file;
    private final byte[] nonce;
    private final Head head;
    private final long firstRecord;
    private long end;
    private long entries;
    private boolean closed;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);

    private Journal(
            LogFiles files, long fullEntries, LogFiles.OpenFile file, byte[] nonce, Head head, long firstRecord) {
        this.files = files;
        this.fullEntries = fullEntries;
        this.file = file;
        this.nonce = nonce;
        this.head = head;
        this.firstRecord = firstRecord;
        this.end = firstRecord;
    }

    /**
     * Makes a journal in place of the one that there may be, on the disk with its name when this returns.
     *
     * @param fullEntries so many entries more than these make it {@link #full}
     */
    static Journal create(LogFiles files, long fullEntries, Head head, List<byte[]> entries) throws IOException {
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        byte[] origin = head.origin().getBytes(StandardCharsets.UTF_8);
        byte[] note = head.note().map(SignedNote::toByteArray).orElse(new byte[0]);
        List<Sha256Hash> subtrees = head.start().subtrees();
        int length = MAGIC.length
                + 4
                + NONCE_BYTES
                + 2
                + origin.length
                + 8
                + subtrees.size() * Sha256Hash.SIZE_BYTES
                + 4
                + note.length
                + Sha256Hash.SIZE_BYTES;
        ByteBuffer out = ByteBuffer.allocate(length).put(MAGIC).putInt(length).put(nonce);
        out.putShort((short) origin.length).put(origin).putLong(head.start().size());
        subtrees.forEach(subtree -> subtree.copyTo(out));
        out.putInt(note.length).put(note);
        Sha256Hash.of(Arrays.copyOf(out.array(), out.position())).copyTo(out);
        files.write(NEXT_NAME, out.flip());
        LogFiles.OpenFile file = files.open(NEXT_NAME);
        try {
            Journal journal = new Journal(files, fullEntries, file, nonce, head, length);
            if (!entries.isEmpty()) {
                journal.write(ENTRIES, head.start().size(), entries, payloadBytes(entries));
            }
            file.force();
            files.rename(NEXT_NAME, NAME);
            files.forceNames(TilePath.folder(NAME));
            return journal;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens the journal that there is.
     *
     * @param fullEntries so many entries make it {@link #full}
     * @throws LogCorruptException if its head is damaged
     */
    static Journal open(LogFiles files, long fullEntries) throws IOException {
        LogFiles.OpenFile file = files.open(NAME);
        try {
            int fixed = MAGIC.length + 4;
            ByteBuffer start = ByteBuffer.wrap(read(file, 0, (int) Math.min(fixed, file.size())));
            byte[] magic = new byte[Math.min(MAGIC.length, start.remaining())];
            start.get(magic);
            if (!Arrays.equals(magic, MAGIC) || start.remaining() < 4) {
                throw damagedHead("a journal of version 1", "something else");
            }
            int length = start.getInt();
            if (length < fixed + NONCE_BYTES + 2 + 8 + 4 + Sha256Hash.SIZE_BYTES
                    || length > Math.min(LARGEST_HEAD, file.size())) {
                throw damagedHead(
                        "a head of at most " + Math.min(LARGEST_HEAD, file.size()) + " bytes", length + " bytes");
            }
            byte[] bytes = read(file, 0, length);
            int hashed = length - Sha256Hash.SIZE_BYTES;
            Sha256Hash expected = Sha256Hash.of(Arrays.copyOf(bytes, hashed));
            Sha256Hash found = Sha256Hash.ofBytes(bytes, hashed);
            if (!expected.equals(found)) {
                throw damagedHead("of the hash " + expected, "of the hash " + found);
            }
            ByteBuffer in = ByteBuffer.wrap(bytes, fixed, hashed - fixed);
            byte[] nonce = new byte[NONCE_BYTES];
            in.get(nonce);
            return new Journal(files, fullEntries, file, nonce, parseHead(in), length);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Head parseHead(ByteBuffer in) {
        byte[] origin = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(origin);
        long size = in.getLong();
        List<Sha256Hash> subtrees = new ArrayList<>();
        for (int i = Long.bitCount(size); i > 0; i--) {
            byte[] hash = new byte[Sha256Hash.SIZE_BYTES];
            in.get(hash);
            subtrees.add(Sha256Hash.ofBytes(hash));
        }
        byte[] note = new byte[in.getInt()];
        in.get(note);
        return new Head(
                new String(origin, StandardCharsets.UTF_8),
                Frontier.of(size, subtrees),
                note.length == 0 ? Optional.empty() : Optional.of(SignedNote.parse(note)));
    }

    private static LogCorruptException damagedHead(String expected, String found) {
        return new LogCorruptException("the journal is damaged", NAME + ", its head,", expected, found);
    }

    private static byte[] read(LogFiles.OpenFile file, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.read(at, bytes);
        return bytes.array();
    }

    Head head() {
        return head;
    }

    /** Whether the owner closed the log after the last record. */
    boolean closed() {
        return closed;
    }

    /** What is behind the last whole record. */
    record Tail(long at, long bytes, OptionalLong toSize) {}

    /**
     * Reads all records and goes behind the last whole one.
     *
     * @throws LogCorruptException if a record is broken before a whole one, or in a way that its hash does not explain
     */
    Tail replay(Reader reader) throws IOException {
        long size = head.start().size();
        while (true) {
            Entry next = recordAt(end);
            if (next == null) {
                break;
            }
            if (next.size() != size) {
                throw new LogCorruptException(
                        "the journal has a gap",
                        NAME + ", byte " + end + ", size before the record,",
                        "" + size,
                        "" + next.size());
            }
            switch (next.kind()) {
                case ENTRIES -> {
                    reader.entries(size, unpack(next.payload().array(), next.count(), end));
                    size += next.count();
                    entries += next.count();
                }
                case NOTE -> reader.note(size, SignedNote.parse(next.payload().array()));
                case CLOSED -> {}
                default ->
                    throw new LogCorruptException(
                            "the journal has a record of another version",
                            NAME + ", byte " + end + ", kind,",
                            "1, 2 or 3",
                            String.valueOf(next.kind()));
            }
            closed = next.kind() == CLOSED;
            end += RECORD_HEAD + next.payload().array().length;
        }
        long rest = file.size() - end;
        if (rest == 0) {
            return new Tail(end, 0, OptionalLong.empty());
        }
        requireNoRecordBehind(end);
        return new Tail(end, rest, sizeOfTorn(size));
    }

    /**
     * Cuts off what {@link #replay} found behind the last whole record. Those that it found are on the disk when this returns: a process
     * may have ended before it forced the last one.
     */
    void settle(Tail tail) throws IOException {
        if (tail.bytes() > 0) {
            file.truncate(tail.at());
        }
        file.force();
    }

    private record Entry(int kind, int count, long size, ByteBuffer payload) {}

    /** The record at a place; null if there is no whole one. */
    private @Nullable Entry recordAt(long at) throws IOException {
        long rest = file.size() - at;
        if (rest < RECORD_HEAD) {
            return null;
        }
        byte[] recordHead = read(file, at, RECORD_HEAD);
        ByteBuffer lengths = ByteBuffer.wrap(recordHead);
        byte[] mark = new byte[8];
        lengths.get(mark);
        int kind = lengths.getInt();
        int count = lengths.getInt();
        long size = lengths.getLong();
        int length = lengths.getInt();
        if (!Arrays.equals(mark, 0, 8, nonce, 0, 8)
                || length < 0
                || length > LARGEST_BATCH
                || length > rest - RECORD_HEAD) {
            return null;
        }
        byte[] payload = read(file, at + RECORD_HEAD, length);
        MessageDigest digest = Sha256Hash.newDigest();
        digest.update(nonce);
        digest.update(recordHead, 0, LENGTHS_BYTES);
        digest.update(payload);
        Sha256Hash hash = Sha256Hash.ofBytes(recordHead, LENGTHS_BYTES);
        return Sha256Hash.finish(digest).equals(hash) ? new Entry(kind, count, size, ByteBuffer.wrap(payload)) : null;
    }

    /** What crashed can only be the last record. */
    private void requireNoRecordBehind(long broken) throws IOException {
        int window = 1 << 16;
        long fileSize = file.size();
        for (long from = broken + 1; from + RECORD_HEAD <= fileSize; from += window) {
            byte[] bytes = read(file, from, (int) Math.min(window + 7L, fileSize - from));
            for (int i = 0; i + 8 <= bytes.length; i++) {
                if (bytes[i] == nonce[0] && Arrays.equals(bytes, i, i + 8, nonce, 0, 8) && recordAt(from + i) != null) {
                    throw new LogCorruptException(
                            "the journal is damaged before its end",
                            NAME + ", byte " + broken + ",",
                            "a whole record, as there is one at byte " + (from + i),
                            "none");
                }
            }
        }
    }

    /** The size that a torn record would have led to, if its lengths are there. */
    private OptionalLong sizeOfTorn(long size) throws IOException {
        if (file.size() - end >= LENGTHS_BYTES) {
            ByteBuffer lengths = ByteBuffer.wrap(read(file, end, LENGTHS_BYTES));
            int count = lengths.getInt(12);
            if (lengths.getInt(8) == ENTRIES && lengths.getLong(16) == size && count > 0 && count <= MOST_ENTRIES) {
                return OptionalLong.of(size + count);
            }
        }
        return OptionalLong.empty();
    }

    /** Writes a batch; it is on the disk when this returns. */
    void append(long size, List<byte[]> batch) throws IOException {
        write(ENTRIES, size, batch, payloadBytes(batch));
        file.force();
        entries += batch.size();
    }

    /** Writes a signed checkpoint of that size; it is on the disk when this returns. */
    void append(long size, SignedNote note) throws IOException {
        byte[] bytes = note.toByteArray();
        write(NOTE, size, List.of(bytes), bytes.length);
        file.force();
    }

    /** Writes that the log was closed. */
    void appendClosed(long size) throws IOException {
        write(CLOSED, size, List.of(), 0);
        file.force();
    }

    /** Whether what came since its start is worth to be forced into tiles. */
    boolean full() {
        return end - firstRecord >= FULL_BYTES || entries >= fullEntries;
    }

    /** The bytes of entries, each after its length in 16 bits. */
    static long payloadBytes(List<byte[]> entries) {
        long bytes = 0;
        for (byte[] entry : entries) {
            bytes += 2L + entry.length;
        }
        return bytes;
    }

    private void write(int kind, long size, List<byte[]> parts, long payload) throws IOException {
        int length = Math.toIntExact(payload);
        if (buffer.capacity() < RECORD_HEAD + length) {
            buffer = ByteBuffer.allocateDirect(Math.max(2 * buffer.capacity(), RECORD_HEAD + length));
        }
        ByteBuffer out = buffer.clear();
        out.put(nonce, 0, 8)
                .putInt(kind)
                .putInt(kind == ENTRIES ? parts.size() : 0)
                .putLong(size)
                .putInt(length);
        out.position(RECORD_HEAD);
        for (byte[] part : parts) {
            if (kind == ENTRIES) {
                out.putShort((short) part.length);
            }
            out.put(part);
        }
        int limit = out.position();
        MessageDigest digest = Sha256Hash.newDigest();
        digest.update(nonce);
        digest.update(out.slice(0, LENGTHS_BYTES));
        digest.update(out.slice(RECORD_HEAD, length));
        out.position(LENGTHS_BYTES);
        Sha256Hash.finish(digest).copyTo(out);
        file.write(end, out.position(0).limit(limit));
        end += limit;
        closed = kind == CLOSED;
    }

    private static List<byte[]> unpack(byte[] payload, int count, long at) {
        try {
            return EntryBundle.parse(payload, count, MOST_ENTRIES);
        } catch (MalformedException e) {
            throw new LogCorruptException(
                    "the journal has a record that is not one of entries",
                    NAME + ", byte " + at + ",",
                    count + " entries, each after its length",
                    String.valueOf(e.getMessage()));
        }
    }

    /** Replaces this journal by one that begins with these; this one is of no use any more. */
    Journal replace(Head next, List<byte[]> first) throws IOException {
        Journal journal = create(files, fullEntries, next, first);
        file.close();
        return journal;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
