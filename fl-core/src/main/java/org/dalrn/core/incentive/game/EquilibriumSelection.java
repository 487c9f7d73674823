package org.dalrn.core.incentive.game;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * Rules that choose one of several equilibria, given what each player gets without an agreement: his reservation value, or BATNA.
 *
 * <p>An equilibrium is acceptable if it pays both players their reservation values or more. Each rule chooses an acceptable one
 * with the highest score; of several with the same score, the one that pays the row player most, then the column player, then the
 * one with the lexicographically larger strategy of the row player, then of the column player. Scores and ties are exact: payoffs
 * and probabilities in doubles count as the numbers that their bits stand for. Lists from {@link VertexEnumeration} hold the
 * extreme equilibria; the rules do not look at mixtures of those.
 *
 * <p>Immutable and thread-safe.
 */
public enum EquilibriumSelection {
    /** Nash social welfare: the product of both players' gains above their reservation values. */
    NASH {
        @Override
        Fraction score(Point at, Point ideal, Point reservation) {
            return at.row.minus(reservation.row).times(at.column.minus(reservation.column));
        }
    },

    /** The sum of both payoffs. */
    UTILITARIAN {
        @Override
        Fraction score(Point at, Point ideal, Point reservation) {
            return at.row.plus(at.column);
        }
    },

    /** The smaller gain above a reservation value. */
    EGALITARIAN {
        @Override
        Fraction score(Point at, Point ideal, Point reservation) {
            return at.row.minus(reservation.row).min(at.column.minus(reservation.column));
        }
    },

    /**
     * Kalai-Smorodinsky: the smaller of the parts that the players' gains are of what they could gain at most while the other
     * gets his reservation value. Who could gain nothing has reached all of it.
     */
    KALAI_SMORODINSKY {
        @Override
        Fraction score(Point at, Point ideal, Point reservation) {
            return part(at.row, ideal.row, reservation.row).min(part(at.column, ideal.column, reservation.column));
        }

        private Fraction part(Fraction payoff, Fraction ideal, Fraction reservation) {
            Fraction most = ideal.minus(reservation);
            return most.signum() == 0 ? Fraction.ONE : payoff.minus(reservation).over(most);
        }
    };

    /** Payoffs of both players. */
    record Point(Fraction row, Fraction column) {

        Fraction of(Player player) {
            return player == Player.ROW ? row : column;
        }
    }

    /** The higher the better; of an acceptable point. */
    abstract Fraction score(Point at, Point ideal, Point reservation);

    /**
     * What a rule says.
     *
     * @param <E> {@link ExactStrategyPair}, or {@link StrategyPair}
     */
    public sealed interface Selection<E> permits Selected, NoneAcceptable {

        /** Calls the function of the case that this is. */
        <R> R match(
                Function<? super Selected<E>, ? extends R> selected,
                Function<? super NoneAcceptable<E>, ? extends R> noneAcceptable);
    }

    /**
     * The chosen equilibrium.
     *
     * @param equilibrium the chosen one
     * @param index its place in the list, from 0
     * @param score what the rule maximises
     * @param <E> as of {@link Selection}
     */
    public record Selected<E>(E equilibrium, int index, Fraction score) implements Selection<E> {

        @Override
        public <R> R match(
                Function<? super Selected<E>, ? extends R> selected,
                Function<? super NoneAcceptable<E>, ? extends R> noneAcceptable) {
            return selected.apply(this);
        }
    }

    /**
     * No equilibrium pays both players their reservation values.
     *
     * @param shortfalls whose reservation values are not reached: of those that no equilibrium pays, or, if each player's is paid by
     *     some, of both, with what he gets at best while the other's is
     * @param <E> as of {@link Selection}
     */
    public record NoneAcceptable<E>(List<Shortfall> shortfalls) implements Selection<E> {

        /** Copies the list. */
        public NoneAcceptable {
            shortfalls = List.copyOf(shortfalls);
        }

        @Override
        public <R> R match(
                Function<? super Selected<E>, ? extends R> selected,
                Function<? super NoneAcceptable<E>, ? extends R> noneAcceptable) {
            return noneAcceptable.apply(this);
        }
    }

    /**
     * A reservation value that is not reached.
     *
     * @param player whose it is
     * @param reservation the value
     * @param best the most that he gets, below the value
     * @param whileTheOtherAccepts whether {@code best} is among the equilibria that the other player accepts; if not, among all
     */
    public record Shortfall(Player player, Fraction reservation, Fraction best, boolean whileTheOtherAccepts) {

        /** Such as {@code the row player gets at best 2 where the column player accepts, below the reservation value of 3}. */
        @Override
        public String toString() {
            String name = player == Player.ROW ? "row" : "column";
            String other = player == Player.ROW ? "column" : "row";
            return "the " + name + " player gets at best " + best
                    + (whileTheOtherAccepts ? " where the " + other + " player accepts" : "")
                    + ", below the reservation value of " + reservation;
        }
    }

    /**
     * Chooses one of several exact equilibria.
     *
     * @param equilibria one or more, of the same game; that they are equilibria is not checked
     * @param rowReservation what the row player gets without an agreement
     * @param columnReservation what the column player gets without an agreement
     * @throws IllegalArgumentException if there are none, or they are not of the same shape
     */
    public Selection<ExactStrategyPair> select(
            List<ExactStrategyPair> equilibria, Fraction rowReservation, Fraction columnReservation) {
        return choose(equilibria, Candidate::of, new Point(rowReservation, columnReservation));
    }

