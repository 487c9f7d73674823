package org.dalrn.core.aggregation;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * The inner loops over blocks of little-endian float32 elements, with their scratch arrays.
 *
 * <p>A block goes tile by tile through arrays that stay in the first-level cache. The loops have the forms that C2
 * compiles to vector code on JDK 17 and 25; measured in the cache on an AVX-512 machine (JDK 17 / JDK 25, GB of update
 * bytes per second, {@code FoldBenchmark} keeps the whole):
 *
 * <ul>
 *   <li>Maximum by lanes with subtract, shift, and: 55 / 29. {@code Math.max} by lanes gives 11 / 63, as one reduction
 *       5 / 60; 17 leaves both scalar.
 *   <li>Squares: widening in a loop of its own, then squaring doubles: 13 / 33. In one loop 7 / 50; 17 does not
 *       vectorise the widening, and the scalar form waits for its own last result.
 *   <li>Sum: {@code (long) Math.rint(x * factor)} in one loop: 9 / 26. Rounding by a magic constant gives 9 / 7, and
 *       splitting the loop 6 / 20.
 * </ul>
 *
 * <p>Each tile is checked and used in one go, so that computing overlaps with fetching: a pass of its own for the maximum
 * slowed the sum of 10 M elements from 4.4-4.8 to 3.5 GB/s of CPU time on JDK 17. All numbers are from a machine that others
 * used too: they rank the forms and are no absolute rates.
 *
 * <p>Confined to one thread.
 */
final class TileKernel {
    /** Elements of a tile; 512 was the fastest of 256, 512 and 1024 on JDK 17, by 3 to 12 %, in single runs. */
    static final int TILE = 512;

    /** Elements of the largest block: 256 KiB, so that reducing the lanes costs nothing and undoing a block stays in the second-level cache. */
    static final int BLOCK = 128 * TILE;

    private static final int MAGNITUDE = 0x7fffffff;

    private final int[] bits = new int[TILE];
    private final int[] maxima = new int[TILE];
    private final float[] floats = new float[TILE];
    private final double[] doubles = new double[TILE];

    /** Returns the index in the block of the first NaN or infinity; there must be one. */
    static int firstNonFinite(ByteBuffer block) {
        IntBuffer source = block.asIntBuffer();
        int index = 0;
        while ((source.get(index) & MAGNITUDE) < 0x7f800000) {
            index++;
        }
        return index;
    }

    /**
     * Adds {@code x * x} to the lane {@code index mod TILE} of each element.
     *
     * @param lanes {@code double[TILE]}
     * @return the largest bit pattern without sign: ordered as the magnitudes are, infinity is {@code 0x7f800000} and
     *     NaNs are above it
     */
    int addSquares(double[] lanes, long fromElement, ByteBuffer block) {
        int used = clearMaxima(block);
        IntBuffer patterns = block.asIntBuffer();
        FloatBuffer source = block.asFloatBuffer();
        int lane = (int) (fromElement % TILE);
        while (source.hasRemaining()) {
            int count = Math.min(TILE - lane, source.remaining());
            patterns.get(bits, 0, count);
            raiseMaxima(maxima, bits, count);
            source.get(floats, 0, count);
            widen(doubles, floats, count);
            addSquares(lanes, lane, doubles, count);
            lane = 0;
        }
        return maximum(used);
    }

    /**
     * Adds {@code round(x * factor)}, half to even, to {@code sum} from the index {@code fromElement} on; NaN counts as
     * 0 and what exceeds a long as its nearest bound, so that {@link #subtractScaled} inverts it for every input.
     *
     * @return as {@link #addSquares(double[], long, ByteBuffer)}
     */
    int addScaled(long[] sum, int fromElement, ByteBuffer block, double factor) {
        int used = clearMaxima(block);
        IntBuffer patterns = block.asIntBuffer();
        FloatBuffer source = block.asFloatBuffer();
        int from = fromElement;
        while (source.hasRemaining()) {
            int count = Math.min(TILE, source.remaining());
            patterns.get(bits, 0, count);
            raiseMaxima(maxima, bits, count);
            source.get(floats, 0, count);
            addScaled(sum, from, floats, count, factor);
            from += count;
        }
        return maximum(used);
    }

    /** Undoes {@link #addScaled(long[], int, ByteBuffer, double)} of the same block to the bit, whatever is in it. */
    void subtractScaled(long[] sum, int fromElement, ByteBuffer block, double factor) {
        FloatBuffer source = block.asFloatBuffer();
        for (int i = 0; i < source.remaining(); i++) {
            sum[fromElement + i] -= (long) Math.rint(source.get(i) * factor);
        }
    }

    private int clearMaxima(ByteBuffer block) {
        int used = Math.min(TILE, block.remaining() / Float.BYTES);
        Arrays.fill(maxima, 0, used, 0);
        return used;
    }

    private int maximum(int used) {
        int max = 0;
        for (int i = 0; i < used; i++) {
            max = Math.max(max, maxima[i]);
        }
        return max;
    }

    private static void raiseMaxima(int[] maxima, int[] bits, int count) {
        for (int i = 0; i < count; i++) {
            // Both are in [0, 2^31), so the difference cannot overflow and its sign tells the larger.
            int maximum = maxima[i];
            int difference = maximum - (bits[i] & MAGNITUDE);
            maxima[i] = maximum - (difference & (difference >> 31));
        }
    }

    private static void widen(double[] target, float[] source, int count) {
        for (int i = 0; i < count; i++) {
            target[i] = source[i];
        }
    }

    private static void addSquares(double[] lanes, int lane, double[] values, int count) {
        for (int i = 0; i < count; i++) {
            lanes[lane + i] += values[i] * values[i];
        }
    }

    private static void addScaled(long[] sum, int from, float[] values, int count, double factor) {
        for (int i = 0; i < count; i++) {
            sum[from + i] += (long) Math.rint(values[i] * factor);
        }
    }
}
