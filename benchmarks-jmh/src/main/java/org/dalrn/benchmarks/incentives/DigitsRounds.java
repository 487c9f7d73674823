package org.dalrn.benchmarks.incentives;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.core.aggregation.FixedPointScale;
import org.dalrn.core.aggregation.PartialSum;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.incentive.contribution.CoalitionModels;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;

/**
 * Rounds of federated averaging on real images of handwritten digits, kept so that their contributions can be measured.
 *
 * <p>The data are those of {@code examples/digits} (UCI Optical Recognition of Handwritten Digits), 3,823 images for
 * training, each digit divided among the nodes in shares of a Dirichlet distribution. The network is 64 pixels, some
 * rectified units, 10 digits; trained by plain stochastic gradient descent in this class, so that no framework is needed.
 */
final class DigitsRounds {
    private static final Path DATA = Path.of("examples", "digits", "src", "main", "resources")
            .resolve(Path.of("org", "dalrn", "examples", "digits"));
    private static final int PIXELS = 64;
    private static final int CLASSES = 10;
    private static final FixedPointScale SCALE = FixedPointScale.plan(16, 1L << 20);

    private final int hidden;
    private final ParameterLayout layout;
    private final float[][] trainImages;
    private final int[] trainDigits;
    private final float[][] testImages;
    private final int[] testDigits;

    DigitsRounds(int hidden) throws IOException {
        this.hidden = hidden;
        this.layout = ParameterLayout.of(
                new TensorSpec("hidden", List.of(PIXELS + 1, hidden)),
                new TensorSpec("output", List.of(hidden + 1, CLASSES)));
        int[][] train = read("optdigits.tra");
        int[][] test = read("optdigits.tes");
        trainImages = Arrays.stream(train).map(DigitsRounds::pixels).toArray(float[][]::new);
        trainDigits = Arrays.stream(train).mapToInt(row -> row[PIXELS]).toArray();
        testImages = Arrays.stream(test).map(DigitsRounds::pixels).toArray(float[][]::new);
        testDigits = Arrays.stream(test).mapToInt(row -> row[PIXELS]).toArray();
    }

    private static int[][] read(String name) throws IOException {
        return Files.readAllLines(DATA.resolve(name), StandardCharsets.US_ASCII).stream()
                .map(line -> Arrays.stream(line.split(",", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray())
                .toArray(int[][]::new);
    }

    private static float[] pixels(int[] row) {
        float[] pixels = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            pixels[i] = row[i] / 16f;
        }
        return pixels;
    }

    /**
     * What a round leaves behind.
     *
     * @param updates one of each node
     * @param models of the coalitions of nodes
     */
    record Round(List<CoalitionModels.Update> updates, CoalitionModels models) {}

    /** The rounds of one run. */
    List<Round> run(int nodes, int rounds, double concentration, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<int[]> split = split(nodes, concentration, random);
        float[] start = new float[layout.elementCount()];
        for (int i = 0; i < start.length; i++) {
            start[i] = (float) ((random.nextDouble() - 0.5) * 0.2);
        }
        Parameters model = Parameters.copyOf(layout, start);
        List<Round> games = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            List<CoalitionModels.Update> updates = new ArrayList<>();
            for (int node = 0; node < nodes; node++) {
                Parameters delta = train(model, split.get(node), random).minus(model);
                ContentHash id = PartialSum.updateId(new NodeId("node-" + node), delta.contentHash());
                updates.add(new CoalitionModels.Update(id, split.get(node).length, UpdateBytes.of(delta)));
            }
            CoalitionModels models = CoalitionModels.ofUpdates(
                    new RunId("digits"), round, SCALE, model, new FedAvg(Sampling.defaults()), updates);
            games.add(new Round(List.copyOf(updates), models));
            model = models.model(Coalition.all(nodes));
        }
        return games;
    }

    private List<int[]> split(int nodes, double concentration, SplittableRandom random) {
        while (true) {
            List<List<Integer>> parts = new ArrayList<>();
            for (int node = 0; node < nodes; node++) {
                parts.add(new ArrayList<>());
            }
            for (int digit = 0; digit < CLASSES; digit++) {
                double[] upTo = new double[nodes];
                double sum = 0;
                for (int node = 0; node < nodes; node++) {
                    sum += gamma(concentration, random);
                    upTo[node] = sum;
                }
                for (int row = 0; row < trainDigits.length; row++) {
                    if (trainDigits[row] == digit) {
                        double at = random.nextDouble() * sum;
                        int node = 0;
                        while (node < nodes - 1 && upTo[node] < at) {
                            node++;
                        }
                        parts.get(node).add(row);
                    }
                }
            }
            if (parts.stream().allMatch(rows -> rows.size() >= 20)) {
                return parts.stream()
                        .map(rows -> rows.stream().mapToInt(Integer::intValue).toArray())
                        .toList();
            }
        }
    }

