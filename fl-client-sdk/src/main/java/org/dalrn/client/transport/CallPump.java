package org.dalrn.client.transport;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs a call's events on the thread that waits for the call: chunks are parsed, hashed and stored without another hand.
 * {@code execute} is thread-safe, the rest confined to the waiting thread.
 */
final class CallPump implements Executor {

    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

    @Override
    public void execute(Runnable event) {
        events.add(event);
    }

    /**
     * Waits for an event and runs it.
     *
     * @return false if none came in time
     */
    boolean runOne(long nanos) throws InterruptedException {
        Runnable event = events.poll(nanos, TimeUnit.NANOSECONDS);
        if (event == null) {
            return false;
        }
        event.run();
        return true;
    }
}
