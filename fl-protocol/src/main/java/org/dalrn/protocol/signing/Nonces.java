package org.dalrn.protocol.signing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;

/** The nonces of one session: 16 bytes of session id, then a counter that is used once. */
public final class Nonces {

    /** A session id has so many bytes. */
    public static final int SESSION_ID_BYTES = 16;

    /** A nonce has so many bytes. */
    public static final int NONCE_BYTES = SESSION_ID_BYTES + Long.BYTES;

    /** A counter may come so far behind the highest seen. */
    public static final int WINDOW = 1024;

    private Nonces() {}

    private static byte[] checked(byte[] sessionId) {
        if (sessionId.length != SESSION_ID_BYTES) {
            throw new IllegalArgumentException(
                    "a session id has " + SESSION_ID_BYTES + " bytes, this one has " + sessionId.length);
        }
        return sessionId.clone();
    }

    /** The node's side: gives out each nonce of a session once. Thread-safe. */
    public static final class Sequence {
        private final byte[] sessionId;
        private final AtomicLong next = new AtomicLong(1);

        public Sequence(byte[] sessionId) {
            this.sessionId = checked(sessionId);
        }

        /** A nonce that was never given out before. */
        public byte[] next() {
            return ByteBuffer.allocate(NONCE_BYTES)
                    .put(sessionId)
                    .putLong(next.getAndIncrement())
                    .array();
        }
    }

    /** What the coordinator makes of a nonce. */
    public enum Verdict {
        FRESH,
        /** The session part is not this session's, or the length is wrong. */
        FOREIGN,
        /** The counter was seen before, or lies too far behind. */
        REPLAYED
    }

    /** The coordinator's side: remembers which counters of a session were seen. Thread-safe. */
    public static final class Window {
        private final byte[] sessionId;
        // Guarded by this. Bit i stands for the counter (highest - i).
        private BitSet seen = new BitSet(WINDOW);
        private long highest;

        public Window(byte[] sessionId) {
            this.sessionId = checked(sessionId);
        }

        /** Judges a nonce, and remembers it if it is fresh. */
        public synchronized Verdict judge(byte[] nonce) {
            if (nonce.length != NONCE_BYTES
                    || !Arrays.equals(nonce, 0, SESSION_ID_BYTES, sessionId, 0, SESSION_ID_BYTES)) {
                return Verdict.FOREIGN;
            }
            long counter = ByteBuffer.wrap(nonce).getLong(SESSION_ID_BYTES);
            if (counter < 1) {
                return Verdict.FOREIGN;
            }
            if (counter > highest) {
                shift(counter - highest);
                highest = counter;
                seen.set(0);
                return Verdict.FRESH;
            }
            long behind = highest - counter;
            if (behind >= WINDOW || seen.get((int) behind)) {
                return Verdict.REPLAYED;
            }
            seen.set((int) behind);
            return Verdict.FRESH;
        }

        private void shift(long distance) {
            BitSet moved = new BitSet(WINDOW);
            if (distance < WINDOW) {
                seen.stream().filter(bit -> bit + distance < WINDOW).forEach(bit -> moved.set(bit + (int) distance));
            }
            seen = moved;
        }
    }
}
