package org.dalrn.examples.heart;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Feature rows with their binary labels, in a fixed order.
 *
 * <p>Shape: {@code double[size][features]}; labels are 0 (no disease) or 1 (disease). Immutable: arrays are copied on the
 * way in and on the way out.
 */
public final class LabelledRows {
    private final double[][] features;
    private final int[] labels;
    private final int width;

    private LabelledRows(double[][] features, int[] labels, int width) {
        this.features = features;
        this.labels = labels;
        this.width = width;
    }

    /**
     * Copies rows and labels.
     *
     * @param features finite values, {@code [row][feature]}, at least one row, all rows of one length of at least 1
     * @param labels 0 or 1, one for each row
     * @throws IllegalArgumentException if a shape, a value or a label is outside what is stated above
     */
    public static LabelledRows copyOf(double[][] features, int[] labels) {
        Objects.requireNonNull(features, "features");
        Objects.requireNonNull(labels, "labels");
        if (features.length == 0 || features.length != labels.length) {
            throw new IllegalArgumentException("got " + features.length + " rows and " + labels.length
                    + " labels; pass at least one row and exactly one label for each");
        }
        int width = features[0].length;
        double[][] copy = new double[features.length][];
        for (int row = 0; row < features.length; row++) {
            if (width == 0 || features[row].length != width) {
                throw new IllegalArgumentException("row " + row + " has " + features[row].length
                        + " features, row 0 has " + width + "; give all rows the same number, at least 1");
            }
            for (int column = 0; column < width; column++) {
                if (!Double.isFinite(features[row][column])) {
                    throw new IllegalArgumentException("row " + row + ", feature " + column + " is "
                            + features[row][column] + "; only finite values are allowed, drop or impute the row");
                }
            }
            if (labels[row] != 0 && labels[row] != 1) {
                throw new IllegalArgumentException(
                        "row " + row + " has label " + labels[row] + "; allowed are 0 and 1, map the label first");
            }
            copy[row] = features[row].clone();
        }
        return new LabelledRows(copy, labels.clone(), width);
    }

    /**
     * Puts the rows of several parts one after the other.
     *
     * @throws IllegalArgumentException if {@code parts} is empty or their widths differ
     */
    public static LabelledRows concat(List<LabelledRows> parts) {
        int size = parts.stream().mapToInt(LabelledRows::size).sum();
        double[][] features = new double[size][];
        int[] labels = new int[size];
        int next = 0;
        for (LabelledRows part : parts) {
            for (int row = 0; row < part.size(); row++, next++) {
                features[next] = part.features[row];
                labels[next] = part.labels[row];
            }
        }
        return copyOf(features, labels);
    }

    /** Number of rows, at least 1. */
    public int size() {
        return labels.length;
    }

    /** Number of features of each row, at least 1. */
    public int width() {
        return width;
    }

    /** Number of rows with label 1. */
    public int positives() {
        return Arrays.stream(labels).sum();
    }

    /** One value; {@code row} in {@code [0, size)}, {@code column} in {@code [0, width)}. */
    public double feature(int row, int column) {
        return features[row][column];
    }

    /** The label of a row: 0 or 1. */
    public int label(int row) {
        return labels[row];
    }

    /** A copy of the features, {@code [size][width]}. */
    public double[][] features() {
        double[][] copy = new double[features.length][];
        Arrays.setAll(copy, row -> features[row].clone());
        return copy;
    }

    /** A copy of the labels. */
    public int[] labels() {
        return labels.clone();
    }

    /**
     * The rows at the given positions, in that order.
     *
     * @throws IndexOutOfBoundsException if a position is outside {@code [0, size)}
     */
    public LabelledRows select(int[] positions) {
        double[][] chosen = new double[positions.length][];
        int[] chosenLabels = new int[positions.length];
        for (int i = 0; i < positions.length; i++) {
            int row = Objects.checkIndex(positions[i], labels.length);
            chosen[i] = features[row];
            chosenLabels[i] = labels[row];
        }
        return copyOf(chosen, chosenLabels);
    }

    /** Row without a copy, for the arithmetic of this package; callers must not write to it. */
    double[] row(int row) {
        return features[row];
    }

    @Override
    public String toString() {
        return "LabelledRows[" + size() + " x " + width + ", " + positives() + " positive]";
    }
}
