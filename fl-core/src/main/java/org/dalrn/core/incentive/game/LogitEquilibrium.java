package org.dalrn.core.incentive.game;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Logit (quantal response) equilibria of a game of any number of players, and the Nash equilibrium they lead to.
 *
 * <p>At precision {@code lambda}, each player plays strategy {@code k} with a probability proportional to {@code exp(lambda *
 * payoff of k)} against the others, who do the same. At 0 all strategies are equally likely. From there one branch of such
 * equilibria, the principal one, leads to a Nash equilibrium as lambda grows without bound; of a generic game to exactly one,
 * which thereby is singled out.
 *
 * <p>The branch is followed by its length with an Euler predictor and a Newton corrector, in the logarithms of the
 * probabilities and lambda, so that it may turn back in lambda. Once the regret is small, the equations of indifference on the
 * strategies still played are solved by Newton's method, and the solution counts only if it is a Nash equilibrium up to the ε
 * asked for and lies near the branch.
 *
 * <p>Where players, strategies or payoffs are symmetric, the branch keeps the symmetry, even through points where others
 * fork off.
 *
 * <p>Deterministic, and the same bits on every machine.
 *
 * <p>Source: McKelvey and Palfrey, Quantal Response Equilibria for Normal Form Games (1995); Turocy, A Dynamic Homotopy
 * Interpretation of the Logistic Quantal Response Equilibrium Correspondence (2005).
 */
public final class LogitEquilibrium {

    /** The strategies of all players together are at most this many: the systems solved have as many unknowns. */
    public static final int MOST_STRATEGIES = 256;

    private static final double FIRST_STEP = 0.05;
    private static final double SHORTEST_STEP = 1e-10;
    /**
     * The first correction moves no coordinate further, relative to its size, lest the point end on another branch. One that
     * comes back to precision 0 has done so, and a tenth is tried instead.
     */
    private static final double[] FARTHEST_CORRECTIONS = {2e-3, 2e-4, 2e-5};

    private static final double SLOWEST_CONTRACTION = 0.5;
    private static final double CORRECTED = 1e-9;
    /** Corrections that no longer shrink count as rounding if they are smaller: the equations may be nearly singular. */
    private static final double ROUNDING = 1e-6;

    private static final int MOST_CORRECTIONS = 8;

    /** Lambda times the range of payoffs: beyond, rounding of payoffs is all that decides. */
    private static final double LARGEST_LAMBDA = 1e13;

    /** Regret over the range of payoffs, from which on the end of the branch is guessed. */
    private static final double NEAR = 1e-4;
    /** A guess further from the branch is not its end. */
    private static final double FARTHEST_END = 0.005;

    private static final double[] LEAST_PLAYED = {1e-1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-9};
    private static final int MOST_POLISHING = 50;

    private final NormalFormGame game;
    /** All payoffs in [0, 1]. */
    private final NormalFormGame unit;

    private final double range;
    /** Where each player's strategies begin among all. */
    private final int[] offsets;
    /** How many strategies all players have; the coordinate of lambda. */
    private final int size;

    private LogitEquilibrium(NormalFormGame game) {
        this.game = game;
        offsets = new int[game.players()];
        int total = 0;
        for (int player = 0; player < offsets.length; player++) {
            offsets[player] = total;
            total += game.strategies(player);
        }
        if (total > MOST_STRATEGIES) {
            throw new IllegalArgumentException("the players have " + total + " strategies together; a branch of logit"
                    + " equilibria is followed for at most " + MOST_STRATEGIES);
        }
        size = total;
        double[] least = new double[offsets.length];
        double half = 0;
        for (int player = 0; player < offsets.length; player++) {
            double most = Double.NEGATIVE_INFINITY;
            least[player] = Double.POSITIVE_INFINITY;
            for (int index = 0; index < game.profiles(); index++) {
                most = Math.max(most, game.payoffAt(player, index));
                least[player] = Math.min(least[player], game.payoffAt(player, index));
            }
            // Halves, as the difference itself may overflow.
            half = Math.max(half, most / 2 - least[player] / 2);
        }
        range = 2 * half;
        double divisor = half == 0 ? 1 : half;
        int[] strategies = new int[offsets.length];
        double[][] payoffs = new double[offsets.length][game.profiles()];
        for (int player = 0; player < offsets.length; player++) {
            strategies[player] = game.strategies(player);
            for (int index = 0; index < game.profiles(); index++) {
                payoffs[player][index] = (game.payoffAt(player, index) / 2 - least[player] / 2) / divisor;
            }
        }
        unit = NormalFormGame.of(strategies, payoffs);
    }

