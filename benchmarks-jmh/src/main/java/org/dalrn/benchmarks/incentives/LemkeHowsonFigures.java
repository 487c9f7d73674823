package org.dalrn.benchmarks.incentives;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.dalrn.core.incentive.game.BimatrixGame;
import org.dalrn.core.incentive.game.LemkeHowson;
import org.dalrn.core.incentive.game.StrategyPair;
import org.dalrn.core.incentive.game.ZeroSum;
import org.hipparchus.optim.linear.LinearConstraint;
import org.hipparchus.optim.linear.LinearConstraintSet;
import org.hipparchus.optim.linear.LinearObjectiveFunction;
import org.hipparchus.optim.linear.NonNegativeConstraint;
import org.hipparchus.optim.linear.Relationship;
import org.hipparchus.optim.linear.SimplexSolver;
import org.hipparchus.optim.nonlinear.scalar.GoalType;

/**
 * One equilibrium of games of two players, in doubles and on one thread: of random ones with payoffs from [0, 1), of massively degenerate ones
 * with payoffs 0, 1 and 2, and of zero-sum ones, those beside Hipparchus.
 *
 * <p>A time is that of one game, the game's construction left out and the computation of the certificate included; the median of all games after
 * as many others that warm up. Every answer is checked: a regret of 1e-9 or more ends the suite, and so does a value that is not that of
 * Hipparchus.
 */
final class LemkeHowsonFigures {

    private static final int GAMES = 100;
    private static final int MANY_GAMES = 1_000;
    private static final double REGRET = 1e-9;

    private LemkeHowsonFigures() {}

    /** Measures and prints, once every answer has turned out right. */
    static void print() {
        printRandom();
        printDegenerate();
        printZeroSum();
    }

    private static double[][] random(SplittableRandom random, int size) {
        double[][] matrix = new double[size][];
        for (int i = 0; i < size; i++) {
            matrix[i] = random.doubles(size).toArray();
        }
        return matrix;
    }

    private static double[][] of012(SplittableRandom random, int size) {
        double[][] matrix = new double[size][];
        for (int i = 0; i < size; i++) {
            matrix[i] = random.ints(size, 0, 3).asDoubleStream().toArray();
        }
        return matrix;
    }

    private static double checked(StrategyPair pair) {
        if (!(pair.regret() < REGRET)) {
            throw new IllegalStateException("bug: an equilibrium with a regret of " + pair.regret());
        }
        return pair.regret();
    }

    private static double milliseconds(long since) {
        return (System.nanoTime() - since) / 1e6;
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }

    private static void printRandom() {
        for (int size : new int[] {50, 100, 200}) {
            SplittableRandom random = new SplittableRandom(size);
            double[] times = new double[GAMES];
            double worst = 0;
            // The first half warms up.
            for (int game = -GAMES; game < GAMES; game++) {
                BimatrixGame one = BimatrixGame.of(random(random, size), random(random, size));
                long start = System.nanoTime();
                StrategyPair pair = LemkeHowson.solve(one);
                times[Math.max(0, game)] = milliseconds(start);
                worst = Math.max(worst, checked(pair));
            }
            Arrays.sort(times);
            Map<String, Object> params = new TreeMap<>(pivots(size));
            params.put("games", GAMES);
            params.put("solved", GAMES);
            params.put("p99_ms", rounded(times[GAMES * 99 / 100 - 1]));
            params.put("max_ms", rounded(times[GAMES - 1]));
            params.put("worst_regret", worst);
            IncentivesSuite.print("lemke_howson_" + size + "x" + size, params, times[GAMES / 2], "ms");
        }
        SplittableRandom random = new SplittableRandom(1);
        long start = System.nanoTime();
        double worst = 0;
        for (int game = 0; game < MANY_GAMES; game++) {
            BimatrixGame one = BimatrixGame.of(random(random, 100), random(random, 100));
            worst = Math.max(worst, checked(LemkeHowson.solve(one)));
        }
        IncentivesSuite.print(
                "lemke_howson_100x100_solved",
                Map.of("games", MANY_GAMES, "seconds", rounded(milliseconds(start) / 1e3), "worst_regret", worst),
                100,
                "%");
    }

