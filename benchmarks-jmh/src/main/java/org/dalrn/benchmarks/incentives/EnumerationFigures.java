package org.dalrn.benchmarks.incentives;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.incentive.game.BimatrixGame;
import org.dalrn.core.incentive.game.ExactBimatrixGame;
import org.dalrn.core.incentive.game.ExactStrategyPair;
import org.dalrn.core.incentive.game.SupportEnumeration;
import org.dalrn.core.incentive.game.VertexEnumeration;

/**
 * All equilibria of random games, on one thread, and of the listed games whose equilibria are known.
 *
 * <p>Medians of the thread's processor time over different games, after as many others to warm up. Payoffs are uniform in [0, 1) in doubles, and whole numbers of 0 to
 * 99 in exact mode. Reads the listed games from the tests of {@code fl-core}, so it runs in the folder of the project.
 */
final class EnumerationFigures {
    private static final Path LISTED = Path.of("fl-core/src/test/resources/org/dalrn/core/incentive/nash-oracles.json");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final double MOST_REGRET = 1e-9;
    private static final int WHOLE = 100;

    private EnumerationFigures() {}

    /**
     * Measures and prints, once the answers have turned out right.
     *
     * @throws IllegalStateException if an answer is wrong
     */
    static void print() {
        printListed();
        printInDoubles("all_equilibria_8x8", 8, 101);
        printInDoubles("all_equilibria_12x12", 12, 21);
        printExactly("all_equilibria_8x8_exact", 8, 41);
        printExactly("all_equilibria_12x12_exact", 12, 5);
        printBySupports(8, 41);
    }

    private static void printListed() {
        JsonNode games;
        try {
            games = new ObjectMapper().readTree(LISTED.toFile()).required("games");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int equilibria = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        for (JsonNode game : games) {
            Set<List<List<Fraction>>> listed = new HashSet<>();
            game.required("extreme_equilibria")
                    .forEach(pair -> listed.add(List.of(fractions(pair.required("x")), fractions(pair.required("y")))));
            ExactBimatrixGame exact = ExactBimatrixGame.of(matrix(game.required("A")), matrix(game.required("B")));
            List<ExactStrategyPair> found =
                    VertexEnumeration.solve(exact).orElseThrow().extreme();
            Set<List<List<Fraction>>> pairs = new HashSet<>();
            found.forEach(pair -> pairs.add(List.of(pair.x(), pair.y())));
            require(
                    pairs.equals(listed) && found.size() == listed.size(),
                    "game " + game.required("id") + " has " + listed + ", not " + pairs);
            equilibria += listed.size();
        }
        IncentivesSuite.print(
                "listed_games_all_equilibria_equal_as_fractions",
                Map.of(
                        "games",
                        games.size(),
                        "equilibria",
                        equilibria,
                        "ms",
                        (THREADS.getCurrentThreadCpuTime() - start) / 1e6),
                100,
                "%");
    }

    private static List<Fraction> fractions(JsonNode row) {
        return StreamSupport.stream(row.spliterator(), false)
                .map(text -> Fraction.parse(text.textValue()))
                .toList();
    }

    private static Fraction[][] matrix(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> fractions(row).toArray(Fraction[]::new))
                .toArray(Fraction[][]::new);
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void printInDoubles(String name, int size, int games) {
        printMedian(
                name,
                games,
                random -> BimatrixGame.of(uniform(random, size), uniform(random, size)),
                game -> VertexEnumeration.solve(game).orElseThrow().extreme(),
                (game, found) ->
                        found.size() % 2 == 1 && found.stream().allMatch(pair -> pair.isEquilibrium(MOST_REGRET)));
    }

    private static double[][] uniform(SplittableRandom random, int size) {
        double[][] payoffs = new double[size][size];
        for (double[] row : payoffs) {
            Arrays.setAll(row, j -> random.nextDouble());
        }
        return payoffs;
    }

    private static void printExactly(String name, int size, int games) {
        printMedian(
                name,
                games,
                random -> ExactBimatrixGame.of(whole(random, size), whole(random, size)),
                game -> VertexEnumeration.solve(game).orElseThrow().extreme(),
                (game, found) -> !found.isEmpty() && found.stream().allMatch(ExactStrategyPair::isEquilibrium));
    }

    private static Fraction[][] whole(SplittableRandom random, int size) {
        Fraction[][] payoffs = new Fraction[size][size];
        for (Fraction[] row : payoffs) {
            Arrays.setAll(row, j -> Fraction.of(random.nextInt(WHOLE)));
        }
        return payoffs;
    }

    /** For comparison; the number of equilibria has to be the same. */
    private static void printBySupports(int size, int games) {
        printMedian(
                "all_equilibria_" + size + "x" + size + "_by_supports",
                games,
                random -> BimatrixGame.of(uniform(random, size), uniform(random, size)),
                SupportEnumeration::solve,
                (game, found) -> found.size()
                        == VertexEnumeration.solve(game).orElseThrow().extreme().size());
    }

    private static <G, E> void printMedian(
            String name,
            int games,
            Function<SplittableRandom, G> game,
            Function<G, List<E>> solver,
            BiPredicate<G, List<E>> right) {
        double[] times = new double[games];
        int equilibria = 0;
        SplittableRandom random = new SplittableRandom(1);
        for (int k = -games; k < games; k++) {
            G one = game.apply(random);
            long start = THREADS.getCurrentThreadCpuTime();
            List<E> found = solver.apply(one);
            double time = (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
            require(right.test(one, found), name + ": game " + (k + games) + " is not solved by " + found);
            if (k >= 0) {
                times[k] = time;
                equilibria += found.size();
            }
        }
        Arrays.sort(times);
        IncentivesSuite.print(
                name,
                Map.of(
                        "games",
                        games,
                        "largest_ms",
                        times[games - 1],
                        "equilibria_per_game",
                        (double) equilibria / games),
                times[games / 2],
                "ms");
    }
}
