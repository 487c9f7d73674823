package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.dalrn.core.incentive.NashOracles;
import org.junit.jupiter.api.Test;

/** Against quantities that the equations keep, closed forms, and the dynamics of one population. */
class ReplicatorPairTest {

    private final NashOracles oracles = NashOracles.read();

    private static StrategyPair last(List<StrategyPair> states) {
        return states.get(states.size() - 1);
    }

    @Test
    void trajectory_matchingPennies_keepsTheProductOfAllShares() {
        ReplicatorPair pair = ReplicatorPair.of(oracles.game("mp").inDoubles());
        double[] x = {0.7, 0.3};
        double[] y = {0.4, 0.6};

        double coarse = product(last(pair.trajectory(x, y, 0.1, 1_000, 1_000))) / (0.7 * 0.3 * 0.4 * 0.6) - 1;
        double fine = product(last(pair.trajectory(x, y, 0.05, 2_000, 2_000))) / (0.7 * 0.3 * 0.4 * 0.6) - 1;

        // Time 100; measured 2.4e-6, and 7.5e-8 at half the step.
        assertThat(Math.abs(coarse)).isLessThan(5e-6);
        assertThat(Math.abs(fine)).isLessThan(Math.abs(coarse) / 15);
    }

    private static double product(StrategyPair state) {
        return state.x()[0] * state.x()[1] * state.y()[0] * state.y()[1];
    }

    @Test
    void trajectory_dominatedStrategies_decayExponentially() {
        // Whatever the other does, row 1 earns 2 more than row 0 and column 1 earns 1 more than column 0.
        BimatrixGame game = BimatrixGame.of(new double[][] {{0, 3}, {2, 5}}, new double[][] {{1, 2}, {4, 5}});

        StrategyPair end = last(
                ReplicatorPair.of(game).trajectory(new double[] {0.9, 0.1}, new double[] {0.5, 0.5}, 0.01, 200, 200));

        assertThat(end.x()[1] / end.x()[0]).isCloseTo(Math.exp(4) / 9, within(1e-6));
        assertThat(end.y()[1] / end.y()[0]).isCloseTo(Math.exp(2), within(1e-7));
    }

