package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracles are the listed games and, on random games, {@link ObviousEquilibria}. */
class VertexEnumerationTest {

    static Stream<NashOracles.Game> games() {
        return NashOracles.read().games().stream();
    }

    private static VertexEnumeration.Complete<ExactStrategyPair, Fraction> all(ExactBimatrixGame game) {
        return VertexEnumeration.solve(game).orElseThrow();
    }

    private static VertexEnumeration.Complete<StrategyPair, Double> all(BimatrixGame game) {
        return VertexEnumeration.solve(game).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("games")
    void solve_listedGameExactly_findsEachListedEquilibriumAndNoOther(NashOracles.Game game) {
        List<ExactStrategyPair> found = all(game.exact()).extreme();

        assertThat(found).hasSameSizeAs(game.extremeEquilibria());
        assertThat(game.extremeEquilibria())
                .allSatisfy(listed -> assertThat(found).anyMatch(listed::is));
        assertThat(found).allMatch(ExactStrategyPair::isEquilibrium);
    }

    @ParameterizedTest
    @MethodSource("games")
    void solve_listedGameInDoubles_findsEachListedEquilibriumAndNoOther(NashOracles.Game game) {
        List<StrategyPair> found = all(game.inDoubles()).extreme();

        assertThat(found).hasSameSizeAs(game.extremeEquilibria());
        assertThat(found).allMatch(pair -> pair.isEquilibrium(2e-12 * RandomGames.largest(game)));
        assertThat(game.extremeEquilibria())
                .allSatisfy(listed -> assertThat(found).anyMatch(pair -> isNear(pair, listed.x(), listed.y())));
    }

    private static boolean isNear(StrategyPair pair, List<Fraction> x, List<Fraction> y) {
        return isNear(pair.x(), x) && isNear(pair.y(), y);
    }

    private static boolean isNear(double[] strategy, List<Fraction> exact) {
        for (int i = 0; i < strategy.length; i++) {
            if (Math.abs(strategy[i] - exact.get(i).toDouble()) > 1e-9) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @MethodSource("games")
    void components_listedGame_areTheListedOnes(NashOracles.Game game) {
        Set<ObviousEquilibria.Component> listed = new LinkedHashSet<>();
        for (NashOracles.Component component : game.components()) {
            listed.add(new ObviousEquilibria.Component(
                    Set.copyOf(component.xVertices()), Set.copyOf(component.yVertices())));
        }
        if (listed.isEmpty()) {
            for (NashOracles.Equilibrium single : game.extremeEquilibria()) {
                listed.add(new ObviousEquilibria.Component(Set.of(single.x()), Set.of(single.y())));
            }
        }

        assertThat(sets(all(game.exact()))).isEqualTo(listed);
        assertThat(all(game.exact()).components().stream().allMatch(EquilibriumComponent::isSingle))
                .isEqualTo(!game.continuum());
        assertThat(all(game.inDoubles()).components()).hasSameSizeAs(listed);
    }

    private static Set<ObviousEquilibria.Component> sets(
            VertexEnumeration.Complete<ExactStrategyPair, Fraction> found) {
        Set<ObviousEquilibria.Component> sets = new LinkedHashSet<>();
        found.components()
                .forEach(one -> sets.add(new ObviousEquilibria.Component(Set.copyOf(one.x()), Set.copyOf(one.y()))));
        assertThat(sets).hasSameSizeAs(found.components());
        return sets;
    }

    private static Set<ObviousEquilibria.Pair> pairs(List<ExactStrategyPair> found) {
        Set<ObviousEquilibria.Pair> pairs = new LinkedHashSet<>();
        found.forEach(pair -> pairs.add(new ObviousEquilibria.Pair(pair.x(), pair.y())));
        assertThat(pairs).as("no equilibrium twice").hasSameSizeAs(found);
        return pairs;
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 60", "0, 2, 60", "-128, 127, 40"})
    void solve_smallRandomGames_isWhatTheDefinitionsSay(int least, int most, int count) {
        RandomGames games = new RandomGames(20261123 + most);
        int degenerate = 0;
        for (int k = 0; k < count; k++) {
            ExactBimatrixGame game = games.whole(games.size(1, 4), games.size(1, 4), least, most);
            ObviousEquilibria obvious = new ObviousEquilibria(game);
            VertexEnumeration.Complete<ExactStrategyPair, Fraction> found = all(game);

            assertThat(pairs(found.extreme())).as("game %d", k).isEqualTo(obvious.extreme());
            assertThat(sets(found)).as("game %d", k).isEqualTo(obvious.components());
            degenerate += found.components().stream().allMatch(EquilibriumComponent::isSingle) ? 0 : 1;
        }
        assertThat(degenerate).as("games with a continuum").isBetween(most < 3 ? count / 4 : 0, count);
    }

    @ParameterizedTest
    @CsvSource({"0, 30, 0", "2, 30, 0", "2, 30, 1e-15", "2, 30, 1e-13", "2, 30, 1e-11", "2, 30, 1e-9", "100, 20, 1e-6"})
    void solve_inDoubles_isTheExactAnswerForTheSameBits(int most, int count, double step) {
        RandomGames games = new RandomGames(7 + most);
        for (int k = 0; k < count; k++) {
            int rows = games.size(2, 6);
            int columns = games.size(2, 6);
            BimatrixGame game =
                    most == 0 ? games.uniform(rows, columns) : games.moved(games.whole(rows, columns, 0, most), step);
            VertexEnumeration.Complete<StrategyPair, Double> inDoubles = all(game);
            VertexEnumeration.Complete<ExactStrategyPair, Fraction> exact = all(game.exactly());

            assertThat(inDoubles.extreme()).as("game %d", k).hasSameSizeAs(exact.extreme());
            assertThat(inDoubles.components()).as("game %d", k).hasSameSizeAs(exact.components());
            for (ExactStrategyPair pair : exact.extreme()) {
                assertThat(inDoubles.extreme())
                        .as("game %d", k)
                        .anyMatch(rounded -> distance(rounded.x(), pair.x()) + distance(rounded.y(), pair.y()) < 1e-7);
            }
            assertThat(inDoubles.extreme()).allMatch(pair -> pair.isEquilibrium(1e-9 * Math.max(1, most)));
        }
    }

    private static double distance(double[] strategy, List<Fraction> exact) {
        double distance = 0;
        for (int i = 0; i < strategy.length; i++) {
            distance += Math.abs(strategy[i] - exact.get(i).toDouble());
        }
        return distance;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "5, 31", "9, 511"})
    void solve_coordinationGame_hasOneEquilibriumForEachSetOfStrategies(int strategies, int equilibria) {
        double[][] same = new double[strategies][strategies];
        for (int i = 0; i < strategies; i++) {
            same[i][i] = 1;
        }
        BimatrixGame game = BimatrixGame.of(same, same);

        assertThat(all(game).extreme()).hasSize(equilibria);
        assertThat(all(game.exactly()).extreme()).hasSize(equilibria);
    }

    @Test
    void solve_moreThan64Labels_isTheSameAsBySupports() {
        BimatrixGame game = new RandomGames(64).uniform(2, 150);

        List<StrategyPair> found = all(game).extreme();

        assertThat(found).hasSize(SupportEnumeration.solve(game).size()).hasSizeGreaterThan(0);
        assertThat(found).allMatch(pair -> pair.isEquilibrium(1e-12));
        assertThat(all(game.exactly()).extreme()).hasSameSizeAs(found);
    }

    @ParameterizedTest
    @CsvSource({"3e299, 0", "1e-300, 0", "1, 1e9", "4.9e-324, 0"})
    void solve_payoffsOfAnotherScale_hasTheEquilibriaOfTheGameItself(double factor, double summand) {
        // The two pure equilibria and the mixed one of the battle of the sexes.
        double[][] a = {{3, 0}, {0, 2}};
        double[][] b = {{2, 0}, {0, 3}};
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                a[i][j] = a[i][j] * factor + summand;
                b[i][j] = b[i][j] * factor + summand;
            }
        }
        List<StrategyPair> found = all(BimatrixGame.of(a, b)).extreme();

        assertThat(found).hasSize(3);
        assertThat(found.get(0).x()).containsExactly(1, 0);
        assertThat(found.get(1).x()).containsExactly(new double[] {0.6, 0.4}, within(1e-9));
        assertThat(found.get(1).y()).containsExactly(new double[] {0.4, 0.6}, within(1e-9));
        assertThat(found.get(2).y()).containsExactly(0, 1);
    }

    @Test
    void extreme_ofCoordination_isInFallingOrder() {
        List<List<Fraction>> xs = new ArrayList<>();
        all(NashOracles.read().game("coord4").exact()).extreme().forEach(pair -> xs.add(pair.x()));

        assertThat(xs).hasSize(15);
        for (int i = 1; i < xs.size(); i++) {
            int differing = 0;
            while (xs.get(i).get(differing).equals(xs.get(i - 1).get(differing))) {
                differing++;
            }
            assertThat(xs.get(i).get(differing)).isLessThan(xs.get(i - 1).get(differing));
        }
    }

    @Test
    void solve_moreBasesThanAllowed_saysSoAndGivesOnlyEquilibria() {
        NashOracles.Game game = NashOracles.read().game("vs75");

        VertexEnumeration.Outcome<ExactStrategyPair, Fraction> outcome = VertexEnumeration.solve(game.exact(), 60);

        List<ExactStrategyPair> found = outcome.match(complete -> List.of(), bounded -> {
            assertThat(bounded.bound()).contains("row player's strategies").contains("bases than the 61 that");
            return bounded.found();
        });
        assertThat(found).allMatch(ExactStrategyPair::isEquilibrium).hasSizeBetween(1, 74);
        assertThatThrownBy(outcome::orElseThrow)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("only " + found.size() + " equilibria were found");
        assertThatThrownBy(() -> VertexEnumeration.solve(game.inDoubles(), 60).orElseThrow())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void solve_boundOfNoBases_isRefused() {
        BimatrixGame game = BimatrixGame.zeroSum(new double[][] {{1}});

        assertThatThrownBy(() -> VertexEnumeration.solve(game, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a bound of 0 bases; at least 1 is visited");
    }

    @Test
    void solve_gameWithTooManyProfiles_isRefused() {
        BimatrixGame game = BimatrixGame.zeroSum(new double[129][128]);

        assertThatThrownBy(() -> VertexEnumeration.solve(game))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a game of 129 x 128 strategies has 16512 profiles; the vertices of at most 16384 are enumerated;"
                                + " use LemkeHowson for one equilibrium");
    }
}
