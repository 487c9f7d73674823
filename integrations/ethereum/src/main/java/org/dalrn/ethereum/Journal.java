package org.dalrn.ethereum;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines of JSON, each after its CRC-32 and durable before {@link #append} returns. A last line that a crash cut off is taken away when
 * the journal is opened; anything else that is wrong keeps it from opening. One process at a time. Not thread-safe.
 */
final class Journal implements AutoCloseable {

    static final String FILE_NAME = "transactions.log";

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final long MOST_BYTES = 1L << 30;
    private static final int SUM_DIGITS = 8;

    private final FileChannel channel;
    private final List<JsonNode> read;

    /** After a failed write nobody knows where the file ends; the next start finds out. */
    private boolean broken;

    private Journal(FileChannel channel, List<JsonNode> read) {
        this.channel = channel;
        this.read = read;
    }

    /**
     * Opens or makes the journal of a folder.
     *
     * @throws JournalDamagedException if it was changed
     * @throws IllegalStateException if another process has it
     */
    static Journal open(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(channel, file);
                List<JsonNode> lines = load(channel, file);
                syncFolder(folder);
                return new Journal(channel, lines);
            } catch (IOException | RuntimeException failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException unusable) {
            throw new UncheckedIOException("the journal " + file + " cannot be opened", unusable);
        }
    }

    /** Held as long as the channel is open. */
    private static void lock(FileChannel channel, Path file) throws IOException {
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return;
            }
        } catch (OverlappingFileLockException sameProcess) {
            // Told below, like the lock of another process.
        }
        throw new IllegalStateException(
                "the journal " + file + " is in use: two processes would send with the same nonces");
    }

    private static List<JsonNode> load(FileChannel channel, Path file) throws IOException {
        if (channel.size() > MOST_BYTES) {
            throw new JournalDamagedException("the journal " + file + " has " + channel.size() + " bytes, more than "
                    + MOST_BYTES + ": move it away once all its transactions are final");
        }
        byte[] bytes = new byte[Math.toIntExact(channel.size())];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) >= 0) {
            // Until it is whole.
        }
        List<JsonNode> lines = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < bytes.length; end++) {
            if (bytes[end] == '\n') {
                lines.add(parse(new String(bytes, start, end - start, StandardCharsets.UTF_8), file, lines.size() + 1));
                start = end + 1;
            }
        }
        if (start < bytes.length) {
            LOG.warn(
                    "the last line of {} was cut off by a crash and is taken away: {} bytes",
                    file,
                    bytes.length - start);
            channel.truncate(start);
            channel.force(true);
        }
        channel.position(start);
        return lines;
    }

    private static JsonNode parse(String line, Path file, int number) {
        if (line.length() > SUM_DIGITS + 1) {
            String text = line.substring(SUM_DIGITS + 1);
            if (line.startsWith(sum(text) + " ")) {
                try {
                    return JsonRpc.MAPPER.readTree(text);
                } catch (JsonProcessingException notJson) {
                    // Told below: with the right sum it is another program's.
                }
            }
        }
        throw new JournalDamagedException(
                "line " + number + " of the journal " + file
                        + " was changed; bring back the file as it was, or move it away once the account has no pending transactions");
    }

    private static String sum(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", sum.getValue());
    }

    private static void syncFolder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** What was in it when it was opened. */
    List<JsonNode> read() {
        return List.copyOf(read);
    }

    /** Adds a line. */
    void append(ObjectNode line) {
        if (broken) {
            throw new IllegalStateException(
                    "the journal of transactions could not be written before: mend the disk and start again");
        }
        String text = line.toString();
        ByteBuffer bytes = ByteBuffer.wrap((sum(text) + " " + text + "\n").getBytes(StandardCharsets.UTF_8));
        broken = true;
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
            broken = false;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the journal of transactions cannot be written", unwritable);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the journal of transactions cannot be closed", unwritable);
        }
    }
}
