package org.dalrn.benchmarks.aggregation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.dalrn.core.aggregation.FixedPointScale;
import org.dalrn.core.aggregation.ScreenResult;
import org.dalrn.core.aggregation.SumAccumulator;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.aggregation.UpdateScreen;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Received update bytes, in chunks of 1 MiB, into the exact sum: with all checks, and beside it what a sum without
 * exactness and without checks would take.
 *
 * <p>The counter {@code gigabytesPerSecond} is update bytes per nanosecond. Run one of
 *
 * <pre>
 * ./benchmarks-jmh/run aggregation
 * ./benchmarks-jmh/run org.openjdk.jmh.Main FoldBenchmark -p elements=10000000
 * </pre>
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@State(Scope.Thread)
public class FoldBenchmark {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int TILE = 4096;
    private static final long WEIGHT = 1000;

    /** Elements of the update. */
    @Param({"100000", "1000000", "10000000"})
    public int elements;

    private final FixedPointScale scale = FixedPointScale.plan(16, 1L << 36);
    private final float[] tile = new float[TILE];
    private ByteBuffer[] chunks = new ByteBuffer[0];
    private UpdateBytes bytes = UpdateBytes.of();
    private SumAccumulator accumulator = emptyAccumulator(1);
    private float[] floatSum = new float[0];
    private double[] doubleSum = new double[0];
    private int updates;

    /** Update bytes processed, which JMH divides by the time. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Bytes {
        /** Bytes; divided by nanoseconds they are GB/s. */
        public long gigabytesPerSecond;
    }

    /** Draws an update and cuts it as the upload does. */
    @Setup
    public void drawUpdate() {
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer whole = ByteBuffer.allocate(Float.BYTES * elements).order(ByteOrder.LITTLE_ENDIAN);
        while (whole.hasRemaining()) {
            whole.putFloat((float) (random.nextDouble() - 0.5));
        }
        chunks = new ByteBuffer[(whole.capacity() + CHUNK_BYTES - 1) / CHUNK_BYTES];
        for (int i = 0; i < chunks.length; i++) {
            int from = i * CHUNK_BYTES;
            chunks[i] = whole.slice(from, Math.min(CHUNK_BYTES, whole.capacity() - from));
        }
        bytes = UpdateBytes.of(chunks);
        floatSum = new float[elements];
        doubleSum = new double[elements];
    }

    /** Starts a round, so that the list of updates stays as short as that of a large round. */
    @Setup(Level.Iteration)
    public void startRound() {
        accumulator = emptyAccumulator(elements);
        updates = 0;
    }

    private SumAccumulator emptyAccumulator(int length) {
        return SumAccumulator.create(new RunId("benchmark"), 0, 0, scale, length);
    }

    /** Both passes over the bytes, as the coordinator makes them. */
    @Benchmark
    public ScreenResult screenAndFold(Bytes count) {
        ScreenResult result = screenChunks();
        foldChunks();
        count.gigabytesPerSecond += (long) Float.BYTES * elements;
        return result;
    }

    /** The first pass: finite check, largest magnitude, norm. */
    @Benchmark
    public ScreenResult screen(Bytes count) {
        count.gigabytesPerSecond += (long) Float.BYTES * elements;
        return screenChunks();
    }

    /** The second pass: bound check, checksum, exact sum. */
    @Benchmark
    public long fold(Bytes count) {
        foldChunks();
        count.gigabytesPerSecond += (long) Float.BYTES * elements;
        return accumulator.weight();
    }

    /** Baseline: float sum, rounding at every step, nothing checked. */
    @Benchmark
    public float[] naiveFloat(Bytes count) {
        int from = 0;
        for (ByteBuffer chunk : chunks) {
            FloatBuffer floats =
                    chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            while (floats.hasRemaining()) {
                int length = Math.min(TILE, floats.remaining());
                floats.get(tile, 0, length);
                addFloats(floatSum, from, tile, length, (float) WEIGHT);
                from += length;
            }
        }
        count.gigabytesPerSecond += (long) Float.BYTES * elements;
        return floatSum;
    }

    /** Baseline: double sum, nothing checked. */
    @Benchmark
    public double[] naiveDouble(Bytes count) {
        int from = 0;
        for (ByteBuffer chunk : chunks) {
            FloatBuffer floats =
                    chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            while (floats.hasRemaining()) {
                int length = Math.min(TILE, floats.remaining());
                floats.get(tile, 0, length);
                addDoubles(doubleSum, from, tile, length, (double) WEIGHT);
                from += length;
            }
        }
        count.gigabytesPerSecond += (long) Float.BYTES * elements;
        return doubleSum;
    }

    private ScreenResult screenChunks() {
        UpdateScreen screen = new UpdateScreen();
        for (ByteBuffer chunk : chunks) {
            screen.accept(chunk.duplicate());
        }
        return screen.finish();
    }

    private void foldChunks() {
        byte[] name = ByteBuffer.allocate(Integer.BYTES).putInt(updates++).array();
        accumulator.add(ContentHash.of(name), WEIGHT, bytes);
    }

    private static void addFloats(float[] sum, int from, float[] values, int length, float weight) {
        for (int i = 0; i < length; i++) {
            sum[from + i] += weight * values[i];
        }
    }

    private static void addDoubles(double[] sum, int from, float[] values, int length, double weight) {
        for (int i = 0; i < length; i++) {
            sum[from + i] += weight * values[i];
        }
    }
}
