package org.dalrn.benchmarks.aggregation;

import java.util.Map;
import java.util.TreeMap;
import org.dalrn.benchmarks.Figure;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The suite {@code aggregation}: runs {@link FoldBenchmark} and prints one line of JSON for each figure on standard
 * output, the progress on standard error.
 *
 * <p>{@code fold_bytes_per_second_one_core} is the whole way of received bytes into the exact sum, both passes. Takes
 * about three minutes: {@code ./benchmarks-jmh/run aggregation}.
 */
public final class AggregationSuite {
    private static final Map<String, String> FIGURE_OF_METHOD = Map.of(
            "screenAndFold", "fold_bytes_per_second_one_core",
            "screen", "screen_pass_bytes_per_second_one_core",
            "fold", "sum_pass_bytes_per_second_one_core",
            "naiveFloat", "naive_float_sum_bytes_per_second_one_core",
            "naiveDouble", "naive_double_sum_bytes_per_second_one_core");

    private AggregationSuite() {}

    /** Runs the suite; takes no arguments. */
    @SuppressWarnings("SystemOut") // The figures are the output of this program.
    public static void main(String[] args) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(FoldBenchmark.class.getName() + "\\.")
                .shouldFailOnError(true)
                .build();
        Runner runner = new Runner(options, OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL));
        for (RunResult run : runner.run()) {
            System.out.println(figure(run).toJsonLine());
        }
    }

    private static Figure figure(RunResult run) {
        String benchmark = run.getParams().getBenchmark();
        String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        String name = FIGURE_OF_METHOD.get(method);
        Result<?> rate = run.getSecondaryResults().get("gigabytesPerSecond");
        if (name == null || rate == null) {
            throw new IllegalStateException("bug: no figure or no counter for the benchmark " + method);
        }
        TreeMap<String, Object> params = new TreeMap<>();
        params.put("parameters", Integer.parseInt(run.getParams().getParam("elements")));
        params.put("jdk", run.getParams().getJdkVersion());
        return new Figure("aggregation", name, params, Math.round(rate.getScore() * 100) / 100.0, "GB/s");
    }
}
