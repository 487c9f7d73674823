package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * All equilibria of a game of two players: the extreme ones, which are pairs of vertices of the two best-response polytopes
 * that have all labels together, and the convex sets that they span. Complete for degenerate games too.
 *
 * <p>In exact arithmetic the answer is a proof. In doubles, payoffs count as the numbers that their bits stand for; where
 * rounding could decide which vertices there are, a basis is computed exactly, and if that are many, the whole polytope is.
 * A set of equilibria of a nondegenerate game that is not odd in number is computed again exactly. An equilibrium whose regret
 * is above 1e-12 times the range of a player's payoffs is computed again exactly, and rounded at the end.
 *
 * <p>Cost: a game of 12 x 12 strategies has at most 24,752 bases in each polytope, one of 16 x 16 at most 980,628 (McMullen's
 * bound), and each takes some pivots of a tableau. The work is bounded by {@link #MOST_BASES}, by 2^32 cells of tableaux (2^30
 * exact ones, larger numbers counting more) a polytope, by {@link #MOST_EQUILIBRIA} and by 2^32 comparisons of vertices and as
 * many of equilibria; see {@link BoundReached}.
 *
 * <p>Stateless and thread-safe. Source: von Stengel, Computing Equilibria for Two-Person Games (2002), sections 2.3 and 2.4;
 * Avis, Rosenberg, Savani, von Stengel, Enumeration of Nash Equilibria for Two-Player Games (2010).
 */
public final class VertexEnumeration {

    /** Bases of one polytope to be visited, if nothing else is said. */
    public static final int MOST_BASES = 1 << 20;

    /** Rows times columns of a game; larger ones are refused. */
    public static final int MOST_PROFILES = 1 << 14;

    /** Extreme equilibria to be found. */
    public static final int MOST_EQUILIBRIA = 1 << 20;

    private static final double MOST_REGRET = 1e-12;

    private VertexEnumeration() {}

    /**
     * What an enumeration found.
     *
     * @param <E> {@link ExactStrategyPair}, or {@link StrategyPair}
     * @param <N> the kind of probabilities: {@link Fraction}, or {@code Double}
     */
    public sealed interface Outcome<E, N> permits Complete, BoundReached {

        /** Calls the function of the case that this is. */
        <R> R match(
                Function<? super Complete<E, N>, ? extends R> complete,
                Function<? super BoundReached<E, N>, ? extends R> boundReached);

        /**
         * All extreme equilibria.
         *
         * @throws IllegalStateException if a bound was reached
         */
        default Complete<E, N> orElseThrow() {
            return match(Function.identity(), bounded -> {
                throw new IllegalStateException("only " + bounded.found().size()
                        + " equilibria were found before a bound was reached: " + bounded.bound());
            });
        }
    }

    /**
     * All equilibria of the game.
     *
     * @param extreme all extreme equilibria, the row player's strategies in falling lexicographic order and, for the same of
     *     those, the column player's
     * @param components maximal convex sets, which are the set of equilibria together
     * @param <E> as of {@link Outcome}
     * @param <N> as of {@link Outcome}
     */
    public record Complete<E, N>(List<E> extreme, List<EquilibriumComponent<N>> components) implements Outcome<E, N> {

        /** Copies the lists. */
        public Complete {
            extreme = List.copyOf(extreme);
            components = List.copyOf(components);
        }

        @Override
        public <R> R match(
                Function<? super Complete<E, N>, ? extends R> complete,
                Function<? super BoundReached<E, N>, ? extends R> boundReached) {
            return complete.apply(this);
        }
    }

    /**
     * Some equilibria of a game with more vertices, equilibria or convex sets than may be looked at; {@link LemkeHowson} finds
     * one equilibrium of far larger games.
     *
     * @param found some extreme equilibria, or all of them if only the convex sets are too many; possibly none
     * @param bound which bound was reached
     * @param <E> as of {@link Outcome}
     * @param <N> as of {@link Outcome}
     */
    public record BoundReached<E, N>(List<E> found, String bound) implements Outcome<E, N> {

        /** Copies the list. */
        public BoundReached {
            found = List.copyOf(found);
            requireNonNull(bound, "bound");
        }

        @Override
        public <R> R match(
                Function<? super Complete<E, N>, ? extends R> complete,
                Function<? super BoundReached<E, N>, ? extends R> boundReached) {
            return boundReached.apply(this);
        }
    }

    /**
     * All equilibria, in doubles.
     *
     * @throws IllegalArgumentException if the game has more than {@value #MOST_PROFILES} profiles
     */
    public static Outcome<StrategyPair, Double> solve(BimatrixGame game) {
        return solve(game, MOST_BASES);
    }

    /**
     * All equilibria, in doubles.
     *
     * @param mostBases bases of a polytope to be visited, 1 or more
     * @throws IllegalArgumentException if that is below 1, or the game has more than {@value #MOST_PROFILES} profiles
     */
    public static Outcome<StrategyPair, Double> solve(BimatrixGame game, int mostBases) {
        requireBounds(game.rows(), game.columns(), mostBases);
        BestResponsePolytopes polytopes = BestResponsePolytopes.inDoubles(game, mostBases);
        PolytopeJoin join = PolytopeJoin.of(polytopes);
        if (join.nondegenerate()
                && join.size() % 2 == 0
                && polytopes.bound().or(join::bound).isEmpty()) {
            polytopes = BestResponsePolytopes.exactly(game.exactly(), mostBases);
            join = PolytopeJoin.of(polytopes);
        }
        return outcome(polytopes, join, new DoubleAnswers(game, polytopes));
    }

    /**
     * All equilibria, exactly.
     *
     * @throws IllegalArgumentException if the game has more than {@value #MOST_PROFILES} profiles
     */
    public static Outcome<ExactStrategyPair, Fraction> solve(ExactBimatrixGame game) {
        return solve(game, MOST_BASES);
    }

    /**
     * All equilibria, exactly.
     *
     * @param mostBases bases of a polytope to be visited, 1 or more
     * @throws IllegalArgumentException if that is below 1, or the game has more than {@value #MOST_PROFILES} profiles
     */
    public static Outcome<ExactStrategyPair, Fraction> solve(ExactBimatrixGame game, int mostBases) {
        requireBounds(game.rows(), game.columns(), mostBases);
        BestResponsePolytopes polytopes = BestResponsePolytopes.exactly(game, mostBases);
        return outcome(polytopes, PolytopeJoin.of(polytopes), new ExactAnswers(game, polytopes));
    }

    private static void requireBounds(int rows, int columns, int mostBases) {
        if ((long) rows * columns > MOST_PROFILES) {
            throw new IllegalArgumentException("a game of " + rows + " x " + columns + " strategies has "
                    + (long) rows * columns + " profiles; the vertices of at most " + MOST_PROFILES
                    + " are enumerated; use LemkeHowson for one equilibrium");
        }
        if (mostBases < 1) {
            throw new IllegalArgumentException("a bound of " + mostBases + " bases; at least 1 is visited");
        }
    }

    private static <S, E, N> Outcome<E, N> outcome(
            BestResponsePolytopes polytopes, PolytopeJoin join, Answers<S, E, N> answers) {
        Ranking<S> x = new Ranking<>(join.x(), answers::x, answers);
        Ranking<S> y = new Ranking<>(join.y(), answers::y, answers);
        int[] rankOfX = x.ranks(join.x());
        int[] rankOfY = y.ranks(join.y());
        for (int i = 0; i < join.size(); i++) {
            answers.makePrecise(x.strategy(rankOfX[i]), y.strategy(rankOfY[i]));
        }
        List<E> extreme = IntStream.range(0, join.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> rankOfX[i]).thenComparingInt(i -> rankOfY[i]))
                .map(i -> answers.pair(x.strategy(rankOfX[i]), y.strategy(rankOfY[i])))
                .toList();
        Optional<String> bound = polytopes.bound().or(join::bound);
        if (bound.isPresent()) {
            return new BoundReached<>(extreme, bound.get());
        }
        Optional<List<EquilibriumComponents.Part>> parts = EquilibriumComponents.of(rankOfX, rankOfY);
        if (parts.isEmpty()) {
            return new BoundReached<>(extreme, "the maximal convex sets of equilibria are too many to be listed");
        }
        List<EquilibriumComponent<N>> components = parts.get().stream()
                .map(part -> new EquilibriumComponent<>(
                        IntStream.of(part.x)
                                .mapToObj(i -> answers.probabilities(x.strategy(i)))
                                .toList(),
                        IntStream.of(part.y)
                                .mapToObj(i -> answers.probabilities(y.strategy(i)))
                                .toList()))
                .toList();
        return new Complete<>(extreme, components);
    }

    /** The distinct strategies of one player in falling order; a rank is a place in it. */
    private static final class Ranking<S> {
        private final List<S> strategies = new ArrayList<>();
        private final Map<Integer, Integer> rankOfVertex = new HashMap<>();

        Ranking(int[] vertices, IntFunction<S> strategyOf, Comparator<S> order) {
            record Corner<S>(int vertex, S strategy) {}
            IntStream.of(vertices)
                    .distinct()
                    .mapToObj(vertex -> new Corner<>(vertex, strategyOf.apply(vertex)))
                    .sorted(Comparator.<Corner<S>, S>comparing(Corner::strategy, order.reversed())
                            .thenComparingInt(Corner::vertex))
                    .forEach(corner -> {
                        rankOfVertex.put(corner.vertex(), strategies.size());
                        strategies.add(corner.strategy());
                    });
        }

        S strategy(int rank) {
            return strategies.get(rank);
        }

        int[] ranks(int[] vertices) {
            return IntStream.of(vertices)
                    .map(vertex -> requireNonNull(rankOfVertex.get(vertex)))
                    .toArray();
        }
    }

    /** How vertices become answers in one kind of arithmetic; compares strategies lexicographically. */
    private interface Answers<S, E, N> extends Comparator<S> {

        /** The strategy of a vertex of the row player's polytope. */
        S x(int vertex);

        /** The strategy of a vertex of the column player's polytope. */
        S y(int vertex);

        /** Makes both precise enough for an equilibrium; before any is asked for. */
        void makePrecise(S x, S y);

        E pair(S x, S y);

        List<N> probabilities(S strategy);
    }

    private record ExactAnswers(ExactBimatrixGame game, BestResponsePolytopes polytopes)
            implements Answers<List<Fraction>, ExactStrategyPair, Fraction> {

        @Override
        public List<Fraction> x(int vertex) {
            return polytopes.p().exactlyAt(vertex).strategy();
        }

        @Override
        public List<Fraction> y(int vertex) {
            return polytopes.q().exactlyAt(vertex).strategy();
        }

        @Override
        public void makePrecise(List<Fraction> x, List<Fraction> y) {
            // They are exact.
        }

        @Override
        public ExactStrategyPair pair(List<Fraction> x, List<Fraction> y) {
            return ExactStrategyPair.of(game, x, y);
        }

        @Override
        public List<Fraction> probabilities(List<Fraction> strategy) {
            return strategy;
        }

        @Override
        public int compare(List<Fraction> left, List<Fraction> right) {
            int order = 0;
            for (int i = 0; order == 0 && i < left.size(); i++) {
                order = left.get(i).compareTo(right.get(i));
            }
            return order;
        }
    }

    /**
     * A vertex in doubles.
     *
     * <p>Holds its polytope and number, so that it can be computed exactly if its regret is too large.
     */
    private static final class Rounded {
        final PolytopeVertices polytope;
        final int vertex;
        double[] probabilities;
        boolean exact;

        Rounded(PolytopeVertices polytope, int vertex) {
            this.polytope = polytope;
            this.vertex = vertex;
            DoublePolytopeTableau tableau = polytope.isSimple(vertex) ? polytope.inDoublesAt(vertex) : null;
            exact = tableau == null;
            probabilities = tableau == null ? rounded(polytope, vertex) : tableau.strategy();
        }

        private static double[] rounded(PolytopeVertices polytope, int vertex) {
            return polytope.exactlyAt(vertex).strategy().stream()
                    .mapToDouble(Fraction::toDouble)
                    .toArray();
        }

        void makeExact() {
            if (!exact) {
                exact = true;
                probabilities = rounded(polytope, vertex);
            }
        }
    }

    private record DoubleAnswers(BimatrixGame game, BestResponsePolytopes polytopes)
            implements Answers<Rounded, StrategyPair, Double> {

        @Override
        public Rounded x(int vertex) {
            return new Rounded(polytopes.p(), vertex);
        }

        @Override
        public Rounded y(int vertex) {
            return new Rounded(polytopes.q(), vertex);
        }

        @Override
        public void makePrecise(Rounded x, Rounded y) {
            if (!polytopes.isEquilibrium(pair(x, y), MOST_REGRET)) {
                x.makeExact();
                y.makeExact();
            }
        }

        @Override
        public StrategyPair pair(Rounded x, Rounded y) {
            return StrategyPair.of(game, x.probabilities, y.probabilities);
        }

        @Override
        public List<Double> probabilities(Rounded strategy) {
            return Arrays.stream(strategy.probabilities).boxed().toList();
        }

        @Override
        public int compare(Rounded left, Rounded right) {
            return Arrays.compare(left.probabilities, right.probabilities);
        }
    }
}
