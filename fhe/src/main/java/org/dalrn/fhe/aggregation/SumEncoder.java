package org.dalrn.fhe.aggregation;

import java.util.Arrays;
import java.util.Objects;

/**
 * The map between parameters and the integers that are summed, as {@link SumPlan} describes it.
 *
 * <p>Rounding is to nearest, ties to even, and the same on every machine. Immutable, thread-safe.
 */
public final class SumEncoder {
    private final SumPlan plan;
    private final double clip;

    private SumEncoder(SumPlan plan) {
        this.plan = plan;
        clip = plan.clip();
    }

    /** The encoder of a plan. */
    public static SumEncoder of(SumPlan plan) {
        return new SumEncoder(Objects.requireNonNull(plan, "plan"));
    }

    /**
     * The integer that stands for a parameter.
     *
     * @param value finite; clipped to the plan's bound
     * @param weight of its update, 1 to {@link SumPlan#maxWeight}
     * @return in [0, L-1]
     */
    public long encode(double value, long weight) {
        double[] group = new double[1];
        double[] finite = new double[1];
        encode(new double[] {value}, finite, group, clip, scale(weight), 1);
        if (finite[0] != 0) {
            throw new IllegalArgumentException("a value that is not finite; remove it before it is encrypted");
        }
        return (long) group[0];
    }

    /**
     * The weighted mean of which the clients' integers have that sum.
     *
     * @param sum of {@link #encode}
     * @param weightSum sum of their weights, positive
     */
    public double mean(long sum, long weightSum) {
        return sum * meanScale(weightSum) - clip;
    }

    double clip() {
        return clip;
    }

    double meanScale(long weightSum) {
        if (weightSum < 1) {
            throw new IllegalArgumentException("a sum of weights of " + weightSum + "; it is at least 1");
        }
        return 2 * clip * plan.maxWeight() / ((double) (plan.levels() - 1) * weightSum);
    }

    void requireWeight(long weight) {
        if (weight < 1 || weight > plan.maxWeight()) {
            throw new IllegalArgumentException(
                    "weight " + weight + "; the plan takes weights from 1 to " + plan.maxWeight());
        }
    }

    private double scale(long weight) {
        requireWeight(weight);
        return (double) weight / plan.maxWeight() * (plan.levels() - 1) / (2 * clip);
    }

    /** The digits of a weight in base L, lowest first. */
    long weightDigit(long weight, int digit) {
        long left = weight;
        for (int i = 0; i < digit; i++) {
            left /= plan.levels();
        }
        return left % plan.levels();
    }

    /** The working memory of {@link #encodeBlock}. */
    static final class Workspace {
        /** {@code [group][R][C]}: exact integers below 2^52, the coefficients without their place value. */
        final double[][][] groups;

        private final double[] values;
        private final double[] finite;

        Workspace(SumPlan plan) {
            groups = new double[plan.groups()][][];
            for (int i = 0; i < groups.length; i++) {
                groups[i] = plan.rowNtt(0).newCoefficients();
            }
            values = new double[plan.rowNtt(0).columnCount()];
            finite = new double[values.length];
        }

        private void clearGroups() {
            for (double[][] group : groups) {
                KeyRows.clear(group);
            }
        }

        void clear() {
            clearGroups();
            Arrays.fill(values, 0);
        }
    }

    /** Encodes one block into the workspace's groups; coefficients without values become zero. */
    void encodeBlock(BlockLayout layout, int block, ValueSource source, long weight, Workspace work) {
        double scale = scale(weight);
        int columns = work.values.length;
        int rows = plan.ringDegree() / columns;
        int data = layout.dataCoefficients(block);
        int count = layout.valuesOf(block);
        long firstParameter = layout.firstParameter(block);
        int perGroup = plan.fieldsPerGroup();
        Arrays.fill(work.finite, 0);
        work.clearGroups();
        for (int k = 0; k < plan.valuesPerCoefficient(); k++) {
            double[][] group = work.groups[k / perGroup];
            double place = (double) (1L << (plan.fieldBits() * (k % perGroup)));
            int fieldEnd = Math.min(data, count - k * data);
            for (int r = 0; r < rows && r * columns < fieldEnd; r++) {
                long first = firstParameter + (long) k * data + (long) r * columns;
                int n = Math.min(columns, fieldEnd - r * columns);
                int skip = (int) Math.max(0, Math.min(n, -first));
                // What is not a parameter becomes u = 0.
                Arrays.fill(work.values, 0, skip, -clip);
                if (n > skip) {
                    source.read(first + skip, work.values, skip, n - skip);
                }
                Arrays.fill(work.values, n, columns, -clip);
                encode(work.values, work.finite, group[r], clip, scale, place);
            }
        }
        for (double lane : work.finite) {
            if (lane != 0) {
                throw new IllegalArgumentException("a parameter between " + Math.max(0, firstParameter) + " and "
                        + (firstParameter + count - 1)
                        + " is not finite; the update is not encrypted: check the training");
            }
        }
        if (block == 0) {
            addWeight(layout, weight, work.groups, columns);
        }
    }

    private void addWeight(BlockLayout layout, long weight, double[][][] groups, int columns) {
        int perGroup = plan.fieldsPerGroup();
        int data = layout.dataCoefficients(0);
        for (int p = 0; p < plan.weightDigits(); p++) {
            int k = p / data;
            int i = p % data;
            groups[k / perGroup][i / columns][i % columns] +=
                    (double) (weightDigit(weight, p) << (plan.fieldBits() * (k % perGroup)));
        }
    }

    /** {@code finite} becomes NaN where a value is not finite, else stays zero. */
    private static void encode(
            double[] values, double[] finite, double[] group, double clip, double scale, double place) {
        for (int j = 0; j < values.length; j++) {
            double x = values[j];
            finite[j] += x * 0.0;
            double u = Math.rint((Math.min(Math.max(x, -clip), clip) + clip) * scale);
            group[j] = group[j] + u * place;
        }
    }
}
