package org.dalrn.benchmarks.incentives;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.incentive.contribution.Alignment;
import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.incentive.contribution.CoalitionGame;
import org.dalrn.core.incentive.contribution.Contributions;
import org.dalrn.core.incentive.contribution.GradientAlignment;
import org.dalrn.core.incentive.contribution.GroupEstimates;
import org.dalrn.core.incentive.contribution.GroupRound;
import org.dalrn.core.incentive.contribution.GroupShapley;
import org.dalrn.core.incentive.contribution.GtgShapley;
import org.dalrn.core.incentive.contribution.NodeGroups;
import org.dalrn.core.incentive.contribution.RunContributions;
import org.dalrn.core.incentive.contribution.ShapleyValue;
import org.dalrn.core.incentive.contribution.UpdateSimilarity;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;

/**
 * How near estimated contributions come to exact Shapley values on real digits, and what they cost; one thread.
 *
 * <p>For each of four seeds ten nodes (Dirichlet 0.5) train ten rounds; all 1,024 sub-models of every round are
 * measured on 1,797 images by other writers. Errors are of the contributions to the whole run: the sum over
 * nodes of differences from the exact value, over the sum of magnitudes of the exact values. GTG-Shapley may evaluate 153
 * sub-models of a round, 14.9 %; each run is estimated with three seeds of coalitions.
 *
 * <p>Times are medians; {@code cpu} is the median of the thread's processor time, for machines that others use too.
 */
final class ContributionFigures {
    private static final int NODES = 10;
    private static final int ROUNDS = 10;
    private static final int SUBMODELS = 1 << NODES;
    private static final int MOST_EVALUATIONS = 153;
    private static final int RUNS = 4;
    private static final int REPEATS = 3;
    private static final List<NodeId> NAMES =
            IntStream.range(0, NODES).mapToObj(i -> new NodeId("node-" + i)).toList();

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ContributionFigures() {}

    /**
     * Measures and prints, once what must be equal has turned out equal.
     *
     * @throws IOException if the images cannot be read
     */
    static void print() throws IOException {
        printShapley();
        printExactTime();
        printAlignment();
        printSimilarity();
    }

    /** The measured sub-models of a run: values {@code [round][coalition]} and weights {@code [round][node]}. */
    private static final class MeasuredRun {
        final double[][] values = new double[ROUNDS][SUBMODELS];
        final long[][] weights = new long[ROUNDS][NODES];

        CoalitionGame game(int round) {
            double[] table = values[round];
            return new CoalitionGame() {
                @Override
                public int players() {
                    return NODES;
                }

                @Override
                public double value(Coalition coalition) {
                    return table[Integer.parseInt(coalition.toString(), 16)];
                }
            };
        }
    }

    private static void printShapley() throws IOException {
        DigitsRounds digits = new DigitsRounds(24);
        List<MeasuredRun> byLoss = new ArrayList<>();
        List<MeasuredRun> byAccuracy = new ArrayList<>();
        for (int seed = 1; seed <= RUNS; seed++) {
            MeasuredRun loss = new MeasuredRun();
            MeasuredRun accuracy = new MeasuredRun();
            List<DigitsRounds.Round> rounds = digits.run(NODES, ROUNDS, 0.5, seed);
            for (int t = 0; t < ROUNDS; t++) {
                DigitsRounds.Round round = rounds.get(t);
                for (int set = 0; set < SUBMODELS; set++) {
                    DigitsRounds.Quality quality = digits.test(round.models().model(Coalition.ofBits(set)));
                    loss.values[t][set] = quality.minusLoss();
                    accuracy.values[t][set] = quality.accuracy();
                }
                if (t > 0 && loss.values[t][0] != loss.values[t - 1][SUBMODELS - 1]) {
                    throw new IllegalStateException("round " + t + " does not start from the model of all");
                }
                for (int node = 0; node < NODES; node++) {
                    loss.weights[t][node] = round.updates().get(node).weight();
                    accuracy.weights[t][node] = loss.weights[t][node];
                }
            }
            byLoss.add(loss);
            byAccuracy.add(accuracy);
        }
        GtgShapley fixed = new GtgShapley(0, 0, 0, MOST_EVALUATIONS);
        printGtg("gtg_shapley_l1_error", "minus log-loss", byLoss, fixed, true);
        printGtg("gtg_shapley_l1_error_accuracy", "accuracy", byAccuracy, fixed, true);
        printGtg("gtg_shapley_l1_error_orders", "minus log-loss", byLoss, fixed, false);
        printGtg("gtg_shapley_l1_error_orders_accuracy", "accuracy", byAccuracy, fixed, false);
        GtgShapley converging = new GtgShapley(0, 0, 0.05, MOST_EVALUATIONS);
        printGtg("gtg_shapley_l1_error_early_stop", "minus log-loss", byLoss, converging, true);
        for (int size : new int[] {2, 3, 5}) {
            printGroups("minus log-loss", byLoss, size);
            printGroups("accuracy", byAccuracy, size);
        }
    }

