package org.dalrn.core.incentive.game;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which pure strategies answer the others best, up to a stated ε, and what follows for a pair of strategies. */
public final class BestReplies {

    private BestReplies() {}

    /**
     * The rows that are worth at most {@code epsilon} less than the best, in order.
     *
     * @param y {@code [columns]} probabilities of the columns, 0 or more, of sum 1 within 1e-9
     * @param epsilon 0 or more, in the unit of the payoffs
     * @throws IllegalArgumentException if {@code y} is no distribution over the columns or {@code epsilon} is negative or NaN
     */
    public static List<Integer> ofRows(BimatrixGame game, double[] y, double epsilon) {
        double[] first = new double[game.rows()];
        first[0] = 1;
        double[] mix = StrategyPair.of(game, first, y).y();
        double[] payoffs = new double[game.rows()];
        for (int i = 0; i < payoffs.length; i++) {
            for (int j = 0; j < mix.length; j++) {
                payoffs[i] += game.a(i, j) * mix[j];
            }
        }
        return best(payoffs, epsilon);
    }

    /**
     * The columns that are worth at most {@code epsilon} less than the best, in order.
     *
     * @param x {@code [rows]} probabilities of the rows, 0 or more, of sum 1 within 1e-9
     * @param epsilon 0 or more, in the unit of the payoffs
     * @throws IllegalArgumentException if {@code x} is no distribution over the rows or {@code epsilon} is negative or NaN
     */
    public static List<Integer> ofColumns(BimatrixGame game, double[] x, double epsilon) {
        double[] first = new double[game.columns()];
        first[0] = 1;
        double[] mix = StrategyPair.of(game, x, first).x();
        double[] payoffs = new double[game.columns()];
        for (int i = 0; i < mix.length; i++) {
            for (int j = 0; j < payoffs.length; j++) {
                payoffs[j] += game.b(i, j) * mix[i];
            }
        }
        return best(payoffs, epsilon);
    }

    /**
     * The strategies of a player that are worth at most {@code epsilon} less than the best, in order.
     *
     * @param profile of the game; what the player itself plays does not matter
     * @param epsilon 0 or more, in the unit of the payoffs
     * @throws IllegalArgumentException if the profile does not fit the game or {@code epsilon} is negative or NaN
     */
    public static List<Integer> of(NormalFormGame game, MixedProfile profile, int player, double epsilon) {
        double[][] mixes = new double[profile.players()][];
        for (int other = 0; other < mixes.length; other++) {
            mixes[other] = profile.mix(other);
        }
        // Checks that the profile fits the game.
        MixedProfile.of(game, mixes);
        return best(game.replies(player, mixes), epsilon);
    }

    /**
     * True if neither player gains more than {@code epsilon} by leaving this cell alone.
     *
     * @param epsilon 0 or more, in the unit of the payoffs
     * @throws IllegalArgumentException if {@code epsilon} is negative or NaN
     * @throws IndexOutOfBoundsException if there is no such cell
     */
    public static boolean isEquilibrium(BimatrixGame game, int row, int column, double epsilon) {
        requireEpsilon(epsilon);
        for (int i = 0; i < game.rows(); i++) {
            if (game.a(i, column) - game.a(row, column) > epsilon) {
                return false;
            }
        }
        for (int j = 0; j < game.columns(); j++) {
            if (game.b(row, j) - game.b(row, column) > epsilon) {
                return false;
            }
        }
        return true;
    }

    /**
     * True if every strategy that is played at all is worth at most {@code epsilon} less than the best: a well-supported
     * equilibrium. That is more than {@link StrategyPair#isEquilibrium}, which lets bad strategies be played rarely.
     *
     * @throws IllegalArgumentException if the pair does not fit the game or {@code epsilon} is negative or NaN
     */
    public static boolean isWellSupported(BimatrixGame game, StrategyPair pair, double epsilon) {
        double[] x = pair.x();
        double[] y = pair.y();
        return supports(ofRows(game, y, epsilon), x) && supports(ofColumns(game, x, epsilon), y);
    }

    private static boolean supports(List<Integer> best, double[] mix) {
        for (int strategy = 0; strategy < mix.length; strategy++) {
            if (mix[strategy] > 0 && !best.contains(strategy)) {
                return false;
            }
        }
        return true;
    }

    private static List<Integer> best(double[] payoffs, double epsilon) {
        requireEpsilon(epsilon);
        double most = Arrays.stream(payoffs).max().orElseThrow();
        List<Integer> best = new ArrayList<>();
        for (int strategy = 0; strategy < payoffs.length; strategy++) {
            if (most - payoffs[strategy] <= epsilon) {
                best.add(strategy);
            }
        }
        return List.copyOf(best);
    }

    static void requireEpsilon(double epsilon) {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("epsilon is " + epsilon + "; it is 0 or more");
        }
    }
}
