package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The oracle of strict dominance is its other definition, never to be a best reply, which needs no linear program.
 *
 * <p>Hipparchus 4.0.3 is none: some of these programs have columns that become equal in its tableau, and it then gives a point that
 * is no solution, and the value of that.
 */
class DominanceTest {

    private static ExactBimatrixGame game(int[][] a, int[][] b) {
        return ExactBimatrixGame.of(fractions(a), fractions(b));
    }

    private static Fraction[][] fractions(int[][] matrix) {
        return Stream.of(matrix)
                .map(row -> IntStream.of(row).mapToObj(Fraction::of).toArray(Fraction[]::new))
                .toArray(Fraction[][]::new);
    }

    /** The row player's last strategy pays less than half of each of the others; then the column player's last is dominated. */
    private static final ExactBimatrixGame MIXED =
            game(new int[][] {{3, 0}, {0, 3}, {1, 1}}, new int[][] {{2, 1}, {1, 0}, {0, 5}});

    @Test
    void strict_prisonersDilemma_leavesDefection() {
        Dominance.Reduction left =
                Dominance.strict(NashOracles.read().game("pd").exact());

        assertThat(left.rows()).containsExactly(1);
        assertThat(left.columns()).containsExactly(1);
        assertThat(left.eliminations())
                .containsExactly(
                        new Dominance.Elimination(1, Player.ROW, 0, new TreeMap<>(Map.of(1, Fraction.ONE))),
                        new Dominance.Elimination(1, Player.COLUMN, 0, new TreeMap<>(Map.of(1, Fraction.ONE))));
        assertThat(left.complete()).isTrue();
    }

    @Test
    void strict_dominatedByAMixtureOnly_namesTheMixture() {
        Dominance.Reduction left = Dominance.strict(MIXED);

        assertThat(left.eliminations().get(0))
                .isEqualTo(new Dominance.Elimination(
                        1, Player.ROW, 2, new TreeMap<>(Map.of(0, Fraction.of(1, 2), 1, Fraction.of(1, 2)))));
        assertThat(left.eliminations().get(0).isByPureStrategy()).isFalse();
        // Without it, the column player's second strategy pays less than the first, and then the row player's second.
        assertThat(left.rows()).containsExactly(0);
        assertThat(left.columns()).containsExactly(0);
        assertThat(left.eliminations()).extracting(Dominance.Elimination::round).containsExactly(1, 2, 3);
        assertThat(left.isProvedBy(MIXED)).isTrue();
    }

    @Test
    void isProvedBy_anythingElse_isFalse() {
        Dominance.Reduction left = Dominance.strict(MIXED);
        List<Dominance.Elimination> fewer = left.eliminations().subList(1, 3);
        Dominance.Elimination pure =
                new Dominance.Elimination(1, Player.ROW, 2, new TreeMap<>(Map.of(0, Fraction.ONE)));
        Dominance.Elimination half =
                new Dominance.Elimination(1, Player.ROW, 2, new TreeMap<>(Map.of(0, Fraction.of(1, 2))));
        Dominance.Elimination itself =
                new Dominance.Elimination(1, Player.ROW, 2, new TreeMap<>(Map.of(2, Fraction.ONE)));

        assertThat(with(left, fewer).isProvedBy(MIXED)).isFalse();
        for (Dominance.Elimination wrong : List.of(pure, half, itself)) {
            List<Dominance.Elimination> changed = new ArrayList<>(left.eliminations());
            changed.set(0, wrong);
            assertThat(with(left, changed).isProvedBy(MIXED)).isFalse();
        }
        assertThat(with(left, left.eliminations().subList(0, 2)).isProvedBy(MIXED))
                .as("leaves more")
                .isFalse();
        assertThat(left.isProvedBy(game(new int[][] {{3, 0}, {0, 3}, {2, 2}}, new int[][] {{2, 1}, {1, 0}, {0, 5}})))
                .isFalse();
    }

