package org.dalrn.core.incentive.game;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * Equilibria by the sets of strategies that are played, the supports: for each pair of supports of the same size, the mixtures
 * that make the other player indifferent among his, if those are the only ones, play all of the support, and leave nothing better.
 *
 * <p>These are all equilibria of a nondegenerate game. A degenerate game can have others; {@link VertexEnumeration} finds all
 * of any game. Supports that cannot be played because one of their strategies is strictly dominated given the other support are
 * passed over (conditional dominance).
 *
 * <p>In doubles, payoffs count as the numbers that their bits stand for; a pair of supports whose system is too near to
 * being singular, to a probability of 0 or to a better reply outside for doubles to tell is decided in exact arithmetic, and so
 * is an equilibrium whose regret is above 1e-12 times the range of a player's payoffs.
 *
 * <p>Games with more than {@link #MOST_SUPPORT_PAIRS} pairs of supports are refused: 11 x 11 strategies are enumerated, 12 x 12
 * are not. Cost: one or two linear systems of the size of the supports for each pair that dominance leaves.
 *
 * <p>Stateless and thread-safe. Source: Porter, Nudelman, Shoham, Simple Search Methods for Finding a Nash Equilibrium, AAAI
 * 2004; von Stengel, Computing Equilibria for Two-Person Games (2002), section 2.3.
 */
public final class SupportEnumeration {

    /** Games with more pairs of supports are refused. */
    public static final int MOST_SUPPORT_PAIRS = 1 << 20;

    /** Of payoffs scaled to [1, 2]; errors are some 1e-16 over the smallest pivot, or over two in a rare case. */
    private static final double TIE = 1e-8;

    private static final double SMALLEST_PIVOT = 1e-4;

    private static final double MOST_REGRET = 1e-12;

    private SupportEnumeration() {}

    /** Whether a strategy is better than another against one of the other player's. */
    private interface Better {
        boolean than(int better, int worse, int against);
    }

    /** The strategies for a pair of supports. */
    private interface Solver<E> {
        Optional<E> solve(int[] rows, int[] columns);
    }

    /**
     * The equilibria with unique mixtures on supports of the same size, in doubles, the smallest supports first, then in
     * lexicographic order of the row player's and the column player's supports.
     *
     * @throws IllegalArgumentException if there are more than {@value #MOST_SUPPORT_PAIRS} pairs of supports; nothing has been
     *     enumerated then
     */
    public static List<StrategyPair> solve(BimatrixGame game) {
        requireEnumerable(game.rows(), game.columns());
        return enumerate(
                game.rows(),
                game.columns(),
                (one, other, column) -> game.a(one, column) > game.a(other, column),
                (one, other, row) -> game.b(row, one) > game.b(row, other),
                new InDoubles(game));
    }

    /**
     * The equilibria with unique mixtures on supports of the same size, exactly; otherwise as {@link #solve(BimatrixGame)}.
     *
     * @throws IllegalArgumentException if there are more than {@value #MOST_SUPPORT_PAIRS} pairs of supports; nothing has been
     *     enumerated then
     */
    public static List<ExactStrategyPair> solve(ExactBimatrixGame game) {
        requireEnumerable(game.rows(), game.columns());
        Exactly exactly = new Exactly(game);
        return enumerate(
                game.rows(),
                game.columns(),
                (one, other, column) -> game.a(one, column).compareTo(game.a(other, column)) > 0,
                (one, other, row) -> game.b(row, one).compareTo(game.b(row, other)) > 0,
                (rows, columns) ->
                        exactly.solve(rows, columns).map(found -> ExactStrategyPair.of(game, found.x(), found.y())));
    }

    /**
     * The pairs of non-empty supports of the same size: all ways to choose as many strategies of both players together as one of
     * them has, but for one.
     */
    static BigInteger pairsOfSupports(int rows, int columns) {
        BigInteger ways = BigInteger.ONE;
        for (int i = 1; i <= Math.min(rows, columns); i++) {
            ways = ways.multiply(BigInteger.valueOf(Math.max(rows, columns) + i))
                    .divide(BigInteger.valueOf(i));
        }
        return ways.subtract(BigInteger.ONE);
    }

    private static void requireEnumerable(int rows, int columns) {
        BigInteger pairs = pairsOfSupports(rows, columns);
        if (pairs.compareTo(BigInteger.valueOf(MOST_SUPPORT_PAIRS)) > 0) {
            // A game of the largest size has a number of pairs with thousands of digits.
            String count = pairs.bitLength() < Long.SIZE ? pairs.toString() : "more than 2^" + (pairs.bitLength() - 1);
            throw new IllegalArgumentException("a game of " + rows + " x " + columns + " strategies has " + count
                    + " pairs of supports of the same size; at most " + MOST_SUPPORT_PAIRS
                    + " are enumerated; use VertexEnumeration for all equilibria or LemkeHowson for one");
        }
    }

    private static <E> List<E> enumerate(int m, int n, Better row, Better column, Solver<E> solver) {
        List<E> found = new ArrayList<>();
        int[] all = IntStream.range(0, m).toArray();
        for (int size = 1; size <= Math.min(m, n); size++) {
            int[] chosenRows = first(size);
            do {
                int[] rows = pick(all, chosenRows);
                int[] replies = undominated(n, column, rows);
                if (replies.length < size || anyDominated(rows, m, row, replies)) {
                    continue;
                }
                int[] chosenReplies = first(size);
                do {
                    int[] columns = pick(replies, chosenReplies);
                    if (!anyDominated(rows, m, row, columns)) {
                        solver.solve(rows, columns).ifPresent(found::add);
                    }
                } while (next(chosenReplies, replies.length));
            } while (next(chosenRows, m));
        }
        return found;
    }

    private static int[] first(int size) {
        return IntStream.range(0, size).toArray();
    }

    private static int[] pick(int[] from, int[] chosen) {
        return IntStream.of(chosen).map(i -> from[i]).toArray();
    }

    /** Goes to the lexicographically next choice among {@code count}; false after the last. */
    private static boolean next(int[] chosen, int count) {
        int i = chosen.length - 1;
        while (i >= 0 && chosen[i] == count - chosen.length + i) {
            i--;
        }
        if (i < 0) {
            return false;
        }
        chosen[i]++;
        for (int k = i + 1; k < chosen.length; k++) {
            chosen[k] = chosen[k - 1] + 1;
        }
        return true;
    }

    private static int[] undominated(int count, Better better, int[] support) {
        IntPredicate undominated = one -> !dominated(one, count, better, support);
        return IntStream.range(0, count).filter(undominated).toArray();
    }

    private static boolean anyDominated(int[] strategies, int count, Better better, int[] support) {
        return IntStream.of(strategies).anyMatch(one -> dominated(one, count, better, support));
    }

    /** Whether some strategy is better than this one against each of the support. */
    private static boolean dominated(int worse, int count, Better payoffs, int[] support) {
        for (int better = 0; better < count; better++) {
            int k = 0;
            while (k < support.length && payoffs.than(better, worse, support[k])) {
                k++;
            }
            if (k == support.length) {
                return true;
            }
        }
        return false;
    }

    /** In doubles as far as they can tell. */
    private static final class InDoubles implements Solver<StrategyPair> {
        private final BimatrixGame game;
        private final int m;
        private final int n;
        /** Payoffs scaled to [1, 2], {@code [rows][columns]}. */
        private final BestResponsePolytopes.Scaled a;
        /** Likewise, {@code [columns][rows]}. */
        private final BestResponsePolytopes.Scaled b;

        private Optional<Exactly> exactly = Optional.empty();

        InDoubles(BimatrixGame game) {
            this.game = game;
            m = game.rows();
            n = game.columns();
            a = BestResponsePolytopes.scaledOfRow(game);
            b = BestResponsePolytopes.scaledOfColumn(game);
        }

        @Override
        public Optional<StrategyPair> solve(int[] rows, int[] columns) {
            double[] y = new double[n];
            Verdict ofY = indifferent(a, m, rows, columns, y);
            if (ofY == Verdict.NO) {
                return Optional.empty();
            }
            double[] x = new double[m];
            Verdict ofX = indifferent(b, n, columns, rows, x);
            if (ofX == Verdict.NO) {
                return Optional.empty();
            }
            if (ofX == Verdict.YES && ofY == Verdict.YES) {
                StrategyPair pair = StrategyPair.of(game, x, y);
                if (pair.rowRegret() <= MOST_REGRET * a.range() && pair.columnRegret() <= MOST_REGRET * b.range()) {
                    return Optional.of(pair);
                }
            }
            if (exactly.isEmpty()) {
                exactly = Optional.of(new Exactly(game.exactly()));
            }
            return exactly.get()
                    .solve(rows, columns)
                    .map(found -> StrategyPair.of(game, rounded(found.x()), rounded(found.y())));
        }

        private static double[] rounded(List<Fraction> strategy) {
            return strategy.stream().mapToDouble(Fraction::toDouble).toArray();
        }

        private enum Verdict {
            YES,
            NO,
            UNCLEAR
        }

        /**
         * The mixture of {@code support}, if it is the only one, with which all {@code replies} pay the same and none of the
         * {@code count} others more.
         */
        private static Verdict indifferent(
                BestResponsePolytopes.Scaled payoffs, int count, int[] replies, int[] support, double[] mixture) {
            int size = support.length;
            double[][] system = new double[size][size + 1];
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    system[i][j] = payoffs.at(replies[i], support[j]);
                }
                system[i][size] = 1;
            }
            if (!eliminate(system)) {
                return Verdict.UNCLEAR;
            }
            Verdict verdict = Verdict.YES;
            double sum = 0;
            for (int j = 0; j < size; j++) {
                double weight = system[j][size];
                if (weight < -TIE) {
                    return Verdict.NO;
                }
                if (weight <= TIE) {
                    verdict = Verdict.UNCLEAR;
                }
                mixture[support[j]] = weight;
                sum += weight;
            }
            int next = 0;
            for (int i = 0; i < count; i++) {
                if (next < size && replies[next] == i) {
                    next++;
                    continue;
                }
                double payoff = 0;
                for (int j : support) {
                    payoff += payoffs.at(i, j) * mixture[j];
                }
                if (payoff > 1 + TIE) {
                    return Verdict.NO;
                }
                if (payoff >= 1 - TIE) {
                    verdict = Verdict.UNCLEAR;
                }
            }
            for (int j : support) {
                mixture[j] /= sum;
            }
            return verdict;
        }

        /** Solves the system in place, the solution in the last column; false if a pivot is too small. */
        private static boolean eliminate(double[][] system) {
            int size = system.length;
            for (int k = 0; k < size; k++) {
                int pivot = k;
                for (int i = k + 1; i < size; i++) {
                    if (Math.abs(system[i][k]) > Math.abs(system[pivot][k])) {
                        pivot = i;
                    }
                }
                double[] row = system[pivot];
                system[pivot] = system[k];
                system[k] = row;
                if (Math.abs(row[k]) < SMALLEST_PIVOT) {
                    return false;
                }
                for (int j = size; j >= k; j--) {
                    row[j] /= row[k];
                }
                for (int i = 0; i < size; i++) {
                    double factor = system[i][k];
                    if (i != k && factor != 0) {
                        for (int j = k; j <= size; j++) {
                            system[i][j] -= factor * row[j];
                        }
                    }
                }
            }
            return true;
        }
    }

    /** In whole numbers that are proportional to the payoffs, above 0. */
    private static final class Exactly {
        private final int m;
        private final int n;
        private final BigInteger[] a;
        private final BigInteger[] b;

        private record Mixtures(List<Fraction> x, List<Fraction> y) {}

        Exactly(ExactBimatrixGame game) {
            m = game.rows();
            n = game.columns();
            a = BestResponsePolytopes.wholePayoffsOfRow(game);
            b = BestResponsePolytopes.wholePayoffsOfColumn(game);
        }

        Optional<Mixtures> solve(int[] rows, int[] columns) {
            return indifferent(a, m, n, rows, columns)
                    .flatMap(y -> indifferent(b, n, m, columns, rows).map(x -> new Mixtures(x, y)));
        }

        private static Optional<List<Fraction>> indifferent(
                BigInteger[] payoffs, int count, int width, int[] replies, int[] support) {
            int size = support.length;
            BigInteger[][] system = new BigInteger[size][size + 1];
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    system[i][j] = payoffs[replies[i] * width + support[j]];
                }
                system[i][size] = BigInteger.ONE;
            }
            BigInteger determinant = eliminate(system);
            if (determinant.signum() == 0) {
                return Optional.empty();
            }
            BigInteger[] weights = new BigInteger[width];
            Arrays.fill(weights, BigInteger.ZERO);
            BigInteger sum = BigInteger.ZERO;
            for (int j = 0; j < size; j++) {
                BigInteger weight = determinant.signum() < 0 ? system[j][size].negate() : system[j][size];
                if (weight.signum() <= 0) {
                    return Optional.empty();
                }
                weights[support[j]] = weight;
                sum = sum.add(weight);
            }
            for (int i = 0; i < count; i++) {
                BigInteger payoff = BigInteger.ZERO;
                for (int j : support) {
                    payoff = payoff.add(payoffs[i * width + j].multiply(weights[j]));
                }
                if (payoff.compareTo(determinant.abs()) > 0) {
                    return Optional.empty();
                }
            }
            BigInteger total = sum;
            return Optional.of(Arrays.stream(weights)
                    .map(weight -> Fraction.of(weight, total))
                    .toList());
        }

        /**
         * Makes the system diagonal in place, without fractions: each diagonal entry becomes the determinant, up to the sign that
         * exchanges of rows give it, and the last column the solution times that.
         */
        private static BigInteger eliminate(BigInteger[][] system) {
            int size = system.length;
            BigInteger before = BigInteger.ONE;
            for (int k = 0; k < size; k++) {
                int pivot = k;
                while (pivot < size && system[pivot][k].signum() == 0) {
                    pivot++;
                }
                if (pivot == size) {
                    return BigInteger.ZERO;
                }
                BigInteger[] row = system[pivot];
                system[pivot] = system[k];
                system[k] = row;
                for (int i = 0; i < size; i++) {
                    BigInteger factor = system[i][k];
                    for (int j = i < k ? i : k; i != k && j <= size; j++) {
                        system[i][j] = system[i][j]
                                .multiply(row[k])
                                .subtract(factor.multiply(row[j]))
                                .divide(before);
                    }
                }
                before = row[k];
            }
            return before;
        }
    }
}
