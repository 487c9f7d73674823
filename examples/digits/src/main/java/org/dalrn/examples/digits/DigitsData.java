package org.dalrn.examples.digits;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images of handwritten digits, 8 x 8 pixels, with the digit that each shows.
 *
 * <p>Shape: {@code [rows][64]}, an image row-major. Range: pixels in [0, 1]; digits 0 to 9. Immutable
 * and thread-safe.
 *
 * <p>Source: UCI Optical Recognition of Handwritten Digits, see ATTRIBUTION.md beside the data.
 */
public final class DigitsData {
    /** Pixels of an image. */
    public static final int PIXELS = 64;

    /** Kinds of digits. */
    public static final int CLASSES = 10;

    private static final int SIDE = 8;
    private static final int LARGEST_COUNT = 16;

    private final float[] pixels;
    private final int[] digits;

    private DigitsData(float[] pixels, int[] digits) {
        this.pixels = pixels;
        this.digits = digits;
    }

    /** The 3,823 images for training, from 30 writers. */
    public static DigitsData train() {
        return resource("optdigits.tra");
    }

    /** The 1,797 images for testing, from 13 other writers. */
    public static DigitsData test() {
        return resource("optdigits.tes");
    }

    private static DigitsData resource(String name) {
        try (InputStream stream = Objects.requireNonNull(DigitsData.class.getResourceAsStream(name), name)) {
            return read(stream);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + name, e);
        }
    }

    /**
     * Reads the UCI format: 64 counts of 0 to 16 and the digit, separated by commas, one image a line.
     *
     * @throws IllegalArgumentException if a line is anything else, or there is none
     */
    static DigitsData read(InputStream stream) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII));
        int[][] rows = reader.lines().map(DigitsData::row).toArray(int[][]::new);
        if (rows.length == 0) {
            throw new IllegalArgumentException("there is no line; pass a file such as optdigits.tra");
        }
        float[] pixels = new float[rows.length * PIXELS];
        int[] digits = new int[rows.length];
        for (int row = 0; row < rows.length; row++) {
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                pixels[row * PIXELS + pixel] = (float) rows[row][pixel] / LARGEST_COUNT;
            }
            digits[row] = rows[row][PIXELS];
        }
        return new DigitsData(pixels, digits);
    }

    private static int[] row(String line) {
        String[] columns = line.split(",", -1);
        if (columns.length != PIXELS + 1) {
            throw new IllegalArgumentException("line with " + columns.length
                    + " columns, not 64 counts and the digit; pass a file such as optdigits.tra");
        }
        int[] row = new int[columns.length];
        for (int column = 0; column < row.length; column++) {
            int most = column == PIXELS ? CLASSES - 1 : LARGEST_COUNT;
            row[column] = Integer.parseInt(columns[column]);
            if (row[column] < 0 || row[column] > most) {
                throw new IllegalArgumentException(
                        "column " + column + " is " + row[column] + ", outside [0, " + most + "]");
            }
        }
        return row;
    }

    /** The number of images. */
    public int size() {
        return digits.length;
    }

    /** The digit of an image, 0 to 9. */
    public int digit(int row) {
        return digits[row];
    }

    /** A copy of all digits, for splitting. */
    public int[] digits() {
        return digits.clone();
    }

    /**
     * The images at these positions, in this order.
     *
     * @throws IndexOutOfBoundsException if a position is outside
     */
    public DigitsData at(int... rows) {
        float[] some = new float[rows.length * PIXELS];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(pixels, rows[i] * PIXELS, some, i * PIXELS, PIXELS);
        }
        return new DigitsData(some, Arrays.stream(rows).map(this::digit).toArray());
    }

    /**
     * These images and four copies of each, moved by half a pixel up, down, left and right, in a random order.
     *
     * <p>Other writers place digits a little differently. Half a pixel is the mean of neighbouring pixels; beyond the
     * edge there is paper, 0.
     */
    public DigitsData withShiftedCopies(long seed) {
        int[] rightwards = {0, 1, -1, 0, 0};
        int[] downwards = {0, 0, 0, 1, -1};
        float[] copies = new float[rightwards.length * pixels.length];
        int[] copiedDigits = new int[rightwards.length * digits.length];
        int[] order = new int[copiedDigits.length];
        for (int row = 0; row < order.length; row++) {
            int direction = row / size();
            int original = row % size();
            order[row] = row;
            copiedDigits[row] = digits[original];
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                int x = pixel % SIDE;
                int y = pixel / SIDE;
                float from = pixel(original, x - rightwards[direction], y - downwards[direction]);
                copies[row * PIXELS + pixel] = (pixel(original, x, y) + from) / 2;
            }
        }
        DirichletSplit.shuffle(order, new Random(seed));
        return new DigitsData(copies, copiedDigits).at(order);
    }

    private float pixel(int row, int x, int y) {
        boolean inside = x >= 0 && x < SIDE && y >= 0 && y < SIDE;
        return inside ? pixels[row * PIXELS + y * SIDE + x] : 0;
    }

    /** The images as DL4J takes them: features {@code [size, 64]}, labels one-hot {@code [size, 10]}, float32. */
    public DataSet toDataSet() {
        float[] oneHot = new float[size() * CLASSES];
        for (int row = 0; row < size(); row++) {
            oneHot[row * CLASSES + digits[row]] = 1;
        }
        return new DataSet(matrix(pixels, PIXELS), matrix(oneHot, CLASSES));
    }

    private INDArray matrix(float[] values, int columns) {
        return Nd4j.create(values, new long[] {size(), columns}, 'c').castTo(DataType.FLOAT);
    }
}
