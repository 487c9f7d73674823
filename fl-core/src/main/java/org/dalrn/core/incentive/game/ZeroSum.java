package org.dalrn.core.incentive.game;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * The value and optimal strategies of a game in which what one player wins the other one loses, or in which both payoffs of each profile sum to
 * the same constant, by a linear program: the column player's strategy is its solution, the row player's that of the dual program.
 *
 * <p>The program has a row and a column for each strategy. Thread-safe.
 *
 * <p>Source: von Neumann and Morgenstern (1944); Nisan et al., Algorithmic Game Theory (2007), section 1.4.
 */
public final class ZeroSum {

    /** How far sums of payoffs may differ, as a part of the larger of both ranges: as much as decimals rounded to doubles do. */
    private static final double SUM_TOLERANCE = 1e-14;

    private ZeroSum() {}

    /**
     * The value and optimal strategies.
     *
     * @param value what the row player can secure, whatever the other one does; the column player's is the constant minus it
     * @param strategies strategies of both that secure it; their regrets certify that
     */
    public record Solution(double value, StrategyPair strategies) {}

    /**
     * The value and optimal strategies, exactly.
     *
     * @param value what the row player can secure, whatever the other one does; the column player's is the constant minus it
     * @param strategies strategies of both that secure it
     */
    public record ExactSolution(Fraction value, ExactStrategyPair strategies) {}

    /** True if both payoffs have the same sum in every profile, up to 1e-14 of the larger range of payoffs. */
    public static boolean isConstantSum(BimatrixGame game) {
        double tolerance = SUM_TOLERANCE * Math.max(game.rangeA(), game.rangeB());
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                // Differences first: large payoffs of one player would swallow small ones of the other.
                double change = (game.a(i, j) - game.a(0, 0)) + (game.b(i, j) - game.b(0, 0));
                if (Math.abs(change) > tolerance) {
                    return false;
                }
            }
        }
        return true;
    }

    /** True if both payoffs have the same sum in every profile. */
    public static boolean isConstantSum(ExactBimatrixGame game) {
        Fraction sum = game.a(0, 0).plus(game.b(0, 0));
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                if (!game.a(i, j).plus(game.b(i, j)).equals(sum)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Solves a game of constant sum.
     *
     * @throws IllegalArgumentException if it is none
     * @throws ArithmeticException if rounding errors spoil the solution of a game too large to solve in exact numbers
     */
    public static Solution solve(BimatrixGame game) {
        if (!isConstantSum(game)) {
            throw new IllegalArgumentException("the payoffs of the " + game.rows() + " x " + game.columns()
                    + " game do not have the same sum in every profile; use LemkeHowson");
        }
        StrategyPair pair = byProgram(game)
                .orElseThrow(() -> new ArithmeticException("rounding errors spoil the linear program of the "
                        + game.rows() + " x " + game.columns() + " game; solve it as an ExactBimatrixGame"));
        return new Solution(pair.rowPayoff(), pair);
    }

    /** An equilibrium of the game, if it is one of constant sum and rounding errors do not spoil the solution. */
    static Optional<StrategyPair> find(BimatrixGame game) {
        boolean small = LinearProgram.fits(game.rows(), game.columns());
        return small && isConstantSum(game) ? byProgram(game) : Optional.empty();
    }

    private static Optional<StrategyPair> byProgram(BimatrixGame game) {
        double[] ones = new double[game.columns()];
        Arrays.fill(ones, 1);
        LinearProgram program = LinearProgram.maximise(ones);
        for (int i = 0; i < game.rows(); i++) {
            double[] row = new double[game.columns()];
            for (int j = 0; j < row.length; j++) {
                row[j] = game.rangeA() == 0 ? 1 : 1 + (game.a(i, j) - game.leastA()) / game.rangeA();
            }
            program.atMost(row, 1);
        }
        return program.solve()
                .match(
                        optimum -> LemkeHowson.accepted(game, scaled(optimum.dual()), scaled(optimum.x())),
                        Optional::empty,
                        Optional::empty,
                        undecided -> Optional.empty());
    }

    private static double[] scaled(double[] values) {
        double sum = Arrays.stream(values).sum();
        return Arrays.stream(values).map(value -> value / sum).toArray();
    }

    /**
     * Solves a game of constant sum exactly.
     *
     * @throws IllegalArgumentException if it is none
     * @throws ArithmeticException if the bound on the work of the linear program is reached
     */
    public static ExactSolution solve(ExactBimatrixGame game) {
        if (!isConstantSum(game)) {
            throw new IllegalArgumentException("the payoffs of the " + game.rows() + " x " + game.columns()
                    + " game do not have the same sum in every profile; use LemkeHowson");
        }
        Fraction[][] a = new Fraction[game.rows()][game.columns()];
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                a[i][j] = game.a(i, j);
            }
        }
        Fraction[] ones = new Fraction[game.columns()];
        Arrays.fill(ones, Fraction.ONE);
        ExactLinearProgram program = ExactLinearProgram.maximise(ones);
        for (var row : WholeNumbers.from1(a)) {
            program.atMost(Arrays.stream(row).map(Fraction::of).toArray(Fraction[]::new), Fraction.ONE);
        }
        ExactStrategyPair pair = program.solve()
                .match(
                        optimum -> ExactStrategyPair.of(game, scaled(optimum.dual()), scaled(optimum.x())),
                        () -> {
                            throw new IllegalStateException("bug: playing nothing is feasible");
                        },
                        () -> {
                            throw new IllegalStateException("bug: payoffs of 1 or more bound the program");
                        },
                        undecided -> {
                            throw new ArithmeticException("the linear program of the " + game.rows() + " x "
                                    + game.columns() + " game is not solved within the bound on work, after "
                                    + undecided.pivots() + " pivots; round its payoffs to fewer digits");
                        });
        if (!pair.isEquilibrium()) {
            throw new IllegalStateException("bug: optimal strategies leave a gain of " + pair.regret());
        }
        return new ExactSolution(pair.rowPayoff(), pair);
    }

    private static List<Fraction> scaled(List<Fraction> values) {
        Fraction sum = values.stream().reduce(Fraction.ZERO, Fraction::plus);
        return values.stream().map(value -> value.over(sum)).toList();
    }
}