    /** Where the search for a Nash equilibrium ended. */
    public sealed interface Outcome {

        /** The best that was found, with its certificate. */
        MixedProfile profile();

        /** The precision at which the branch was left, per unit of payoff. */
        double lambda();

        /** How many points of the branch were found. */
        int steps();

        /** What the function for this case makes of it. */
        <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped);
    }

    /**
     * A Nash equilibrium up to the ε that was asked for.
     *
     * @param profile the equilibrium
     * @param lambda the precision at which the branch was left, per unit of payoff
     * @param steps how many points of the branch were found
     */
    public record Reached(MixedProfile profile, double lambda, int steps) implements Outcome {
        @Override
        public <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped) {
            return reached.apply(this);
        }
    }

    /**
     * The branch was given up first.
     *
     * @param profile the last point of the branch: a logit equilibrium, but with more regret than asked for
     * @param lambda its precision, per unit of payoff
     * @param steps how many points of the branch were found
     * @param reason why, for people
     */
    public record Stopped(MixedProfile profile, double lambda, int steps, String reason) implements Outcome {
        @Override
        public <T> T match(Function<Reached, T> reached, Function<Stopped, T> stopped) {
            return stopped.apply(this);
        }
    }

    /**
     * A logit equilibrium of the principal branch.
     *
     * @param lambda precision, 0 or more, per unit of payoff
     * @param profile what is played, with its regret
     */
    public record Point(double lambda, MixedProfile profile) {}

    /**
     * Follows the principal branch to a Nash equilibrium.
     *
     * <p>Cost of a step: a few times players squared passes over the payoffs, and the cube of the number of strategies of all
     * players together.
     *
     * @param epsilon largest regret, 0 or more, in the unit of the payoffs; what rounding leaves is about 1e-15 of the
     *     largest payoff
     * @param mostSteps how many points of the branch to find at most, 1 or more; some 100 to 1,000 are usual
     * @throws IllegalArgumentException if {@code epsilon} is negative or NaN, {@code mostSteps} below 1, or the players have
     *     more than {@value #MOST_STRATEGIES} strategies together
     */
    public static Outcome of(NormalFormGame game, double epsilon, int mostSteps) {
        BestReplies.requireEpsilon(epsilon);
        FictitiousPlay.requireSteps(mostSteps);
        return new LogitEquilibrium(game).follow(epsilon, mostSteps);
    }

    /**
     * The beginning of the principal branch: uniform play at precision 0, then the points found on the way, the last of them
     * being the first whose precision is {@code lambda} or more, or the {@code mostSteps}-th.
     *
     * @param lambda 0 or more, per unit of payoff
     * @param mostSteps how many points to find at most, 1 or more
     * @throws IllegalArgumentException if {@code lambda} is negative or NaN, {@code mostSteps} below 1, or the players have
     *     more than {@value #MOST_STRATEGIES} strategies together
     */
    public static List<Point> branch(NormalFormGame game, double lambda, int mostSteps) {
        if (!(lambda >= 0)) {
            throw new IllegalArgumentException("lambda is " + lambda + "; it is 0 or more");
        }
        FictitiousPlay.requireSteps(mostSteps);
        LogitEquilibrium logit = new LogitEquilibrium(game);
        List<Point> points = new ArrayList<>();
        int left = mostSteps;
        for (double farthest : FARTHEST_CORRECTIONS) {
            Tracer tracer = logit.new Tracer(farthest);
            points.clear();
            points.add(new Point(0, logit.profile(tracer.point)));
            while (points.get(points.size() - 1).lambda() < lambda && left > 0 && tracer.advance()) {
                points.add(new Point(logit.lambda(tracer.point), logit.profile(tracer.point)));
                left--;
            }
            if (!tracer.lost()) {
                break;
            }
        }
        return List.copyOf(points);
    }

    private Outcome follow(double epsilon, int mostSteps) {
        int attempt = 0;
        Tracer tracer = new Tracer(FARTHEST_CORRECTIONS[attempt]);
        double nextGuess = 0;
        int steps = 0;
        while (true) {
            MixedProfile now = profile(tracer.point);
            if (now.isEquilibrium(epsilon)) {
                return new Reached(now, lambda(tracer.point), steps);
            }
            double precision = tracer.point[size];
            if (now.regret() <= NEAR * range && precision >= nextGuess) {
                Optional<MixedProfile> end = end(tracer.point, epsilon);
                if (end.isPresent()) {
                    return new Reached(end.get(), lambda(tracer.point), steps);
                }
                nextGuess = 1.5 * precision;
            }
            if (precision > LARGEST_LAMBDA) {
                return new Stopped(
                        now, lambda(tracer.point), steps, "lambda grew too large for payoffs in doubles to matter");
            }
            if (steps == mostSteps) {
                return new Stopped(now, lambda(tracer.point), steps, "the allowed steps ended");
            }
            if (!tracer.advance()) {
                if (tracer.lost() && attempt + 1 < FARTHEST_CORRECTIONS.length) {
                    attempt++;
                    tracer = new Tracer(FARTHEST_CORRECTIONS[attempt]);
                    nextGuess = 0;
                    continue;
                }
                return new Stopped(
                        now,
                        lambda(tracer.point),
                        steps,
                        tracer.lost()
                                ? "the search came upon another branch again and again"
                                : "the branch could not be followed with steps of " + SHORTEST_STEP + " or more");
            }
            steps++;
        }
    }

    private double lambda(double[] point) {
        return range == 0 ? point[size] : point[size] / range;
    }

    private double[][] mixes(double[] point) {
        double[][] mixes = new double[offsets.length][];
        for (int player = 0; player < mixes.length; player++) {
            mixes[player] = new double[game.strategies(player)];
            for (int k = 0; k < mixes[player].length; k++) {
                mixes[player][k] = StrictMath.exp(point[offsets[player] + k]);
            }
        }
        return mixes;
    }

    private MixedProfile profile(double[] point) {
        double[][] mixes = mixes(point);
        for (double[] mix : mixes) {
            normalise(mix);
        }
        return MixedProfile.of(game, mixes);
    }

    private static void normalise(double[] mix) {
        double sum = 0;
        for (double probability : mix) {
            sum += probability;
        }
        for (int k = 0; k < mix.length; k++) {
            mix[k] /= sum;
        }
    }

    /** Follows the curve of all (log probabilities, lambda times range) that are logit equilibria. */
    private final class Tracer {

        private double[] point = new double[size + 1];
        private double[] direction = new double[size + 1];
        private final double farthest;
        private double step = FIRST_STEP;
        private boolean lost;

        private Tracer(double farthest) {
            this.farthest = farthest;
            for (int player = 0; player < offsets.length; player++) {
                int count = game.strategies(player);
                Arrays.fill(point, offsets[player], offsets[player] + count, -StrictMath.log(count));
            }
            direction[size] = 1;
        }

        /** Moves to the next point; false if there is none within a tolerable step. */
        private boolean advance() {
            while (step >= SHORTEST_STEP * (1 + Math.abs(point[size]))) {
                double[] next = new double[size + 1];
                double[] ahead = new double[size + 1];
                ahead[size] = 1;
                // The direction at this point, on the side of the one so far.
                if (!DenseSystem.solve(jacobian(point, direction), ahead)) {
                    return false;
                }
                double length = Math.sqrt(PayoffTable.dot(ahead, ahead));
                for (int i = 0; i <= size; i++) {
                    ahead[i] /= length;
                    next[i] = point[i] + step * ahead[i];
                }
                double first = correct(next, ahead);
                if (first <= farthest) {
                    // At precision 0 there is uniform play only, where this branch begins.
                    lost = !(next[size] > 0);
                    if (lost) {
                        return false;
                    }
                    point = next;
                    direction = ahead;
                    step *= first < farthest / 8 ? 2 : first < farthest / 2 ? 1.3 : 0.9;
                    return true;
                }
                step /= 2;
            }
            return false;
        }

        /** True if the last step led to another branch. */
        private boolean lost() {
            return lost;
        }

        /** Corrects a point across a direction; returns how far the first correction went, infinite if it failed. */
        private double correct(double[] at, double[] across) {
            double first = 0;
            double last = Double.POSITIVE_INFINITY;
            for (int correction = 0; correction < MOST_CORRECTIONS; correction++) {
                double[] change = new double[size + 1];
                double[] residual = residual(at);
                for (int i = 0; i < size; i++) {
                    change[i] = -residual[i];
                }
                if (!DenseSystem.solve(jacobian(at, across), change)) {
                    return Double.POSITIVE_INFINITY;
                }
                double moved = 0;
                for (int i = 0; i <= size; i++) {
                    moved = Math.max(moved, Math.abs(change[i]) / (1 + Math.abs(at[i])));
                    at[i] += change[i];
                }
                if (correction == 0) {
                    first = moved;
                    if (!(first <= farthest)) {
                        return Double.POSITIVE_INFINITY;
                    }
                }
                if (moved <= CORRECTED) {
                    return first;
                }
                if (!(moved <= SLOWEST_CONTRACTION * last)) {
                    return moved <= ROUNDING ? first : Double.POSITIVE_INFINITY;
                }
                last = moved;
            }
            return Double.POSITIVE_INFINITY;
        }

        private double[] residual(double[] at) {
            double[][] mixes = mixes(at);
            double[] residual = new double[size];
            for (int player = 0; player < mixes.length; player++) {
                int offset = offsets[player];
                double[] replies = unit.replies(player, mixes);
                residual[offset] = -1;
                for (double probability : mixes[player]) {
                    residual[offset] += probability;
                }
                for (int k = 1; k < replies.length; k++) {
                    residual[offset + k] = at[offset + k] - at[offset] - at[size] * (replies[k] - replies[0]);
                }
            }
            return residual;
        }

        /** The derivatives of the residual, and the direction as the last row. */
        private double[][] jacobian(double[] at, double[] last) {
            double[][] mixes = mixes(at);
            double[][] jacobian = new double[size + 1][size + 1];
            for (int player = 0; player < mixes.length; player++) {
                int offset = offsets[player];
                int count = mixes[player].length;
                double[] replies = unit.replies(player, mixes);
                for (int k = 0; k < count; k++) {
                    jacobian[offset][offset + k] = mixes[player][k];
                }
                for (int k = 1; k < count; k++) {
                    jacobian[offset + k][offset + k] = 1;
                    jacobian[offset + k][offset] = -1;
                    jacobian[offset + k][size] = replies[0] - replies[k];
                }
                for (int other = 0; other < mixes.length && count > 1; other++) {
                    if (other != player) {
                        double[][] both = unit.replies(player, other, mixes);
                        for (int k = 1; k < count; k++) {
                            for (int l = 0; l < mixes[other].length; l++) {
                                jacobian[offset + k][offsets[other] + l] =
                                        at[size] * (both[0][l] - both[k][l]) * mixes[other][l];
                            }
                        }
                    }
                }
            }
            jacobian[size] = last.clone();
            return jacobian;
        }
    }

    /** The equilibrium to which a point late on the branch leads, if a guess of what is still played there is right. */
    private Optional<MixedProfile> end(double[] point, double epsilon) {
        double[][] mixes = mixes(point);
        int before = -1;
        for (double least : LEAST_PLAYED) {
            int[][] supports = new int[mixes.length][];
            int total = 0;
            for (int player = 0; player < mixes.length; player++) {
                double[] mix = mixes[player];
                double bound = Math.min(least, mix[PayoffTable.first(mix)]);
                supports[player] = IntStream.range(0, mix.length)
                        .filter(k -> mix[k] >= bound)
                        .toArray();
                total += supports[player].length;
            }
            // Supports only grow as the bound falls.
            if (total > before) {
                before = total;
                Optional<MixedProfile> polished = polish(mixes, supports);
                if (polished.isPresent() && polished.get().isEquilibrium(epsilon)) {
                    return polished;
                }
            }
        }
        return Optional.empty();
    }

    /** Solves "all of the support earn the same, probabilities sum to 1" by Newton's method from a point of the branch. */
    private Optional<MixedProfile> polish(double[][] from, int[][] supports) {
        int players = supports.length;
        double[][] mixes = new double[players][];
        double[] values = new double[players];
        for (int player = 0; player < players; player++) {
            mixes[player] = new double[from[player].length];
            for (int k : supports[player]) {
                mixes[player][k] = from[player][k];
            }
            normalise(mixes[player]);
        }
        for (int player = 0; player < players; player++) {
            values[player] = PayoffTable.dot(mixes[player], unit.replies(player, mixes));
        }
        double last = Double.POSITIVE_INFINITY;
        for (int round = 0; round < MOST_POLISHING; round++) {
            double moved = newton(mixes, values, supports);
            // The end of quadratic convergence: rounding alone moves it.
            if (moved == 0 || (moved < 1e-12 && moved >= last / 2)) {
                break;
            }
            if (!(moved < 1)) {
                return Optional.empty();
            }
            last = moved;
        }
        for (int player = 0; player < players; player++) {
            for (int k = 0; k < mixes[player].length; k++) {
                if (!(mixes[player][k] >= -1e-12)) {
                    return Optional.empty();
                }
                mixes[player][k] = Math.max(0, mixes[player][k]);
            }
            normalise(mixes[player]);
            for (int k = 0; k < mixes[player].length; k++) {
                if (!(Math.abs(mixes[player][k] - from[player][k]) <= FARTHEST_END)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(MixedProfile.of(game, mixes));
    }

    /** One step of Newton's method, the shortest where many would do; returns how far it went. */
    private double newton(double[][] mixes, double[] values, int[][] supports) {
        int players = supports.length;
        int[] starts = new int[players];
        int unknowns = 0;
        for (int player = 0; player < players; player++) {
            starts[player] = unknowns;
            unknowns += supports[player].length + 1;
        }
        double[][] matrix = new double[unknowns][unknowns];
        double[] right = new double[unknowns];
        for (int player = 0; player < players; player++) {
            int[] support = supports[player];
            int sum = starts[player] + support.length;
            double[] replies = unit.replies(player, mixes);
            right[sum] = 1;
            for (int i = 0; i < support.length; i++) {
                int row = starts[player] + i;
                right[row] = values[player] - replies[support[i]];
                matrix[row][sum] = -1;
                right[sum] -= mixes[player][support[i]];
                matrix[sum][row] = 1;
            }
            for (int other = 0; other < players; other++) {
                if (other != player) {
                    double[][] both = unit.replies(player, other, mixes);
                    for (int i = 0; i < support.length; i++) {
                        for (int j = 0; j < supports[other].length; j++) {
                            matrix[starts[player] + i][starts[other] + j] = both[support[i]][supports[other][j]];
                        }
                    }
                }
            }
        }
        double[] change = DenseSystem.leastSquares(matrix, right);
        double moved = 0;
        for (int player = 0; player < players; player++) {
            for (int i = 0; i < supports[player].length; i++) {
                mixes[player][supports[player][i]] += change[starts[player] + i];
                moved = Math.max(moved, Math.abs(change[starts[player] + i]));
            }
            values[player] += change[starts[player] + supports[player].length];
        }
        return moved;
    }
}
