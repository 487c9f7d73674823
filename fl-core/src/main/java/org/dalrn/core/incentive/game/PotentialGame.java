package org.dalrn.core.incentive.game;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * A game with a potential: one number for each profile that rises whenever a player's payoff rises by its own deviation.
 * Where it is largest nobody gains by deviating alone, so such a game has a pure equilibrium; and players who change one at a
 * time for the better end in one.
 *
 * <p>Immutable and thread-safe.
 *
 * <p>Source: Monderer and Shapley, Potential Games (1996); congestion games: Rosenthal (1973).
 */
public final class PotentialGame {

    /** How the potential follows payoffs. */
    public enum Kind {
        /** It changes by as much as the payoff of whoever deviates. */
        EXACT,
        /** It changes by the payoff of whoever deviates, divided by that player's weight. */
        WEIGHTED,
        /** It rises when the payoff of whoever deviates rises; nothing is said of falls and ties (generalised ordinal). */
        ORDINAL
    }

    /** Whether a game has a potential. */
    public sealed interface Detection {

        /** What the function for this case makes of it. */
        <T> T match(Function<Found, T> found, Function<Refuted, T> refuted);
    }

    /**
     * It has.
     *
     * @param game the game with its potential
     */
    public record Found(PotentialGame game) implements Detection {
        @Override
        public <T> T match(Function<Found, T> found, Function<Refuted, T> refuted) {
            return found.apply(this);
        }
    }

    /**
     * It has not.
     *
     * @param witness a cycle that no potential allows
     */
    public record Refuted(Cycle witness) implements Detection {
        @Override
        public <T> T match(Function<Found, T> found, Function<Refuted, T> refuted) {
            return refuted.apply(this);
        }
    }

    /**
     * A round of profiles, each of which follows from the one before by the deviation of one player, and the first from the
     * last. To contradict an exact or weighted potential the gains, divided by weights, do not sum to 0; to contradict an
     * ordinal one, they are all above 0.
     *
     * @param profiles in order, 2 or more
     * @param movers who deviates from each of them
     * @param gains what that does to the mover's payoff
     */
    public record Cycle(List<List<Integer>> profiles, List<Integer> movers, List<Double> gains) {

        public Cycle {
            profiles = profiles.stream().map(List::copyOf).toList();
            movers = List.copyOf(movers);
            gains = List.copyOf(gains);
        }
    }

    private static final int UNSEEN = 0;
    private static final int OPEN = 1;
    private static final int DONE = 2;

    private final NormalFormGame game;
    private final Kind kind;
    private final double[] weights;
    private final double[] potential;
    private final double error;

    private PotentialGame(NormalFormGame game, Kind kind, double[] weights, double[] potential, double error) {
        this.game = game;
        this.kind = kind;
        this.weights = weights;
        this.potential = potential;
        this.error = error;
    }

    /**
     * Looks for an exact potential.
     *
     * <p>A game has one if and only if in every cycle of four profiles, in which two players deviate and return in turn, the
     * movers' gains sum to 0. It is enough to look at those through each player's strategy 0, of which the others are sums of
     * at most four; they are decided without rounding. Cost: half of players squared times profiles.
     *
     * @param tolerance how far the sum of such a cycle may be from 0, in the unit of the payoffs; 0 for whole payoffs, above
     *     0 where payoffs such as 0.1 are rounded
     * @throws IllegalArgumentException if {@code tolerance} is negative or NaN
     */
    public static Detection exact(NormalFormGame game, double tolerance) {
        double[] weights = new double[game.players()];
        Arrays.fill(weights, 1);
        return detect(game, Kind.EXACT, weights, tolerance);
    }

