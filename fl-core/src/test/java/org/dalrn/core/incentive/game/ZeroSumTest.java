package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.hipparchus.optim.linear.LinearConstraint;
import org.hipparchus.optim.linear.LinearConstraintSet;
import org.hipparchus.optim.linear.LinearObjectiveFunction;
import org.hipparchus.optim.linear.NonNegativeConstraint;
import org.hipparchus.optim.linear.Relationship;
import org.hipparchus.optim.linear.SimplexSolver;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZeroSumTest {

    private static Stream<NashOracles.Game> zeroSumOracles() {
        return NashOracles.read().games().stream().filter(NashOracles.Game::zeroSum);
    }

    private static double[][] random(SplittableRandom random, int rows, int columns) {
        double[][] matrix = new double[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = random.doubles(columns, -1, 1).toArray();
        }
        return matrix;
    }

    /**
     * The value by Hipparchus, in the plain form of the program and not in the one that is tested: the largest {@code v+ - v-} such that
     * a mixture of rows gets {@code v} against every column.
     */
    private static double valueByHipparchus(double[][] a) {
        int rows = a.length;
        List<LinearConstraint> constraints = new ArrayList<>();
        for (int j = 0; j < a[0].length; j++) {
            double[] against = new double[rows + 2];
            for (int i = 0; i < rows; i++) {
                against[i] = a[i][j];
            }
            against[rows] = -1;
            against[rows + 1] = 1;
            constraints.add(new LinearConstraint(against, Relationship.GEQ, 0));
        }
        double[] probabilities = new double[rows + 2];
        Arrays.fill(probabilities, 0, rows, 1);
        constraints.add(new LinearConstraint(probabilities, Relationship.EQ, 1));
        double[] value = new double[rows + 2];
        value[rows] = 1;
        value[rows + 1] = -1;
        double[] point = new SimplexSolver()
                .optimize(
                        new LinearObjectiveFunction(value, 0),
                        new LinearConstraintSet(constraints),
                        GoalType.MAXIMIZE,
                        new NonNegativeConstraint(true))
                .getPoint();
        return point[rows] - point[rows + 1];
    }

    @ParameterizedTest
    @MethodSource("zeroSumOracles")
    void solve_oracle_hasItsValue(NashOracles.Game oracle) {
        Fraction value = oracle.value().orElseThrow();

        ZeroSum.ExactSolution exact = ZeroSum.solve(oracle.exact());
        ZeroSum.Solution rounded = ZeroSum.solve(oracle.inDoubles());

        assertThat(exact.value()).isEqualTo(value);
        assertThat(exact.strategies().isEquilibrium()).isTrue();
        assertThat(oracle.extremeEquilibria()).anyMatch(listed -> listed.is(exact.strategies()));
        assertThat(rounded.value()).isCloseTo(value.toDouble(), within(1e-12));
        assertThat(rounded.strategies().regret()).isLessThan(1e-12);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "7, 1", "3, 5", "10, 10", "30, 20", "50, 50"})
    void solve_randomGames_sameValueAsHipparchus(int rows, int columns) {
        SplittableRandom random = new SplittableRandom(100L * rows + columns);
        for (int trial = 0; trial < 10; trial++) {
            double[][] a = random(random, rows, columns);

            ZeroSum.Solution solution = ZeroSum.solve(BimatrixGame.zeroSum(a));

            assertThat(solution.value()).isCloseTo(valueByHipparchus(a), within(1e-9));
            assertThat(solution.strategies().regret()).isLessThan(1e-9);
        }
    }

    @Test
    void solve_degenerateGames_bothArithmeticsHaveTheSameValue() {
        SplittableRandom random = new SplittableRandom(7);
        for (int trial = 0; trial < 50; trial++) {
            int rows = 1 + random.nextInt(8);
            int columns = 1 + random.nextInt(8);
            double[][] a = new double[rows][];
            for (int i = 0; i < rows; i++) {
                a[i] = random.ints(columns, -1, 2).asDoubleStream().toArray();
            }
            BimatrixGame game = BimatrixGame.zeroSum(a);

            double value = ZeroSum.solve(game.exactly()).value().toDouble();

            assertThat(ZeroSum.solve(game).value()).isCloseTo(value, within(1e-12));
            assertThat(LemkeHowson.solve(game).rowPayoff()).isCloseTo(value, within(1e-12));
        }
    }

    @Test
    void solve_constantSum_valuesAddUpToTheConstant() {
        // Shares of 1 that decimals state: 0.1 + 0.9 is not always the double of 0.3 + 0.7.
        BimatrixGame game =
                BimatrixGame.of(new double[][] {{0.1, 0.7}, {0.8, 0.3}}, new double[][] {{0.9, 0.3}, {0.2, 0.7}});

        ZeroSum.Solution solution = ZeroSum.solve(game);

        // By hand: x = (5/13, ...) makes both columns equal, 0.1 p + 0.8 (1 - p) = 0.7 p + 0.3 (1 - p), so p = 5/11.
        assertThat(solution.strategies().x()).containsExactly(new double[] {5 / 11.0, 6 / 11.0}, within(1e-12));
        assertThat(solution.value()).isCloseTo(5.3 / 11, within(1e-12));
        assertThat(solution.strategies().columnPayoff()).isCloseTo(1 - 5.3 / 11, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e300, 1e-300})
    void solve_payoffsOfAnySize_valueIsScaled(double size) {
        BimatrixGame game = BimatrixGame.zeroSum(new double[][] {{2 * size / 3, -size / 3}, {-size / 3, 0}});

        // By hand: p = 1/4 of the first row, value -1/12.
        assertThat(ZeroSum.solve(game).value() / size).isCloseTo(-1 / 12.0, within(1e-12));
    }

    @Test
    void isConstantSum_smallPayoffsBesideLargeOnes_isFalse() {
        BimatrixGame game = BimatrixGame.of(new double[][] {{0, 1}}, new double[][] {{1e17, 1e17}});

        assertThat(ZeroSum.isConstantSum(game)).isFalse();
        assertThat(ZeroSum.isConstantSum(game.exactly())).isFalse();
    }

    @Test
    void solve_generalSum_isRefused() {
        BimatrixGame game = BimatrixGame.of(new double[][] {{1, 0}, {0, 1}}, new double[][] {{1, 0}, {0, 1}});

        assertThat(ZeroSum.isConstantSum(game)).isFalse();
        assertThat(ZeroSum.isConstantSum(game.exactly())).isFalse();
        assertThatThrownBy(() -> ZeroSum.solve(game))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the payoffs of the 2 x 2 game do not have the same sum in every profile; use LemkeHowson");
        assertThatThrownBy(() -> ZeroSum.solve(game.exactly()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the payoffs of the 2 x 2 game do not have the same sum in every profile; use LemkeHowson");
    }
}
