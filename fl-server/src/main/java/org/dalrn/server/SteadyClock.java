package org.dalrn.server;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The wall clock as it was when the coordinator started, carried on by the monotonic one: a change of the machine's time ends no
 * round. Immutable and thread-safe.
 */
final class SteadyClock implements InstantSource {
    private final Instant started;
    private final long startedNanos;

    SteadyClock(InstantSource wallClock) {
        this.started = wallClock.instant();
        this.startedNanos = System.nanoTime();
    }

    @Override
    public Instant instant() {
        return started.plusNanos(System.nanoTime() - startedNanos);
    }
}
