package org.dalrn.client.session;

import io.grpc.Channel;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.dalrn.client.transport.Patience;
import org.dalrn.protocol.signing.Nonces;
import org.jspecify.annotations.Nullable;

/** Where a worker finds the live session, or waits for it. Thread-safe. */
final class Connections {

    /** A welcomed session: a channel and the nonces for it. */
    record Connection(Channel channel, Nonces.Sequence nonces) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private @Nullable Connection live;

    void set(@Nullable Connection connection) {
        lock.lock();
        try {
            live = connection;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes those who wait, to look at their patience. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The live session; empty if none came while there was patience. */
    Optional<Connection> await(Patience patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (live == null) {
                long nanos = patience.nanosLeft();
                if (nanos <= 0) {
                    return Optional.empty();
                }
                long unused = changed.awaitNanos(nanos);
            }
            return patience.nanosLeft() > 0 ? Optional.of(live) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits between two tries, as long as there is patience and no new session. */
    void pause(long pauseNanos, Connection tried, Patience patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = pauseNanos;
            while (left > 0 && Objects.equals(live, tried) && patience.nanosLeft() > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
