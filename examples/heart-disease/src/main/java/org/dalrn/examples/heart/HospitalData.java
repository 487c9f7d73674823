package org.dalrn.examples.heart;

import java.util.Objects;

/**
 * What one hospital trains and tests on: a stratified split of its own records, scaled by its own training rows.
 *
 * <p>Nothing in it depends on another hospital's records.
 *
 * @param hospital whose records these are
 * @param train training rows, each feature with mean 0 and standard deviation 1, or 0 throughout
 * @param test test rows, scaled by the mean and deviation of the training rows
 */
public record HospitalData(Hospital hospital, LabelledRows train, LabelledRows test) {
    /** Share of the rows that train, as in FLamby. */
    public static final double TRAIN_FRACTION = 0.66;

    public HospitalData {
        Objects.requireNonNull(hospital, "hospital");
        Objects.requireNonNull(train, "train");
        Objects.requireNonNull(test, "test");
    }

    /** Loads, splits and scales the records of a hospital; the seed decides the split alone. */
    public static HospitalData prepare(Hospital hospital, long seed) {
        LabelledRows rows = HeartDataset.load(hospital);
        Split split = Split.stratified(rows.labels(), TRAIN_FRACTION, seed);
        LabelledRows train = rows.select(split.train());
        Standardization scaling = Standardization.fit(train);
        return new HospitalData(hospital, scaling.apply(train), scaling.apply(rows.select(split.test())));
    }
}