    /** The pivots in the same games. */
    private static Map<String, Object> pivots(int size) {
        SplittableRandom random = new SplittableRandom(size);
        long[] pivots = new long[GAMES];
        for (int game = -GAMES; game < GAMES; game++) {
            BimatrixGame one = BimatrixGame.of(random(random, size), random(random, size));
            if (game >= 0) {
                pivots[game] = LemkeHowson.search(one, Long.MAX_VALUE).pivots();
            }
        }
        Arrays.sort(pivots);
        return Map.of("pivots", pivots[GAMES / 2], "max_pivots", pivots[GAMES - 1]);
    }

    private static void printDegenerate() {
        for (int size : new int[] {10, 20, 50}) {
            SplittableRandom random = new SplittableRandom(size);
            int games = 2 * GAMES;
            int inDoubles = 0;
            double[] times = new double[games];
            for (int game = 0; game < games; game++) {
                BimatrixGame one = BimatrixGame.of(of012(random, size), of012(random, size));
                long start = System.nanoTime();
                checked(LemkeHowson.solve(one));
                times[game] = milliseconds(start);
                inDoubles += LemkeHowson.search(one, 1_000_000) instanceof LemkeHowson.Ended ? 1 : 0;
            }
            Arrays.sort(times);
            IncentivesSuite.print(
                    "lemke_howson_degenerate_solved",
                    Map.of(
                            "size",
                            size,
                            "games",
                            games,
                            "without_exact_numbers",
                            inDoubles,
                            "median_ms",
                            rounded(times[games / 2]),
                            "max_ms",
                            rounded(times[games - 1])),
                    100,
                    "%");
        }
    }

    private static void printZeroSum() {
        int size = 100;
        SplittableRandom random = new SplittableRandom(size);
        double[] times = new double[GAMES];
        double[] peers = new double[GAMES];
        double worst = 0;
        // The first half warms up.
        for (int game = -GAMES; game < GAMES; game++) {
            double[][] payoffs = random(random, size);
            BimatrixGame one = BimatrixGame.zeroSum(payoffs);
            long start = System.nanoTime();
            ZeroSum.Solution solution = ZeroSum.solve(one);
            times[Math.max(0, game)] = milliseconds(start);
            worst = Math.max(worst, checked(solution.strategies()));
            start = System.nanoTime();
            double value = valueByHipparchus(payoffs);
            peers[Math.max(0, game)] = milliseconds(start);
            if (Math.abs(value - solution.value()) > REGRET) {
                throw new IllegalStateException("bug: the value is " + solution.value() + ", by Hipparchus " + value);
            }
        }
        Arrays.sort(times);
        Arrays.sort(peers);
        IncentivesSuite.print(
                "zero_sum_100x100",
                Map.of(
                        "games",
                        GAMES,
                        "max_ms",
                        rounded(times[GAMES - 1]),
                        "worst_regret",
                        worst,
                        "hipparchus_ms",
                        rounded(peers[GAMES / 2])),
                times[GAMES / 2],
                "ms");
    }

    /** With payoffs above 0: the largest sum of y, A y at most 1, is one part of the value; the row player's strategy is not asked for. */
    private static double valueByHipparchus(double[][] payoffs) {
        List<LinearConstraint> constraints = new ArrayList<>();
        for (double[] row : payoffs) {
            double[] moved = row.clone();
            for (int j = 0; j < moved.length; j++) {
                moved[j] += 1;
            }
            constraints.add(new LinearConstraint(moved, Relationship.LEQ, 1));
        }
        double[] ones = new double[payoffs[0].length];
        Arrays.fill(ones, 1);
        double[] point = new SimplexSolver()
                .optimize(
                        new LinearObjectiveFunction(ones, 0),
                        new LinearConstraintSet(constraints),
                        GoalType.MAXIMIZE,
                        new NonNegativeConstraint(true))
                .getPoint();
        return 1 / Arrays.stream(point).sum() - 1;
    }
}
