package org.dalrn.examples.heart;

/**
 * Per-feature centring and scaling, fitted on the training rows of one centre.
 *
 * <p>{@code (value - mean) / sd} with the population standard deviation. A feature without spread in the training rows
 * says nothing about them and becomes 0 in every row, test rows too; Switzerland's cholesterol, recorded as 0 throughout, is
 * such a one. Immutable.
 */
final class Standardization {
    private final double[] mean;
    private final double[] standardDeviation;

    private Standardization(double[] mean, double[] standardDeviation) {
        this.mean = mean;
        this.standardDeviation = standardDeviation;
    }

    /** Measures mean and standard deviation of each feature. */
    static Standardization fit(LabelledRows train) {
        int width = train.width();
        double[] mean = new double[width];
        double[] deviation = new double[width];
        for (int column = 0; column < width; column++) {
            boolean constant = true;
            double sum = 0;
            for (int row = 0; row < train.size(); row++) {
                double value = train.feature(row, column);
                sum += value;
                constant &= value == train.feature(0, column);
            }
            mean[column] = sum / train.size();
            // Asked of the values, not of the computed deviation: a constant 0.1 has one of 1e-17, not 0.
            if (!constant) {
                double squares = 0;
                for (int row = 0; row < train.size(); row++) {
                    double distance = train.feature(row, column) - mean[column];
                    squares += distance * distance;
                }
                deviation[column] = Math.sqrt(squares / train.size());
            }
        }
        return new Standardization(mean, deviation);
    }

    /**
     * Scales rows of the layout that was fitted.
     *
     * @throws IllegalArgumentException if the number of features differs
     */
    LabelledRows apply(LabelledRows rows) {
        if (rows.width() != mean.length) {
            throw new IllegalArgumentException("rows have " + rows.width() + " features, the fit has " + mean.length
                    + "; pass rows of the same layout");
        }
        double[][] scaled = new double[rows.size()][mean.length];
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < mean.length; column++) {
                scaled[row][column] = standardDeviation[column] == 0
                        ? 0
                        : (rows.feature(row, column) - mean[column]) / standardDeviation[column];
            }
        }
        return LabelledRows.copyOf(scaled, rows.labels());
    }
}