    /** A gamma variate by Marsaglia and Tsang, ACM TOMS 26, 2000. */
    private static double gamma(double shape, SplittableRandom random) {
        if (shape < 1) {
            return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double angle = 2 * Math.PI * random.nextDouble();
            double x = Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(angle);
            double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
            if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }

    /** Two passes over a node's images, one image a step. */
    private Parameters train(Parameters from, int[] rows, SplittableRandom random) {
        float[] w = from.toArray();
        int output = (PIXELS + 1) * hidden;
        float[] units = new float[hidden + 1];
        float[] back = new float[hidden];
        double[] scores = new double[CLASSES];
        float rate = 0.02f;
        int[] order = rows.clone();
        for (int epoch = 0; epoch < 2; epoch++) {
            for (int last = order.length - 1; last > 0; last--) {
                int other = random.nextInt(last + 1);
                int kept = order[last];
                order[last] = order[other];
                order[other] = kept;
            }
            for (int row : order) {
                float[] image = trainImages[row];
                forward(w, image, units, scores);
                softmax(scores);
                scores[trainDigits[row]] -= 1;
                Arrays.fill(back, 0);
                for (int unit = 0; unit <= hidden; unit++) {
                    for (int k = 0; k < CLASSES; k++) {
                        int at = output + unit * CLASSES + k;
                        if (unit < hidden) {
                            back[unit] += (float) scores[k] * w[at];
                        }
                        w[at] -= rate * (float) scores[k] * units[unit];
                    }
                }
                for (int unit = 0; unit < hidden; unit++) {
                    if (units[unit] <= 0) {
                        back[unit] = 0;
                    }
                }
                for (int pixel = 0; pixel <= PIXELS; pixel++) {
                    float x = pixel < PIXELS ? image[pixel] : 1;
                    if (x != 0) {
                        int at = pixel * hidden;
                        for (int unit = 0; unit < hidden; unit++) {
                            w[at + unit] -= rate * x * back[unit];
                        }
                    }
                }
            }
        }
        return Parameters.copyOf(layout, w);
    }

    private void forward(float[] w, float[] image, float[] units, double[] scores) {
        System.arraycopy(w, PIXELS * hidden, units, 0, hidden);
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            float x = image[pixel];
            if (x != 0) {
                int at = pixel * hidden;
                for (int unit = 0; unit < hidden; unit++) {
                    units[unit] += w[at + unit] * x;
                }
            }
        }
        units[hidden] = 1;
        Arrays.fill(scores, 0);
        int output = (PIXELS + 1) * hidden;
        for (int unit = 0; unit <= hidden; unit++) {
            float active = unit < hidden ? Math.max(0, units[unit]) : 1;
            units[unit] = active;
            for (int k = 0; k < CLASSES; k++) {
                scores[k] += active * w[output + unit * CLASSES + k];
            }
        }
    }

    private static void softmax(double[] scores) {
        double most = Arrays.stream(scores).max().orElseThrow();
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
            scores[k] = Math.exp(scores[k] - most);
            sum += scores[k];
        }
        for (int k = 0; k < CLASSES; k++) {
            scores[k] /= sum;
        }
    }

    /**
     * How well a model reads the 1,797 test images, by other writers.
     *
     * @param accuracy the share of images that are read rightly
     * @param minusLoss minus the mean cross-entropy, in nats
     */
    record Quality(double accuracy, double minusLoss) {}

    Quality test(Parameters model) {
        float[] w = model.toArray();
        float[] units = new float[hidden + 1];
        double[] scores = new double[CLASSES];
        int right = 0;
        double loss = 0;
        for (int row = 0; row < testImages.length; row++) {
            forward(w, testImages[row], units, scores);
            softmax(scores);
            double own = scores[testDigits[row]];
            boolean largest = true;
            for (int k = 0; k < CLASSES; k++) {
                largest &= scores[k] < own || k == testDigits[row];
            }
            right += largest ? 1 : 0;
            loss -= Math.log(Math.max(own, 1e-12));
        }
        return new Quality((double) right / testImages.length, -loss / testImages.length);
    }
}
