package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dalrn.core.incentive.NashOracles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracles are the listed games and {@link VertexEnumeration}, which shares no search and no elimination with this. */
class SupportEnumerationTest {

    static Stream<NashOracles.Game> games() {
        return NashOracles.read().games().stream();
    }

    @ParameterizedTest
    @MethodSource("games")
    void solve_listedGame_findsTheListedEquilibriaIfNondegenerateAndElseOnlyEquilibria(NashOracles.Game game) {
        List<ExactStrategyPair> found = SupportEnumeration.solve(game.exact());

        assertThat(found).allMatch(ExactStrategyPair::isEquilibrium);
        if (game.nondegenerate()) {
            assertThat(found).hasSameSizeAs(game.extremeEquilibria());
            assertThat(game.extremeEquilibria())
                    .allSatisfy(listed -> assertThat(found).anyMatch(listed::is));
        }
        List<StrategyPair> inDoubles = SupportEnumeration.solve(game.inDoubles());
        assertThat(inDoubles)
                .hasSameSizeAs(found)
                .allMatch(pair -> pair.isEquilibrium(2e-12 * RandomGames.largest(game)));
    }

    @Test
    void solve_randomNondegenerateGames_isTheSameAsByVertices() {
        RandomGames games = new RandomGames(5);
        int compared = 0;
        for (int k = 0; k < 150; k++) {
            ExactBimatrixGame game = games.whole(games.size(1, 5), games.size(1, 5), -128, 127);
            if (!PolytopeJoin.of(BestResponsePolytopes.exactly(game, VertexEnumeration.MOST_BASES))
                    .nondegenerate()) {
                continue;
            }
            List<ExactStrategyPair> bySupports = SupportEnumeration.solve(game);
            List<ExactStrategyPair> byVertices =
                    VertexEnumeration.solve(game).orElseThrow().extreme();

            assertThat(Set.copyOf(bySupports)).as("game %d", k).isEqualTo(Set.copyOf(byVertices));
            assertThat(bySupports)
                    .as("odd in number")
                    .hasSameSizeAs(byVertices)
                    .satisfies(pairs -> assertThat(pairs.size() % 2).isEqualTo(1));
            assertThat(SupportEnumeration.solve(RandomGames.inDoubles(game))).hasSameSizeAs(bySupports);
            compared++;
        }
        assertThat(compared).isGreaterThan(75);
    }

    @ParameterizedTest
    @CsvSource({"0", "1e-15", "1e-12", "1e-10"})
    void solve_inDoublesNextToDegenerate_isTheExactAnswerForTheSameBits(double step) {
        RandomGames games = new RandomGames(6);
        for (int k = 0; k < 40; k++) {
            BimatrixGame game = games.moved(games.whole(games.size(2, 4), games.size(2, 4), 0, 2), step);

            List<ExactStrategyPair> exact = SupportEnumeration.solve(game.exactly());

            assertThat(SupportEnumeration.solve(game))
                    .as("game %d", k)
                    .hasSameSizeAs(exact)
                    .allMatch(pair -> pair.isEquilibrium(1e-9));
        }
    }

    @Test
    void solve_degenerateGames_findsTheEquilibriaWithUniqueMixturesOnSupportsOfOneSize() {
        RandomGames games = new RandomGames(8);
        for (int k = 0; k < 60; k++) {
            ExactBimatrixGame game = games.whole(games.size(2, 4), games.size(2, 4), 0, 2);
            Set<ObviousEquilibria.Pair> extreme = new ObviousEquilibria(game).extreme();
            Set<ObviousEquilibria.Pair> found = new HashSet<>();
            SupportEnumeration.solve(game).forEach(pair -> found.add(new ObviousEquilibria.Pair(pair.x(), pair.y())));

            // What is unique on its supports is extreme; a strict pure equilibrium is always found.
            assertThat(extreme).as("game %d", k).containsAll(found);
        }
    }

    @Test
    void solve_strictlyDominantStrategies_needsOnlyTheirSupports() {
        NashOracles.Game dilemma = NashOracles.read().game("pd");

        assertThat(SupportEnumeration.solve(dilemma.exact()))
                .singleElement()
                .satisfies(pair ->
                        assertThat(dilemma.extremeEquilibria().get(0).is(pair)).isTrue());
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 2, 5", "5, 5, 251", "10, 10, 184755", "11, 11, 705431", "12, 12, 2704155", "1, 7, 7"})
    void pairsOfSupports_isCounted(int rows, int columns, String pairs) {
        assertThat(SupportEnumeration.pairsOfSupports(rows, columns)).hasToString(pairs);
    }

    @Test
    void solve_moreThan2To20Pairs_isRefusedNamingTheCountAndWhatToUse() {
        BimatrixGame game = new RandomGames(9).uniform(12, 12);

        assertThatThrownBy(() -> SupportEnumeration.solve(game))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a game of 12 x 12 strategies has 2704155 pairs of supports of the same size; at most 1048576"
                                + " are enumerated; use VertexEnumeration for all equilibria or LemkeHowson for one");
        assertThatThrownBy(() -> SupportEnumeration.solve(game.exactly())).isInstanceOf(IllegalArgumentException.class);
        BimatrixGame large = new RandomGames(10).uniform(100, 100);
        assertThatThrownBy(() -> SupportEnumeration.solve(large)).hasMessageContaining("more than 2^195 pairs");
    }
}