    private static void printGtg(
            String name, String utility, List<MeasuredRun> runs, GtgShapley gtg, boolean interpolated) {
        double sum = 0;
        double worst = 0;
        long evaluations = 0;
        long nanos = 0;
        int intervals = 0;
        int covered = 0;
        for (int run = 0; run < runs.size(); run++) {
            MeasuredRun measured = runs.get(run);
            RunContributions exact = new RunContributions();
            for (int t = 0; t < ROUNDS; t++) {
                exact.add(NAMES, ShapleyValue.exact(measured.game(t)));
            }
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                RunContributions estimated = new RunContributions();
                for (int t = 0; t < ROUNDS; t++) {
                    ContentHash seed = seed(name + " " + run + " " + repeat + " " + t);
                    long start = THREADS.getCurrentThreadCpuTime();
                    Contributions contributions = interpolated
                            ? gtg.interpolated(measured.game(t), measured.weights[t], seed)
                            : gtg.of(measured.game(t), seed);
                    nanos += THREADS.getCurrentThreadCpuTime() - start;
                    estimated.add(NAMES, contributions);
                    double[] exactRound = ShapleyValue.exact(measured.game(t)).values();
                    for (int node = 0; node < NODES; node++) {
                        OptionalDouble width = contributions.halfWidth(node);
                        if (width.isPresent()) {
                            intervals++;
                            double error = Math.abs(contributions.value(node) - exactRound[node]);
                            covered += error <= width.getAsDouble() ? 1 : 0;
                        }
                    }
                }
                double error = error(values(estimated), values(exact));
                sum += error;
                worst = Math.max(worst, error);
                evaluations += estimated.evaluations();
            }
        }
        int estimates = runs.size() * REPEATS;
        print(
                name,
                Map.of(
                        "utility",
                        utility,
                        "runs",
                        runs.size(),
                        "seeds_per_run",
                        REPEATS,
                        "worst",
                        rounded(worst),
                        "evaluations_share",
                        rounded((double) evaluations / estimates / ROUNDS / SUBMODELS),
                        "intervals_covering",
                        rounded((double) covered / intervals),
                        "cpu_ms_per_round",
                        rounded(nanos / 1e6 / estimates / ROUNDS)),
                sum / estimates,
                "ratio");
    }

    private static SortedMap<NodeId, Double> values(RunContributions run) {
        SortedMap<NodeId, Double> values = new TreeMap<>();
        run.totals().forEach((node, total) -> values.put(node, total.value()));
        return values;
    }

    /** Groups of a least size in ten rounds, against the exact values of the same run. */
    private static void printGroups(String utility, List<MeasuredRun> runs, int size) {
        double byLeastSquares = 0;
        double byShares = 0;
        double byNothing = 0;
        for (int run = 0; run < runs.size(); run++) {
            MeasuredRun measured = runs.get(run);
            RunContributions exact = new RunContributions();
            for (int t = 0; t < ROUNDS; t++) {
                exact.add(NAMES, ShapleyValue.exact(measured.game(t)));
            }
            double mean = values(exact).values().stream().mapToDouble(x -> x).sum() / NODES;
            SortedMap<NodeId, Double> same = new TreeMap<>();
            NAMES.forEach(node -> same.put(node, mean));
            byNothing += error(same, values(exact)) / runs.size();
            for (int repeat = 0; repeat < 10; repeat++) {
                List<GroupRound> rounds = new ArrayList<>();
                SortedMap<NodeId, Double> shares = new TreeMap<>();
                for (int t = 0; t < ROUNDS; t++) {
                    NodeGroups groups = NodeGroups.draw(seed("groups " + run + " " + repeat), t, 1, NAMES, size, NODES);
                    Map<Coalition, Double> utilities = new TreeMap<>();
                    for (Coalition coalition : groups.coalitions()) {
                        int[] members = groups.nodes(coalition).stream()
                                .mapToInt(NAMES::indexOf)
                                .toArray();
                        utilities.put(coalition, measured.game(t).value(Coalition.of(members)));
                    }
                    GroupRound round = GroupShapley.ofRound(groups, utilities);
                    round.shares().forEach((node, share) -> shares.merge(node, share, Double::sum));
                    rounds.add(round);
                }
                GroupEstimates estimates = GroupShapley.overRounds(rounds);
                SortedMap<NodeId, Double> values = new TreeMap<>();
                estimates.nodes().forEach((node, estimate) -> values.put(node, estimate.value()));
                byLeastSquares += error(values, values(exact)) / runs.size() / 10;
                byShares += error(shares, values(exact)) / runs.size() / 10;
            }
        }
        print(
                "group_shapley_l1_error",
                Map.of(
                        "utility",
                        utility,
                        "group_size",
                        size,
                        "rounds",
                        ROUNDS,
                        "equal_shares",
                        rounded(byShares),
                        "everyone_the_same",
                        rounded(byNothing)),
                byLeastSquares,
                "ratio");
    }

    private static double error(SortedMap<NodeId, Double> estimate, SortedMap<NodeId, Double> exact) {
        double difference = 0;
        double size = 0;
        for (Map.Entry<NodeId, Double> entry : exact.entrySet()) {
            difference += Math.abs(estimate.getOrDefault(entry.getKey(), 0.0) - entry.getValue());
            size += Math.abs(entry.getValue());
        }
        return difference / size;
    }

    /** All of a game of 20 players, whose values cost next to nothing. */
    private static void printExactTime() {
        double[] worth = new SplittableRandom(1).doubles(1 << 20).toArray();
        CoalitionGame game = new CoalitionGame() {
            @Override
            public int players() {
                return 20;
            }

            @Override
            public double value(Coalition coalition) {
                return worth[Math.floorMod(coalition.hashCode() * 0x9e3779b9, worth.length)] + coalition.size();
            }
        };
        double gain = game.value(Coalition.all(20)) - game.value(Coalition.empty());
        double[] times = new double[7];
        double[] cpu = new double[7];
        for (int i = -2; i < times.length; i++) {
            long cpuStart = THREADS.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            Contributions contributions = ShapleyValue.exact(game);
            times[Math.max(0, i)] = (System.nanoTime() - start) / 1e6;
            cpu[Math.max(0, i)] = (THREADS.getCurrentThreadCpuTime() - cpuStart) / 1e6;
            if (Math.abs(contributions.sum() - gain) > 1e-12) {
                throw new IllegalStateException("exact values sum to " + contributions.sum() + ", not to " + gain);
            }
        }
        Arrays.sort(times);
        Arrays.sort(cpu);
        print(
                "exact_shapley_20_players",
                Map.of("best", rounded(times[0]), "cpu", rounded(cpu[cpu.length / 2])),
                times[times.length / 2],
                "ms");
    }

    /** Updates of 25 million elements, 100 MB, in memory. */
    private static void printAlignment() {
        int elements = 25_000_000;
        ParameterLayout layout = ParameterLayout.of(new TensorSpec("w", List.of(elements)));
        SplittableRandom random = new SplittableRandom(2);
        Parameters aggregate = Parameters.create(layout, target -> {
            while (target.hasRemaining()) {
                target.put((float) (random.nextDouble() - 0.5));
            }
        });
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * elements).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(aggregate.asFloatBuffer());
        GradientAlignment alignment = GradientAlignment.with(aggregate, OptionalDouble.empty());
        double[] rates = new double[11];
        double[] cpu = new double[11];
        for (int i = -3; i < rates.length; i++) {
            long cpuStart = THREADS.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            Alignment own = alignment.of(UpdateBytes.of(bytes));
            rates[Math.max(0, i)] = layout.byteLength() / (double) (System.nanoTime() - start);
            cpu[Math.max(0, i)] = layout.byteLength() / (double) (THREADS.getCurrentThreadCpuTime() - cpuStart);
            if (!(own.cosine() > 1 - 1e-12)) {
                throw new IllegalStateException("the cosine of the aggregate with itself is " + own.cosine());
            }
        }
        Arrays.sort(rates);
        Arrays.sort(cpu);
        print(
                "alignment_throughput",
                Map.of(
                        "elements",
                        elements,
                        "best",
                        rounded(rates[rates.length - 1]),
                        "cpu",
                        rounded(cpu[cpu.length / 2])),
                rates[rates.length / 2],
                "GB/s");
    }

    /** All pairs of 32 updates of 250,000 elements. */
    private static void printSimilarity() {
        int elements = 250_000;
        SplittableRandom random = new SplittableRandom(3);
        List<UpdateBytes> updates = new ArrayList<>();
        for (int i = 0; i < 31; i++) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * elements).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                bytes.putFloat((float) (random.nextDouble() - 0.5));
            }
            updates.add(UpdateBytes.of(bytes.flip()));
        }
        updates.add(updates.get(7));
        double[] times = new double[7];
        double[] cpu = new double[7];
        for (int i = -2; i < times.length; i++) {
            long cpuStart = THREADS.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            UpdateSimilarity similarity = UpdateSimilarity.between(elements, updates);
            times[Math.max(0, i)] = (System.nanoTime() - start) / 1e6;
            cpu[Math.max(0, i)] = (THREADS.getCurrentThreadCpuTime() - cpuStart) / 1e6;
            if (Math.abs(similarity.dilution(31, 0.9) - 2) > 1e-9 || similarity.dilution(8, 0.9) != 1) {
                throw new IllegalStateException("a copy among 32 updates was not found");
            }
        }
        Arrays.sort(times);
        Arrays.sort(cpu);
        print(
                "similarity_32_updates",
                Map.of("elements", elements, "best", rounded(times[0]), "cpu", rounded(cpu[cpu.length / 2])),
                times[times.length / 2],
                "ms");
    }

    private static ContentHash seed(String text) {
        return ContentHash.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }

    private static void print(String name, Map<String, Object> params, double value, String unit) {
        IncentivesSuite.print(name, params, rounded(value), unit);
    }
}
