package org.dalrn.client.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dalrn.client.training.TaskConfig;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.core.model.RunId;

/** What the trainer sees of its task. */
final class RunningTask implements TrainingContext {

    private static final long BETWEEN_REPORTS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int LONGEST_STAGE = 80;

    /** Sends a report. */
    interface Reports {
        void send(double fraction, String stage);
    }

    private final HeldTask held;
    private final Ticker ticker;
    private final long endNanos;
    private final Reports reports;
    private final AtomicLong nextReportNanos;

    /** @param endNanos when the trainer has to be done */
    RunningTask(HeldTask held, Ticker ticker, long endNanos, Reports reports) {
        this.held = held;
        this.ticker = ticker;
        this.endNanos = endNanos;
        this.reports = reports;
        this.nextReportNanos = new AtomicLong(ticker.nanoTime());
    }

    @Override
    public RunId run() {
        return held.task.run();
    }

    @Override
    public String runName() {
        return held.task.runName();
    }

    @Override
    public int round() {
        return held.task.round();
    }

    @Override
    public int totalRounds() {
        return held.totalRounds;
    }

    @Override
    public TaskConfig config() {
        return held.config;
    }

    @Override
    public boolean cancelled() {
        return held.patience.givenUp() || ticker.nanoTime() - endNanos >= 0;
    }

    @Override
    public void progress(double fraction, String stage) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException(
                    "progress " + fraction + " is not in [0, 1]; pass the part of the work that is done");
        }
        long now = ticker.nanoTime();
        long next = nextReportNanos.get();
        if (now - next >= 0 && nextReportNanos.compareAndSet(next, now + BETWEEN_REPORTS_NANOS)) {
            reports.send(fraction, stage.length() > LONGEST_STAGE ? stage.substring(0, LONGEST_STAGE) : stage);
        }
    }
}
