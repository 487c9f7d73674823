package org.dalrn.server.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes when a test says so. */
final class ManualTimers implements Timers {
    private record Entry(long due, Runnable task) {}

    private final List<Entry> entries = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1_000; // Wraps around soon: arithmetic must be by difference.

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized Timeout after(Duration delay, Runnable task) {
        Entry entry = new Entry(now + delay.toNanos(), task);
        entries.add(entry);
        return () -> {
            synchronized (this) {
                entries.remove(entry);
            }
        };
    }

    void advance(Duration duration) {
        List<Entry> due;
        synchronized (this) {
            now += duration.toNanos();
            due = entries.stream()
                    .filter(entry -> entry.due() - now <= 0)
                    .sorted(Comparator.comparingLong(entry -> entry.due() - now))
                    .toList();
            entries.removeAll(due);
        }
        due.forEach(entry -> entry.task().run());
    }
}
