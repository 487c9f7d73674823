package org.dalrn.server.transport;

import java.util.ArrayDeque;
import java.util.Deque;

/** Permits for a bounded number of transfers at a time, given in the order of asking; nobody blocks. Thread-safe. */
final class Slots {
    // Guarded by this.
    private final Deque<Slot> waiting = new ArrayDeque<>();
    private int free;

    Slots(int count) {
        free = count;
    }

    /**
     * Asks for a permit.
     *
     * @param granted run once, on this thread or on that of another's {@link Slot#release}; must not block
     */
    Slot acquire(Runnable granted) {
        Slot slot = new Slot(granted);
        synchronized (this) {
            if (free == 0) {
                waiting.addLast(slot);
                return slot;
            }
            free--;
            slot.held = true;
        }
        granted.run();
        return slot;
    }

    private void release(Slot slot) {
        Slot next;
        synchronized (this) {
            if (slot.released) {
                return;
            }
            slot.released = true;
            if (!slot.held) {
                waiting.remove(slot);
                return;
            }
            next = waiting.pollFirst();
            if (next == null) {
                free++;
                return;
            }
            next.held = true;
        }
        next.granted.run();
    }

    /** A permit that is held or waited for. */
    final class Slot {
        private final Runnable granted;
        // Both guarded by the Slots.
        private boolean held;
        private boolean released;

        private Slot(Runnable granted) {
            this.granted = granted;
        }

        /** Gives the permit back, or stops waiting for it; a second time does nothing. */
        void release() {
            Slots.this.release(this);
        }
    }
}
