package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * Iterated elimination of dominated strategies.
 *
 * <p>A strategy is strictly dominated if some other strategy, or mixture of others, pays more against everything that the other
 * player may do; weakly, if it pays no less against everything and more against something. Elimination goes in rounds: in each,
 * all strategies of both players go at once that a single one dominates in the game that the rounds before have left; in a round
 * without any, all that a mixture dominates. What strict elimination leaves does not depend on that order, and every equilibrium of
 * the game is in it; what weak elimination leaves does depend on it, and equilibria can be lost.
 *
 * <p>Each elimination names what dominates, in exact fractions, so that {@link Reduction#isProvedBy} can check it. In doubles,
 * payoffs count as the numbers that their bits stand for and no strategy is eliminated without such a proof; one that only a mixture
 * dominates, by less than 1e-9 of the range of the payoffs, may remain.
 *
 * <p>Cost: a round compares each two strategies of a player or, if that eliminates nothing, solves a linear program for each that
 * is not the best reply to some single strategy of the other. Games
 * of more than {@link #MOST_PROFILES} profiles are refused, and linear programs end with a bound on their number, see {@link
 * Reduction#complete}.
 *
 * <p>Stateless and thread-safe. Source: Shoham, Leyton-Brown, Multiagent Systems (2009), sections 3.4.3 and 4.5.
 */
public final class Dominance {

    /** Rows times columns of a game. */
    public static final int MOST_PROFILES = 1 << 16;

    /** Linear programs in doubles, times profiles of the game. */
    private static final long MOST_PROGRAMMED_PROFILES = 1L << 26;

    /** Exact linear programs, times profiles of the game. */
    private static final long MOST_EXACTLY_PROGRAMMED_PROFILES = 1L << 22;

    /** Of the range of the payoffs: what a linear program in doubles may take for more than nothing. */
    private static final double LEAST_GAIN = 1e-9;

    private final ExactBimatrixGame game;
    private final Optional<BimatrixGame> inDoubles;
    private final boolean weak;
    private final List<Integer> rows = new ArrayList<>();
    private final List<Integer> columns = new ArrayList<>();
    private final List<Elimination> eliminations = new ArrayList<>();
    private long programs;
    private boolean complete = true;

    private Dominance(ExactBimatrixGame game, Optional<BimatrixGame> inDoubles, boolean weak) {
        this.game = game;
        this.inDoubles = inDoubles;
        this.weak = weak;
        long profiles = (long) game.rows() * game.columns();
        if (profiles > MOST_PROFILES) {
            throw new IllegalArgumentException("a game of " + game.rows() + " x " + game.columns() + " strategies has "
                    + profiles + " profiles; dominated strategies are eliminated from games of up to "
                    + MOST_PROFILES);
        }
        programs = (inDoubles.isPresent() ? MOST_PROGRAMMED_PROFILES : MOST_EXACTLY_PROGRAMMED_PROFILES) / profiles;
        for (int i = 0; i < game.rows(); i++) {
            rows.add(i);
        }
        for (int j = 0; j < game.columns(); j++) {
            columns.add(j);
        }
    }

    /**
     * Why a strategy goes.
     *
     * @param round from 1
     * @param player whose strategy it is
     * @param strategy which, in the numbers of the whole game
     * @param dominator the strategies that dominate it together, with probabilities above 0 that sum to 1; all of them were left by
     *     the rounds before
     */
    public record Elimination(int round, Player player, int strategy, SortedMap<Integer, Fraction> dominator) {

        /** Copies the map. */
        public Elimination {
            requireNonNull(player, "player");
            dominator = Collections.unmodifiableSortedMap(new TreeMap<>(dominator));
        }

        /** True if a single strategy dominates. */
        public boolean isByPureStrategy() {
            return dominator.size() == 1;
        }
    }

    /**
     * What is left of a game.
     *
     * @param rows the row player's strategies, in the numbers of the whole game, rising
     * @param columns the column player's, likewise
     * @param eliminations round by round
     * @param weak whether they are of weakly dominated strategies
     * @param complete false if more strategies may be dominated by mixtures, because a bound on linear programs was reached
     */
    public record Reduction(
            List<Integer> rows, List<Integer> columns, List<Elimination> eliminations, boolean weak, boolean complete) {

        /** Copies the lists. */
        public Reduction {
            rows = List.copyOf(rows);
            columns = List.copyOf(columns);
            eliminations = List.copyOf(eliminations);
        }

        /** The game that is left. */
        public ExactBimatrixGame of(ExactBimatrixGame game) {
            Fraction[][] a = new Fraction[rows.size()][columns.size()];
            Fraction[][] b = new Fraction[rows.size()][columns.size()];
            for (int i = 0; i < rows.size(); i++) {
                for (int j = 0; j < columns.size(); j++) {
                    a[i][j] = game.a(rows.get(i), columns.get(j));
                    b[i][j] = game.b(rows.get(i), columns.get(j));
                }
            }
            return ExactBimatrixGame.of(a, b);
        }

        /** The game that is left. */
        public BimatrixGame of(BimatrixGame game) {
            double[][] a = new double[rows.size()][columns.size()];
            double[][] b = new double[rows.size()][columns.size()];
            for (int i = 0; i < rows.size(); i++) {
                for (int j = 0; j < columns.size(); j++) {
                    a[i][j] = game.a(rows.get(i), columns.get(j));
                    b[i][j] = game.b(rows.get(i), columns.get(j));
                }
            }
            return BimatrixGame.of(a, b);
        }

        /**
         * Whether the eliminations, one round after another, are all of strategies that what they name dominates in the game that is
         * left then, and leave what this says; not whether more strategies could be eliminated.
         */
        public boolean isProvedBy(ExactBimatrixGame game) {
            Map<Player, List<Integer>> left =
                    new EnumMap<>(Map.of(Player.ROW, numbers(game.rows()), Player.COLUMN, numbers(game.columns())));
            int next = 0;
            for (int round = 1; next < eliminations.size(); round++) {
                Map<Player, List<Integer>> before = new EnumMap<>(left);
                before.replaceAll((player, strategies) -> List.copyOf(strategies));
                int first = next;
                for (; next < eliminations.size() && eliminations.get(next).round() == round; next++) {
                    Elimination one = eliminations.get(next);
                    List<Integer> own = requireNonNull(before.get(one.player()));
                    List<Integer> others =
                            requireNonNull(before.get(one.player().other()));
                    if (!requireNonNull(left.get(one.player())).remove((Integer) one.strategy())
                            || !own.containsAll(one.dominator().keySet())
                            || !dominates(game, one, others)) {
                        return false;
                    }
                }
                if (next == first) {
                    return false;
                }
            }
            return rows.equals(left.get(Player.ROW)) && columns.equals(left.get(Player.COLUMN));
        }

        private static List<Integer> numbers(int count) {
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                numbers.add(i);
            }
            return numbers;
        }

        private boolean dominates(ExactBimatrixGame game, Elimination one, List<Integer> others) {
            Fraction sum = Fraction.ZERO;
            for (Fraction weight : one.dominator().values()) {
                if (weight.signum() <= 0) {
                    return false;
                }
                sum = sum.plus(weight);
            }
            return sum.equals(Fraction.ONE)
                    && Dominance.dominates(game, one.player(), one.strategy(), one.dominator(), others, weak);
        }
    }

    /**
     * Eliminates strictly dominated strategies, in doubles.
     *
     * @throws IllegalArgumentException if the game has more than {@value #MOST_PROFILES} profiles
     */
    public static Reduction strict(BimatrixGame game) {
        return new Dominance(game.exactly(), Optional.of(game), false).reduce();
    }

    /**
     * Eliminates strictly dominated strategies, exactly.
     *
     * @throws IllegalArgumentException if the game has more than {@value #MOST_PROFILES} profiles
     */
    public static Reduction strict(ExactBimatrixGame game) {
        return new Dominance(game, Optional.empty(), false).reduce();
    }

    /**
     * Eliminates weakly dominated strategies, exactly; equilibria can be lost with them.
     *
     * @throws IllegalArgumentException if the game has more than {@value #MOST_PROFILES} profiles
     */
    public static Reduction weak(ExactBimatrixGame game) {
        return new Dominance(game, Optional.empty(), true).reduce();
    }

    private Reduction reduce() {
        for (int round = 1; ; round++) {
            List<Elimination> eliminated = round(round);
            if (eliminated.isEmpty()) {
                return new Reduction(rows, columns, eliminations, weak, complete);
            }
            eliminations.addAll(eliminated);
            for (Elimination one : eliminated) {
                strategies(one.player()).remove((Integer) one.strategy());
            }
        }
    }

    private List<Integer> strategies(Player player) {
        return player == Player.ROW ? rows : columns;
    }

    private List<Elimination> round(int round) {
        List<Elimination> eliminated = new ArrayList<>();
        for (Player player : Player.values()) {
            for (int strategy : strategies(player)) {
                dominatingStrategy(player, strategy)
                        .ifPresent(dominator -> eliminated.add(new Elimination(round, player, strategy, dominator)));
            }
        }
        if (!eliminated.isEmpty()) {
            return eliminated;
        }
        for (Player player : Player.values()) {
            for (int strategy : strategies(player)) {
                dominatingMixture(player, strategy)
                        .ifPresent(dominator -> eliminated.add(new Elimination(round, player, strategy, dominator)));
            }
        }
        return eliminated;
    }

    private static Fraction payoff(ExactBimatrixGame game, Player player, int own, int other) {
        return player == Player.ROW ? game.a(own, other) : game.b(other, own);
    }

    private static double payoff(BimatrixGame game, Player player, int own, int other) {
        return player == Player.ROW ? game.a(own, other) : game.b(other, own);
    }

    private List<Integer> others(Player player) {
        return player == Player.ROW ? columns : rows;
    }

    private static boolean dominates(
            ExactBimatrixGame game,
            Player player,
            int strategy,
            Map<Integer, Fraction> dominator,
            List<Integer> others,
            boolean weak) {
        boolean better = false;
        for (int other : others) {
            Fraction paid = Fraction.ZERO;
            for (Map.Entry<Integer, Fraction> part : dominator.entrySet()) {
                paid = paid.plus(part.getValue().times(payoff(game, player, part.getKey(), other)));
            }
            int order = paid.compareTo(payoff(game, player, strategy, other));
            if (order < 0 || (order == 0 && !weak)) {
                return false;
            }
            better |= order > 0;
        }
        return better;
    }

    private Optional<SortedMap<Integer, Fraction>> dominatingStrategy(Player player, int strategy) {
        for (int own : strategies(player)) {
            boolean more = false;
            boolean noLess = own != strategy;
            for (int k = 0; noLess && k < others(player).size(); k++) {
                int other = others(player).get(k);
                int order = payoff(game, player, own, other).compareTo(payoff(game, player, strategy, other));
                noLess = order > 0 || (weak && order == 0);
                more |= order > 0;
            }
            if (noLess && more) {
                return Optional.of(new TreeMap<>(Map.of(own, Fraction.ONE)));
            }
        }
        return Optional.empty();
    }

    private Optional<SortedMap<Integer, Fraction>> dominatingMixture(Player player, int strategy) {
        if (isBestReplyToOne(player, strategy)) {
            return Optional.empty();
        }
        if (programs == 0) {
            complete = false;
            return Optional.empty();
        }
        programs--;
        List<Fraction> weights = inDoubles
                .map(payoffs -> mixtureInDoubles(payoffs, player, strategy))
                .orElseGet(() -> mixture(player, strategy));
        SortedMap<Integer, Fraction> dominator = new TreeMap<>();
        Fraction sum = Fraction.ZERO;
        for (int k = 0; k < weights.size(); k++) {
            int own = strategies(player).get(k);
            if (own != strategy && weights.get(k).signum() > 0) {
                dominator.put(own, weights.get(k));
                sum = sum.plus(weights.get(k));
            }
        }
        if (dominator.isEmpty()) {
            return Optional.empty();
        }
        Fraction all = sum;
        dominator.replaceAll((own, weight) -> weight.over(all));
        return dominates(game, player, strategy, dominator, others(player), weak)
                ? Optional.of(dominator)
                : Optional.empty();
    }

    /** What is best against some strategy is not strictly dominated; what alone is best, not weakly either. */
    private boolean isBestReplyToOne(Player player, int strategy) {
        for (int other : others(player)) {
            boolean best = true;
            for (int own : strategies(player)) {
                int order = payoff(game, player, own, other).compareTo(payoff(game, player, strategy, other));
                best &= own == strategy || order < 0 || (order == 0 && !weak);
            }
            if (best) {
                return true;
            }
        }
        return false;
    }

    /**
     * The mixture of the player's strategies that pays most more than this one, against each of the other player's or, weakly, in
     * sum; nothing if it pays no more. The strategy itself is among them, so that there is a solution.
     */
    private List<Fraction> mixture(Player player, int strategy) {
        List<Integer> own = strategies(player);
        List<Integer> others = others(player);
        Fraction[] objective = fractions(own.size() + 1);
        Fraction[][] more = new Fraction[others.size()][];
        for (int k = 0; k < others.size(); k++) {
            more[k] = fractions(own.size() + 1);
            for (int i = 0; i < own.size(); i++) {
                more[k][i] = payoff(game, player, own.get(i), others.get(k))
                        .minus(payoff(game, player, strategy, others.get(k)));
                objective[i] = weak ? objective[i].plus(more[k][i]) : Fraction.ZERO;
            }
            more[k][own.size()] = weak ? Fraction.ZERO : Fraction.ONE.negated();
        }
        objective[own.size()] = weak ? Fraction.ZERO : Fraction.ONE;
        Fraction[] sum = fractions(own.size() + 1);
        Arrays.fill(sum, 0, own.size(), Fraction.ONE);
        ExactLinearProgram program = ExactLinearProgram.maximise(objective).equal(sum, Fraction.ONE);
        for (Fraction[] row : more) {
            program.atLeast(row, Fraction.ZERO);
        }
        return program.solve()
                .match(
                        optimum -> optimum.value().signum() > 0 ? optimum.x().subList(0, own.size()) : List.of(),
                        Dominance::impossible,
                        Dominance::impossible,
                        undecided -> incomplete());
    }

    private static Fraction[] fractions(int count) {
        Fraction[] zeros = new Fraction[count];
        Arrays.fill(zeros, Fraction.ZERO);
        return zeros;
    }

    private List<Fraction> mixtureInDoubles(BimatrixGame payoffs, Player player, int strategy) {
        List<Integer> own = strategies(player);
        List<Integer> others = others(player);
        double range = 0;
        double[][] more = new double[others.size()][own.size() + 1];
        for (int k = 0; k < others.size(); k++) {
            for (int i = 0; i < own.size(); i++) {
                // Half of each, so that the difference of the largest doubles is finite.
                more[k][i] = payoff(payoffs, player, own.get(i), others.get(k)) / 2
                        - payoff(payoffs, player, strategy, others.get(k)) / 2;
                range = Math.max(range, Math.abs(more[k][i]));
            }
        }
        if (range == 0) {
            return List.of();
        }
        double[] objective = new double[own.size() + 1];
        objective[own.size()] = 1;
        double[] sum = new double[own.size() + 1];
        Arrays.fill(sum, 0, own.size(), 1);
        LinearProgram program = LinearProgram.maximise(objective).equal(sum, 1);
        for (double[] row : more) {
            for (int i = 0; i < own.size(); i++) {
                row[i] /= range;
            }
            row[own.size()] = -1;
            program.atLeast(row, 0);
        }
        return program.solve()
                .match(
                        optimum -> optimum.value() > LEAST_GAIN
                                ? Arrays.stream(optimum.x())
                                        .limit(own.size())
                                        .mapToObj(Fraction::ofExactly)
                                        .toList()
                                : List.of(),
                        Dominance::impossible,
                        Dominance::impossible,
                        undecided -> incomplete());
    }

    private static List<Fraction> impossible() {
        throw new IllegalStateException("bug: a strategy is as good as itself, and the payoffs of a game are bounded");
    }

    private List<Fraction> incomplete() {
        complete = false;
        return List.of();
    }
}
