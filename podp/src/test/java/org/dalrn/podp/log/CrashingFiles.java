package org.dalrn.podp.log;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory whose machine stops at a chosen operation, and what may be left of it then.
 *
 * <p>It promises no more than POSIX does: bytes are on the disk once their file was forced, names once their folder was. Of what was not
 * forced, anything may be there: all, nothing, some writes and not others, parts of a write, zeros instead. Only a rename is whole.
 */
final class CrashingFiles implements LogFiles {
    /** What a crash leaves of that which was not forced. */
    enum Left {
        NOTHING,
        EVERYTHING,
        ANYTHING
    }

    /** The machine stopped. */
    static final class Stopped extends IOException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("the machine stopped");
        }
    }

    /** Bytes at a place, or a new end if that is not negative. */
    private static final class Write {
        private final long at;
        private final byte[] bytes;
        private final long truncatedTo;

        Write(long at, byte[] bytes, long truncatedTo) {
            this.at = at;
            this.bytes = bytes;
            this.truncatedTo = truncatedTo;
        }
    }

    private static final class Node {
        private final boolean folder;
        private byte[] bytes = new byte[0];
        private byte[] forced = new byte[0];
        private final List<Write> unforced = new ArrayList<>();

        Node(boolean folder) {
            this.folder = folder;
        }

        void write(Write write) {
            bytes = applied(bytes, write);
            unforced.add(write);
        }

        static byte[] applied(byte[] bytes, Write write) {
            if (write.truncatedTo >= 0) {
                return Arrays.copyOf(bytes, (int) write.truncatedTo);
            }
            int end = (int) write.at + write.bytes.length;
            byte[] next = end > bytes.length ? Arrays.copyOf(bytes, end) : bytes.clone();
            System.arraycopy(write.bytes, 0, next, (int) write.at, write.bytes.length);
            return next;
        }
    }

    private final TreeMap<String, Node> names = new TreeMap<>();
    private final TreeMap<String, Node> forcedNames = new TreeMap<>();

    /** Changes of names that are not on the disk yet; null for a name that is gone. */
    private final List<Map<String, Optional<Node>>> unforcedNames = new ArrayList<>();

    private long operations;
    private long stopAt = Long.MAX_VALUE;
    private boolean locked;

    /** Stops the machine in the middle of the operation with that number, counted from 1 as from now. */
    void stopAt(long operation) {
        operations = 0;
        stopAt = operation;
    }

    /** Ends the process but not the machine: what was written is there, though not on the disk. */
    void startAnotherProcess() {
        stopAt = Long.MAX_VALUE;
        locked = false;
    }

    /** Operations that change the disk, since {@link #stopAt} or the beginning. */
    long operations() {
        return operations;
    }

    /** What another machine finds on the disk. */
    CrashingFiles afterCrash(Left left, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<String, Node> found = new TreeMap<>(forcedNames);
        for (Map<String, Optional<Node>> change : unforcedNames) {
            if (left == Left.EVERYTHING || (left == Left.ANYTHING && random.nextBoolean())) {
                change.forEach((name, node) -> set(found, name, node));
            }
        }
        CrashingFiles next = new CrashingFiles();
        found.forEach((name, node) -> {
            boolean reachable = true;
            for (String folder = TilePath.folder(name); !folder.isEmpty(); folder = TilePath.folder(folder)) {
                Node above = found.get(folder);
                reachable &= above != null && above.folder;
            }
            if (reachable) {
                Node copy = new Node(node.folder);
                copy.bytes = left(node, left, random);
                copy.forced = copy.bytes;
                next.names.put(name, copy);
                next.forcedNames.put(name, copy);
            }
        });
        return next;
    }

    private static byte[] left(Node node, Left left, SplittableRandom random) {
        if (left == Left.NOTHING) {
            return node.forced;
        }
        if (left == Left.EVERYTHING) {
            return node.bytes;
        }
        byte[] bytes = node.forced;
        for (Write write : node.unforced) {
            int kind = random.nextInt(4);
            if (write.truncatedTo >= 0) {
                bytes = kind < 2 ? bytes : Node.applied(bytes, write);
            } else if (kind == 0) {
                bytes = Node.applied(bytes, write);
            } else if (kind == 1) {
                int part = random.nextInt(write.bytes.length + 1);
                bytes = Node.applied(bytes, new Write(write.at, Arrays.copyOf(write.bytes, part), -1));
            } else if (kind == 2) {
                bytes = Node.applied(bytes, new Write(write.at, new byte[write.bytes.length], -1));
            }
        }
        return bytes;
    }

    private static void set(Map<String, Node> names, String name, Optional<Node> node) {
        if (node.isPresent()) {
            names.put(name, node.get());
        } else {
            names.remove(name);
        }
    }

    /** Counts an operation; true if it is the one in the middle of which the machine stops. */
    private boolean stops() throws IOException {
        if (operations >= stopAt) {
            throw new Stopped();
        }
        return ++operations == stopAt;
    }

    private void requireRunning() throws IOException {
        if (operations >= stopAt) {
            throw new Stopped();
        }
    }

    private Node node(String name) throws IOException {
        Node node = names.get(name);
        if (node == null || node.folder) {
            throw new NoSuchFileException(name);
        }
        return node;
    }

    private void change(Map<String, Optional<Node>> change) {
        change.forEach((name, node) -> set(names, name, node));
        unforcedNames.add(new TreeMap<>(change));
    }

    private void requireFolder(String name) throws IOException {
        Node above = names.get(TilePath.folder(name));
        if (!TilePath.folder(name).isEmpty() && (above == null || !above.folder)) {
            throw new NoSuchFileException(TilePath.folder(name));
        }
    }

    @Override
    public Closeable lock(String name) throws IOException {
        requireRunning();
        requireFolder(name);
        if (locked) {
            throw new IOException("locked");
        }
        locked = true;
        return () -> locked = false;
    }

    @Override
    public OpenFile open(String name) throws IOException {
        requireRunning();
        requireFolder(name);
        if (!names.containsKey(name)) {
            if (stops()) {
                throw new Stopped();
            }
            change(Map.of(name, Optional.of(new Node(false))));
        }
        Node node = node(name);
        return new OpenFile() {
            @Override
            public long size() throws IOException {
                requireRunning();
                return node.bytes.length;
            }

            @Override
            public void write(long at, ByteBuffer bytes) throws IOException {
                writeTo(node, at, bytes);
            }

            @Override
            public void read(long at, ByteBuffer bytes) throws IOException {
                requireRunning();
                if (at + bytes.remaining() > node.bytes.length) {
                    throw new EOFException();
                }
                bytes.put(node.bytes, (int) at, bytes.remaining());
            }

            @Override
            public void truncate(long size) throws IOException {
                if (stops()) {
                    throw new Stopped();
                }
                if (size < node.bytes.length) {
                    node.write(new Write(0, new byte[0], size));
                }
            }

            @Override
            public void force() throws IOException {
                forceBytes(node);
            }

            @Override
            public void close() {}
        };
    }

    private void writeTo(Node node, long at, ByteBuffer source) throws IOException {
        boolean stops = stops();
        byte[] bytes = new byte[stops ? source.remaining() / 2 : source.remaining()];
        source.get(bytes);
        node.write(new Write(at, bytes, -1));
        if (stops) {
            throw new Stopped();
        }
    }

    private void forceBytes(Node node) throws IOException {
        if (stops()) {
            throw new Stopped();
        }
        node.forced = node.bytes;
        node.unforced.clear();
    }

    @Override
    public boolean exists(String name) throws IOException {
        requireRunning();
        return names.containsKey(name);
    }

    @Override
    public Optional<byte[]> read(String name, int most) throws IOException {
        requireRunning();
        @Nullable Node node = names.get(name);
        if (node == null) {
            return Optional.empty();
        }
        if (node.bytes.length > most) {
            throw new IOException(name + " is too large");
        }
        return Optional.of(node.bytes.clone());
    }

    @Override
    public void write(String name, ByteBuffer bytes) throws IOException {
        requireFolder(name);
        OpenFile file = open(name);
        file.truncate(0);
        file.write(0, bytes);
    }

    @Override
    public void force(Collection<String> all) throws IOException {
        for (String name : all) {
            forceBytes(node(name));
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        requireFolder(to);
        Node node = node(from);
        if (stops()) {
            throw new Stopped();
        }
        change(Map.of(from, Optional.empty(), to, Optional.of(node)));
    }

    @Override
    public void delete(String name) throws IOException {
        if (!names.containsKey(name) || names.keySet().stream().anyMatch(other -> other.startsWith(name + "/"))) {
            throw new IOException(name + " is not there or not empty");
        }
        if (stops()) {
            throw new Stopped();
        }
        change(Map.of(name, Optional.empty()));
    }

    @Override
    public void createFolder(String name) throws IOException {
        requireFolder(name);
        if (!names.containsKey(name)) {
            if (stops()) {
                throw new Stopped();
            }
            change(Map.of(name, Optional.of(new Node(true))));
        }
    }

    @Override
    public List<String> list(String folder) throws IOException {
        requireRunning();
        return names.keySet().stream()
                .filter(name -> TilePath.folder(name).equals(folder))
                .map(name -> name.substring(folder.length() + 1))
                .toList();
    }

    @Override
    public void forceNames(String folder) throws IOException {
        if (!folder.isEmpty() && !names.containsKey(folder)) {
            throw new NoSuchFileException(folder);
        }
        if (stops()) {
            throw new Stopped();
        }
        for (Map<String, Optional<Node>> change : unforcedNames) {
            change.entrySet().removeIf(entry -> {
                boolean here = TilePath.folder(entry.getKey()).equals(folder);
                if (here) {
                    set(forcedNames, entry.getKey(), entry.getValue());
                }
                return here;
            });
        }
        unforcedNames.removeIf(Map::isEmpty);
    }
}
