package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DenseSystemTest {

    @Test
    void solve_randomSystems_giveBackTheVectorTheyWereMadeOf() {
        SplittableRandom random = new SplittableRandom(1);
        for (int size = 1; size <= 12; size++) {
            double[][] matrix = FictitiousPlayTest.matrix(random, size, size);
            double[] expected = random.doubles(size).toArray();
            double[] right = new double[size];
            for (int i = 0; i < size; i++) {
                matrix[i][i] += 1;
                for (int j = 0; j < size; j++) {
                    right[i] += matrix[i][j] * expected[j];
                }
            }
            double[] least = DenseSystem.leastSquares(matrix, right);

            assertThat(DenseSystem.solve(matrix, right)).isTrue();
            assertThat(right).containsExactly(expected, within(1e-10));
            assertThat(least).containsExactly(expected, within(1e-10));
        }
    }

    @Test
    void solve_singularSystems_saySo() {
        assertThat(DenseSystem.solve(new double[][] {{0, 0}, {1, 1}}, new double[] {1, 1}))
                .isFalse();
        assertThat(DenseSystem.solve(new double[][] {{1, 1}, {1, 1}}, new double[] {1, 2}))
                .isFalse();
        assertThat(DenseSystem.solve(new double[][] {{Double.NaN}}, new double[] {1}))
                .isFalse();
    }

    @Test
    void leastSquares_lineOfSolutions_isTheShortest() {
        assertThat(DenseSystem.leastSquares(new double[][] {{1, 1}, {2, 2}}, new double[] {2, 4}))
                .containsExactly(new double[] {1, 1}, within(1e-15));
    }

    @Test
    void leastSquares_noSolution_isTheClosest() {
        assertThat(DenseSystem.leastSquares(new double[][] {{1, 0}, {1, 0}}, new double[] {1, 3}))
                .containsExactly(new double[] {2, 0}, within(1e-15));
        assertThat(DenseSystem.leastSquares(new double[2][2], new double[] {1, 3}))
                .containsExactly(0, 0);
    }
}