    /**
     * Looks for a potential that changes by the mover's gain divided by its weight.
     *
     * @param weights {@code [players]} above 0, finite
     * @param tolerance as in {@link #exact}, for gains divided by weights
     * @throws IllegalArgumentException if there is not one weight for each player, a weight is not above 0 and finite, or
     *     {@code tolerance} is negative or NaN
     */
    public static Detection weighted(NormalFormGame game, double[] weights, double tolerance) {
        if (weights.length != game.players()) {
            throw new IllegalArgumentException(weights.length + " weights for " + game.players() + " players");
        }
        for (int player = 0; player < weights.length; player++) {
            if (!(weights[player] > 0 && weights[player] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("the weight of player " + player + " is " + weights[player]
                        + "; weights are above 0 and finite");
            }
        }
        return detect(game, Kind.WEIGHTED, weights.clone(), tolerance);
    }

    /**
     * Looks for weights, too: the ratio of two players' weights is that of their gains in a cycle in which both gain or lose by
     * more than the tolerance, and every other cycle has to agree. Players whose gains nobody else changes get weight 1.
     *
     * @param tolerance as in {@link #weighted(NormalFormGame, double[], double)}; gains up to it count as none. Above 0, unless
     *     all ratios of weights are doubles
     * @throws IllegalArgumentException if {@code tolerance} is negative or NaN, or a weight is beyond doubles
     */
    public static Detection weighted(NormalFormGame game, double tolerance) {
        requireTolerance(tolerance);
        int players = game.players();
        double[][] clearest = new double[players][players];
        // How many times player j's weight is player i's, 0 where no cycle tells.
        double[][] ratios = new double[players][players];
        Optional<Refuted> refuted = eachCycle(game, (i, j, gainI, gainJ) -> {
            double a = gainI.value();
            double b = gainJ.value();
            if (Math.abs(a) <= tolerance && Math.abs(b) <= tolerance) {
                return true;
            }
            double least = Math.min(Math.abs(a), Math.abs(b));
            if (least <= tolerance || (a > 0) == (b > 0)) {
                return false;
            }
            if (least > clearest[i][j]) {
                clearest[i][j] = least;
                ratios[i][j] = gainJ.exactly().over(gainI.exactly()).negated().toDouble();
                ratios[j][i] = gainI.exactly().over(gainJ.exactly()).negated().toDouble();
            }
            return true;
        });
        if (refuted.isPresent()) {
            return refuted.get();
        }
        double[] weights = new double[players];
        for (int first = 0; first < players; first++) {
            if (weights[first] == 0) {
                weights[first] = 1;
                spread(clearest, ratios, weights, first);
            }
        }
        return weighted(game, weights, tolerance);
    }

    private static void spread(double[][] clearest, double[][] ratios, double[] weights, int from) {
        for (int to = 0; to < weights.length; to++) {
            if (weights[to] == 0 && clearest[Math.min(from, to)][Math.max(from, to)] > 0) {
                weights[to] = weights[from] * ratios[from][to];
                if (!(weights[to] >= Double.MIN_NORMAL && weights[to] < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException("the weight of player " + to + " would be " + weights[from]
                            + " * " + ratios[from][to] + ", which is beyond doubles; divide the larger payoffs of these"
                            + " players by the same number");
                }
                spread(clearest, ratios, weights, to);
            }
        }
    }

    /**
     * Looks for a generalised ordinal potential, which a game has if and only if no cycle of profiles exists in which every
     * mover gains. The potential found is 0 where nobody gains by deviating alone, and otherwise minus the most improvements
     * that can follow each other. Payoffs are compared as they are.
     *
     * <p>Cost: profiles times the strategies of all players together; 21 bytes for each profile.
     */
    public static Detection ordinal(NormalFormGame game) {
        byte[] seen = new byte[game.profiles()];
        int[] longest = new int[game.profiles()];
        int[] path = new int[game.profiles()];
        int[] nextMove = new int[game.profiles()];
        int moves = 0;
        for (int player = 0; player < game.players(); player++) {
            moves += game.strategies(player);
        }
        int[] movers = new int[moves];
        int[] targets = new int[moves];
        for (int player = 0, move = 0; player < game.players(); player++) {
            for (int strategy = 0; strategy < game.strategies(player); strategy++, move++) {
                movers[move] = player;
                targets[move] = strategy;
            }
        }
        for (int start = 0; start < game.profiles(); start++) {
            if (seen[start] != UNSEEN) {
                continue;
            }
            int depth = 0;
            path[0] = start;
            seen[start] = OPEN;
            while (depth >= 0) {
                int at = path[depth];
                if (nextMove[at] == moves) {
                    seen[at] = DONE;
                    depth--;
                    if (depth >= 0) {
                        longest[path[depth]] = Math.max(longest[path[depth]], longest[at] + 1);
                    }
                    continue;
                }
                int move = nextMove[at]++;
                int mover = movers[move];
                int to = at + (targets[move] - game.strategy(at, mover)) * game.stride(mover);
                if (!(game.payoffAt(mover, to) > game.payoffAt(mover, at))) {
                    continue;
                }
                if (seen[to] == OPEN) {
                    return new Refuted(cycle(game, path, depth, to));
                }
                if (seen[to] == DONE) {
                    longest[at] = Math.max(longest[at], longest[to] + 1);
                } else {
                    seen[to] = OPEN;
                    depth++;
                    path[depth] = to;
                }
            }
        }
        double[] potential = new double[game.profiles()];
        for (int index = 0; index < potential.length; index++) {
            potential[index] = 0.0 - longest[index];
        }
        return new Found(new PotentialGame(game, Kind.ORDINAL, new double[0], potential, 0));
    }

    /** The profiles of a path from its end back to a profile, in the order they were visited. */
    private static Cycle cycle(NormalFormGame game, int[] path, int end, int first) {
        List<Integer> indices = new ArrayList<>();
        int at = end;
        while (path[at] != first) {
            indices.add(path[at]);
            at--;
        }
        indices.add(first);
        Collections.reverse(indices);
        return cycle(game, indices);
    }

    private static Cycle cycle(NormalFormGame game, List<Integer> indices) {
        List<List<Integer>> profiles = new ArrayList<>();
        List<Integer> movers = new ArrayList<>();
        List<Double> gains = new ArrayList<>();
        for (int i = 0; i < indices.size(); i++) {
            int from = indices.get(i);
            int to = indices.get((i + 1) % indices.size());
            int mover = 0;
            while (game.strategy(from, mover) == game.strategy(to, mover)) {
                mover++;
            }
            profiles.add(game.profile(from));
            movers.add(mover);
            gains.add(game.payoffAt(mover, to) - game.payoffAt(mover, from));
        }
        return new Cycle(profiles, movers, gains);
    }

    private static Detection detect(NormalFormGame game, Kind kind, double[] weights, double tolerance) {
        requireTolerance(tolerance);
        Optional<Refuted> refuted =
                eachCycle(game, (i, j, gainI, gainJ) -> closes(gainI, weights[i], gainJ, weights[j], tolerance));
        if (refuted.isPresent()) {
            return refuted.get();
        }
        double[] potential = potential(game, weights);
        return new Found(new PotentialGame(game, kind, weights, potential, error(game, weights, potential)));
    }

    private static void requireTolerance(double tolerance) {
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("the tolerance is " + tolerance + "; it is 0 or more");
        }
    }

    /** Whether a cycle of four, in which i and j deviate and return in turn and gain so much, is allowed. */
    @FunctionalInterface
    private interface Condition {
        boolean holds(int i, int j, Difference gainI, Difference gainJ);
    }

    /** The first cycle through strategies 0 that is not allowed. */
    private static Optional<Refuted> eachCycle(NormalFormGame game, Condition condition) {
        for (int index = 0; index < game.profiles(); index++) {
            for (int i = 0; i < game.players(); i++) {
                int moveOfI = game.strategy(index, i) * game.stride(i);
                for (int j = i + 1; j < game.players() && moveOfI > 0; j++) {
                    int moveOfJ = game.strategy(index, j) * game.stride(j);
                    if (moveOfJ > 0) {
                        int base = index - moveOfI - moveOfJ;
                        int withI = base + moveOfI;
                        int withJ = base + moveOfJ;
                        Difference gainI = Difference.of(game, i, base, withI, index, withJ);
                        Difference gainJ = Difference.of(game, j, withI, index, withJ, base);
                        if (!condition.holds(i, j, gainI, gainJ)) {
                            return Optional.of(new Refuted(cycle(game, List.of(base, withI, index, withJ))));
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * What a player gains by two moves, {@code (b - a) + (d - c)}.
     *
     * @param sum rounded
     * @param exact whether nothing was rounded
     * @param magnitude of the four payoffs together
     */
    private record Difference(double a, double b, double c, double d, double sum, boolean exact, double magnitude) {

        static Difference of(NormalFormGame game, int player, int a, int b, int c, int d) {
            double payoffA = game.payoffAt(player, a);
            double payoffB = game.payoffAt(player, b);
            double payoffC = game.payoffAt(player, c);
            double payoffD = game.payoffAt(player, d);
            double first = payoffB - payoffA;
            double second = payoffD - payoffC;
            double sum = first + second;
            boolean exact = isExact(payoffB, -payoffA, first)
                    && isExact(payoffD, -payoffC, second)
                    && isExact(first, second, sum);
            double magnitude = Math.abs(payoffA) + Math.abs(payoffB) + Math.abs(payoffC) + Math.abs(payoffD);
            return new Difference(payoffA, payoffB, payoffC, payoffD, sum, exact, magnitude);
        }

        /** The sum, rounded once. */
        double value() {
            return exact ? sum : exactly().toDouble();
        }

        Fraction exactly() {
            return Fraction.ofExactly(b)
                    .minus(Fraction.ofExactly(a))
                    .plus(Fraction.ofExactly(d))
                    .minus(Fraction.ofExactly(c));
        }
    }

    /** Whether a sum was not rounded (Knuth's two-sum); false if it overflowed. */
    private static boolean isExact(double left, double right, double sum) {
        double ofRight = sum - left;
        double ofLeft = sum - ofRight;
        return (left - ofLeft) + (right - ofRight) == 0;
    }

    /** Whether the gains of two players, divided by their weights, sum to 0 up to a tolerance, decided without rounding. */
    private static boolean closes(Difference i, double weightOfI, Difference j, double weightOfJ, double tolerance) {
        double sum = i.sum / weightOfI + j.sum / weightOfJ;
        double rounding = 0x1p-50 * (i.magnitude / weightOfI + j.magnitude / weightOfJ) + Double.MIN_NORMAL;
        if (Math.abs(sum) > (tolerance + rounding) * (1 + 0x1p-50) && Double.isFinite(sum)) {
            return false;
        }
        if (Math.abs(sum) + rounding < tolerance * (1 - 0x1p-50)) {
            return true;
        }
        if (weightOfI == 1 && weightOfJ == 1 && i.exact && j.exact && isExact(i.sum, j.sum, sum)) {
            return Math.abs(sum) <= tolerance;
        }
        if (tolerance == Double.POSITIVE_INFINITY) {
            return true;
        }
        Fraction exact =
                i.exactly().over(Fraction.ofExactly(weightOfI)).plus(j.exactly().over(Fraction.ofExactly(weightOfJ)));
        Fraction bound = Fraction.ofExactly(tolerance);
        return exact.compareTo(bound) <= 0 && exact.compareTo(bound.negated()) >= 0;
    }

    /** Gains divided by weights along the path on which the players leave strategy 0 one after the other. */
    private static double[] potential(NormalFormGame game, double[] weights) {
        double[] potential = new double[game.profiles()];
        for (int index = 1; index < potential.length; index++) {
            int last = game.players() - 1;
            while (game.strategy(index, last) == 0) {
                last--;
            }
            int before = index - game.strategy(index, last) * game.stride(last);
            potential[index] =
                    potential[before] + (game.payoffAt(last, index) - game.payoffAt(last, before)) / weights[last];
        }
        return potential;
    }

    /** The most by which a deviation changes the potential other than the gain divided by the weight. */
    private static double error(NormalFormGame game, double[] weights, double[] potential) {
        double error = 0;
        for (int player = 0; player < game.players(); player++) {
            int stride = game.stride(player);
            for (int start = 0; start < game.profiles(); start++) {
                if (game.strategy(start, player) != 0) {
                    continue;
                }
                double least = 0;
                double most = 0;
                for (int strategy = 1; strategy < game.strategies(player); strategy++) {
                    int index = start + strategy * stride;
                    double gain = (game.payoffAt(player, index) - game.payoffAt(player, start)) / weights[player];
                    double off = potential[index] - potential[start] - gain;
                    least = Math.min(least, off);
                    most = Math.max(most, off);
                }
                error = Math.max(error, most - least);
            }
        }
        return error;
    }

    /** The game itself. */
    public NormalFormGame game() {
        return game;
    }

    /** How the potential follows payoffs. */
    public Kind kind() {
        return kind;
    }

    /**
     * A player's weight.
     *
     * @throws IllegalStateException if the potential is only ordinal
     */
    public double weight(int player) {
        if (kind == Kind.ORDINAL) {
            throw new IllegalStateException("an ordinal potential has no weights");
        }
        return weights[player];
    }

    /**
     * The potential of a profile; that of an exact or weighted one is 0 where everybody plays strategy 0.
     *
     * @throws IllegalArgumentException if there is not one strategy for each player
     * @throws IndexOutOfBoundsException if a player has no such strategy
     */
    public double potential(List<Integer> profile) {
        return potential[game.index(profile)];
    }

    /**
     * The most by which any deviation changes the potential other than it should, computed from all of them: rounding, and
     * what the tolerance let through. 0 for an ordinal potential.
     */
    public double error() {
        return error;
    }

    /**
     * Where the potential is largest, the first of equal ones: a pure equilibrium, up to {@link #error()} times the weights.
     */
    public List<Integer> maximiser() {
        return game.profile(PayoffTable.first(potential));
    }
}
