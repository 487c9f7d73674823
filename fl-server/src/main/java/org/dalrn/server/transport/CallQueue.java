package org.dalrn.server.transport;

import io.grpc.SynchronizationContext;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The tasks of one call, one after another in the order of their arrival, on no thread of their own. Thread-safe. */
final class CallQueue {
    private final SynchronizationContext tasks;
    private final Executor pool;

    /**
     * @param pool where tasks from foreign threads run
     * @param defect told when a task throws: a bug
     */
    CallQueue(Executor pool, Consumer<Throwable> defect) {
        this.pool = pool;
        this.tasks = new SynchronizationContext((thread, thrown) -> defect.accept(thrown));
    }

    /** Runs a task here and now, or right after the one that is running; for callbacks of the call itself. */
    void run(Runnable task) {
        tasks.execute(task);
    }

    /** Runs a task soon, on the pool; for all other threads. */
    void later(Runnable task) {
        tasks.executeLater(task);
        pool.execute(tasks::drain);
    }
}
