package org.dalrn.core.incentive.game;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * All equilibria of a small game by the definitions, without labels, pivots or bases: every choice of tight constraints is
 * solved in fractions, every pair of vertices is asked for its regret, and every set of vertices for being maximal.
 */
final class ObviousEquilibria {

    record Pair(List<Fraction> x, List<Fraction> y) {}

    private final ExactBimatrixGame game;
    private final List<List<Fraction>> xs;
    private final List<List<Fraction>> ys;

    ObviousEquilibria(ExactBimatrixGame game) {
        this.game = game;
        xs = corners(game.rows(), game.columns(), (j, i) -> game.b(i, j));
        ys = corners(game.columns(), game.rows(), game::a);
    }

    interface Payoffs {
        Fraction at(int reply, int strategy);
    }

    /**
     * The replies that pay most against some mixture of the strategies; the others are strictly dominated (Pearce 1984). Where a
     * reply is best is a face of the upper envelope, so that it is best in a corner of it, if anywhere.
     */
    static Set<Integer> everBest(int strategies, int replies, Payoffs payoffs) {
        Set<Integer> best = new LinkedHashSet<>();
        for (List<Fraction> corner : corners(strategies, replies, payoffs)) {
            List<Fraction> paid = IntStream.range(0, replies)
                    .mapToObj(reply -> IntStream.range(0, strategies)
                            .mapToObj(i -> payoffs.at(reply, i).times(corner.get(i)))
                            .reduce(Fraction.ZERO, Fraction::plus))
                    .toList();
            Fraction most = Collections.max(paid);
            IntStream.range(0, replies)
                    .filter(reply -> paid.get(reply).equals(most))
                    .forEach(best::add);
        }
        return best;
    }

    /**
     * The strategies {@code z} that with {@code u} are vertices of {@code {(z, u) : z >= 0, sum z = 1, payoffs z <= u}}: the upper
     * envelope of what replies are paid.
     */
    private static List<List<Fraction>> corners(int strategies, int replies, Payoffs payoffs) {
        Set<List<Fraction>> corners = new LinkedHashSet<>();
        for (long tight = 0; tight < 1L << (strategies + replies); tight++) {
            if (Long.bitCount(tight) != strategies) {
                continue;
            }
            List<Fraction[]> equations = new ArrayList<>();
            equations.add(row(strategies, strategy -> Fraction.ONE, Fraction.ZERO, Fraction.ONE));
            for (int k = 0; k < strategies + replies; k++) {
                int index = k;
                if ((tight & (1L << k)) == 0) {
                    continue;
                }
                equations.add(
                        k < strategies
                                ? row(
                                        strategies,
                                        strategy -> strategy == index ? Fraction.ONE : Fraction.ZERO,
                                        Fraction.ZERO,
                                        Fraction.ZERO)
                                : row(
                                        strategies,
                                        strategy -> payoffs.at(index - strategies, strategy),
                                        Fraction.ONE.negated(),
                                        Fraction.ZERO));
            }
            solve(equations.toArray(new Fraction[0][]))
                    .filter(point -> isFeasible(point, strategies, replies, payoffs))
                    .ifPresent(point -> corners.add(List.copyOf(point.subList(0, strategies))));
        }
        return List.copyOf(corners);
    }

    private interface Coefficients {
        Fraction of(int strategy);
    }

    private static Fraction[] row(int strategies, Coefficients coefficients, Fraction ofBest, Fraction right) {
        Fraction[] row = new Fraction[strategies + 2];
        for (int i = 0; i < strategies; i++) {
            row[i] = coefficients.of(i);
        }
        row[strategies] = ofBest;
        row[strategies + 1] = right;
        return row;
    }

    private static boolean isFeasible(List<Fraction> point, int strategies, int replies, Payoffs payoffs) {
        for (int i = 0; i < strategies; i++) {
            if (point.get(i).signum() < 0) {
                return false;
            }
        }
        for (int reply = 0; reply < replies; reply++) {
            Fraction paid = Fraction.ZERO;
            for (int i = 0; i < strategies; i++) {
                paid = paid.plus(payoffs.at(reply, i).times(point.get(i)));
            }
            if (paid.compareTo(point.get(strategies)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<List<Fraction>> solve(Fraction[][] system) {
        int size = system.length;
        for (int k = 0; k < size; k++) {
            int pivot = k;
            while (pivot < size && system[pivot][k].signum() == 0) {
                pivot++;
            }
            if (pivot == size) {
                return Optional.empty();
            }
            Fraction[] row = system[pivot];
            system[pivot] = system[k];
            system[k] = row;
            Fraction inverse = Fraction.ONE.over(row[k]);
            for (int j = 0; j <= size; j++) {
                row[j] = row[j].times(inverse);
            }
            for (int i = 0; i < size; i++) {
                Fraction factor = system[i][k];
                if (i != k && factor.signum() != 0) {
                    for (int j = 0; j <= size; j++) {
                        system[i][j] = system[i][j].minus(factor.times(row[j]));
                    }
                }
            }
        }
        List<Fraction> solution = new ArrayList<>();
        for (Fraction[] row : system) {
            solution.add(row[size]);
        }
        return Optional.of(solution);
    }

    private boolean isEquilibrium(List<Fraction> x, List<Fraction> y) {
        return ExactStrategyPair.of(game, x, y).isEquilibrium();
    }

    Set<Pair> extreme() {
        Set<Pair> extreme = new LinkedHashSet<>();
        for (List<Fraction> x : xs) {
            for (List<Fraction> y : ys) {
                if (isEquilibrium(x, y)) {
                    extreme.add(new Pair(x, y));
                }
            }
        }
        return extreme;
    }

    record Component(Set<List<Fraction>> x, Set<List<Fraction>> y) {}

    /** Of each set of corners of the row player those of the other that go with all of it, and the other way round again. */
    Set<Component> components() {
        Set<Pair> extreme = extreme();
        List<List<Fraction>> corners = xs.stream()
                .filter(x -> extreme.stream().anyMatch(pair -> pair.x.equals(x)))
                .toList();
        if (corners.size() > 16) {
            throw new IllegalArgumentException(corners.size() + " corners are too many for an obvious search");
        }
        Set<Component> components = new LinkedHashSet<>();
        for (int chosen = 1; chosen < 1 << corners.size(); chosen++) {
            Set<List<Fraction>> some = new LinkedHashSet<>();
            for (int k = 0; k < corners.size(); k++) {
                if ((chosen & (1 << k)) != 0) {
                    some.add(corners.get(k));
                }
            }
            Set<List<Fraction>> others = new LinkedHashSet<>(ys);
            others.removeIf(y -> some.stream().anyMatch(x -> !extreme.contains(new Pair(x, y))));
            Set<List<Fraction>> back = new LinkedHashSet<>(corners);
            back.removeIf(x -> others.stream().anyMatch(y -> !extreme.contains(new Pair(x, y))));
            if (!others.isEmpty() && back.equals(some)) {
                components.add(new Component(some, others));
            }
        }
        return components;
    }
}
