package org.dalrn.client.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.dalrn.client.node.NodeStatus;

/** A client's status, to be read and waited for. Thread-safe. */
final class StatusBoard {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private NodeStatus status = new NodeStatus(NodeStatus.State.NEW, "not started", Optional.empty());

    NodeStatus current() {
        lock.lock();
        try {
            return status;
        } finally {
            lock.unlock();
        }
    }

    /** Shows a status; CLOSED and STOPPED stay, except that a stopped client can be closed. */
    void show(NodeStatus next) {
        lock.lock();
        try {
            boolean closesStopped =
                    status.state() == NodeStatus.State.STOPPED && next.state() == NodeStatus.State.CLOSED;
            if (!status.over() || closesStopped) {
                status = next;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean await(Predicate<NodeStatus> wanted, Duration most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = most.toNanos();
            while (!wanted.test(status)) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
