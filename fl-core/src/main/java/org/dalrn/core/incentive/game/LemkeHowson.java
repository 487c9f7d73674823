package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * One Nash equilibrium of a game of two players, by following edges of both best-reply polytopes from the artificial equilibrium at 0 along
 * which one label is missing.
 *
 * <p>Every label that is dropped gives a path, and every path ends in an equilibrium, of degenerate games too: ties are broken
 * lexicographically, so no basis repeats. Different labels need not end in different equilibria, and some equilibria no label reaches.
 * How long a path is varies by orders of magnitude from label to label: therefore {@code solve} and {@code search} give each
 * label a few pivots and twice as many in each next round, which leaves the long paths alone. A path may need exponentially many pivots, so
 * work is bounded; the defaults stop after about a minute of one core.
 *
 * <p>In doubles, payoffs are first moved and scaled to [1, 2]. What a path ends in is accepted only if no player of the game as it was
 * given can gain more than {@value #PRECISION} of the range of that player's payoffs. In exact numbers, what is returned is an equilibrium.
 *
 * <p>Thread-safe. A pivot costs {@code rows * columns} operations; two copies of the game in doubles are held.
 *
 * <p>Sources: Lemke and Howson, SIAM J. Appl. Math. 12 (1964); von Stengel, Handbook of Game Theory 3 (2002), sections 2.3 to 2.6.
 */
public final class LemkeHowson {

    /** The largest gain of a deviation in an answer in doubles, as part of the range of a player's payoffs. */
    public static final double PRECISION = 1e-9;

    /** Operations on entries of a tableau in doubles: some 20 s. */
    private static final long MOST_WORK = 1L << 37;

    /** Operations on words of the entries of an exact tableau. */
    private static final long MOST_EXACT_WORK = 1L << 35;

    /** What an operation on whole numbers costs besides that on their words. */
    private static final long WORK_OF_A_NUMBER = 50;

    /** Bits of all entries of both exact tableaux: 256 MB. */
    private static final double MOST_EXACT_BITS = 1L << 31;

    /** A game in doubles that has more profiles is not solved again in exact numbers. */
    private static final int MOST_PROFILES_AGAIN = 1 << 16;

    private LemkeHowson() {}

    /**
     * Where a search went.
     *
     * @param <P> kind of strategy pair
     */
    public sealed interface Path<P> permits Ended, Stopped {

        /** The label that was dropped, the last one if there were several. */
        int label();

        /** Pivots in both tableaux, those of abandoned paths included. */
        long pivots();

        /** What one of both functions makes of it. */
        <T> T match(Function<? super Ended<P>, ? extends T> ended, Function<? super Stopped<P>, ? extends T> stopped);
    }

    /**
     * It ended in an equilibrium.
     *
     * @param <P> kind of strategy pair
     * @param label the label that was dropped
     * @param pivots pivots in both tableaux, those of abandoned paths included
     * @param equilibrium the equilibrium
     */
    public record Ended<P>(int label, long pivots, P equilibrium) implements Path<P> {

        @Override
        public <T> T match(
                Function<? super Ended<P>, ? extends T> ended, Function<? super Stopped<P>, ? extends T> stopped) {
            return ended.apply(this);
        }
    }

    /**
     * It ended in nothing.
     *
     * @param <P> kind of strategy pair
     * @param label the label that was dropped last
     * @param pivots pivots in both tableaux, those of abandoned paths included
     * @param reason why it went no further
     */
    public record Stopped<P>(int label, long pivots, Reason reason) implements Path<P> {

        @Override
        public <T> T match(
                Function<? super Ended<P>, ? extends T> ended, Function<? super Stopped<P>, ? extends T> stopped) {
            return stopped.apply(this);
        }
    }

    /** Why a search stopped. */
    public enum Reason {
        /** The most pivots that were allowed have been made. */
        PIVOTS,
        /** Rounding errors made the path leave the polytopes, or its end is no equilibrium. Never in exact numbers. */
        ROUNDING
    }

    /**
     * An equilibrium: of a game of constant sum by {@link ZeroSum}, else by {@link #search}, and, if rounding errors spoil
     * that, in exact numbers.
     *
     * @throws ArithmeticException if there is none within the default bounds, which the message names
     */
    public static StrategyPair solve(BimatrixGame game) {
        Optional<StrategyPair> ofConstantSum = ZeroSum.find(game);
        if (ofConstantSum.isPresent()) {
            return ofConstantSum.get();
        }
        long most = mostPivots(game);
        return search(game, most).match(Ended::equilibrium, stopped -> switch (stopped.reason()) {
            case PIVOTS -> throw unsolved(game.rows(), game.columns(), stopped, most);
            case ROUNDING -> solveAgain(game, stopped);
        });
    }

    private static StrategyPair solveAgain(BimatrixGame game, Stopped<StrategyPair> rounded) {
        if ((long) game.rows() * game.columns() > MOST_PROFILES_AGAIN) {
            throw new ArithmeticException("rounding errors spoil every path in the " + game.rows() + " x "
                    + game.columns() + " game (" + rounded.pivots() + " pivots); it has more than the "
                    + MOST_PROFILES_AGAIN + " profiles up to which exact numbers are tried next: solve it as an"
                    + " ExactBimatrixGame with a bound of your own");
        }
        ExactStrategyPair exact = solve(game.exactly());
        return StrategyPair.of(game, doubles(exact.x()), doubles(exact.y()));
    }

    private static double[] doubles(List<Fraction> exact) {
        return exact.stream().mapToDouble(Fraction::toDouble).toArray();
    }

    /**
     * An equilibrium.
     *
     * @throws ArithmeticException if there is none within the default bound, which the message names
     */
    public static ExactStrategyPair solve(ExactBimatrixGame game) {
        long most = mostPivots(ExactPolytopes.of(game));
        return search(game, most).match(Ended::equilibrium, stopped -> {
            throw unsolved(game.rows(), game.columns(), stopped, most);
        });
    }

    private static ArithmeticException unsolved(int rows, int columns, Stopped<?> stopped, long most) {
        return new ArithmeticException("no path in the " + rows + " x " + columns + " game ended within " + most
                + " pivots; call search with a larger bound than that (it stopped at label " + stopped.label() + ")");
    }

    /**
     * Follows the paths of all labels in turns.
     *
     * @param mostPivots bound on the pivots of all paths together, 0 or more
     */
    public static Path<StrategyPair> search(BimatrixGame game, long mostPivots) {
        return new Search<>(new DoublePolytopes(game)).over(mostPivots);
    }

    /**
     * Follows the paths of all labels in turns.
     *
     * @param mostPivots bound on the pivots of all paths together, 0 or more
     */
    public static Path<ExactStrategyPair> search(ExactBimatrixGame game, long mostPivots) {
        return new Search<>(ExactPolytopes.of(game)).over(mostPivots);
    }

    /**
     * Follows the path of one label with the default bound.
     *
     * @param label {@code 0 .. rows-1} a row, {@code rows .. rows+columns-1} a column
     * @throws IllegalArgumentException if the game has no such label
     */
    public static Path<StrategyPair> fromLabel(BimatrixGame game, int label) {
        return new Search<>(new DoublePolytopes(game)).along(label, mostPivots(game));
    }

    /**
     * Follows the path of one label with the default bound.
     *
     * @param label {@code 0 .. rows-1} a row, {@code rows .. rows+columns-1} a column
     * @throws IllegalArgumentException if the game has no such label
     */
    public static Path<ExactStrategyPair> fromLabel(ExactBimatrixGame game, int label) {
        ExactPolytopes polytopes = ExactPolytopes.of(game);
        return new Search<>(polytopes).along(label, mostPivots(polytopes));
    }

    private static long mostPivots(BimatrixGame game) {
        return MOST_WORK / ((long) game.rows() * game.columns());
    }

    private static long mostPivots(ExactPolytopes polytopes) {
        double profiles = (double) polytopes.rows() * polytopes.columns();
        double bits = polytopes.mostBits();
        if (2 * profiles * bits > MOST_EXACT_BITS) {
            return 0;
        }
        double words = bits / Integer.SIZE;
        return (long) (MOST_EXACT_WORK / (profiles * (WORK_OF_A_NUMBER + words * words)));
    }

    /** Both best-reply polytopes as tableaux, in some arithmetic. Variables are numbered by their labels. */
    private abstract static class Polytopes<P> {

        abstract int rows();

        abstract int columns();

        /** {@code x >= 0, transposed(B) x <= 1} at x = 0. */
        abstract Tableau ofRowPlayer();

        /** {@code y >= 0, A y <= 1} at y = 0. */
        abstract Tableau ofColumnPlayer();

        /** The pair at which two tableaux are, if it is an equilibrium. */
        abstract Optional<P> equilibrium(Tableau ofRowPlayer, Tableau ofColumnPlayer);
    }

    private static final class Search<P> {

        private final Polytopes<P> polytopes;
        private final int labels;

        Search(Polytopes<P> polytopes) {
            this.polytopes = polytopes;
            labels = polytopes.rows() + polytopes.columns();
        }

        Path<P> along(int label, long most) {
            if (label < 0 || label >= labels) {
                throw new IllegalArgumentException("label " + label + " is not in [0, " + labels + ") of a "
                        + polytopes.rows() + " x " + polytopes.columns() + " game");
            }
            Tableau ofRowPlayer = polytopes.ofRowPlayer();
            Tableau ofColumnPlayer = polytopes.ofColumnPlayer();
            boolean inRowPlayers = label < polytopes.rows();
            int entering = label;
            for (long pivots = 0; pivots < most; ) {
                Tableau tableau = inRowPlayers ? ofRowPlayer : ofColumnPlayer;
                int column = tableau.place(entering);
                int row = tableau.leaving(column);
                if (row == Tableau.NONE) {
                    return new Stopped<>(label, pivots, Reason.ROUNDING);
                }
                int leaving = tableau.basic(row);
                tableau.exchange(row, column);
                pivots++;
                if (leaving == label) {
                    long all = pivots;
                    return polytopes
                            .equilibrium(ofRowPlayer, ofColumnPlayer)
                            .<Path<P>>map(pair -> new Ended<>(label, all, pair))
                            .orElseGet(() -> new Stopped<>(label, all, Reason.ROUNDING));
                }
                entering = leaving;
                inRowPlayers = !inRowPlayers;
            }
            return new Stopped<>(label, most, Reason.PIVOTS);
        }

        Path<P> over(long most) {
            if (most < 0) {
                throw new IllegalArgumentException("a bound of " + most + " pivots is below 0");
            }
            boolean[] spoilt = new boolean[labels];
            int left = labels;
            int last = 0;
            long pivots = 0;
            for (long turn = Math.max(2, labels / 4); left > 0; turn *= 2) {
                for (int label = 0; label < labels; label++) {
                    if (spoilt[label]) {
                        continue;
                    }
                    if (pivots == most) {
                        return new Stopped<>(last, pivots, Reason.PIVOTS);
                    }
                    last = label;
                    Path<P> path = along(label, Math.min(turn, most - pivots));
                    pivots += path.pivots();
                    if (path instanceof Ended<P> ended) {
                        return new Ended<>(label, pivots, ended.equilibrium());
                    }
                    if (path instanceof Stopped<P> stopped && stopped.reason() == Reason.ROUNDING) {
                        spoilt[label] = true;
                        left--;
                    }
                }
            }
            return new Stopped<>(last, pivots, Reason.ROUNDING);
        }
    }

    /** In doubles; each path starts in the arrays of the one before it. */
    private static final class DoublePolytopes extends Polytopes<StrategyPair> {

        private final BimatrixGame game;
        private final double[][] a;
        private final double[][] transposedB;
        private final double[][] rowPlayers;
        private final double[][] columnPlayers;

        DoublePolytopes(BimatrixGame game) {
            this.game = requireNonNull(game, "game");
            a = new double[game.rows()][game.columns() + 1];
            transposedB = new double[game.columns()][game.rows() + 1];
            rowPlayers = new double[game.columns()][game.rows() + 1];
            columnPlayers = new double[game.rows()][game.columns() + 1];
            for (int i = 0; i < game.rows(); i++) {
                a[i][game.columns()] = 1;
                for (int j = 0; j < game.columns(); j++) {
                    a[i][j] = scaled(game.a(i, j), game.leastA(), game.rangeA());
                    transposedB[j][i] = scaled(game.b(i, j), game.leastB(), game.rangeB());
                }
            }
            for (double[] row : transposedB) {
                row[game.rows()] = 1;
            }
        }

        private static double scaled(double payoff, double least, double range) {
            return range == 0 ? 1 : 1 + (payoff - least) / range;
        }

        @Override
        int rows() {
            return game.rows();
        }

        @Override
        int columns() {
            return game.columns();
        }

        @Override
        Tableau ofRowPlayer() {
            return new DoubleTableau(copy(transposedB, rowPlayers), 0, false, 0);
        }

        @Override
        Tableau ofColumnPlayer() {
            return new DoubleTableau(copy(a, columnPlayers), 0, true, 0);
        }

        private static double[][] copy(double[][] from, double[][] to) {
            for (int i = 0; i < from.length; i++) {
                System.arraycopy(from[i], 0, to[i], 0, from[i].length);
            }
            return to;
        }

        @Override
        Optional<StrategyPair> equilibrium(Tableau ofRowPlayer, Tableau ofColumnPlayer) {
            double[] x = ((DoubleTableau) ofRowPlayer).distribution(0, game.rows());
            double[] y = ((DoubleTableau) ofColumnPlayer).distribution(game.rows(), game.columns());
            return accepted(game, x, y);
        }
    }

    /** The pair, if it is one and precise enough. */
    static Optional<StrategyPair> accepted(BimatrixGame game, double[] x, double[] y) {
        if (x.length == 0 || y.length == 0) {
            return Optional.empty();
        }
        StrategyPair pair = StrategyPair.of(game, x, y);
        boolean precise =
                pair.rowRegret() <= PRECISION * game.rangeA() && pair.columnRegret() <= PRECISION * game.rangeB();
        return precise ? Optional.of(pair) : Optional.empty();
    }

    /** In whole numbers, the least of which is 1. */
    private static final class ExactPolytopes extends Polytopes<ExactStrategyPair> {

        private final ExactBimatrixGame game;
        private final BigInteger[][] a;
        private final BigInteger[][] transposedB;

        private ExactPolytopes(ExactBimatrixGame game, BigInteger[][] a, BigInteger[][] transposedB) {
            this.game = game;
            this.a = a;
            this.transposedB = transposedB;
        }

        static ExactPolytopes of(ExactBimatrixGame game) {
            Fraction[][] a = new Fraction[game.rows()][game.columns()];
            Fraction[][] transposedB = new Fraction[game.columns()][game.rows()];
            for (int i = 0; i < game.rows(); i++) {
                for (int j = 0; j < game.columns(); j++) {
                    a[i][j] = game.a(i, j);
                    transposedB[j][i] = game.b(i, j);
                }
            }
            return new ExactPolytopes(game, WholeNumbers.from1(a), WholeNumbers.from1(transposedB));
        }

        /** No entry of a tableau is ever longer (Hadamard). */
        double mostBits() {
            int bits = 1;
            for (BigInteger[][] matrix : List.of(a, transposedB)) {
                for (BigInteger[] row : matrix) {
                    for (BigInteger entry : row) {
                        bits = Math.max(bits, entry.bitLength());
                    }
                }
            }
            double order = Math.min(game.rows(), game.columns()) + 1.0;
            return order * (bits + StrictMath.log(order) / (2 * StrictMath.log(2)));
        }

        @Override
        int rows() {
            return game.rows();
        }

        @Override
        int columns() {
            return game.columns();
        }

        @Override
        Tableau ofRowPlayer() {
            return new ExactTableau(withOnes(transposedB), 0, false, Long.MAX_VALUE);
        }

        @Override
        Tableau ofColumnPlayer() {
            return new ExactTableau(withOnes(a), 0, true, Long.MAX_VALUE);
        }

        private static BigInteger[][] withOnes(BigInteger[][] matrix) {
            BigInteger[][] entries = new BigInteger[matrix.length][matrix[0].length + 1];
            for (int i = 0; i < matrix.length; i++) {
                System.arraycopy(matrix[i], 0, entries[i], 0, matrix[i].length);
                entries[i][matrix[i].length] = BigInteger.ONE;
            }
            return entries;
        }

        @Override
        Optional<ExactStrategyPair> equilibrium(Tableau ofRowPlayer, Tableau ofColumnPlayer) {
            List<Fraction> x = ((ExactTableau) ofRowPlayer).distribution(0, game.rows());
            List<Fraction> y = ((ExactTableau) ofColumnPlayer).distribution(game.rows(), game.columns());
            ExactStrategyPair pair = ExactStrategyPair.of(game, x, y);
            if (!pair.isEquilibrium()) {
                throw new IllegalStateException("bug: a path ended at a gain of " + pair.regret());
            }
            return Optional.of(pair);
        }
    }
}