    /**
     * Chooses one of several equilibria in doubles.
     *
     * @param equilibria one or more, of the same game; that they are equilibria is not checked
     * @param rowReservation what the row player gets without an agreement, finite
     * @param columnReservation what the column player gets without an agreement, finite
     * @throws IllegalArgumentException if there are none, they are not of the same shape, a payoff overflows, or a reservation
     *     value is not finite
     */
    public Selection<StrategyPair> select(
            List<StrategyPair> equilibria, double rowReservation, double columnReservation) {
        return choose(
                equilibria,
                Candidate::of,
                new Point(
                        exactly("row player's reservation value", rowReservation),
                        exactly("column player's reservation value", columnReservation)));
    }

    private static Fraction exactly(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("the " + name + " is " + value + "; it is a finite number");
        }
        return Fraction.ofExactly(value);
    }

    private record Candidate(Point payoffs, List<Fraction> x, List<Fraction> y) {

        static Candidate of(ExactStrategyPair pair) {
            return new Candidate(new Point(pair.rowPayoff(), pair.columnPayoff()), pair.x(), pair.y());
        }

        static Candidate of(StrategyPair pair) {
            Point payoffs = new Point(
                    exactly("row player's payoff", pair.rowPayoff()),
                    exactly("column player's payoff", pair.columnPayoff()));
            return new Candidate(payoffs, fractions(pair.x()), fractions(pair.y()));
        }

        private static List<Fraction> fractions(double[] strategy) {
            return Arrays.stream(strategy).mapToObj(Fraction::ofExactly).toList();
        }
    }

    private <E> Selection<E> choose(List<E> equilibria, Function<E, Candidate> reading, Point reservation) {
        requireNonNull(reservation.row, "rowReservation");
        requireNonNull(reservation.column, "columnReservation");
        if (equilibria.isEmpty()) {
            throw new IllegalArgumentException("there is no equilibrium to choose from; every game has one or more");
        }
        List<Candidate> candidates = equilibria.stream().map(reading).toList();
        Candidate shape = candidates.get(0);
        for (int i = 1; i < candidates.size(); i++) {
            Candidate other = candidates.get(i);
            if (other.x.size() != shape.x.size() || other.y.size() != shape.y.size()) {
                throw new IllegalArgumentException("equilibrium " + i + " is of a game of " + other.x.size() + " x "
                        + other.y.size() + " strategies, equilibrium 0 of one of " + shape.x.size() + " x "
                        + shape.y.size());
            }
        }
        List<Integer> acceptable = IntStream.range(0, candidates.size())
                .filter(i -> accepts(Player.ROW, candidates.get(i), reservation)
                        && accepts(Player.COLUMN, candidates.get(i), reservation))
                .boxed()
                .toList();
        if (acceptable.isEmpty()) {
            return new NoneAcceptable<>(shortfalls(candidates, reservation));
        }
        Point ideal = new Point(
                best(Player.ROW, candidates, with -> accepts(Player.COLUMN, with, reservation)),
                best(Player.COLUMN, candidates, with -> accepts(Player.ROW, with, reservation)));
        Comparator<Integer> byScore = Comparator.comparing(i -> score(candidates.get(i).payoffs, ideal, reservation));
        int chosen = acceptable.stream()
                .max(byScore.thenComparing(candidates::get, TIES)
                        // The first of several that are the same.
                        .thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
        return new Selected<>(
                equilibria.get(chosen), chosen, score(candidates.get(chosen).payoffs, ideal, reservation));
    }

    private static final Comparator<Candidate> TIES = Comparator.<Candidate, Fraction>comparing(one -> one.payoffs.row)
            .thenComparing(one -> one.payoffs.column)
            .thenComparing(Candidate::x, EquilibriumSelection::compare)
            .thenComparing(Candidate::y, EquilibriumSelection::compare);

    private static int compare(List<Fraction> left, List<Fraction> right) {
        int order = 0;
        for (int i = 0; order == 0 && i < left.size(); i++) {
            order = left.get(i).compareTo(right.get(i));
        }
        return order;
    }

    private static boolean accepts(Player player, Candidate candidate, Point reservation) {
        return candidate.payoffs.of(player).compareTo(reservation.of(player)) >= 0;
    }

    private static Fraction best(Player player, List<Candidate> candidates, Predicate<Candidate> among) {
        return candidates.stream()
                .filter(among)
                .map(candidate -> candidate.payoffs.of(player))
                .reduce(Fraction::max)
                .orElseThrow();
    }

    private static List<Shortfall> shortfalls(List<Candidate> candidates, Point reservation) {
        List<Shortfall> alone = Arrays.stream(Player.values())
                .map(player -> new Shortfall(
                        player, reservation.of(player), best(player, candidates, candidate -> true), false))
                .filter(shortfall -> shortfall.best().compareTo(shortfall.reservation()) < 0)
                .toList();
        if (!alone.isEmpty()) {
            return alone;
        }
        return Arrays.stream(Player.values())
                .map(player -> {
                    Fraction best = best(player, candidates, with -> accepts(player.other(), with, reservation));
                    return new Shortfall(player, reservation.of(player), best, true);
                })
                .toList();
    }
}
