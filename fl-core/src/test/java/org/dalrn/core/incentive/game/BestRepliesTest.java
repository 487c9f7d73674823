package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.dalrn.core.incentive.NashOracles;
import org.junit.jupiter.api.Test;

class BestRepliesTest {

    private final NashOracles oracles = NashOracles.read();
    private final BimatrixGame pennies = oracles.game("mp").inDoubles();

    @Test
    void ofRows_indifferentPlayer_isAllRows() {
        assertThat(BestReplies.ofRows(pennies, new double[] {0.5, 0.5}, 0)).containsExactly(0, 1);
        assertThat(BestReplies.ofRows(pennies, new double[] {0.6, 0.4}, 0)).containsExactly(0);
        assertThat(BestReplies.ofRows(pennies, new double[] {0.6, 0.4}, 0.5)).containsExactly(0, 1);
    }

    @Test
    void ofColumns_columnPlayer_answersWithItsOwnPayoffs() {
        assertThat(BestReplies.ofColumns(pennies, new double[] {0.5, 0.5}, 0)).containsExactly(0, 1);
        assertThat(BestReplies.ofColumns(pennies, new double[] {0.6, 0.4}, 0)).containsExactly(1);
    }

    @Test
    void of_gamesOfTwo_agreeWithTheMatrices() {
        for (NashOracles.Game oracle : oracles.games()) {
            BimatrixGame game = oracle.inDoubles();
            NormalFormGame table = NormalFormGame.of(game);
            double[] x = uniform(game.rows());
            double[] y = uniform(game.columns());
            MixedProfile profile = MixedProfile.of(table, new double[][] {x, y});

            assertThat(BestReplies.of(table, profile, 0, 1e-9)).isEqualTo(BestReplies.ofRows(game, y, 1e-9));
            assertThat(BestReplies.of(table, profile, 1, 1e-9)).isEqualTo(BestReplies.ofColumns(game, x, 1e-9));
        }
    }

    private static double[] uniform(int strategies) {
        double[] mix = new double[strategies];
        Arrays.fill(mix, 1.0 / strategies);
        return mix;
    }

    @Test
    void isWellSupported_everyListedEquilibrium_is() {
        for (NashOracles.Game oracle : oracles.games()) {
            BimatrixGame game = oracle.inDoubles();
            for (NashOracles.Equilibrium listed : oracle.extremeEquilibria()) {
                StrategyPair pair = StrategyPair.of(
                        game,
                        listed.x().stream().mapToDouble(p -> p.toDouble()).toArray(),
                        listed.y().stream().mapToDouble(p -> p.toDouble()).toArray());

                assertThat(BestReplies.isWellSupported(game, pair, 1e-9))
                        .as(oracle.id())
                        .isTrue();
            }
        }
    }

    @Test
    void isWellSupported_badStrategyPlayedRarely_isNotThoughItIsAnEquilibriumUpToEpsilon() {
        BimatrixGame game = BimatrixGame.of(new double[][] {{1}, {0}}, new double[][] {{0}, {0}});
        StrategyPair pair = StrategyPair.of(game, new double[] {0.99, 0.01}, new double[] {1});

        assertThat(pair.isEquilibrium(0.1)).isTrue();
        assertThat(BestReplies.isWellSupported(game, pair, 0.1)).isFalse();
        assertThat(BestReplies.isWellSupported(game, pair, 1)).isTrue();
    }

    @Test
    void isEquilibrium_cells_dependOnEpsilon() {
        BimatrixGame dilemma = oracles.game("pd").inDoubles();

        assertThat(BestReplies.isEquilibrium(dilemma, 1, 1, 0)).isTrue();
        assertThat(BestReplies.isEquilibrium(dilemma, 0, 0, 1.5)).isFalse();
        assertThat(BestReplies.isEquilibrium(dilemma, 0, 0, 2)).isTrue();
        assertThat(BestReplies.isEquilibrium(dilemma, 0, 1, 0)).isFalse();
        assertThat(BestReplies.isEquilibrium(dilemma, 1, 0, 0)).isFalse();
    }

    @Test
    void of_badArguments_areNamed() {
        assertThatThrownBy(() -> BestReplies.ofRows(pennies, new double[] {1}, 0))
                .hasMessage("strategy y has 1 probabilities, but the player has 2 strategies");
        assertThatThrownBy(() -> BestReplies.ofColumns(pennies, new double[] {0.5, 0.6}, 0))
                .hasMessage("the probabilities of x sum to 1.1, not to 1");
        assertThatThrownBy(() -> BestReplies.isEquilibrium(pennies, 0, 0, Double.NaN))
                .hasMessage("epsilon is NaN; it is 0 or more");
        NormalFormGame three = NormalFormGame.tabulate(new int[] {2, 2, 2}, (player, profile) -> 0);
        MixedProfile two = MixedProfile.pure(NormalFormGame.of(pennies), List.of(0, 0));
        assertThatThrownBy(() -> BestReplies.of(three, two, 0, 0)).hasMessage("2 mixed strategies for 3 players");
    }
}
