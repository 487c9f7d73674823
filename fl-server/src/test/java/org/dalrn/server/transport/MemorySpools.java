package org.dalrn.server.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;

/** Spools in memory that keep to the contract strictly: one open per update, nothing after close. */
final class MemorySpools implements UpdateSpools {
    final Map<ContentHash, byte[]> kept = new ConcurrentHashMap<>();
    final Map<ContentHash, byte[]> stored = new ConcurrentHashMap<>();
    final Map<ContentHash, Boolean> open = new ConcurrentHashMap<>();
    /** What each append made the spool's length; for tests that wait. */
    final BlockingQueue<Long> appended = new LinkedBlockingQueue<>();

    volatile long diskFullAtBytes = Long.MAX_VALUE;

    @Override
    public Spool open(NodeId node, RunId run, int round, ContentHash update) throws IOException {
        if (open.putIfAbsent(update, true) != null) {
            throw new IOException("the spool is open twice");
        }
        return new MemorySpool(update);
    }

    private final class MemorySpool implements Spool {
        private final ContentHash name;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean closed;

        MemorySpool(ContentHash name) {
            this.name = name;
            bytes.writeBytes(kept.getOrDefault(name, new byte[0]));
        }

        @Override
        public long length() {
            return bytes.size();
        }

        @Override
        public void read(long position, byte[] target, int from, int length) {
            System.arraycopy(bytes.toByteArray(), (int) position, target, from, length);
        }

        @Override
        public void append(byte[] source, int from, int length) throws IOException {
            if (closed) {
                throw new IllegalStateException("append to a closed spool");
            }
            if (bytes.size() + length > diskFullAtBytes) {
                throw new IOException("No space left on device");
            }
            bytes.write(source, from, length);
            kept.put(name, bytes.toByteArray());
            appended.add((long) bytes.size());
        }

        @Override
        public void commit(ContentHash hash) {
            stored.put(hash, bytes.toByteArray());
            kept.remove(name);
        }

        @Override
        public void discard() {
            bytes.reset();
            kept.remove(name);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open.remove(name);
            }
        }

        @Override
        public String toString() {
            return Arrays.toString(bytes.toByteArray());
        }
    }
}
