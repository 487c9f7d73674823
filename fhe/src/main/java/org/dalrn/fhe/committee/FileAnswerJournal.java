package org.dalrn.fhe.committee;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dalrn.fhe.committee.CommitteeException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AnswerJournal} in one append-only file, forced to the disk before each call returns. Thread-safe; a lock on
 * the file keeps out a second process.
 *
 * <p>Layout: 8 bytes {@code "AnsJrnl1"}, then records of 105 bytes: step (1: {@code 0x45} endorsed, {@code 0x41}
 * answered), round (32), plan (32), set (32), check (8, a truncated SHA-256 of the rest). A record cut short by a loss
 * of power was never acknowledged and is removed at the next opening; a damaged record elsewhere makes the journal
 * refuse to open, as the lost commitment cannot be guessed. After a failed write the journal stays closed for new
 * records: what the disk holds is unknown until it is opened again.
 *
 * <p>Restoring an older copy of the file, or of the whole machine, undoes commitments; nothing here can notice. Restore
 * a member only with new keys. One file holds one member; about 210 bytes a round are kept for ever, and in memory too.
 */
public final class FileAnswerJournal implements AnswerJournal, AutoCloseable {
    private static final byte[] MAGIC = "AnsJrnl1".getBytes(StandardCharsets.US_ASCII);
    private static final byte ENDORSED = 0x45;
    private static final byte ANSWERED = 0x41;
    private static final int BODY_BYTES = 1 + RoundName.SIZE_BYTES + 2 * Digest.SIZE_BYTES;
    private static final int CHECK_BYTES = 8;
    private static final int RECORD_BYTES = BODY_BYTES + CHECK_BYTES;

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;
    private final Map<RoundName, Held> rounds = new HashMap<>();
    private long end;
    private boolean usable = true;

    /** A commitment and the steps recorded under it. */
    private record Held(Commitment commitment, Set<Step> steps) {}

    private FileAnswerJournal(Path file, FileChannel channel, FileLock lock) throws IOException {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
        recover();
    }

    /**
     * Opens the journal, creating the file if there is none.
     *
     * @param file where it is; its folder exists
     * @return the open journal, holding a lock on the file
     * @throws CommitteeException with reason {@link Reason#JOURNAL} if the file cannot be read or written, is open
     *     elsewhere, is no journal, or is damaged before its last record
     */
    public static FileAnswerJournal open(Path file) {
        Objects.requireNonNull(file, "file");
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            FileLock lock = lock(channel);
            if (lock == null) {
                throw broken(file, "is open elsewhere; let one process at a time speak for a member", null);
            }
            return new FileAnswerJournal(file, channel, lock);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw broken(file, "cannot be opened; see the cause", e);
        } catch (CommitteeException e) {
            closeQuietly(channel, e);
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel, Exception cause) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void recover() throws IOException {
        long size = channel.size();
        byte[] head = read(0, (int) Math.min(size, MAGIC.length));
        if (!Arrays.equals(head, 0, head.length, MAGIC, 0, head.length)) {
            if (!isZero(head) || size > MAGIC.length) {
                throw broken(file, "does not begin as a journal of answers; give the right file", null);
            }
            head = new byte[0];
        }
        if (head.length < MAGIC.length) {
            write(0, MAGIC);
            channel.truncate(MAGIC.length);
            channel.force(true);
            forceFolder();
            end = MAGIC.length;
            return;
        }
        end = MAGIC.length;
        while (size - end >= RECORD_BYTES) {
            byte[] record = read(end, RECORD_BYTES);
            if (!isWhole(record)) {
                requireTorn(record, size - end == RECORD_BYTES);
                break;
            }
            apply(record);
            end += RECORD_BYTES;
        }
        if (end < size) {
            channel.truncate(end);
            channel.force(true);
        }
    }

