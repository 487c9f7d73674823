package org.dalrn.core.incentive.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TruncatedMonteCarloTest {
    private static final CoalitionGame RANDOM = Games.table(6, Games.random(6, 41));

    @Test
    void of_sameSeed_givesTheSameBits() {
        TruncatedMonteCarlo sampler = new TruncatedMonteCarlo(0, 0, 25, 1000);
        assertThat(sampler.of(RANDOM, Games.seed("a"))).isEqualTo(sampler.of(RANDOM, Games.seed("a")));
        assertThat(sampler.of(RANDOM, Games.seed("a")).values())
                .isNotEqualTo(sampler.of(RANDOM, Games.seed("b")).values());
    }

    /** Efficiency holds order by order. */
    @Test
    void of_withoutTruncation_sumsToTheValueOfAll() {
        Contributions contributions = new TruncatedMonteCarlo(0, 0, 40, 1000).of(RANDOM, Games.seed("sum"));
        double gain = RANDOM.value(Coalition.all(6)) - RANDOM.value(Coalition.empty());
        assertThat(contributions.sum()).isCloseTo(gain, within(1e-12));
        assertThat(contributions.evaluations()).isLessThanOrEqualTo(64);
        assertThat(contributions.converged()).isFalse();
    }

    /**
     * Null hypothesis: the interval of player 0 covers the exact value with probability 0.95. 400 independent runs of 60
     * orders: by the binomial distribution 400 runs cover at least 352 times but for a probability of 1e-8, and fewer than 400 times but
     * for 1.3e-9.
     */
    @Test
    @Tag("statistical")
    void halfWidth_manyRuns_coversTheExactValueAsOftenAsItSays() {
        double exact = ShapleyValue.exact(RANDOM).value(0);
        TruncatedMonteCarlo sampler = new TruncatedMonteCarlo(0, 0, 60, 1000);
        int covered = 0;
        for (int run = 0; run < 400; run++) {
            Contributions contributions = sampler.of(RANDOM, Games.seed("coverage-" + run));
            double width = contributions.halfWidth(0).orElseThrow();
            covered += Math.abs(contributions.value(0) - exact) <= width ? 1 : 0;
        }
        assertThat(covered).isBetween(352, 399);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p", "q", "r"})
    void of_precision_endsOnceEveryIntervalIsNarrowEnough(String seed) {
        TruncatedMonteCarlo sampler = new TruncatedMonteCarlo(0, 0.5, 100_000, 1000);
        Contributions contributions = sampler.of(RANDOM, Games.seed(seed));
        assertThat(contributions.converged()).isTrue();
        for (int i = 0; i < 6; i++) {
            assertThat(contributions.halfWidth(i).orElseThrow()).isLessThanOrEqualTo(0.5);
            // Four half widths are eight standard errors.
            assertThat(contributions.value(i))
                    .isCloseTo(ShapleyValue.exact(RANDOM).value(i), within(2.0));
        }
    }

    /** Two large values decide: whoever comes after both is not evaluated. */
    @Test
    void of_truncation_savesEvaluationsAtABiasBelowIt() {
        CoalitionGame game = Games.additive(10, 10, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01);
        Contributions all = new TruncatedMonteCarlo(0, 0, 20, 10_000).of(game, Games.seed("t"));
        Contributions some = new TruncatedMonteCarlo(0.1, 0, 20, 10_000).of(game, Games.seed("t"));
        assertThat(some.evaluations()).isLessThan(all.evaluations());
        for (int i = 0; i < 10; i++) {
            assertThat(some.value(i)).isCloseTo(all.value(i), within(0.1));
        }
    }

    @Test
    void of_additiveGame_isExactWithIntervalsOfNoWidth() {
        Contributions contributions =
                new TruncatedMonteCarlo(0, 1e-9, 1000, 10_000).of(Games.additive(1, -2, 4), Games.seed("x"));
        assertThat(contributions.values()).containsExactly(1, -2, 4);
        assertThat(contributions.halfWidth(1)).hasValue(0);
        assertThat(contributions.converged()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"7", "8", "20", "63"})
    void of_boundOnEvaluations_isNeverExceeded(int most) {
        Set<Coalition> asked = new HashSet<>();
        CoalitionGame game = Games.game(6, set -> {
            asked.add(set);
            return RANDOM.value(set);
        });
        Contributions contributions = new TruncatedMonteCarlo(0, 0, 1000, most).of(game, Games.seed("bound"));
        assertThat(asked).hasSizeLessThanOrEqualTo(most).hasSize((int) contributions.evaluations());
        assertThat(contributions.converged()).isFalse();
    }

    @Test
    void of_tooFewEvaluations_saysHowManyItTakes() {
        TruncatedMonteCarlo sampler = new TruncatedMonteCarlo(0, 0, 10, 6);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampler.of(RANDOM, Games.seed("x")))
                .withMessageContaining("at most 6 evaluations do not suffice for one order of 6 players; allow 7");
    }

    @Test
    void create_numbersOutsideTheirRanges_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TruncatedMonteCarlo(Double.NaN, 0, 10, 10))
                .withMessageContaining("truncation NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TruncatedMonteCarlo(0, -1, 10, 10))
                .withMessageContaining("precision -1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new TruncatedMonteCarlo(0, 0, 1, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> new TruncatedMonteCarlo(0, 0, 10, 1));
    }

    /** The oracle integrates the density numerically: between its quantiles there are 95 % of the distribution. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10, 29, 30, 31, 32, 60, 200})
    void quantile_integratedDensity_leavesTwoAndAHalfPerCent(int degrees) {
        double quantile = StudentT.quantile975(degrees);
        double inside = 0;
        double whole = 0;
        // x = tan(a) maps the line to an interval; the mid-point rule converges fast for it.
        int steps = 400_000;
        double limit = StrictMath.atan(quantile);
        for (int i = 0; i < steps; i++) {
            whole += density(degrees, Math.PI / 2 * (i + 0.5) / steps) / steps;
            inside += density(degrees, limit * (i + 0.5) / steps) / steps * (limit / (Math.PI / 2));
        }
        assertThat(inside / whole).isCloseTo(0.95, within(1e-7));
    }

    private static double density(int degrees, double angle) {
        double x = Math.tan(angle);
        return Math.pow(1 + x * x / degrees, -(degrees + 1) / 2.0) * (1 + x * x);
    }

    /** One degree of freedom is the Cauchy distribution: tan(0.475 pi). */
    @Test
    void quantile_oneDegree_isThatOfCauchy() {
        assertThat(StudentT.quantile975(1)).isCloseTo(Math.tan(0.475 * Math.PI), within(1e-9));
        assertThat(StudentT.quantile975(1_000_000)).isCloseTo(StudentT.NORMAL, within(1e-5));
    }
}
