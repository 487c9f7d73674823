package org.dalrn.podp.log;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** A folder of the file system. */
final class DiskFiles implements LogFiles {
    /** So many files are forced at a time: a file system writes down for all that wait together, which a busy disk needs. */
    private static final int FORCING = 8;

    private final Path root;

    DiskFiles(Path root) {
        this.root = root;
    }

    /** The folder's files; the folder is made if it is not there, and its name is on the disk then. */
    static DiskFiles create(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder);
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                new DiskFiles(parent).forceNames("");
            }
        }
        return new DiskFiles(folder);
    }

    private record Channel(FileChannel channel) implements OpenFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void write(long at, ByteBuffer bytes) throws IOException {
            long next = at;
            while (bytes.hasRemaining()) {
                next += channel.write(bytes, next);
            }
        }

        @Override
        public void read(long at, ByteBuffer bytes) throws IOException {
            long next = at;
            while (bytes.hasRemaining()) {
                int read = channel.read(bytes, next);
                if (read < 0) {
                    throw new EOFException("the file ends at byte " + channel.size() + "; wanted is byte " + next);
                }
                next += read;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force() throws IOException {
            // Without the times: the size is among what is forced, as it is needed to read the data.
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private Path path(String name) {
        return name.isEmpty() ? root : root.resolve(name);
    }

    @Override
    public Closeable lock(String name) throws IOException {
        FileChannel channel = FileChannel.open(path(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("this process has it open already", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException("another process has it open");
    }

    @Override
    public OpenFile open(String name) throws IOException {
        return new Channel(FileChannel.open(
                path(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    @Override
    public Optional<byte[]> read(String name, int most) throws IOException {
        try (FileChannel channel = FileChannel.open(path(name), StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > most) {
                throw new IOException(name + " has " + size + " bytes; at most " + most + " are allowed");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            new Channel(channel).read(0, bytes);
            return Optional.of(bytes.array());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void write(String name, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                path(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            new Channel(channel).write(0, bytes);
        }
    }

    @Override
    public void force(Collection<String> names) throws IOException {
        Queue<String> left = new ConcurrentLinkedQueue<>(names);
        Queue<IOException> failures = new ConcurrentLinkedQueue<>();
        Thread[] others = new Thread[Math.min(names.size(), FORCING) - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = new Thread(() -> forceEach(left, failures), "podp-force-" + i);
            others[i].start();
        }
        forceEach(left, failures);
        boolean interrupted = false;
        for (Thread other : others) {
            while (other.isAlive()) {
                try {
                    other.join();
                } catch (InterruptedException e) {
                    // What is under way must end before anybody is told that it is on the disk.
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        IOException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }

    private void forceEach(Queue<String> left, Queue<IOException> failures) {
        try {
            for (String name = left.poll(); name != null && failures.isEmpty(); name = left.poll()) {
                try (FileChannel channel = FileChannel.open(path(name), StandardOpenOption.WRITE)) {
                    channel.force(false);
                }
            }
        } catch (IOException e) {
            failures.add(e);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(path(name));
    }

    @Override
    public void createFolder(String name) throws IOException {
        try {
            Files.createDirectory(path(name));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path(name))) {
                throw e;
            }
        }
    }

    @Override
    public List<String> list(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(path(folder))) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void forceNames(String folder) throws IOException {
        // Windows has no handle of a folder that could be forced; its file systems log the names themselves.
        if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(path(folder), StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
