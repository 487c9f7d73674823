package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The logit equilibria are closed forms, or found by bisection of their definition. */
class StochasticFictitiousPlayTest {

    private static final BimatrixGame PENNIES = BimatrixGame.zeroSum(new double[][] {{1, -1}, {-1, 1}});
    /** One side pays 9, the other 1: the Nash equilibrium leaves the row player at 1/2, the logit equilibrium does not. */
    private static final BimatrixGame UNEVEN =
            BimatrixGame.of(new double[][] {{9, 0}, {0, 1}}, new double[][] {{0, 1}, {1, 0}});

    @Test
    void run_matchingPennies_reachesOneHalf() {
        StochasticFictitiousPlay.Outcome outcome =
                StochasticFictitiousPlay.run(PENNIES, 0.5, 7, 0.005, 10_000, 1_000_000);

        assertThat(outcome).isInstanceOf(StochasticFictitiousPlay.Reached.class);
        assertThat(outcome.frequencies().x()[0]).isCloseTo(0.5, within(0.01));
        assertThat(outcome.frequencies().y()[0]).isCloseTo(0.5, within(0.01));
    }

    @Test
    void run_unevenPennies_reachesTheLogitEquilibriumNotTheNashOne() {
        double temperature = 0.5;
        double low = 0;
        double high = 1;
        for (int bisection = 0; bisection < 60; bisection++) {
            double x = (low + high) / 2;
            double y = 1 / (1 + Math.exp((x - (1 - x)) / temperature));
            double reply = 1 / (1 + Math.exp(((1 - y) - 9 * y) / temperature));
            if (reply > x) {
                low = x;
            } else {
                high = x;
            }
        }

        StochasticFictitiousPlay.Outcome outcome =
                StochasticFictitiousPlay.run(UNEVEN, temperature, 5, 0.003, 100_000, 2_000_000);

        assertThat(outcome).isInstanceOf(StochasticFictitiousPlay.Reached.class);
        assertThat(low).isGreaterThan(0.6);
        assertThat(outcome.frequencies().x()[0]).isCloseTo(low, within(0.01));
    }

    @Test
    void logitDistance_anyOutcome_isThatOfTheDefinition() {
        double temperature = 0.7;

        StochasticFictitiousPlay.Outcome outcome = StochasticFictitiousPlay.run(UNEVEN, temperature, 11, 0, 500, 500);

        double x = outcome.frequencies().x()[0];
        double y = outcome.frequencies().y()[0];
        double ofRow = 1 / (1 + Math.exp(((1 - y) - 9 * y) / temperature));
        double ofColumn = 1 / (1 + Math.exp((x - (1 - x)) / temperature));
        assertThat(outcome.<Boolean>match(reached -> true, stopped -> false)).isFalse();
        assertThat(outcome.logitDistance())
                .isCloseTo(Math.max(Math.abs(ofRow - x), Math.abs(ofColumn - y)), within(1e-12));
    }

    @Test
    void run_veryHot_isUniform() {
        BimatrixGame game = BimatrixGame.of(new double[][] {{5, 5, 5}, {0, 0, 0}}, new double[2][3]);

        StochasticFictitiousPlay.Outcome outcome = StochasticFictitiousPlay.run(game, 1e6, 1, 0.01, 50_000, 1_000_000);

        assertThat(outcome.frequencies().x()[0]).isCloseTo(0.5, within(0.02));
        assertThat(outcome.frequencies().y()[2]).isCloseTo(1.0 / 3, within(0.02));
    }

    @Test
    void run_veryCold_neverPlaysWhatIsDominated() {
        BimatrixGame game = BimatrixGame.of(new double[][] {{5, 5}, {0, 0}}, new double[2][2]);

        StochasticFictitiousPlay.Outcome outcome = StochasticFictitiousPlay.run(game, 1e-3, 1, 0, 1_000, 1_000);

        // Only the first draw is uniform.
        assertThat(outcome.frequencies().x()[0]).isGreaterThanOrEqualTo(0.999);
    }

    @Test
    void run_sameSeed_isTheSameAndAnotherIsNot() {
        double[] first = StochasticFictitiousPlay.run(PENNIES, 1, 1, 0, 1_001, 1_001)
                .frequencies()
                .x();

        assertThat(StochasticFictitiousPlay.run(PENNIES, 1, 1, 0, 1_001, 1_001)
                        .frequencies()
                        .x())
                .isEqualTo(first);
        assertThat(StochasticFictitiousPlay.run(PENNIES, 1, 2, 0, 1_001, 1_001)
                        .frequencies()
                        .x())
                .isNotEqualTo(first);
    }

    @Test
    void run_badArguments_areNamed() {
        assertThatThrownBy(() -> StochasticFictitiousPlay.run(PENNIES, 0, 1, 0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the temperature is 0.0; it is above 0 and finite");
        assertThatThrownBy(() -> StochasticFictitiousPlay.run(PENNIES, 1, 1, -1, 1, 1))
                .hasMessage("the distance is -1.0; it is 0 or more");
        assertThatThrownBy(() -> StochasticFictitiousPlay.run(PENNIES, 1, 1, 0, 5, 4))
                .hasMessage("at most 4 steps were allowed, but at least 5 asked for");
    }
}