    private static Dominance.Reduction with(Dominance.Reduction left, List<Dominance.Elimination> eliminations) {
        return new Dominance.Reduction(left.rows(), left.columns(), eliminations, false, true);
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "0, 9", "-128, 127"})
    void strict_randomGames_leavesWhatTheDefinitionLeavesAndAllEquilibria(int least, int most) {
        RandomGames games = new RandomGames(31 + most);
        int reduced = 0;
        int mixed = 0;
        for (int k = 0; k < 80; k++) {
            ExactBimatrixGame game = games.whole(games.size(2, 5), games.size(2, 5), least, most);
            Dominance.Reduction left = Dominance.strict(game);
            Dominance.Reduction inDoubles = Dominance.strict(RandomGames.inDoubles(game));

            assertThat(left.complete()).isTrue();
            assertThat(left.isProvedBy(game)).as("game %d", k).isTrue();
            assertThat(inDoubles.isProvedBy(game)).as("game %d", k).isTrue();
            assertThat(List.of(left.rows(), left.columns()))
                    .as("game %d", k)
                    .isEqualTo(byDefinition(game))
                    .isEqualTo(List.of(inDoubles.rows(), inDoubles.columns()));
            assertThat(VertexEnumeration.solve(left.of(game)).orElseThrow().extreme())
                    .as("game %d", k)
                    .hasSameSizeAs(VertexEnumeration.solve(game).orElseThrow().extreme());
            reduced += left.eliminations().isEmpty() ? 0 : 1;
            mixed += left.eliminations().stream().allMatch(Dominance.Elimination::isByPureStrategy) ? 0 : 1;
        }
        assertThat(reduced).as("games with a dominated strategy").isGreaterThan(10);
        assertThat(mixed)
                .as("games with a strategy dominated by a mixture only")
                .isGreaterThan(0);
    }

    /** Keeps what is best against something, until that is all. */
    private static List<List<Integer>> byDefinition(ExactBimatrixGame game) {
        List<Integer> rows = IntStream.range(0, game.rows()).boxed().toList();
        List<Integer> columns = IntStream.range(0, game.columns()).boxed().toList();
        while (true) {
            List<Integer> lastRows = rows;
            List<Integer> lastColumns = columns;
            rows =
                    ObviousEquilibria.everBest(
                                    columns.size(), rows.size(), (i, j) -> game.a(lastRows.get(i), lastColumns.get(j)))
                            .stream()
                            .map(lastRows::get)
                            .sorted()
                            .toList();
            columns =
                    ObviousEquilibria.everBest(
                                    lastRows.size(),
                                    columns.size(),
                                    (j, i) -> game.b(lastRows.get(i), lastColumns.get(j)))
                            .stream()
                            .map(lastColumns::get)
                            .sorted()
                            .toList();
            if (rows.equals(lastRows) && columns.equals(lastColumns)) {
                return List.of(rows, columns);
            }
        }
    }

    @Test
    void weak_ofTwoEqualStrategies_eliminatesNone() {
        ExactBimatrixGame same = game(new int[][] {{1, 2}, {1, 2}}, new int[][] {{1, 1}, {1, 1}});

        assertThat(Dominance.weak(same).eliminations()).isEmpty();
        assertThat(Dominance.weak(same).rows()).containsExactly(0, 1);
    }

    @Test
    void weak_equalToAMixture_needsMoreSomewhere() {
        // The third row is the mean of the others in the first game, and less than it in the last column of the second.
        int[][] b = {{0, 0, 1}, {0, 1, 0}, {1, 0, 0}};
        ExactBimatrixGame equal = game(new int[][] {{4, 0, 2}, {0, 4, 2}, {2, 2, 2}}, b);
        ExactBimatrixGame less = game(new int[][] {{4, 0, 2}, {0, 4, 2}, {2, 2, 1}}, b);

        assertThat(Dominance.weak(equal).eliminations()).isEmpty();
        Dominance.Elimination first = Dominance.weak(less).eliminations().get(0);
        assertThat(first.strategy()).isEqualTo(2);
        assertThat(first.dominator()).containsExactly(Map.entry(0, Fraction.of(1, 2)), Map.entry(1, Fraction.of(1, 2)));
        assertThat(Dominance.strict(less).eliminations()).isEmpty();
    }

    @Test
    void weak_randomGames_isProvedAndLeavesNoStrategyThatAnotherDominates() {
        RandomGames games = new RandomGames(77);
        for (int k = 0; k < 100; k++) {
            ExactBimatrixGame game = games.whole(games.size(2, 5), games.size(2, 5), 0, 2);
            Dominance.Reduction left = Dominance.weak(game);
            ExactBimatrixGame rest = left.of(game);

            assertThat(left.isProvedBy(game)).as("game %d", k).isTrue();
            for (int i = 0; i < rest.rows(); i++) {
                for (int other = 0; other < rest.rows(); other++) {
                    assertThat(weaklyDominates(rest, other, i)).as("game %d", k).isFalse();
                }
            }
            // Weak elimination loses equilibria but never all of them.
            for (ExactStrategyPair pair :
                    VertexEnumeration.solve(rest).orElseThrow().extreme()) {
                assertThat(embedded(game, left, pair).isEquilibrium())
                        .as("game %d", k)
                        .isTrue();
            }
        }
    }

    private static boolean weaklyDominates(ExactBimatrixGame game, int better, int worse) {
        boolean more = false;
        for (int j = 0; j < game.columns(); j++) {
            int order = game.a(better, j).compareTo(game.a(worse, j));
            if (order < 0) {
                return false;
            }
            more |= order > 0;
        }
        return more;
    }

    private static ExactStrategyPair embedded(
            ExactBimatrixGame game, Dominance.Reduction left, ExactStrategyPair pair) {
        return ExactStrategyPair.of(
                game, embedded(game.rows(), left.rows(), pair.x()), embedded(game.columns(), left.columns(), pair.y()));
    }

    private static List<Fraction> embedded(int count, List<Integer> places, List<Fraction> strategy) {
        return IntStream.range(0, count)
                .mapToObj(i -> places.contains(i) ? strategy.get(places.indexOf(i)) : Fraction.ZERO)
                .toList();
    }

    static Stream<NashOracles.Game> games() {
        return NashOracles.read().games().stream();
    }

    @ParameterizedTest
    @MethodSource("games")
    void strict_listedGame_keepsEveryListedEquilibrium(NashOracles.Game game) {
        Dominance.Reduction left = Dominance.strict(game.exact());

        assertThat(left.isProvedBy(game.exact())).isTrue();
        assertThat(game.extremeEquilibria()).allSatisfy(pair -> {
            assertThat(left.rows()).containsAll(played(pair.x()));
            assertThat(left.columns()).containsAll(played(pair.y()));
        });
    }

    private static List<Integer> played(List<Fraction> strategy) {
        return IntStream.range(0, strategy.size())
                .filter(i -> strategy.get(i).signum() > 0)
                .boxed()
                .toList();
    }

    @Test
    void strict_tooManyProfiles_isRefused() {
        BimatrixGame game = BimatrixGame.zeroSum(new double[300][300]);

        assertThatThrownBy(() -> Dominance.strict(game))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a game of 300 x 300 strategies has 90000 profiles; dominated strategies are eliminated from"
                                + " games of up to 65536");
    }
}
