package org.dalrn.core.incentive.game;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;

/** Games drawn from a seed. */
final class RandomGames {

    private final SplittableRandom random;

    RandomGames(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A number of strategies. */
    int size(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** Whole payoffs of least to most; few of them make the game degenerate. */
    ExactBimatrixGame whole(int rows, int columns, int least, int most) {
        return ExactBimatrixGame.of(wholes(rows, columns, least, most), wholes(rows, columns, least, most));
    }

    private Fraction[][] wholes(int rows, int columns, int least, int most) {
        Fraction[][] payoffs = new Fraction[rows][columns];
        for (Fraction[] row : payoffs) {
            for (int j = 0; j < columns; j++) {
                row[j] = Fraction.of(random.nextInt(least, most + 1));
            }
        }
        return payoffs;
    }

    /** Payoffs in [0, 1). */
    BimatrixGame uniform(int rows, int columns) {
        return BimatrixGame.of(uniforms(rows, columns), uniforms(rows, columns));
    }

    private double[][] uniforms(int rows, int columns) {
        double[][] payoffs = new double[rows][columns];
        for (double[] row : payoffs) {
            for (int j = 0; j < columns; j++) {
                row[j] = random.nextDouble();
            }
        }
        return payoffs;
    }

    /** The game with every payoff moved by up to {@code step}, so that it is next to being degenerate if it was. */
    BimatrixGame moved(ExactBimatrixGame game, double step) {
        double[][] a = new double[game.rows()][game.columns()];
        double[][] b = new double[game.rows()][game.columns()];
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                a[i][j] = game.a(i, j).toDouble() + step * random.nextDouble();
                b[i][j] = game.b(i, j).toDouble() + step * random.nextDouble();
            }
        }
        return BimatrixGame.of(a, b);
    }

    static BimatrixGame inDoubles(ExactBimatrixGame game) {
        return new RandomGames(0).moved(game, 0);
    }

    /** The largest size of a payoff of a listed game. */
    static double largest(NashOracles.Game game) {
        return Stream.concat(game.a().stream(), game.b().stream())
                .flatMap(List::stream)
                .mapToDouble(payoff -> Math.abs(payoff.toDouble()))
                .max()
                .orElseThrow();
    }
}
