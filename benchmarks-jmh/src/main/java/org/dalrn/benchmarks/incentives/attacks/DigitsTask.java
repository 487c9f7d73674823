package org.dalrn.benchmarks.incentives.attacks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;

/**
 * Ten partners learn to read the digits of the example {@code digits} by softmax regression, 650 parameters.
 *
 * <p>Each partner holds the images of about three writers, told apart by their order in the file, and two of them (0 and 1)
 * only a fifth of theirs; the utility is measured on the file of the other writers.
 */
final class DigitsTask implements LearningTask {
    private static final int PIXELS = 64;
    private static final int CLASSES = 10;
    private static final int PARTNERS = 10;
    private static final int LOCAL_EPOCHS = 3;
    private static final int BATCH = 32;
    private static final float LEARNING_RATE = 0.2f;
    private static final ParameterLayout LAYOUT = ParameterLayout.of(
            new TensorSpec("weights", List.of(CLASSES, PIXELS)), new TensorSpec("bias", List.of(CLASSES)));

    private static final Images TRAIN = Images.read("optdigits.tra");
    private static final Images TEST = Images.read("optdigits.tes");

    private final long seed;
    private final int[][] rows = new int[PARTNERS][];

    DigitsTask(long seed) {
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        int each = TRAIN.labels.length / PARTNERS;
        for (int partner = 0; partner < PARTNERS; partner++) {
            int[] own = new int[partner < 2 ? each / 5 : each];
            for (int i = 0; i < own.length; i++) {
                own[i] = partner * each + (partner < 2 ? random.nextInt(each) : i);
            }
            rows[partner] = own;
        }
    }

    /** Images with their digits. */
    private static final class Images {
        private final float[][] pixels;
        private final int[] labels;

        private Images(float[][] pixels, int[] labels) {
            this.pixels = pixels;
            this.labels = labels;
        }

        static Images read(String name) {
            List<float[]> pixels = new ArrayList<>();
            List<Integer> labels = new ArrayList<>();
            try (InputStream stream = Objects.requireNonNull(
                            DigitsTask.class.getResourceAsStream("/org/dalrn/examples/digits/" + name), name);
                    BufferedReader lines =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] fields = line.split(",", -1);
                    float[] image = new float[PIXELS];
                    for (int i = 0; i < PIXELS; i++) {
                        image[i] = Integer.parseInt(fields[i].strip()) / 16f;
                    }
                    pixels.add(image);
                    labels.add(Integer.parseInt(fields[PIXELS].strip()));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot read " + name, failure);
            }
            return new Images(
                    pixels.toArray(float[][]::new),
                    labels.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    @Override
    public String name() {
        return "digits";
    }

    @Override
    public int partners() {
        return PARTNERS;
    }

    @Override
    public int examples(int partner) {
        return rows[partner].length;
    }

    @Override
    public Parameters initial() {
        return Parameters.zeros(LAYOUT);
    }

    @Override
    public Parameters update(int partner, int part, int parts, Parameters global, int round) {
        float[] before = global.toArray();
        float[] weights = before.clone();
        int[] order = IntStream.range(0, rows[partner].length)
                .filter(i -> i % parts == part)
                .map(i -> rows[partner][i])
                .toArray();
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + partner * 1009L + round);
        double[] scores = new double[CLASSES];
        for (int epoch = 0; epoch < LOCAL_EPOCHS; epoch++) {
            shuffle(order, random);
            for (int from = 0; from < order.length; from += BATCH) {
                step(weights, order, from, Math.min(order.length, from + BATCH), scores);
            }
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= before[i];
        }
        return Parameters.copyOf(LAYOUT, weights);
    }

    private static void shuffle(int[] order, SplittableRandom random) {
        for (int last = order.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int kept = order[last];
            order[last] = order[other];
            order[other] = kept;
        }
    }

    private static void step(float[] weights, int[] order, int from, int to, double[] scores) {
        float[] gradient = new float[weights.length];
        for (int at = from; at < to; at++) {
            float[] image = TRAIN.pixels[order[at]];
            probabilities(weights, image, scores);
            scores[TRAIN.labels[order[at]]] -= 1;
            for (int k = 0; k < CLASSES; k++) {
                float error = (float) scores[k];
                for (int i = 0; i < PIXELS; i++) {
                    gradient[k * PIXELS + i] += error * image[i];
                }
                gradient[CLASSES * PIXELS + k] += error;
            }
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= LEARNING_RATE * gradient[i] / (to - from);
        }
    }

    private static void probabilities(float[] weights, float[] image, double[] scores) {
        for (int k = 0; k < CLASSES; k++) {
            float score = weights[CLASSES * PIXELS + k];
            for (int i = 0; i < PIXELS; i++) {
                score += weights[k * PIXELS + i] * image[i];
            }
            scores[k] = score;
        }
        double largest = Arrays.stream(scores).max().orElseThrow();
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
            scores[k] = StrictMath.exp(scores[k] - largest);
            sum += scores[k];
        }
        for (int k = 0; k < CLASSES; k++) {
            scores[k] /= sum;
        }
    }

    @Override
    public double utility(Parameters model) {
        float[] weights = model.toArray();
        double[] scores = new double[CLASSES];
        double loss = 0;
        for (int i = 0; i < TEST.labels.length; i++) {
            probabilities(weights, TEST.pixels[i], scores);
            loss -= StrictMath.log(Math.max(1e-12, scores[TEST.labels[i]]));
        }
        return -loss / TEST.labels.length;
    }

    @Override
    public int rounds() {
        return 10;
    }
}
