package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BimatrixGameTest {

    private static void assertRefused(double[][] a, double[][] b, String message) {
        assertThatThrownBy(() -> BimatrixGame.of(a, b))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void of_payoffs_areThoseOfTheCallAndStayTheSame() {
        double[][] a = {{1, 2, 3}, {4, 5, 6}};
        double[][] b = {{-1, 0, 1}, {2, 3, 10}};

        BimatrixGame game = BimatrixGame.of(a, b);
        a[1][2] = 99;

        assertThat(game.rows()).isEqualTo(2);
        assertThat(game.columns()).isEqualTo(3);
        assertThat(game.a(1, 2)).isEqualTo(6);
        assertThat(game.b(1, 2)).isEqualTo(10);
        assertThat(game.leastA()).isEqualTo(1);
        assertThat(game.rangeA()).isEqualTo(5);
        assertThat(game.leastB()).isEqualTo(-1);
        assertThat(game.rangeB()).isEqualTo(11);
    }

    @Test
    void zeroSum_payoffs_addUpTo0WithoutMinusZeros() {
        BimatrixGame game = BimatrixGame.zeroSum(new double[][] {{0, 2}, {-3, 4}});

        assertThat(game.b(0, 0)).isEqualTo(0.0);
        assertThat(Double.doubleToRawLongBits(game.b(0, 0))).isZero();
        assertThat(game.b(1, 0)).isEqualTo(3);
        assertThat(game.b(1, 1)).isEqualTo(-4);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void of_aPayoffThatIsNoNumber_namesTheEntry(double bad) {
        double[][] good = {{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 3, 4}};
        double[][] wrong = {{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 3, bad}};

        assertRefused(wrong, good, "payoff A[2][3] is " + bad + "; payoffs are finite numbers");
        assertRefused(good, wrong, "payoff B[2][3] is " + bad + "; payoffs are finite numbers");
    }

    @Test
    void of_aPayoffTooLarge_namesTheEntryAndTheLimit() {
        double[][] good = {{1e300, -1e300}};
        double[][] wrong = {{0, -1.5e300}};

        assertThat(BimatrixGame.of(good, good).rangeA()).isEqualTo(2e300);
        assertRefused(
                wrong,
                good,
                "payoff A[0][1] is -1.5E300, not in [-1e300, 1e300]; divide all payoffs of the player by the same"
                        + " number");
    }

    @Test
    void of_emptyRaggedOrDifferentShapes_isRefused() {
        double[][] two = {{1, 2}, {3, 4}};

        assertRefused(new double[0][], two, "matrix A is empty; each player has one strategy or more");
        assertRefused(new double[2][0], two, "matrix A is empty; each player has one strategy or more");
        assertRefused(two, new double[0][], "matrix B is empty; each player has one strategy or more");
        assertRefused(new double[][] {{1, 2}, {3}}, two, "row 1 of matrix A has 1 entries, row 0 has 2");
        assertRefused(two, new double[][] {{1}, {3, 4}}, "row 1 of matrix B has 2 entries, row 0 has 1");
        assertRefused(
                two,
                new double[1][2],
                "matrix A is 2 x 2 and matrix B 1 x 2; both have a row for each strategy of the row player and a column"
                        + " for each of the column player");
    }

    @Test
    void of_tooManyStrategies_isRefused() {
        assertRefused(
                new double[1][4097], new double[1][4097], "matrix A is 1 x 4097; a player has at most 4096 strategies");
        assertThat(BimatrixGame.zeroSum(new double[4096][1]).rows()).isEqualTo(4096);
    }

    @Test
    void of_nullRow_isRefused() {
        assertThatThrownBy(() -> BimatrixGame.of(new double[][] {{1}, null}, new double[2][1]))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("row of A");
    }

    @Test
    void exactly_payoffs_areTheNumbersOfTheirBits() {
        ExactBimatrixGame exact =
                BimatrixGame.zeroSum(new double[][] {{0.1, -2}}).exactly();

        assertThat(exact.a(0, 0)).isEqualTo(Fraction.ofExactly(0.1));
        assertThat(exact.b(0, 1)).isEqualTo(Fraction.of(2));
    }
}
