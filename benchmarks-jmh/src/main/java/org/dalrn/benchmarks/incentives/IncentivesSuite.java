package org.dalrn.benchmarks.incentives;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dalrn.benchmarks.Figure;
import org.dalrn.benchmarks.incentives.attacks.AttackFigures;

/**
 * The suite {@code incentives}: one line of JSON a figure on standard output, progress on standard error; one thread.
 *
 * <p>Run: {@code ./benchmarks-jmh/run incentives}, about ten minutes, or with the names of some groups behind it: {@code
 * games}, {@code bargaining}, {@code effort}, {@code contribution}, {@code rounds}, {@code attacks}.
 */
public final class IncentivesSuite {
    private static final List<String> GROUPS =
            List.of("games", "bargaining", "effort", "contribution", "rounds", "attacks");

    private IncentivesSuite() {}

    /**
     * Runs the named groups, or all if none is named.
     *
     * @throws IllegalArgumentException if a group is unknown
     * @throws IOException if the digits cannot be read
     * @throws IllegalStateException if a measured operation gave a wrong result
     */
    public static void main(String[] arguments) throws IOException {
        List<String> groups = arguments.length == 0 ? GROUPS : List.of(arguments);
        for (String group : groups) {
            if (!GROUPS.contains(group)) {
                throw new IllegalArgumentException("no group of figures is named " + group + "; use some of " + GROUPS);
            }
        }
        if (groups.contains("games")) {
            LemkeHowsonFigures.print();
            EnumerationFigures.print();
            DynamicsFigures.print();
        }
        if (groups.contains("bargaining")) {
            BargainingFigures.print();
        }
        if (groups.contains("effort")) {
            TullockFigures.print();
        }
        if (groups.contains("contribution")) {
            ContributionFigures.print();
        }
        if (groups.contains("rounds")) {
            RoundPayFigures.print();
        }
        if (groups.contains("attacks")) {
            AttackFigures.print();
        }
    }

    /** One figure of this suite. */
    @SuppressWarnings("SystemOut") // The figures are the output of this program.
    static void print(String name, Map<String, Object> params, double value, String unit) {
        System.out.println(new Figure("incentives", name, new TreeMap<>(params), value, unit).toJsonLine());
    }
}
