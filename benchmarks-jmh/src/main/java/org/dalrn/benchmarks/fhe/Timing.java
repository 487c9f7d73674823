package org.dalrn.benchmarks.fhe;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * What one repetition of an operation took, by rounds: nanoseconds, each the mean of a round.
 *
 * @param best of the fastest round
 * @param median of the rounds
 * @param worst of the slowest round
 * @param repetitions of all rounds together
 */
record Timing(double best, double median, double worst, long repetitions) {
    static final int ROUNDS = 15;
    private static final long WARM_UP_NANOS = 2_000_000_000;
    private static final long ROUND_NANOS = 100_000_000;

    /** Whatever the operations return. */
    @SuppressWarnings("UnusedVariable") // Written so that the compiler cannot leave the operations out.
    private static volatile long consumed;

    static Timing measure(LongSupplier measured) {
        return measure(() -> {}, measured);
    }

    /**
     * Warms up and measures on this thread.
     *
     * @param prepare before each repetition, outside the clock
     * @param measured a repetition; returns something that depends on its result
     */
    static Timing measure(Runnable prepare, LongSupplier measured) {
        run(prepare, measured, WARM_UP_NANOS);
        double[] means = new double[ROUNDS];
        long repetitions = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Round done = run(prepare, measured, ROUND_NANOS);
            means[round] = (double) done.nanos / done.repetitions;
            repetitions += done.repetitions;
        }
        Arrays.sort(means);
        return new Timing(means[0], means[ROUNDS / 2], means[ROUNDS - 1], repetitions);
    }

    private static Round run(Runnable prepare, LongSupplier measured, long leastNanos) {
        long nanos = 0;
        long repetitions = 0;
        long sum = 0;
        while (nanos < leastNanos) {
            prepare.run();
            long start = System.nanoTime();
            sum += measured.getAsLong();
            nanos += System.nanoTime() - start;
            repetitions++;
        }
        consumed = sum;
        return new Round(nanos, repetitions);
    }

    private record Round(long nanos, long repetitions) {}
}
