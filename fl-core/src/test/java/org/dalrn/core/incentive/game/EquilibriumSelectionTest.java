package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Worked by hand from the rules: payoffs stand beside each game. */
class EquilibriumSelectionTest {

    /** A game whose equilibria are its diagonal: one pure equilibrium for each pair of payoffs, all above 0. */
    private static ExactBimatrixGame diagonal(long[][] payoffs) {
        int n = payoffs.length;
        Fraction[][] a = new Fraction[n][n];
        Fraction[][] b = new Fraction[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i][j] = Fraction.of(i == j ? payoffs[i][0] : 0);
                b[i][j] = Fraction.of(i == j ? payoffs[i][1] : 0);
            }
        }
        return ExactBimatrixGame.of(a, b);
    }

    private static List<ExactStrategyPair> pure(long[]... payoffs) {
        ExactBimatrixGame game = diagonal(payoffs);
        return VertexEnumeration.solve(game).orElseThrow().extreme().stream()
                .filter(pair -> pair.x().contains(Fraction.ONE))
                .toList();
    }

    private static long[] pays(long row, long column) {
        return new long[] {row, column};
    }

    private static final List<ExactStrategyPair> FOUR = pure(pays(10, 1), pays(6, 4), pays(4, 5), pays(2, 20));

    private static <E> EquilibriumSelection.Selected<E> selected(EquilibriumSelection.Selection<E> selection) {
        return selection.match(one -> one, none -> {
            throw new AssertionError("none is acceptable: " + none.shortfalls());
        });
    }

    @ParameterizedTest
    @CsvSource({
        // Products 10, 24, 20, 40; sums 11, 10, 9, 22; smaller payoffs 1, 4, 4, 2.
        "NASH, 0, 0, 3, 40",
        "UTILITARIAN, 0, 0, 3, 22",
        // The second and the third tie; the second pays the row player more.
        "EGALITARIAN, 0, 0, 1, 4",
        // Parts of (10, 20): 1/20, min(3/5, 1/5), min(2/5, 1/4), min(1/5, 1).
        "KALAI_SMORODINSKY, 0, 0, 2, 1/4",
        // Above (3, 0) the last is not acceptable. Gains (7, 1), (3, 4), (1, 5).
        "NASH, 3, 0, 1, 12",
        "UTILITARIAN, 3, 0, 0, 11",
        "EGALITARIAN, 3, 0, 1, 3",
        // The ideal is (10, 5): parts min(1, 1/5), min(3/7, 4/5), min(1/7, 1).
        "KALAI_SMORODINSKY, 3, 0, 1, 3/7",
        // Above (0, 4) the first is not. Gains (6, 0), (4, 1), (2, 16).
        "NASH, 0, 4, 3, 32",
        "EGALITARIAN, 0, 4, 3, 2",
        // The ideal is (6, 20): parts min(1, 0), min(2/3, 1/16), min(1/3, 1).
        "KALAI_SMORODINSKY, 0, 4, 3, 1/3",
        // Only the second pays (6, 4); nobody gains anything.
        "NASH, 6, 4, 1, 0",
        "UTILITARIAN, 6, 4, 1, 10",
        "EGALITARIAN, 6, 4, 1, 0",
        "KALAI_SMORODINSKY, 6, 4, 1, 1",
        // Losses of both are no gain: above (7, 0) there is only the first, although (2 - 7)(20 - 30) is 50.
        "NASH, 7, 0, 0, 3"
    })
    void select_fourEquilibria_isByTheRule(
            EquilibriumSelection rule, String row, String column, int index, String score) {
        EquilibriumSelection.Selected<ExactStrategyPair> selected =
                selected(rule.select(FOUR, Fraction.parse(row), Fraction.parse(column)));

        assertThat(selected.index()).isEqualTo(index);
        assertThat(selected.equilibrium()).isSameAs(FOUR.get(index));
        assertThat(selected.score()).isEqualTo(Fraction.parse(score));
        List<StrategyPair> inDoubles = FOUR.stream()
                .map(pair -> StrategyPair.of(
                        RandomGames.inDoubles(diagonal(new long[][] {{10, 1}, {6, 4}, {4, 5}, {2, 20}})),
                        doubles(pair.x()),
                        doubles(pair.y())))
                .toList();
        EquilibriumSelection.Selected<StrategyPair> same =
                selected(rule.select(inDoubles, Double.parseDouble(row), Double.parseDouble(column)));
        assertThat(same.index()).isEqualTo(index);
        assertThat(same.score()).isEqualTo(Fraction.parse(score));
    }

    private static double[] doubles(List<Fraction> strategy) {
        return strategy.stream().mapToDouble(Fraction::toDouble).toArray();
    }

    @Test
    void kalaiSmorodinsky_playerWhoCanGainNothing_leavesTheChoiceToTheOther() {
        // The row player gets 2 in each acceptable one, which is his ideal too.
        List<ExactStrategyPair> pairs = pure(pays(2, 3), pays(2, 7), pays(9, 1));

        EquilibriumSelection.Selected<ExactStrategyPair> selected =
                selected(EquilibriumSelection.KALAI_SMORODINSKY.select(pairs, Fraction.of(2), Fraction.of(2)));

        assertThat(selected.index()).isEqualTo(1);
        assertThat(selected.score()).isEqualTo(Fraction.ONE);
    }

    @ParameterizedTest
    @EnumSource(EquilibriumSelection.class)
    void select_anyOrderOfTheList_choosesTheSame(EquilibriumSelection rule) {
        List<ExactStrategyPair> pairs =
                new ArrayList<>(pure(pays(3, 5), pays(5, 3), pays(4, 4), pays(5, 3), pays(3, 5)));
        ExactStrategyPair first =
                selected(rule.select(pairs, Fraction.ZERO, Fraction.ZERO)).equilibrium();
        for (int k = 0; k < pairs.size(); k++) {
            Collections.rotate(pairs, 1);
            assertThat(selected(rule.select(pairs, Fraction.ZERO, Fraction.ZERO))
                            .equilibrium())
                    .isEqualTo(first);
        }
        Collections.reverse(pairs);
        assertThat(selected(rule.select(pairs, Fraction.ZERO, Fraction.ZERO)).equilibrium())
                .isEqualTo(first);
    }

    @Test
    void select_samePayoffs_prefersTheLexicographicallyLargerStrategy() {
        List<ExactStrategyPair> pairs = pure(pays(5, 3), pays(5, 3), pays(3, 5));
        List<ExactStrategyPair> reversed = new ArrayList<>(pairs);
        Collections.reverse(reversed);

        // Three tie by sum; the first two pay the row player more, and the first plays its strategy 0.
        EquilibriumSelection.Selected<ExactStrategyPair> selected =
                selected(EquilibriumSelection.UTILITARIAN.select(reversed, Fraction.ZERO, Fraction.ZERO));

        assertThat(selected.equilibrium()).isEqualTo(pairs.get(0));
        assertThat(selected.index()).isEqualTo(2);
    }

    @Test
    void select_battleOfTheSexes_isByWhatThePlayersHaveToLose() {
        NashOracles.Game game = NashOracles.read().game("bos");
        List<ExactStrategyPair> all =
                VertexEnumeration.solve(game.exact()).orElseThrow().extreme();

        // (3, 2), (6/5, 6/5) and (2, 3). Who has 9/4 elsewhere refuses what pays 2.
        assertThat(selected(EquilibriumSelection.NASH.select(all, Fraction.ZERO, Fraction.of(9, 4)))
                        .equilibrium()
                        .columnPayoff())
                .isEqualTo(Fraction.of(3));
        assertThat(selected(EquilibriumSelection.NASH.select(all, Fraction.of(9, 4), Fraction.ZERO))
                        .equilibrium()
                        .rowPayoff())
                .isEqualTo(Fraction.of(3));
    }

    @ParameterizedTest
    @EnumSource(EquilibriumSelection.class)
    void select_oneReservationValueIsOutOfReach_namesThePlayer(EquilibriumSelection rule) {
        assertThat(shortfalls(rule, 11, 0))
                .containsExactly("the row player gets at best 10, below the reservation value of 11");
        assertThat(shortfalls(rule, 0, 21))
                .containsExactly("the column player gets at best 20, below the reservation value of 21");
        assertThat(shortfalls(rule, 11, 21)).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(EquilibriumSelection.class)
    void select_bothReachTheirsButNotTogether_namesWhatEachGetsWhereTheOtherAccepts(EquilibriumSelection rule) {
        assertThat(shortfalls(rule, 5, 5))
                .containsExactly(
                        "the row player gets at best 4 where the column player accepts, below the reservation value of 5",
                        "the column player gets at best 4 where the row player accepts, below the reservation value of"
                                + " 5");
    }

    private static Stream<String> shortfalls(EquilibriumSelection rule, long row, long column) {
        return rule.select(FOUR, Fraction.of(row), Fraction.of(column))
                .match(
                        selected -> Stream.<String>of("selected " + selected.index()),
                        none -> none.shortfalls().stream().map(EquilibriumSelection.Shortfall::toString));
    }

    @Test
    void select_ofNothingOrOfTwoShapesOrAboveNaN_isRefused() {
        StrategyPair pair =
                StrategyPair.of(BimatrixGame.zeroSum(new double[][] {{1}}), new double[] {1}, new double[] {1});

        assertThatThrownBy(() -> EquilibriumSelection.NASH.select(List.of(), Fraction.ZERO, Fraction.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no equilibrium to choose from");
        assertThatThrownBy(() -> EquilibriumSelection.NASH.select(List.of(pair), Double.NaN, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the row player's reservation value is NaN; it is a finite number");
        List<ExactStrategyPair> shapes =
                List.of(FOUR.get(0), pure(pays(1, 1), pays(2, 2)).get(0));
        assertThatThrownBy(() -> EquilibriumSelection.NASH.select(shapes, Fraction.ZERO, Fraction.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("equilibrium 1 is of a game of 2 x 2 strategies, equilibrium 0 of one of 4 x 4");
    }
}
