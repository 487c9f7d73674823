package org.dalrn.core.incentive.game;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * The vertices of both best-response polytopes of a game: {@code P} holds the row player's strategies and {@code Q} the column
 * player's.
 *
 * <p>Payoffs less the least of them, plus their range, are above 0 and have the same equilibria; divided by the range they lie
 * in [1, 2]. The exact polytope is the same but for its size, so that an exact basis is one of the other's.
 */
final class BestResponsePolytopes {

    private final PolytopeVertices p;
    private final PolytopeVertices q;
    private final double rowRange;
    private final double columnRange;

    private BestResponsePolytopes(PolytopeVertices p, PolytopeVertices q, double rowRange, double columnRange) {
        this.p = p;
        this.q = q;
        this.rowRange = rowRange;
        this.columnRange = columnRange;
    }

    static BestResponsePolytopes exactly(ExactBimatrixGame game, int mostBases) {
        return new BestResponsePolytopes(
                PolytopeVertices.exactly(exactP(game), mostBases),
                PolytopeVertices.exactly(exactQ(game), mostBases),
                0,
                0);
    }

    static BestResponsePolytopes inDoubles(BimatrixGame game, int mostBases) {
        int m = game.rows();
        int n = game.columns();
        Supplier<ExactPolytopeTableau> p = () -> exactP(game.exactly());
        Supplier<ExactPolytopeTableau> q = () -> exactQ(game.exactly());
        Scaled a = scaledOfRow(game);
        Scaled b = scaledOfColumn(game);
        return new BestResponsePolytopes(
                PolytopeVertices.inDoubles(new DoublePolytopeTableau(b.payoffs, n, m, 0, m), p, mostBases),
                PolytopeVertices.inDoubles(new DoublePolytopeTableau(a.payoffs, m, n, m, 0), q, mostBases),
                a.range,
                b.range);
    }

    /** The row player's payoffs, which reply to the column player's strategies. */
    static Scaled scaledOfRow(BimatrixGame game) {
        return scaled(game.rows(), game.columns(), game::a);
    }

    /** The column player's payoffs, which reply to the row player's strategies. */
    static Scaled scaledOfColumn(BimatrixGame game) {
        return scaled(game.columns(), game.rows(), (j, i) -> game.b(i, j));
    }

    /** The row player's payoffs in whole numbers above 0 of the same proportions as the scaled ones, {@code [rows][columns]}. */
    static BigInteger[] wholePayoffsOfRow(ExactBimatrixGame game) {
        return whole(game.rows(), game.columns(), game::a);
    }

    /** Likewise the column player's, {@code [columns][rows]}. */
    static BigInteger[] wholePayoffsOfColumn(ExactBimatrixGame game) {
        return whole(game.columns(), game.rows(), (j, i) -> game.b(i, j));
    }

    private static ExactPolytopeTableau exactP(ExactBimatrixGame game) {
        int m = game.rows();
        int n = game.columns();
        return new ExactPolytopeTableau(wholePayoffsOfColumn(game), n, m, 0, m);
    }

    private static ExactPolytopeTableau exactQ(ExactBimatrixGame game) {
        int m = game.rows();
        int n = game.columns();
        return new ExactPolytopeTableau(wholePayoffsOfRow(game), m, n, m, 0);
    }

    private interface Payoffs<N> {
        N at(int reply, int strategy);
    }

    private interface DoublePayoffs {
        double at(int reply, int strategy);
    }

    /** Payoffs scaled to [1, 2]. */
    static final class Scaled {
        /** {@code [replies][strategies]}. */
        private final double[] payoffs;

        private final int strategies;
        private final double range;

        private Scaled(double[] payoffs, int strategies, double range) {
            this.payoffs = payoffs;
            this.strategies = strategies;
            this.range = range;
        }

        double at(int reply, int strategy) {
            return payoffs[reply * strategies + strategy];
        }

        /** The range of the payoffs themselves; infinite if that is too large for a double. */
        double range() {
            return range;
        }
    }

    private static Scaled scaled(int replies, int strategies, DoublePayoffs game) {
        double[] payoffs = new double[replies * strategies];
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < replies; i++) {
            for (int j = 0; j < strategies; j++) {
                payoffs[i * strategies + j] = game.at(i, j);
                least = Math.min(least, game.at(i, j));
                most = Math.max(most, game.at(i, j));
            }
        }
        // A quarter, so that the range of the largest doubles is finite.
        double range = most / 4 - least / 4;
        for (int i = 0; i < payoffs.length; i++) {
            payoffs[i] = range > 0 ? 1 + (payoffs[i] / 4 - least / 4) / range : 1;
        }
        return new Scaled(payoffs, strategies, 4 * range);
    }

    /** Payoffs in the same proportions as the scaled ones, in whole numbers. */
    private static BigInteger[] whole(int replies, int strategies, Payoffs<Fraction> game) {
        Fraction[][] matrix = new Fraction[replies][strategies];
        for (int i = 0; i < replies; i++) {
            for (int j = 0; j < strategies; j++) {
                matrix[i][j] = game.at(i, j);
            }
        }
        BigInteger[] payoffs = Arrays.stream(WholeNumbers.from1(matrix))
                .flatMap(Arrays::stream)
                .toArray(BigInteger[]::new);
        BigInteger range =
                Arrays.stream(payoffs).reduce(BigInteger::max).orElseThrow().subtract(BigInteger.ONE);
        // From the range to twice the range, as the scaled ones are from 1 to 2; all 1 if there is no range.
        BigInteger more = range.subtract(BigInteger.ONE).max(BigInteger.ZERO);
        for (int i = 0; i < payoffs.length; i++) {
            payoffs[i] = payoffs[i].add(more);
        }
        return payoffs;
    }

    PolytopeVertices p() {
        return p;
    }

    PolytopeVertices q() {
        return q;
    }

    /** Whether nobody's regret is above this part of the range of his payoffs; of polytopes in doubles. */
    boolean isEquilibrium(StrategyPair pair, double part) {
        return pair.rowRegret() <= part * rowRange && pair.columnRegret() <= part * columnRange;
    }

    /** The bound that kept vertices from being found. */
    Optional<String> bound() {
        return bound(p, "row").or(() -> bound(q, "column"));
    }

    private static Optional<String> bound(PolytopeVertices vertices, String player) {
        return vertices.complete()
                ? Optional.empty()
                : Optional.of("the polytope of the " + player + " player's strategies has more bases than the "
                        + vertices.bases() + " that the bounds on work allow to be found");
    }
}
