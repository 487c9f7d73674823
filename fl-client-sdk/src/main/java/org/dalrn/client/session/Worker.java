package org.dalrn.client.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where tasks run: the application's executor, or one thread that lives while there is work. Thread-safe. */
final class Worker {

    private static final long IDLE_SECONDS = 10;

    private final Executor executor;
    private final @Nullable ThreadPoolExecutor own;

    Worker(Optional<Executor> given, String name) {
        if (given.isPresent()) {
            own = null;
            executor = given.get();
        } else {
            own = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                Thread thread = new Thread(work, name);
                thread.setDaemon(true);
                return thread;
            });
            own.allowCoreThreadTimeOut(true);
            executor = own;
        }
    }

    /** @throws java.util.concurrent.RejectedExecutionException if the executor takes no more work */
    void execute(Runnable work) {
        executor.execute(work);
    }

    /** Takes no more work and interrupts what runs, where the thread is ours. */
    void stop() {
        if (own != null) {
            own.shutdownNow();
        }
    }

    boolean awaitStopped(Duration most) throws InterruptedException {
        return own == null || own.awaitTermination(most.toNanos(), TimeUnit.NANOSECONDS);
    }
}
