package org.dalrn.endtoend;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dalrn.client.training.TrainingContext;

/** Holds trainers back at a round of a run until the test lets them go on. Thread-safe. */
final class Gate {
    private static final int LOOK_MILLIS = 10;
    private static final int MOST_LOOKS = 6_000;

    private final Map<String, CountDownLatch> closed = new ConcurrentHashMap<>();

    void close(String runName, int round) {
        closed.put(runName + "/" + round, new CountDownLatch(1));
    }

    void open(String runName, int round) {
        closed.get(runName + "/" + round).countDown();
    }

    void pass(TrainingContext task) throws InterruptedException {
        CountDownLatch latch = closed.get(task.runName() + "/" + task.round());
        for (int looks = 0; latch != null && !latch.await(LOOK_MILLIS, TimeUnit.MILLISECONDS); looks++) {
            task.throwIfCancelled();
            if (looks == MOST_LOOKS) {
                throw new IllegalStateException("the test never opened round " + task.round());
            }
        }
    }
}
