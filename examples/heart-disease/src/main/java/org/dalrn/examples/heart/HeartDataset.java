package org.dalrn.examples.heart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The usable records of one centre, before any scaling.
 *
 * <p>Preprocessing as FLamby describes it for Fed-Heart-Disease: of the 14 columns, slope, ca and thal (11 to 13) are
 * dropped because most centres did not record them; rows with a missing value in a remaining column are dropped; chest
 * pain (3) and resting electrocardiogram (7) become indicator columns with the first level left out; the label is 1 when
 * the diagnosis is 1 to 4. The level lists are fixed and public, so all centres agree on the layout without having looked
 * at each other's data.
 *
 * <p>Source: du Terrail et al., FLamby, NeurIPS 2022, section "Fed-Heart-Disease"; data: doi 10.24432/C52P4X.
 */
public final class HeartDataset {
    /** What each feature is, in order; the length is the number of features. */
    public static final List<String> FEATURE_NAMES = List.of(
            "age [years]",
            "male",
            "chest pain: atypical angina",
            "chest pain: non-anginal",
            "chest pain: asymptomatic",
            "resting blood pressure [mmHg]",
            "cholesterol [mg/dl]",
            "fasting blood sugar > 120 mg/dl",
            "resting ecg: ST-T abnormality",
            "resting ecg: left ventricular hypertrophy",
            "maximum heart rate [1/min]",
            "exercise-induced angina",
            "ST depression [mm]");

    private static final int COLUMNS = 14;
    private static final int CHEST_PAIN = 2;
    private static final int RESTING_ECG = 6;
    private static final int FIRST_DROPPED = 10;
    private static final int DIAGNOSIS = 13;
    private static final int MAX_DIAGNOSIS = 4;
    private static final List<Integer> CHEST_PAIN_LEVELS = List.of(1, 2, 3, 4);
    private static final List<Integer> RESTING_ECG_LEVELS = List.of(0, 1, 2);

    private HeartDataset() {}

    /**
     * Reads the records of a centre from the class path.
     *
     * @return rows in file order, features as in {@link #FEATURE_NAMES}, unscaled
     */
    public static LabelledRows load(Hospital hospital) {
        String resource = hospital.resource();
        try (InputStream stream = HeartDataset.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("bug: resource " + resource + " is not packaged beside HeartDataset");
            }
            return parse(new InputStreamReader(stream, StandardCharsets.US_ASCII), resource);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read resource " + resource, e);
        }
    }

    /**
     * Reads records in the format of the UCI "processed" files: 14 comma-separated numbers a line, {@code ?} = missing.
     *
     * @param name what error messages call the source
     * @throws IllegalArgumentException if a line is malformed or a category is unknown, naming the line; or if no row is
     *     complete
     */
    static LabelledRows parse(Reader source, String name) throws IOException {
        List<double[]> features = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        BufferedReader reader = new BufferedReader(source);
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String place = name + ", line " + number;
            String[] cells = line.split(",", -1);
            if (cells.length != COLUMNS) {
                throw new IllegalArgumentException(place + " has " + cells.length + " columns; the format has "
                        + COLUMNS + ", use the 'processed' files");
            }
            if (isComplete(cells)) {
                features.add(encode(cells, place));
                labels.add(level(cells, DIAGNOSIS, 0, MAX_DIAGNOSIS, place) == 0 ? 0 : 1);
            }
        }
        if (features.isEmpty()) {
            throw new IllegalArgumentException(
                    name + " has no complete row in " + number + " lines; at least one is needed");
        }
        return LabelledRows.copyOf(
                features.toArray(double[][]::new),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    private static boolean isComplete(String[] cells) {
        for (int column = 0; column < COLUMNS; column++) {
            boolean used = column < FIRST_DROPPED || column == DIAGNOSIS;
            if (used && cells[column].strip().equals("?")) {
                return false;
            }
        }
        return true;
    }

    private static double[] encode(String[] cells, String place) {
        double[] row = new double[FEATURE_NAMES.size()];
        int next = 0;
        for (int column = 0; column < FIRST_DROPPED; column++) {
            if (column == CHEST_PAIN) {
                next = indicators(row, next, cells, column, CHEST_PAIN_LEVELS, place);
            } else if (column == RESTING_ECG) {
                next = indicators(row, next, cells, column, RESTING_ECG_LEVELS, place);
            } else {
                row[next++] = number(cells, column, place);
            }
        }
        return row;
    }

    private static int indicators(
            double[] row, int from, String[] cells, int column, List<Integer> levels, String place) {
        int level = level(cells, column, levels.get(0), levels.get(levels.size() - 1), place);
        int next = from;
        for (int candidate : levels.subList(1, levels.size())) {
            row[next++] = level == candidate ? 1 : 0;
        }
        return next;
    }

    private static int level(String[] cells, int column, int min, int max, String place) {
        double value = number(cells, column, place);
        if (value != Math.rint(value) || value < min || value > max) {
            throw new IllegalArgumentException(place + ", column " + (column + 1) + " is " + cells[column]
                    + "; allowed are whole numbers from " + min + " to " + max);
        }
        return (int) value;
    }

    private static double number(String[] cells, int column, String place) {
        double value;
        try {
            value = Double.parseDouble(cells[column].strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(notANumber(cells, column, place), e);
        }
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(notANumber(cells, column, place));
        }
        return value;
    }

    private static String notANumber(String[] cells, int column, String place) {
        return place + ", column " + (column + 1) + " is '" + cells[column]
                + "'; allowed are finite numbers, and ? for a missing one";
    }
}
