package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Test;

class ExactBimatrixGameTest {

    private static final Fraction ONE = Fraction.ONE;

    @Test
    void of_payoffs_areThoseOfTheCallAndStayTheSame() {
        Fraction[][] a = {{ONE, Fraction.of(1, 3)}};
        Fraction[][] b = {{Fraction.ZERO, Fraction.of(-2)}};

        ExactBimatrixGame game = ExactBimatrixGame.of(a, b);
        a[0][1] = ONE;

        assertThat(game.rows()).isEqualTo(1);
        assertThat(game.columns()).isEqualTo(2);
        assertThat(game.a(0, 1)).isEqualTo(Fraction.of(1, 3));
        assertThat(game.b(0, 1)).isEqualTo(Fraction.of(-2));
    }

    @Test
    void of_emptyRaggedOrDifferentShapes_isRefused() {
        Fraction[][] two = {{ONE, ONE}, {ONE, ONE}};

        assertThatThrownBy(() -> ExactBimatrixGame.of(new Fraction[0][], two))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("matrix A is empty; each player has one strategy or more");
        assertThatThrownBy(() -> ExactBimatrixGame.of(two, new Fraction[][] {{ONE, ONE}, {ONE}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 1 of matrix B has 1 entries, row 0 has 2");
        assertThatThrownBy(() -> ExactBimatrixGame.of(two, new Fraction[][] {{ONE, ONE}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("matrix A is 2 x 2 and matrix B 1 x 2; ");
    }

    @Test
    void of_nullPayoff_namesTheEntry() {
        assertThatThrownBy(() -> ExactBimatrixGame.of(new Fraction[][] {{ONE, null}}, new Fraction[][] {{ONE, ONE}}))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("payoff A[0][1]");
        assertThatThrownBy(() -> ExactBimatrixGame.of(new Fraction[][] {{ONE}}, new Fraction[][] {{null}}))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("payoff B[0][0]");
    }
}