    /**
     * Tells a record that never finished from one that was damaged later: the first is the last one of the file and
     * lacks its beginning or its end (sectors not written read as zero; no step and no check is zero).
     */
    private void requireTorn(byte[] record, boolean last) {
        boolean beginningMissing = record[0] == 0;
        boolean endMissing = isZero(Arrays.copyOfRange(record, BODY_BYTES, RECORD_BYTES));
        if (!last || !(beginningMissing || endMissing)) {
            throw broken(
                    file,
                    "is damaged at byte " + end + ", a commitment is lost; retire this member's keys and begin a new"
                            + " journal with new ones",
                    null);
        }
    }

    private void apply(byte[] record) {
        ByteBuffer in = ByteBuffer.wrap(record, 1, BODY_BYTES - 1);
        byte[] part = new byte[RoundName.SIZE_BYTES];
        in.get(part);
        RoundName round = RoundName.of(part);
        in.get(part);
        Digest plan = Digest.of(part);
        in.get(part);
        Commitment commitment = new Commitment(round, plan, Digest.of(part));
        Held held = rounds.computeIfAbsent(round, name -> new Held(commitment, EnumSet.noneOf(Step.class)));
        if (!held.commitment().equals(commitment)) {
            throw broken(file, "holds two commitments for round " + round + "; retire this member's keys", null);
        }
        held.steps().add(record[0] == ENDORSED ? Step.ENDORSED : Step.ANSWERED);
    }

    @Override
    public synchronized Commitment commit(Commitment wanted, Step step) {
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(step, "step");
        if (!usable) {
            throw broken(file, "is closed or has failed to write; open it again", null);
        }
        Held held = rounds.get(wanted.round());
        if (held != null && !held.commitment().equals(wanted)) {
            return held.commitment();
        }
        if (held == null || !held.steps().contains(step)) {
            append(wanted, step);
            rounds.computeIfAbsent(wanted.round(), name -> new Held(wanted, EnumSet.noneOf(Step.class)))
                    .steps()
                    .add(step);
        }
        return wanted;
    }

    private void append(Commitment commitment, Step step) {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
        record.put(step == Step.ENDORSED ? ENDORSED : ANSWERED);
        record.put(commitment.round().bytes());
        record.put(commitment.plan().bytes()).put(commitment.set().bytes());
        record.put(check(record.array()), 0, CHECK_BYTES);
        try {
            write(end, record.array());
            channel.force(true);
            end += RECORD_BYTES;
        } catch (IOException e) {
            usable = false;
            throw broken(file, "cannot be written, nothing was endorsed or answered; see the cause", e);
        }
    }

    private static byte[] check(byte[] record) {
        return Domain.JOURNAL.digest(Arrays.copyOf(record, BODY_BYTES)).bytes();
    }

    private static boolean isWhole(byte[] record) {
        return (record[0] == ENDORSED || record[0] == ANSWERED)
                && Arrays.equals(check(record), 0, CHECK_BYTES, record, BODY_BYTES, RECORD_BYTES);
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private byte[] read(long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new IOException("the file shrank while it was read");
            }
        }
        return bytes.array();
    }

    private void write(long from, byte[] bytes) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            channel.write(source, from + source.position());
        }
    }

    /** Makes the file's name durable; where folders cannot be forced (Windows), the file system does it itself. */
    private void forceFolder() throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !System.getProperty("os.name", "").startsWith("Windows") && Files.isDirectory(folder)) {
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    /** Releases the file; later commits are refused. */
    @Override
    public synchronized void close() {
        usable = false;
        try {
            if (lock.isValid()) {
                lock.release();
            }
            channel.close();
        } catch (IOException e) {
            throw broken(file, "cannot be closed; see the cause", e);
        }
    }

    private static CommitteeException broken(Path file, String what, @Nullable Exception cause) {
        String message = "the answer journal " + file + " " + what;
        return cause == null
                ? new CommitteeException(Reason.JOURNAL, message)
                : new CommitteeException(Reason.JOURNAL, message, cause);
    }

    /** The file. */
    @Override
    public String toString() {
        return "FileAnswerJournal(" + file + ")";
    }
}
