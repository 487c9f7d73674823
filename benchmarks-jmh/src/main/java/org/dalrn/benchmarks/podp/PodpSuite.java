package org.dalrn.benchmarks.podp;

import java.io.IOException;
import java.util.List;

/**
 * The suite {@code podp}: one line of JSON a figure on standard output, progress on standard error.
 *
 * <p>Run: {@code ./benchmarks-jmh/run podp}, about three minutes, or with the names of some groups behind it: {@code log}, {@code
 * receipts}, {@code bundles}, and {@code gas}, which the script runs itself, on a local chain, where
 * {@code integrations/ethereum/peers/install} has put one in place. The package says what is measured.
 */
public final class PodpSuite {
    private static final List<String> GROUPS = List.of("log", "receipts", "bundles", "gas");

    private PodpSuite() {}

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
        if (groups.contains("log")) {
            LogFigures.print();
        }
        if (groups.contains("receipts")) {
            ReceiptFigures.print();
        }
        if (groups.contains("bundles")) {
            BundleFigures.print();
        }
    }
}
