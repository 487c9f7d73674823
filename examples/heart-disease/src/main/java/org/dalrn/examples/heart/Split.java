package org.dalrn.examples.heart;

import java.util.Arrays;
import java.util.Random;

/**
 * A seeded division of row positions into training and test, with both classes in the same proportion on either side.
 *
 * <p>{@code floor(trainFraction * rows)} rows train. Classes get their share of these by largest remainder, so a class
 * with a single row lands on the side that its share rounds to, whatever the seed. Same labels, fraction and seed give the
 * same division on every JDK: {@link Random} is a specified generator. Immutable.
 */
final class Split {
    private final int[] train;
    private final int[] test;

    private Split(int[] train, int[] test) {
        this.train = train;
        this.test = test;
    }

    /**
     * Divides the rows.
     *
     * @param labels 0 or 1 for each row
     * @param trainFraction in (0, 1), and such that neither side is empty
     * @throws IllegalArgumentException if a label is not 0 or 1, or a side would be empty
     */
    static Split stratified(int[] labels, double trainFraction, long seed) {
        if (!(trainFraction > 0 && trainFraction < 1)) {
            throw new IllegalArgumentException(
                    "train fraction " + trainFraction + " is outside (0, 1); use 0.66 for two thirds");
        }
        int trainSize = (int) Math.floor(trainFraction * labels.length);
        if (trainSize == 0) {
            throw new IllegalArgumentException("train fraction " + trainFraction + " of " + labels.length
                    + " rows leaves none to train on; use more rows or a larger fraction");
        }
        int[] negative = positionsOf(0, labels);
        int[] positive = positionsOf(1, labels);
        if (negative.length + positive.length != labels.length) {
            throw new IllegalArgumentException("labels hold something other than 0 and 1; map the labels first");
        }
        // Two classes: the larger remainder is the same as rounding the share of one of them.
        int fromPositive = Math.toIntExact(Math.round((double) trainSize * positive.length / labels.length));
        int fromNegative = trainSize - fromPositive;
        Random random = new Random(seed);
        shuffle(negative, random);
        shuffle(positive, random);
        return new Split(
                merge(negative, 0, fromNegative, positive, 0, fromPositive),
                merge(negative, fromNegative, negative.length, positive, fromPositive, positive.length));
    }

    /** Positions that train, ascending. */
    int[] train() {
        return train.clone();
    }

    /** Positions that test, ascending. */
    int[] test() {
        return test.clone();
    }

    private static int[] positionsOf(int label, int[] labels) {
        int[] found = new int[labels.length];
        int count = 0;
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] == label) {
                found[count++] = row;
            }
        }
        return Arrays.copyOf(found, count);
    }

    static void shuffle(int[] values, Random random) {
        for (int last = values.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int kept = values[last];
            values[last] = values[other];
            values[other] = kept;
        }
    }

    private static int[] merge(int[] a, int aFrom, int aTo, int[] b, int bFrom, int bTo) {
        int[] merged = Arrays.copyOf(Arrays.copyOfRange(a, aFrom, aTo), aTo - aFrom + bTo - bFrom);
        System.arraycopy(b, bFrom, merged, aTo - aFrom, bTo - bFrom);
        Arrays.sort(merged);
        return merged;
    }
}