    @Test
    void trajectory_symmetricGameAndStart_isThatOfOnePopulation() {
        double[][] a = {{0, -1, 2}, {1, 0, -1}, {-1, 1, 0}};
        double[][] b = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                b[i][j] = a[j][i];
            }
        }
        double[] start = {0.5, 0.3, 0.2};

        StrategyPair end = last(ReplicatorPair.of(BimatrixGame.of(a, b)).trajectory(start, start, 0.1, 100, 7));
        List<ReplicatorState> one = Replicator.of(a).trajectory(start, 0.1, 100, 100);

        assertThat(end.x()).isEqualTo(one.get(1).shares());
        assertThat(end.y()).isEqualTo(one.get(1).shares());
    }

    @Test
    void trajectory_hawksAgainstDoves_endInAnAsymmetricStrictEquilibrium() {
        // In one population they would mix; two populations divide the roles.
        StrategyPair end = last(ReplicatorPair.of(oracles.game("hawkdove").inDoubles())
                .trajectory(new double[] {0.51, 0.49}, new double[] {0.49, 0.51}, 0.1, 2_000, 2_000));

        assertThat(end.x()[0]).isCloseTo(1, within(1e-9));
        assertThat(end.y()[0]).isCloseTo(0, within(1e-9));
        assertThat(end.regret()).isLessThan(1e-8);
    }

    @Test
    void trajectory_everyStrictEquilibrium_attractsWhatIsNear() {
        for (NashOracles.Game oracle : oracles.games()) {
            if (!oracle.nondegenerate()) {
                continue;
            }
            BimatrixGame game = oracle.inDoubles();
            NormalFormGame table = NormalFormGame.of(game);
            for (PureEquilibria.Equilibrium pure :
                    PureEquilibria.of(table, Integer.MAX_VALUE).equilibria()) {
                if (pure.strict()) {
                    int row = pure.profile().get(0);
                    int column = pure.profile().get(1);
                    double[] x = near(row, game.rows());
                    double[] y = near(column, game.columns());

                    List<StrategyPair> states =
                            ReplicatorPair.of(game).trajectory(x, y, 0.5 / range(game), 4_000, 4_000);

                    assertThat(last(states).x()[row]).as(oracle.id()).isGreaterThan(x[row]);
                    assertThat(last(states).y()[column]).as(oracle.id()).isGreaterThan(y[column]);
                    assertThat(last(states).regret()).as(oracle.id()).isLessThan(1e-3);
                }
            }
        }
    }

    private static double[] near(int strategy, int strategies) {
        double[] mix = new double[strategies];
        for (int i = 0; i < strategies; i++) {
            mix[i] = i == strategy ? 1 - 1e-4 * (strategies - 1) : 1e-4;
        }
        return mix;
    }

    private static double range(BimatrixGame game) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < game.rows(); i++) {
            for (int j = 0; j < game.columns(); j++) {
                least = Math.min(least, Math.min(game.a(i, j), game.b(i, j)));
                most = Math.max(most, Math.max(game.a(i, j), game.b(i, j)));
            }
        }
        return most - least;
    }

    @Test
    void trajectory_neutralStrategiesThatMutate_relaxEachAtItsRate() {
        // Rows earn 1 and columns 2, so x' = 0.3 (1 - x) - 0.1 x and y' = 2 (0.2 (1 - y) - 0.2 y).
        BimatrixGame game = BimatrixGame.of(new double[][] {{1, 1}, {1, 1}}, new double[][] {{2, 2}, {2, 2}});

        List<StrategyPair> states = ReplicatorPair.withMutation(
                        game, new double[][] {{0.9, 0.1}, {0.3, 0.7}}, new double[][] {{0.8, 0.2}, {0.2, 0.8}})
                .trajectory(new double[] {0.05, 0.95}, new double[] {1, 0}, 0.01, 500, 100);

        for (int i = 0; i < states.size(); i++) {
            assertThat(states.get(i).x()[0]).isCloseTo(0.75 - 0.7 * Math.exp(-0.4 * i), within(1e-9));
            assertThat(states.get(i).y()[0]).isCloseTo(0.5 + 0.5 * Math.exp(-0.8 * i), within(1e-9));
        }
    }

    @Test
    void generations_constantFitness_multiplyTheOddsOfEach() {
        BimatrixGame game = BimatrixGame.of(new double[][] {{2, 2}, {1, 1}}, new double[][] {{0, 3}, {0, 3}});

        StrategyPair end =
                last(ReplicatorPair.of(game).generations(new double[] {0.25, 0.75}, new double[] {0.5, 0.5}, 1, 10, 3));

        assertThat(end.x()[0] / end.x()[1]).isCloseTo(Math.pow(1.5, 10) / 3, within(1e-9));
        assertThat(end.y()[1] / end.y()[0]).isCloseTo(Math.pow(4, 10), within(1e-3));
    }

    @Test
    void generations_bothPopulations_moveAtOnce() {
        // One generation by hand: rows earn (1, 0) y and columns (0, 1) x, besides 1.
        BimatrixGame game = BimatrixGame.of(new double[][] {{1, 0}, {0, 1}}, new double[][] {{0, 1}, {1, 0}});

        StrategyPair next =
                last(ReplicatorPair.of(game).generations(new double[] {0.5, 0.5}, new double[] {0.25, 0.75}, 1, 1, 1));

        assertThat(next.x()[0]).isCloseTo(0.5 * 1.25 / 1.5, within(1e-15));
        assertThat(next.y()[0]).isCloseTo(0.25, within(1e-15));
    }

    @Test
    void withMutation_badMatrices_areNamed() {
        double[][] identity = {{1, 0}, {0, 1}};

        assertThatThrownBy(() -> ReplicatorPair.withMutation(oracles.game("mp").inDoubles(), identity, identity))
                .hasMessage("payoff A[0][1] is -1.0; with mutation payoffs are 0 or more, add the same to all");
        assertThatThrownBy(() -> ReplicatorPair.withMutation(
                        oracles.game("pd").inDoubles(), identity, new double[][] {{1, 1}, {0, 1}}))
                .hasMessage("row 0 of matrix of the columns sums to 2.0, not to 1");
        assertThatThrownBy(() -> ReplicatorPair.of(oracles.game("pd").inDoubles())
                        .trajectory(new double[] {1, 0}, new double[] {1, 0}, 0.21, 1, 1))
                .hasMessage("the step is 0.21; it is above 0, and at most 1 / 5.0 for these payoffs");
        assertThatThrownBy(() -> ReplicatorPair.of(oracles.game("mp").inDoubles())
                        .generations(new double[] {1, 0}, new double[] {1, 0}, 0.5, 1, 1))
                .hasMessageStartingWith("the background fitness 0.5 and payoff A[0][1] = -1.0 make -0.5");
        assertThatThrownBy(() -> ReplicatorPair.of(BimatrixGame.zeroSum(new double[][] {{1e200}})))
                .hasMessageStartingWith("payoff A[0][0] is 1.0E200");
    }
}
