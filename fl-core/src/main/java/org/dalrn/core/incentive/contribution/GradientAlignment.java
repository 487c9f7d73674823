package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.model.Parameters;

/**
 * Contribution without held-out data: the cosine of each node's update with the aggregate of the round.
 *
 * <p>One pass over the update's bytes, of which no copy is made; the sums are of doubles, in lanes {@code index mod 512}
 * in index order, and the lanes are added in lane order, so the result depends neither on how the bytes are cut nor on
 * the machine.
 *
 * <p>It sees direction and not use: a copy of another update is as well aligned as the original.
 *
 * <p>Confined to one thread; about 30 KiB of scratch besides the aggregate.
 *
 * <p>Source: Xu et al., Gradient Driven Rewards to Guarantee Fairness in Collaborative Machine Learning (CGSV), NeurIPS
 * 2021, section 3.
 */
public final class GradientAlignment {
    private static final int TILE = 512;

    private final Parameters aggregate;
    private final double aggregateNorm;
    private final double clipNorm;
    private final float[] floats = new float[TILE];
    private final double[] update = new double[TILE];
    private final double[] direction = new double[TILE];
    private final double[] dots = new double[TILE];
    private final double[] squares = new double[TILE];

    private GradientAlignment(Parameters aggregate, double clipNorm) {
        this.aggregate = aggregate;
        this.clipNorm = clipNorm;
        this.aggregateNorm = norm();
    }

    /**
     * Measures updates by an aggregate.
     *
     * @param aggregate the round's weighted mean update, finite
     * @param clipNorm updates of a larger Euclidean norm count as scaled down to it in {@link Alignment#projection};
     *     above 0, empty for no clipping
     * @throws IllegalArgumentException if the clip norm is outside its range or a value of the aggregate is not finite
     */
    public static GradientAlignment with(Parameters aggregate, OptionalDouble clipNorm) {
        requireNonNull(aggregate, "aggregate");
        double clip = clipNorm.orElse(Double.POSITIVE_INFINITY);
        if (!(clip > 0)) {
            throw new IllegalArgumentException("clip norm " + clip + " is not above 0; leave it out for no clipping");
        }
        return new GradientAlignment(aggregate, clip);
    }

    /**
     * The alignment of one update.
     *
     * @param bytes little-endian float32, exactly the elements of the aggregate
     * @throws IllegalArgumentException if there are more or fewer, or a value is not finite
     * @throws RuntimeException what {@code bytes} throws
     */
    public Alignment of(UpdateBytes bytes) {
        Arrays.fill(dots, 0);
        Arrays.fill(squares, 0);
        int elements = aggregate.layout().elementCount();
        FloatBuffer along = aggregate.asFloatBuffer();
        try (FloatReader reader = new FloatReader(bytes)) {
            int read = 0;
            while (read < elements) {
                int count = reader.read(floats, Math.min(TILE, elements - read));
                if (count == 0) {
                    break;
                }
                widen(update, floats, count);
                along.get(floats, 0, count);
                widen(direction, floats, count);
                addProducts(dots, update, direction, count);
                addProducts(squares, update, update, count);
                read += count;
                if (count < TILE) {
                    break;
                }
            }
            reader.requireEnd(read, elements);
        }
        double norm = Math.sqrt(sum(squares));
        double dot = sum(dots);
        if (!Double.isFinite(norm)) {
            throw new IllegalArgumentException("the update has a value that is not finite; screen updates first");
        }
        double length = norm * aggregateNorm;
        double cosine = length == 0 ? 0 : Math.max(-1, Math.min(1, dot / length));
        return new Alignment(cosine, cosine * Math.min(norm, clipNorm), norm, aggregateNorm);
    }

    private double norm() {
        FloatBuffer along = aggregate.asFloatBuffer();
        while (along.hasRemaining()) {
            int count = Math.min(TILE, along.remaining());
            along.get(floats, 0, count);
            widen(direction, floats, count);
            addProducts(squares, direction, direction, count);
        }
        double norm = Math.sqrt(sum(squares));
        if (!Double.isFinite(norm)) {
            throw new IllegalArgumentException("the aggregate has a value that is not finite");
        }
        return norm;
    }

    // Loops of their own: in this form C2 compiles them to vector code on JDK 17, see aggregation.TileKernel.

    private static void widen(double[] target, float[] source, int count) {
        for (int i = 0; i < count; i++) {
            target[i] = source[i];
        }
    }

    private static void addProducts(double[] lanes, double[] left, double[] right, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] += left[i] * right[i];
        }
    }

    private static double sum(double[] lanes) {
        double sum = 0;
        for (double lane : lanes) {
            sum += lane;
        }
        return sum;
    }
}
