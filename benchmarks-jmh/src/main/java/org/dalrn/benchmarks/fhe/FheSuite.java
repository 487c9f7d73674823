package org.dalrn.benchmarks.fhe;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dalrn.benchmarks.Figure;

/**
 * The suite {@code fhe}: one line of JSON a figure on standard output, progress on standard error.
 *
 * <p>Run: {@code ./benchmarks-jmh/run fhe}, about 80 seconds, or with the names of some groups behind it: {@code ntt},
 * {@code aggregation}, {@code ckks}. The package says what is measured.
 */
public final class FheSuite {
    private static final String SUITE = "fhe";
    private static final List<String> GROUPS = List.of("ntt", "aggregation", "ckks");

    private FheSuite() {}

    /**
     * Runs the named groups, or all if none is named.
     *
     * @throws IllegalArgumentException if a group is unknown
     * @throws IllegalStateException if a measured operation gave a wrong result
     */
    public static void main(String[] arguments) throws IOException {
        List<String> groups = arguments.length == 0 ? GROUPS : List.of(arguments);
        for (String group : groups) {
            if (!GROUPS.contains(group)) {
                throw new IllegalArgumentException("no group of figures is named " + group + "; use some of " + GROUPS);
            }
        }
        if (groups.contains("ntt")) {
            TransformFigures.print(SumFigures.plan().basis().modulus(0).bitLength());
        }
        if (groups.contains("aggregation")) {
            new SumFigures().print();
        }
        if (groups.contains("ckks")) {
            new CkksFigures().print();
        }
    }

    static void progress(String line) {
        System.err.println("# " + line);
    }

    @SuppressWarnings("SystemOut") // The figures are the output of this program.
    static void print(String name, Map<String, Object> params, double value, String unit) {
        TreeMap<String, Object> all = new TreeMap<>(params);
        all.put("jdk", System.getProperty("java.version"));
        System.out.println(new Figure(SUITE, name, all, value, unit).toJsonLine());
    }

    static void printMicros(String name, Map<String, Object> params, Timing timing) {
        print(name, params, timing, 1e3, "us");
    }

    static void printMillis(String name, Map<String, Object> params, Timing timing) {
        print(name, params, timing, 1e6, "ms");
    }

    private static void print(
            String name, Map<String, Object> params, Timing timing, double nanosPerUnit, String unit) {
        TreeMap<String, Object> all = new TreeMap<>(params);
        all.put("best", rounded(timing.best() / nanosPerUnit));
        all.put("worst", rounded(timing.worst() / nanosPerUnit));
        double median = rounded(timing.median() / nanosPerUnit);
        progress(name + ": " + median + " " + unit + ", best " + all.get("best") + ", worst " + all.get("worst")
                + " of " + Timing.ROUNDS + " rounds, " + timing.repetitions() + " repetitions");
        print(name, all, median, unit);
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
